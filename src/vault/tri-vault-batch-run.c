/* Working through the items of a batch. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-vault-batch-private.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

#include "tri-file.h"
#include "tri-parallel.h"

#define SMALL (64 * 1024 * 1024) /* bytes of a file that a worker does without help, where others are done beside it */
#define ATTEMPTS 3 /* more, where others take names as fast as they are found */
#define ORIGINAL GINT_TO_POINTER (1)

/* A name whatever way leads to its folder, and for file systems that don't tell capitals from small letters, or ways of
 * writing accents. */
static char *
key_of (GFile *file)
{
  g_autofree char *path = g_file_get_path (file), *base = g_file_get_basename (file), *folded = NULL;
  g_autofree char *folder = path != NULL ? g_path_get_dirname (path) : g_file_get_uri (file);
  char *real = realpath (folder, NULL);
  if (g_utf8_validate (base, -1, NULL))
    {
      g_autofree char *small = g_utf8_casefold (base, -1);
      folded = g_utf8_normalize (small, -1, G_NORMALIZE_ALL);
    }
  char *key = g_build_filename (real != NULL ? real : folder, folded != NULL ? folded : base, NULL);
  free (real);
  return key;
}

static void
set_owner (TriVaultBatch *batch, GFile *file, gpointer owner)
{
  char *key = key_of (file);
  g_mutex_lock (&batch->lock);
  g_hash_table_replace (batch->claims, key, owner);
  g_mutex_unlock (&batch->lock);
}

/* Of items that came since: neither they nor what was made of them is to be replaced. */
static void
claim_originals (TriVaultBatch *batch)
{
  for (;;)
    {
      g_autoptr (TriVaultItem) item = NULL;
      g_mutex_lock (&batch->lock);
      if (batch->n_claimed < batch->items->len)
        item = tri_vault_item_ref (batch->items->pdata[batch->n_claimed++]);
      g_mutex_unlock (&batch->lock);
      if (item == NULL)
        return;
      if (tri_vault_item_get_state (item) == TRI_VAULT_DONE && item->result.file != NULL)
        set_owner (batch, item->result.file, item);
      set_owner (batch, item->source, ORIGINAL);
    }
}

/* Waits a little for a change, under the lock. */
static void
wait (TriVaultBatch *batch)
{
  g_cond_wait_until (&batch->changed, &batch->lock, g_get_monotonic_time () + G_TIME_SPAN_SECOND / 20);
}

/* Returns: (transfer full) (nullable): the next queued item. Under the lock. */
static TriVaultItem *
find_queued (TriVaultBatch *batch, guint *index)
{
  while (batch->next < batch->items->len)
    {
      TriVaultItem *item = batch->items->pdata[*index = batch->next++];
      if (tri_vault_item_get_state (item) == TRI_VAULT_QUEUED)
        return tri_vault_item_ref (item);
    }
  return NULL;
}

/* Waits for a turn, and while the batch is paused or others are yet at work: it may get more. Returns: (transfer full)
 * (nullable): the next item, with the turn for it; NULL when all are over or it was stopped */
static TriVaultItem *
take (TriVaultBatch *batch, TriTurn *turn, guint *index)
{
  TriVaultItem *found = NULL;
  gboolean over = FALSE;
  while (found == NULL && !over)
    {
      tri_turn_begin (turn);
      g_mutex_lock (&batch->lock);
      over = tri_progress_is_cancelled (batch->progress);
      if (!over && !batch->paused && batch->n_cramped == 0)
        {
          found = find_queued (batch, index);
          over = found == NULL && batch->n_working == 0;
        }
      if (found != NULL)
        batch->n_working++;
      else
        {
          tri_turn_leave (turn);
          if (!over)
            wait (batch);
        }
      g_mutex_unlock (&batch->lock);
    }
  return found;
}

static gboolean
has_company (TriVaultBatch *batch)
{
  g_mutex_lock (&batch->lock);
  gboolean more = batch->n_working > 1 || batch->next < batch->items->len;
  g_mutex_unlock (&batch->lock);
  return more;
}

/* Gives the turn back and lets those who wait for the last item, or to be alone, know. */
static void
let_go (TriVaultBatch *batch, TriTurn *turn)
{
  tri_turn_leave (turn);
  g_mutex_lock (&batch->lock);
  batch->n_working--;
  g_cond_broadcast (&batch->changed);
  g_mutex_unlock (&batch->lock);
}

static void
set_state (TriVaultBatch *batch, TriVaultItem *item, guint index, TriVaultState state)
{
  g_mutex_lock (&batch->lock);
  g_atomic_int_set (&item->state, (gint) state);
  if (batch->func != NULL)
    batch->func (batch, index, batch->user_data);
  g_mutex_unlock (&batch->lock);
}

