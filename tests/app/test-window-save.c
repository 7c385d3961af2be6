/* Saving: names, questions, cancel, and what goes wrong. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-picture.h"
#include "tri-recent.h"
#include "tri-sealed-png.h"
#include "window-fixture.h"

static TriWindow *window;

static GFile *
file_in_tmp (const char *name)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), name, NULL);
  return g_file_new_for_path (path);
}

static gboolean
exists (const char *name)
{
  g_autoptr (GFile) file = file_in_tmp (name);
  return g_file_query_exists (file, NULL);
}

static void
remove_file (const char *name)
{
  g_autoptr (GFile) file = file_in_tmp (name);
  g_file_delete (file, NULL, NULL);
}

static void
save_to (TriSaveWhat what, const char *name)
{
  g_autoptr (TriSaveJob) job = tri_save_job_new (what, tri_session_get_report (window->session));
  g_autoptr (GFile) file = file_in_tmp (name);
  tri_window_status (window, "");
  tri_window_save_to (window, job, file);
}

static GtkWidget *
find_question (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) one = g_list_model_get_item (windows, i);
      if (ADW_IS_MESSAGE_DIALOG (one) && gtk_widget_get_visible (one))
        return one;
    }
  return NULL;
}

static gboolean
is_asked (gpointer data)
{
  return find_question () != NULL;
}

static gboolean
is_idle (gpointer data)
{
  return window->saving == NULL && *gtk_label_get_label (window->status) != '\0';
}

static void
answer (const char *response)
{
  fixture_spin_until (is_asked, NULL);
  GtkWidget *question = g_object_ref (find_question ());
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (question), response);
  gtk_window_destroy (GTK_WINDOW (question)); /* a click does both */
  g_object_unref (question);
}

static gboolean
nothing_asked (gpointer data)
{
  return find_question () == NULL;
}

static void
test_names (void)
{
  const struct { const char *name, *png; TriNameKind kind; } names[] = {
    { "a.png", "a.png", TRI_NAME_PNG },        { "a.PNG", "a.PNG", TRI_NAME_PNG },
    { "a", "a.png", TRI_NAME_BARE },           { "holiday.2024", "holiday.2024.png", TRI_NAME_BARE },
    { "a.jpg", "a.png", TRI_NAME_LOSSY },      { "a.b.JPEG", "a.b.png", TRI_NAME_LOSSY },
    { "a.tiff", "a.png", TRI_NAME_OTHER },     { ".jpg", ".jpg.png", TRI_NAME_LOSSY },
  };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *png = tri_save_name_as_png (names[i].name);
      g_assert_cmpint (tri_save_name_kind (names[i].name), ==, names[i].kind);
      g_assert_cmpstr (png, ==, names[i].png);
    }
  g_autofree char *first = tri_save_propose ("cat.jpg", TRI_SAVE_ENCRYPTED);
  g_autofree char *back = tri_save_propose (first, TRI_SAVE_DECRYPTED);
  g_assert_cmpstr (first, ==, "cat-encrypted.png");
  g_assert_cmpstr (back, ==, "cat-decrypted.png");
}

/* A JPEG name: refused before any work, with the way out. */
static void
test_jpeg (void)
{
  save_to (TRI_SAVE_ENCRYPTED, "x.jpg");
  g_assert_null (window->saving);
  fixture_spin_until (is_asked, NULL);
  g_assert_nonnull (strstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (find_question ())), "x.png"));
  answer ("cancel");
  g_assert_null (window->saving);
  fixture_spin_until (nothing_asked, NULL);
  g_assert_false (exists ("x.jpg") || exists ("x.png"));
  save_to (TRI_SAVE_ENCRYPTED, "x.jpg");
  answer ("png");
  fixture_spin_until (is_idle, NULL);
  g_assert_true (exists ("x.png") && !exists ("x.jpg"));
  g_autoptr (GFile) file = file_in_tmp ("x.png");
  g_autoptr (TriSealed) sealed = tri_sealed_load (file, tri_cipher_find_specs, NULL, NULL);
  g_assert_true (tri_image_equal (sealed->visible, tri_session_get_report (window->session)->sealed->visible));
  GList *recent = tri_recent_list ();
  g_assert_cmpuint (g_list_length (recent), ==, 1);
  g_list_free_full (recent, (GDestroyNotify) gtk_recent_info_unref);
  remove_file ("x.png");
}

