/* The ledger beside another copy of it: what differs, and in whose favour that speaks.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "tri-error.h"
#include "tri-ledger-private.h"

void
tri_ledger_difference_free (TriLedgerDifference *difference)
{
  g_free (difference->here);
  g_free (difference->there);
  g_free (difference);
}

static TriLedgerDifference *
difference_new (guint64 size, guint64 other_size)
{
  TriLedgerDifference *difference = g_new0 (TriLedgerDifference, 1);
  difference->relation = size == other_size  ? TRI_LEDGER_SAME
                         : size > other_size ? TRI_LEDGER_BEHIND
                                             : TRI_LEDGER_AHEAD;
  difference->size = size;
  difference->other_size = other_size;
  difference->where = -1;
  return difference;
}

/* @there: signed by the same key. A checkpoint that is newer shows that there were more entries. Returns: (transfer full) */
TriLedgerDifference *
tri_log_compare_checkpoint (const TriLogState *here, const TriCheckpoint *there)
{
  TriLedgerDifference *difference = difference_new (here->checkpoint->size, there->size);
  TriHash root;
  if (there->size > here->checkpoint->size)
    {
      difference->relation = TRI_LEDGER_ROLLED_BACK;
      return difference;
    }
  tri_merkle_get_root (here->tree, there->size, &root);
  if (!tri_hash_equal (&root, &there->root))
    difference->relation = TRI_LEDGER_FORKED;
  return difference;
}

static char *
entry_to_text (const TriLogState *state, guint64 index)
{
  gsize size;
  const char *data = g_bytes_get_data (state->entries->pdata[index], &size);
  return g_utf8_make_valid (size > 0 ? data : "", (gssize) size);
}

/* The first entry that both have and that is not the same in both. */
static void
find_difference (TriLedgerDifference *difference, const TriLogState *here, const TriLogState *there)
{
  guint64 both = MIN (here->entries->len, there->entries->len);
  for (guint64 i = 0; i < both; i++)
    if (!tri_hash_equal (tri_merkle_get_node (here->tree, 0, i), tri_merkle_get_node (there->tree, 0, i)))
      {
        difference->where = (gint64) i;
        difference->here = entry_to_text (here, i);
        difference->there = entry_to_text (there, i);
        return;
      }
}

static TriLedgerDifference *
compare_states (const TriLogState *here, const TriLogState *there)
{
  guint64 size = here->checkpoint->size, other_size = there->checkpoint->size;
  TriLedgerDifference *difference = difference_new (size, other_size);
  const TriLogState *longer = size >= other_size ? here : there, *shorter = size >= other_size ? there : here;
  TriHash root;
  if (!tri_log_state_is_whole (there))
    difference->relation = TRI_LEDGER_EDITED;
  else
    {
      tri_merkle_get_root (longer->tree, shorter->checkpoint->size, &root);
      if (!tri_hash_equal (&root, &shorter->checkpoint->root))
        difference->relation = TRI_LEDGER_FORKED;
    }
  if (difference->relation == TRI_LEDGER_EDITED || difference->relation == TRI_LEDGER_FORKED)
    find_difference (difference, here, there);
  return difference;
}

/**
 * tri_ledger_compare:
 * @copy: the folder of another copy, or a checkpoint
 *
 * Returns: (transfer full): NULL when @copy can't be read, lacks files (TRI_ERROR_TRUNCATED), or is not signed by this
 *   ledger's key (TRI_ERROR_WRONG_KEY, TRI_ERROR_DAMAGED)
 */
