/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "tri-error.h"
#include "tri-file.h"
#include "tri-ledger-private.h"
#include "tri-log-proof.h"

#define ENTRY_MAX 65535u

static GFile *
get_checkpoint_file (GFile *folder)
{
  return g_file_get_child (folder, "checkpoint");
}

static GFile *
get_cosigned_file (GFile *folder)
{
  return g_file_get_child (folder, "checkpoint.cosigned");
}

gboolean
tri_ledger_exists (GFile *folder)
{
  g_autoptr (GFile) file = get_checkpoint_file (folder);
  return g_file_query_exists (file, NULL);
}

static gboolean
write_note (GFile *file, const TriNote *note, GError **error)
{
  char *text = tri_note_to_text (note);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));
  return tri_file_write_private (file, bytes, TRUE, NULL, error);
}

/* A file beside the ledger that may not be there. Returns: FALSE with an error; *@checkpoint is NULL when there is none */
static gboolean
read_optional (GFile *file, const TriVerifier *verifier, TriNote **note, TriCheckpoint **checkpoint, GError **error)
{
  g_autoptr (GError) why = NULL;
  *checkpoint = NULL;
  *note = tri_log_read_note (file, &why);
  if (*note == NULL && g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return TRUE;
  *checkpoint = *note != NULL ? tri_log_check_note (*note, verifier, file, &why) : NULL;
  if (*checkpoint != NULL)
    return TRUE;
  g_clear_pointer (note, tri_note_free);
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* Sets trouble when @there, which the ledger's key signed, doesn't fit what is here. */
static void
note_trouble (TriLedger *ledger, const TriCheckpoint *there)
{
  g_autoptr (TriLedgerDifference) difference = tri_log_compare_checkpoint (ledger->state, there);
  if (ledger->trouble == NULL && (difference->relation == TRI_LEDGER_ROLLED_BACK || difference->relation == TRI_LEDGER_FORKED))
    ledger->trouble = g_steal_pointer (&difference);
}

static void
set_state (TriLedger *ledger, TriLogState *state)
{
  g_clear_pointer (&ledger->state, tri_log_state_free);
  ledger->state = state;
  for (guint i = ledger->events->len; i < state->entries->len; i++)
    {
      gsize size;
      const char *data = g_bytes_get_data (state->entries->pdata[i], &size);
      g_ptr_array_add (ledger->events, tri_ledger_event_parse (data, size));
    }
}

/* Reads the log, and what this computer saw last and others cosigned, which must be the beginning of it. Those first: who
 * appends meanwhile writes them last. */
static gboolean
read_all (TriLedger *ledger, GError **error)
{
  g_autoptr (GFile) file = get_cosigned_file (ledger->folder);
  g_autoptr (TriCheckpoint) cosigned = NULL, seen = NULL;
  g_autoptr (TriNote) note = NULL;
  if (!read_optional (file, ledger->verifier, &ledger->cosigned, &cosigned, error)
      || (ledger->memory != NULL && !read_optional (ledger->memory, ledger->verifier, &note, &seen, error)))
    return FALSE;
  TriLogState *state = tri_log_state_read (ledger->folder, ledger->verifier, error);
  if (state == NULL)
    return FALSE;
  set_state (ledger, state);
  ledger->n_wrong_tiles = tri_log_check_tiles (ledger->folder, state->tree, FALSE, NULL);
  if (cosigned != NULL)
    note_trouble (ledger, cosigned);
  if (seen != NULL)
    note_trouble (ledger, seen);
  if (ledger->memory != NULL && ledger->trouble == NULL && (seen == NULL || seen->size < state->checkpoint->size))
    (void) write_note (ledger->memory, state->note, NULL); /* else it is remembered the next time */
  return TRUE;
}

/**
 * tri_ledger_open:
 * @verifier: of the key that the log must be signed with; from somewhere else than the log itself
 * @memory: (nullable): a file on this computer alone that keeps the last checkpoint that was seen here, so that a ledger
 *   that was put back to an older state is noticed
 *
 * Reads the whole log and checks it. A log that contradicts @memory, or a cosigned checkpoint, opens, so that it can be
 * looked at, and takes no more entries: see tri_ledger_get_trouble().
 *
 * Returns: (transfer full): NULL with TRI_ERROR_DAMAGED, _TRUNCATED, _WRONG_KEY or a GIOErrorEnum
 */
TriLedger *
tri_ledger_open (GFile *folder, const TriVerifier *verifier, GFile *memory, GError **error)
{
  g_autoptr (TriLedger) ledger = g_new0 (TriLedger, 1);
  ledger->folder = g_object_ref (folder);
  ledger->memory = memory != NULL ? g_object_ref (memory) : NULL;
  ledger->verifier = tri_verifier_copy (verifier);
  ledger->events = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_ledger_event_free);
  return read_all (ledger, error) ? g_steal_pointer (&ledger) : NULL;
}

void
tri_ledger_free (TriLedger *ledger)
{
  g_clear_object (&ledger->folder);
  g_clear_object (&ledger->memory);
  g_clear_pointer (&ledger->verifier, tri_verifier_free);
  g_clear_pointer (&ledger->state, tri_log_state_free);
  g_clear_pointer (&ledger->events, g_ptr_array_unref);
  g_clear_pointer (&ledger->cosigned, tri_note_free);
  g_clear_pointer (&ledger->trouble, tri_ledger_difference_free);
  g_free (ledger);
}

static TriNote *
sign_checkpoint (const TriSigner *signer, const TriMerkle *tree)
{
  const TriVerifier *verifier = tri_signer_get_verifier (signer);
  TriCheckpoint checkpoint = { .origin = verifier->name, .size = tri_merkle_get_size (tree) };
  tri_merkle_get_root (tree, checkpoint.size, &checkpoint.root);
  TriNote *note = tri_checkpoint_to_note (&checkpoint);
  tri_note_sign (note, signer, 0);
  return note;
}

/* A log that was here and is gone is not begun again. */
static gboolean
check_not_lost (GFile *memory, const TriVerifier *verifier, GError **error)
{
  g_autoptr (TriNote) seen = NULL;
  g_autoptr (TriCheckpoint) checkpoint = NULL;
  if (memory != NULL && !read_optional (memory, verifier, &seen, &checkpoint, error))
    return FALSE;
  if (checkpoint == NULL || checkpoint->size == 0)
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
               _("There was a ledger with %" PRIu64 " entries, and its files are gone. No new one was begun: copy the "
                 "ledger back from another computer or a backup."), checkpoint->size);
  return FALSE;
}

