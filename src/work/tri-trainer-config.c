/* What a training can be asked for, and what it can be asked. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-error.h"
#include "tri-trainer-private.h"

#define MAX_STEPS (G_GUINT64_CONSTANT (1) << 24)
#define MAX_BATCH 4096u
#define MAX_CROP 4096u

/* The model's own choices. */
void
tri_train_config_init (TriTrainConfig *config, const TriModel *model)
{
  *config = (TriTrainConfig) { .steps = model->steps, .warm_up = MIN (model->steps / 10, 200), .batch = model->batch,
                               .crop = model->crop, .rate = model->rate, .end = 0.01f, .clip = 1 };
}

static gboolean
invalid (GError **error, const char *why)
{
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_INVALID, why);
  return FALSE;
}

gboolean
tri_train_config_check (const TriTrainConfig *c, const TriModel *model, GError **error)
{
  if (c->steps < 1 || c->steps > MAX_STEPS)
    return invalid (error, _("A training has 1 to 16777216 steps."));
  if (c->batch < 1 || c->batch > MAX_BATCH)
    return invalid (error, _("A batch is 1 to 4096 pictures."));
  if (c->crop < 1 || c->crop > MAX_CROP || c->crop % model->alignment != 0)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("The side of the crops is a multiple of %u, up to 4096 pixels."),
                   model->alignment);
      return FALSE;
    }
  if (!(c->rate > 0 && c->rate <= 1e30f))
    return invalid (error, _("The learning rate is above 0."));
  if (!(c->end >= 0 && c->end <= 1) || !(c->decay >= 0 && c->decay < 1) || !(c->clip >= 0 && isfinite (c->clip)))
    return invalid (error, _("A number of the learning rate's schedule, the weight decay or the clipping is out of range."));
  return TRUE;
}

const TriModel *
tri_trainer_get_model (TriTrainer *trainer)
{
  return trainer->model;
}

const TriParams *
tri_trainer_get_params (TriTrainer *trainer)
{
  return trainer->learner->params;
}

/* Returns: (nullable): what tri_dataset_load() was given */
const char *
tri_trainer_get_source (TriTrainer *trainer)
{
  return trainer->source;
}

const TriTrainConfig *
tri_trainer_get_config (TriTrainer *trainer)
{
  return &trainer->config;
}

/* Returns: (transfer none): not to be used while it trains */
TriDataset *
tri_trainer_get_dataset (TriTrainer *trainer)
{
  return trainer->dataset;
}

guint64
tri_trainer_get_step (TriTrainer *trainer)
{
  g_mutex_lock (&trainer->lock);
  guint64 step = trainer->step;
  g_mutex_unlock (&trainer->lock);
  return step;
}

/* All steps are done, or patience has run out. */
gboolean
tri_trainer_is_finished (TriTrainer *trainer)
{
  return tri_trainer_get_step (trainer) >= trainer->config.steps || tri_trainer_has_lost_patience (trainer);
}

/* Returns: seconds of work, pauses and interruptions left out */
double
tri_trainer_get_seconds (TriTrainer *trainer)
{
  g_mutex_lock (&trainer->lock);
  gint64 us = trainer->worked_us + (trainer->started_us != 0 ? g_get_monotonic_time () - trainer->started_us : 0);
  g_mutex_unlock (&trainer->lock);
  return (double) us / G_USEC_PER_SEC;
}

/* Returns: (transfer full) (element-type TriTrainPoint): every validation so far. Safe from any thread */
GArray *
tri_trainer_get_points (TriTrainer *trainer)
{
  g_mutex_lock (&trainer->lock);
  GArray *points = g_array_copy (trainer->points);
  g_mutex_unlock (&trainer->lock);
  return points;
}

/* Returns: (transfer full) (element-type double): a value for each step. Safe from any thread */
GArray *
tri_trainer_get_curve (TriTrainer *trainer, guint curve)
{
  GArray *out = g_array_new (FALSE, FALSE, sizeof (double));
  g_return_val_if_fail (curve < trainer->n_curves, out);
  g_mutex_lock (&trainer->lock);
  for (guint i = curve; i < trainer->values->len; i += trainer->n_curves)
    {
      double value = (double) g_array_index (trainer->values, float, i);
      g_array_append_val (out, value);
    }
  g_mutex_unlock (&trainer->lock);
  return out;
}
