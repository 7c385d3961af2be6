/* The ledger's row and dialog, in each state. SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "ledger-fixture.h"
#include "tri-age.h"
#include "tri-keyring-home.h"
#include "tri-ledger-computers.h"
#include "tri-ledger-dialog.h"
#include "tri-ledger-row.h"
#include "tri-log-proof.h"

typedef struct {
  TriLedgerWatch *watch;
  GtkWidget *window, *row;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  ledger_clear_home ();
  ledger_begin (GPOINTER_TO_UINT (data));
}

static void
show (Fixture *f)
{
  GtkWidget *list = gtk_list_box_new ();
  f->watch = ledger_watch ();
  f->row = tri_ledger_row_new (f->watch);
  gtk_list_box_append (GTK_LIST_BOX (list), f->row);
  f->window = gtk_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (f->window), 900, 600); /* that of the program, at least */
  gtk_window_set_child (GTK_WINDOW (f->window), list);
  gtk_window_present (GTK_WINDOW (f->window));
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  gtk_window_destroy (GTK_WINDOW (f->window));
  g_object_unref (f->watch); /* a worker may still let go of it */
}

static GtkWidget *
find (GtkWidget *widget, const char *id)
{
  const char *name = GTK_IS_BUILDABLE (widget) ? gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)) : NULL;
  if (g_strcmp0 (name, id) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find (child, id);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static const char *
text_of (GtkWidget *dialog, const char *id)
{
  return gtk_label_get_label (GTK_LABEL (find (dialog, id)));
}

/* The row opens it. */
static GtkWidget *
open_dialog (Fixture *f)
{
  gtk_widget_activate (f->row);
  GListModel *windows = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);
      if (TRI_IS_LEDGER_DIALOG (window))
        return window;
    }
  g_assert_not_reached ();
}

static gboolean
is_sensitive (GtkWidget *dialog, const char *id)
{
  return gtk_widget_get_sensitive (find (dialog, id));
}

static const char *
page_of (GtkWidget *dialog)
{
  return gtk_stack_get_visible_child_name (GTK_STACK (find (dialog, "events")));
}

static void
wait_for_result (GtkWidget *dialog)
{
  while (!gtk_widget_get_visible (find (dialog, "result")))
    g_main_context_iteration (NULL, TRUE);
}

static void
test_none (Fixture *f, gconstpointer data)
{
  ledger_replace (NULL);
  ledger_forget ();
  show (f);
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (f->row)), ==, "No ledger yet");
  GtkWidget *dialog = open_dialog (f);
  g_assert_cmpstr (page_of (dialog), ==, "none");
  g_assert_false (is_sensitive (dialog, "checks"));
  g_signal_emit_by_name (find (dialog, "begin"), "clicked");
  while (tri_ledger_watch_get_state (f->watch) != TRI_LEDGER_STATE_INTACT)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpstr (page_of (dialog), ==, "empty");
  g_assert_cmpstr (text_of (dialog, "badge"), ==, "Intact");
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* Keys that are older than the ledger are in it from its beginning. */
static void
test_older_keys (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  ledger_clear_home ();
  g_autoptr (TriKeyring) keyring = tri_keyring_home_new (&error);
  g_autoptr (GPtrArray) keys = tri_keyring_import (
      keyring, "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p", "Ana", NULL, &error);
  g_assert_no_error (error);
  show (f);
  GtkWidget *dialog = open_dialog (f);
  g_signal_emit_by_name (find (dialog, "begin"), "clicked");
  wait_for_result (dialog);
  while (tri_ledger_watch_get_state (f->watch) != TRI_LEDGER_STATE_INTACT)
    g_main_context_iteration (NULL, TRUE);
  g_assert_nonnull (strstr (text_of (dialog, "result_text"), "1 key that was in the key ring already"));
  g_assert_cmpstr (page_of (dialog), ==, "list");
  const TriLedgerEvent *event = tri_ledger_get_event (tri_ledger_watch_get_ledger (f->watch), 0);
  g_assert_cmpint (event->kind, ==, TRI_LEDGER_IMPORTED);
  g_assert_true (g_str_has_prefix (event->label, "Ana ("));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
test_intact (Fixture *f, gconstpointer data)
{
  show (f);
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (f->row)), ==, "3 entries, consistent");
  const char *subtitle = adw_action_row_get_subtitle (ADW_ACTION_ROW (f->row));
  g_assert_true (g_str_has_prefix (subtitle, "checkpoint signed "));
  g_assert_true (g_str_has_suffix (subtitle, "witness: none"));
  GtkWidget *dialog = open_dialog (f);
  g_assert_cmpstr (page_of (dialog), ==, "list");
  gtk_test_accessible_assert_property (find (dialog, "verify"), GTK_ACCESSIBLE_PROPERTY_LABEL, "Verify Now");
  gtk_test_accessible_assert_property (find (dialog, "move_key"), GTK_ACCESSIBLE_PROPERTY_LABEL, "Export the Signing Key…");
  g_assert_true (is_sensitive (dialog, "witness_group"));
  g_assert_false (is_sensitive (dialog, "prove")); /* of which? */
  g_assert_null (tri_ledger_dialog_prove (TRI_LEDGER_DIALOG (dialog)));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* The proof is of the entry that is chosen, and holds. */
