/* The Protect page: what is dropped becomes age files that open again, and what goes wrong is said.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <locale.h>
#include <signal.h>
#include <sys/resource.h>
#include <glib/gstdio.h>

#include "protect-fixture.h"
#include "tri-file.h"
#include "tri-page.h"
#include "tri-protect-words.h"

#define PASSPHRASE "hexagon Zürich 77"

static GPtrArray *
identities (const char *passphrase)
{
  GPtrArray *all = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_identity_unref);
  g_ptr_array_add (all, tri_age_identity_new_passphrase (passphrase, NULL));
  return all;
}

/* From an empty page to an age file that opens with the passphrase, and back on the same page. */
static void
test_protect (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = window->protect;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = protect_write_picture ("protect", "a.png", 20), sealed = NULL;
  g_autofree char *path = g_strconcat (g_file_peek_path (file), ".age", NULL);
  sealed = g_file_new_for_path (path);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (page->views), ==, "empty");
  tri_window_show_page (window, "protect");
  protect_drop (page, g_slist_prepend (NULL, file));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (page->views), ==, "queue");
  g_assert_nonnull (strstr (gtk_label_get_label (page->summary), "1 file will be encrypted"));
  /* without a passphrase nothing begins, and it is said why */
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.run", NULL);
  g_assert_false (tri_vault_queue_is_running (page->queue));
  g_assert_null (tri_protect_keys_dup_recipients (page->keys, &error));
  g_assert_cmpstr (gtk_label_get_label (page->status), ==, error->message);
  g_clear_error (&error);
  protect_type (page, PASSPHRASE);
  protect_run (page);
  g_assert_cmpuint (protect_totals (page).n[TRI_VAULT_DONE], ==, 1);
  g_assert_cmpstr (gtk_label_get_label (page->status), ==, "1 file done");
  g_assert_cmpstr (gtk_image_get_icon_name (page->status_icon), ==, "emblem-ok-symbolic");
  g_autoptr (GPtrArray) keys = identities (PASSPHRASE);
  g_autoptr (GBytes) opened = tri_vault_open_to_memory (sealed, keys, 1 << 20, NULL, NULL, &error);
  g_autoptr (GBytes) original = tri_file_read (file, 1 << 20, NULL, NULL);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (opened, original));
  fixture_close (window);
}

static gboolean
has_picture (gpointer data)
{
  return tri_protect_preview_get_picture (TRI_PROTECT_PAGE (data)->preview) != NULL;
}

/* One that vanished does not keep the others from being done; it is said by name, and a retry does it. */
static void
test_failures (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = window->protect;
  GSList *files = NULL;
  for (guint i = 0; i < 5; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      files = g_slist_prepend (files, protect_write_picture ("failures", name, 10 + i));
    }
  tri_window_show_page (window, "protect");
  protect_drop (page, g_slist_copy (files));
  g_assert_cmpint (g_remove (g_file_peek_path (files->data)), ==, 0);
  protect_type (page, PASSPHRASE);
  protect_run (page);
  g_assert_cmpuint (protect_totals (page).n[TRI_VAULT_DONE], ==, 4);
  g_assert_cmpuint (protect_totals (page).n[TRI_VAULT_FAILED], ==, 1);
  g_assert_cmpstr (gtk_label_get_label (page->status), ==, "4 files done · 1 failed");
  g_autoptr (TriVaultRow) row = g_list_model_get_item (G_LIST_MODEL (page->queue), 0);
  g_autofree char *words = tri_protect_words_of_row (row);
  g_assert_nonnull (strstr (words, "4.png"));
  g_autoptr (GFile) again = protect_write_picture ("failures", "4.png", 14);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), "protect.retry", NULL));
  fixture_spin_until (protect_is_over, page);
  g_assert_cmpuint (protect_totals (page).n[TRI_VAULT_DONE], ==, 5);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (page->retry)));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), "protect.clear-done", NULL));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (page->views), ==, "empty");
  g_slist_free_full (files, g_object_unref);
  fixture_close (window);
}

