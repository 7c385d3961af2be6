/* The advice on the Protect page: what it is given, what a run takes of it, and what it asks.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "protect-fixture.h"
#include "tri-automatic-offer.h"
#include "tri-automatic-row.h"
#include "tri-ledger-row.h"
#include "tri-protect-page-private.h"
#include "window-fixture.h"

#define MEGABYTES 6

static gboolean
is_added (gpointer data)
{
  return !tri_vault_queue_is_adding (TRI_PROTECT_PAGE (data)->queue);
}

static void
on_added (GObject *queue, GAsyncResult *result, gpointer unused)
{
  TriVaultAdded added;
  g_assert_true (tri_vault_queue_add_finish (TRI_VAULT_QUEUE (queue), result, &added, NULL));
  g_assert_cmpuint (added.n_files, ==, 1);
}

static void
add_file (TriProtectPage *page, const char *name)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), name, NULL), *bytes = g_malloc0 (MEGABYTES << 20);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GSList *list = g_slist_prepend (NULL, file);
  g_assert_true (g_file_set_contents (path, bytes, MEGABYTES << 20, NULL));
  tri_vault_queue_add_async (page->queue, list, NULL, on_added, NULL);
  g_slist_free (list);
  fixture_spin_until (is_added, page);
}

static gboolean
knows_the_file (gpointer data)
{
  return tri_automatic_get_situation (TRI_PROTECT_PAGE (data)->automatic)->n_files == 1;
}

/* Returns: (nullable): the first below */
static GtkWidget *
find (GtkWidget *widget, GType type)
{
  if (G_TYPE_CHECK_INSTANCE_TYPE (widget, type))
    return widget;
  GtkWidget *found = NULL;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type);
  return found;
}

static void
test_files (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = window->protect;
  add_file (page, "a.nef");
  fixture_spin_until (knows_the_file, page);
  const TriSituation *situation = tri_automatic_get_situation (page->automatic);
  g_assert_cmpint (situation->content, ==, TRI_CONTENT_RAW);
  g_assert_cmpuint (situation->size, ==, MEGABYTES << 20);
  g_assert_nonnull (find (GTK_WIDGET (page), TRI_TYPE_AUTOMATIC_ROW));
  g_assert_nonnull (find (GTK_WIDGET (page), TRI_TYPE_LEDGER_ROW));
  fixture_close (window);
}

/* As its buttons do. */
static void
answer (const char *response)
{
  GtkWindow *dialog = fixture_find_message_dialog ();
  g_assert_nonnull (dialog);
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), response);
  gtk_window_destroy (GTK_WINDOW (dialog));
}

/* Nothing is made smaller, and nothing begins, without an answer. */
static void
test_asks (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = window->protect;
  g_autoptr (GError) missing = NULL;
  add_file (page, "b.jpg");
  tri_automatic_choose (page->automatic, TRI_QUESTION_SHRINK, TRUE);
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.run", NULL);
  answer ("cancel");
  g_assert_false (page->asked_to_shrink);
  gtk_widget_activate_action (GTK_WIDGET (page), "protect.run", NULL);
  answer ("go");
  g_assert_true (page->asked_to_shrink);
  g_assert_null (fixture_find_message_dialog ());
  g_assert_null (tri_protect_keys_dup_recipients (page->keys, &missing));
  g_assert_cmpstr (gtk_label_get_label (page->status), ==, missing->message); /* it went on, to the passphrase */
  tri_automatic_follow (page->automatic, TRI_QUESTION_SHRINK);
  fixture_close (window);
}

/* What is overruled in one place is so in the other, and the form is remembered. */
static void
test_overrule (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = window->protect;
  g_assert_true (tri_protect_keys_uses_passphrase (page->keys));
  tri_automatic_choose (page->automatic, TRI_QUESTION_RECIPIENT, TRI_AGE_X25519);
  g_assert_false (tri_protect_keys_uses_passphrase (page->keys));
  tri_protect_keys_use_passphrase (page->keys, TRUE);
  g_assert_cmpuint (tri_automatic_get_value (page->automatic, TRI_QUESTION_RECIPIENT), ==, TRI_AGE_PASSPHRASE);
  tri_automatic_choose (page->automatic, TRI_QUESTION_ARMOR, TRUE);
  tri_automatic_set_threat (page->automatic, TRI_THREAT_QUANTUM);
  g_assert_true (g_settings_get_boolean (window->settings, "protect-armor"));
  g_assert_cmpint (g_settings_get_enum (window->settings, "protect-threat"), ==, TRI_THREAT_QUANTUM);
  tri_automatic_set_threat (page->automatic, TRI_THREAT_CURIOUS);
  tri_automatic_follow (page->automatic, TRI_QUESTION_ARMOR);
  tri_automatic_follow (page->automatic, TRI_QUESTION_RECIPIENT);
  g_assert_false (g_settings_get_boolean (window->settings, "protect-armor"));
  fixture_close (window);
}

