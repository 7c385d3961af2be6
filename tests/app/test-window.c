/* The window, in-process: it opens, runs, names its controls, and goes away whole.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-pyramid.h"
#include "tri-view.h"
#include "window-fixture.h"

static void
test_first_look (void)
{
  TriWindow *self = fixture_window_with_sample ();
  const TriReport *report = tri_session_get_report (self->session);
  g_assert_true (tri_sidebar_uses_demo_key (self->sidebar));
  g_assert_true (tri_image_equal (report->decrypted, tri_pane_get_pyramid (self->decrypted)->levels[0]));
  g_assert_true (tri_image_equal (report->sealed->visible, tri_pane_get_pyramid (self->encrypted)->levels[0]));
  fixture_close (self);
}

static void
test_every_cipher (void)
{
  TriWindow *self = fixture_window_with_sample ();
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    tri_session_set_cipher (self->session, *c);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.undo", NULL);
  g_assert_true (tri_session_get_cipher (self->session) == tri_ciphers ()[g_strv_length ((char **) tri_ciphers ()) - 2]);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.stop", NULL);
  g_assert_false (tri_session_is_busy (self->session));
  fixture_close (self);
}

static void
test_present (void)
{
  TriWindow *self = fixture_window_with_sample ();
  gtk_widget_activate_action (GTK_WIDGET (self), "win.present", NULL);
  g_assert_false (gtk_widget_get_visible (self->sidebar_box));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.stop", NULL);
  g_assert_true (gtk_widget_get_visible (self->sidebar_box));
  fixture_close (self);
}

static gboolean
status_changed (gpointer data)
{
  return !g_str_has_prefix (gtk_label_get_label (TRI_WINDOW (data)->status), "XChaCha");
}

static void
test_bad_file_keeps_picture (void)
{
  TriWindow *self = fixture_window_with_sample ();
  TriImage *before = tri_session_get_picture (self->session);
  tri_window_status (self, "XChaCha");
  g_autoptr (GFile) file = g_file_new_for_path ("/dev/null/none.png");
  tri_window_open (self, file);
  fixture_spin_until (status_changed, self);
  g_assert_true (tri_session_get_picture (self->session) == before);
  fixture_close (self);
}

static void
test_view_links (void)
{
  g_autoptr (TriView) view = tri_view_new ();
  double x, y, scale;
  tri_view_set_reference (view, 100, 50);
  tri_view_set_viewport (view, 200, 200);
  tri_view_place (view, 100, 50, &x, &y, &scale);
  g_assert_cmpfloat_with_epsilon (scale, 2, 1e-9);
  g_assert_cmpfloat_with_epsilon (x, 0, 1e-9);
  g_assert_cmpfloat_with_epsilon (y, 50, 1e-9);
  tri_view_set_zoom (view, 8);
  tri_view_place (view, 50, 25, &x, &y, &scale); /* half as large: each pixel twice as wide, at the same place */
  g_assert_cmpfloat_with_epsilon (scale, 16, 1e-9);
  g_assert_cmpfloat_with_epsilon (x, 100 - 400, 1e-9);
  tri_view_zoom_at (view, 2, 0.25, 0.5);
  tri_view_place (view, 100, 50, &x, &y, &scale);
  g_assert_cmpfloat_with_epsilon (x + 25 * scale, -300 + 25 * 8, 1e-9); /* the point stays under the pointer */
}

static void
test_crisp_and_smooth (void)
{
  const guint8 pixels[] = { 0, 255, 255, 0 };
  g_autoptr (TriImage) image = tri_image_new_from_data (2, 2, 1, pixels, NULL);
  g_autoptr (TriPyramid) pyramid = tri_pyramid_new (image, NULL);
  guint8 rgba[8 * 8 * 4];
  tri_pyramid_draw (pyramid, &(TriPlacement) { 0, 0, 4 }, 8, 8, FALSE, rgba);
  for (guint y = 0; y < 8; y++)
    for (guint x = 0; x < 8; x++)
      g_assert_cmpint (rgba[(y * 8 + x) * 4], ==, (x / 4 + y / 4) % 2 != 0 ? 255 : 0);
  tri_pyramid_draw (pyramid, &(TriPlacement) { 0, 0, 0.5 }, 1, 1, FALSE, rgba);
  g_assert_cmpint (rgba[0], >=, 126);
  g_assert_cmpint (rgba[0], <=, 129);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/app/first-look", test_first_look);
  g_test_add_func ("/app/every-cipher", test_every_cipher);
  g_test_add_func ("/app/present", test_present);
  g_test_add_func ("/app/bad-file", test_bad_file_keeps_picture);
  g_test_add_func ("/app/view", test_view_links);
  g_test_add_func ("/app/crisp-and-smooth", test_crisp_and_smooth);
  return fixture_run ();
}
