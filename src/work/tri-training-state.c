/* What a training can be asked. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-training-private.h"

TriTrainingState
tri_training_get_state (TriTraining *self)
{
  return self->state;
}

/* A thread is at work, or waits. */
gboolean
tri_training_is_busy (TriTraining *self)
{
  return self->state != TRI_TRAINING_IDLE && self->state != TRI_TRAINING_ENDED;
}

/* Returns: (transfer none) (nullable): why it ended before its time */
const GError *
tri_training_get_error (TriTraining *self)
{
  return self->error;
}

/* Returns: (transfer none) (nullable): %NULL until the pictures are there */
TriTrainer *
tri_training_get_trainer (TriTraining *self)
{
  return self->trainer;
}

const char *
tri_training_get_folder (TriTraining *self)
{
  return self->folder;
}

/* Returns: (transfer none) (nullable): the last */
const TriTrainEvent *
tri_training_get_event (TriTraining *self)
{
  return self->event;
}

/* Returns: (transfer none) (nullable): said once the curves parted */
const char *
tri_training_get_overfitting (TriTraining *self)
{
  return self->overfitting;
}

double
tri_training_get_fraction (TriTraining *self)
{
  if (self->trainer == NULL)
    return g_atomic_int_get (&self->loaded) / 1000.0;
  return (double) tri_trainer_get_step (self->trainer) / (double) tri_trainer_get_config (self->trainer)->steps;
}

static char *
format_count (guint64 n)
{
  return g_strdup_printf ("%" G_GUINT64_FORMAT, n);
}

static char *
format_time (double seconds)
{
  guint n = (guint) CLAMP (seconds + 0.5, 0, 1e9);
  if (n < 60)
    return g_strdup_printf (ngettext ("%u second", "%u seconds", n), n);
  n = (n + 30) / 60;
  if (n < 100)
    return g_strdup_printf (ngettext ("%u minute", "%u minutes", n), n);
  n = (n + 30) / 60;
  return g_strdup_printf (ngettext ("%u hour", "%u hours", n), n);
}

static char *
describe_end (TriTraining *self)
{
  if (self->error != NULL)
    return g_strdup (self->error->message);
  if (self->trainer == NULL)
    return g_strdup (_("Stopped before the first step."));
  g_autofree char *step = format_count (tri_trainer_get_step (self->trainer));
  g_autofree char *time = format_time (tri_trainer_get_seconds (self->trainer));
  if (!tri_trainer_is_finished (self->trainer))
    return g_strdup_printf (_("Stopped at step %s, with a checkpoint. It can be continued at any time."), step);
  if (self->ended_early)
    return g_strdup_printf (_("Ended early at step %s, after %s: validation got no better. The best weights are kept. Continuing it "
                              "begins its patience anew."), step, time);
  return g_strdup_printf (_("Finished: %s steps in %s. The best weights are kept."), step, time);
}

static char *
describe_run (TriTraining *self)
{
  if (self->event == NULL)
    return g_strdup (_("Preparing the network…"));
  if (!self->renewed)
    return g_strdup (_("Training"));
  guint patience = tri_trainer_get_config (self->trainer)->patience;
  return g_strdup_printf (ngettext ("Training goes on after its early end: it ends again after %u validation that is no better.",
                                    "Training goes on after its early end: it ends again after %u validations that are no better.",
                                    patience), patience);
}

/* Returns: (transfer full): its state, in a sentence */
char *
tri_training_describe (TriTraining *self)
{
  switch (self->state)
    {
    case TRI_TRAINING_IDLE: return g_strdup (_("Nothing is being trained."));
    case TRI_TRAINING_LOADING: return g_strdup (_("Reading the pictures…"));
    case TRI_TRAINING_RUNNING: return describe_run (self);
    case TRI_TRAINING_PAUSING: return g_strdup (_("Pausing…"));
    case TRI_TRAINING_PAUSED: return g_strdup (_("Paused, with a checkpoint."));
    case TRI_TRAINING_STOPPING: return g_strdup (_("Stopping…"));
    case TRI_TRAINING_ENDED: default: return describe_end (self);
    }
}

/* Returns: (transfer full): epoch, step and the time that is left */
char *
tri_training_describe_step (TriTraining *self)
{
  if (self->trainer == NULL || self->event == NULL)
    return g_strdup ("");
  guint64 step = self->event->step, n_steps = self->event->n_steps, done = step - MIN (step, self->since_step);
  guint64 n_epochs = (n_steps + self->steps_in_epoch - 1) / self->steps_in_epoch;
  g_autofree char *epoch = format_count (MIN (step / self->steps_in_epoch + 1, n_epochs)), *epochs = format_count (n_epochs);
  g_autofree char *at = format_count (step), *of = format_count (n_steps);
  g_autofree char *where = self->steps_in_epoch > 1
                             ? g_strdup_printf (_("Epoch %s of %s · step %s of %s"), epoch, epochs, at, of)
                             : g_strdup_printf (_("Step %s of %s"), at, of);
  double seconds = self->event->seconds - self->since_seconds;
  if (self->state != TRI_TRAINING_RUNNING || done < 3)
    return g_steal_pointer (&where);
  g_autofree char *left = format_time (seconds / (double) done * (double) (n_steps - step));
  /* Translators: where the training is, and how long it takes from here, such as "5 minutes" */
  return g_strdup_printf (_("%s · %s left"), where, left);
}

typedef struct {
  TriTrainer *trainer;
  guint64 step;
  TriImage *original, *visible, *restored;
} Look;

static void
look_free (gpointer data)
{
  Look *look = data;
  tri_trainer_unref (look->trainer);
  g_clear_pointer (&look->original, tri_image_unref);
  g_clear_pointer (&look->visible, tri_image_unref);
  g_clear_pointer (&look->restored, tri_image_unref);
  g_free (look);
}

static void
look_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Look *look = data;
  GError *error = NULL;
  look->original = tri_trainer_make_sample (look->trainer, &error);
  if (look->original != NULL && tri_trainer_load_picture (look->trainer, look->step, &look->visible, &look->restored, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/* What the validation at @step showed. */
void
tri_training_load_picture_async (TriTraining *self, guint64 step, GCancellable *cancellable,
                                 GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (TRI_IS_TRAINING (self) && self->trainer != NULL);
  Look *look = g_new0 (Look, 1);
  look->trainer = tri_trainer_ref (self->trainer);
  look->step = step;
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tri_training_load_picture_async);
  g_task_set_task_data (task, look, look_free);
  g_task_run_in_thread (task, look_thread);
}

/* @original, @visible, @restored: (out) (transfer full) */
gboolean
tri_training_load_picture_finish (TriTraining *self, GAsyncResult *result, TriImage **original, TriImage **visible,
                                  TriImage **restored, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  Look *look = g_task_get_task_data (G_TASK (result));
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  *original = g_steal_pointer (&look->original);
  *visible = g_steal_pointer (&look->visible);
  *restored = g_steal_pointer (&look->restored);
  return TRUE;
}
