/* triptych-cli ledger: what happened to one's keys, in a log that shows changes.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "tri-cli-ledger.h"
#include "tri-cli-vault.h"
#include "tri-error.h"
#include "tri-file.h"
#include "tri-ledger-home.h"
#include "tri-ledger-key.h"
#include "tri-log-proof.h"

static GFile *
get_folder (const TriOptions *options)
{
  return options->ledger != NULL ? g_file_new_for_commandline_arg (options->ledger) : NULL;
}

/* Returns: (transfer full): --log-key, or NULL; with an error when it is none */
TriVerifier *
tri_cli_log_key (const TriOptions *options, GError **error)
{
  g_autoptr (GError) why = NULL;
  TriVerifier *verifier = tri_verifier_parse (options->log_key, &why);
  if (verifier == NULL)
    g_set_error (error, TRI_USAGE_ERROR, 0, "--log-key: %s", why->message);
  return verifier;
}

static GPtrArray *
get_witnesses (const TriOptions *options, GError **error)
{
  g_autoptr (GPtrArray) witnesses = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_verifier_free);
  g_autoptr (GError) why = NULL;
  for (guint i = 0; options->witness_keys != NULL && options->witness_keys[i] != NULL; i++)
    {
      TriVerifier *witness = tri_verifier_parse (options->witness_keys[i], &why);
      if (witness == NULL)
        {
          g_set_error (error, TRI_USAGE_ERROR, 0, "--witness-key: %s", why->message);
          return NULL;
        }
      g_ptr_array_add (witnesses, witness);
    }
  return g_steal_pointer (&witnesses);
}

/* @signer: (out) (optional): for writing; NULL with --log-key. Returns: (transfer full): checked with that key, where given */
TriLedger *
tri_cli_open_ledger (const TriOptions *options, TriSigner **signer, GError **error)
{
  g_autoptr (GFile) folder = get_folder (options);
  g_autoptr (TriVerifier) verifier = NULL;
  if (options->log_key == NULL)
    {
      g_autoptr (GError) why = NULL;
      g_autoptr (GFile) memory = tri_ledger_home_file ("ledger.seen");
      TriLedger *ledger = tri_ledger_home_open (folder, signer, &why);
      if (g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND) && !g_file_query_exists (memory, NULL)
          && !tri_ledger_home_is_awaited ())
        g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND,
                             _("There is no ledger yet. triptych-cli ledger begin makes one; for another computer's give "
                               "--ledger FOLDER and --log-key KEY, or follow it with ledger follow --log-key KEY."));
      else if (why != NULL)
        g_propagate_error (error, g_steal_pointer (&why));
      return ledger;
    }
  g_autoptr (GFile) place = folder != NULL ? g_object_ref (folder) : tri_ledger_home_file ("ledger");
  verifier = tri_cli_log_key (options, error);
  return verifier != NULL ? tri_ledger_open (place, verifier, NULL, error) : NULL;
}

gboolean
tri_cli_write_ledger_text (const TriOptions *options, const char *text, GError **error)
{
  if (options->output == NULL || strcmp (options->output, "-") == 0)
    {
      tri_cli_print ("%s", text);
      return TRUE;
    }
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (options->output);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  return tri_file_write (file, bytes, options->force, NULL, error);
}

/* The public key, how many entries there are, and how many keys were added just now. */
void
tri_cli_print_ledger (const TriOptions *options, const TriVerifier *verifier, guint64 entries, guint added)
{
  g_autofree char *key = tri_verifier_to_text (verifier);
  TriJson *json = tri_json_new ();
  tri_json_begin_object (json, NULL);
  tri_json_string (json, "key", key);
  tri_json_integer (json, "entries", entries);
  tri_json_integer (json, "added", added);
  tri_json_end (json);
  tri_cli_finish_json (options, json);
}

