/* Samples and recent pictures. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-gallery.h"
#include "tri-picture.h"
#include "tri-recent.h"
#include "tri-sealed-png.h"
#include "window-fixture.h"

static GFile *
file_in_tmp (const char *name)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), name, NULL);
  return g_file_new_for_path (path);
}

static GFile *
write_picture (const char *name)
{
  g_autoptr (TriImage) image = tri_image_new (24, 16, 3, NULL);
  GFile *file = file_in_tmp (name);
  g_assert_true (tri_picture_save_png (image, file, TRUE, NULL, NULL));
  return file;
}

static TriGallery *
gallery_of (TriWindow *self)
{
  return TRI_GALLERY (gtk_menu_button_get_popover (self->samples));
}

static gboolean
picture_is_small (gpointer data)
{
  TriImage *picture = tri_session_get_picture (TRI_WINDOW (data)->session);
  return picture != NULL && picture->width == 24;
}

static gboolean
sealed_is_open (gpointer data)
{
  return tri_session_get_opened_sealed (TRI_WINDOW (data)->session) != NULL;
}

static gboolean
error_is_said (gpointer data)
{
  const char *text = gtk_label_get_label (TRI_WINDOW (data)->status);
  return strstr (text, "bad.png") != NULL;
}

static guint
count_recent (void)
{
  GList *list = tri_recent_list ();
  guint n = g_list_length (list);
  g_list_free_full (list, (GDestroyNotify) gtk_recent_info_unref);
  return n;
}

static gboolean
gallery_is_filled (gpointer data)
{
  return tri_gallery_count_thumbnails (data) == 6;
}

static void
test_gallery (void)
{
  tri_recent_clear ();
  TriWindow *self = fixture_window ();
  TriGallery *gallery = gallery_of (self);
  g_assert_cmpuint (tri_gallery_count_thumbnails (gallery), ==, 0);
  gtk_menu_button_popup (self->samples);
  fixture_spin_until (gallery_is_filled, gallery);
  g_assert_cmpuint (tri_gallery_count_recent (gallery), ==, 0);
  g_signal_emit_by_name (gallery, "sample", "penguin.png");
  while (g_strcmp0 (tri_session_get_picture_name (self->session), "penguin.png") != 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (count_recent (), ==, 0);
  gtk_menu_button_popdown (self->samples);
  fixture_close (self);
}

/* Opened ones are offered, newest first; one that failed to open, one that is gone and other programs' are not. */
static void
test_recent (void)
{
  tri_recent_clear ();
  g_autoptr (GFile) small = write_picture ("small.png"), others = write_picture ("others.png"), bad = file_in_tmp ("bad.png");
  g_autofree char *uri = g_file_get_uri (others);
  g_assert_true (g_file_replace_contents (bad, "no picture", 10, NULL, FALSE, 0, NULL, NULL, NULL));
  gtk_recent_manager_add_item (gtk_recent_manager_get_default (), uri);
  TriWindow *self = fixture_window ();
  tri_window_open (self, bad);
  fixture_spin_until (error_is_said, self);
  g_assert_cmpuint (count_recent (), ==, 0);
  tri_window_open (self, small);
  fixture_spin_until (picture_is_small, self);
  gtk_menu_button_popup (self->samples);
  while (tri_gallery_count_recent (gallery_of (self)) == 0)
    g_main_context_iteration (NULL, TRUE);
  gtk_menu_button_popdown (self->samples);
  GList *list = tri_recent_list ();
  g_assert_cmpuint (g_list_length (list), ==, 1);
  g_assert_cmpstr (gtk_recent_info_get_display_name (list->data), ==, "small.png");
  g_assert_false (tri_recent_is_encrypted (list->data));
  g_assert_true (gtk_recent_info_get_private_hint (list->data));
  g_list_free_full (list, (GDestroyNotify) gtk_recent_info_unref);
  g_assert_true (g_file_delete (small, NULL, NULL));
  g_assert_cmpuint (count_recent (), ==, 0);
  g_assert_true (g_file_delete (others, NULL, NULL) && g_file_delete (bad, NULL, NULL));
  fixture_close (self);
}

static void
test_sealed (void)
{
  tri_recent_clear ();
  TriWindow *self = fixture_window_with_sample ();
  g_autoptr (GFile) file = file_in_tmp ("sealed.png");
  g_assert_true (tri_sealed_save (tri_session_get_report (self->session)->sealed, file, TRUE, NULL, NULL));
  tri_window_open (self, file);
  fixture_spin_until (sealed_is_open, self);
  GList *list = tri_recent_list ();
  g_assert_cmpuint (g_list_length (list), ==, 1);
  g_assert_true (tri_recent_is_encrypted (list->data));
  g_list_free_full (list, (GDestroyNotify) gtk_recent_info_unref);
  tri_recent_clear ();
  g_assert_cmpuint (count_recent (), ==, 0);
  g_assert_true (g_file_delete (file, NULL, NULL));
  fixture_close (self);
}

