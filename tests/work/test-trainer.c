/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "tri-error.h"
#include "tri-learner.h"
#include "tri-parallel.h"
#include "tri-rng.h"
#include "tri-trainer.h"
#include "tri-trainings.h"
#include "trainer-fixture.h"

/* Two pictures of patches in random colours, always the same crops. */
static TriDataset *
patchwork (void)
{
  g_autoptr (GPtrArray) pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_image_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const TriModel *model = scene_get_model ();
  TriDatasetSpec spec = { .channels = 3, .low = model->low, .high = model->high };
  TriRng rng = tri_rng (1, 1);
  for (guint i = 0; i < 2; i++)
    {
      TriImage *picture = tri_image_new (64, 64, 3, NULL);
      guint8 colours[22][22][3];
      for (guint c = 0; c < sizeof colours; c++)
        (&colours[0][0][0])[c] = (guint8) tri_rng_below (&rng, 256);
      for (guint p = 0; p < 64 * 64; p++)
        memcpy (picture->pixels + 3 * p, colours[p / 64 / 3][p % 64 / 3], 3);
      g_ptr_array_add (pictures, picture);
      g_ptr_array_add (names, g_strdup_printf ("%u", i));
    }
  return tri_dataset_new (pictures, names, &spec, NULL);
}

/* A fixed tiny set, by heart. */
static void
test_learns (void)
{
  Scene scene;
  g_autoptr (GError) error = NULL;
  scene_open (&scene, 80, FALSE);
  scene.config.every = 20;
  scene.config.batch = 2;
  scene.config.rate = 1e-3f;
  scene.config.crop = 64;
  g_autoptr (TriParams) params = tri_params_new (scene_get_model ()->params);
  g_assert_true (tri_params_set_text (params, "rate", "1/8", &error));
  scene.trainer = tri_trainer_new (scene_get_model (), params, patchwork (), &scene.config, NULL, &error);
  g_assert_no_error (error);
  scene_run (&scene);
  g_test_message ("%g to %g", scene.first, scene.last);
  g_assert_cmpfloat (scene.first, >, 0.03);
  g_assert_cmpfloat (scene.last, <, 0.006);
  g_assert_true (tri_trainer_is_finished (scene.trainer));
  g_assert_cmpuint (tri_trainer_get_step (scene.trainer), ==, 80);
  g_assert_cmpuint (scene.n_kinds[TRI_TRAIN_VALIDATED], ==, 5);
  g_assert_cmpuint (scene.n_kinds[TRI_TRAIN_SAVED], ==, 0);
  g_autoptr (GArray) curve = tri_trainer_get_curve (scene.trainer, 0), points = tri_trainer_get_points (scene.trainer);
  g_assert_cmpuint (curve->len, ==, 80);
  g_assert_cmpuint (points->len, ==, 5);
  g_autoptr (TriChart) chart = tri_trainer_make_chart (scene.trainer, TRI_TRAIN_CHART_LOSSES);
  g_assert_cmpuint (chart->series->len, ==, 3);
  const TriSeries *best = chart->series->pdata[2];
  const TriTrainPoint *all = (const TriTrainPoint *) (gpointer) points->data;
  g_assert_cmpint (best->mark, ==, TRI_MARK_VRULE);
  g_assert_cmpfloat (g_array_index (best->xs, double, 0), ==, (double) all[tri_train_find_best (all, points->len)].step);
  scene_close (&scene);
}

/* The first weights are a code that no other linear one of its size betters: of blocks that differ in two directions
 * only, nothing is lost but what rounding takes. */
