/* The window of the key ring, with a ring in a file. SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-age.h"
#include "tri-keyring-dialog-private.h"
#include "tri-ledger-home.h"
#include "tri-secret.h"
#include "window-fixture.h"

#define PASSPHRASE "wincing edginess footrest"
#define OTHER "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"

typedef struct {
  TriKeyringDialog *dialog;
  TriRing *ring;
} Fixture;

static gboolean
rests (gpointer data)
{
  Fixture *f = data;
  return tri_ring_is_known (f->ring) && !tri_ring_is_busy (f->ring);
}

static void
wait (Fixture *f)
{
  fixture_spin_until (rests, f);
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  g_autofree char *command = g_strdup_printf ("rm -rf '%s/triptych'", g_get_user_data_dir ());
  g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
  f->dialog = TRI_KEYRING_DIALOG (tri_keyring_dialog_new (NULL));
  f->ring = g_object_ref (f->dialog->ring);
  tri_ring_set_work_factor (f->ring, 4);
  gtk_window_present (GTK_WINDOW (f->dialog));
  wait (f);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  gpointer gone = f->dialog, ring = f->ring;
  g_object_add_weak_pointer (G_OBJECT (f->dialog), &gone);
  g_object_add_weak_pointer (G_OBJECT (f->ring), &ring);
  gtk_window_destroy (GTK_WINDOW (f->dialog));
  g_object_unref (f->ring);
  while (gone != NULL || ring != NULL) /* secrets go with the ring */
    g_main_context_iteration (NULL, TRUE);
}

static const char *
page (Fixture *f)
{
  return gtk_stack_get_visible_child_name (f->dialog->stack);
}

static void
click (Fixture *f, const char *action)
{
  gtk_widget_activate_action (GTK_WIDGET (f->dialog), action, NULL);
}

static GtkWidget *
find_button (GtkWidget *widget, const char *label)
{
  if (GTK_IS_BUTTON (widget) && gtk_widget_get_mapped (widget)
      && g_strcmp0 (gtk_button_get_label (GTK_BUTTON (widget)), label) == 0)
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_button (child, label);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
button_is_there (gpointer data)
{
  gpointer *search = data;
  return find_button (search[0], search[1]) != NULL;
}

static void
press (Fixture *f, const char *label)
{
  gpointer search[] = { f->dialog, (gpointer) label };
  fixture_spin_until (button_is_there, search);
  g_signal_emit_by_name (find_button (GTK_WIDGET (f->dialog), label), "clicked");
  wait (f);
}

static void
type_words (TriPassphraseBox *box, const char *text, guint n)
{
  static const char *const ids[] = { "first", "second" };
  for (guint i = 0; i < n; i++)
    gtk_editable_set_text (GTK_EDITABLE (gtk_widget_get_template_child (GTK_WIDGET (box), TRI_TYPE_PASSPHRASE_BOX, ids[i])),
                           text);
}

static void
give_passphrase (Fixture *f, const char *text, guint n)
{
  g_assert_cmpstr (page (f), ==, "unlock");
  type_words (f->dialog->unlock_words, text, n);
  g_signal_emit_by_name (f->dialog->unlock_button, "clicked");
  wait (f);
}

static void
create (Fixture *f, const char *name, gboolean hybrid)
{
  gboolean first = tri_ring_get_state (f->ring) == TRI_KEYRING_NEW;
  click (f, "keyring.create");
  gtk_editable_set_text (f->dialog->new_name, name);
  gtk_check_button_set_active (f->dialog->new_hybrid, hybrid);
  press (f, "_Create");
  if (first)
    give_passphrase (f, PASSPHRASE, 2);
  g_assert_cmpstr (page (f), ==, "key");
}

static const TriKeyringEntry *
entry_at (Fixture *f, guint index)
{
  GPtrArray *entries = tri_ring_get_entries (f->ring);
  g_assert_cmpuint (index, <, entries->len);
  return entries->pdata[index];
}

static guint
count (Fixture *f)
{
  return tri_ring_get_entries (f->ring)->len;
}

static void
note_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (tri_ring_load_finish (TRI_RING (source), result, &error));
  g_assert_no_error (error);
  *(gboolean *) data = TRUE;
}

static gboolean
is_set (gpointer data)
{
  return *(gboolean *) data;
}