/* One file that fails by name, for as long as something is wrong. */
static void
check_trouble (TriProtectPage *page, const char *name)
{
  g_autoptr (TriVaultRow) row = g_list_model_get_item (G_LIST_MODEL (page->queue), 0);
  g_autofree char *words = tri_protect_words_of_row (row);
  g_test_message ("%s", words);
  g_assert_cmpstr (gtk_label_get_label (page->status), ==, "No file done · 1 failed");
  g_assert_nonnull (strstr (words, name));
}

static void
retry (TriProtectPage *page)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), "protect.retry", NULL));
  fixture_spin_until (protect_is_over, page);
  g_assert_cmpstr (gtk_label_get_label (page->status), ==, "1 file done");
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.clear", NULL);
}

static TriProtectPage *
page_with_one (TriWindow *window, const char *folder, guint side)
{
  g_autoptr (GFile) file = protect_write_picture (folder, "a.png", side);
  tri_window_show_page (window, "protect");
  protect_drop (window->protect, g_slist_prepend (NULL, file));
  protect_type (window->protect, PASSPHRASE);
  return window->protect;
}

/* The disk takes no more, and then it does. */
static void
test_full_disk (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = page_with_one (window, "full", 300);
  struct rlimit before, small;
  g_assert_cmpint (getrlimit (RLIMIT_FSIZE, &before), ==, 0);
  small = (struct rlimit) { 500, before.rlim_max };
  signal (SIGXFSZ, SIG_IGN);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &small), ==, 0);
  protect_run (page);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &before), ==, 0);
  check_trouble (page, "a.png.age");
  retry (page);
  fixture_close (window);
}

/* The folder for the results is none, and then it is. */
static void
test_no_folder (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = page_with_one (window, "none", 20);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "none", "results", NULL), *uri = g_filename_to_uri (path, NULL, NULL);
  g_assert_true (g_file_set_contents (path, "", 0, NULL));
  g_settings_set_string (window->settings, "protect-folder", uri);
  g_settings_set_boolean (window->settings, "protect-in-folder", TRUE);
  protect_run (page);
  check_trouble (page, "a.png.age");
  g_assert_cmpint (g_remove (path), ==, 0);
  g_assert_cmpint (g_mkdir (path, 0700), ==, 0);
  retry (page);
  g_settings_reset (window->settings, "protect-in-folder");
  g_settings_reset (window->settings, "protect-folder");
  fixture_close (window);
}

#define CHANGING (24 << 20) /* bytes: more than are read between two looks */

/* Another program writes to the file, and then it doesn't. */
static void
test_changing (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = page_with_one (window, "changing", 20);
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "changing", "a.png", NULL), *bytes = g_malloc0 (CHANGING);
  g_assert_true (g_file_set_contents (path, bytes, CHANGING, NULL));
  FILE *file = fopen (path, "a");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), "protect.run", NULL));
  while (!protect_is_over (page))
    {
      g_assert_cmpint (fputc ('x', file), ==, 'x');
      g_assert_cmpint (fflush (file), ==, 0);
      g_main_context_iteration (NULL, FALSE);
    }
  fclose (file);
  check_trouble (page, "a.png");
  retry (page);
  fixture_close (window);
}