static gboolean
create_empty (GFile *folder, const TriSigner *signer, GError **error)
{
  if (tri_ledger_exists (folder)) /* another process was faster */
    return TRUE;
  g_autoptr (GFile) file = get_checkpoint_file (folder);
  g_autoptr (TriMerkle) tree = tri_merkle_new ();
  g_autoptr (TriNote) note = sign_checkpoint (signer, tree);
  return write_note (file, note, error);
}

/* Begins a log with no entries, or opens the one that is there. Returns: (transfer full) */
TriLedger *
tri_ledger_create (GFile *folder, const TriSigner *signer, GFile *memory, GError **error)
{
  g_return_val_if_fail (tri_signer_get_verifier (signer)->type == TRI_NOTE_ED25519, NULL);
  const TriVerifier *verifier = tri_signer_get_verifier (signer);
  g_autoptr (GError) lost = NULL;
  if (!tri_ledger_exists (folder) && !check_not_lost (memory, verifier, &lost) && !tri_ledger_exists (folder))
    {
      g_propagate_error (error, g_steal_pointer (&lost));
      return NULL;
    }
  (void) g_mkdir_with_parents (g_file_peek_path (folder), 0700); /* the lock says what is wrong with the folder */
  int lock = tri_log_lock (folder, error);
  gboolean good = lock >= 0 && create_empty (folder, signer, error);
  if (lock >= 0)
    close (lock);
  return good ? tri_ledger_open (folder, verifier, memory, error) : NULL;
}

guint64
tri_ledger_get_size (const TriLedger *ledger)
{
  return ledger->state->checkpoint->size;
}

const TriLedgerEvent *
tri_ledger_get_event (const TriLedger *ledger, guint64 index)
{
  g_return_val_if_fail (index < ledger->events->len, NULL);
  return ledger->events->pdata[index];
}