/* What is encrypted for @recipient opens with the ring's keys. */
static void
round_trip (Fixture *f, const char *recipient)
{
  static const char text[] = "a photo";
  gboolean loaded = FALSE;
  TriAgeRecipient *to = tri_age_recipient_parse (recipient, NULL); /* before the ring makes a new list */
  tri_ring_load_async (f->ring, NULL, note_loaded, &loaded);
  fixture_spin_until (is_set, &loaded);
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_recipient_unref);
  g_ptr_array_add (recipients, to);
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (text, sizeof text, NULL);
  g_autoptr (GOutputStream) sealed = g_memory_output_stream_new_resizable (), out = g_memory_output_stream_new_resizable ();
  g_assert_true (tri_age_encrypt (in, sealed, recipients, 0, 0, NULL, NULL));
  g_output_stream_close (sealed, NULL, NULL);
  g_autoptr (GBytes) bytes = g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (sealed));
  g_autoptr (GInputStream) again = g_memory_input_stream_new_from_bytes (bytes);
  g_assert_true (tri_age_decrypt (again, out, tri_ring_get_identities (f->ring), 0, NULL, NULL));
  g_assert_cmpstr (g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (out)), ==, text);
}

static void
test_create (Fixture *f, gconstpointer unused)
{
  g_assert_cmpstr (gtk_stack_get_visible_child_name (f->dialog->list_stack), ==, "empty");
  create (f, "me", FALSE);
  create (f, "quantum", TRUE);
  g_assert_cmpuint (count (f), ==, 2);
  g_assert_cmpint (entry_at (f, 0)->kind, ==, TRI_AGE_X25519);
  g_assert_cmpint (entry_at (f, 1)->kind, ==, TRI_AGE_HYBRID);
  round_trip (f, entry_at (f, 0)->recipient);
  round_trip (f, entry_at (f, 1)->recipient);
  g_assert_cmpstr (gtk_label_get_label (f->dialog->key_recipient), ==, entry_at (f, 1)->recipient);
  g_assert_cmpstr (gtk_label_get_label (f->dialog->key_kind), ==, "ML-KEM-768 and X25519, post-quantum");
  g_assert_cmpstr (tri_passphrase_box_get_text (f->dialog->unlock_words), ==, ""); /* forgotten */
  /* a name that is taken */
  click (f, "keyring.create");
  gtk_editable_set_text (f->dialog->new_name, "me");
  press (f, "_Create");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->new_error)));
  g_assert_cmpuint (count (f), ==, 2);
}

static void
test_lock (Fixture *f, gconstpointer unused)
{
  create (f, "me", FALSE);
  g_signal_emit_by_name (f->dialog->back, "clicked");
  g_signal_emit_by_name (f->dialog->lock, "clicked");
  wait (f);
  g_assert_cmpint (tri_ring_get_state (f->ring), ==, TRI_KEYRING_LOCKED);
  g_assert_null (tri_ring_get_identities (f->ring));
  g_assert_true (gtk_widget_get_visible (f->dialog->locked));
  press (f, "_Unlock…");
  give_passphrase (f, "another", 1);
  g_assert_cmpstr (page (f), ==, "unlock");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->unlock_error)));
  g_assert_null (strstr (gtk_label_get_label (f->dialog->unlock_error), "another"));
  give_passphrase (f, PASSPHRASE, 1);
  g_assert_cmpstr (page (f), ==, "list");
  g_assert_cmpint (tri_ring_get_state (f->ring), ==, TRI_KEYRING_OPEN);
  round_trip (f, entry_at (f, 0)->recipient);
}

/* Asks for the old passphrase also while the ring is unlocked; afterwards only the new one opens it. */
static void
test_passphrase (Fixture *f, gconstpointer unused)
{
  click (f, "keyring.passphrase"); /* there is no file yet */
  g_assert_cmpstr (page (f), ==, "list");
  create (f, "me", FALSE);
  g_signal_emit_by_name (f->dialog->back, "clicked");
  click (f, "keyring.passphrase");
  give_passphrase (f, "another", 1);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->unlock_error)));
  g_assert_cmpint (tri_ring_get_state (f->ring), ==, TRI_KEYRING_LOCKED);
  give_passphrase (f, PASSPHRASE, 1);
  give_passphrase (f, "new words", 1); /* not repeated */
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->unlock_error)));
  give_passphrase (f, "new words", 2);
  g_assert_cmpstr (page (f), ==, "list");
  g_assert_cmpstr (gtk_label_get_label (f->dialog->status), ==, "The key ring has its new passphrase.");
  g_assert_cmpstr (tri_passphrase_box_get_text (f->dialog->unlock_words), ==, "");
  g_signal_emit_by_name (f->dialog->lock, "clicked");
  wait (f);
  press (f, "_Unlock…");
  give_passphrase (f, PASSPHRASE, 1);
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->unlock_error)));
  give_passphrase (f, "new words", 1);
  g_assert_cmpstr (page (f), ==, "list");
  round_trip (f, entry_at (f, 0)->recipient);
}