static gboolean
begin (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (GFile) folder = get_folder (options);
  g_autoptr (TriSigner) signer = NULL;
  g_autoptr (TriLedger) ledger = tri_ledger_home_begin (folder, options->force, &signer, error);
  if (ledger == NULL)
    return FALSE;
  guint added = 0;
  g_autoptr (GError) why = NULL;
  if (folder == NULL && !tri_ledger_home_record_older (ledger, signer, &added, &why))
    tri_cli_note (_("Not every key of the key ring is in the ledger: %s\n"), why->message);
  g_autofree char *key = tri_verifier_to_text (tri_ledger_get_verifier (ledger)), *older = NULL;
  tri_cli_print_ledger (options, tri_ledger_get_verifier (ledger), tri_ledger_get_size (ledger), added);
  if (!options->json)
    tri_cli_print ("%s\n", key);
  if (added > 0)
    {
      older = tri_ledger_home_older_to_sentence (added);
      tri_cli_note ("%s\n", older);
    }
  return TRUE;
}

static void
event_to_json (TriJson *json, const char *key, guint64 index, const TriLedgerEvent *event)
{
  g_autofree char *time = tri_cli_time_to_text (event->time);
  tri_json_begin_object (json, key);
  tri_json_integer (json, "entry", index + 1);
  tri_json_string (json, "kind", tri_ledger_kind_to_id (event->kind));
  if (event->kind != TRI_LEDGER_UNKNOWN)
    {
      tri_json_string (json, "time", time);
      tri_json_string (json, "fingerprint", event->fingerprint);
      tri_json_string (json, "label", event->label);
    }
  else
    tri_json_string (json, "text", event->text);
  tri_json_end (json);
}

static void
print_event (guint64 index, const TriLedgerEvent *event)
{
  g_autofree char *time = tri_cli_time_to_text (event->time);
  if (event->kind != TRI_LEDGER_UNKNOWN)
    tri_cli_print ("%4" PRIu64 "  %s  %-9s  %s  %s\n", index + 1, time, tri_ledger_kind_to_id (event->kind),
                   event->fingerprint, event->label);
  else
    tri_cli_print ("%4" PRIu64 "  %s\n", index + 1, event->text);
}

gboolean
tri_cli_check_trouble (const TriLedger *ledger, GError **error)
{
  g_autofree char *sentence = tri_ledger_get_trouble_sentence (ledger);
  if (sentence != NULL)
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED, sentence);
  return sentence == NULL;
}

static gboolean
list (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (TriLedger) ledger = tri_cli_open_ledger (options, NULL, error);
  if (ledger == NULL)
    return FALSE;
  TriJson *json = tri_json_new ();
  tri_json_begin_array (json, NULL);
  for (guint64 i = 0; i < tri_ledger_get_size (ledger); i++)
    {
      event_to_json (json, NULL, i, tri_ledger_get_event (ledger, i));
      if (!options->json)
        print_event (i, tri_ledger_get_event (ledger, i));
    }
  tri_json_end (json);
  tri_cli_finish_json (options, json);
  return tri_cli_check_trouble (ledger, error);
}

/* Returns: how many of the witnesses signed; G_MAXUINT with an error for a false signature */
guint
tri_cli_show_witnesses (const TriNote *note, GPtrArray *witnesses, TriJson *json, gboolean text, GError **error)
{
  guint n = 0;
  tri_json_begin_array (json, "cosignatures");
  for (guint i = 0; note != NULL && i < witnesses->len; i++)
    {
      const TriVerifier *witness = witnesses->pdata[i];
      gint64 seconds;
      TriNoteCheck check = tri_note_check (note, witness, &seconds);
      g_autofree char *time = tri_cli_time_to_text (seconds);
      if (check == TRI_NOTE_BAD)
        g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED, _("The signature of “%s” under the checkpoint is false."),
                     witness->name);
      if (check == TRI_NOTE_BAD)
        n = G_MAXUINT;
      if (n == G_MAXUINT)
        break;
      if (check == TRI_NOTE_UNSIGNED)
        continue;
      n++;
      tri_json_begin_object (json, NULL);
      tri_json_string (json, "name", witness->name);
      tri_json_string (json, "time", time);
      tri_json_end (json);
      if (text)
        tri_cli_print (_("Cosigned by %s at %s.\n"), witness->name, time);
    }
  tri_json_end (json);
  return n;
}

