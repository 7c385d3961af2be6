/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-trainer-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-error.h"

#define TELL_INTERVAL_US 16000
#define SAVE_INTERVAL_US (120 * G_USEC_PER_SEC)
/* Crops of training pictures that first weights are made of. */
#define PREPARE_CROPS 64
#define STREAM_STEP (G_GUINT64_CONSTANT (1) << 32)

TriTrainEvent *
tri_train_event_ref (TriTrainEvent *event)
{
  g_atomic_ref_count_inc (&event->refs);
  return event;
}

void
tri_train_event_unref (TriTrainEvent *event)
{
  if (!g_atomic_ref_count_dec (&event->refs))
    return;
  g_clear_pointer (&event->original, tri_image_unref);
  g_clear_pointer (&event->visible, tri_image_unref);
  g_clear_pointer (&event->restored, tri_image_unref);
  g_free (event->message);
  g_free (event);
}

/* @original, @visible, @restored: (transfer none) (nullable) */
void
tri_trainer_tell (TriTrainer *trainer, TriTrainEventKind kind, const char *message, TriImage *original,
                  TriImage *visible, TriImage *restored)
{
  if (trainer->func == NULL)
    return;
  g_autoptr (TriTrainEvent) event = g_new0 (TriTrainEvent, 1);
  g_atomic_ref_count_init (&event->refs);
  event->kind = kind;
  event->step = trainer->step;
  event->n_steps = trainer->config.steps;
  event->n_values = trainer->n_curves;
  for (guint i = 0; i < trainer->n_curves; i++)
    event->values[i] = trainer->step > 0 ? g_array_index (trainer->values, float, trainer->values->len - trainer->n_curves + i)
                                         : NAN;
  event->rate = tri_adam_get_rate (trainer->learner->adams[0]);
  event->seconds = tri_trainer_get_seconds (trainer);
  const TriTrainPoint *last = trainer->points->len > 0
                                ? &g_array_index (trainer->points, TriTrainPoint, trainer->points->len - 1) : NULL;
  event->validation = last != NULL ? last->loss : NAN;
  event->psnr = last != NULL ? last->psnr : NAN;
  event->original = original != NULL ? (TriImage *) tri_image_ref (original) : NULL;
  event->visible = visible != NULL ? (TriImage *) tri_image_ref (visible) : NULL;
  event->restored = restored != NULL ? (TriImage *) tri_image_ref (restored) : NULL;
  event->message = g_strdup (message);
  trainer->func (event, trainer->func_data);
}

/* @dataset: (transfer full). Without nets. */
TriTrainer *
tri_trainer_new_empty (const TriModel *model, TriDataset *dataset, const TriTrainConfig *config, const char *folder)
{
  TriTrainer *trainer = g_new0 (TriTrainer, 1);
  g_atomic_ref_count_init (&trainer->refs);
  g_mutex_init (&trainer->lock);
  g_cond_init (&trainer->changed);
  trainer->interruption = g_cancellable_new ();
  trainer->model = model;
  trainer->dataset = dataset;
  trainer->config = *config;
  trainer->folder = g_strdup (folder);
  trainer->n_curves = tri_model_count_curves (model);
  trainer->values = g_array_new (FALSE, FALSE, sizeof (float));
  trainer->points = g_array_new (FALSE, FALSE, sizeof (TriTrainPoint));
  trainer->saved_step = G_MAXUINT64;
  return trainer;
}

/* The rates that the configuration asks for. */
void
tri_trainer_set_rates (TriTrainer *trainer)
{
  const TriTrainConfig *c = &trainer->config;
  tri_learner_set_rates (trainer->learner, &(TriAdamConfig) { TRI_ADAM_DEFAULTS, .rate = c->rate, .decay = c->decay,
                         .clip = c->clip, .warm_up = c->warm_up, .n_steps = c->steps, .end = c->end });
}

/**
 * tri_trainer_new:
 * @params: (nullable): of the model; NULL for the defaults
 * @dataset: (transfer full): with the model's channels and range
 * @folder: (nullable): where checkpoints go; made when it isn't there. NULL: none are kept
 *
 * Returns: (transfer full) (nullable): at step 0; NULL with @error, and @folder is refused when it has a checkpoint
 */
