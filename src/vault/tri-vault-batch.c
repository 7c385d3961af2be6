/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-vault-batch-private.h"

#include <glib/gi18n-lib.h>

#include "tri-file.h"

#define DEPTH_MAX 64

static void
item_free (TriVaultItem *item)
{
  g_object_unref (item->source);
  g_free (item->subfolder);
  tri_vault_result_clear (&item->result);
  g_clear_error (&item->error);
  g_free (item);
}

TriVaultItem *
tri_vault_item_ref (TriVaultItem *item)
{
  g_atomic_ref_count_inc (&item->refs);
  return item;
}

void
tri_vault_item_unref (TriVaultItem *item)
{
  if (g_atomic_ref_count_dec (&item->refs))
    item_free (item);
}

/* Its result and its error may be read when this is not TRI_VAULT_WORKING. */
TriVaultState
tri_vault_item_get_state (const TriVaultItem *item)
{
  return (TriVaultState) g_atomic_int_get (&item->state);
}

/* Without keys: see tri_vault_batch_set_keys(). */
TriVaultBatch *
tri_vault_batch_new (TriVaultWhat what)
{
  TriVaultBatch *batch = g_new0 (TriVaultBatch, 1);
  batch->what = what;
  batch->items = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_vault_item_unref);
  batch->claims = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_mutex_init (&batch->lock);
  g_cond_init (&batch->changed);
  return batch;
}

static void
clear_keys (TriVaultBatch *batch)
{
  g_clear_pointer (&batch->recipients, g_ptr_array_unref);
  g_clear_pointer (&batch->identities, g_ptr_array_unref);
  g_clear_object (&batch->options.folder);
  g_clear_object (&batch->options.output);
}

/**
 * tri_vault_batch_set_keys:
 * @recipients: (nullable) (element-type TriAgeRecipient): for what is protected
 * @identities: (nullable) (element-type TriAgeIdentity): for what is opened
 *
 * While nothing runs: what the next run does.
 */
void
tri_vault_batch_set_keys (TriVaultBatch *batch, GPtrArray *recipients, GPtrArray *identities,
                          const TriVaultOptions *options)
{
  g_return_if_fail (batch->progress == NULL);
  clear_keys (batch);
  batch->recipients = recipients != NULL ? g_ptr_array_ref (recipients) : NULL;
  batch->identities = identities != NULL ? g_ptr_array_ref (identities) : NULL;
  batch->options = *options;
  if (batch->options.folder != NULL)
    g_object_ref (batch->options.folder);
  if (batch->options.output != NULL)
    g_object_ref (batch->options.output);
}

/* @recipients: (element-type TriAgeRecipient) */
TriVaultBatch *
tri_vault_batch_new_protect (GPtrArray *recipients, const TriVaultOptions *options)
{
  TriVaultBatch *batch = tri_vault_batch_new (TRI_VAULT_PROTECT);
  tri_vault_batch_set_keys (batch, recipients, NULL, options);
  return batch;
}

/* @identities: (element-type TriAgeIdentity) */
TriVaultBatch *
tri_vault_batch_new_open (GPtrArray *identities, const TriVaultOptions *options)
{
  TriVaultBatch *batch = tri_vault_batch_new (TRI_VAULT_OPEN);
  tri_vault_batch_set_keys (batch, NULL, identities, options);
  return batch;
}

void
tri_vault_batch_free (TriVaultBatch *batch)
{
  g_ptr_array_unref (batch->items);
  g_hash_table_unref (batch->claims);
  clear_keys (batch);
  g_mutex_clear (&batch->lock);
  g_cond_clear (&batch->changed);
  g_free (batch);
}