/* Keys whose list is gone are found again, with the passphrase. */
static void
test_recover (Fixture *f, gconstpointer unused)
{
  create (f, "me", FALSE);
  create (f, "quantum", TRUE);
  g_signal_emit_by_name (f->dialog->back, "clicked");
  click (f, "keyring.recover");
  wait (f);
  g_assert_cmpstr (gtk_label_get_label (f->dialog->status), ==, "No key is missing from the list.");
  g_autoptr (GFile) list = g_file_new_build_filename (g_get_user_data_dir (), "triptych", "keys.json", NULL);
  g_assert_true (g_file_delete (list, NULL, NULL));
  g_signal_emit_by_name (f->dialog->lock, "clicked");
  wait (f);
  g_assert_cmpuint (count (f), ==, 0);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (f->dialog->list_stack), ==, "empty");
  click (f, "keyring.recover");
  give_passphrase (f, PASSPHRASE, 1);
  wait (f);
  g_assert_cmpuint (count (f), ==, 2);
  g_assert_cmpstr (gtk_label_get_label (f->dialog->status), ==, "2 keys are listed again.");
  round_trip (f, entry_at (f, 0)->recipient);
}

static void
import (Fixture *f, const char *text)
{
  click (f, "keyring.import");
  gtk_editable_set_text (GTK_EDITABLE (f->dialog->import_text), text);
  press (f, "_Import");
}

static void
test_import (Fixture *f, gconstpointer unused)
{
  static const char *const wrong[] = { "", "hello", "age1abc", "AGE-SECRET-KEY-1ABC", "ssh-ed25519 AAAA" };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      import (f, wrong[i]);
      g_assert_cmpstr (page (f), ==, "import");
      g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->import_error)));
      g_assert_null (strstr (gtk_label_get_label (f->dialog->import_error), "1ABC"));
    }
  g_assert_cmpuint (count (f), ==, 0);
  import (f, OTHER); /* needs no passphrase */
  g_assert_cmpstr (page (f), ==, "key");
  g_assert_null (entry_at (f, 0)->store);
  import (f, OTHER);
  g_assert_cmpstr (page (f), ==, "import"); /* it is there already */
  g_autoptr (TriAgeIdentity) identity = tri_age_identity_generate (TRI_AGE_X25519);
  char *secret = tri_age_identity_to_text (identity);
  import (f, secret); /* needs one */
  give_passphrase (f, PASSPHRASE, 2);
  g_assert_cmpuint (count (f), ==, 2);
  g_assert_nonnull (entry_at (f, 1)->store);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (f->dialog->import_text)), ==, ""); /* forgotten */
  tri_secret_free (secret);
}

static GFile *
seal (const char *name, const char *text, const char *passphrase)
{
  GFile *file = g_file_new_build_filename (g_get_tmp_dir (), name, NULL);
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_recipient_unref);
  g_ptr_array_add (recipients, tri_age_recipient_new_passphrase (passphrase, 4, NULL));
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (text, (gssize) strlen (text), NULL);
  g_autoptr (GFileOutputStream) out = g_file_replace (file, NULL, FALSE, 0, NULL, NULL);
  g_assert_true (tri_age_encrypt (in, G_OUTPUT_STREAM (out), recipients, TRI_AGE_ARMOR, 0, NULL, NULL));
  g_assert_true (g_output_stream_close (G_OUTPUT_STREAM (out), NULL, NULL));
  return file;
}

