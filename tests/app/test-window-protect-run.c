/* A run on the Protect page: paused, stopped, gone on with, asked about names, originals to the Trash; and that all of the
 * page can be reached and is named without a pointer. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "protect-fixture.h"

#define PASSPHRASE "hexagon Zürich 77"
#define N_FILES 30

static TriProtectPage *
page_with (TriWindow *window, const char *folder, guint n)
{
  TriProtectPage *page = window->protect;
  GSList *files = NULL;
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *name = g_strdup_printf ("%02u.png", i);
      files = g_slist_prepend (files, protect_write_picture (folder, name, 60));
    }
  tri_window_show_page (window, "protect");
  protect_drop (page, g_slist_copy (files));
  g_slist_free_full (files, g_object_unref);
  protect_type (page, PASSPHRASE);
  return page;
}

static void
begin (TriProtectPage *page)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), "protect.run", NULL));
  g_assert_true (tri_vault_queue_is_running (page->queue));
}

static gboolean
rests (gpointer page)
{
  return protect_totals (page).n[TRI_VAULT_WORKING] == 0;
}

static gboolean
has_come (gpointer time)
{
  return g_get_monotonic_time () >= *(gint64 *) time;
}

static guint
count_files (const char *folder, const char *suffix)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), folder, NULL);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  guint n = 0;
  while ((name = g_dir_read_name (dir)) != NULL)
    n += g_str_has_suffix (name, suffix);
  return n;
}

static gboolean
says_paused (gpointer page)
{
  return g_str_equal (gtk_label_get_label (TRI_PROTECT_PAGE (page)->status), "Paused.");
}

/* Files in work are finished, no other is begun until it goes on, and what is to be pressed says so. */
static void
test_pause (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = page_with (window, "pause", N_FILES);
  begin (page);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (page->pause)) && gtk_widget_get_visible (GTK_WIDGET (page->stop)));
  g_assert_false (gtk_widget_get_sensitive (GTK_WIDGET (page->keys)));
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.pause", NULL);
  fixture_spin_until (rests, page);
  fixture_spin_until (says_paused, page);
  guint n = protect_totals (page).n[TRI_VAULT_DONE];
  gint64 later = g_get_monotonic_time () + 300000;
  fixture_spin_until (has_come, &later);
  g_assert_cmpuint (n, <, N_FILES);
  g_assert_cmpuint (protect_totals (page).n[TRI_VAULT_DONE], ==, n);
  g_assert_cmpuint (count_files ("pause", ".png.age"), ==, n);
  g_assert_cmpstr (gtk_button_get_label (page->pause), ==, "Res_ume");
  g_assert_nonnull (strstr (gtk_label_get_label (page->summary), " of 30 files · "));
  g_assert_true (says_paused (page));
  g_assert_cmpstr (gtk_button_get_label (page->run), ==, "Working…");
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.pause", NULL);
  g_assert_cmpstr (gtk_button_get_label (page->pause), ==, "P_ause");
  fixture_spin_until (protect_is_over, page);
  g_assert_cmpuint (count_files ("pause", ".png.age"), ==, N_FILES);
  g_assert_false (gtk_widget_get_visible (GTK_WIDGET (page->pause)));
  fixture_close (window);
}

/* A pause while the last files are in work ends with them, rather than waiting for somebody to resume nothing; and what the
 * run came to stays to be read beside what is said of something else. */
static void
test_pause_at_end (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = page_with (window, "pause-at-end", 2);
  begin (page);
  while (protect_totals (page).n[TRI_VAULT_QUEUED] > 0)
    g_main_context_iteration (NULL, TRUE);
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.pause", NULL);
  fixture_spin_until (protect_is_over, page);
  g_assert_cmpstr (gtk_label_get_label (page->status), ==, "2 files done");
  gtk_single_selection_set_selected (page->selection, 0);
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.copy-command", NULL);
  g_assert_nonnull (strstr (gtk_label_get_label (page->status), "clipboard"));
  tri_protect_page_say (page, NULL);
  g_assert_cmpstr (gtk_label_get_label (page->status), ==, "2 files done");
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.clear", NULL);
  g_assert_cmpstr (gtk_label_get_label (page->status), ==, "");
  fixture_close (window);
}

