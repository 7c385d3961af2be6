/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-vault-batch.h"

#include <glib/gi18n-lib.h>

#include "tri-file.h"

#define DEPTH_MAX 64

struct _TriVaultBatch {
  gboolean opening;
  GPtrArray *keys;
  TriVaultOptions options;
  GPtrArray *items;
  guint64 size;
  /* while it runs */
  TriVaultBatchFunc func;
  gpointer user_data;
  TriProgress *progress;
  GMutex lock;
  GCond changed;
  gboolean paused;   /* under lock */
  guint next;        /* under lock */
  guint64 done_size; /* under lock */
};

static void
item_free (gpointer data)
{
  TriVaultItem *item = data;
  g_object_unref (item->source);
  g_free (item->subfolder);
  tri_vault_result_clear (&item->result);
  g_clear_error (&item->error);
  g_free (item);
}

static TriVaultBatch *
batch_new (gboolean opening, GPtrArray *keys, const TriVaultOptions *options)
{
  TriVaultBatch *batch = g_new0 (TriVaultBatch, 1);
  batch->opening = opening;
  batch->keys = g_ptr_array_ref (keys);
  batch->options = *options;
  if (batch->options.folder != NULL)
    g_object_ref (batch->options.folder);
  if (batch->options.output != NULL)
    g_object_ref (batch->options.output);
  batch->items = g_ptr_array_new_with_free_func (item_free);
  g_mutex_init (&batch->lock);
  g_cond_init (&batch->changed);
  return batch;
}

/* @recipients: (element-type TriAgeRecipient) */
TriVaultBatch *
tri_vault_batch_new_protect (GPtrArray *recipients, const TriVaultOptions *options)
{
  return batch_new (FALSE, recipients, options);
}

/* @identities: (element-type TriAgeIdentity) */
TriVaultBatch *
tri_vault_batch_new_open (GPtrArray *identities, const TriVaultOptions *options)
{
  return batch_new (TRUE, identities, options);
}

void
tri_vault_batch_free (TriVaultBatch *batch)
{
  g_ptr_array_unref (batch->items);
  g_ptr_array_unref (batch->keys);
  g_clear_object (&batch->options.folder);
  g_clear_object (&batch->options.output);
  g_mutex_clear (&batch->lock);
  g_cond_clear (&batch->changed);
  g_free (batch);
}

static TriVaultItem *
add_item (TriVaultBatch *batch, GFile *file, const char *subfolder, guint64 size)
{
  TriVaultItem *item = g_new0 (TriVaultItem, 1);
  item->source = g_object_ref (file);
  item->subfolder = g_strdup (subfolder);
  item->size = size;
  g_ptr_array_add (batch->items, item);
  batch->size += size;
  return item;
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  GFileInfo *const *one = a, *const *two = b;
  return g_strcmp0 (g_file_info_get_name (*one), g_file_info_get_name (*two));
}

/* Returns: (transfer full) (element-type GFileInfo): what is in @folder, sorted by name */
static GPtrArray *
list (GFile *folder, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileEnumerator) children = g_file_enumerate_children (
      folder, G_FILE_ATTRIBUTE_STANDARD_NAME "," G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE,
      G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, cancellable, error);
  g_autoptr (GPtrArray) infos = g_ptr_array_new_with_free_func (g_object_unref);
  GFileInfo *info;
  while (children != NULL && (info = g_file_enumerator_next_file (children, cancellable, error)) != NULL)
    g_ptr_array_add (infos, info);
  if (*error != NULL)
    return NULL;
  g_ptr_array_sort (infos, compare_names);
  return g_steal_pointer (&infos);
}

static gboolean
add_folder (TriVaultBatch *batch, GFile *folder, const char *subfolder, guint depth, guint *n_links,
            GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (GPtrArray) infos = list (folder, cancellable, &why);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (infos == NULL)
    {
      TriVaultItem *item = add_item (batch, folder, subfolder, 0);
      tri_file_explain_read_error (folder, &why);
      item->unlisted = TRUE;
      item->error = g_steal_pointer (&why);
      item->state = TRI_VAULT_FAILED;
    }
  for (guint i = 0; infos != NULL && i < infos->len; i++)
    {
      GFileInfo *info = infos->pdata[i];
      const char *name = g_file_info_get_name (info);
      g_autoptr (GFile) child = g_file_get_child (folder, name);
      GFileType type = g_file_info_get_file_type (info);
      if (type == G_FILE_TYPE_REGULAR)
        add_item (batch, child, subfolder, (guint64) g_file_info_get_size (info));
      else if (type == G_FILE_TYPE_DIRECTORY && depth < DEPTH_MAX)
        {
          g_autofree char *below = g_build_filename (subfolder, name, NULL);
          if (!add_folder (batch, child, below, depth + 1, n_links, cancellable, error))
            return FALSE;
        }
      else
        (*n_links)++;
    }
  return TRUE;
}

/**
 * tri_vault_batch_add:
 * @file: a file, or a folder whose files are added, sorted by name, with those of its folders
 * @n_links: (inout): counts symbolic links and other things below a folder that were not followed
 *
 * A link that was named itself is followed to an ordinary file. What can't be read becomes an item that fails, so that it
 * does not keep the others from being done.
 *
 * Returns: FALSE with G_IO_ERROR_CANCELLED
 */
gboolean
tri_vault_batch_add (TriVaultBatch *batch, GFile *file, guint *n_links, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInfo) info = g_file_query_info (
      file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, cancellable, NULL);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (info != NULL && g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    {
      g_autofree char *base = g_file_get_basename (file);
      return add_folder (batch, file, base, 0, n_links, cancellable, error);
    }
  add_item (batch, file, NULL, info != NULL ? (guint64) g_file_info_get_size (info) : 0);
  return TRUE;
}

