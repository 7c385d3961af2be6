/* triptych-cli keyring: one's own secret keys and other people's recipients; and the same ring for the other commands.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-cli-vault.h"
#include "tri-error.h"
#include "tri-key-sheet.h"
#include "tri-keyring-home.h"
#include "tri-ledger-home.h"
#include "tri-secret.h"

/* Asks for the passphrase of a ring that is a file; of a new one twice. */
static gboolean
unlock (TriKeyring *keyring, TriKeyringState state, const TriOptions *options, GError **error)
{
  TriOptions asked = { .passphrase_file = options->keyring_passphrase_file };
  if (asked.passphrase_file == NULL && g_getenv ("TRIPTYCH_PASSPHRASE_FD") == NULL)
    tri_cli_note ("%s\n", state == TRI_KEYRING_NEW ? _("Choose a passphrase for the new key ring. Nobody can recover it.")
                                                   : _("The key ring is locked."));
  char *passphrase = tri_cli_read_passphrase (&asked, state == TRI_KEYRING_NEW, error);
  gboolean good = passphrase != NULL && tri_keyring_unlock (keyring, passphrase, error);
  tri_secret_free (passphrase);
  return good;
}

static void
record (TriKeyringEvent event, const TriKeyringEntry *entry, gpointer data)
{
  g_autoptr (GError) why = NULL;
  if (!tri_ledger_home_record_ring (event, entry, &why))
    tri_cli_note (_("This is not in the ledger: %s\n"), why->message);
}

/* In the user's ledger, where there is one. What happened has happened: a ledger that fails is only told about. */
void
tri_cli_record (TriLedgerKind kind, const char *fingerprint, const char *label)
{
  g_autoptr (GError) why = NULL;
  if (!tri_ledger_home_record (kind, fingerprint, label, &why))
    tri_cli_note (_("This is not in the ledger: %s\n"), why->message);
}

/**
 * tri_cli_keyring:
 * @secrets: whether secret keys shall be used, or new ones be made; a file that has none needs no passphrase to be used
 *
 * Returns: (transfer full): the user's ring, in the place that TRIPTYCH_KEYRING names
 */
TriKeyring *
tri_cli_keyring (const TriOptions *options, TriCliSecrets secrets, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (TriKeyring) keyring = tri_keyring_home_new (&why);
  if (keyring == NULL)
    {
      g_set_error_literal (error, TRI_USAGE_ERROR, 0, why->message);
      return NULL;
    }
  tri_keyring_watch (keyring, record, NULL);
  TriKeyringState state = secrets != TRI_CLI_PUBLIC ? tri_keyring_get_state (keyring, NULL) : TRI_KEYRING_OPEN;
  gboolean ask = state == TRI_KEYRING_LOCKED || (state == TRI_KEYRING_NEW && secrets == TRI_CLI_MAKE_SECRETS);
  return !ask || unlock (keyring, state, options, error) ? g_steal_pointer (&keyring) : NULL;
}

static gboolean
check_not_revoked (const TriKeyringEntry *entry, GError **error)
{
  if (entry->revoked == 0)
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
               _("“%s” was revoked, and nothing is protected with it any more. Use the key that replaced it."), entry->label);
  return FALSE;
}

/* @keys: (element-type TriAgeRecipient): gets those that --keyring names */
gboolean
tri_cli_add_ring_recipients (const TriOptions *options, GPtrArray *keys, GError **error)
{
  g_autoptr (TriKeyring) keyring = options->keyrings != NULL ? tri_cli_keyring (options, TRI_CLI_PUBLIC, error) : NULL;
  if (options->keyrings == NULL)
    return TRUE;
  for (guint i = 0; keyring != NULL && options->keyrings[i] != NULL; i++)
    {
      g_autoptr (TriKeyringEntry) entry = tri_keyring_find (keyring, options->keyrings[i], error);
      if (entry == NULL || !check_not_revoked (entry, error))
        return FALSE;
      TriAgeRecipient *recipient = tri_age_recipient_parse (entry->recipient, error);
      if (recipient == NULL)
        return FALSE;
      g_ptr_array_add (keys, recipient);
    }
  return keyring != NULL;
}