/* What is done stays done, of the rest there is nothing, and Go On does it. */
static void
test_stop (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = page_with (window, "stop", N_FILES);
  begin (page);
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.stop", NULL);
  fixture_spin_until (protect_is_over, page);
  TriVaultTotals totals = protect_totals (page);
  g_autofree char *words = g_strdup_printf ("%u stopped", totals.n[TRI_VAULT_STOPPED]);
  g_assert_cmpuint (totals.n[TRI_VAULT_STOPPED], >, 0);
  g_assert_cmpuint (totals.n[TRI_VAULT_STOPPED] + totals.n[TRI_VAULT_DONE], ==, N_FILES);
  g_assert_cmpuint (count_files ("stop", ".png.age"), ==, totals.n[TRI_VAULT_DONE]);
  g_assert_cmpuint (count_files ("stop", ""), ==, N_FILES + totals.n[TRI_VAULT_DONE]);
  g_assert_nonnull (strstr (gtk_label_get_label (page->status), words));
  g_assert_cmpstr (gtk_button_get_label (page->retry), ==, "Go _On");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (page->retry)));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), "protect.retry", NULL));
  fixture_spin_until (protect_is_over, page);
  g_assert_cmpuint (count_files ("stop", ".png.age"), ==, N_FILES);
  g_assert_cmpstr (gtk_label_get_label (page->status), ==, "30 files done");
  fixture_close (window);
}

static gboolean
is_asking (gpointer unused)
{
  return fixture_find_message_dialog () != NULL;
}

static gboolean
is_theirs (const char *folder, const char *name)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), folder, name, NULL), *text = NULL;
  return g_file_get_contents (path, &text, NULL, NULL) && strcmp (text, "theirs") == 0;
}

static void
count (TriVaultQueue *queue, TriVaultRow *row, guint *n)
{
  (*n)++;
}

/* The answer is asked for once, and counts for all of the run. */
static void
check_taken (const char *response, TriVaultState state, gboolean theirs, guint n_files)
{
  TriWindow *window = fixture_window ();
  g_autofree char *folder = g_strconcat ("taken-", response, NULL);
  TriProtectPage *page = page_with (window, folder, 3);
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *path = g_strdup_printf ("%s/%s/%02u.png.age", g_get_tmp_dir (), folder, i);
      g_assert_true (g_file_set_contents (path, "theirs", -1, NULL));
    }
  guint n_asked = 0;
  g_signal_connect (page->queue, "ask", G_CALLBACK (count), &n_asked);
  begin (page);
  fixture_spin_until (is_asking, NULL);
  GtkWindow *dialog = fixture_find_message_dialog ();
  g_assert_true (gtk_window_get_transient_for (dialog) == GTK_WINDOW (window));
  g_assert_cmpstr (adw_message_dialog_get_default_response (ADW_MESSAGE_DIALOG (dialog)), ==, "skip");
  g_assert_cmpuint (protect_totals (page).n[TRI_VAULT_DONE], ==, 0);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (dialog);
  fixture_spin_until (protect_is_over, page);
  g_assert_cmpuint (n_asked, ==, 1);
  g_assert_cmpuint (protect_totals (page).n[state], ==, 3);
  g_assert_true (is_theirs (folder, "00.png.age") == theirs && is_theirs (folder, "02.png.age") == theirs);
  g_assert_cmpuint (count_files (folder, ""), ==, n_files);
  fixture_close (window);
}

static void
test_taken (void)
{
  check_taken ("skip", TRI_VAULT_SKIPPED, TRUE, 6);
  check_taken ("number", TRI_VAULT_DONE, TRUE, 9);
  check_taken ("replace", TRI_VAULT_DONE, FALSE, 6);
  check_taken ("stop", TRI_VAULT_STOPPED, TRUE, 6);
}

