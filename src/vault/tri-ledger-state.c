/* Reading a log: its checkpoint, the signature under it, its entries and their tree.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-file.h"
#include "tri-ledger-private.h"

void
tri_log_state_free (TriLogState *state)
{
  g_clear_pointer (&state->note, tri_note_free);
  g_clear_pointer (&state->checkpoint, tri_checkpoint_free);
  g_clear_pointer (&state->entries, g_ptr_array_unref);
  g_clear_pointer (&state->tree, tri_merkle_free);
  g_free (state);
}

TriNote *
tri_log_read_note (GFile *file, GError **error)
{
  g_autoptr (GBytes) bytes = tri_file_read (file, TRI_NOTE_SIZE_MAX, NULL, error);
  if (bytes == NULL)
    return NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  TriNote *note = tri_note_parse (data, size, error);
  g_autofree char *path = g_file_get_parse_name (file);
  if (note == NULL)
    g_prefix_error (error, "%s: ", path);
  return note;
}

/* Returns: (transfer full): what the note says of the log that @verifier is of; NULL with TRI_ERROR_WRONG_KEY, or
 *   TRI_ERROR_DAMAGED */
TriCheckpoint *
tri_log_check_note (const TriNote *note, const TriVerifier *verifier, GFile *file, GError **error)
{
  g_autofree char *path = g_file_get_parse_name (file);
  TriNoteCheck check = tri_note_check (note, verifier, NULL);
  g_autoptr (TriCheckpoint) checkpoint = check == TRI_NOTE_GOOD ? tri_checkpoint_parse (note, error) : NULL;
  if (check == TRI_NOTE_BAD)
    g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                 _("The checkpoint %s was changed after the ledger's key signed it. Don't trust this copy; compare it "
                   "with another one."), path);
  else if (check == TRI_NOTE_UNSIGNED)
    g_set_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY,
                 _("The checkpoint %s is not signed by the key of the ledger “%s”: it belongs to another ledger, or it "
                   "was forged."), path, verifier->name);
  else if (checkpoint != NULL && strcmp (checkpoint->origin, verifier->name) != 0)
    g_set_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY, _("The checkpoint %s is of another ledger, “%s”."), path,
                 checkpoint->origin);
  else
    return g_steal_pointer (&checkpoint);
  return NULL;
}

/* Whether the entries are those that were signed. */
gboolean
tri_log_state_is_whole (const TriLogState *state)
{
  TriHash root;
  tri_merkle_get_root (state->tree, state->checkpoint->size, &root);
  return tri_hash_equal (&root, &state->checkpoint->root);
}

/* @note, @checkpoint: (transfer full). Returns: (transfer full): not compared with the checkpoint yet */
TriLogState *
tri_log_state_read_entries (GFile *folder, TriNote *note, TriCheckpoint *checkpoint, GError **error)
{
  g_autoptr (TriLogState) state = g_new0 (TriLogState, 1);
  state->note = note;
  state->checkpoint = checkpoint;
  state->entries = tri_log_read_entries (folder, checkpoint->size, error);
  if (state->entries == NULL)
    return NULL;
  state->tree = tri_merkle_new ();
  for (guint i = 0; i < state->entries->len; i++)
    {
      TriHash leaf;
      gsize size;
      const void *data = g_bytes_get_data (state->entries->pdata[i], &size);
      tri_merkle_hash_leaf (data, size, &leaf);
      tri_merkle_append (state->tree, &leaf);
    }
  return g_steal_pointer (&state);
}

/* Which entry was edited, when the hashes beside it were not: −1 when they were, too. */
static gint64
find_edited (GFile *folder, const TriLogState *state)
{
  g_autoptr (GArray) leaves = tri_log_read_leaves (folder, state->checkpoint->size);
  g_autoptr (TriMerkle) tree = tri_merkle_new ();
  TriHash root;
  for (guint i = 0; leaves != NULL && i < leaves->len; i++)
    tri_merkle_append (tree, &g_array_index (leaves, TriHash, i));
  if (leaves == NULL)
    return -1;
  tri_merkle_get_root (tree, leaves->len, &root);
  if (!tri_hash_equal (&root, &state->checkpoint->root))
    return -1;
  for (guint i = 0; i < leaves->len; i++)
    if (!tri_hash_equal (&g_array_index (leaves, TriHash, i), tri_merkle_get_node (state->tree, 0, i)))
      return i;
  return -1;
}

static void
set_edited_error (GFile *folder, const TriLogState *state, GError **error)
{
  gint64 where = find_edited (folder, state);
  if (where >= 0)
    g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                 _("Entry %u of the ledger was changed after it was signed. Don't trust this copy; compare it with "
                   "another one, and copy that one here."), (guint) where + 1);
  else
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                         _("Entries of the ledger were changed after they were signed. Don't trust this copy; compare it "
                           "with another one, which also tells which entries they are."));
}

/* Returns: (transfer full): a log whose entries are those that @verifier's key signed; NULL with an error */
TriLogState *
tri_log_state_read (GFile *folder, const TriVerifier *verifier, GError **error)
{
  g_autoptr (GFile) file = g_file_get_child (folder, "checkpoint");
  g_autoptr (TriNote) note = tri_log_read_note (file, error);
  TriCheckpoint *checkpoint = note != NULL ? tri_log_check_note (note, verifier, file, error) : NULL;
  if (checkpoint == NULL)
    return NULL;
  g_autoptr (TriLogState) state = tri_log_state_read_entries (folder, g_steal_pointer (&note), checkpoint, error);
  if (state == NULL || tri_log_state_is_whole (state))
    return g_steal_pointer (&state);
  set_edited_error (folder, state, error);
  return NULL;
}