static void
test_prove (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  show (f);
  GtkWidget *dialog = open_dialog (f);
  GtkSelectionModel *model = gtk_column_view_get_model (GTK_COLUMN_VIEW (find (dialog, "view")));
  gtk_single_selection_set_selected (GTK_SINGLE_SELECTION (model), 1);
  g_assert_true (is_sensitive (dialog, "prove"));
  g_autofree char *text = tri_ledger_dialog_prove (TRI_LEDGER_DIALOG (dialog));
  g_autoptr (TriLogProof) proof = tri_log_proof_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (proof->index, ==, 1);
  g_assert_true (tri_log_proof_check (proof, proof->extra,
                                      tri_ledger_get_verifier (tri_ledger_watch_get_ledger (f->watch)), &error));
  g_assert_nonnull (strstr (g_bytes_get_data (proof->extra, NULL), "key 1"));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
expect_trouble (Fixture *f, const char *badge, const char *sentence, const char *page)
{
  show (f);
  GtkWidget *dialog = open_dialog (f);
  g_assert_cmpstr (text_of (dialog, "badge"), ==, badge);
  g_assert_nonnull (strstr (text_of (dialog, "sentence"), sentence));
  g_assert_cmpstr (page_of (dialog), ==, page);
  g_assert_false (is_sensitive (dialog, "witness_group")); /* nothing is signed or shown of such a ledger */
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
test_rolled_back (Fixture *f, gconstpointer data)
{
  g_autofree char *old = ledger_copy ("old");
  ledger_append ("lost");
  ledger_replace (old);
  expect_trouble (f, "Rolled back", "4 entries", "list");
}

static void
test_edited (Fixture *f, gconstpointer data)
{
  ledger_edit ("key 1", "key X");
  expect_trouble (f, "Broken", "Entry 2", "empty");
}

static void
test_gone (Fixture *f, gconstpointer data)
{
  ledger_replace (NULL);
  expect_trouble (f, "Broken", "gone", "empty");
}

/* Two histories that part after the third entry. Returns: a copy of the first; the ledger is the second, and nobody remembers
 * having seen another */
static char *
part_histories (void)
{
  g_autofree char *old = ledger_copy ("old");
  ledger_append ("here");
  char *mine = ledger_copy ("mine");
  ledger_replace (old);
  ledger_forget ();
  ledger_append ("there");
  return mine;
}

static void
test_compare (Fixture *f, gconstpointer data)
{
  g_autofree char *mine = part_histories ();
  show (f);
  GtkWidget *dialog = open_dialog (f);
  g_autoptr (GFile) copy = g_file_new_for_path (mine);
  tri_ledger_dialog_compare (TRI_LEDGER_DIALOG (dialog), copy);
  wait_for_result (dialog);
  g_assert_nonnull (strstr (text_of (dialog, "result_text"), "from entry 4 on"));
  g_assert_true (gtk_widget_has_css_class (find (dialog, "result_icon"), "warning"));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (find (dialog, "pages"))), ==, "checks");
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
test_witness (Fixture *f, gconstpointer data)
{
  g_autofree char *key = NULL;
  g_autofree char *cosigned = ledger_cosign (&key);
  show (f);
  GtkWidget *dialog = open_dialog (f);
  gtk_editable_set_text (GTK_EDITABLE (find (dialog, "witness_key")), key);
  g_autoptr (GFile) file = g_file_new_for_path (cosigned);
  tri_ledger_dialog_accept (TRI_LEDGER_DIALOG (dialog), file);
  wait_for_result (dialog);
  g_assert_true (gtk_widget_has_css_class (find (dialog, "result_icon"), "success"));
  ledger_wait (f->watch);
  g_assert_nonnull (strstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (f->row)), "witness: witness.example"));
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static gboolean
is_shown (GtkWidget *dialog, const char *id)
{
  return gtk_widget_get_visible (find (dialog, id));
}