/* The newest, and no more of them. */
static void
test_at_most (void)
{
  tri_recent_clear ();
  for (guint i = 0; i < TRI_RECENT_MAX + 3; i++)
    {
      g_autofree char *name = g_strdup_printf ("many-%u.png", i);
      g_autoptr (GFile) file = write_picture (name);
      tri_recent_add (file, FALSE);
      gint64 later = g_get_monotonic_time () + 1000; /* the times that are compared are in microseconds */
      while (g_get_monotonic_time () < later)
        ;
    }
  GList *list = tri_recent_list (), *item = list;
  g_assert_cmpuint (g_list_length (list), ==, TRI_RECENT_MAX);
  for (guint i = TRI_RECENT_MAX + 2; item != NULL; item = item->next, i--)
    {
      g_autofree char *name = g_strdup_printf ("many-%u.png", i);
      g_assert_cmpstr (gtk_recent_info_get_display_name (item->data), ==, name);
    }
  g_list_free_full (list, (GDestroyNotify) gtk_recent_info_unref);
  tri_recent_clear ();
  g_assert_cmpuint (count_recent (), ==, 0);
}

/* Closed before what was asked for is there: it comes to nobody, and nothing holds the window. */
static void
close_at_once (TriWindow *self)
{
  g_object_add_weak_pointer (G_OBJECT (self), (gpointer *) &self);
  gtk_window_destroy (GTK_WINDOW (self));
  while (self != NULL)
    g_main_context_iteration (NULL, TRUE);
}

static void
test_closed (void)
{
  g_autoptr (GFile) small = write_picture ("small.png");
  TriWindow *self = fixture_window ();
  tri_window_open (self, small);
  close_at_once (self);
  g_assert_true (g_file_delete (small, NULL, NULL));
}

static void
test_closed_pasting (void)
{
  g_autoptr (TriImage) image = tri_image_new (24, 16, 4, NULL);
  g_autoptr (GBytes) pixels = g_bytes_new (image->pixels, tri_image_n_bytes (image));
  g_autoptr (GdkTexture) texture = gdk_memory_texture_new (24, 16, GDK_MEMORY_R8G8B8A8, pixels, 24 * 4);
  TriWindow *self = fixture_window ();
  gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (self)), texture);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.paste", NULL);
  close_at_once (self);
}

static void
drop (TriWindow *self, const GValue *value)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (self->original));
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) target = g_list_model_get_item (controllers, i);
      gboolean taken = FALSE;
      if (!GTK_IS_DROP_TARGET (target))
        continue;
      g_signal_emit_by_name (target, "drop", value, 10.0, 10.0, &taken);
      g_assert_true (taken);
    }
}

/* The picture that is dropped is turned into a file first. */
static void
test_closed_dropping (void)
{
  g_autoptr (GBytes) pixels = g_bytes_new_take (g_malloc0 (400 * 400 * 4), 400 * 400 * 4);
  g_auto (GValue) value = G_VALUE_INIT;
  TriWindow *self = fixture_window ();
  g_value_init (&value, GDK_TYPE_TEXTURE);
  g_value_take_object (&value, gdk_memory_texture_new (400, 400, GDK_MEMORY_R8G8B8A8, pixels, 400 * 4));
  drop (self, &value);
  close_at_once (self);
}

/* One picture is looked at; several, or a folder, are for the page Protect, all of them. */
static void
test_drop_several (void)
{
  g_autoptr (GFile) one = write_picture ("one.png"), two = write_picture ("two.png"), folder = file_in_tmp ("album");
  GSList second = { two, NULL }, both = { one, &second }, alone = { folder, NULL };
  GSList *dropped[] = { &second, &both, &alone };
  g_assert_true (g_file_make_directory (folder, NULL, NULL));
  const char *pages[] = { "explore", "protect", "protect" };
  for (guint i = 0; i < G_N_ELEMENTS (dropped); i++)
    {
      g_auto (GValue) value = G_VALUE_INIT;
      TriWindow *self = fixture_window ();
      g_value_init (&value, GDK_TYPE_FILE_LIST);
      g_value_set_boxed (&value, dropped[i]);
      drop (self, &value);
      g_assert_cmpstr (adw_view_stack_get_visible_child_name (self->pages), ==, pages[i]);
      close_at_once (self);
    }
  g_assert_true (g_file_delete (one, NULL, NULL) && g_file_delete (two, NULL, NULL) && g_file_delete (folder, NULL, NULL));
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/app/open/gallery", test_gallery);
  g_test_add_func ("/app/open/recent", test_recent);
  g_test_add_func ("/app/open/sealed", test_sealed);
  g_test_add_func ("/app/open/at-most", test_at_most);
  g_test_add_func ("/app/open/drop-several", test_drop_several);
  g_test_add_func ("/app/open/closed", test_closed);
  g_test_add_func ("/app/open/closed-pasting", test_closed_pasting);
  g_test_add_func ("/app/open/closed-dropping", test_closed_dropping);
  return fixture_run ();
}