/* An ending that was added may meet a file that nobody was asked about. */
static void
test_replace (void)
{
  g_autoptr (GFile) file = file_in_tmp ("y.png");
  g_autofree char *text = NULL;
  g_assert_true (g_file_replace_contents (file, "mine", 4, NULL, FALSE, 0, NULL, NULL, NULL));
  save_to (TRI_SAVE_DECRYPTED, "y");
  answer ("cancel");
  fixture_spin_until (nothing_asked, NULL);
  g_assert_true (g_file_load_contents (file, NULL, &text, NULL, NULL, NULL));
  g_assert_cmpstr (text, ==, "mine");
  save_to (TRI_SAVE_DECRYPTED, "y");
  answer ("replace");
  fixture_spin_until (is_idle, NULL);
  g_autoptr (TriImage) image = tri_picture_load (file, NULL, NULL);
  g_assert_true (tri_image_equal (image, tri_session_get_report (window->session)->decrypted));
  remove_file ("y.png");
}

static void
test_no_folder (void)
{
  save_to (TRI_SAVE_SLIDE, "not-there/z.png");
  fixture_spin_until (is_asked, NULL);
  const char *body = adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (find_question ()));
  g_assert_nonnull (strstr (body, "z.png"));
  g_assert_nonnull (strstr (body, "choose another"));
  answer ("again");
  g_assert_nonnull (window->chooser); /* with the same run */
  gtk_native_dialog_hide (GTK_NATIVE_DIALOG (window->chooser));
  g_clear_object (&window->chooser);
  save_to (TRI_SAVE_SLIDE, "z.png");
  fixture_spin_until (is_idle, NULL);
  g_assert_true (exists ("z.png"));
  remove_file ("z.png");
}

/* A small picture may be saved before the second cancel comes; then it is said to be. */
static void
test_cancel (void)
{
  g_autoptr (TriSaveJob) job = tri_save_job_new (TRI_SAVE_ENCRYPTED, tri_session_get_report (window->session));
  g_autoptr (GFile) file = file_in_tmp ("c.png");
  g_cancellable_cancel (job->cancellable);
  tri_window_status (window, "");
  tri_window_save_to (window, job, file);
  fixture_spin_until (is_idle, NULL);
  g_assert_cmpstr (gtk_label_get_label (window->status), ==, "Nothing was saved.");
  g_assert_false (exists ("c.png") || tri_window_cancel_saving (window));

  save_to (TRI_SAVE_ENCRYPTED, "c.png");
  gtk_widget_activate_action (GTK_WIDGET (window), "win.cancel-saving", NULL);
  g_assert_true (g_cancellable_is_cancelled (window->saving->cancellable));
  fixture_spin_until (is_idle, NULL);
  g_assert_cmpint (exists ("c.png"), ==, g_str_has_prefix (gtk_label_get_label (window->status), "Saved"));
  remove_file ("c.png");
}

static gboolean
closed_is_saved (gpointer data)
{
  return exists ("last.png");
}

/* Last: closing the window does not lose what is being saved. */
static void
test_closed (void)
{
  save_to (TRI_SAVE_ENCRYPTED, "last.png");
  g_autoptr (GCancellable) cancellable = g_object_ref (window->saving->cancellable);
  gtk_window_destroy (GTK_WINDOW (window));
  fixture_spin_until (closed_is_saved, NULL);
  g_assert_false (g_cancellable_is_cancelled (cancellable));
  remove_file ("last.png");
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  window = fixture_window_with_sample ();
  g_test_add_func ("/app/save/names", test_names);
  g_test_add_func ("/app/save/jpeg", test_jpeg);
  g_test_add_func ("/app/save/replace", test_replace);
  g_test_add_func ("/app/save/no-folder", test_no_folder);
  g_test_add_func ("/app/save/cancel", test_cancel);
  g_test_add_func ("/app/save/closed", test_closed);
  return fixture_run ();
}