/* As on a second computer: the folder came, and the key stayed. Returns: (transfer full): the public key */
static char *
move_elsewhere (void)
{
  g_autoptr (TriLedger) ledger = tri_ledger_home_open (NULL, NULL, NULL);
  char *key = tri_verifier_to_text (tri_ledger_get_verifier (ledger));
  static const char *const names[] = { "ledger.key", "ledger.pub", "ledger.seen", "ledger.followed" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GFile) file = tri_ledger_home_file (names[i]);
      (void) g_file_delete (file, NULL, NULL);
    }
  return key;
}

static void
expect_result (Fixture *f, GtkWidget *dialog, const char *class, const char *words)
{
  wait_for_result (dialog);
  ledger_wait (f->watch);
  g_assert_nonnull (strstr (text_of (dialog, "result_text"), words));
  g_assert_true (gtk_widget_has_css_class (find (dialog, "result_icon"), class));
}

static void
test_follow (Fixture *f, gconstpointer data)
{
  g_autofree char *key = move_elsewhere ();
  show (f);
  g_assert_cmpstr (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (f->row)), ==, "A ledger of another computer");
  GtkWidget *dialog = open_dialog (f);
  g_assert_cmpstr (text_of (dialog, "badge"), ==, "Not followed");
  g_assert_false (tri_ledger_watch_is_broken (f->watch));
  g_assert_cmpstr (page_of (dialog), ==, "none");
  g_assert_false (is_shown (dialog, "begin")); /* it would make a second one */
  g_signal_emit_by_name (find (dialog, "follow_page"), "clicked");
  g_assert_cmpstr (gtk_stack_get_visible_child_name (GTK_STACK (find (dialog, "pages"))), ==, "computers");
  g_assert_false (is_sensitive (dialog, "follow"));
  gtk_editable_set_text (GTK_EDITABLE (find (dialog, "follow_key")), "nonsense");
  g_signal_emit_by_name (find (dialog, "follow"), "clicked");
  expect_result (f, dialog, "error", "");
  g_autofree char *pasted = g_strconcat ("  ", key, "\t", NULL);
  gtk_editable_set_text (GTK_EDITABLE (find (dialog, "follow_key")), pasted);
  g_signal_emit_by_name (find (dialog, "follow"), "clicked");
  expect_result (f, dialog, "success", "is followed");
  g_assert_cmpstr (text_of (dialog, "badge"), ==, "Intact");
  g_assert_nonnull (strstr (text_of (dialog, "sentence"), "what happens to keys here is not in it"));
  g_assert_cmpstr (page_of (dialog), ==, "list");
  g_assert_false (is_shown (dialog, "follow_group"));
  g_assert_cmpstr (adw_action_row_get_subtitle (ADW_ACTION_ROW (find (dialog, "public_key"))), ==, key);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

static void
type_passphrase (GtkWidget *dialog, const char *first, const char *second)
{
  gtk_editable_set_text (GTK_EDITABLE (find (dialog, "first")), first);
  gtk_editable_set_text (GTK_EDITABLE (find (dialog, "second")), second);
}

/* Returns: (transfer full): an age file that no passphrase opens */
static GFile *
write_for_key (void)
{
  g_autoptr (GError) error = NULL;
  GFile *file = tri_ledger_home_file ("for-a-key.age");
  g_autoptr (TriAgeIdentity) identity = tri_age_identity_generate (TRI_AGE_X25519);
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_recipient_unref);
  g_ptr_array_add (recipients, tri_age_identity_get_recipient (identity));
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data ("a key", -1, NULL);
  g_autoptr (GFileOutputStream) out = g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (tri_age_encrypt (in, G_OUTPUT_STREAM (out), recipients, 0, 5, NULL, &error));
  g_assert_true (g_output_stream_close (G_OUTPUT_STREAM (out), NULL, &error));
  return file;
}

