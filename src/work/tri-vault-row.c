/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-vault-queue-private.h"

G_DEFINE_FINAL_TYPE (TriVaultRow, tri_vault_row, G_TYPE_OBJECT)

static guint changed_signal;

static void
tri_vault_row_finalize (GObject *object)
{
  TriVaultRow *self = TRI_VAULT_ROW (object);
  if (self->queue != NULL)
    self->queue->rows->pdata[self->place] = NULL;
  tri_vault_item_unref (self->item);
  G_OBJECT_CLASS (tri_vault_row_parent_class)->finalize (object);
}

static void
tri_vault_row_class_init (TriVaultRowClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = tri_vault_row_finalize;
  changed_signal = g_signal_new ("changed", TRI_TYPE_VAULT_ROW, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tri_vault_row_init (TriVaultRow *self)
{
}

/* Returns: (transfer full): for the item at @place, to be kept in the queue's rows */
TriVaultRow *
tri_vault_row_new (TriVaultQueue *queue, guint place)
{
  TriVaultRow *self = g_object_new (TRI_TYPE_VAULT_ROW, NULL);
  self->item = tri_vault_item_ref (tri_vault_batch_get_item (queue->batch, place));
  self->queue = queue;
  self->place = place;
  return self;
}

void
tri_vault_row_tell (TriVaultRow *self)
{
  g_signal_emit (self, changed_signal, 0);
}

/* Returns: (transfer none): its state is that of tri_vault_row_get_state(), which keeps up with it in steps */
TriVaultItem *
tri_vault_row_get_item (TriVaultRow *self)
{
  return self->item;
}

TriVaultState
tri_vault_row_get_state (TriVaultRow *self)
{
  return tri_vault_item_get_state (self->item);
}

/* Of the work on this file, 0…1. */
double
tri_vault_row_get_fraction (TriVaultRow *self)
{
  return g_atomic_int_get (&self->item->thousandths) / 1000.0;
}
