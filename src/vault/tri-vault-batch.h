/* Many files, protected or opened by a few workers at once. No main loop: the caller runs it on a thread of its own.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-vault-file.h"

G_BEGIN_DECLS

#define TRI_VAULT_TURNS 4      /* files that are worked on at once; some of them wait a little, whatever they do */
#define TRI_VAULT_IN_FLIGHT 8  /* those, and the ones that wait for the disk */

typedef enum {
  TRI_VAULT_QUEUED,
  TRI_VAULT_WORKING,
  TRI_VAULT_DONE,
  TRI_VAULT_SKIPPED, /* the name was taken, and that was to be left alone */
  TRI_VAULT_FAILED,
  TRI_VAULT_STOPPED,
} TriVaultState;

/* What is to be done with the files that are added. */
typedef enum {
  TRI_VAULT_PROTECT,
  TRI_VAULT_OPEN,
  TRI_VAULT_BY_NAME, /* open what is called “….age”, protect the others */
} TriVaultWhat;

/**
 * TriVaultItem:
 * @refs: of the batch, and of whoever shows it
 * @source: the file
 * @opening: whether it is to be opened; else protected
 * @subfolder: (nullable): of the folder of the results, for a file found in a folder
 * @size: in bytes, when it was found
 * @unlisted: a folder whose files could not be listed: failed from the start
 * @state, @thousandths, @counted, @result, @error: written by the worker that has it
 */
typedef struct {
  gatomicrefcount refs;
  GFile *source;
  char *subfolder;
  guint64 size;
  gboolean opening, unlisted;
  gint state; /* atomic; a TriVaultState */
  gint thousandths; /* atomic */
  guint64 counted;  /* bytes that the batch's progress has of it */
  TriVaultResult result;
  GError *error;
} TriVaultItem;

/* What is passed over below folders: symbolic links, and pipes, sockets and devices. */
typedef struct {
  guint n_links, n_specials;
} TriVaultPassed;

typedef struct _TriVaultBatch TriVaultBatch;

/* An item changed its state. Called from workers, one at a time. */
typedef void (*TriVaultBatchFunc) (TriVaultBatch *batch, guint index, gpointer user_data);

/* The first name of a run that is taken, with TRI_VAULT_ASK: somebody shall call tri_vault_batch_answer(). */
typedef void (*TriVaultAskFunc) (TriVaultBatch *batch, guint index, gpointer user_data);

TriVaultBatch *tri_vault_batch_new (TriVaultWhat what);
TriVaultBatch *tri_vault_batch_new_protect (GPtrArray *recipients, const TriVaultOptions *options);
TriVaultBatch *tri_vault_batch_new_open (GPtrArray *identities, const TriVaultOptions *options);
void tri_vault_batch_free (TriVaultBatch *batch);

void tri_vault_batch_set_keys (TriVaultBatch *batch, GPtrArray *recipients, GPtrArray *identities,
                               const TriVaultOptions *options);
TriVaultItem *tri_vault_item_ref (TriVaultItem *item);
void tri_vault_item_unref (TriVaultItem *item);
TriVaultState tri_vault_item_get_state (const TriVaultItem *item);

gboolean tri_vault_batch_add (TriVaultBatch *batch, GFile *file, TriVaultPassed *passed, GCancellable *cancellable,
                              GError **error);
void tri_vault_batch_adopt (TriVaultBatch *batch, TriVaultBatch *other);
guint tri_vault_batch_remove (TriVaultBatch *batch, gboolean (*which) (TriVaultItem *item, gpointer user_data),
                              gpointer user_data);
guint tri_vault_batch_get_n_items (const TriVaultBatch *batch);
TriVaultItem *tri_vault_batch_get_item (const TriVaultBatch *batch, guint index);
guint64 tri_vault_batch_get_size (const TriVaultBatch *batch);
guint64 tri_vault_batch_get_done_size (TriVaultBatch *batch);
guint tri_vault_batch_count (const TriVaultBatch *batch, TriVaultState state);

gboolean tri_vault_batch_run (TriVaultBatch *batch, TriVaultBatchFunc func, gpointer user_data, TriProgress *progress,
                              GError **error);
void tri_vault_batch_set_ask (TriVaultBatch *batch, TriVaultAskFunc ask, gpointer user_data);
void tri_vault_batch_answer (TriVaultBatch *batch, TriVaultConflict conflict);
void tri_vault_batch_set_paused (TriVaultBatch *batch, gboolean paused);
guint tri_vault_batch_retry (TriVaultBatch *batch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriVaultBatch, tri_vault_batch_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriVaultItem, tri_vault_item_unref)

G_END_DECLS