TriTrainer *
tri_trainer_new (const TriModel *model, const TriParams *params, TriDataset *dataset, const TriTrainConfig *config,
                 const char *folder, GError **error)
{
  g_autoptr (TriTrainer) trainer = tri_trainer_new_empty (model, dataset, config, folder);
  g_autofree char *checkpoint = folder != NULL ? g_build_filename (folder, TRI_TRAINER_CHECKPOINT, NULL) : NULL;
  if (!tri_train_config_check (config, model, error))
    return NULL;
  if (checkpoint != NULL && g_file_test (checkpoint, G_FILE_TEST_EXISTS))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   _("“%s” already has a training. Continue it, or choose another folder."), folder);
      return NULL;
    }
  trainer->learner = tri_learner_new (model, params, config->seed, error);
  if (trainer->learner == NULL)
    return NULL;
  tri_trainer_set_rates (trainer);
  return g_steal_pointer (&trainer);
}

TriTrainer *
tri_trainer_ref (TriTrainer *trainer)
{
  g_atomic_ref_count_inc (&trainer->refs);
  return trainer;
}

void
tri_trainer_unref (TriTrainer *trainer)
{
  if (!g_atomic_ref_count_dec (&trainer->refs))
    return;
  tri_tensor_free (trainer->batch);
  tri_tensor_free (trainer->validation_batch);
  tri_tensor_free (trainer->validation_out);
  tri_learner_free (trainer->learner);
  tri_dataset_free (trainer->dataset);
  g_array_unref (trainer->values);
  g_array_unref (trainer->points);
  g_free (trainer->folder);
  g_free (trainer->source);
  g_object_unref (trainer->interruption);
  g_mutex_clear (&trainer->lock);
  g_cond_clear (&trainer->changed);
  g_free (trainer);
}

/* What tri_dataset_load() was given, so that the training can go on from its checkpoint alone. */
void
tri_trainer_set_source (TriTrainer *trainer, const char *source)
{
  g_free (trainer->source);
  trainer->source = g_strdup (source);
}

/* Begins with the weights in a file, such as one that PyTorch wrote, in place of random ones. */
gboolean
tri_trainer_start_from (TriTrainer *trainer, const char *path, GError **error)
{
  g_autoptr (TriWeights) weights = tri_weights_load (path, error);
  g_autoptr (TriParams) params = NULL;
  trainer->prepared = weights != NULL && tri_model_check_file (trainer->model, weights, &params, error)
                      && tri_learner_read_weights (trainer->learner, weights, error);
  return trainer->prepared;
}

/* Where the model knows better first weights than random ones. */
static gboolean
prepare (TriTrainer *trainer, TriProgress *progress, GError **error)
{
  TriShape shape = { PREPARE_CROPS, trainer->config.crop, trainer->config.crop, trainer->model->channels };
  if (trainer->prepared || trainer->model->prepare == NULL)
    return TRUE;
  if (!tri_shape_check (shape, error) || !tri_learner_check_memory (tri_shape_size (shape) * sizeof (float), error))
    return FALSE;
  g_autoptr (TriTensor) samples = tri_tensor_new (shape, error);
  if (samples == NULL)
    return FALSE;
  tri_dataset_fill (trainer->dataset, 0, samples);
  if (!tri_learner_keep (trainer->learner, error))
    return FALSE;
  trainer->prepared = trainer->model->prepare (trainer->learner, samples, progress, error);
  if (!trainer->prepared)
    tri_learner_take_back (trainer->learner);
  return trainer->prepared;
}

static gboolean
allocate (TriTrainer *trainer, GError **error)
{
  const TriTrainConfig *c = &trainer->config;
  TriShape shape = { c->batch, c->crop, c->crop, trainer->model->channels };
  if (trainer->batch == NULL && tri_shape_check (shape, error)
      && tri_learner_check_memory (tri_shape_size (shape) * sizeof (float), error))
    trainer->batch = tri_tensor_new (shape, error);
  return trainer->batch != NULL;
}