guint
tri_vault_batch_get_n_items (const TriVaultBatch *batch)
{
  return batch->items->len;
}

/* Returns: (transfer none) */
TriVaultItem *
tri_vault_batch_get_item (const TriVaultBatch *batch, guint index)
{
  return g_ptr_array_index (batch->items, index);
}

/* Bytes of all items. */
guint64
tri_vault_batch_get_size (const TriVaultBatch *batch)
{
  return batch->size;
}

guint
tri_vault_batch_count (const TriVaultBatch *batch, TriVaultState state)
{
  guint n = 0;
  for (guint i = 0; i < batch->items->len; i++)
    n += g_atomic_int_get (&tri_vault_batch_get_item (batch, i)->state) == (gint) state;
  return n;
}

/* The next queued item, waiting while the batch is paused; FALSE when there is none or it was stopped. */
static gboolean
take (TriVaultBatch *batch, guint *index)
{
  gboolean found = FALSE;
  g_mutex_lock (&batch->lock);
  while (batch->paused && !tri_progress_is_cancelled (batch->progress))
    g_cond_wait_until (&batch->changed, &batch->lock, g_get_monotonic_time () + G_TIME_SPAN_SECOND / 20);
  while (!found && batch->next < batch->items->len && !tri_progress_is_cancelled (batch->progress))
    {
      *index = batch->next++;
      found = g_atomic_int_get (&tri_vault_batch_get_item (batch, *index)->state) == TRI_VAULT_QUEUED;
    }
  g_mutex_unlock (&batch->lock);
  return found;
}

static void
set_state (TriVaultBatch *batch, guint index, TriVaultState state)
{
  g_mutex_lock (&batch->lock);
  g_atomic_int_set (&tri_vault_batch_get_item (batch, index)->state, (gint) state);
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
  double done = (double) batch->done_size;
  g_mutex_unlock (&batch->lock);
  tri_progress_step (batch->progress, batch->size > 0 ? done / (double) batch->size : 0);
}

typedef struct { TriVaultBatch *batch; TriVaultItem *item; } Watch;

static void
on_item_progress (double fraction, gpointer data)
{
  Watch *watch = data;
  count_progress (watch->batch, watch->item, fraction);
}

static gboolean
do_item (TriVaultBatch *batch, TriVaultItem *item, TriProgress *progress, GError **error)
{
  TriVaultOptions options = batch->options;
  g_autoptr (GFile) folder = NULL;
  if (options.folder != NULL && item->subfolder != NULL)
    {
      folder = g_file_resolve_relative_path (options.folder, item->subfolder);
      g_autoptr (GError) local = NULL;
      if (!g_file_make_directory_with_parents (folder, NULL, &local)
          && !g_error_matches (local, G_IO_ERROR, G_IO_ERROR_EXISTS))
        {
          g_propagate_prefixed_error (error, g_steal_pointer (&local), _("The folder “%s” can't be made: "),
                                      item->subfolder);
          return FALSE;
        }
      options.folder = folder;
    }
  tri_vault_result_clear (&item->result);
  return batch->opening ? tri_vault_open (item->source, batch->keys, &options, &item->result, progress, error)
                        : tri_vault_protect (item->source, batch->keys, &options, &item->result, progress, error);
}

static gpointer
work (gpointer data)
{
  TriVaultBatch *batch = data;
  guint index;
  while (take (batch, &index))
    {
      TriVaultItem *item = tri_vault_batch_get_item (batch, index);
      Watch watch = { batch, item };
      g_autoptr (TriProgress) progress = tri_progress_new (tri_progress_get_cancellable (batch->progress),
                                                           on_item_progress, &watch);
      g_clear_error (&item->error);
      set_state (batch, index, TRI_VAULT_WORKING);
      gboolean good = do_item (batch, item, progress, &item->error);
      TriVaultState state = TRI_VAULT_FAILED;
      if (good)
        state = item->result.skipped ? TRI_VAULT_SKIPPED : TRI_VAULT_DONE;
      else if (g_error_matches (item->error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        state = TRI_VAULT_STOPPED;
      count_progress (batch, item, 1);
      set_state (batch, index, state);
    }
  return NULL;
}

/**
 * tri_vault_batch_run:
 * @func: (nullable): told of every item that changes its state
 *
 * Works through the queued items with TRI_VAULT_WORKERS workers and returns when all are over. One that fails does not
 * stop the others.
 *
 * Returns: FALSE with G_IO_ERROR_CANCELLED when @progress was cancelled: items that were not begun are then stopped
 */
gboolean
tri_vault_batch_run (TriVaultBatch *batch, TriVaultBatchFunc func, gpointer user_data, TriProgress *progress,
                     GError **error)
{
  GThread *threads[TRI_VAULT_WORKERS];
  batch->func = func;
  batch->user_data = user_data;
  batch->progress = progress;
  batch->next = 0;
  batch->done_size = 0;
  for (guint i = 0; i < batch->items->len; i++)
    {
      TriVaultItem *item = tri_vault_batch_get_item (batch, i);
      item->counted = g_atomic_int_get (&item->state) == TRI_VAULT_QUEUED ? 0 : item->size;
      batch->done_size += item->counted;
    }
  for (guint i = 0; i < TRI_VAULT_WORKERS; i++)
    threads[i] = g_thread_new ("vault", work, batch);
  for (guint i = 0; i < TRI_VAULT_WORKERS; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < batch->items->len; i++)
    if (g_atomic_int_get (&tri_vault_batch_get_item (batch, i)->state) == TRI_VAULT_QUEUED)
      set_state (batch, i, TRI_VAULT_STOPPED);
  gboolean good = tri_progress_check (progress, 1, error);
  batch->progress = NULL;
  return good;
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
