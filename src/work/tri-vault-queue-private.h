/* What the files of the queue share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-time-left.h"
#include "tri-vault-queue.h"

G_BEGIN_DECLS

struct _TriVaultRow {
  GObject parent_instance;
  TriVaultItem *item;
  TriVaultQueue *queue; /* (unowned) (nullable): NULL once it was taken out */
  guint place;
};

struct _TriVaultQueue {
  GObject parent_instance;
  TriVaultBatch *batch;
  GPtrArray *rows;     /* TriVaultRow by place, of those that somebody has; else NULL. Weak */
  GHashTable *sources; /* GFile, of the items */
  guint n_adding;
  TriVaultPassed passed;
  /* while it runs */
  GCancellable *stop;
  GMutex lock;
  GArray *dirty;        /* under lock: places of items that changed since they were told of */
  guint asked;          /* under lock: the place of the item that asks, and 1; 0 for none */
  guint tick;
  gboolean paused;
  gint64 since;         /* when it began or was resumed */
  gint64 active;        /* microseconds before that */
  guint64 size_before;  /* of what was over when it began */
  guint n_before;
  TriTimeLeft left;
  double learned; /* seconds after which what was done was looked at */
};

TriVaultRow *tri_vault_row_new (TriVaultQueue *queue, guint place);
void tri_vault_row_tell (TriVaultRow *self);
void tri_vault_queue_changed (TriVaultQueue *self);
void tri_vault_queue_take (TriVaultQueue *self, TriVaultBatch *found, guint *n_known);

G_END_DECLS