TriLedgerDifference *
tri_ledger_compare (const TriLedger *ledger, GFile *copy, GError **error)
{
  gboolean folder = g_file_query_file_type (copy, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY;
  g_autoptr (GFile) file = folder ? g_file_get_child (copy, "checkpoint") : g_object_ref (copy);
  g_autoptr (TriNote) note = tri_log_read_note (file, error);
  g_autoptr (TriCheckpoint) checkpoint = note != NULL ? tri_log_check_note (note, ledger->verifier, file, error) : NULL;
  if (checkpoint == NULL)
    return NULL;
  if (!folder)
    return tri_log_compare_checkpoint (ledger->state, checkpoint);
  g_autoptr (TriLogState) there = tri_log_state_read_entries (copy, g_steal_pointer (&note),
                                                              g_steal_pointer (&checkpoint), error);
  return there != NULL ? compare_states (ledger->state, there) : NULL;
}

const char *
tri_ledger_relation_to_id (TriLedgerRelation relation)
{
  static const char *const ids[] = {
    [TRI_LEDGER_SAME] = "same",           [TRI_LEDGER_BEHIND] = "behind", [TRI_LEDGER_AHEAD] = "ahead",
    [TRI_LEDGER_ROLLED_BACK] = "rolled-back", [TRI_LEDGER_EDITED] = "edited", [TRI_LEDGER_FORKED] = "forked",
  };
  return ids[relation];
}

/* Returns: (transfer full): an entry as a person would say it; what a newer version wrote stays as it is */
static char *
entry_to_words (const char *text)
{
  g_autoptr (TriLedgerEvent) event = tri_ledger_event_parse (text, strlen (text));
  g_autoptr (GDateTime) time = event->kind != TRI_LEDGER_UNKNOWN ? g_date_time_new_from_unix_utc (event->time) : NULL;
  g_autofree char *when = time != NULL ? g_date_time_format (time, "%F %T UTC") : NULL;
  if (when == NULL)
    return g_strdup (text);
  /* Translators: what happened to a key, its name, its fingerprint, and when, as in “Created “Ana” (0011…), 2026-11-21” */
  return g_strdup_printf (_("%s “%s” (%s), %s"), tri_ledger_kind_get_title (event->kind), event->label,
                          event->fingerprint, when);
}

static char *
forked_sentence (const TriLedgerDifference *d)
{
  if (d->where < 0)
    return g_strdup_printf (_("They contradict each other: somewhere in the first %" PRIu64 " entries there are two "
                              "histories, both signed with the ledger's key. Two computers wrote at the same time "
                              "without seeing each other, or somebody else has the key. A checkpoint alone doesn't tell "
                              "where; compare with the other copy's folder."),
                            MIN (d->size, d->other_size));
  g_autofree char *here = entry_to_words (d->here), *there = entry_to_words (d->there);
  return g_strdup_printf (_("They contradict each other from entry %" PRId64 " on, and both are signed with the ledger's "
                            "key. Two computers wrote at the same time without seeing each other, or somebody else has "
                            "the key. Here it is: %s. There it is: %s."),
                          d->where + 1, here, there);
}

static char *
edited_sentence (const TriLedgerDifference *d)
{
  if (d->where < 0)
    return g_strdup (_("Entries of the other copy were changed after they were signed, among those that are not here. "
                       "Don't use that copy."));
  g_autofree char *here = entry_to_words (d->here), *there = entry_to_words (d->there);
  return g_strdup_printf (_("In the other copy entry %" PRId64 " was changed after it was signed. It should be: %s. It "
                            "is: %s. Don't use that copy."),
                          d->where + 1, here, there);
}

/* Returns: (transfer full): translated */
char *
tri_ledger_difference_to_sentence (const TriLedgerDifference *d)
{
  switch (d->relation)
    {
    case TRI_LEDGER_BEHIND:
      return g_strdup_printf (_("The other one is older, and fits: it has %" PRIu64 " of the %" PRIu64 " entries."),
                              d->other_size, d->size);
    case TRI_LEDGER_AHEAD:
      return g_strdup_printf (_("The other one is newer, and fits: it has %" PRIu64 " entries, of which %" PRIu64
                                " are here. Copy it here."),
                              d->other_size, d->size);
    case TRI_LEDGER_ROLLED_BACK:
      return g_strdup_printf (_("The ledger had %" PRIu64 " entries when a checkpoint was signed, and %" PRIu64 " are "
                                "here: it was put back to an older state, or has not received the rest yet. Let the sync "
                                "finish, or copy the newer one here."),
                              d->other_size, d->size);
    case TRI_LEDGER_EDITED:
      return edited_sentence (d);
    case TRI_LEDGER_FORKED:
      return forked_sentence (d);
    case TRI_LEDGER_SAME:
    default:
      return g_strdup_printf (_("Both are the same: %" PRIu64 " entries."), d->size);
    }
}