/* An age file on the command line or dropped goes to this page; wrong key, preview, and the file beside it. */
static void
test_open (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = window->protect;
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), "open", "a.png.age", NULL);
  g_autoptr (GFile) sealed = g_file_new_for_path (path), file = protect_write_picture ("open", "a.png", 20);
  protect_drop (page, g_slist_prepend (NULL, file));
  protect_type (page, PASSPHRASE);
  protect_run (page);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), "protect.clear-done", NULL));
  tri_window_open (window, sealed);
  fixture_spin_until (protect_is_added, page);
  g_assert_cmpstr (adw_view_stack_get_visible_child_name (window->pages), ==, "protect");
  g_assert_cmpuint (protect_totals (page).n_to_open, ==, 1);
  protect_type (page, "not this one");
  protect_run (page);
  g_assert_cmpuint (protect_totals (page).n[TRI_VAULT_FAILED], ==, 1);
  g_assert_nonnull (strstr (gtk_label_get_label (page->status), "does not fit 1 file"));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (page->retry)));
  g_assert_cmpstr (gtk_button_get_label (page->run), ==, "_Open");
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (page->status_icon)));
  protect_type (page, "nor this one");
  g_signal_emit_by_name (protect_find_entry (GTK_WIDGET (page->keys), "first"), "activate"); /* Enter tries again */
  g_assert_true (page->beginning || tri_vault_queue_is_running (page->queue));
  fixture_spin_until (protect_is_over, page);
  g_assert_cmpuint (protect_totals (page).n[TRI_VAULT_FAILED], ==, 1);
  protect_type (page, PASSPHRASE);
  gtk_single_selection_set_selected (page->selection, 0);
  g_assert_cmpstr (tri_protect_preview_get_command (page->preview), ==, "age -d -o 'a.png' 'a.png.age'");
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), "protect.preview", NULL));
  fixture_spin_until (has_picture, page);
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.unselect", NULL);
  g_assert_null (tri_protect_preview_get_picture (page->preview));
  g_assert_true (g_file_delete (file, NULL, NULL));
  g_assert_cmpuint (protect_totals (page).n[TRI_VAULT_QUEUED], ==, 1); /* the key fits, so it is to be opened */
  protect_run (page);
  g_assert_cmpuint (protect_totals (page).n[TRI_VAULT_DONE], ==, 1);
  g_assert_true (g_file_query_exists (file, NULL));
  fixture_close (window);
}

static gboolean
has_looked (gpointer data)
{
  return gtk_widget_get_sensitive (GTK_WIDGET (gtk_widget_get_template_child (data, TRI_TYPE_PROTECT_PREVIEW, "look")));
}

static void
look_at_it (TriProtectPage *page, const char *passphrase)
{
  protect_type (page, passphrase);
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), "protect.preview", NULL));
  fixture_spin_until (protect_is_over, page);
  while (has_looked (page->preview)) /* it has not begun */
    g_main_context_iteration (NULL, TRUE);
  fixture_spin_until (has_looked, page->preview);
}

/* A preview with a wrong passphrase is a failed opening: the file says so, and several in a row are a sign. */
static void
test_looks (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = window->protect;
  g_autoptr (GFile) file = protect_write_picture ("looks", "a.png", 20);
  g_autofree char *path = g_strconcat (g_file_peek_path (file), ".age", NULL);
  g_autoptr (GFile) sealed = g_file_new_for_path (path);
  tri_window_show_page (window, "protect");
  protect_drop (page, g_slist_prepend (NULL, file));
  protect_type (page, PASSPHRASE);
  protect_run (page);
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.clear", NULL);
  protect_drop (page, g_slist_prepend (NULL, sealed));
  gtk_single_selection_set_selected (page->selection, 0);
  tri_automatic_note_opening (page->automatic, TRUE);
  for (guint i = 0; i < TRI_ADVISOR_FAILURES; i++)
    {
      g_assert_cmpint (tri_automatic_get_situation (page->automatic)->threat, ==, TRI_THREAT_CURIOUS);
      look_at_it (page, "not this one");
      g_assert_cmpuint (protect_totals (page).n[TRI_VAULT_FAILED], ==, 1);
    }
  g_assert_cmpint (tri_automatic_get_situation (page->automatic)->threat, ==, TRI_THREAT_TARGETED);
  g_autoptr (TriVaultRow) row = g_list_model_get_item (G_LIST_MODEL (page->queue), 0);
  g_autofree char *words = tri_protect_words_of_row (row);
  g_assert_nonnull (strstr (words, "passphrase"));
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (page->retry)));
  look_at_it (page, PASSPHRASE);
  g_assert_true (has_picture (page));
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (page->results)) && gtk_widget_get_visible (page->advice));
  g_assert_cmpuint (protect_totals (page).n[TRI_VAULT_QUEUED], ==, 1);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (page->retry)));
  g_assert_cmpint (tri_automatic_get_situation (page->automatic)->threat, ==, TRI_THREAT_CURIOUS);
  fixture_close (window);
}

