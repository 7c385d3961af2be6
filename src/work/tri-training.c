/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-training-private.h"

#include <glib/gi18n-lib.h>

#include "tri-error.h"

G_DEFINE_FINAL_TYPE (TriTraining, tri_training, G_TYPE_OBJECT)

/* Folders that a training of this program works in: two would overwrite each other's checkpoints. Of the main thread. */
static GHashTable *at_work;

enum { CHANGED, STEPPED, VALIDATED, ENDED, N_SIGNALS };
static guint signals[N_SIGNALS];

/* What is to be loaded, on a worker. */
typedef struct {
  const TriModel *model; /* NULL: what the folder has is continued */
  TriParams *params, *chosen;
  char *source, *folder;
  gint *loaded;
  gboolean renewed; /* what was continued had ended early */
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;
  g_clear_pointer (&load->params, tri_params_free);
  g_clear_pointer (&load->chosen, tri_params_free);
  g_free (load->source);
  g_free (load->folder);
  g_free (load);
}

static void
set_state (TriTraining *self, TriTrainingState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_signal_emit (self, signals[CHANGED], 0);
}

static void
on_loading (double fraction, gpointer data)
{
  g_atomic_int_set ((gint *) data, (gint) (fraction * 1000));
}

static TriTrainer *
make_trainer (const Load *load, TriProgress *progress, GError **error)
{
  TriDatasetSpec spec;
  TriTrainConfig config;
  tri_train_setup (load->chosen, load->model, &spec, &config);
  if (!tri_train_config_check (&config, load->model, error))
    return NULL;
  g_autoptr (TriDataset) dataset = tri_dataset_load (load->source, &spec, progress, error);
  if (dataset == NULL)
    return NULL;
  tri_train_set_epochs (&config, load->chosen, dataset);
  TriTrainer *trainer = tri_trainer_new (load->model, load->params, g_steal_pointer (&dataset), &config, load->folder, error);
  if (trainer != NULL)
    tri_trainer_set_source (trainer, load->source);
  return trainer;
}

/* One that is finished trains as many steps again, and one that ended early is patient anew: either would end at once. */
static TriTrainer *
continue_trainer (Load *load, TriProgress *progress, GError **error)
{
  g_autoptr (TriTrainer) trainer = tri_trainer_resume (load->folder, NULL, 0, progress, error);
  guint64 steps = trainer != NULL ? tri_trainer_get_config (trainer)->steps : 0;
  if (trainer != NULL && tri_trainer_get_step (trainer) >= steps)
    {
      tri_trainer_unref (trainer);
      trainer = tri_trainer_resume (load->folder, NULL, 2 * steps, progress, error);
    }
  load->renewed = trainer != NULL && tri_trainer_has_ended_early (trainer);
  if (load->renewed)
    tri_trainer_renew_patience (trainer);
  return g_steal_pointer (&trainer);
}

static void
load_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Load *load = data;
  GError *error = NULL;
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, on_loading, load->loaded);
  TriTrainer *trainer = load->model != NULL ? make_trainer (load, progress, &error) : continue_trainer (load, progress, &error);
  if (trainer != NULL)
    g_task_return_pointer (task, trainer, (GDestroyNotify) tri_trainer_unref);
  else
    g_task_return_error (task, error);
}

/* @error: (transfer full) (nullable) */
static void
end (TriTraining *self, GError *error)
{
  self->error = error;
  if (self->works)
    g_hash_table_remove (at_work, self->folder);
  self->works = FALSE;
  set_state (self, TRI_TRAINING_ENDED);
  g_signal_emit (self, signals[ENDED], 0);
}

static void
on_event (TriTrainEvent *event, gpointer data)
{
  TriTraining *self = data;
  gboolean first = self->event == NULL;
  g_clear_pointer (&self->event, tri_train_event_unref);
  self->event = tri_train_event_ref (event);
  if (first)
    g_signal_emit (self, signals[CHANGED], 0);
  switch (event->kind)
    {
    case TRI_TRAIN_STEP: g_signal_emit (self, signals[STEPPED], 0); break;
    case TRI_TRAIN_VALIDATED: g_signal_emit (self, signals[VALIDATED], 0); break;
    case TRI_TRAIN_OVERFITTING:
      g_free (self->overfitting);
      self->overfitting = g_strdup (event->message);
      g_signal_emit (self, signals[CHANGED], 0);
      break;
    case TRI_TRAIN_ENDED_EARLY: self->ended_early = TRUE; break;
    case TRI_TRAIN_PAUSED:
      if (self->state == TRI_TRAINING_PAUSING)
        set_state (self, TRI_TRAINING_PAUSED);
      break;
    case TRI_TRAIN_SAVED: case TRI_TRAIN_CONTINUED: default: break;
    }
}

static void
on_trained (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriTraining) self = data;
  GError *error = NULL;
  if (!tri_trainer_run_finish (result, &error) && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_clear_error (&error);
  end (self, error);
}

static void
train (TriTraining *self)
{
  const TriTrainConfig *config = tri_trainer_get_config (self->trainer);
  self->steps_in_epoch = tri_dataset_steps_in_epoch (tri_trainer_get_dataset (self->trainer), config->batch);
  self->since_seconds = tri_trainer_get_seconds (self->trainer);
  self->since_step = tri_trainer_get_step (self->trainer);
  set_state (self, TRI_TRAINING_RUNNING);
  tri_trainer_run_async (self->trainer, on_event, self, self->cancellable, on_trained, g_object_ref (self));
}

