/* The icons, drawn at the sizes they are shown at: filled, clear at the corners, the symbolic one in a single colour.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gdk-pixbuf/gdk-pixbuf.h>

static GdkPixbuf *
draw (const char *relative, int size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "..", "icons", "hicolor", relative, NULL);
  GdkPixbuf *pixbuf = gdk_pixbuf_new_from_file_at_size (path, size, size, &error);
  g_assert_no_error (error);
  g_assert_cmpint (gdk_pixbuf_get_width (pixbuf), ==, size);
  g_assert_cmpint (gdk_pixbuf_get_height (pixbuf), ==, size);
  g_assert_true (gdk_pixbuf_get_has_alpha (pixbuf));
  return pixbuf;
}

static void
check (const char *relative, gboolean symbolic)
{
  static const int sizes[] = { 16, 24, 32, 48, 64, 128 };
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      g_autoptr (GdkPixbuf) pixbuf = draw (relative, sizes[s]);
      guint covered = 0, size = (guint) sizes[s];
      g_autoptr (GHashTable) colours = g_hash_table_new (NULL, NULL);
      for (guint y = 0; y < size; y++)
        for (guint x = 0; x < size; x++)
          {
            const guint8 *p = gdk_pixbuf_read_pixels (pixbuf) + y * (guint) gdk_pixbuf_get_rowstride (pixbuf) + 4 * x;
            if (p[3] < 255)
              continue;
            covered++;
            g_hash_table_add (colours, GUINT_TO_POINTER ((guint) p[0] << 16 | (guint) p[1] << 8 | p[2]));
          }
      g_assert_cmpuint (100 * covered, >, 25 * size * size);
      g_assert_cmpuint (100 * covered, <, 95 * size * size);
      g_assert_cmpuint (gdk_pixbuf_read_pixels (pixbuf)[3], <, 128);
      if (symbolic)
        g_assert_cmpuint (g_hash_table_size (colours), ==, 1);
      else
        g_assert_cmpuint (g_hash_table_size (colours), >, 20);
    }
}

static void
test_program (void)
{
  check ("scalable/apps/io.github.triptych.Triptych.svg", FALSE);
}

static void
test_symbolic (void)
{
  check ("symbolic/apps/io.github.triptych.Triptych-symbolic.svg", TRUE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/icons/program", test_program);
  g_test_add_func ("/icons/symbolic", test_symbolic);
  return g_test_run ();
}