static void
test_sealed (Fixture *f, gconstpointer unused)
{
  create (f, "me", FALSE);
  g_autoptr (TriAgeIdentity) identity = tri_age_identity_generate (TRI_AGE_X25519);
  char *secret = tri_age_identity_to_text (identity);
  g_autoptr (GFile) file = seal ("paper.age", secret, "its own words");
  tri_keyring_dialog_import_file (f->dialog, file);
  wait (f);
  g_assert_true (gtk_widget_get_visible (f->dialog->sealed));
  g_assert_cmpuint (count (f), ==, 1);
  type_words (f->dialog->sealed_words, "wrong", 1);
  press (f, "_Import");
  g_assert_true (gtk_widget_get_visible (GTK_WIDGET (f->dialog->import_error)));
  g_assert_cmpuint (count (f), ==, 1);
  type_words (f->dialog->sealed_words, "its own words", 1);
  press (f, "_Import");
  g_assert_cmpuint (count (f), ==, 2);
  g_assert_cmpstr (page (f), ==, "key");
  round_trip (f, entry_at (f, 1)->recipient);
  tri_secret_free (secret);
}

static gboolean
asks (gpointer data)
{
  AdwMessageDialog **found = data;
  g_autoptr (GList) windows = gtk_window_list_toplevels ();
  for (GList *l = windows; l != NULL; l = l->next)
    if (ADW_IS_MESSAGE_DIALOG (l->data) && gtk_widget_get_mapped (l->data))
      *found = l->data;
  return *found != NULL;
}

static gboolean
asks_no_more (gpointer data)
{
  AdwMessageDialog *found = NULL;
  return !asks (&found);
}

static void
answer (Fixture *f, const char *response)
{
  AdwMessageDialog *asked = NULL;
  fixture_spin_until (asks, &asked);
  adw_message_dialog_response (asked, response);
  gtk_window_destroy (GTK_WINDOW (asked)); /* as a button does */
  wait (f);
  fixture_spin_until (asks_no_more, NULL);
}

static void
test_delete_asks (Fixture *f, gconstpointer unused)
{
  create (f, "me", FALSE);
  press (f, "_Delete…");
  g_assert_cmpuint (count (f), ==, 1);
  answer (f, "cancel");
  g_assert_cmpuint (count (f), ==, 1);
  press (f, "_Delete…");
  answer (f, "yes");
  g_assert_cmpuint (count (f), ==, 0);
  g_assert_cmpstr (page (f), ==, "list");
}

static void
test_revoke_and_rename (Fixture *f, gconstpointer unused)
{
  create (f, "me", FALSE);
  gtk_editable_set_text (f->dialog->key_name, "myself");
  g_signal_emit_by_name (f->dialog->key_name, "apply");
  wait (f);
  g_assert_cmpstr (entry_at (f, 0)->label, ==, "myself");
  press (f, "_Revoke…");
  answer (f, "cancel");
  g_assert_cmpint (entry_at (f, 0)->revoked, ==, 0);
  press (f, "_Revoke…");
  answer (f, "yes");
  g_assert_cmpint (entry_at (f, 0)->revoked, >, 0);
  g_assert_true (gtk_widget_get_visible (f->dialog->key_revoked_box));
  round_trip (f, entry_at (f, 0)->recipient); /* it still opens */
}

/* Each event as the command line writes it. */
static void
test_ledger (Fixture *f, gconstpointer unused)
{
  static const TriLedgerKind kinds[] = {
    TRI_LEDGER_CREATED, TRI_LEDGER_SHARED, TRI_LEDGER_REVOKED, TRI_LEDGER_DELETED, TRI_LEDGER_IMPORTED,
  };
  g_autoptr (TriSigner) signer = NULL;
  g_autoptr (TriLedger) begun = tri_ledger_home_begin (NULL, FALSE, &signer, NULL);
  g_assert_nonnull (begun);
  create (f, "me", FALSE);
  press (f, "_Copy");
  press (f, "_Revoke…");
  answer (f, "yes");
  press (f, "_Delete…");
  answer (f, "yes");
  import (f, OTHER);
  press (f, "_Copy"); /* theirs: no event */
  g_clear_pointer (&signer, tri_signer_free);
  g_autoptr (TriLedger) ledger = tri_ledger_home_open (NULL, &signer, NULL);
  g_assert_cmpuint (tri_ledger_get_size (ledger), ==, G_N_ELEMENTS (kinds));
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      const TriLedgerEvent *event = tri_ledger_get_event (ledger, i);
      g_assert_cmpint (event->kind, ==, kinds[i]);
    }
}