/* At 900 × 600 the page has room, empty and with files. */
static void
test_small (void)
{
  TriWindow *window = fixture_window ();
  int least;
  g_autoptr (GFile) file = protect_write_picture ("small", "a-name-that-is-longer-than-what-one-would-ever-want-to-read-in-a-list.png", 20);
  tri_window_show_page (window, "protect");
  gtk_widget_measure (GTK_WIDGET (window->protect), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 900);
  protect_drop (window->protect, g_slist_prepend (NULL, file));
  gtk_single_selection_set_selected (window->protect->selection, 0);
  protect_spin_frames (window);
  gtk_widget_measure (GTK_WIDGET (window->protect), GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 900);
  gtk_widget_measure (GTK_WIDGET (window->protect), GTK_ORIENTATION_VERTICAL, 900, &least, NULL, NULL, NULL);
  g_assert_cmpint (least, <=, 550);
  fixture_close (window);
}

static guint
count_named (GtkWidget *widget, const char *suffix)
{
  guint n = GTK_IS_LABEL (widget) && g_str_has_suffix (gtk_label_get_label (GTK_LABEL (widget)), suffix);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += count_named (child, suffix);
  return n;
}

static void
drop_some (TriProtectPage *page, guint first, guint end)
{
  GSList *files = NULL;
  for (guint i = first; i < end; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      files = g_slist_prepend (files, protect_write_picture ("rows", name, 4));
    }
  protect_drop (page, g_slist_copy (files));
  g_slist_free_full (files, g_object_unref);
}

/* Files that come to a list which has room for them are seen. */
static void
test_rows (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = window->protect;
  tri_window_show_page (window, "protect");
  drop_some (page, 0, 4);
  protect_spin_frames (window);
  g_assert_cmpuint (count_named (GTK_WIDGET (page->list), ".png"), ==, 4);
  drop_some (page, 4, 10);
  protect_spin_frames (window);
  g_assert_cmpuint (count_named (GTK_WIDGET (page->list), ".png"), ==, 10);
  fixture_close (window);
}

/* Preferences are kept and used; no key is among them. */
static void
test_results (void)
{
  TriWindow *window = fixture_window ();
  TriVaultOptions options;
  g_settings_set_boolean (window->settings, "protect-trash", TRUE);
  g_settings_set_boolean (window->settings, "protect-armor", TRUE);
  g_settings_set_string (window->settings, "protect-conflict", "number");
  g_settings_set_string (window->settings, "protect-folder", "file:///tmp/results");
  g_settings_set_boolean (window->settings, "protect-in-folder", TRUE);
  g_autoptr (GFile) folder = tri_protect_results_get_options (window->protect->results, &options);
  g_assert_true (options.trash && options.armor && !options.hide_name);
  g_assert_cmpint (options.conflict, ==, TRI_VAULT_NUMBER);
  g_assert_cmpstr (g_file_peek_path (folder), ==, "/tmp/results");
  static const char *const keys[] = { "protect-trash", "protect-armor", "protect-conflict", "protect-folder", "protect-in-folder" };
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (window->settings, keys[i]);
  g_autoptr (GFile) none = tri_protect_results_get_options (window->protect->results, &options);
  g_assert_null (none);
  g_assert_cmpint (options.conflict, ==, TRI_VAULT_ASK);
  fixture_close (window);
}