const TriVerifier *
tri_ledger_get_verifier (const TriLedger *ledger)
{
  return ledger->verifier;
}

const TriNote *
tri_ledger_get_checkpoint (const TriLedger *ledger)
{
  return ledger->state->note;
}

/* Returns: (nullable): the last checkpoint that somebody else signed as well */
const TriNote *
tri_ledger_get_cosigned (const TriLedger *ledger)
{
  return ledger->cosigned;
}

/* Returns: (nullable): how the ledger contradicts a checkpoint that this computer saw, or that was cosigned */
const TriLedgerDifference *
tri_ledger_get_trouble (const TriLedger *ledger)
{
  return ledger->trouble;
}

/* How many files of hashes were missing or wrong. The entries are right, so the next append puts them right. */
guint
tri_ledger_get_n_wrong_tiles (const TriLedger *ledger)
{
  return ledger->n_wrong_tiles;
}

/* Returns: (transfer full) (nullable): that in words, translated, and what to do when one's own computers did it */
char *
tri_ledger_get_trouble_sentence (const TriLedger *ledger)
{
  const TriLedgerDifference *trouble = ledger->trouble;
  g_autofree char *sentence = trouble != NULL ? tri_ledger_difference_to_sentence (trouble) : NULL;
  if (trouble == NULL || trouble->relation != TRI_LEDGER_FORKED || ledger->memory == NULL)
    return g_steal_pointer (&sentence);
  return g_strdup_printf (_("%s If it was your own computers, let one history go on: copy its folder to each, and say "
                            "triptych-cli ledger begin --force (ledger follow --force where it is only followed) on those "
                            "that had the other."), sentence);
}

static void
refuse_difference (const TriLedgerDifference *difference, GError **error)
{
  g_autofree char *sentence = tri_ledger_difference_to_sentence (difference);
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED, _("Nothing was added to the ledger. %s"), sentence);
}

static gboolean
refuse_trouble (const TriLedger *ledger, GError **error)
{
  g_autofree char *sentence = tri_ledger_get_trouble_sentence (ledger);
  if (sentence == NULL)
    return FALSE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED, _("Nothing was added to the ledger. %s"), sentence);
  return TRUE;
}

/* Takes what another process appended since. With the lock. */
static gboolean
reload (TriLedger *ledger, GError **error)
{
  g_autoptr (TriLogState) state = tri_log_state_read (ledger->folder, ledger->verifier, error);
  if (state == NULL)
    return FALSE;
  g_autoptr (TriLedgerDifference) difference = tri_log_compare_checkpoint (state, ledger->state->checkpoint);
  if (difference->relation != TRI_LEDGER_SAME && difference->relation != TRI_LEDGER_BEHIND)
    ledger->trouble = g_steal_pointer (&difference);
  else
    set_state (ledger, g_steal_pointer (&state));
  return !refuse_trouble (ledger, error);
}

/* The new tiles, then the checkpoint: until that has its name, the old one and all that it needs are in place. */
static gboolean
commit (TriLedger *ledger, const TriSigner *signer, TriLogState *next, GError **error)
{
  g_autoptr (GFile) file = get_checkpoint_file (ledger->folder);
  guint64 old_size = tri_ledger_get_size (ledger);
  next->note = sign_checkpoint (signer, next->tree);
  next->checkpoint = tri_checkpoint_parse (next->note, NULL);
  g_autoptr (TriLedgerDifference) growth = tri_log_compare_checkpoint (next, ledger->state->checkpoint);
  g_assert (growth->relation == TRI_LEDGER_BEHIND); /* never signs what contradicts the last one */
  if (!tri_log_write_tiles (ledger->folder, next->entries, next->tree, old_size, error)
      || !write_note (file, next->note, error))
    return FALSE;
  if (ledger->memory != NULL)
    (void) write_note (ledger->memory, next->note, NULL); /* it is caught up with when the ledger is next opened */
  return TRUE;
}