/* @keys: (element-type TriAgeIdentity): gets those that --keyring names; * is all */
gboolean
tri_cli_add_ring_identities (const TriOptions *options, GPtrArray *keys, GError **error)
{
  g_autoptr (TriKeyring) keyring = options->keyrings != NULL ? tri_cli_keyring (options, TRI_CLI_USE_SECRETS, error) : NULL;
  if (options->keyrings == NULL)
    return TRUE;
  for (guint i = 0; keyring != NULL && options->keyrings[i] != NULL; i++)
    {
      if (strcmp (options->keyrings[i], "*") == 0)
        {
          g_autoptr (GPtrArray) all = tri_keyring_get_identities (keyring, NULL, error);
          if (all == NULL)
            return FALSE;
          g_ptr_array_extend_and_steal (keys, g_steal_pointer (&all));
          continue;
        }
      g_autoptr (TriKeyringEntry) entry = tri_keyring_find (keyring, options->keyrings[i], error);
      TriAgeIdentity *identity =
          entry != NULL ? tri_keyring_get_identity (keyring, entry->fingerprint, NULL, error) : NULL;
      if (identity == NULL)
        return FALSE;
      g_ptr_array_add (keys, identity);
    }
  return keyring != NULL;
}

static const char *
kind_name (TriAgeKind kind)
{
  return kind == TRI_AGE_HYBRID ? "mlkem768x25519" : "X25519";
}

static void
put_time (TriJson *json, const char *key, gint64 seconds)
{
  g_autofree char *text = tri_cli_time_to_text (seconds);
  tri_json_string (json, key, text);
}

/* @key: (nullable): in an object */
void
tri_cli_ring_entry_to_json (TriJson *json, const char *key, const TriKeyringEntry *entry)
{
  tri_json_begin_object (json, key);
  tri_json_string (json, "label", entry->label);
  tri_json_boolean (json, "own", entry->store != NULL);
  tri_json_string (json, "recipient", entry->recipient);
  tri_json_string (json, "fingerprint", entry->fingerprint);
  tri_json_string (json, "kind", kind_name (entry->kind));
  put_time (json, "created", entry->created);
  if (entry->revoked != 0)
    put_time (json, "revoked", entry->revoked);
  else
    tri_json_null (json, "revoked");
  if (entry->store != NULL)
    tri_json_string (json, "store", entry->store);
  else
    tri_json_null (json, "store");
  tri_json_end (json);
}

static void
print_entries (const TriOptions *options, GPtrArray *entries)
{
  TriJson *json = tri_json_new ();
  tri_json_begin_array (json, NULL);
  for (guint i = 0; i < entries->len; i++)
    {
      const TriKeyringEntry *entry = entries->pdata[i];
      tri_cli_ring_entry_to_json (json, NULL, entry);
      if (!options->json)
        tri_cli_print ("%s  %-14s  %s\n    %s%s\n", entry->fingerprint, kind_name (entry->kind), entry->label,
                       entry->store != NULL ? _("secret key, yours") : _("recipient, somebody else's"),
                       entry->revoked != 0 ? _("; revoked") : "");
    }
  tri_json_end (json);
  tri_cli_finish_json (options, json);
}

static gboolean
list (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (TriKeyring) keyring = tri_cli_keyring (options, TRI_CLI_PUBLIC, error);
  g_autoptr (GPtrArray) entries = keyring != NULL ? tri_keyring_list (keyring, error) : NULL;
  if (entries == NULL)
    return FALSE;
  print_entries (options, entries);
  return TRUE;
}