static gboolean
verify_ledger (const TriOptions *options, GPtrArray *witnesses, GError **error)
{
  g_autoptr (TriLedger) ledger = tri_cli_open_ledger (options, NULL, error);
  if (ledger == NULL)
    return FALSE;
  const TriLedgerDifference *trouble = tri_ledger_get_trouble (ledger);
  const TriNote *cosigned = tri_ledger_get_cosigned (ledger);
  g_autofree char *key = tri_verifier_to_text (tri_ledger_get_verifier (ledger));
  gboolean follows = options->log_key == NULL && tri_ledger_home_is_followed ();
  g_autoptr (TriCheckpoint) seen = cosigned != NULL ? tri_checkpoint_parse (cosigned, NULL) : NULL;
  TriJson *json = tri_json_new ();
  tri_json_begin_object (json, NULL);
  tri_json_string (json, "state", trouble != NULL ? tri_ledger_relation_to_id (trouble->relation) : "whole");
  tri_json_string (json, "key", key);
  tri_json_boolean (json, "follows", follows);
  tri_json_integer (json, "entries", tri_ledger_get_size (ledger));
  tri_json_integer (json, "wrong_tiles", tri_ledger_get_n_wrong_tiles (ledger));
  tri_json_integer (json, "cosigned_entries", seen != NULL ? seen->size : 0);
  if (!options->json && trouble == NULL)
    tri_cli_print (ngettext ("The ledger is whole: %'" PRIu64 " entry, signed by %s.\n",
                             "The ledger is whole: %'" PRIu64 " entries, signed by %s.\n", (gulong) tri_ledger_get_size (ledger)),
                   tri_ledger_get_size (ledger), key);
  if (!options->json && follows)
    tri_cli_print ("%s\n", _("This computer only follows it: what happens to keys here is not in it."));
  if (!options->json && tri_ledger_get_n_wrong_tiles (ledger) > 0)
    tri_cli_print (_("Files of hashes that are missing or wrong: %'u. The next entry puts them right.\n"),
                   tri_ledger_get_n_wrong_tiles (ledger));
  guint n = tri_cli_show_witnesses (cosigned, witnesses, json, !options->json, error);
  if (!options->json && n == 0)
    tri_cli_print ("%s\n", _("No witness that was named has signed it. Alone, a ledger can't prove that whoever has its key "
                             "didn't write another history: keep an exported checkpoint elsewhere, or have one cosigned."));
  tri_json_end (json);
  tri_cli_finish_json (options, json);
  return n != G_MAXUINT && tri_cli_check_trouble (ledger, error);
}

static gboolean
verify_inclusion (const TriOptions *options, GBytes *bytes, const TriVerifier *verifier, GPtrArray *witnesses, GError **error)
{
  g_autoptr (TriLogProof) proof =
      tri_log_proof_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
  if (proof == NULL)
    return FALSE;
  if (proof->extra == NULL)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                           _("The proof doesn't have its entry with it, and was not made by Triptych."));
      return FALSE;
    }
  if (!tri_log_proof_check (proof, proof->extra, verifier, error))
    return FALSE;
  g_autoptr (TriLedgerEvent) event =
      tri_ledger_event_parse (g_bytes_get_data (proof->extra, NULL), g_bytes_get_size (proof->extra));
  TriJson *json = tri_json_new ();
  tri_json_begin_object (json, NULL);
  event_to_json (json, "proved", proof->index, event);
  tri_json_integer (json, "entries", proof->checkpoint->size);
  if (!options->json)
    print_event (proof->index, event);
  if (!options->json)
    tri_cli_print (_("This is in the ledger %s, as entry %'" PRIu64 " of %'" PRIu64 ".\n"), verifier->name,
                   proof->index + 1, proof->checkpoint->size);
  guint n = tri_cli_show_witnesses (proof->note, witnesses, json, !options->json, error);
  tri_json_end (json);
  tri_cli_finish_json (options, json);
  return n != G_MAXUINT;
}