static gboolean
append_locked (TriLedger *ledger, const TriSigner *signer, const TriLedgerEvent *event, GError **error)
{
  g_autoptr (GError) why = NULL;
  if (!reload (ledger, error))
    return FALSE;
  if (tri_ledger_get_size (ledger) >= TRI_LOG_SIZE_MAX)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_TOO_LARGE, _("The ledger is full. Begin another one."));
      return FALSE;
    }
  ledger->n_wrong_tiles = tri_log_check_tiles (ledger->folder, ledger->state->tree, TRUE, &why);
  if (why != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  g_autoptr (TriLogState) next = g_new0 (TriLogState, 1);
  next->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  next->tree = tri_merkle_new ();
  for (guint i = 0; i < ledger->state->entries->len; i++)
    {
      g_ptr_array_add (next->entries, g_bytes_ref (ledger->state->entries->pdata[i]));
      tri_merkle_append (next->tree, tri_merkle_get_node (ledger->state->tree, 0, i));
    }
  TriHash leaf;
  g_ptr_array_add (next->entries, g_bytes_new (event->text, strlen (event->text)));
  tri_merkle_hash_leaf (event->text, strlen (event->text), &leaf);
  tri_merkle_append (next->tree, &leaf);
  if (!commit (ledger, signer, next, error))
    return FALSE;
  set_state (ledger, g_steal_pointer (&next));
  ledger->n_wrong_tiles = 0;
  tri_log_clean (ledger->folder, tri_ledger_get_size (ledger));
  return TRUE;
}

/**
 * tri_ledger_append:
 * @signer: of the log's key
 *
 * Adds an entry after those that other processes may have added meanwhile, and signs. When this returns TRUE the disk has
 * it; when it fails, or the computer does, the log is as it was.
 */
gboolean
tri_ledger_append (TriLedger *ledger, const TriSigner *signer, const TriLedgerEvent *event, GError **error)
{
  g_return_val_if_fail (tri_verifier_equal (tri_signer_get_verifier (signer), ledger->verifier), FALSE);
  g_return_val_if_fail (event->kind != TRI_LEDGER_UNKNOWN && strlen (event->text) <= ENTRY_MAX, FALSE);
  if (refuse_trouble (ledger, error))
    return FALSE;
  int lock = tri_log_lock (ledger->folder, error);
  gboolean good = lock >= 0 && append_locked (ledger, signer, event, error);
  if (lock >= 0)
    close (lock);
  return good;
}

static gboolean
check_witnesses (const TriNote *note, GPtrArray *witnesses, GError **error)
{
  guint good = 0;
  for (guint i = 0; i < witnesses->len; i++)
    {
      const TriVerifier *witness = witnesses->pdata[i];
      TriNoteCheck check = tri_note_check (note, witness, NULL);
      good += check == TRI_NOTE_GOOD;
      if (check != TRI_NOTE_BAD)
        continue;
      g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED, _("The signature of “%s” under the checkpoint is false."),
                   witness->name);
      return FALSE;
    }
  if (good > 0)
    return TRUE;
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_WRONG_KEY,
                       _("None of the witnesses whose keys were given has signed the checkpoint."));
  return FALSE;
}

/* Signatures of nobody in particular would only take room. */
static void
remove_strangers (TriNote *note, const TriVerifier *log, GPtrArray *witnesses)
{
  for (guint i = note->signatures->len; i-- > 0;)
    {
      const TriNoteSignature *signature = note->signatures->pdata[i];
      gboolean known = signature->id == log->id && strcmp (signature->name, log->name) == 0;
      for (guint k = 0; k < witnesses->len && !known; k++)
        {
          const TriVerifier *witness = witnesses->pdata[k];
          known = signature->id == witness->id && strcmp (signature->name, witness->name) == 0;
        }
      if (!known)
        g_ptr_array_remove_index (note->signatures, i);
    }
}