/* Where the weights of the step before are what is on disk, says so. */
static void
explain_failure (TriTrainer *trainer, GError **error)
{
  g_autofree char *at = g_strdup_printf ("%" G_GUINT64_FORMAT, trainer->step);
  g_autofree char *saved = g_strdup_printf ("%" G_GUINT64_FORMAT, trainer->saved_step);
  g_autofree char *why = g_strdup ((*error)->message);
  if (trainer->folder == NULL || trainer->saved_step == G_MAXUINT64)
    return;
  g_free ((*error)->message);
  (*error)->message = g_strdup_printf (_("The training ended at step %s. %s The checkpoint of step %s in “%s” is good."), at, why,
                                       saved, trainer->folder);
}

static gboolean
make_step (TriTrainer *trainer, TriProgress *progress, GError **error)
{
  TriRng rng = tri_rng (trainer->config.seed, STREAM_STEP + trainer->step);
  double values[TRI_MODEL_MAX_CURVES] = { 0 };
  tri_dataset_fill (trainer->dataset, trainer->step, trainer->batch);
  if (!tri_learner_keep (trainer->learner, error))
    return FALSE;
  if (!trainer->model->step (trainer->learner, trainer->batch, &rng, values, progress, error))
    {
      tri_learner_take_back (trainer->learner);
      return FALSE;
    }
  g_mutex_lock (&trainer->lock);
  for (guint i = 0; i < trainer->n_curves; i++)
    {
      float value = (float) values[i];
      g_array_append_val (trainer->values, value);
    }
  trainer->step++;
  g_mutex_unlock (&trainer->lock);
  gint64 now = g_get_monotonic_time ();
  if (now - trainer->told_us >= TELL_INTERVAL_US || trainer->step == trainer->config.steps)
    {
      trainer->told_us = now;
      tri_trainer_tell (trainer, TRI_TRAIN_STEP, NULL, NULL, NULL, NULL);
    }
  return TRUE;
}

static gboolean
save_if_new (TriTrainer *trainer, GError **error)
{
  return trainer->saved_step == trainer->step || tri_trainer_save (trainer, error);
}

static gboolean
is_stopped (TriTrainer *trainer, GCancellable *cancellable)
{
  g_mutex_lock (&trainer->lock);
  gboolean stopped = trainer->stopped || g_cancellable_is_cancelled (cancellable);
  g_mutex_unlock (&trainer->lock);
  return stopped;
}

static void
set_clock (TriTrainer *trainer, gboolean runs)
{
  gint64 now = g_get_monotonic_time ();
  g_mutex_lock (&trainer->lock);
  trainer->worked_us += trainer->started_us != 0 ? now - trainer->started_us : 0;
  trainer->started_us = runs ? now : 0;
  g_mutex_unlock (&trainer->lock);
}

/* With a checkpoint, for nobody knows how long a pause will be. */
static gboolean
wait_while_paused (TriTrainer *trainer, GCancellable *cancellable, GError **error)
{
  g_mutex_lock (&trainer->lock);
  gboolean paused = trainer->paused;
  g_mutex_unlock (&trainer->lock);
  if (!paused)
    return TRUE;
  set_clock (trainer, FALSE);
  if (!save_if_new (trainer, error))
    return FALSE;
  tri_trainer_tell (trainer, TRI_TRAIN_PAUSED, NULL, NULL, NULL, NULL);
  g_mutex_lock (&trainer->lock);
  while (trainer->paused && !trainer->stopped && !g_cancellable_is_cancelled (cancellable))
    g_cond_wait_until (&trainer->changed, &trainer->lock, g_get_monotonic_time () + 50 * G_TIME_SPAN_MILLISECOND);
  g_mutex_unlock (&trainer->lock);
  set_clock (trainer, TRUE);
  tri_trainer_tell (trainer, TRI_TRAIN_CONTINUED, NULL, NULL, NULL, NULL);
  return TRUE;
}

/* Returns: (transfer full): of a turn, which a pause or the end interrupts */
static TriProgress *
begin_turn (TriTrainer *trainer)
{
  g_mutex_lock (&trainer->lock);
  if (g_cancellable_is_cancelled (trainer->interruption) && !trainer->paused && !trainer->stopped)
    {
      g_object_unref (trainer->interruption);
      trainer->interruption = g_cancellable_new ();
    }
  TriProgress *progress = tri_progress_new (trainer->interruption, NULL, NULL);
  g_mutex_unlock (&trainer->lock);
  return progress;
}

