/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-vault-queue-private.h"

#include "tri-age-error.h"

#define TICK_MS 100
#define MIB 0x1p20
#define BETWEEN 0.1 /* seconds; from one look at what was done to the next */

static void list_model_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TriVaultQueue, tri_vault_queue, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_init))

enum { CHANGED, ASK, FINISHED, N_SIGNALS };
static guint signals[N_SIGNALS];

static GType
get_item_type (GListModel *list)
{
  return TRI_TYPE_VAULT_ROW;
}

static guint
get_n_items (GListModel *list)
{
  return TRI_VAULT_QUEUE (list)->rows->len;
}

static gpointer
get_item (GListModel *list, guint place)
{
  TriVaultQueue *self = TRI_VAULT_QUEUE (list);
  if (place >= self->rows->len)
    return NULL;
  if (self->rows->pdata[place] != NULL)
    return g_object_ref (self->rows->pdata[place]);
  return self->rows->pdata[place] = tri_vault_row_new (self, place);
}

static void
list_model_init (GListModelInterface *iface)
{
  iface->get_item_type = get_item_type;
  iface->get_n_items = get_n_items;
  iface->get_item = get_item;
}

static void
finalize (GObject *object)
{
  TriVaultQueue *self = TRI_VAULT_QUEUE (object);
  for (guint i = 0; i < self->rows->len; i++)
    if (self->rows->pdata[i] != NULL)
      TRI_VAULT_ROW (self->rows->pdata[i])->queue = NULL;
  g_ptr_array_unref (self->rows);
  g_hash_table_unref (self->sources);
  tri_vault_batch_free (self->batch);
  g_array_unref (self->dirty);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (tri_vault_queue_parent_class)->finalize (object);
}

