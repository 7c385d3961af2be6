/* What the files of the batch share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-vault-batch.h"

G_BEGIN_DECLS

struct _TriVaultBatch {
  TriVaultWhat what;
  GPtrArray *recipients, *identities;
  TriVaultOptions options;
  GPtrArray *items;
  guint64 size;
  /* while it runs */
  TriTurns *turns;
  TriVaultBatchFunc func;
  gpointer user_data;
  TriVaultAskFunc ask;
  gpointer ask_data;
  TriProgress *progress;
  GMutex lock;
  GCond changed;
  gboolean paused;   /* under lock */
  gboolean asking;   /* under lock: somebody was asked */
  TriVaultConflict answer; /* under lock: TRI_VAULT_ASK until there is one */
  guint next;        /* under lock */
  guint n_working;   /* under lock: workers that have an item */
  guint n_cramped;   /* under lock: those of them whose item had no room beside others, and is done alone */
  gboolean one_alone; /* under lock: one of these is at work */
  guint64 done_size; /* under lock */
  guint n_claimed;   /* under lock: items whose files are in claims */
  GHashTable *claims; /* under lock: names, as key_of() has them, and the TriVaultItem whose result has it, or ORIGINAL */
};

G_END_DECLS