/* A file that is encrypted itself has a passphrase of its own: from --passphrase-file, or the terminal. */
static GPtrArray *
import_file (TriKeyring *keyring, GFile *file, const TriOptions *options, GError **error)
{
  const char *label = options->keyrings != NULL ? options->keyrings[0] : NULL;
  if (!tri_keyring_is_sealed (file, NULL))
    return tri_keyring_import_file (keyring, file, label, NULL, error);
  TriKeyringState state = tri_keyring_get_state (keyring, NULL);
  TriOptions asked = { .passphrase_file = options->passphrase_file };
  g_autofree char *name = tri_file_get_name (file);
  if (state != TRI_KEYRING_OPEN && !unlock (keyring, state, options, error)) /* there are secret keys in it, as a rule */
    return NULL;
  if (asked.passphrase_file == NULL)
    tri_cli_note (_("“%s” is encrypted: its passphrase is needed.\n"), name);
  char *passphrase = tri_cli_read_passphrase (&asked, FALSE, error);
  GPtrArray *added =
      passphrase != NULL ? tri_keyring_import_sealed (keyring, file, passphrase, label, NULL, error) : NULL;
  tri_secret_free (passphrase);
  return added;
}

static gboolean
import (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_keyring_entry_free);
  /* other people's recipients need no passphrase */
  g_autoptr (TriKeyring) keyring = tri_cli_keyring (options, TRI_CLI_PUBLIC, error);
  for (guint i = 0; keyring != NULL && args[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (args[i]);
      g_autoptr (GError) why = NULL;
      GPtrArray *added = import_file (keyring, file, options, &why);
      TriKeyringState state = added == NULL ? tri_keyring_get_state (keyring, NULL) : TRI_KEYRING_OPEN;
      if (g_error_matches (why, TRI_ERROR, TRI_ERROR_NO_KEY) && state != TRI_KEYRING_OPEN)
        {
          g_clear_error (&why);
          if (unlock (keyring, state, options, &why))
            added = import_file (keyring, file, options, &why);
        }
      if (added == NULL)
        {
          g_propagate_error (error, g_steal_pointer (&why));
          return FALSE;
        }
      g_ptr_array_extend_and_steal (all, added);
    }
  if (keyring != NULL)
    print_entries (options, all);
  return keyring != NULL;
}

/* Returns: (transfer full): the ring, unlocked if the key is one's own, and the entry that @name means */
static TriKeyring *
ring_with (const TriOptions *options, const char *name, TriKeyringEntry **entry, GError **error)
{
  g_autoptr (TriKeyring) keyring = tri_cli_keyring (options, TRI_CLI_PUBLIC, error);
  g_autoptr (TriKeyringEntry) found = keyring != NULL ? tri_keyring_find (keyring, name, error) : NULL;
  if (found == NULL)
    return NULL;
  TriKeyringState state = g_strcmp0 (found->store, "file") == 0 ? tri_keyring_get_state (keyring, NULL) : TRI_KEYRING_OPEN;
  if (state != TRI_KEYRING_OPEN && !unlock (keyring, state, options, error))
    return NULL;
  *entry = g_steal_pointer (&found);
  return g_steal_pointer (&keyring);
}

static gboolean
rename_key (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (TriKeyring) keyring = tri_cli_keyring (options, TRI_CLI_PUBLIC, error);
  g_autoptr (TriKeyringEntry) entry = keyring != NULL ? tri_keyring_find (keyring, args[0], error) : NULL;
  return entry != NULL && tri_keyring_rename (keyring, entry->fingerprint, args[1], NULL, error);
}

static gboolean
remove_key (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (TriKeyringEntry) entry = NULL;
  g_autoptr (TriKeyring) keyring = ring_with (options, args[0], &entry, error);
  if (keyring != NULL && entry->store != NULL && !options->force)
    {
      g_set_error (error, TRI_USAGE_ERROR, 0,
                   _("“%s” is a secret key of yours: without a backup, nobody opens what was encrypted for it, ever again. "
                     "Export it first, or give --force."),
                   entry->label);
      return FALSE;
    }
  return keyring != NULL && tri_keyring_remove (keyring, entry->fingerprint, NULL, error);
}