static gboolean
keep_cosigned (TriLedger *ledger, const TriNote *note, GPtrArray *witnesses, GError **error)
{
  g_autoptr (GFile) file = get_cosigned_file (ledger->folder), main = get_checkpoint_file (ledger->folder);
  gboolean current = strcmp (note->text, ledger->state->note->text) == 0;
  TriNote *both = tri_note_copy (note);
  remove_strangers (both, ledger->verifier, witnesses);
  if (ledger->cosigned != NULL && strcmp (note->text, ledger->cosigned->text) == 0)
    tri_note_add_signatures (both, ledger->cosigned);
  g_clear_pointer (&ledger->cosigned, tri_note_free);
  ledger->cosigned = both;
  if (!write_note (file, both, error))
    return FALSE;
  return !current || tri_note_add_signatures (ledger->state->note, both) == 0
         || write_note (main, ledger->state->note, error);
}

/**
 * tri_ledger_add_cosignatures:
 * @note: a checkpoint of this log that witnesses signed as well
 * @witnesses: (element-type TriVerifier): whose signatures are looked for; one at least must be there
 *
 * Keeps the checkpoint: from now on a history that contradicts it is noticed. It replaces the one that was kept before.
 */
gboolean
tri_ledger_add_cosignatures (TriLedger *ledger, const TriNote *note, GPtrArray *witnesses, GError **error)
{
  if (!check_witnesses (note, witnesses, error) || refuse_trouble (ledger, error))
    return FALSE;
  int lock = tri_log_lock (ledger->folder, error);
  gboolean good = FALSE;
  if (lock >= 0 && reload (ledger, error))
    {
      g_autoptr (GFile) file = get_cosigned_file (ledger->folder);
      g_autoptr (TriCheckpoint) there = tri_log_check_note (note, ledger->verifier, file, error);
      g_autoptr (TriLedgerDifference) difference = there != NULL ? tri_log_compare_checkpoint (ledger->state, there) : NULL;
      if (difference != NULL && difference->relation != TRI_LEDGER_SAME && difference->relation != TRI_LEDGER_BEHIND)
        refuse_difference (difference, error);
      else if (difference != NULL)
        good = keep_cosigned (ledger, note, witnesses, error);
    }
  if (lock >= 0)
    close (lock);
  return good;
}

/* Returns: (transfer full): a .tlog-proof that an entry is in the log, with the entry itself in it */
char *
tri_ledger_prove (const TriLedger *ledger, guint64 index)
{
  g_return_val_if_fail (index < tri_ledger_get_size (ledger), NULL);
  g_autoptr (GArray) hashes = tri_merkle_prove_inclusion (ledger->state->tree, index, tri_ledger_get_size (ledger));
  return tri_log_proof_make (index, hashes, ledger->state->entries->pdata[index], ledger->state->note);
}

/* Returns: (transfer full): a proof that the log only grew since it had @old_size entries, as witnesses take it */
char *
tri_ledger_prove_growth (const TriLedger *ledger, guint64 old_size)
{
  g_return_val_if_fail (old_size <= tri_ledger_get_size (ledger), NULL);
  g_autoptr (GArray) hashes =
      tri_merkle_prove_consistency (ledger->state->tree, old_size, tri_ledger_get_size (ledger));
  return tri_log_growth_make (old_size, hashes, ledger->state->note);
}

/* @checkpoint: an older one of this log. Returns: (transfer full): NULL with an error also when it contradicts the log */
char *
tri_ledger_prove_growth_since (const TriLedger *ledger, GFile *checkpoint, GError **error)
{
  g_autoptr (TriNote) note = tri_log_read_note (checkpoint, error);
  g_autoptr (TriCheckpoint) there = note != NULL ? tri_log_check_note (note, ledger->verifier, checkpoint, error) : NULL;
  if (there == NULL)
    return NULL;
  g_autoptr (TriLedgerDifference) difference = tri_log_compare_checkpoint (ledger->state, there);
  if (difference->relation == TRI_LEDGER_SAME || difference->relation == TRI_LEDGER_BEHIND)
    return tri_ledger_prove_growth (ledger, there->size);
  g_autofree char *sentence = tri_ledger_difference_to_sentence (difference);
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED, _("There is no proof that the ledger only grew. %s"), sentence);
  return NULL;
}

/* Of its first @size entries. */
void
tri_ledger_get_root (const TriLedger *ledger, guint64 size, TriHash *out)
{
  g_return_if_fail (size <= tri_ledger_get_size (ledger));
  tri_merkle_get_root (ledger->state->tree, size, out);
}