static void
on_loaded (GObject *source, GAsyncResult *result, gpointer data)
{
  TriTraining *self = TRI_TRAINING (source);
  GError *error = NULL;
  g_autoptr (TriTrainer) trainer = g_task_propagate_pointer (G_TASK (result), &error);
  if (trainer == NULL && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_clear_error (&error);
  if (trainer == NULL || g_cancellable_is_cancelled (self->cancellable))
    {
      end (self, error);
      return;
    }
  self->trainer = g_steal_pointer (&trainer);
  self->renewed = ((const Load *) g_task_get_task_data (G_TASK (result)))->renewed;
  self->overfitting = tri_trainer_describe_overfitting (self->trainer);
  train (self);
}

static void
forget (TriTraining *self)
{
  g_clear_pointer (&self->event, tri_train_event_unref);
  g_clear_pointer (&self->trainer, tri_trainer_unref);
  g_clear_pointer (&self->overfitting, g_free);
  g_clear_pointer (&self->folder, g_free);
  g_clear_error (&self->error);
  g_clear_object (&self->cancellable);
  self->ended_early = self->renewed = FALSE;
  g_atomic_int_set (&self->loaded, 0);
}

/* Some window's training writes into @folder. */
gboolean
tri_training_is_at_work (const char *folder)
{
  return at_work != NULL && g_hash_table_contains (at_work, folder);
}

static gboolean
claim (TriTraining *self)
{
  if (at_work == NULL)
    at_work = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->works = g_hash_table_add (at_work, g_strdup (self->folder));
  return self->works;
}

/* @load: (transfer full) */
static void
begin (TriTraining *self, Load *load)
{
  forget (self);
  self->folder = g_strdup (load->folder);
  self->cancellable = g_cancellable_new ();
  if (!claim (self))
    {
      load_free (load);
      end (self, g_error_new (TRI_ERROR, TRI_ERROR_INVALID, _("“%s” is being trained in another window. Stop it there first."),
                              self->folder));
      return;
    }
  load->loaded = &self->loaded;
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, on_loaded, NULL);
  g_task_set_source_tag (task, begin);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, load, load_free);
  set_state (self, TRI_TRAINING_LOADING);
  g_task_run_in_thread (task, load_thread);
}

/**
 * tri_training_start:
 * @params: of the model
 * @chosen: of tri_train_params
 * @source: of tri_dataset_load(); a file or folder with its whole path
 * @folder: without a training in it
 *
 * Not while another runs.
 */
void
tri_training_start (TriTraining *self, const TriModel *model, const TriParams *params, const TriParams *chosen,
                    const char *source, const char *folder)
{
  g_return_if_fail (TRI_IS_TRAINING (self) && !tri_training_is_busy (self) && model != NULL);
  Load *load = g_new0 (Load, 1);
  load->model = model;
  load->params = tri_params_copy (params);
  load->chosen = tri_params_copy (chosen);
  load->source = g_strdup (source);
  load->folder = g_strdup (folder);
  begin (self, load);
}

/* Goes on with the checkpoint in @folder. */
void
tri_training_resume (TriTraining *self, const char *folder)
{
  g_return_if_fail (TRI_IS_TRAINING (self) && !tri_training_is_busy (self) && folder != NULL);
  Load *load = g_new0 (Load, 1);
  load->folder = g_strdup (folder);
  begin (self, load);
}

void
tri_training_pause (TriTraining *self)
{
  g_return_if_fail (TRI_IS_TRAINING (self));
  if (self->state != TRI_TRAINING_RUNNING)
    return;
  tri_trainer_pause (self->trainer, TRUE);
  set_state (self, TRI_TRAINING_PAUSING);
}

void
tri_training_go_on (TriTraining *self)
{
  g_return_if_fail (TRI_IS_TRAINING (self));
  if (self->state != TRI_TRAINING_PAUSED && self->state != TRI_TRAINING_PAUSING)
    return;
  tri_trainer_pause (self->trainer, FALSE);
  set_state (self, TRI_TRAINING_RUNNING);
}

/* A checkpoint is written before it ends. While it loads there is nothing to keep. */
void
tri_training_stop (TriTraining *self)
{
  g_return_if_fail (TRI_IS_TRAINING (self));
  if (!tri_training_is_busy (self) || self->state == TRI_TRAINING_STOPPING)
    return;
  g_cancellable_cancel (self->cancellable);
  set_state (self, TRI_TRAINING_STOPPING);
}

TriTraining *
tri_training_new (void)
{
  return g_object_new (TRI_TYPE_TRAINING, NULL);
}

static void
finalize (GObject *object)
{
  forget (TRI_TRAINING (object));
  G_OBJECT_CLASS (tri_training_parent_class)->finalize (object);
}

static void
tri_training_class_init (TriTrainingClass *klass)
{
  static const char *const names[N_SIGNALS] = { "changed", "stepped", "validated", "ended" };
  G_OBJECT_CLASS (klass)->finalize = finalize;
  for (guint i = 0; i < N_SIGNALS; i++)
    signals[i] = g_signal_new (names[i], TRI_TYPE_TRAINING, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
tri_training_init (TriTraining *self)
{
}
