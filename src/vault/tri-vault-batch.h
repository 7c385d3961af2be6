/* Many files, protected or opened by a few workers at once. No main loop: the caller runs it on a thread of its own.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-vault-file.h"

G_BEGIN_DECLS

#define TRI_VAULT_WORKERS 2

typedef enum {
  TRI_VAULT_QUEUED,
  TRI_VAULT_WORKING,
  TRI_VAULT_DONE,
  TRI_VAULT_SKIPPED, /* the name was taken, and that was to be left alone */
  TRI_VAULT_FAILED,
  TRI_VAULT_STOPPED,
} TriVaultState;

/**
 * TriVaultItem:
 * @source: the file
 * @subfolder: (nullable): of the folder of the results, for a file found in a folder
 * @size: in bytes, when it was found
 * @unlisted: a folder whose files could not be listed: failed from the start
 * @state, @thousandths, @counted, @result, @error: written by the worker that has it
 */
typedef struct {
  GFile *source;
  char *subfolder;
  guint64 size;
  gboolean unlisted;
  gint state; /* atomic; a TriVaultState */
  gint thousandths; /* atomic */
  guint64 counted;  /* bytes that the batch's progress has of it */
  TriVaultResult result;
  GError *error;
} TriVaultItem;

typedef struct _TriVaultBatch TriVaultBatch;

/* An item changed its state. Called from workers, one at a time. */
typedef void (*TriVaultBatchFunc) (TriVaultBatch *batch, guint index, gpointer user_data);

TriVaultBatch *tri_vault_batch_new_protect (GPtrArray *recipients, const TriVaultOptions *options);
TriVaultBatch *tri_vault_batch_new_open (GPtrArray *identities, const TriVaultOptions *options);
void tri_vault_batch_free (TriVaultBatch *batch);

gboolean tri_vault_batch_add (TriVaultBatch *batch, GFile *file, guint *n_links, GCancellable *cancellable,
                              GError **error);
guint tri_vault_batch_get_n_items (const TriVaultBatch *batch);
TriVaultItem *tri_vault_batch_get_item (const TriVaultBatch *batch, guint index);
guint64 tri_vault_batch_get_size (const TriVaultBatch *batch);
guint tri_vault_batch_count (const TriVaultBatch *batch, TriVaultState state);

gboolean tri_vault_batch_run (TriVaultBatch *batch, TriVaultBatchFunc func, gpointer user_data, TriProgress *progress,
                              GError **error);
void tri_vault_batch_set_paused (TriVaultBatch *batch, gboolean paused);
guint tri_vault_batch_retry (TriVaultBatch *batch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriVaultBatch, tri_vault_batch_free)

G_END_DECLS
