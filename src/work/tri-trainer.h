/* Trains a model: steps, validation, checkpoints from which training goes on bit for bit, and what is told meanwhile.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-chart.h"
#include "tri-dataset.h"
#include "tri-models.h"

G_BEGIN_DECLS

/* Files in the folder of a training. */
#define TRI_TRAINER_CHECKPOINT "checkpoint.safetensors" /* all that is needed to go on */
#define TRI_TRAINER_WEIGHTS "weights.safetensors"       /* of the best validation so far */
#define TRI_TRAINER_PICTURES "pictures"                 /* the validation picture at each validation */

/**
 * TriTrainConfig:
 * @steps: in all, counted from the first
 * @batch, @crop: pictures in a step, and the side of their squares
 * @rate, @warm_up, @end: the learning rate rises over @warm_up steps and falls to @end × @rate at the last, along half a
 *   cosine
 * @decay: of weights (AdamW)
 * @clip: largest norm of a net's gradient; 0: any
 * @every: steps from one validation, with its checkpoint, to the next; 0: a fortieth of @steps, at most 250
 * @patience: ends early when so many validations in a row weren't better than the best; 0: never
 * @seed: of the first weights and of what the model draws
 */
typedef struct {
  guint64 steps, every, warm_up, seed;
  guint batch, crop, patience;
  float rate, end, decay, clip;
} TriTrainConfig;

typedef enum {
  TRI_TRAIN_STEP,        /* @values; at most about 60 times a second */
  TRI_TRAIN_VALIDATED,   /* @validation, @psnr, the pictures */
  TRI_TRAIN_SAVED,       /* the checkpoint of @step is on disk */
  TRI_TRAIN_OVERFITTING, /* @message; see tri_train_find_overfitting() */
  TRI_TRAIN_ENDED_EARLY, /* @message */
  TRI_TRAIN_PAUSED,
  TRI_TRAIN_CONTINUED,
} TriTrainEventKind;

/**
 * TriTrainEvent:
 * @step: steps done
 * @values: of the last step, one for each curve of the model
 * @rate: the learning rate of the next step
 * @seconds: of work on this training, also before it was interrupted
 * @validation, @psnr: NaN before the first; @psnr in dB, of the mean square error over all validation crops
 * @original, @visible, @restored: (nullable)
 * @message: (nullable): translated
 *
 * Reference counted, immutable.
 */
typedef struct {
  gatomicrefcount refs;
  TriTrainEventKind kind;
  guint64 step, n_steps;
  guint n_values;
  double values[TRI_MODEL_MAX_CURVES];
  double rate, seconds, validation, psnr;
  TriImage *original, *visible, *restored;
  char *message;
} TriTrainEvent;

TriTrainEvent *tri_train_event_ref (TriTrainEvent *event);
void tri_train_event_unref (TriTrainEvent *event);

/* Called from the thread that trains; the event is valid during the call, or as long as it is referenced. */
typedef void (*TriTrainFunc) (TriTrainEvent *event, gpointer user_data);

/* One validation. @train: mean of the first curve since the one before; NaN at the first */
typedef struct {
  guint64 step;
  double train, loss, psnr;
} TriTrainPoint;

typedef enum {
  TRI_TRAIN_CHART_LOSSES, /* the first of training, and validation's */
  TRI_TRAIN_CHART_PSNR,
  TRI_TRAIN_CHART_SHARES, /* accuracies, where the model has any */
  TRI_TRAIN_CHART_OTHERS, /* its other losses, as a GAN has them */
  TRI_TRAIN_N_CHARTS
} TriTrainChart;

/**
 * TriTrainer:
 *
 * One training. tri_trainer_run() is called from one thread; pausing, stopping and reading the curves are safe from any.
 */
typedef struct _TriTrainer TriTrainer;

/* What a person can choose, for rows of a window and options of a command; 0 where a number has a good choice of its own. */
extern const TriParamSpec tri_train_params[];

void tri_train_setup (const TriParams *params, const TriModel *model, TriDatasetSpec *data, TriTrainConfig *config);
void tri_train_set_epochs (TriTrainConfig *config, const TriParams *params, const TriDataset *dataset);
void tri_train_config_init (TriTrainConfig *config, const TriModel *model);
gboolean tri_train_config_check (const TriTrainConfig *config, const TriModel *model, GError **error);

TriTrainer *tri_trainer_new (const TriModel *model, const TriParams *params, TriDataset *dataset,
                             const TriTrainConfig *config, const char *folder, GError **error);
TriTrainer *tri_trainer_resume (const char *folder, TriDataset *dataset, guint64 steps, TriProgress *progress,
                                GError **error);
TriTrainer *tri_trainer_ref (TriTrainer *trainer);
void tri_trainer_unref (TriTrainer *trainer);
void tri_trainer_set_source (TriTrainer *trainer, const char *source);
gboolean tri_trainer_start_from (TriTrainer *trainer, const char *path, GError **error);

gboolean tri_trainer_run (TriTrainer *trainer, TriTrainFunc func, gpointer user_data, GCancellable *cancellable,
                          GError **error);
void tri_trainer_run_async (TriTrainer *trainer, TriTrainFunc func, gpointer func_data, GCancellable *cancellable,
                            GAsyncReadyCallback callback, gpointer user_data);
gboolean tri_trainer_run_finish (GAsyncResult *result, GError **error);
void tri_trainer_pause (TriTrainer *trainer, gboolean pause);
void tri_trainer_stop (TriTrainer *trainer);

const TriModel *tri_trainer_get_model (TriTrainer *trainer);
const TriParams *tri_trainer_get_params (TriTrainer *trainer);
const char *tri_trainer_get_source (TriTrainer *trainer);
const TriTrainConfig *tri_trainer_get_config (TriTrainer *trainer);
TriDataset *tri_trainer_get_dataset (TriTrainer *trainer);
guint64 tri_trainer_get_step (TriTrainer *trainer);
gboolean tri_trainer_is_finished (TriTrainer *trainer);
gboolean tri_trainer_has_ended_early (TriTrainer *trainer);
void tri_trainer_renew_patience (TriTrainer *trainer);
double tri_trainer_get_seconds (TriTrainer *trainer);
GArray *tri_trainer_get_points (TriTrainer *trainer);
GArray *tri_trainer_get_curve (TriTrainer *trainer, guint curve);
gboolean tri_model_has_chart (const TriModel *model, TriTrainChart kind);
const char *tri_train_chart_title (TriTrainChart kind);
TriChart *tri_trainer_make_chart (TriTrainer *trainer, TriTrainChart kind);
char *tri_trainer_describe_overfitting (TriTrainer *trainer);
TriImage *tri_trainer_make_sample (TriTrainer *trainer, GError **error);
gboolean tri_trainer_load_picture (TriTrainer *trainer, guint64 step, TriImage **visible, TriImage **restored,
                                   GError **error);

guint tri_train_find_best (const TriTrainPoint *points, guint n_points);
gboolean tri_train_has_lost_patience (const TriTrainPoint *points, guint n_points, guint64 patience, guint64 since);
gboolean tri_train_find_overfitting (const TriTrainPoint *points, guint n_points, guint64 *since);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriTrainEvent, tri_train_event_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriTrainer, tri_trainer_unref)

G_END_DECLS