static gboolean
verify_proof (const TriOptions *options, const char *path, GPtrArray *witnesses, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (TriVerifier) verifier = options->log_key != NULL ? tri_cli_log_key (options, error)
                                                              : tri_ledger_home_get_verifier (error);
  g_autoptr (GBytes) bytes = verifier != NULL ? tri_file_read (file, TRI_NOTE_SIZE_MAX, NULL, error) : NULL;
  if (bytes == NULL)
    return FALSE;
  gboolean growth = tri_log_growth_probe (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  return growth ? tri_cli_verify_growth (options, bytes, verifier, witnesses, error)
                : verify_inclusion (options, bytes, verifier, witnesses, error);
}

static gboolean
verify (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (GPtrArray) witnesses = get_witnesses (options, error);
  if (witnesses == NULL)
    return FALSE;
  return args[0] != NULL ? verify_proof (options, args[0], witnesses, error) : verify_ledger (options, witnesses, error);
}

/* Returns: (transfer full): of a fingerprint or a recipient */
static char *
to_fingerprint (const char *text, GError **error)
{
  if (!g_str_has_prefix (text, "age1"))
    return g_strdup (text);
  g_autoptr (TriAgeRecipient) recipient = tri_age_recipient_parse (text, error);
  return recipient != NULL ? tri_age_recipient_get_fingerprint (recipient) : NULL;
}

static gboolean
append (const TriOptions *options, char **args, GError **error)
{
  TriLedgerKind kind;
  if (!tri_ledger_kind_from_id (args[0], &kind))
    {
      g_set_error (error, TRI_USAGE_ERROR, 0,
                   _("“%s” is none of created, imported, shared, revoked, backed-up and deleted."), args[0]);
      return FALSE;
    }
  if (options->log_key != NULL)
    return tri_cli_usage (&tri_command_ledger, error);
  g_autofree char *fingerprint = to_fingerprint (args[1], error);
  g_autoptr (TriLedgerEvent) event =
      fingerprint != NULL ? tri_ledger_event_new (g_get_real_time () / G_USEC_PER_SEC, kind, fingerprint,
                                                  args[2] != NULL ? args[2] : "", error)
                          : NULL;
  g_autoptr (TriSigner) signer = NULL;
  g_autoptr (TriLedger) ledger = event != NULL ? tri_cli_open_ledger (options, &signer, error) : NULL;
  if (ledger == NULL || !tri_ledger_append (ledger, signer, event, error))
    return FALSE;
  guint64 last = tri_ledger_get_size (ledger) - 1;
  TriJson *json = tri_json_new ();
  event_to_json (json, NULL, last, tri_ledger_get_event (ledger, last));
  tri_cli_finish_json (options, json);
  return TRUE;
}

static gboolean
compare (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (GFile) copy = g_file_new_for_commandline_arg (args[0]);
  g_autoptr (TriLedger) ledger = tri_cli_open_ledger (options, NULL, error);
  g_autoptr (TriLedgerDifference) d = ledger != NULL ? tri_ledger_compare (ledger, copy, error) : NULL;
  if (d == NULL)
    return FALSE;
  g_autofree char *sentence = tri_ledger_difference_to_sentence (d);
  TriJson *json = tri_json_new ();
  tri_json_begin_object (json, NULL);
  tri_json_string (json, "relation", tri_ledger_relation_to_id (d->relation));
  tri_json_integer (json, "entries", d->size);
  tri_json_integer (json, "other_entries", d->other_size);
  if (d->where >= 0)
    {
      tri_json_integer (json, "entry", (guint64) d->where + 1);
      tri_json_string (json, "here", d->here);
      tri_json_string (json, "there", d->there);
    }
  tri_json_string (json, "sentence", sentence);
  tri_json_end (json);
  tri_cli_finish_json (options, json);
  gboolean good = d->relation == TRI_LEDGER_SAME || d->relation == TRI_LEDGER_BEHIND || d->relation == TRI_LEDGER_AHEAD;
  if (good && !options->json)
    tri_cli_print ("%s\n", sentence);
  if (!good)
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED, sentence);
  return good;
}

static gboolean
checkpoint (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (TriLedger) ledger = tri_cli_open_ledger (options, NULL, error);
  if (ledger == NULL || !tri_cli_check_trouble (ledger, error))
    return FALSE;
  g_autofree char *text = tri_note_to_text (tri_ledger_get_checkpoint (ledger));
  return tri_cli_write_ledger_text (options, text, error);
}