static const char *
offered (TriProtectPage *page)
{
  GtkWidget *offer = find (GTK_WIDGET (page->keys), TRI_TYPE_AUTOMATIC_OFFER);
  return gtk_widget_get_visible (offer) ? gtk_label_get_label (GTK_LABEL (find (offer, GTK_TYPE_LABEL))) : "";
}

/* What is selected is not taken from under somebody's hands by advice that changes; it is said, and can be taken. */
static void
test_offer (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = window->protect;
  tri_window_show_page (window, "protect");
  g_assert_true (tri_protect_keys_uses_passphrase (page->keys));
  g_assert_cmpstr (offered (page), ==, "");
  tri_automatic_set_files (page->automatic, 200, 800 << 20, TRI_CONTENT_JPEG);
  g_assert_true (tri_protect_keys_uses_passphrase (page->keys));
  g_assert_cmpuint (tri_automatic_get_value (page->automatic, TRI_QUESTION_RECIPIENT), ==, TRI_AGE_PASSPHRASE);
  g_assert_true (g_str_has_prefix (offered (page), "Advised instead: a key. "));
  tri_automatic_set_files (page->automatic, 2, 8 << 20, TRI_CONTENT_JPEG);
  g_assert_false (tri_automatic_is_chosen (page->automatic, TRI_QUESTION_RECIPIENT)); /* as it was */
  g_assert_cmpstr (offered (page), ==, "");
  tri_automatic_set_files (page->automatic, 200, 800 << 20, TRI_CONTENT_JPEG);
  g_signal_emit_by_name (find (find (GTK_WIDGET (page->keys), TRI_TYPE_AUTOMATIC_OFFER), GTK_TYPE_BUTTON), "clicked");
  g_assert_false (tri_protect_keys_uses_passphrase (page->keys));
  g_assert_cmpstr (offered (page), ==, "");
  tri_protect_keys_use_passphrase (page->keys, TRUE); /* by the person */
  g_assert_true (g_str_has_prefix (offered (page), "Advised instead: a key. "));
  tri_automatic_follow (page->automatic, TRI_QUESTION_RECIPIENT);
  tri_automatic_set_files (page->automatic, 0, 0, TRI_CONTENT_OTHER);
  g_assert_true (tri_protect_keys_uses_passphrase (page->keys) == !tri_automatic_is_chosen (page->automatic,
                                                                                          TRI_QUESTION_RECIPIENT));
  tri_automatic_follow (page->automatic, TRI_QUESTION_RECIPIENT);
  g_assert_true (tri_protect_keys_uses_passphrase (page->keys));
  fixture_close (window);
}

/* Another purpose is followed while nothing was typed, and only offered once something was. */
static void
test_follow (void)
{
  TriWindow *window = fixture_window ();
  TriProtectPage *page = window->protect;
  tri_automatic_set_purpose (page->automatic, TRI_PURPOSE_SEND);
  g_assert_false (tri_protect_keys_uses_passphrase (page->keys));
  tri_automatic_set_purpose (page->automatic, TRI_PURPOSE_KEEP);
  g_assert_true (tri_protect_keys_uses_passphrase (page->keys));
  protect_type (page, "hexagon 77");
  tri_automatic_set_purpose (page->automatic, TRI_PURPOSE_SEND);
  g_assert_true (tri_protect_keys_uses_passphrase (page->keys));
  g_assert_true (g_str_has_prefix (offered (page), "Advised instead: a key. "));
  tri_automatic_set_purpose (page->automatic, TRI_PURPOSE_KEEP);
  g_assert_cmpstr (offered (page), ==, "");
  g_assert_false (tri_automatic_is_chosen (page->automatic, TRI_QUESTION_RECIPIENT));
  tri_automatic_follow (page->automatic, TRI_QUESTION_WORK_FACTOR);
  fixture_close (window);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/app/advice/files", test_files);
  g_test_add_func ("/app/advice/asks", test_asks);
  g_test_add_func ("/app/advice/overrule", test_overrule);
  g_test_add_func ("/app/advice/offer", test_offer);
  g_test_add_func ("/app/advice/follow", test_follow);
  return fixture_run ();
}
