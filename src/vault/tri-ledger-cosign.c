/* Being a witness of somebody else's log: its checkpoint is signed when it continues the one that was signed here last,
 * which the whole log shows, or a proof of c2sp.org/tlog-witness. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "tri-error.h"
#include "tri-file.h"
#include "tri-ledger-home-private.h"
#include "tri-ledger-key.h"
#include "tri-ledger-private.h"
#include "tri-log-proof.h"

/* What this computer remembers of somebody else's log. */
static GFile *
get_memory (const TriVerifier *log)
{
  g_autofree char *text = tri_verifier_to_text (log);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1);
  g_autofree char *name = g_strdup_printf ("witnessed-%.16s", digest);
  return tri_ledger_home_file (name);
}

/* Returns: FALSE with an error; *@seen is NULL when nothing was cosigned yet */
static gboolean
read_memory (GFile *memory, const TriVerifier *log, TriCheckpoint **seen, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (TriNote) note = tri_log_read_note (memory, &why);
  *seen = note != NULL ? tri_log_check_note (note, log, memory, &why) : NULL;
  if (*seen != NULL || g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* Returns: (transfer full) (nullable): the last checkpoint of @log that was cosigned here */
TriCheckpoint *
tri_ledger_home_get_cosigned (const TriVerifier *log)
{
  g_autoptr (GFile) memory = get_memory (log);
  TriCheckpoint *seen;
  return read_memory (memory, log, &seen, NULL) ? seen : NULL;
}

static TriNote *
sign (const TriNote *checkpoint, const TriSigner *signer)
{
  TriNote *note = tri_note_copy (checkpoint);
  tri_note_sign (note, signer, g_get_real_time () / G_USEC_PER_SEC);
  return note;
}

/* All of the log is there. */
static TriNote *
cosign_copy (GFile *copy, const TriVerifier *log, GFile *memory, const TriSigner *signer, GError **error)
{
  g_autoptr (TriLedger) ledger = tri_ledger_open (copy, log, memory, error);
  if (ledger == NULL)
    return NULL;
  if (tri_ledger_get_trouble (ledger) != NULL)
    {
      g_autofree char *sentence = tri_ledger_difference_to_sentence (tri_ledger_get_trouble (ledger));
      g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED, _("The checkpoint was not cosigned. %s"), sentence);
      return NULL;
    }
  if (!g_file_query_exists (memory, NULL))
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_FAILED,
                           _("The checkpoint was not cosigned, because what was seen can't be remembered here. Check "
                             "whether you may write to your data folder."));
      return NULL;
    }
  return sign (tri_ledger_get_checkpoint (ledger), signer);
}

/* @growth: (nullable): with a checkpoint alone */
static gboolean
check_continues (const TriCheckpoint *seen, const TriCheckpoint *next, const TriLogGrowth *growth, GError **error)
{
  if (next->size < seen->size)
    g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                 _("The checkpoint was not cosigned: it says that there are %" PRIu64 " entries, and one with %" PRIu64
                   " was cosigned here. It is an old one, or the ledger was put back to an older state."),
                 next->size, seen->size);
  else if (next->size == seen->size && !tri_hash_equal (&next->root, &seen->root))
    g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                 _("The checkpoint was not cosigned: another one with the same %" PRIu64 " entries was cosigned here. There are "
                   "two histories, both signed with the ledger's key. Tell others who follow it."),
                 seen->size);
  else if (next->size > seen->size && growth == NULL)
    g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                 _("The checkpoint was not cosigned: alone it doesn't show that it continues the %" PRIu64 " entries that were "
                   "cosigned here. Ask for what triptych-cli ledger prove --from %" PRIu64 " writes, and cosign that."),
                 seen->size, seen->size);
  else if (next->size > seen->size && growth->old_size != seen->size)
    g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                 _("The checkpoint was not cosigned: its proof begins at %" PRIu64 " entries, and the last one that was "
                   "cosigned here has %" PRIu64 ". Ask for what triptych-cli ledger prove --from %" PRIu64 " writes, and "
                   "cosign that."),
                 growth->old_size, seen->size, seen->size);
  else
    return next->size == seen->size || tri_log_growth_check (growth, &seen->root, error);
  return FALSE;
}

/* A file: a checkpoint, or a proof with one. */
static TriNote *
cosign_file (GFile *file, const TriVerifier *log, GFile *memory, const TriSigner *signer, GError **error)
{
  g_autoptr (GBytes) bytes = tri_file_read (file, TRI_NOTE_SIZE_MAX, NULL, error);
  if (bytes == NULL)
    return NULL;
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  gboolean proof = tri_log_growth_probe (text, size);
  g_autoptr (TriLogGrowth) growth = proof ? tri_log_growth_parse (text, size, error) : NULL;
  g_autoptr (TriNote) bare = proof ? NULL : tri_note_parse (text, size, error);
  const TriNote *note = growth != NULL ? growth->note : bare;
  if (!proof && bare == NULL)
    g_prefix_error (error, _("“%s” is neither a checkpoint nor a proof that a ledger only grew. "),
                    g_file_peek_path (file) != NULL ? g_file_peek_path (file) : "");
  g_autoptr (TriCheckpoint) next = note != NULL ? tri_log_check_note (note, log, file, error) : NULL, seen = NULL;
  if (next == NULL || !read_memory (memory, log, &seen, error)
      || (seen != NULL && !check_continues (seen, next, growth, error)))
    return NULL;
  g_autofree char *remembered = tri_note_to_text (note);
  g_autoptr (GBytes) out = g_bytes_new_static (remembered, strlen (remembered));
  return tri_file_write_private (memory, out, TRUE, NULL, error) ? sign (note, signer) : NULL;
}

/**
 * tri_ledger_home_cosign:
 * @copy: the folder of somebody else's log, or one of its checkpoints, or a proof that it only grew since the last one
 * @log: of its key
 * @witness: (out) (transfer full): of the key on this computer that signed
 * @first: (out): nothing of this log was cosigned here before, so that there was nothing to compare with
 *
 * Checks that the checkpoint continues what was cosigned here before, and signs it as a witness.
 *
 * Returns: (transfer full): the checkpoint; NULL with TRI_ERROR_DAMAGED when it contradicts the last one, and with
 *   TRI_ERROR_UNSUPPORTED when a proof is missing
 */
TriNote *
tri_ledger_home_cosign (GFile *copy, const TriVerifier *log, TriVerifier **witness, gboolean *first, GError **error)
{
  g_autoptr (GFile) memory = get_memory (log), home = g_file_get_parent (memory);
  g_autoptr (TriSigner) signer = tri_ledger_key_need_signer ("witness", TRI_NOTE_COSIGNATURE, error);
  int lock = signer != NULL ? tri_log_lock (home, error) : -1; /* what was compared and what is remembered are one */
  if (lock < 0)
    return NULL;
  gboolean folder = g_file_query_file_type (copy, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY;
  *first = !g_file_query_exists (memory, NULL);
  TriNote *note = folder ? cosign_copy (copy, log, memory, signer, error) : cosign_file (copy, log, memory, signer, error);
  close (lock);
  if (note != NULL)
    *witness = tri_verifier_copy (tri_signer_get_verifier (signer));
  return note;
}