static TriVaultItem *
add_item (TriVaultBatch *batch, GFile *file, const char *subfolder, guint64 size)
{
  TriVaultItem *item = g_new0 (TriVaultItem, 1);
  g_atomic_ref_count_init (&item->refs);
  item->source = g_object_ref (file);
  item->subfolder = g_strdup (subfolder);
  item->size = size;
  item->opening = batch->what == TRI_VAULT_OPEN || (batch->what == TRI_VAULT_BY_NAME && tri_vault_is_age_name (file));
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

/* A folder whose files are not done, which nobody shall take for done. @why: (transfer full) */
static void
add_unlisted (TriVaultBatch *batch, GFile *folder, const char *subfolder, GError *why)
{
  TriVaultItem *item = add_item (batch, folder, subfolder, 0);
  item->unlisted = TRUE;
  item->error = why;
  item->state = TRI_VAULT_FAILED;
}

static GError *
too_deep (GFile *folder)
{
  g_autofree char *name = tri_file_get_name (folder);
  return g_error_new (G_IO_ERROR, G_IO_ERROR_FAILED,
                      _("The folder “%s” lies more than %d folders deep, and nothing in it was done. Add it by itself."), name,
                      DEPTH_MAX);
}

static GError *
linked (GFile *folder)
{
  g_autofree char *name = tri_file_get_name (folder);
  return g_error_new (G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                      _("“%s” is a link to a folder, and links to folders are not followed. Add the folder itself."), name);
}

static gboolean
is_link (GFile *file, GCancellable *cancellable)
{
  return g_file_query_file_type (file, G_FILE_QUERY_INFO_NOFOLLOW_SYMLINKS, cancellable) == G_FILE_TYPE_SYMBOLIC_LINK;
}

static gboolean
add_folder (TriVaultBatch *batch, GFile *folder, const char *subfolder, guint depth, TriVaultPassed *passed,
            GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (GPtrArray) infos = list (folder, cancellable, &why);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (infos == NULL)
    {
      tri_file_explain_read_error (folder, &why);
      add_unlisted (batch, folder, subfolder, g_steal_pointer (&why));
    }
  for (guint i = 0; infos != NULL && i < infos->len; i++)
    {
      GFileInfo *info = infos->pdata[i];
      const char *name = g_file_info_get_name (info);
      g_autoptr (GFile) child = g_file_get_child (folder, name);
      GFileType type = g_file_info_get_file_type (info);
      if (type == G_FILE_TYPE_REGULAR)
        add_item (batch, child, subfolder, (guint64) g_file_info_get_size (info));
      else if (type == G_FILE_TYPE_DIRECTORY)
        {
          g_autofree char *below = g_build_filename (subfolder, name, NULL);
          if (depth == DEPTH_MAX)
            add_unlisted (batch, child, subfolder, too_deep (child));
          else if (!add_folder (batch, child, below, depth + 1, passed, cancellable, error))
            return FALSE;
        }
      else if (type == G_FILE_TYPE_SYMBOLIC_LINK)
        passed->n_links++;
      else
        passed->n_specials++;
    }
  return TRUE;
}

/**
 * tri_vault_batch_add:
 * @file: a file, or a folder whose files are added, sorted by name, with those of its folders
 * @passed: (inout): counts what was passed over
 *
 * A link that was named itself is followed to an ordinary file, but not to a folder. What can't be read, such a link, and a
 * folder that lies too deep become items that fail, so that they don't keep the others from being done, and are not missed.
 *
 * Returns: FALSE with G_IO_ERROR_CANCELLED
 */
gboolean
tri_vault_batch_add (TriVaultBatch *batch, GFile *file, TriVaultPassed *passed, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInfo) info = g_file_query_info (
      file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE, cancellable, NULL);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (info != NULL && g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY)
    {
      g_autofree char *base = g_file_get_basename (file);
      if (!is_link (file, cancellable))
        return add_folder (batch, file, base, 0, passed, cancellable, error);
      add_unlisted (batch, file, NULL, linked (file));
      return TRUE;
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

/**
 * tri_vault_batch_adopt:
 * @other: its items become those of @batch; none are left in it
 *
 * From the thread that owns both, also while @batch runs: what it gets is then done too.
 */
void
tri_vault_batch_adopt (TriVaultBatch *batch, TriVaultBatch *other)
{
  g_mutex_lock (&batch->lock);
  for (guint i = 0; i < other->items->len; i++)
    g_ptr_array_add (batch->items, tri_vault_item_ref (other->items->pdata[i]));
  batch->size += other->size;
  g_cond_broadcast (&batch->changed);
  g_mutex_unlock (&batch->lock);
  g_ptr_array_set_size (other->items, 0);
  other->size = 0;
}

/* Takes items out while nothing runs. Returns: how many */
guint
tri_vault_batch_remove (TriVaultBatch *batch, gboolean (*which) (TriVaultItem *item, gpointer user_data),
                        gpointer user_data)
{
  g_return_val_if_fail (batch->progress == NULL, 0);
  g_autoptr (GPtrArray) old = g_steal_pointer (&batch->items);
  batch->items = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_vault_item_unref);
  batch->size = 0;
  batch->done_size = 0;
  for (guint i = 0; i < old->len; i++)
    {
      TriVaultItem *item = old->pdata[i];
      if (which (item, user_data))
        continue;
      g_ptr_array_add (batch->items, tri_vault_item_ref (item));
      batch->size += item->size;
    }
  return old->len - batch->items->len;
}

/* Bytes of all items. */
guint64
tri_vault_batch_get_size (const TriVaultBatch *batch)
{
  return batch->size;
}

/* Bytes of what is over, and of what was done so far of the others. */
guint64
tri_vault_batch_get_done_size (TriVaultBatch *batch)
{
  g_mutex_lock (&batch->lock);
  guint64 done = batch->done_size;
  g_mutex_unlock (&batch->lock);
  return done;
}

guint
tri_vault_batch_count (const TriVaultBatch *batch, TriVaultState state)
{
  guint n = 0;
  for (guint i = 0; i < batch->items->len; i++)
    n += g_atomic_int_get (&tri_vault_batch_get_item (batch, i)->state) == (gint) state;
  return n;
}
