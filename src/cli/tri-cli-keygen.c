/* triptych-cli keygen and recipients: secret keys, and the recipients that go with them, in the files of age-keygen.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-cli-vault.h"
#include "tri-file.h"
#include "tri-passphrase.h"
#include "tri-secret.h"

static gboolean
write_secret (const TriOptions *options, const char *text, GError **error)
{
  if (options->output == NULL || strcmp (options->output, "-") == 0)
    {
      tri_cli_print ("%s", text);
      return TRUE;
    }
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (options->output);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  return tri_file_write_private (file, bytes, FALSE, NULL, error);
}

/* TriJson's memory is not locked, and what is printed here leaves it at once. */
static void
suggestion_to_json (const TriWordList *words, const char *passphrase)
{
  TriJson *json = tri_json_new ();
  tri_json_begin_object (json, NULL);
  tri_json_string (json, "passphrase", passphrase);
  tri_json_integer (json, "words", TRI_PASSPHRASE_WORDS);
  tri_json_number (json, "bits", TRI_PASSPHRASE_WORDS * log2 (tri_word_list_get_length (words)));
  tri_json_end (json);
  tri_cli_print_json (json);
}

/* The words alone: whoever asks for them wants to pass them on. */
static gboolean
suggest (const TriOptions *options, GError **error)
{
  g_autoptr (TriWordList) words = tri_word_list_load (error);
  if (words == NULL)
    return FALSE;
  char *passphrase = tri_passphrase_suggest (words, TRI_PASSPHRASE_WORDS);
  if (options->json)
    suggestion_to_json (words, passphrase);
  else
    tri_cli_print ("%s\n", passphrase);
  tri_passphrase_free (passphrase);
  return TRUE;
}

static gboolean
create_in_ring (const TriOptions *options, GError **error)
{
  if (options->output != NULL || options->keyrings[1] != NULL)
    {
      g_set_error_literal (error, TRI_USAGE_ERROR, 0,
                           _("keygen makes one key: give one --keyring NAME, or --output FILE. A key of the ring is written "
                             "to a file by keyring export."));
      return FALSE;
    }
  g_autoptr (TriKeyring) keyring = tri_cli_keyring (options, TRI_CLI_MAKE_SECRETS, error);
  g_autoptr (TriKeyringEntry) entry =
      keyring != NULL ? tri_keyring_create (keyring, options->post_quantum ? TRI_AGE_HYBRID : TRI_AGE_X25519,
                                            options->keyrings[0], NULL, error)
                      : NULL;
  if (entry == NULL)
    return FALSE;
  if (options->json)
    {
      TriJson *json = tri_json_new ();
      tri_cli_ring_entry_to_json (json, NULL, entry);
      tri_cli_print_json (json);
    }
  else
    tri_cli_note (_("Public key: %s\n"), entry->recipient);
  return TRUE;
}

static gboolean
run_keygen (const TriOptions *options, TriProgress *progress, GError **error)
{
  if (options->suggest_passphrase)
    return suggest (options, error);
  if (options->keyrings != NULL)
    return create_in_ring (options, error);
  if (options->json && (options->output == NULL || strcmp (options->output, "-") == 0))
    {
      g_set_error_literal (error, TRI_USAGE_ERROR, 0,
                           _("keygen --json needs --output FILE: the secret key goes there, and is no part of the JSON."));
      return FALSE;
    }
  g_autoptr (TriAgeIdentity) identity = tri_age_identity_generate (options->post_quantum ? TRI_AGE_HYBRID : TRI_AGE_X25519);
  g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (identity);
  g_autofree char *public = tri_age_recipient_to_text (recipient);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format_iso8601 (now);
  char *secret = tri_age_identity_to_text (identity);
  g_autofree char *head = g_strdup_printf ("# created: %s\n# public key: %s\n", time, public);
  char *text = tri_secret_new (strlen (head) + strlen (secret) + 2);
  stpcpy (stpcpy (stpcpy (text, head), secret), "\n");
  gboolean good = write_secret (options, text, error);
  tri_secret_free (secret);
  tri_secret_free (text);
  if (!good)
    return FALSE;
  g_autofree char *fingerprint = tri_age_recipient_get_fingerprint (recipient);
  tri_cli_record (TRI_LEDGER_CREATED, fingerprint, "");
  if (options->json)
    {
      TriJson *json = tri_json_new ();
      tri_json_begin_object (json, NULL);
      tri_json_string (json, "recipient", public);
      tri_json_string (json, "file", options->output);
      tri_json_end (json);
      tri_cli_print_json (json);
    }
  else
    tri_cli_note (_("Public key: %s\n"), public);
  return TRUE;
}

/* Whoever prints the recipients of keys of the ring means to give them away. Other people's are theirs to share. */
static void
record_shared (const TriOptions *options)
{
  g_autoptr (TriKeyring) keyring = options->keyrings != NULL ? tri_cli_keyring (options, TRI_CLI_PUBLIC, NULL) : NULL;
  for (guint i = 0; keyring != NULL && options->keyrings[i] != NULL; i++)
    {
      g_autoptr (TriKeyringEntry) entry = tri_keyring_find (keyring, options->keyrings[i], NULL);
      if (entry != NULL && entry->store != NULL)
        tri_cli_record (TRI_LEDGER_SHARED, entry->fingerprint, entry->label);
    }
}

static gboolean
run_recipients (const TriOptions *options, TriProgress *progress, GError **error)
{
  TriOptions asked = { .identities = options->files }, ring = { .keyrings = options->keyrings };
  if (asked.identities == NULL && ring.keyrings == NULL)
    return tri_cli_usage (&tri_command_recipients, error);
  g_autoptr (GPtrArray) identities = asked.identities != NULL ? tri_cli_identities (&asked, error) : g_ptr_array_new ();
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_recipient_unref);
  if (identities == NULL)
    return FALSE;
  for (guint i = 0; i < identities->len; i++)
    g_ptr_array_add (recipients, tri_age_identity_get_recipient (identities->pdata[i]));
  if (!tri_cli_add_ring_recipients (&ring, recipients, error))
    return FALSE;
  TriJson *json = tri_json_new ();
  tri_json_begin_array (json, NULL);
  for (guint i = 0; i < recipients->len; i++)
    {
      g_autofree char *text = tri_age_recipient_to_text (recipients->pdata[i]);
      tri_json_string (json, NULL, text);
      if (!options->json)
        tri_cli_print ("%s\n", text);
    }
  tri_json_end (json);
  tri_cli_finish_json (options, json);
  record_shared (&ring);
  return TRUE;
}

const TriCommand tri_command_keygen = {
  .name = "keygen",
  .synopsis = N_("[--output FILE | --keyring NAME]"),
  .summary = N_("Make a secret key, for its owner's eyes only"),
  .takes = TRI_TAKES_OUTPUT | TRI_TAKES_POST_QUANTUM | TRI_TAKES_KEYRING | TRI_TAKES_SUGGESTION,
  .n_files = 0,
  .run = run_keygen,
};

const TriCommand tri_command_recipients = {
  .name = "recipients",
  .synopsis = N_("IDENTITY-FILE… | --keyring NAME"),
  .summary = N_("Print the recipients that belong to secret keys"),
  .takes = TRI_TAKES_KEYRING,
  .n_files = TRI_ANY_FILES,
  .run = run_recipients,
};