/* Adds what was done of @item since it was counted last. */
static void
count_progress (TriVaultBatch *batch, TriVaultItem *item, double fraction)
{
  guint64 now = (guint64) (fraction * (double) item->size);
  g_atomic_int_set (&item->thousandths, (gint) (fraction * 1000));
  g_mutex_lock (&batch->lock);
  if (now > item->counted)
    {
      batch->done_size += now - item->counted;
      item->counted = now;
    }
  double done = (double) batch->done_size, size = (double) batch->size;
  g_mutex_unlock (&batch->lock);
  tri_progress_step (batch->progress, size > 0 ? done / size : 0);
}

typedef struct { TriVaultBatch *batch; TriVaultItem *item; } Watch;

static void
on_item_progress (double fraction, gpointer data)
{
  Watch *watch = data;
  count_progress (watch->batch, watch->item, fraction);
}

/* @folder: (out) (transfer full): where results of @item go; NULL: beside it */
static gboolean
make_folder (TriVaultBatch *batch, TriVaultItem *item, GFile **folder, GError **error)
{
  g_autoptr (GError) local = NULL;
  *folder = NULL;
  if (batch->options.folder == NULL)
    return TRUE;
  if (item->subfolder == NULL)
    {
      *folder = g_object_ref (batch->options.folder);
      return TRUE;
    }
  *folder = g_file_resolve_relative_path (batch->options.folder, item->subfolder);
  if (g_file_make_directory_with_parents (*folder, NULL, &local) || g_error_matches (local, G_IO_ERROR, G_IO_ERROR_EXISTS))
    return TRUE;
  g_propagate_prefixed_error (error, g_steal_pointer (&local), _("The folder “%s” can't be made: "), item->subfolder);
  return FALSE;
}

typedef struct { TriVaultBatch *batch; TriVaultItem *item; } Claimant;

/* Names belong to whoever comes first. */
static gboolean
claim (GFile *file, gpointer data)
{
  Claimant *claimant = data;
  char *key = key_of (file);
  claim_originals (claimant->batch);
  g_mutex_lock (&claimant->batch->lock);
  gpointer owner = g_hash_table_lookup (claimant->batch->claims, key);
  if (owner == NULL)
    g_hash_table_insert (claimant->batch->claims, key, claimant->item);
  g_mutex_unlock (&claimant->batch->lock);
  if (owner != NULL)
    g_free (key);
  return owner == NULL || owner == claimant->item;
}

static gboolean
do_item_with (TriVaultBatch *batch, TriVaultItem *item, const TriVaultOptions *options, TriProgress *progress,
              GError **error)
{
  tri_turn_resume (options->turn);
  tri_vault_result_clear (&item->result);
  return item->opening
             ? tri_vault_open (item->source, batch->identities, options, &item->result, progress, error)
             : tri_vault_protect (item->source, batch->recipients, options, &item->result, progress, error);
}

/* What to do about a name that is taken: asked once in a run; whoever comes second waits for the same answer. Returns:
 * TRI_VAULT_ASK when it was stopped first */
static TriVaultConflict
get_answer (TriVaultBatch *batch, guint index, TriTurn *turn)
{
  tri_turn_leave (turn);
  g_mutex_lock (&batch->lock);
  gboolean first = batch->answer == TRI_VAULT_ASK && !batch->asking;
  batch->asking = TRUE;
  g_mutex_unlock (&batch->lock);
  if (first)
    batch->ask (batch, index, batch->ask_data);
  g_mutex_lock (&batch->lock);
  while (batch->answer == TRI_VAULT_ASK && !tri_progress_is_cancelled (batch->progress))
    wait (batch);
  TriVaultConflict answer = batch->answer;
  g_mutex_unlock (&batch->lock);
  return answer;
}

/* With what is to be done about names that are taken. */
static gboolean
try_item (TriVaultBatch *batch, TriVaultItem *item, guint index, TriVaultOptions *options, TriProgress *progress,
          GError **error)
{
  g_autoptr (GError) why = NULL;
  gboolean good = do_item_with (batch, item, options, progress, &why);
  if (!good && options->conflict == TRI_VAULT_ASK && batch->ask != NULL
      && g_error_matches (why, G_IO_ERROR, G_IO_ERROR_EXISTS)
      && (options->conflict = get_answer (batch, index, options->turn)) != TRI_VAULT_ASK)
    {
      g_clear_error (&why);
      good = do_item_with (batch, item, options, progress, &why);
    }
  /* the name was free and was taken while the file was written: the answer holds for that too */
  for (guint i = 0; !good && i < ATTEMPTS && options->conflict != TRI_VAULT_FAIL && options->conflict != TRI_VAULT_ASK
                    && g_error_matches (why, G_IO_ERROR, G_IO_ERROR_EXISTS); i++)
    {
      g_clear_error (&why);
      good = do_item_with (batch, item, options, progress, &why);
    }
  if (!good)
    g_propagate_error (error, g_steal_pointer (&why));
  return good;
}

