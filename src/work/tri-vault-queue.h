/* The files that are to be protected or opened, as a list to show, and their run in the background.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-vault-batch.h"

G_BEGIN_DECLS

/* A file of the queue. Emits "changed", on the main thread. */
#define TRI_TYPE_VAULT_ROW (tri_vault_row_get_type ())
G_DECLARE_FINAL_TYPE (TriVaultRow, tri_vault_row, TRI, VAULT_ROW, GObject)

TriVaultItem *tri_vault_row_get_item (TriVaultRow *self);
TriVaultState tri_vault_row_get_state (TriVaultRow *self);
double tri_vault_row_get_fraction (TriVaultRow *self);

/**
 * TriVaultQueue:
 *
 * A GListModel of TriVaultRow, one for each file. Belongs to the main thread; listing folders and the run are done on
 * others. Emits "changed" when files or numbers changed, at most about ten times a second while it runs; "ask" with a
 * row, when the name of its result is the first one that is taken (see tri_vault_queue_answer()); and "finished" when a
 * run is over.
 */
#define TRI_TYPE_VAULT_QUEUE (tri_vault_queue_get_type ())
G_DECLARE_FINAL_TYPE (TriVaultQueue, tri_vault_queue, TRI, VAULT_QUEUE, GObject)

/**
 * TriVaultAdded:
 * @n_files: that are in the queue now
 * @n_known: that were there already
 * @passed: what was passed over below folders
 * @n_protected: “….age” in folders among other files: not opened unless they are named themselves
 */
typedef struct {
  guint n_files, n_known, n_protected;
  TriVaultPassed passed;
} TriVaultAdded;

/**
 * TriVaultTotals:
 * @n: by TriVaultState
 * @n_opening: how many of all are opened rather than protected
 * @n_to_open, @n_to_protect: of the queued ones
 * @n_trashed, @n_not_trashed: originals that were to go to the Trash, and did or did not
 * @size, @done_size: bytes, of all
 * @seconds_left: below 0 while it can't be told
 */
typedef struct {
  guint n[TRI_VAULT_STOPPED + 1], n_items, n_opening, n_to_open, n_to_protect, n_trashed, n_not_trashed;
  TriVaultPassed passed;
  guint64 size, size_queued, done_size;
  double seconds_left;
} TriVaultTotals;

TriVaultQueue *tri_vault_queue_new (void);
void tri_vault_queue_add_async (TriVaultQueue *self, GSList *files, GCancellable *cancellable, GAsyncReadyCallback callback,
                                gpointer user_data);
gboolean tri_vault_queue_add_finish (TriVaultQueue *self, GAsyncResult *result, TriVaultAdded *added, GError **error);
void tri_vault_queue_run (TriVaultQueue *self, GPtrArray *recipients, GPtrArray *identities, const TriVaultOptions *options);
void tri_vault_queue_stop (TriVaultQueue *self);
void tri_vault_queue_set_paused (TriVaultQueue *self, gboolean paused);
void tri_vault_queue_answer (TriVaultQueue *self, TriVaultConflict conflict);
guint tri_vault_queue_retry (TriVaultQueue *self);
void tri_vault_queue_note_look (TriVaultQueue *self, TriVaultRow *row, const GError *error);
void tri_vault_queue_clear (TriVaultQueue *self, gboolean only_over);
void tri_vault_queue_remove (TriVaultQueue *self, TriVaultRow *row);
gboolean tri_vault_queue_is_running (TriVaultQueue *self);
gboolean tri_vault_queue_is_paused (TriVaultQueue *self);
gboolean tri_vault_queue_is_adding (TriVaultQueue *self);
void tri_vault_queue_get_totals (TriVaultQueue *self, TriVaultTotals *totals);

G_END_DECLS
