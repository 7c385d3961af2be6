/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ledger-fixture.h"

#include <string.h>

#define FINGERPRINT "00112233445566778899aabbccddeeff"

static void
run (const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *command = g_strdup_vprintf (format, args);
  va_end (args);
  g_assert_cmpint (system (command), ==, 0);
}

static char *
home_path (const char *name)
{
  g_autoptr (GFile) file = tri_ledger_home_file (name);
  return g_file_get_path (file);
}

/* For tests that share one home, which must be a throw-away one. */
void
ledger_clear_home (void)
{
  g_autofree char *home = home_path (".");
  run ("rm -rf '%s'", home);
}

/* Entries "key 0", "key 1" and so on. */
void
ledger_begin (guint n_entries)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriSigner) signer = NULL;
  g_autoptr (TriLedger) ledger = tri_ledger_home_begin (NULL, FALSE, &signer, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < n_entries; i++)
    {
      g_autofree char *label = g_strdup_printf ("key %u", i);
      ledger_append (label);
    }
}

void
ledger_append (const char *label)
{
  g_autoptr (GError) error = NULL;
  tri_ledger_home_record (TRI_LEDGER_CREATED, FINGERPRINT, label, &error);
  g_assert_no_error (error);
}

/* Returns: (transfer full): the path of a copy of the ledger's folder */
char *
ledger_copy (const char *name)
{
  g_autofree char *folder = home_path ("ledger");
  char *copy = home_path (name);
  run ("cp -a '%s' '%s'", folder, copy);
  return copy;
}

/* @copy: (nullable): what the ledger's folder becomes; nothing */
void
ledger_replace (const char *copy)
{
  g_autofree char *folder = home_path ("ledger");
  run ("rm -rf '%s'", folder);
  if (copy != NULL)
    run ("cp -a '%s' '%s'", copy, folder);
}

/* What this computer saw of the ledger. */
void
ledger_forget (void)
{
  g_autofree char *memory = home_path ("ledger.seen");
  run ("rm -f '%s'", memory);
}

/* In the entries, behind the ledger's back; both of the same length. */
void
ledger_edit (const char *from, const char *to)
{
  g_autofree char *folder = home_path ("ledger");
  run ("find '%s/tile/entries' -type f -exec sed -i 's/%s/%s/' {} +", folder, from, to);
}

/* Another person's computer signs the ledger's checkpoint. Returns: (transfer full): the path of the file that they send;
 *   @key: (out): theirs */
char *
ledger_cosign (char **key)
{
  static guint n;
  g_autoptr (GError) error = NULL;
  g_autofree char *name = g_strdup_printf ("witness.example/%u", n), *file = g_strdup_printf ("cosigned-%u", n);
  g_autoptr (TriSigner) witness = tri_signer_generate (name, TRI_NOTE_COSIGNATURE);
  g_autoptr (TriLedger) ledger = tri_ledger_home_open (NULL, NULL, &error);
  g_assert_no_error (error);
  g_autoptr (TriNote) note = tri_note_copy (tri_ledger_get_checkpoint (ledger));
  tri_note_sign (note, witness, 1700000000);
  g_autofree char *text = tri_note_to_text (note);
  char *path = home_path (file);
  g_file_set_contents (path, text, -1, &error);
  g_assert_no_error (error);
  *key = tri_verifier_to_text (tri_signer_get_verifier (witness));
  n++;
  return path;
}

void
ledger_wait (TriLedgerWatch *watch)
{
  while (tri_ledger_watch_is_reading (watch))
    g_main_context_iteration (NULL, TRUE);
}

/* Returns: (transfer full): after its first reading */
TriLedgerWatch *
ledger_watch (void)
{
  TriLedgerWatch *watch = tri_ledger_watch_new ();
  ledger_wait (watch);
  return watch;
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

char *
ledger_do (TriLedgerWatch *watch, TriLedgerAction action, const char *path, const char *key, TriLedgerRelation *relation,
           GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GFile) file = path != NULL ? g_file_new_for_path (path) : NULL;
  TriLedgerJob job = { .action = action, .file = file, .key = key };
  tri_ledger_watch_do_async (watch, &job, on_done, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  return tri_ledger_watch_do_finish (watch, result, relation, error);
}