/* Verified originals go where they can be taken back from, and it is said; one that is left out stays. */
static void
test_trash (void)
{
  TriWindow *window = fixture_window ();
  g_autofree char *taken = g_build_filename (g_get_tmp_dir (), "trash", "01.png.age", NULL);
  TriProtectPage *page = page_with (window, "trash", 2);
  g_assert_true (g_file_set_contents (taken, "theirs", -1, NULL));
  g_settings_set_boolean (window->settings, "protect-trash", TRUE);
  g_settings_set_string (window->settings, "protect-conflict", "skip");
  begin (page);
  fixture_spin_until (protect_is_over, page);
  g_autofree char *trashed = g_build_filename (g_get_user_data_dir (), "Trash", "files", "00.png", NULL);
  g_assert_true (g_file_test (trashed, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_files ("trash", "00.png"), ==, 0);
  g_assert_cmpuint (count_files ("trash", "01.png"), ==, 1);
  g_assert_cmpstr (gtk_label_get_label (page->status), ==, "1 file done · 1 skipped · 1 original moved to the Trash");
  g_settings_reset (window->settings, "protect-trash");
  g_settings_reset (window->settings, "protect-conflict");
  fixture_close (window);
}

static GtkWidget *
find_row (GtkWidget *widget)
{
  GtkWidget *found = NULL;
  if (g_str_equal (G_OBJECT_TYPE_NAME (widget), "TriProtectRow") && gtk_widget_get_first_child (widget) != NULL)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_row (child);
  return found;
}

/* What a screen reader says of a file, while it waits and when it is done. */
static void
test_said (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = page_with (window, "said", 1);
  protect_spin_frames (window);
  GtkAccessible *item = GTK_ACCESSIBLE (gtk_widget_get_parent (find_row (GTK_WIDGET (page->list))));
  g_autofree char *before = gtk_test_accessible_check_property (item, GTK_ACCESSIBLE_PROPERTY_LABEL, "\001");
  g_assert_nonnull (strstr (before, "00.png: Queued"));
  begin (page);
  fixture_spin_until (protect_is_over, page);
  g_autofree char *after = gtk_test_accessible_check_property (item, GTK_ACCESSIBLE_PROPERTY_LABEL, "\001");
  g_assert_nonnull (strstr (after, "00.png: Done"));
  g_assert_nonnull (strstr (after, "verified"));
  gtk_test_accessible_assert_role (page->status, GTK_ACCESSIBLE_ROLE_STATUS);
  gtk_test_accessible_assert_role (page->progress, GTK_ACCESSIBLE_ROLE_PROGRESS_BAR);
  g_assert_true (gtk_test_accessible_has_property (GTK_ACCESSIBLE (page->progress), GTK_ACCESSIBLE_PROPERTY_VALUE_NOW));
  fixture_close (window);
}

/* Frames, what is inside a control, and all of a list's rows but one take no Tab. */
static gboolean
takes_tab (GtkWidget *widget)
{
  if (!gtk_widget_get_focusable (widget) || !gtk_widget_get_mapped (widget) || !gtk_widget_is_sensitive (widget)
      || GTK_IS_SCROLLED_WINDOW (widget) || GTK_IS_VIEWPORT (widget) || GTK_IS_LIST_BOX_ROW (widget) || GTK_IS_LIST_BASE (widget)
      || g_str_equal (G_OBJECT_TYPE_NAME (widget), "GtkListItemWidget"))
    return FALSE;
  return TRUE;
}

/* Within a control that is in @reached, or that has one of them. */
static gboolean
is_reached (GtkWidget *widget, GPtrArray *reached)
{
  for (guint i = 0; i < reached->len; i++)
    if (reached->pdata[i] == (gpointer) widget || gtk_widget_is_ancestor (reached->pdata[i], widget)
        || (gtk_widget_is_ancestor (widget, reached->pdata[i]) && !GTK_IS_LIST_BOX_ROW (reached->pdata[i])))
      return TRUE;
  return FALSE;
}

static guint
count_unreached (GtkWidget *widget, GPtrArray *reached, const char *state)
{
  guint n = 0;
  if (GTK_IS_POPOVER (widget))
    return 0;
  if (takes_tab (widget) && !is_reached (widget, reached))
    {
      g_test_message ("%s: %s#%s takes the focus, but no Tab leads to it", state, G_OBJECT_TYPE_NAME (widget),
                      gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)));
      n++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += count_unreached (child, reached, state);
  return n;
}