/* What is due at this step, then the next step. @more: (out): FALSE when the training is finished */
static gboolean
turn (TriTrainer *trainer, TriProgress *progress, gboolean *more, GError **error)
{
  if (!prepare (trainer, progress, error))
    return FALSE;
  if (tri_trainer_is_due (trainer) && (!tri_trainer_validate (trainer, progress, error) || !tri_trainer_save (trainer, error)))
    return FALSE;
  *more = !tri_trainer_is_finished (trainer);
  if (!*more)
    return save_if_new (trainer, error);
  if (!make_step (trainer, progress, error))
    return FALSE;
  return g_get_monotonic_time () - trainer->saved_us < SAVE_INTERVAL_US || save_if_new (trainer, error);
}

/* Turns until it is finished or stopped. What a pause interrupted begins anew after it. */
static gboolean
run_turns (TriTrainer *trainer, GCancellable *cancellable, GError **error)
{
  gboolean more = TRUE;
  while (more)
    {
      g_autoptr (GError) why = NULL;
      if (!wait_while_paused (trainer, cancellable, error))
        return FALSE;
      if (is_stopped (trainer, cancellable))
        return save_if_new (trainer, error);
      g_autoptr (TriProgress) progress = begin_turn (trainer);
      if (turn (trainer, progress, &more, &why) || g_error_matches (why, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        continue;
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  return TRUE;
}

static void
interrupt (TriTrainer *trainer)
{
  g_mutex_lock (&trainer->lock);
  g_cancellable_cancel (trainer->interruption);
  g_mutex_unlock (&trainer->lock);
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  interrupt (data);
}

/**
 * tri_trainer_run:
 * @func: (nullable) (scope call): told what happens, from this thread
 * @cancellable: (nullable): ends the training at once, with a checkpoint of the last whole step
 *
 * Trains until all steps are done, patience has run out, or it is stopped.
 *
 * Returns: TRUE when it is finished or was stopped with tri_trainer_stop(): tri_trainer_is_finished() tells which. FALSE
 *   with G_IO_ERROR_CANCELLED, with TRI_ERROR_FAILED when the training diverged, TRI_ERROR_NO_MEMORY, or when a
 *   checkpoint can't be written; the message says which checkpoint is good
 */
gboolean
tri_trainer_run (TriTrainer *trainer, TriTrainFunc func, gpointer user_data, GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) why = NULL;
  gulong handler = cancellable != NULL ? g_cancellable_connect (cancellable, G_CALLBACK (on_cancelled), trainer, NULL) : 0;
  trainer->func = func;
  trainer->func_data = user_data;
  trainer->saved_us = g_get_monotonic_time ();
  if (trainer->folder != NULL)
    tri_trainer_tidy (trainer->folder);
  set_clock (trainer, TRUE);
  gboolean good = allocate (trainer, &why) && run_turns (trainer, cancellable, &why)
                  && (tri_trainer_is_finished (trainer) || !g_cancellable_set_error_if_cancelled (cancellable, &why));
  g_cancellable_disconnect (cancellable, handler);
  set_clock (trainer, FALSE);
  tri_learner_drop_passes (trainer->learner);
  trainer->func = NULL;
  if (good)
    return TRUE;
  if (!g_error_matches (why, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    explain_failure (trainer, &why);
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

/* Safe from any thread. The step that is running is left at once and made again later; meanwhile tri_trainer_run() waits. */
void
tri_trainer_pause (TriTrainer *trainer, gboolean pause)
{
  g_mutex_lock (&trainer->lock);
  trainer->paused = pause;
  if (pause)
    g_cancellable_cancel (trainer->interruption);
  g_cond_broadcast (&trainer->changed);
  g_mutex_unlock (&trainer->lock);
}

/* Safe from any thread. Ends tri_trainer_run() at once, with a checkpoint of the last whole step; for good. */
void
tri_trainer_stop (TriTrainer *trainer)
{
  g_mutex_lock (&trainer->lock);
  trainer->stopped = TRUE;
  g_cancellable_cancel (trainer->interruption);
  g_cond_broadcast (&trainer->changed);
  g_mutex_unlock (&trainer->lock);
}