static gboolean
prove (const TriOptions *options, char **args, GError **error)
{
  guint64 entry;
  if ((options->from != NULL) == (args[0] != NULL))
    return tri_cli_usage (&tri_command_ledger, error);
  if (options->from != NULL)
    return tri_cli_prove_growth (options, error);
  if (!tri_parse_decimal (args[0], strlen (args[0]), &entry) || entry == 0)
    return tri_cli_usage (&tri_command_ledger, error);
  g_autoptr (TriLedger) ledger = tri_cli_open_ledger (options, NULL, error);
  if (ledger == NULL || !tri_cli_check_trouble (ledger, error))
    return FALSE;
  if (entry > tri_ledger_get_size (ledger))
    {
      g_set_error (error, TRI_USAGE_ERROR, 0,
                   ngettext ("The ledger has %" PRIu64 " entry, and none with the number %s.",
                             "The ledger has %'" PRIu64 " entries, and none with the number %s.",
                             (gulong) tri_ledger_get_size (ledger)),
                   tri_ledger_get_size (ledger), args[0]);
      return FALSE;
    }
  g_autofree char *text = tri_ledger_prove (ledger, entry - 1);
  return tri_cli_write_ledger_text (options, text, error);
}

static gboolean
cosign (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (GFile) copy = g_file_new_for_commandline_arg (args[0]);
  g_autoptr (TriVerifier) log = NULL, witness = NULL;
  gboolean first = FALSE;
  if (options->log_key == NULL)
    {
      g_set_error_literal (error, TRI_USAGE_ERROR, 0,
                           _("ledger cosign needs --log-key KEY, as its owner gave it to you."));
      return FALSE;
    }
  log = tri_cli_log_key (options, error);
  g_autoptr (TriNote) note = log != NULL ? tri_ledger_home_cosign (copy, log, &witness, &first, error) : NULL;
  if (note == NULL)
    return FALSE;
  g_autofree char *text = tri_note_to_text (note), *key = tri_verifier_to_text (witness);
  if (!tri_cli_write_ledger_text (options, text, error))
    return FALSE;
  if (first)
    tri_cli_note (_("This is the first checkpoint of “%s” that was cosigned here. What comes later must continue it.\n"),
                  log->name);
  tri_cli_note (_("Witness key: %s\n"), key);
  return TRUE;
}

static gboolean
accept_cosigned (const TriOptions *options, char **args, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (args[0]);
  g_autoptr (GPtrArray) witnesses = get_witnesses (options, error);
  g_autoptr (TriLedger) ledger = witnesses != NULL ? tri_cli_open_ledger (options, NULL, error) : NULL;
  g_autoptr (GBytes) bytes = ledger != NULL ? tri_file_read (file, TRI_NOTE_SIZE_MAX, NULL, error) : NULL;
  g_autoptr (TriNote) note =
      bytes != NULL ? tri_note_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error) : NULL;
  return note != NULL && tri_ledger_add_cosignatures (ledger, note, witnesses, error);
}

static const TriCliAction actions[] = {
  { "begin", 0, 0, begin },
  { "follow", 0, 0, tri_cli_ledger_follow },
  { "key", 1, 2, tri_cli_ledger_key },
  { "list", 0, 0, list },
  { "verify", 0, 1, verify },
  { "append", 2, 3, append },
  { "compare", 1, 1, compare },
  { "checkpoint", 0, 0, checkpoint },
  { "prove", 0, 1, prove },
  { "cosign", 1, 1, cosign },
  { "accept", 1, 1, accept_cosigned },
};

static gboolean
run (const TriOptions *options, TriProgress *progress, GError **error)
{
  return tri_cli_run_action (&tri_command_ledger, actions, G_N_ELEMENTS (actions), options, error);
}

const TriCommand tri_command_ledger = {
  .name = "ledger",
  .synopsis = N_("begin | follow | key export | key import FILE | list | verify [PROOF] | append KIND KEY [LABEL] | compare COPY | checkpoint | prove N | prove --from "
                 "OLD | cosign COPY | accept CHECKPOINT"),
  .summary = N_("Log what happens to keys so that changes to the log show"),
  .takes = TRI_TAKES_LEDGER | TRI_TAKES_OUTPUT | TRI_TAKES_FORCE | TRI_TAKES_PASSPHRASE,
  .n_files = TRI_SOME_FILES,
  .run = run,
};