/* Waits until no other item is being done, and lets none begin. Returns: FALSE when this was the only one all the time, or
 * it was stopped */
static gboolean
send_others_away (TriVaultBatch *batch, TriTurn *turn)
{
  tri_turn_leave (turn);
  g_mutex_lock (&batch->lock);
  gboolean in_company = batch->n_working > 1;
  batch->n_cramped++;
  while (in_company && (batch->n_working > batch->n_cramped || batch->one_alone) && !tri_progress_is_cancelled (batch->progress))
    wait (batch);
  gboolean alone = in_company && !tri_progress_is_cancelled (batch->progress);
  batch->one_alone |= alone;
  batch->n_cramped -= alone ? 0 : 1;
  g_mutex_unlock (&batch->lock);
  return alone;
}

static void
let_others_in (TriVaultBatch *batch)
{
  g_mutex_lock (&batch->lock);
  batch->one_alone = FALSE;
  batch->n_cramped--;
  g_cond_broadcast (&batch->changed);
  g_mutex_unlock (&batch->lock);
}

static gboolean
do_item (TriVaultBatch *batch, TriVaultItem *item, guint index, TriTurn *turn, TriProgress *progress, GError **error)
{
  TriVaultOptions options = batch->options;
  Claimant claimant = { batch, item };
  g_autoptr (GFile) folder = NULL;
  g_autoptr (GError) why = NULL;
  options.claim = claim;
  options.claim_data = &claimant;
  options.turn = turn;
  if (!make_folder (batch, item, &folder, error))
    return FALSE;
  options.folder = folder;
  gboolean good = try_item (batch, item, index, &options, progress, &why);
  /* the room may have been that of files that were not kept either: one after the other, all are done that fit */
  if (!good && g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NO_SPACE) && send_others_away (batch, turn))
    {
      g_clear_error (&why);
      good = try_item (batch, item, index, &options, progress, &why);
      let_others_in (batch);
    }
  if (!good && !tri_progress_check (progress, 0, error))
    return FALSE;
  if (!good)
    g_propagate_error (error, g_steal_pointer (&why));
  return good;
}