static gboolean
revoke_key (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (TriKeyring) keyring = tri_cli_keyring (options, TRI_CLI_PUBLIC, error);
  g_autoptr (TriKeyringEntry) entry = keyring != NULL ? tri_keyring_find (keyring, args[0], error) : NULL;
  return entry != NULL && tri_keyring_revoke (keyring, entry->fingerprint, NULL, error);
}

static GFile *
need_output (const TriOptions *options, const char *action, GError **error)
{
  if (options->output != NULL && strcmp (options->output, "-") != 0)
    return g_file_new_for_commandline_arg (options->output);
  g_set_error (error, TRI_USAGE_ERROR, 0, _("keyring %s needs --output FILE."), action);
  return NULL;
}

static gboolean
export_key (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (TriKeyringEntry) entry = NULL;
  g_autoptr (GFile) file = need_output (options, "export", error);
  g_autoptr (TriKeyring) keyring = file != NULL ? ring_with (options, args[0], &entry, error) : NULL;
  return keyring != NULL && tri_keyring_export (keyring, entry->fingerprint, file, NULL, error);
}

static gboolean
print_sheet (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (TriKeyringEntry) entry = NULL;
  g_autoptr (GFile) file = need_output (options, "sheet", error);
  g_autoptr (TriKeyring) keyring = file != NULL ? ring_with (options, args[0], &entry, error) : NULL;
  return keyring != NULL && tri_key_sheet_write (keyring, entry->fingerprint, file, NULL, error);
}

/* The old passphrase comes as always, the new one from --passphrase-file or the terminal. */
static gboolean
change_passphrase (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (TriKeyring) keyring = tri_cli_keyring (options, TRI_CLI_USE_SECRETS, error);
  if (keyring == NULL)
    return FALSE;
  TriOptions asked = { .passphrase_file = options->passphrase_file };
  if (asked.passphrase_file == NULL)
    tri_cli_note ("%s\n", _("The new passphrase of the key ring. Nobody can recover it."));
  char *passphrase = tri_cli_read_passphrase (&asked, TRUE, error);
  gboolean good = passphrase != NULL && tri_keyring_change_passphrase (keyring, passphrase, error);
  tri_secret_free (passphrase);
  return good;
}

static gboolean
recover (const TriOptions *options, char **args, GError **error)
{
  guint found;
  g_autoptr (TriKeyring) keyring = tri_cli_keyring (options, TRI_CLI_USE_SECRETS, error);
  if (keyring == NULL || !tri_keyring_recover (keyring, &found, NULL, error))
    return FALSE;
  tri_cli_note (ngettext ("%u key was listed again.\n", "%u keys were listed again.\n", found), found);
  return TRUE;
}

static const TriCliAction actions[] = {
  { "list", 0, 0, list },
  { "import", 1, G_MAXUINT, import },
  { "rename", 2, 2, rename_key },
  { "remove", 1, 1, remove_key },
  { "revoke", 1, 1, revoke_key },
  { "export", 1, 1, export_key },
  { "sheet", 1, 1, print_sheet },
  { "passphrase", 0, 0, change_passphrase },
  { "recover", 0, 0, recover },
};

static gboolean
run (const TriOptions *options, TriProgress *progress, GError **error)
{
  return tri_cli_run_action (&tri_command_keyring, actions, G_N_ELEMENTS (actions), options, error);
}

const TriCommand tri_command_keyring = {
  .name = "keyring",
  .synopsis = N_("list | import FILE… | rename NAME NEW | remove NAME | revoke NAME | export NAME | sheet NAME | passphrase | recover"),
  .summary = N_("Keep secret keys and other people's recipients"),
  .takes = TRI_TAKES_KEYRING | TRI_TAKES_OUTPUT | TRI_TAKES_FORCE | TRI_TAKES_PASSPHRASE,
  .n_files = TRI_SOME_FILES,
  .run = run,
};
