/* Every sample picture is there, is what it is said to be, and has its credit.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-datadir.h"
#include "tri-error.h"
#include "tri-samples.h"

static void
test_all (void)
{
  static const struct {
    const char *id;
    guint width, height, channels;
  } expected[] = { { "astronaut", 512, 512, 3 }, { "bridge", 512, 512, 3 }, { "gravel", 512, 512, 1 },
                   { "brain", 256, 256, 1 }, { "digits", 448, 280, 1 }, { "penguin", 512, 512, 3 } };
  guint n = 0;
  for (const TriSample *sample = tri_samples (); sample->id != NULL; sample++, n++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TriImage) image = tri_sample_load (sample->id, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpstr (sample->id, ==, expected[n].id);
      g_assert_cmpuint (image->width, ==, expected[n].width);
      g_assert_cmpuint (image->height, ==, expected[n].height);
      g_assert_cmpuint (image->channels, ==, expected[n].channels);
      g_assert_cmpstr (image->notes, ==, NULL);
    }
  g_assert_cmpuint (n, ==, G_N_ELEMENTS (expected));
}

static void
test_licences (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = tri_datadir_find ("samples/LICENCES.md", &error);
  g_assert_no_error (error);
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  for (const TriSample *sample = tri_samples (); sample->id != NULL; sample++)
    {
      g_autofree char *name = g_path_get_basename (sample->file), *cell = g_strdup_printf ("| `%s` |", name);
      const char *row = strstr (text, cell);
      g_assert_nonnull (row);
      g_autofree char *line = g_strndup (row, strcspn (row, "\n"));
      g_assert_nonnull (strstr (line, sample->licence));
    }
}

/* The penguin has few colours: most of its 16-byte blocks have a twin. */
static void
test_penguin_is_flat (void)
{
  g_autoptr (TriImage) image = tri_sample_load ("penguin", NULL, NULL);
  g_autoptr (GHashTable) blocks = g_hash_table_new_full (g_bytes_hash, g_bytes_equal, (GDestroyNotify) g_bytes_unref, NULL);
  guint n = 512 * 512 * 3 / 16;
  for (guint i = 0; i < n; i++)
    g_hash_table_add (blocks, g_bytes_new (image->pixels + 16 * i, 16));
  g_assert_cmpuint (g_hash_table_size (blocks), <, n / 10);
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (tri_sample_load ("lena", NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
  g_assert_nonnull (strstr (error->message, "penguin"));
  g_clear_error (&error);
  g_assert_null (tri_datadir_find ("samples/none.png", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/samples/all", test_all);
  g_test_add_func ("/samples/licences", test_licences);
  g_test_add_func ("/samples/penguin-is-flat", test_penguin_is_flat);
  g_test_add_func ("/samples/missing", test_missing);
  return g_test_run ();
}
