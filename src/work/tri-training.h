/* One training as a window sees it: loads the pictures, trains on a thread of its own, and tells its state.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-trainer.h"

G_BEGIN_DECLS

#define TRI_TYPE_TRAINING (tri_training_get_type ())
G_DECLARE_FINAL_TYPE (TriTraining, tri_training, TRI, TRAINING, GObject)

typedef enum {
  TRI_TRAINING_IDLE,     /* none was begun */
  TRI_TRAINING_LOADING,  /* reads the pictures, or a checkpoint */
  TRI_TRAINING_RUNNING,
  TRI_TRAINING_PAUSING,  /* writes a checkpoint */
  TRI_TRAINING_PAUSED,
  TRI_TRAINING_STOPPING, /* as with a pause */
  TRI_TRAINING_ENDED,    /* is finished, was stopped, or failed: tri_training_get_error() */
} TriTrainingState;

/**
 * TriTraining:
 *
 * Lives in the thread that made it. Whoever trains keeps it alive until the last checkpoint is written. Signals:
 * "changed": the state; "stepped": steps were done, at most about 60 times a second; "validated": tri_training_get_event()
 * has the pictures; "ended": no thread is at work any more.
 */
TriTraining *tri_training_new (void);

void tri_training_start (TriTraining *self, const TriModel *model, const TriParams *params, const TriParams *chosen,
                         const char *source, const char *folder);
void tri_training_resume (TriTraining *self, const char *folder);
void tri_training_pause (TriTraining *self);
void tri_training_go_on (TriTraining *self);
void tri_training_stop (TriTraining *self);

gboolean tri_training_is_at_work (const char *folder);
TriTrainingState tri_training_get_state (TriTraining *self);
gboolean tri_training_is_busy (TriTraining *self);
const GError *tri_training_get_error (TriTraining *self);
TriTrainer *tri_training_get_trainer (TriTraining *self);
const char *tri_training_get_folder (TriTraining *self);
const TriTrainEvent *tri_training_get_event (TriTraining *self);
const char *tri_training_get_overfitting (TriTraining *self);
double tri_training_get_fraction (TriTraining *self);
char *tri_training_describe (TriTraining *self);
char *tri_training_describe_step (TriTraining *self);

void tri_training_load_picture_async (TriTraining *self, guint64 step, GCancellable *cancellable,
                                      GAsyncReadyCallback callback, gpointer user_data);
gboolean tri_training_load_picture_finish (TriTraining *self, GAsyncResult *result, TriImage **original,
                                           TriImage **visible, TriImage **restored, GError **error);

G_END_DECLS
