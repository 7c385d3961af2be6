/* What the files of a training share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-training.h"

G_BEGIN_DECLS

struct _TriTraining {
  GObject parent_instance;
  TriTrainingState state;
  TriTrainer *trainer;
  TriTrainEvent *event; /* the last */
  GCancellable *cancellable;
  GError *error;
  char *folder, *overfitting;
  gboolean ended_early, renewed, works;
  guint64 steps_in_epoch;
  gint loaded;          /* thousandths; atomic */
  double since_seconds; /* of work, when this run began */
  guint64 since_step;
};

G_END_DECLS