#define N_STOPPED 40 /* more than are done before it stops */

/* While it works, closing asks; stopped, it does not. */
static void
test_close (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = window->protect;
  GSList *files = NULL;
  for (guint i = 0; i < N_STOPPED; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.png", i);
      files = g_slist_prepend (files, protect_write_picture ("close", name, 20));
    }
  tri_window_show_page (window, "protect");
  protect_drop (page, g_slist_copy (files));
  g_assert_null (tri_page_why_stay (TRI_PAGE (page)));
  protect_type (page, PASSPHRASE);
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.run", NULL);
  g_autofree char *why = tri_page_why_stay (TRI_PAGE (page));
  g_assert_nonnull (why);
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.stop", NULL);
  fixture_spin_until (protect_is_over, page);
  g_assert_null (tri_page_why_stay (TRI_PAGE (page)));
  TriVaultTotals totals = protect_totals (page);
  g_assert_cmpuint (totals.n[TRI_VAULT_STOPPED], >, 0);
  g_assert_cmpuint (totals.n[TRI_VAULT_STOPPED] + totals.n[TRI_VAULT_DONE], ==, N_STOPPED);
  g_slist_free_full (files, g_object_unref);
  fixture_close (window);
}

/* As the locale separates thousands: not at all in C, and in most others. */
static void
check_counts (void)
{
  TriVaultTotals totals = { .n_items = 12345, .n_to_protect = 12345, .size_queued = 1 };
  const char *gap = localeconv ()->thousands_sep;
  g_autofree char *plan = tri_protect_words_of_plan (&totals), *run = tri_protect_words_of_run (&totals);
  g_autofree char *planned = g_strdup_printf ("12%s345 files will be encrypted · 1 byte", gap);
  g_autofree char *button = g_strdup_printf ("_Protect 12%s345 Files", gap);
  g_assert_cmpstr (plan, ==, planned);
  g_assert_cmpstr (run, ==, button);
  totals.n[TRI_VAULT_DONE] = 2345;
  totals.n[TRI_VAULT_FAILED] = 10000;
  g_autofree char *end = tri_protect_words_of_end (&totals);
  g_autofree char *ended = g_strdup_printf ("2%s345 files done · 10%s000 failed", gap, gap);
  g_assert_cmpstr (end, ==, ended);
  totals = (TriVaultTotals) { .n_items = 1, .n = { [TRI_VAULT_FAILED] = 1 } };
  g_autofree char *none = tri_protect_words_of_end (&totals);
  g_assert_cmpstr (none, ==, "No file done · 1 failed");
}

static void
test_counts (void)
{
  static const char *const locales[] = { "C.UTF-8", "de_DE.UTF-8", "en_US.UTF-8", "fr_FR.UTF-8" };
  g_autofree char *before = g_strdup (setlocale (LC_NUMERIC, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (locales); i++)
    {
      g_test_message ("%s: %s", locales[i], setlocale (LC_NUMERIC, locales[i]) != NULL ? "as it has it" : "as before");
      check_counts ();
    }
  setlocale (LC_NUMERIC, before);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/app/protect/protect", test_protect);
  g_test_add_func ("/app/protect/open", test_open);
  g_test_add_func ("/app/protect/looks", test_looks);
  g_test_add_func ("/app/protect/failures", test_failures);
  g_test_add_func ("/app/protect/full-disk", test_full_disk);
  g_test_add_func ("/app/protect/no-folder", test_no_folder);
  g_test_add_func ("/app/protect/changing", test_changing);
  g_test_add_func ("/app/protect/small", test_small);
  g_test_add_func ("/app/protect/rows", test_rows);
  g_test_add_func ("/app/protect/results", test_results);
  g_test_add_func ("/app/protect/close", test_close);
  g_test_add_func ("/app/protect/counts", test_counts);
  return fixture_run ();
}
