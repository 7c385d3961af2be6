/* triptych-cli ledger prove --from, and verify of what that writes: that a ledger only grew.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "tri-cli-ledger.h"
#include "tri-cli-vault.h"
#include "tri-error.h"
#include "tri-ledger-home.h"
#include "tri-log-proof.h"

gboolean
tri_cli_prove_growth (const TriOptions *options, GError **error)
{
  guint64 old_size = 0;
  gboolean number = tri_parse_decimal (options->from, strlen (options->from), &old_size) || options->from[0] == '-';
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (options->from);
  g_autoptr (TriLedger) ledger = tri_cli_open_ledger (options, NULL, error);
  if (ledger == NULL || !tri_cli_check_trouble (ledger, error))
    return FALSE;
  if (number && (options->from[0] == '-' || old_size > tri_ledger_get_size (ledger)))
    {
      g_set_error (error, TRI_USAGE_ERROR, 0,
                   ngettext ("The ledger has %" PRIu64 " entry, and can't be proved to continue one with %s.",
                             "The ledger has %" PRIu64 " entries, and can't be proved to continue one with %s.",
                             (gulong) tri_ledger_get_size (ledger)),
                   tri_ledger_get_size (ledger), options->from);
      return FALSE;
    }
  g_autofree char *text = number ? tri_ledger_prove_growth (ledger, old_size)
                                 : tri_ledger_prove_growth_since (ledger, file, error);
  return text != NULL && tri_cli_write_ledger_text (options, text, error);
}

/* @seen: (nullable). Returns: whether that is the older checkpoint, whose root is in @root then */
static gboolean
take_root (const TriCheckpoint *seen, guint64 size, TriHash *root)
{
  if (seen != NULL && seen->size == size)
    *root = seen->root;
  return seen != NULL && seen->size == size;
}

static TriCheckpoint *
read_old (const TriOptions *options, const TriVerifier *verifier, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (options->from);
  g_autoptr (GBytes) bytes = tri_file_read (file, TRI_NOTE_SIZE_MAX, NULL, error);
  g_autoptr (TriNote) note =
      bytes != NULL ? tri_note_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error) : NULL;
  g_autoptr (TriCheckpoint) old = note != NULL ? tri_checkpoint_parse (note, error) : NULL;
  if (old == NULL)
    return NULL;
  TriNoteCheck check = tri_note_check (note, verifier, NULL);
  if (check == TRI_NOTE_GOOD && strcmp (old->origin, verifier->name) == 0)
    return g_steal_pointer (&old);
  g_set_error (error, TRI_ERROR, check == TRI_NOTE_BAD ? TRI_ERROR_DAMAGED : TRI_ERROR_WRONG_KEY,
               _("The checkpoint %s is not signed by the key of the ledger “%s”."), options->from, verifier->name);
  return NULL;
}

/* The root of the older checkpoint, which the proof doesn't have: from --from, or what is known here of the ledger. */
static gboolean
find_old_root (const TriOptions *options, const TriVerifier *verifier, guint64 size, TriHash *root, GError **error)
{
  g_autoptr (TriMerkle) empty = tri_merkle_new ();
  g_autoptr (TriCheckpoint) old = options->from != NULL ? read_old (options, verifier, error)
                                                        : tri_ledger_home_get_cosigned (verifier);
  if ((options->from != NULL && old == NULL) || take_root (old, size, root))
    return old != NULL;
  g_autoptr (TriVerifier) mine = tri_ledger_home_get_verifier (NULL);
  gboolean known = options->ledger != NULL || (mine != NULL && tri_verifier_equal (mine, verifier));
  g_autoptr (TriLedger) ledger = options->from == NULL && known ? tri_cli_open_ledger (options, NULL, NULL) : NULL;
  if (ledger != NULL && size <= tri_ledger_get_size (ledger))
    tri_ledger_get_root (ledger, size, root);
  else if (options->from == NULL && size == 0)
    tri_merkle_get_root (empty, 0, root);
  else
    {
      if (options->from != NULL)
        g_set_error (error, TRI_USAGE_ERROR, 0,
                     _("The proof continues a checkpoint with %" PRIu64 " entries, and --from has %" PRIu64 "."), size,
                     old->size);
      else
        g_set_error (error, TRI_USAGE_ERROR, 0,
                     _("The proof continues a checkpoint with %" PRIu64 " entries, which is not known here. Give it with "
                       "--from CHECKPOINT."), size);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_signed (const TriLogGrowth *growth, const TriVerifier *verifier, GError **error)
{
  TriNoteCheck check = tri_note_check (growth->note, verifier, NULL);
  if (check == TRI_NOTE_BAD)
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                         _("The checkpoint in the proof was changed after it was signed. It proves nothing."));
  else if (check == TRI_NOTE_UNSIGNED || strcmp (growth->checkpoint->origin, verifier->name) != 0)
    g_set_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY, _("The proof is not signed by the key of the ledger “%s”."),
                 verifier->name);
  else
    return TRUE;
  return FALSE;
}

/* @bytes: of a proof that tri_log_growth_probe() knows */
gboolean
tri_cli_verify_growth (const TriOptions *options, GBytes *bytes, const TriVerifier *verifier, GPtrArray *witnesses,
                       GError **error)
{
  TriHash root;
  g_autoptr (TriLogGrowth) growth =
      tri_log_growth_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error);
  if (growth == NULL || !check_signed (growth, verifier, error)
      || !find_old_root (options, verifier, growth->old_size, &root, error) || !tri_log_growth_check (growth, &root, error))
    return FALSE;
  TriJson *json = tri_json_new ();
  tri_json_begin_object (json, NULL);
  tri_json_integer (json, "from", growth->old_size);
  tri_json_integer (json, "entries", growth->checkpoint->size);
  if (!options->json)
    tri_cli_print (_("The ledger %s only grew, from %" PRIu64 " to %" PRIu64 " entries: the older ones are as they were "
                     "signed.\n"),
                   verifier->name, growth->old_size, growth->checkpoint->size);
  guint n = tri_cli_show_witnesses (growth->note, witnesses, json, !options->json, error);
  tri_json_end (json);
  tri_cli_finish_json (options, json);
  return n != G_MAXUINT;
}