/* Tab around the page once. */
static void
check_reach (TriWindow *window, guint at_least, const char *state)
{
  g_autoptr (GPtrArray) reached = g_ptr_array_new ();
  GtkWidget *page = GTK_WIDGET (window->protect);
  guint n_rows = 0;
  protect_spin_frames (window);
  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  while (gtk_widget_child_focus (page, GTK_DIR_TAB_FORWARD))
    {
      GtkWidget *focus = gtk_root_get_focus (GTK_ROOT (window));
      g_assert_false (g_ptr_array_find (reached, focus, NULL)); /* round in circles */
      g_ptr_array_add (reached, focus);
      n_rows += g_str_equal (G_OBJECT_TYPE_NAME (focus), "GtkListItemWidget");
    }
  g_test_message ("%s: %u stops", state, reached->len);
  g_assert_cmpuint (reached->len, >=, at_least);
  g_assert_cmpuint (n_rows, <=, 1); /* of thousands, maybe */
  g_assert_cmpuint (count_unreached (page, reached, state), ==, 0);
  g_assert_cmpuint (fixture_count_nameless (page, state), ==, 0);
}

/* Nothing that had the focus takes it away with it. */
static void
test_focus_stays (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = window->protect;
  tri_window_show_page (window, "protect");
  protect_spin_frames (window);
  g_assert_true (gtk_widget_grab_focus (page->first_choice));
  page_with (window, "focus", 2);
  g_assert_true (gtk_widget_is_ancestor (gtk_root_get_focus (GTK_ROOT (window)), GTK_WIDGET (page->list)));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (page), "protect.clear", NULL));
  protect_spin_frames (window);
  g_assert_nonnull (gtk_root_get_focus (GTK_ROOT (window)));
  g_assert_true (gtk_widget_get_mapped (gtk_root_get_focus (GTK_ROOT (window))));
  /* as GTK leaves it where a menu was closed and then hidden: a way to the focus, and none */
  gtk_window_set_focus (GTK_WINDOW (window), NULL);
  g_assert_false (gtk_widget_is_sensitive (GTK_WIDGET (page->run)));
  for (GtkWidget *child = GTK_WIDGET (page->run), *parent; (parent = gtk_widget_get_parent (child)) != NULL; child = parent)
    gtk_widget_set_focus_child (parent, child);
  g_assert_true (gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD));
  g_assert_nonnull (gtk_root_get_focus (GTK_ROOT (window)));
  /* and where the focus went on from there: Tab comes to what is before, too */
  gtk_window_set_focus (GTK_WINDOW (window), GTK_WIDGET (protect_find_entry (GTK_WIDGET (page->keys), "first")));
  gtk_widget_set_focus_child (page->left, GTK_WIDGET (page->preview));
  guint n = 0;
  while (gtk_root_get_focus (GTK_ROOT (window)) != page->first_choice && n++ < 30)
    gtk_widget_child_focus (GTK_WIDGET (window), GTK_DIR_TAB_FORWARD);
  g_assert_cmpuint (n, <, 30);
  fixture_close (window);
}

static void
test_reach (void)
{
  TriWindow *window = fixture_window ();
  tri_window_show_page (window, "protect");
  check_reach (window, 8, "empty");
  TriProtectPage *page = page_with (window, "reach", 12);
  check_reach (window, 10, "ready");
  tri_protect_keys_use_passphrase (page->keys, FALSE);
  check_reach (window, 8, "people");
  tri_protect_keys_use_passphrase (page->keys, TRUE);
  begin (page);
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.pause", NULL);
  check_reach (window, 6, "working");
  g_assert_true (tri_vault_queue_is_running (page->queue));
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.stop", NULL);
  fixture_spin_until (protect_is_over, page);
  gtk_single_selection_set_selected (page->selection, 0);
  check_reach (window, 10, "stopped, one chosen");
  fixture_close (window);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/app/protect-run/pause", test_pause);
  g_test_add_func ("/app/protect-run/pause-at-end", test_pause_at_end);
  g_test_add_func ("/app/protect-run/stop", test_stop);
  g_test_add_func ("/app/protect-run/taken", test_taken);
  g_test_add_func ("/app/protect-run/trash", test_trash);
  g_test_add_func ("/app/protect-run/said", test_said);
  g_test_add_func ("/app/protect-run/focus-stays", test_focus_stays);
  g_test_add_func ("/app/protect-run/reach", test_reach);
  return fixture_run ();
}