static void
test_code (Fixture *f, gconstpointer unused)
{
  create (f, "quantum", TRUE);
  press (f, "Show as _QR Code");
  g_assert_cmpstr (page (f), ==, "code");
  g_assert_nonnull (strstr (gtk_label_get_label (f->dialog->key_qr_name), "quantum"));
  g_assert_cmpint (gtk_drawing_area_get_content_width (GTK_DRAWING_AREA (f->dialog->key_qr)), >=, 3 * 150); /* three pixels a module */
  g_signal_emit_by_name (f->dialog->back, "clicked");
  g_assert_cmpstr (page (f), ==, "key");
}

static void
test_names (Fixture *f, gconstpointer unused)
{
  create (f, "me", FALSE);
  import (f, OTHER);
  g_assert_cmpuint (fixture_count_nameless (GTK_WIDGET (f->dialog), "full"), ==, 0);
}

#define N_IMPORTED 12
#define N_LOOKERS 6

static gboolean
look_only (TriKeyring *keyring, gpointer data, GCancellable *cancellable, GError **error)
{
  return TRUE;
}

static gboolean
import_one (TriKeyring *keyring, gpointer text, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) added = tri_keyring_import (keyring, text, NULL, cancellable, error);
  return added != NULL;
}

/* Never fewer than there were. */
static void
on_ring_changed (TriRing *ring, guint *n_most)
{
  guint n = tri_ring_get_entries (ring)->len;
  g_assert_cmpuint (n, >=, *n_most);
  *n_most = n;
}

/* A look at the ring that began before a key came, and ends after, doesn't take it out of the list again. */
static void
test_looks_in_order (Fixture *f, gconstpointer unused)
{
  guint n_most = 0;
  g_signal_connect (f->ring, "changed", G_CALLBACK (on_ring_changed), &n_most);
  for (guint i = 0; i < N_IMPORTED; i++)
    {
      g_autoptr (TriAgeIdentity) identity = tri_age_identity_generate (TRI_AGE_X25519);
      g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (identity);
      char *text = tri_age_recipient_to_text (recipient);
      for (guint k = 0; k < N_LOOKERS; k++)
        tri_ring_run_async (f->ring, look_only, NULL, NULL, NULL, NULL, NULL);
      tri_ring_run_async (f->ring, import_one, text, g_free, NULL, NULL, NULL);
      wait (f);
    }
  g_assert_cmpuint (n_most, ==, N_IMPORTED);
  g_signal_handlers_disconnect_by_func (f->ring, on_ring_changed, &n_most);
}

/* A page begins with what it asks for, whatever was pressed to come there. */
static void
test_focus (Fixture *f, gconstpointer unused)
{
  GtkWindow *window = GTK_WINDOW (f->dialog);
  GtkWidget *button = find_button (GTK_WIDGET (window), "_Create a Key…");
  g_assert_nonnull (button);
  g_assert_true (gtk_widget_grab_focus (button));
  g_signal_emit_by_name (button, "clicked");
  g_assert_cmpstr (page (f), ==, "create");
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), GTK_WIDGET (f->dialog->new_name)));
  g_signal_emit_by_name (f->dialog->back, "clicked");
  button = find_button (GTK_WIDGET (window), "_Import…");
  g_assert_true (gtk_widget_grab_focus (button));
  g_signal_emit_by_name (button, "clicked");
  g_assert_true (gtk_widget_is_ancestor (gtk_window_get_focus (window), GTK_WIDGET (f->dialog->import_text)));
}

int
main (int argc, char **argv)
{
  g_setenv ("TRIPTYCH_KEYRING", "file", TRUE);
  fixture_init (&argc, &argv);
#define ADD(name, func) g_test_add ("/app/keyring-dialog/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("create", test_create);
  ADD ("lock", test_lock);
  ADD ("passphrase", test_passphrase);
  ADD ("recover", test_recover);
  ADD ("import", test_import);
  ADD ("sealed", test_sealed);
  ADD ("delete-asks", test_delete_asks);
  ADD ("revoke-and-rename", test_revoke_and_rename);
  ADD ("ledger", test_ledger);
  ADD ("code", test_code);
  ADD ("names", test_names);
  ADD ("looks-in-order", test_looks_in_order);
  ADD ("focus", test_focus);
  return fixture_run ();
}
