/* What the files of the trainer share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-learner.h"
#include "tri-trainer.h"

G_BEGIN_DECLS

/* In a checkpoint: two tensors, and a key file as a text. */
#define TRI_TRAINER_CURVES "curves"
#define TRI_TRAINER_POINTS "validations"
#define TRI_TRAINER_SETTINGS "training"
#define TRI_TRAINER_GROUP "training"
#define TRI_TRAINER_DATA_GROUP "data"

struct _TriTrainer {
  gatomicrefcount refs;
  const TriModel *model;
  TriLearner *learner;
  TriDataset *dataset;
  TriTrainConfig config;
  char *folder, *source; /* nullable */
  guint n_curves;

  TriTensor *batch, *validation_batch, *validation_out;
  TriTrainFunc func;
  gpointer func_data;
  gint64 told_us, saved_us;
  guint64 patient_since;      /* step */
  guint64 saved_step;         /* G_MAXUINT64: nothing yet */
  gboolean named_overfitting;
  gboolean prepared; /* the weights aren't the random ones any more */

  GMutex lock;
  GCond changed;
  gboolean paused, stopped;   /* under lock, as all that follows */
  GCancellable *interruption; /* of the turn that is running: a pause and the end cancel it */
  GArray *values;             /* float: n_curves for each step */
  GArray *points;             /* TriTrainPoint */
  gint64 worked_us;           /* before this run */
  gint64 started_us;          /* of this run; 0: it isn't running */
  guint64 step;
};

/* tri-trainer.c */
void tri_trainer_tell (TriTrainer *trainer, TriTrainEventKind kind, const char *message, TriImage *original,
                       TriImage *visible, TriImage *restored);
TriTrainer *tri_trainer_new_empty (const TriModel *model, TriDataset *dataset, const TriTrainConfig *config,
                                   const char *folder);
void tri_trainer_set_rates (TriTrainer *trainer);

/* tri-trainer-validate.c */
gboolean tri_trainer_is_due (TriTrainer *trainer);
gboolean tri_trainer_validate (TriTrainer *trainer, TriProgress *progress, GError **error);
gboolean tri_trainer_has_lost_patience (TriTrainer *trainer);

/* tri-trainer-checkpoint.c */
gboolean tri_trainer_save (TriTrainer *trainer, GError **error);
gboolean tri_trainer_check_curves (const TriModel *model, const TriWeights *weights, GKeyFile *file, GError **error);
TriTrainPoint tri_trainer_read_point (const TriNamed *points, gsize i, guint64 steps);
gboolean tri_trainer_save_weights (TriTrainer *trainer, GError **error);
void tri_trainer_tidy (const char *folder);

G_END_DECLS