static void
tri_vault_queue_class_init (TriVaultQueueClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
  GType type = G_TYPE_FROM_CLASS (klass);
  signals[CHANGED] = g_signal_new ("changed", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[ASK] = g_signal_new ("ask", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1, TRI_TYPE_VAULT_ROW);
  signals[FINISHED] = g_signal_new ("finished", type, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tri_vault_queue_init (TriVaultQueue *self)
{
  self->batch = tri_vault_batch_new (TRI_VAULT_BY_NAME);
  self->rows = g_ptr_array_new ();
  self->sources = g_hash_table_new_full ((GHashFunc) g_file_hash, (GEqualFunc) g_file_equal, g_object_unref, NULL);
  self->dirty = g_array_new (FALSE, FALSE, sizeof (guint));
  g_mutex_init (&self->lock);
}

TriVaultQueue *
tri_vault_queue_new (void)
{
  return g_object_new (TRI_TYPE_VAULT_QUEUE, NULL);
}

void
tri_vault_queue_changed (TriVaultQueue *self)
{
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
is_known (TriVaultItem *item, gpointer self)
{
  return !g_hash_table_add (TRI_VAULT_QUEUE (self)->sources, g_object_ref (item->source));
}

/* Appends what was found, less what is there already. */
void
tri_vault_queue_take (TriVaultQueue *self, TriVaultBatch *found, guint *n_known)
{
  guint before = self->rows->len;
  *n_known = tri_vault_batch_remove (found, is_known, self);
  tri_vault_batch_adopt (self->batch, found);
  g_ptr_array_set_size (self->rows, (gint) tri_vault_batch_get_n_items (self->batch));
  if (self->rows->len > before)
    g_list_model_items_changed (G_LIST_MODEL (self), before, 0, self->rows->len - before);
}

static void
tell_row (TriVaultQueue *self, guint place)
{
  if (place < self->rows->len && self->rows->pdata[place] != NULL)
    tri_vault_row_tell (self->rows->pdata[place]);
}

/* Tells those who show a row that it changed. Rows that nobody shows cost nothing. */
static void
update (TriVaultQueue *self)
{
  g_autoptr (GArray) dirty = g_array_new (FALSE, FALSE, sizeof (guint));
  g_mutex_lock (&self->lock);
  GArray *empty = g_steal_pointer (&dirty);
  dirty = self->dirty;
  self->dirty = empty;
  guint asked = self->asked;
  self->asked = 0;
  g_mutex_unlock (&self->lock);
  for (guint i = 0; i < dirty->len; i++)
    tell_row (self, g_array_index (dirty, guint, i));
  for (guint i = 0; i < dirty->len; i++) /* whoever works still does so at the next tick */
    {
      guint place = g_array_index (dirty, guint, i);
      if (tri_vault_item_get_state (tri_vault_batch_get_item (self->batch, place)) != TRI_VAULT_WORKING)
        continue;
      g_mutex_lock (&self->lock);
      g_array_append_val (self->dirty, place);
      g_mutex_unlock (&self->lock);
    }
  tri_vault_queue_changed (self);
  if (asked > 0)
    {
      g_autoptr (TriVaultRow) row = get_item (G_LIST_MODEL (self), asked - 1);
      g_signal_emit (self, signals[ASK], 0, row);
    }
}

static gboolean
on_tick (gpointer data)
{
  update (data);
  return G_SOURCE_CONTINUE;
}

/* Worker. */
static void
on_item (TriVaultBatch *batch, guint index, gpointer data)
{
  TriVaultQueue *self = data;
  g_mutex_lock (&self->lock);
  g_array_append_val (self->dirty, index);
  g_mutex_unlock (&self->lock);
}

/* Worker. */
static void
on_ask (TriVaultBatch *batch, guint index, gpointer data)
{
  TriVaultQueue *self = data;
  g_mutex_lock (&self->lock);
  self->asked = index + 1;
  g_mutex_unlock (&self->lock);
}

static void
work (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  TriVaultQueue *self = source;
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  tri_vault_batch_run (self->batch, on_item, self, progress, NULL);
  g_task_return_boolean (task, TRUE);
}

static void start (TriVaultQueue *self);

static void
worked (GObject *source, GAsyncResult *result, gpointer data)
{
  TriVaultQueue *self = TRI_VAULT_QUEUE (source);
  gboolean stopped = g_cancellable_is_cancelled (self->stop);
  g_clear_object (&self->stop);
  if (!stopped && tri_vault_batch_count (self->batch, TRI_VAULT_QUEUED) > 0)
    {
      start (self); /* they came when the last worker had just ended */
      return;
    }
  g_clear_handle_id (&self->tick, g_source_remove);
  self->paused = FALSE;
  tri_vault_batch_set_paused (self->batch, FALSE);
  update (self);
  g_signal_emit (self, signals[FINISHED], 0);
}

static void
start (TriVaultQueue *self)
{
  self->stop = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (self, self->stop, worked, NULL);
  if (self->tick == 0)
    self->tick = g_timeout_add (TICK_MS, on_tick, self);
  g_task_run_in_thread (task, work);
}

/**
 * tri_vault_queue_run:
 * @recipients: (nullable) (element-type TriAgeRecipient): needed if a file is to be protected
 * @identities: (nullable) (element-type TriAgeIdentity): needed if a file is to be opened
 *
 * Begins with what is queued, in the background; nothing must run. It holds the queue until "finished".
 */
void
tri_vault_queue_run (TriVaultQueue *self, GPtrArray *recipients, GPtrArray *identities, const TriVaultOptions *options)
{
  TriVaultTotals totals;
  g_return_if_fail (self->stop == NULL);
  tri_vault_queue_get_totals (self, &totals);
  self->since = g_get_monotonic_time ();
  self->active = 0;
  self->size_before = totals.size - totals.size_queued;
  self->n_before = totals.n_items - totals.n[TRI_VAULT_QUEUED];
  self->left = (TriTimeLeft) { 0 };
  self->learned = 0;
  tri_vault_batch_set_keys (self->batch, recipients, identities, options);
  tri_vault_batch_set_ask (self->batch, on_ask, self);
  start (self);
  update (self);
}

/* What is worked on is given up at once, and leaves nothing. */
void
tri_vault_queue_stop (TriVaultQueue *self)
{
  if (self->stop != NULL)
    g_cancellable_cancel (self->stop);
}

/* What is worked on is finished first. */
void
tri_vault_queue_set_paused (TriVaultQueue *self, gboolean paused)
{
  gint64 now = g_get_monotonic_time ();
  if (self->stop == NULL || self->paused == paused)
    return;
  if (paused)
    self->active += now - self->since;
  self->since = now;
  self->paused = paused;
  tri_vault_batch_set_paused (self->batch, paused);
  update (self);
}

/* What to do with this name that is taken and with all others of this run, after "ask". */
void
tri_vault_queue_answer (TriVaultQueue *self, TriVaultConflict conflict)
{
  tri_vault_batch_answer (self->batch, conflict);
}

/* Queues what failed or was stopped. Returns: how many */
guint
tri_vault_queue_retry (TriVaultQueue *self)
{
  g_return_val_if_fail (self->stop == NULL, 0);
  guint n = tri_vault_batch_retry (self->batch);
  for (guint i = 0; i < self->rows->len; i++)
    tell_row (self, i);
  tri_vault_queue_changed (self);
  return n;
}

/**
 * tri_vault_queue_note_look:
 * @error: (nullable): why the file could not be opened for a look; NULL: it was
 *
 * A look tells as much as a run: a file that can't be opened has failed, and one that a key does fit is to be opened again.
 * What was done, or is being done, stays so.
 */
void
tri_vault_queue_note_look (TriVaultQueue *self, TriVaultRow *row, const GError *error)
{
  TriVaultItem *item = row->item;
  TriVaultState state = tri_vault_item_get_state (item);
  gboolean failed = error != NULL && error->domain == TRI_AGE_ERROR;
  gboolean mended = error == NULL && g_error_matches (item->error, TRI_AGE_ERROR, TRI_AGE_ERROR_NO_MATCH);
  if (row->queue != self || self->stop != NULL || !item->opening || (!failed && !mended)
      || (state != TRI_VAULT_QUEUED && state != TRI_VAULT_FAILED && state != TRI_VAULT_STOPPED))
    return;
  g_clear_error (&item->error);
  item->error = failed ? g_error_copy (error) : NULL;
  g_atomic_int_set (&item->state, failed ? TRI_VAULT_FAILED : TRI_VAULT_QUEUED);
  tri_vault_row_tell (row);
  tri_vault_queue_changed (self);
}

static gboolean
is_over (TriVaultItem *item, gpointer unused)
{
  TriVaultState state = tri_vault_item_get_state (item);
  return state == TRI_VAULT_DONE || state == TRI_VAULT_SKIPPED;
}

static gboolean
is_any (TriVaultItem *item, gpointer unused)
{
  return TRUE;
}

static gboolean
is_same (TriVaultItem *item, gpointer other)
{
  return item == other;
}

/* Takes items out, with the rows that somebody has; the places of the others change. */
static void
take_out (TriVaultQueue *self, gboolean (*which) (TriVaultItem *item, gpointer user_data), gpointer data, guint from)
{
  guint before = self->rows->len, to = from;
  for (guint i = from; i < before; i++)
    {
      TriVaultItem *item = tri_vault_batch_get_item (self->batch, i);
      TriVaultRow *row = self->rows->pdata[i];
      gboolean goes = which (item, data);
      if (goes)
        g_hash_table_remove (self->sources, item->source);
      if (row != NULL && goes)
        row->queue = NULL;
      else if (row != NULL)
        row->place = to;
      if (!goes)
        self->rows->pdata[to++] = row;
    }
  g_ptr_array_set_size (self->rows, (gint) to);
  tri_vault_batch_remove (self->batch, which, data);
  g_mutex_lock (&self->lock);
  g_array_set_size (self->dirty, 0);
  g_mutex_unlock (&self->lock);
}

/* @only_over: leave what is yet to be done, or failed */
void
tri_vault_queue_clear (TriVaultQueue *self, gboolean only_over)
{
  guint before = self->rows->len;
  g_return_if_fail (self->stop == NULL);
  take_out (self, only_over ? is_over : is_any, NULL, 0);
  if (self->rows->len == 0)
    self->passed = (TriVaultPassed) { 0 };
  if (self->rows->len != before)
    g_list_model_items_changed (G_LIST_MODEL (self), 0, before, self->rows->len);
  tri_vault_queue_changed (self);
}

/* One file, which stays where it is on the disk. */
void
tri_vault_queue_remove (TriVaultQueue *self, TriVaultRow *row)
{
  guint place = row->place;
  g_return_if_fail (self->stop == NULL && row->queue == self);
  take_out (self, is_same, row->item, place);
  g_list_model_items_changed (G_LIST_MODEL (self), place, 1, 0);
  tri_vault_queue_changed (self);
}

gboolean
tri_vault_queue_is_running (TriVaultQueue *self)
{
  return self->stop != NULL;
}

gboolean
tri_vault_queue_is_paused (TriVaultQueue *self)
{
  return self->paused;
}

gboolean
tri_vault_queue_is_adding (TriVaultQueue *self)
{
  return self->n_adding > 0;
}

/* By how much was done in the time that was spent, without pauses. */
static double
estimate (TriVaultQueue *self, const TriVaultTotals *totals)
{
  if (self->stop == NULL)
    return -1;
  double seconds = (double) (self->active + (self->paused ? 0 : g_get_monotonic_time () - self->since)) / G_TIME_SPAN_SECOND;
  guint n_over = totals->n_items - totals->n[TRI_VAULT_QUEUED] - totals->n[TRI_VAULT_WORKING];
  double files = (double) n_over - self->n_before, size = (double) totals->done_size - (double) self->size_before;
  if (seconds >= self->learned + BETWEEN && (files > 0 || size > 0))
    {
      tri_time_left_add (&self->left, files, size / MIB, seconds);
      self->learned = seconds;
    }
  double files_left = (double) totals->n_items - n_over, size_left = (double) totals->size - (double) totals->done_size;
  return seconds < 1 ? -1 : tri_time_left_get (&self->left, files_left, MAX (0, size_left) / MIB);
}

void
tri_vault_queue_get_totals (TriVaultQueue *self, TriVaultTotals *totals)
{
  *totals = (TriVaultTotals) { .n_items = self->rows->len, .passed = self->passed };
  for (guint i = 0; i < self->rows->len; i++)
    {
      const TriVaultItem *item = tri_vault_batch_get_item (self->batch, i);
      TriVaultState state = tri_vault_item_get_state (item);
      totals->n[state]++;
      totals->n_opening += item->opening ? 1 : 0;
      if (state == TRI_VAULT_QUEUED)
        {
          totals->n_to_open += item->opening ? 1 : 0;
          totals->n_to_protect += item->opening ? 0 : 1;
          totals->size_queued += item->size;
        }
      if (state == TRI_VAULT_DONE)
        {
          totals->n_trashed += item->result.trashed ? 1 : 0;
          totals->n_not_trashed += item->result.not_trashed != NULL ? 1 : 0;
        }
    }
  totals->size = tri_vault_batch_get_size (self->batch);
  totals->done_size = tri_vault_batch_get_done_size (self->batch);
  totals->seconds_left = estimate (self, totals);
}
