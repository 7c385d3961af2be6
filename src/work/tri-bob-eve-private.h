/* What the files of Bob and Eve share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-bob-eve.h"
#include "tri-eve.h"

G_BEGIN_DECLS

/* What is looked at. */
typedef struct {
  TriImage *original;
  TriSealed *sealed;
  TriKey *key;
} Target;

/* @loss, @flat_loss: as in TriEveResult, of some steps */
typedef struct {
  guint64 step;
  double loss, flat_loss;
} Point;

/* What the worker has; what follows the lock is under it. */
typedef struct {
  gatomicrefcount refs;
  GWeakRef owner; /* read on the owner's thread only */
  GMainContext *context;
  const TriCipher *cipher;
  TriParams *params;
  TriEve *eve; /* (nullable): has learned */
  TriSight sight;
  gint64 looked_us;
  GCancellable *learning; /* borrowed, while Eve learns */

  GMutex lock;
  gboolean running;
  guint64 wanted_steps; /* 0: no training */
  GCancellable *cancellable;
  Target target; /* empty: nothing new */
} Duel;

/* On its way to the owner. @kind: a signal */
typedef struct {
  Duel *duel;
  guint kind;
  TriSight sight;
  Point point;
  gboolean trained;
  GError *error;
} Message;

struct _TriBobEve {
  GObject parent_instance;
  Duel *duel;
  GBytes *weights; /* (nullable): which those are that Eve is against */
  TriSight sight;
  GArray *points; /* Point */
  guint64 step, n_steps;
  gboolean training, trained;
  GError *error;
};

void tri_sight_clear (TriSight *sight);

G_END_DECLS
