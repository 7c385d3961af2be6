/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "trainer-fixture.h"

#include <math.h>
#include <string.h>

#include "tri-learner.h"
#include "work-fixture.h"

const char *scene_model_id = "autoencoder";

const TriModel *
scene_get_model (void)
{
  const TriModel *model = tri_model_find (scene_model_id, NULL);
  g_assert_nonnull (model);
  return model;
}

TriDataset *
scene_make_data (guint64 seed)
{
  g_autoptr (GPtrArray) pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_image_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const TriModel *model = scene_get_model ();
  TriDatasetSpec spec = { .channels = model->channels, .low = model->low, .high = model->high, .validation = 0.25, .seed = seed,
                          .augment = TRI_AUGMENT_CROP | TRI_AUGMENT_FLIP };
  for (guint i = 0; i < 4; i++)
    {
      g_ptr_array_add (pictures, fixture_picture (40 + 3 * i, 30 + 5 * i, model->channels));
      g_ptr_array_add (names, g_strdup_printf ("%u", i));
    }
  return tri_dataset_new (pictures, names, &spec, NULL);
}

void
scene_open (Scene *scene, guint64 steps, gboolean with_folder)
{
  *scene = (Scene) { .stop_at = G_MAXUINT64, .first = NAN };
  scene->folder = with_folder ? g_dir_make_tmp ("triptych-XXXXXX", NULL) : NULL;
  tri_train_config_init (&scene->config, scene_get_model ());
  scene->config.steps = steps;
  scene->config.every = 5;
  scene->config.batch = 4;
  scene->config.crop = 16;
  scene->config.seed = 3;
}

void
scene_make (Scene *scene)
{
  g_autoptr (GError) error = NULL;
  scene->trainer = tri_trainer_new (scene_get_model (), NULL, scene_make_data (7), &scene->config, scene->folder, &error);
  g_assert_no_error (error);
}

void
scene_resume (Scene *scene)
{
  g_autoptr (GError) error = NULL;
  g_clear_pointer (&scene->trainer, tri_trainer_unref);
  scene->trainer = tri_trainer_resume (scene->folder, scene_make_data (7), 0, NULL, &error);
  g_assert_no_error (error);
  scene->stop_at = G_MAXUINT64;
}

void
scene_close (Scene *scene)
{
  g_clear_pointer (&scene->trainer, tri_trainer_unref);
  g_clear_object (&scene->cancellable);
  if (scene->folder != NULL)
    {
      g_autofree char *quoted = g_shell_quote (scene->folder), *command = g_strconcat ("rm -rf ", quoted, NULL);
      g_assert_true (g_spawn_command_line_sync (command, NULL, NULL, NULL, NULL));
    }
  g_free (scene->folder);
  g_free (scene->message);
}

void
scene_watch (TriTrainEvent *event, gpointer data)
{
  Scene *scene = data;
  scene->n_kinds[event->kind]++;
  g_assert_cmpuint (event->n_values, ==, tri_model_count_curves (scene_get_model ()));
  if (event->message != NULL)
    {
      g_free (scene->message);
      scene->message = g_strdup (event->message);
    }
  if (event->kind != TRI_TRAIN_VALIDATED)
    return;
  g_assert_true (isfinite (event->validation) && isfinite (event->psnr));
  g_assert_true (tri_image_same_shape (event->original, event->restored));
  g_assert_nonnull (event->visible);
  scene->first = isnan (scene->first) ? event->validation : scene->first;
  scene->last = event->validation;
  if (event->step >= scene->stop_at && scene->cancellable != NULL)
    g_cancellable_cancel (scene->cancellable);
  else if (event->step >= scene->stop_at)
    tri_trainer_stop (scene->trainer);
}

void
scene_run (Scene *scene)
{
  g_autoptr (GError) error = NULL;
  tri_trainer_run (scene->trainer, scene_watch, scene, NULL, &error);
  g_assert_no_error (error);
}

char *
scene_get_path (const Scene *scene, const char *name)
{
  return g_build_filename (scene->folder, name, NULL);
}

/* Weights, moments and curves; not the time that it took. */
void
scene_assert_same (const Scene *a, const Scene *b)
{
  g_autofree char *first = scene_get_path (a, TRI_TRAINER_CHECKPOINT), *second = scene_get_path (b, TRI_TRAINER_CHECKPOINT);
  g_autoptr (TriWeights) x = tri_weights_load (first, NULL), y = tri_weights_load (second, NULL);
  g_assert_cmpuint (tri_weights_get_n (x), ==, tri_weights_get_n (y));
  g_assert_cmpuint (tri_weights_get_n (x), >, 60);
  for (guint i = 0; i < tri_weights_get_n (x); i++)
    {
      const TriNamed *of_x = tri_weights_get (x, i), *of_y = tri_weights_find (y, of_x->name);
      g_assert_nonnull (of_y);
      g_assert_cmpuint (of_x->size, ==, of_y->size);
      if (memcmp (of_x->values, of_y->values, of_x->size * sizeof (float)) != 0)
        g_error ("%s differs", of_x->name);
    }
}
