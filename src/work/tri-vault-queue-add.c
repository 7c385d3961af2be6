/* Finding the files of what was dropped, on a worker. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-vault-queue-private.h"

typedef struct {
  GSList *files;
  TriVaultBatch *found;
  TriVaultAdded added;
} Adding;

static void
adding_free (gpointer data)
{
  Adding *adding = data;
  g_slist_free_full (adding->files, g_object_unref);
  tri_vault_batch_free (adding->found);
  g_free (adding);
}

static gboolean
is_opened_in_folder (TriVaultItem *item, gpointer unused)
{
  return item->opening && item->subfolder != NULL;
}

static gboolean
is_protected_in_folder (const TriVaultBatch *batch)
{
  for (guint i = 0; i < tri_vault_batch_get_n_items (batch); i++)
    {
      const TriVaultItem *item = tri_vault_batch_get_item (batch, i);
      if (!item->opening && !item->unlisted)
        return TRUE;
    }
  return FALSE;
}

/* A folder that holds photos and what an earlier run made of some of them is there to be protected: its age files are
 * left alone. One with nothing but age files is there to be opened. */
static void
add_one (Adding *adding, GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (TriVaultBatch) batch = tri_vault_batch_new (TRI_VAULT_BY_NAME);
  if (!tri_vault_batch_add (batch, file, &adding->added.passed, cancellable, error))
    return;
  if (is_protected_in_folder (batch))
    adding->added.n_protected += tri_vault_batch_remove (batch, is_opened_in_folder, NULL);
  tri_vault_batch_adopt (adding->found, batch);
}

static void
find (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Adding *adding = data;
  GError *error = NULL;
  for (GSList *l = adding->files; l != NULL && error == NULL; l = l->next)
    add_one (adding, l->data, cancellable, &error);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

/**
 * tri_vault_queue_add_async:
 * @files: (element-type GFile): files, and folders whose files are added
 *
 * Also while it runs: what is found is done in the same run.
 */
void
tri_vault_queue_add_async (TriVaultQueue *self, GSList *files, GCancellable *cancellable, GAsyncReadyCallback callback,
                           gpointer user_data)
{
  Adding *adding = g_new0 (Adding, 1);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  adding->files = g_slist_copy_deep (files, (GCopyFunc) (void (*) (void)) g_object_ref, NULL);
  adding->found = tri_vault_batch_new (TRI_VAULT_BY_NAME);
  g_task_set_task_data (task, adding, adding_free);
  self->n_adding++;
  tri_vault_queue_changed (self);
  g_task_run_in_thread (task, find);
}

/* @added: (out): what there was */
gboolean
tri_vault_queue_add_finish (TriVaultQueue *self, GAsyncResult *result, TriVaultAdded *added, GError **error)
{
  Adding *adding = g_task_get_task_data (G_TASK (result));
  gboolean good = g_task_propagate_boolean (G_TASK (result), error);
  self->n_adding--;
  if (good)
    {
      guint n = tri_vault_batch_get_n_items (adding->found);
      tri_vault_queue_take (self, adding->found, &adding->added.n_known);
      adding->added.n_files = n - adding->added.n_known;
      self->passed.n_links += adding->added.passed.n_links;
      self->passed.n_specials += adding->added.passed.n_specials;
      *added = adding->added;
    }
  tri_vault_queue_changed (self);
  return good;
}