static void
test_key_moves (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) sealed = tri_ledger_home_file ("moved.age");
  show (f);
  GtkWidget *dialog = open_dialog (f), *computers = find (dialog, "computers");
  type_passphrase (dialog, "wincing edginess footrest", "wincing");
  g_assert_false (is_sensitive (dialog, "move_key"));
  type_passphrase (dialog, "wincing edginess footrest", "wincing edginess footrest");
  g_assert_true (is_sensitive (dialog, "move_key"));
  tri_ledger_computers_move_key (TRI_LEDGER_COMPUTERS (computers), sealed);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (find (dialog, "first"))), ==, "");
  expect_result (f, dialog, "success", "two histories");
  gtk_window_destroy (GTK_WINDOW (dialog));

  g_autofree char *key = move_elsewhere ();
  tri_ledger_watch_read (f->watch);
  ledger_wait (f->watch);
  dialog = open_dialog (f), computers = find (dialog, "computers");
  type_passphrase (dialog, "wincing", "");
  tri_ledger_computers_move_key (TRI_LEDGER_COMPUTERS (computers), sealed);
  expect_result (f, dialog, "error", "not the passphrase");
  g_autoptr (GFile) for_key = write_for_key ();
  type_passphrase (dialog, "wincing", "");
  tri_ledger_computers_move_key (TRI_LEDGER_COMPUTERS (computers), for_key);
  expect_result (f, dialog, "error", "encrypted for a key");
  type_passphrase (dialog, "wincing edginess footrest", "");
  tri_ledger_computers_move_key (TRI_LEDGER_COMPUTERS (computers), sealed);
  expect_result (f, dialog, "success", "two histories");
  g_assert_cmpstr (text_of (dialog, "badge"), ==, "Intact");
  g_assert_false (tri_ledger_watch_is_followed (f->watch));
  ledger_append ("signed here");
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* Whoever decides which of two histories is right can go on with it. */
static void
test_go_on (Fixture *f, gconstpointer data)
{
  g_autofree char *mine = part_histories ();
  ledger_replace (mine);
  show (f);
  GtkWidget *dialog = open_dialog (f);
  g_assert_cmpstr (text_of (dialog, "badge"), ==, "Forked");
  g_assert_true (is_shown (dialog, "fork_group"));
  g_signal_emit_by_name (find (dialog, "go_on"), "clicked");
  expect_result (f, dialog, "success", "goes on");
  g_assert_cmpstr (text_of (dialog, "badge"), ==, "Intact");
  g_assert_false (is_shown (dialog, "fork_group"));
  ledger_append ("further");
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* Since a checkpoint that was exported; of another ledger, or of another history, there is none. */
static void
test_growth (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *old = ledger_copy ("before");
  g_autoptr (GFile) checkpoint = g_file_new_build_filename (old, "checkpoint", NULL);
  g_autoptr (GFile) nothing = g_file_new_build_filename (old, "nothing", NULL);
  ledger_append ("one more");
  show (f);
  GtkWidget *dialog = open_dialog (f);
  g_assert_true (is_sensitive (dialog, "export_growth"));
  g_autofree char *text = tri_ledger_dialog_prove_growth (TRI_LEDGER_DIALOG (dialog), checkpoint);
  g_assert_nonnull (text);
  g_autoptr (TriLogGrowth) growth = tri_log_growth_parse (text, strlen (text), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (growth->old_size, ==, 3);
  g_assert_cmpuint (growth->checkpoint->size, ==, 4);
  TriHash root;
  tri_ledger_get_root (tri_ledger_watch_get_ledger (f->watch), 3, &root);
  g_assert_true (tri_log_growth_check (growth, &root, &error));
  g_assert_null (tri_ledger_dialog_prove_growth (TRI_LEDGER_DIALOG (dialog), nothing));
  expect_result (f, dialog, "error", "nothing");
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* A window that is closed while its worker works. */
static void
test_close (Fixture *f, gconstpointer data)
{
  show (f);
  GtkWidget *dialog = open_dialog (f);
  g_autofree char *path = ledger_copy ("copy");
  g_autoptr (GFile) copy = g_file_new_for_path (path);
  tri_ledger_dialog_compare (TRI_LEDGER_DIALOG (dialog), copy);
  g_object_add_weak_pointer (G_OBJECT (dialog), (gpointer *) &dialog);
  gtk_window_destroy (GTK_WINDOW (dialog));
  while (dialog != NULL)
    g_main_context_iteration (NULL, TRUE);
}

int
main (int argc, char **argv)
{
  static const struct { const char *name; void (*func) (Fixture *f, gconstpointer data); } tests[] = {
    { "none", test_none }, { "older-keys", test_older_keys }, { "intact", test_intact }, { "prove", test_prove }, { "rolled-back", test_rolled_back },
    { "edited", test_edited }, { "gone", test_gone }, { "compare", test_compare }, { "witness", test_witness },
    { "growth", test_growth }, { "go-on", test_go_on }, { "follow", test_follow }, { "key-moves", test_key_moves }, { "close", test_close },
  };
  g_test_init (&argc, &argv, NULL);
  adw_init ();
  for (guint i = 0; i < G_N_ELEMENTS (tests); i++)
    {
      g_autofree char *path = g_strconcat ("/ledger-dialog/", tests[i].name, NULL);
      g_test_add (path, Fixture, GUINT_TO_POINTER (3), set_up, tests[i].func, tear_down);
    }
  return g_test_run ();
}