static void
test_starts (void)
{
  const TriModel *model = scene_get_model ();
  g_autoptr (GError) error = NULL;
  g_autoptr (TriParams) params = tri_params_new (model->params);
  g_assert_true (tri_params_set_text (params, "rate", "1/8", &error));
  g_autoptr (TriLearner) learner = tri_learner_new (model, params, 1, &error);
  g_assert_no_error (error);
  g_autoptr (TriTensor) samples = tri_tensor_new ((TriShape) { 6, 32, 40, 3 }, NULL), out = tri_tensor_new (samples->shape, NULL);
  TriRng rng = tri_rng (5, 0);
  float patterns[2][192], mean = 0.1f;
  for (guint i = 0; i < 2 * 192; i++)
    (&patterns[0][0])[i] = tri_rng_normal (&rng) / 8;
  for (guint n = 0; n < 6; n++)
    for (guint block = 0; block < 20; block++)
      {
        float a = tri_rng_normal (&rng), b = tri_rng_normal (&rng);
        for (guint p = 0; p < 64; p++)
          for (guint c = 0; c < 3; c++)
            tri_tensor_at (samples, n, block / 5 * 8 + p / 8, block % 5 * 8 + p % 8)[c]
                = mean + a * patterns[0][c * 64 + p] + b * patterns[1][c * 64 + p];
      }
  double before, after;
  g_assert_true (model->validate (learner, samples, out, &before, NULL, &error));
  g_assert_true (model->prepare (learner, samples, NULL, &error));
  g_assert_true (model->validate (learner, samples, out, &after, NULL, &error));
  g_test_message ("%g to %g", before, after);
  g_assert_cmpfloat (before, >, 0.02);
  g_assert_cmpfloat (after, <, 2e-5);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  g_cancellable_cancel (cancellable);
  g_assert_false (model->prepare (learner, samples, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

/* Stopped at a validation and between two, with one thread and two: the same bits as without a stop. */
static void
test_resumes (gconstpointer id)
{
  Scene through, stopped;
  scene_model_id = id;
  scene_open (&through, 23, TRUE);
  scene_make (&through);
  scene_run (&through);
  scene_open (&stopped, 23, TRUE);
  tri_parallel_set_threads (1);
  stopped.stop_at = 5;
  scene_make (&stopped);
  scene_run (&stopped);
  g_assert_cmpuint (tri_trainer_get_step (stopped.trainer), ==, 5);
  g_assert_false (tri_trainer_is_finished (stopped.trainer));
  tri_parallel_set_threads (2);
  scene_resume (&stopped);
  stopped.stop_at = 15;
  scene_run (&stopped);
  g_assert_cmpuint (tri_trainer_get_step (stopped.trainer), ==, 15);
  scene_resume (&stopped);
  g_assert_cmpuint (tri_trainer_get_step (stopped.trainer), ==, 15);
  scene_run (&stopped);
  tri_parallel_set_threads (0);
  scene_assert_same (&through, &stopped);
  g_autoptr (GArray) a = tri_trainer_get_points (through.trainer), b = tri_trainer_get_points (stopped.trainer);
  g_assert_cmpuint (a->len, ==, 6);
  g_assert_cmpuint (b->len, ==, 6);
  for (guint64 step = 0; step <= 20; step += 5)
    {
      g_autoptr (TriImage) visible = NULL, restored = NULL;
      g_assert_true (tri_trainer_load_picture (stopped.trainer, step, &visible, &restored, NULL));
      g_assert_cmpuint (visible->channels, ==, 3);
    }
  scene_close (&through);
  scene_close (&stopped);
  scene_model_id = "autoencoder";
}

static gpointer
cancel_soon (gpointer data)
{
  Scene *scene = data;
  while (tri_trainer_get_step (scene->trainer) < 7)
    g_usleep (200);
  g_cancellable_cancel (scene->cancellable);
  return NULL;
}

/* Cancelled from another thread, at whatever step: a good checkpoint, from which it goes on. */
static void
test_cancelled (void)
{
  Scene through, cancelled;
  g_autoptr (GError) error = NULL;
  scene_open (&through, 25, TRUE);
  scene_make (&through);
  scene_run (&through);
  scene_open (&cancelled, 25, TRUE);
  cancelled.cancellable = g_cancellable_new ();
  scene_make (&cancelled);
  GThread *thread = g_thread_new ("cancel", cancel_soon, &cancelled);
  g_assert_false (tri_trainer_run (cancelled.trainer, scene_watch, &cancelled, cancelled.cancellable, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_thread_join (thread);
  guint64 step = tri_trainer_get_step (cancelled.trainer);
  g_assert_cmpuint (step, >=, 7);
  scene_resume (&cancelled);
  g_assert_cmpuint (tri_trainer_get_step (cancelled.trainer), ==, step);
  scene_run (&cancelled);
  scene_assert_same (&through, &cancelled);
  scene_close (&through);
  scene_close (&cancelled);
}

/* A loss that is no number ends it; what is on disk is from before, and good. */
static void
test_diverges (void)
{
  Scene scene;
  g_autoptr (GError) error = NULL;
  scene_open (&scene, 100, TRUE);
  scene.config.rate = 1e25f;
  scene.config.warm_up = 0;
  scene.config.clip = 0;
  scene_make (&scene);
  g_assert_false (tri_trainer_run (scene.trainer, scene_watch, &scene, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, scene.folder));
  scene_resume (&scene);
  g_assert_cmpuint (tri_trainer_get_step (scene.trainer), <, 100);
  g_autofree char *weights = scene_get_path (&scene, TRI_TRAINER_WEIGHTS);
  g_clear_error (&error);
  g_assert_true (tri_trainer_start_from (scene.trainer, weights, &error));
  scene_close (&scene);
}

/* A loss that stays a number ends it as well, when it is far above the first: for good, without the last step's weights. */
static void
test_diverges_finitely (void)
{
  Scene scene;
  g_autoptr (GError) error = NULL;
  scene_open (&scene, 400, TRUE);
  scene.config.every = 2;
  scene.config.rate = 0.3f;
  scene.config.warm_up = 0;
  scene.config.clip = 1;
  scene_make (&scene);
  g_assert_false (tri_trainer_run (scene.trainer, scene_watch, &scene, NULL, &error));
  g_test_message ("%s", error->message);
  g_assert_error (error, TRI_ERROR, TRI_ERROR_FAILED);
  g_assert_nonnull (strstr (error->message, "validation is at"));
  g_assert_nonnull (strstr (error->message, scene.folder));
  g_autofree char *weights = scene_get_path (&scene, TRI_TRAINER_WEIGHTS);
  g_clear_error (&error);
  g_assert_true (tri_trainer_start_from (scene.trainer, weights, &error));
  scene_close (&scene);
}

static void
test_ends_early (void)
{
  Scene scene;
  scene_open (&scene, 100, FALSE);
  scene.config.rate = 1e-30f; /* nothing changes */
  scene.config.patience = 3;
  scene_make (&scene);
  scene_run (&scene);
  g_assert_cmpuint (tri_trainer_get_step (scene.trainer), ==, 15);
  g_assert_true (tri_trainer_is_finished (scene.trainer));
  g_assert_cmpuint (scene.n_kinds[TRI_TRAIN_ENDED_EARLY], ==, 1);
  scene_close (&scene);
}

/* Continued as it is, it would end at once; patient anew, after as many validations again, also across a further stop. */
static void
test_patient_anew (void)
{
  Scene scene;
  scene_open (&scene, 100, TRUE);
  scene.config.rate = 1e-30f;
  scene.config.patience = 3;
  scene_make (&scene);
  scene_run (&scene);
  scene_resume (&scene);
  g_assert_true (tri_trainer_has_ended_early (scene.trainer));
  scene_run (&scene);
  g_assert_cmpuint (tri_trainer_get_step (scene.trainer), ==, 15);
  tri_trainer_renew_patience (scene.trainer);
  g_assert_false (tri_trainer_has_ended_early (scene.trainer));
  scene.stop_at = 25;
  scene_run (&scene);
  g_assert_cmpuint (tri_trainer_get_step (scene.trainer), ==, 25);
  scene_resume (&scene);
  g_assert_false (tri_trainer_is_finished (scene.trainer));
  scene_run (&scene);
  g_assert_cmpuint (tri_trainer_get_step (scene.trainer), ==, 30);
  g_assert_true (tri_trainer_has_ended_early (scene.trainer));
  scene_close (&scene);
}

static void
test_overfitting_rule (void)
{
  TriTrainPoint points[] = { { 0, NAN, 1, 0 }, { 10, .8, .9, 0 }, { 20, .6, .7, 0 }, { 30, .5, .74, 0 }, { 40, .4, .8, 0 },
                             { 50, .3, .9, 0 } };
  guint64 since = 0;
  g_assert_true (tri_train_find_overfitting (points, 6, &since));
  g_assert_cmpuint (since, ==, 20);
  g_assert_false (tri_train_find_overfitting (points, 5, NULL)); /* not for long enough */
  points[4].loss = .72;
  g_assert_false (tri_train_find_overfitting (points, 6, NULL)); /* not far enough apart */
  points[4].loss = .8;
  points[5].train = .6;
  g_assert_false (tri_train_find_overfitting (points, 6, NULL)); /* the training loss doesn't fall */
}

static void
on_done (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (GError) error = NULL;
  tri_trainer_run_finish (result, &error);
  g_assert_no_error (error);
  g_main_loop_quit (data);
}

static void
pause_and_continue (TriTrainEvent *event, gpointer data)
{
  Scene *scene = data;
  g_assert_true (g_main_context_is_owner (g_main_context_default ()));
  scene_watch (event, data);
  if (event->kind == TRI_TRAIN_VALIDATED && event->step == 0)
    tri_trainer_pause (scene->trainer, TRUE);
  if (event->kind == TRI_TRAIN_PAUSED)
    tri_trainer_pause (scene->trainer, FALSE);
}

static void
test_pauses (void)
{
  Scene scene;
  g_autoptr (GMainLoop) loop = g_main_loop_new (NULL, FALSE);
  scene_open (&scene, 12, TRUE);
  scene_make (&scene);
  tri_trainer_run_async (scene.trainer, pause_and_continue, &scene, NULL, on_done, loop);
  g_main_loop_run (loop);
  g_assert_cmpuint (scene.n_kinds[TRI_TRAIN_PAUSED], ==, 1);
  g_assert_cmpuint (scene.n_kinds[TRI_TRAIN_CONTINUED], ==, 1);
  g_assert_cmpuint (tri_trainer_get_step (scene.trainer), ==, 12);
  g_assert_true (tri_trainer_is_finished (scene.trainer));
  scene_close (&scene);
}

/* A step that is left when every net has learned from it, once: the worst moment. */
static struct {
  const TriModel *model;
  Scene *scene;
  guint64 at;
  gboolean pauses, done;
} worst;

static gboolean
step_and_leave (TriLearner *learner, const TriTensor *batch, TriRng *rng, double *values, TriProgress *progress, GError **error)
{
  g_assert_true (worst.model->step (learner, batch, rng, values, progress, error));
  if (worst.done || tri_trainer_get_step (worst.scene->trainer) != worst.at)
    return TRUE;
  worst.done = TRUE;
  if (worst.pauses)
    tri_trainer_pause (worst.scene->trainer, TRUE);
  else
    tri_trainer_stop (worst.scene->trainer);
  g_assert_false (tri_progress_check (progress, 0.5, error));
  return FALSE;
}

static void
go_on_when_paused (TriTrainEvent *event, gpointer data)
{
  Scene *scene = data;
  scene_watch (event, data);
  if (event->kind == TRI_TRAIN_PAUSED)
    tri_trainer_pause (scene->trainer, FALSE);
}

static void
leave_a_step (const Scene *through, gboolean pauses)
{
  Scene scene;
  g_autoptr (GError) error = NULL;
  TriModel leaving = *scene_get_model ();
  leaving.step = step_and_leave;
  scene_open (&scene, 9, TRUE);
  worst = (typeof (worst)) { scene_get_model (), &scene, 7, pauses, FALSE };
  scene.trainer = tri_trainer_new (&leaving, NULL, scene_make_data (7), &scene.config, scene.folder, &error);
  g_assert_no_error (error);
  tri_trainer_run (scene.trainer, go_on_when_paused, &scene, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tri_trainer_get_step (scene.trainer), ==, pauses ? 9 : 7);
  g_assert_cmpuint (scene.n_kinds[TRI_TRAIN_PAUSED], ==, pauses);
  if (!pauses)
    {
      scene_resume (&scene);
      g_assert_cmpuint (tri_trainer_get_step (scene.trainer), ==, 7);
      scene_run (&scene);
    }
  scene_assert_same (through, &scene);
  scene_close (&scene);
}

/* Left in the middle of a step, by a stop and by a pause: the state of the last whole step is kept, and the bits that come
 * out in the end are those of a training that nobody interrupted. */
static void
test_left_within_a_step (gconstpointer id)
{
  Scene through;
  scene_model_id = id;
  scene_open (&through, 9, TRUE);
  scene_make (&through);
  scene_run (&through);
  leave_a_step (&through, FALSE);
  leave_a_step (&through, TRUE);
  scene_close (&through);
  scene_model_id = "autoencoder";
}

/* A weight that is no number any more, once. */
static gboolean
step_and_poison (TriLearner *learner, const TriTensor *batch, TriRng *rng, double *values, TriProgress *progress, GError **error)
{
  guint n;
  if (!worst.done && tri_trainer_get_step (worst.scene->trainer) == worst.at)
    {
      worst.done = TRUE;
      *tri_net_get_weights (learner->nets[0], &n)[0].value = NAN;
      tri_net_changed (learner->nets[0]);
    }
  return worst.model->step (learner, batch, rng, values, progress, error);
}

/* A later step diverges: the checkpoint is that of before, and says so; from there, and from what is in memory, the same
 * weights come out as if it had never happened. */
static void
test_diverges_later (gconstpointer id)
{
  Scene through, scene;
  g_autoptr (GError) error = NULL;
  scene_model_id = id;
  scene_open (&through, 9, TRUE);
  scene_make (&through);
  scene_run (&through);
  for (guint in_memory = 0; in_memory < 2; in_memory++)
    {
      TriModel poisoned = *scene_get_model ();
      poisoned.step = step_and_poison;
      scene_open (&scene, 9, TRUE);
      worst = (typeof (worst)) { scene_get_model (), &scene, 7, FALSE, FALSE };
      scene.trainer = tri_trainer_new (&poisoned, NULL, scene_make_data (7), &scene.config, scene.folder, &error);
      g_assert_no_error (error);
      g_assert_false (tri_trainer_run (scene.trainer, scene_watch, &scene, NULL, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_FAILED);
      g_assert_nonnull (strstr (error->message, "The training ended at step 7. The training diverged"));
      g_assert_nonnull (strstr (error->message, "The checkpoint of step 5 in"));
      g_clear_error (&error);
      if (!in_memory)
        scene_resume (&scene);
      g_assert_cmpuint (tri_trainer_get_step (scene.trainer), ==, in_memory ? 7 : 5);
      scene_run (&scene);
      scene_assert_same (&through, &scene);
      scene_close (&scene);
    }
  scene_close (&through);
  scene_model_id = "autoencoder";
}

static void
cancel_at_once (double fraction, gpointer data)
{
  if (fraction < 0.9)
    g_cancellable_cancel (data);
}

/* Every model looks up from its step, before the end of it. */
static void
test_steps_look_up (void)
{
  for (const TriModel *const *model = tri_models (); *model != NULL; model++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TriLearner) learner = tri_learner_new (*model, NULL, 1, &error);
      g_assert_no_error (error);
      g_autoptr (TriTensor) batch = tri_tensor_new ((TriShape) { 2, 32, 32, (*model)->channels }, NULL);
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (TriProgress) progress = tri_progress_new (cancellable, cancel_at_once, cancellable);
      TriRng rng = tri_rng (1, 0);
      double values[TRI_MODEL_MAX_CURVES];
      for (gsize i = 0; i < tri_tensor_size (batch); i++)
        batch->data[i] = 2 * tri_rng_uniform (&rng) - 1;
      g_assert_false ((*model)->step (learner, batch, &rng, values, progress, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
      g_assert_cmpuint (tri_learner_get_step (learner), ==, 0);
    }
}

static void
refuse (const Scene *scene, TriDataset *data, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (tri_trainer_resume (scene->folder, data, 0, NULL, &error));
  g_assert_error (error, domain, code);
}

static void
test_refused (void)
{
  Scene scene;
  g_autoptr (GError) error = NULL;
  scene_open (&scene, 5, TRUE);
  refuse (&scene, NULL, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  scene_make (&scene);
  scene_run (&scene);
  g_assert_null (tri_trainer_new (scene_get_model (), NULL, scene_make_data (7), &scene.config, scene.folder, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  refuse (&scene, scene_make_data (8), TRI_ERROR, TRI_ERROR_UNSUPPORTED); /* other batches */
  refuse (&scene, NULL, TRI_ERROR, TRI_ERROR_INVALID);               /* made in memory */

  g_autofree char *path = scene_get_path (&scene, TRI_TRAINER_CHECKPOINT), *bytes = NULL;
  gsize size;
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size - 100, NULL));
  refuse (&scene, scene_make_data (7), TRI_ERROR, TRI_ERROR_DAMAGED);
  char *batch = g_strstr_len (bytes + 8, (gssize) size - 8, "batch=4"); /* after the header's length */
  g_assert_nonnull (batch);
  batch[6] = '0';
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
  refuse (&scene, scene_make_data (7), TRI_ERROR, TRI_ERROR_INVALID);
  g_autofree char *weights = scene_get_path (&scene, TRI_TRAINER_WEIGHTS);
  g_assert_cmpint (g_rename (weights, path), ==, 0);
  refuse (&scene, scene_make_data (7), TRI_ERROR, TRI_ERROR_DAMAGED);
  scene_close (&scene);

  scene_open (&scene, 5, FALSE);
  scene.config.crop = 12;
  g_assert_null (tri_trainer_new (scene_get_model (), NULL, scene_make_data (7), &scene.config, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
  g_clear_error (&error);
  scene.config.crop = scene.config.batch = 4096;
  scene_make (&scene);
  g_assert_false (tri_trainer_run (scene.trainer, NULL, NULL, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_assert_false (tri_learner_check_memory (G_GUINT64_CONSTANT (1) << 60, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_MEMORY);
  scene_close (&scene);
}

/* Drops the last @n_less curves, as if the model had had fewer when it was paused, and gives the rest these names: NULL for
 * none, as versions did that knew of none. */
static void
rewrite_curves (const Scene *scene, guint n_less, const char *names)
{
  g_autofree char *path = scene_get_path (scene, TRI_TRAINER_CHECKPOINT);
  g_autoptr (TriWeights) weights = tri_weights_load (path, NULL);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  TriNamed *curves = (TriNamed *) tri_weights_find (weights, "curves");
  gsize n = curves->dims[1] - n_less;
  for (gsize step = 0; step < curves->dims[0]; step++)
    memmove (curves->values + step * n, curves->values + step * curves->dims[1], n * sizeof (float));
  curves->dims[1] = n;
  curves->size = n * curves->dims[0];
  g_assert_true (g_key_file_load_from_data (file, tri_weights_get_text (weights, "training"), G_MAXSIZE, G_KEY_FILE_NONE, NULL));
  g_assert_true (g_key_file_has_key (file, "training", "curves", NULL));
  if (names != NULL)
    g_key_file_set_string (file, "training", "curves", names);
  else
    g_key_file_remove_key (file, "training", "curves", NULL);
  g_autofree char *text = g_key_file_to_data (file, NULL, NULL);
  tri_weights_set_text (weights, "training", text);
  g_assert_true (tri_weights_save (weights, TRI_DTYPE_F32, path, NULL));
}

/* The CycleGAN learned from twelve losses before it was trained against wrong keys: what was paused then is another training.
 * It is refused in words, in the list of trainings too; its weights begin a new one. */
static void
test_other_curves (void)
{
  static const struct { guint n_less; const char *names; gboolean good; } states[] = {
    { 0, NULL, TRUE }, /* of a version that named no curves */
    { 2, NULL, FALSE },
    { 2, "mse;uniform;", FALSE },
    { 0, "mse;uniform;", FALSE },
    { 0, "", FALSE },
    { 14, NULL, FALSE },
  };
  scene_model_id = "cyclegan";
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    {
      Scene scene, fresh;
      g_autoptr (GError) error = NULL;
      scene_open (&scene, 2, FALSE);
      scene.folder = tri_trainings_new_folder (scene_get_model ());
      scene_make (&scene);
      scene_run (&scene);
      rewrite_curves (&scene, states[i].n_less, states[i].names);
      g_autoptr (TriTrainer) trainer = tri_trainer_resume (scene.folder, scene_make_data (7), 0, NULL, &error);
      g_autoptr (GPtrArray) list = tri_trainings_list ();
      g_assert_cmpuint (list->len, ==, 1);
      const TriSavedTraining *saved = list->pdata[0];
      g_assert_true ((trainer != NULL) == states[i].good && (saved->model != NULL) == states[i].good);
      if (!states[i].good)
        {
          g_assert_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED);
          g_assert_nonnull (strstr (error->message, "Another version of this program began the training"));
          g_assert_cmpstr (saved->why, ==, error->message);
          g_autofree char *weights = scene_get_path (&scene, TRI_TRAINER_WEIGHTS);
          scene_open (&fresh, 1, FALSE);
          scene_make (&fresh);
          g_clear_error (&error);
          g_assert_true (tri_trainer_start_from (fresh.trainer, weights, &error));
          scene_close (&fresh);
        }
      scene_close (&scene);
    }
  scene_model_id = "autoencoder";
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, G_TEST_OPTION_ISOLATE_DIRS, NULL);
  g_test_add_func ("/work/trainer/learns", test_learns);
  g_test_add_func ("/work/trainer/starts", test_starts);
  g_test_add_data_func ("/work/trainer/resumes", "autoencoder", test_resumes);
  g_test_add_data_func ("/work/trainer/resumes-several", "cyclegan", test_resumes);
  g_test_add_func ("/work/trainer/cancelled", test_cancelled);
  g_test_add_func ("/work/trainer/diverges", test_diverges);
  g_test_add_func ("/work/trainer/diverges-finitely", test_diverges_finitely);
  g_test_add_func ("/work/trainer/ends-early", test_ends_early);
  g_test_add_func ("/work/trainer/patient-anew", test_patient_anew);
  g_test_add_func ("/work/trainer/overfitting-rule", test_overfitting_rule);
  g_test_add_func ("/work/trainer/pauses", test_pauses);
  g_test_add_data_func ("/work/trainer/left-within-a-step", "autoencoder", test_left_within_a_step);
  g_test_add_data_func ("/work/trainer/left-within-a-step-of-several", "cyclegan", test_left_within_a_step);
  g_test_add_data_func ("/work/trainer/diverges-later", "autoencoder", test_diverges_later);
  g_test_add_data_func ("/work/trainer/diverges-later-in-several", "cyclegan", test_diverges_later);
  g_test_add_func ("/work/trainer/steps-look-up", test_steps_look_up);
  g_test_add_func ("/work/trainer/refused", test_refused);
  g_test_add_func ("/work/trainer/other-curves", test_other_curves);
  return g_test_run ();
}
