/* Files as keys, dropped on the sidebar. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-picture.h"
#include "tri-sidebar-private.h"
#include "window-fixture.h"

static GFile *
file_in_tmp (const char *name)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), name, NULL);
  return g_file_new_for_path (path);
}

static GFile *
write_text (const char *name)
{
  GFile *file = file_in_tmp (name);
  g_assert_true (g_file_replace_contents (file, "thirty-two bytes of a key file..", 32, NULL, FALSE, 0, NULL, NULL, NULL));
  return file;
}

typedef struct {
  TriSession *session;
  TriKey *before;
} Wait;

static gboolean
key_is_another (gpointer data)
{
  Wait *wait = data;
  TriKey *key = tri_session_get_key (wait->session);
  return key != NULL && key != wait->before;
}

static void
drop (TriWindow *self, GFile *file, TriKeyKind kind)
{
  Wait wait = { self->session, tri_session_get_key (self->session) };
  tri_sidebar_key_drop (self->sidebar, file);
  fixture_spin_until (key_is_another, &wait);
  g_assert_cmpuint (gtk_drop_down_get_selected (self->sidebar->key_kind), ==, kind);
  g_assert_cmpint (tri_key_get_kind (tri_session_get_key (self->session)), ==, kind);
  g_autofree char *name = g_file_get_basename (file);
  g_assert_cmpstr (gtk_label_get_label (self->sidebar->chosen_name), ==, name);
  g_assert_true (gtk_widget_get_visible (self->sidebar->chosen_row));
  g_assert_false (tri_sidebar_uses_demo_key (self->sidebar));
}

static void
test_kinds (void)
{
  TriWindow *self = fixture_window_with_sample ();
  g_autoptr (GFile) picture = file_in_tmp ("key.png"), text = write_text ("key.bin");
  g_autoptr (TriImage) image = tri_image_new (8, 8, 3, NULL);
  g_assert_true (tri_picture_save_png (image, picture, TRUE, NULL, NULL));
  g_assert_cmpuint (gtk_drop_down_get_selected (self->sidebar->key_kind), ==, TRI_KEY_PASSPHRASE);
  drop (self, picture, TRI_KEY_PICTURE);
  gtk_drop_down_set_selected (self->sidebar->key_kind, TRI_KEY_FILE);
  g_assert_null (tri_session_get_key (self->session));
  drop (self, picture, TRI_KEY_FILE); /* asked for: any file is one, a picture's bytes too */
  gtk_drop_down_set_selected (self->sidebar->key_kind, TRI_KEY_PASSPHRASE);
  drop (self, text, TRI_KEY_FILE);
  g_assert_true (g_file_delete (picture, NULL, NULL) && g_file_delete (text, NULL, NULL));
  fixture_close (self);
}

static gboolean
refused (gpointer data)
{
  return strstr (gtk_label_get_label (TRI_WINDOW (data)->status), "fake.png") != NULL;
}

/* What can't be a key leaves kind and key as they were. */
static void
test_refused (void)
{
  TriWindow *self = fixture_window_with_sample ();
  g_autoptr (GFile) fake = write_text ("fake.png");
  TriKey *before = tri_session_get_key (self->session);
  tri_sidebar_key_drop (self->sidebar, fake);
  fixture_spin_until (refused, self);
  g_assert_true (tri_session_get_key (self->session) == before);
  g_assert_cmpuint (gtk_drop_down_get_selected (self->sidebar->key_kind), ==, TRI_KEY_PASSPHRASE);
  g_assert_true (gtk_widget_get_visible (self->sidebar->passphrase_row));
  g_assert_true (g_file_delete (fake, NULL, NULL));
  fixture_close (self);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/app/key/kinds", test_kinds);
  g_test_add_func ("/app/key/refused", test_refused);
  return fixture_run ();
}