static gpointer
work (gpointer data)
{
  TriVaultBatch *batch = data;
  TriTurn turn = { batch->turns, FALSE };
  TriVaultItem *next;
  guint index;
  while ((next = take (batch, &turn, &index)) != NULL)
    {
      g_autoptr (TriVaultItem) item = next;
      Watch watch = { batch, item };
      g_autoptr (TriProgress) progress = tri_progress_new (tri_progress_get_cancellable (batch->progress),
                                                           on_item_progress, &watch);
      g_clear_error (&item->error);
      tri_parallel_set_alone (item->size <= SMALL && has_company (batch));
      set_state (batch, item, index, TRI_VAULT_WORKING);
      gboolean good = do_item (batch, item, index, &turn, progress, &item->error);
      TriVaultState state = TRI_VAULT_FAILED;
      if (good)
        state = item->result.skipped ? TRI_VAULT_SKIPPED : TRI_VAULT_DONE;
      else if (g_error_matches (item->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        state = TRI_VAULT_STOPPED;
      count_progress (batch, item, 1);
      set_state (batch, item, index, state);
      let_go (batch, &turn);
    }
  return NULL;
}

/* Returns: (transfer full): what there is now: the batch may get more while it runs */
static GPtrArray *
copy_items (TriVaultBatch *batch)
{
  g_autoptr (GPtrArray) items = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_vault_item_unref);
  g_mutex_lock (&batch->lock);
  for (guint i = 0; i < batch->items->len; i++)
    g_ptr_array_add (items, tri_vault_item_ref (batch->items->pdata[i]));
  g_mutex_unlock (&batch->lock);
  return g_steal_pointer (&items);
}

static void
count_from_start (TriVaultBatch *batch)
{
  g_mutex_lock (&batch->lock);
  batch->done_size = 0;
  for (guint i = 0; i < batch->items->len; i++)
    {
      TriVaultItem *item = batch->items->pdata[i];
      item->counted = tri_vault_item_get_state (item) == TRI_VAULT_QUEUED ? 0 : item->size;
      batch->done_size += item->counted;
    }
  g_mutex_unlock (&batch->lock);
}

/* Removes what killed runs left in the folders of the results. */
static void
clean_folders (TriVaultBatch *batch)
{
  g_autoptr (GPtrArray) items = copy_items (batch);
  g_autoptr (GHashTable) seen = g_hash_table_new_full ((GHashFunc) g_file_hash, (GEqualFunc) g_file_equal, g_object_unref, NULL);
  for (guint i = 0; i < items->len; i++)
    {
      TriVaultItem *item = items->pdata[i];
      g_autoptr (GFile) folder = NULL;
      if (tri_vault_item_get_state (item) != TRI_VAULT_QUEUED || tri_progress_is_cancelled (batch->progress))
        continue;
      if (batch->options.folder == NULL)
        folder = g_file_get_parent (item->source);
      else
        folder = g_file_resolve_relative_path (batch->options.folder, item->subfolder != NULL ? item->subfolder : "");
      if (folder != NULL && g_hash_table_add (seen, g_object_ref (folder)))
        tri_file_remove_leftovers (folder);
    }
}

/**
 * tri_vault_batch_run:
 * @func: (nullable): told of every item that changes its state
 *
 * Works through the queued items and returns when all are over. One that fails does not stop the others. What a killed
 * run left in the folders of the results is removed first.
 *
 * A file is mostly waited for: until the disk has it, has it read again, and has its name. So TRI_VAULT_IN_FLIGHT are begun,
 * which the file system then syncs together, while TRI_VAULT_TURNS of them at a time have a turn at the processor, and the
 * memory that it takes.
 *
 * Returns: FALSE with G_IO_ERROR_CANCELLED when @progress was cancelled: items that were not begun are then stopped
 */
gboolean
tri_vault_batch_run (TriVaultBatch *batch, TriVaultBatchFunc func, gpointer user_data, TriProgress *progress,
                     GError **error)
{
  GThread *threads[TRI_VAULT_IN_FLIGHT];
  g_autoptr (TriTurns) turns = tri_turns_new (TRI_VAULT_TURNS);
  batch->turns = turns;
  batch->func = func;
  batch->user_data = user_data;
  batch->progress = progress;
  batch->next = 0;
  batch->asking = FALSE;
  batch->answer = TRI_VAULT_ASK;
  g_hash_table_remove_all (batch->claims);
  batch->n_claimed = 0;
  count_from_start (batch);
  claim_originals (batch);
  clean_folders (batch);
  for (guint i = 0; i < TRI_VAULT_IN_FLIGHT; i++)
    threads[i] = g_thread_new ("vault", work, batch);
  for (guint i = 0; i < TRI_VAULT_IN_FLIGHT; i++)
    g_thread_join (threads[i]);
  g_autoptr (GPtrArray) items = copy_items (batch);
  for (guint i = 0; tri_progress_is_cancelled (progress) && i < items->len; i++)
    if (tri_vault_item_get_state (items->pdata[i]) == TRI_VAULT_QUEUED)
      set_state (batch, items->pdata[i], i, TRI_VAULT_STOPPED);
  gboolean good = tri_progress_check (progress, 1, error);
  batch->progress = NULL;
  batch->turns = NULL;
  return good;
}

/* Who is asked with TRI_VAULT_ASK. Without one, a name that is taken is a failure. @ask: called from a worker */
void
tri_vault_batch_set_ask (TriVaultBatch *batch, TriVaultAskFunc ask, gpointer user_data)
{
  batch->ask = ask;
  batch->ask_data = user_data;
}

/* From any thread: for the rest of this run. @conflict: not TRI_VAULT_ASK */
void
tri_vault_batch_answer (TriVaultBatch *batch, TriVaultConflict conflict)
{
  g_mutex_lock (&batch->lock);
  batch->answer = conflict;
  g_cond_broadcast (&batch->changed);
  g_mutex_unlock (&batch->lock);
}

/* From any thread. What is being worked on is finished first. */
void
tri_vault_batch_set_paused (TriVaultBatch *batch, gboolean paused)
{
  g_mutex_lock (&batch->lock);
  batch->paused = paused;
  g_cond_broadcast (&batch->changed);
  g_mutex_unlock (&batch->lock);
}

/* Queues what failed or was stopped again, while nothing runs. Returns: how many */
guint
tri_vault_batch_retry (TriVaultBatch *batch)
{
  guint n = 0;
  for (guint i = 0; i < batch->items->len; i++)
    {
      TriVaultItem *item = tri_vault_batch_get_item (batch, i);
      gint state = g_atomic_int_get (&item->state);
      if (item->unlisted || (state != TRI_VAULT_FAILED && state != TRI_VAULT_STOPPED))
        continue;
      g_atomic_int_set (&item->thousandths, 0);
      g_atomic_int_set (&item->state, TRI_VAULT_QUEUED);
      n++;
    }
  return n;
}
