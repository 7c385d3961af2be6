/* Checkpoints: one safetensors file with weights, Adam's moments, curves and, as texts, everything else. Random numbers
 * are functions of the seed and the step. The file is replaced as a whole.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "tri-error.h"
#include "tri-file.h"
#include "tri-kernels.h"
#include "tri-trainer-private.h"

#define CURVES TRI_TRAINER_CURVES
#define POINTS TRI_TRAINER_POINTS
#define SETTINGS TRI_TRAINER_SETTINGS
#define G_TRAIN TRI_TRAINER_GROUP
#define G_DATA TRI_TRAINER_DATA_GROUP

static void
describe_config (GKeyFile *file, const TriTrainConfig *c)
{
  g_key_file_set_uint64 (file, G_TRAIN, "steps", c->steps);
  g_key_file_set_uint64 (file, G_TRAIN, "every", c->every);
  g_key_file_set_uint64 (file, G_TRAIN, "warm-up", c->warm_up);
  g_key_file_set_uint64 (file, G_TRAIN, "seed", c->seed);
  g_key_file_set_uint64 (file, G_TRAIN, "batch", c->batch);
  g_key_file_set_uint64 (file, G_TRAIN, "crop", c->crop);
  g_key_file_set_uint64 (file, G_TRAIN, "patience", c->patience);
  g_key_file_set_double (file, G_TRAIN, "rate", (double) c->rate);
  g_key_file_set_double (file, G_TRAIN, "end", (double) c->end);
  g_key_file_set_double (file, G_TRAIN, "decay", (double) c->decay);
  g_key_file_set_double (file, G_TRAIN, "clip", (double) c->clip);
}

static void
describe_data (GKeyFile *file, TriTrainer *trainer)
{
  const TriDatasetSpec *spec = tri_dataset_get_spec (trainer->dataset);
  g_autofree char *fingerprint = tri_dataset_get_fingerprint (trainer->dataset);
  g_key_file_set_string (file, G_DATA, "source", trainer->source != NULL ? trainer->source : "");
  g_key_file_set_string (file, G_DATA, "fingerprint", fingerprint);
  g_key_file_set_uint64 (file, G_DATA, "max-side", spec->max_side);
  g_key_file_set_uint64 (file, G_DATA, "seed", spec->seed);
  g_key_file_set_uint64 (file, G_DATA, "augment", spec->augment);
  g_key_file_set_double (file, G_DATA, "validation", spec->validation);
}

/* Returns: (transfer container): the names of @model's curves, in their order; ends with NULL */
static const char **
list_curves (const TriModel *model)
{
  guint n = tri_model_count_curves (model);
  const char **ids = g_new0 (const char *, n + 1);
  for (guint i = 0; i < n; i++)
    ids[i] = model->curves[i].id;
  return ids;
}

static void
set_settings (TriTrainer *trainer, TriWeights *weights)
{
  g_autoptr (GKeyFile) file = g_key_file_new ();
  describe_config (file, &trainer->config);
  describe_data (file, trainer);
  g_key_file_set_string (file, G_TRAIN, "kernels", tri_kernels_get ()->id);
  g_key_file_set_uint64 (file, G_TRAIN, "patient-since", trainer->patient_since);
  g_key_file_set_boolean (file, G_TRAIN, "prepared", trainer->prepared || trainer->model->prepare == NULL);
  g_key_file_set_double (file, G_TRAIN, "seconds", tri_trainer_get_seconds (trainer));
  g_autofree const char **curves = list_curves (trainer->model);
  g_key_file_set_string_list (file, G_TRAIN, "curves", curves, trainer->n_curves);
  g_autofree char *text = g_key_file_to_data (file, NULL, NULL);
  tri_weights_set_text (weights, SETTINGS, text);
}

static gboolean
add_curves (TriTrainer *trainer, TriWeights *weights, GError **error)
{
  guint n_points = trainer->points->len;
  g_autofree float *points = g_new (float, 4 * (gsize) n_points + 1);
  for (guint i = 0; i < n_points; i++)
    {
      const TriTrainPoint *point = &g_array_index (trainer->points, TriTrainPoint, i);
      const double row[] = { (double) point->step, i > 0 ? point->train : 0, point->loss, point->psnr };
      for (guint c = 0; c < 4; c++)
        points[4 * i + c] = (float) MIN (row[c], 1e9); /* no error at all has an infinite PSNR */
    }
  return tri_weights_add (weights, CURVES, 2, (guint64[]) { trainer->step, trainer->n_curves },
                          (const float *) (gconstpointer) trainer->values->data, error)
         && tri_weights_add (weights, POINTS, 2, (guint64[]) { n_points, 4 }, points, error);
}

static gboolean
save_as (TriTrainer *trainer, const TriWeights *weights, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (trainer->folder, name, NULL);
  if (g_mkdir_with_parents (trainer->folder, 0777) != 0)
    {
      int code = errno;
      g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (code), _("The folder “%s” can't be made: %s. Choose another."),
                   trainer->folder, g_strerror (code));
      return FALSE;
    }
  return tri_weights_save (weights, TRI_DTYPE_F32, path, error);
}

/* Does nothing but take note when there is no folder. */
gboolean
tri_trainer_save (TriTrainer *trainer, GError **error)
{
  if (trainer->folder != NULL)
    {
      g_autoptr (TriWeights) weights = tri_weights_new ();
      set_settings (trainer, weights);
      if (!tri_learner_add_state (trainer->learner, weights, error) || !add_curves (trainer, weights, error)
          || !save_as (trainer, weights, TRI_TRAINER_CHECKPOINT, error))
        return FALSE;
    }
  trainer->saved_step = trainer->step;
  trainer->saved_us = g_get_monotonic_time ();
  if (trainer->folder != NULL)
    tri_trainer_tell (trainer, TRI_TRAIN_SAVED, NULL, NULL, NULL, NULL);
  return TRUE;
}

gboolean
tri_trainer_save_weights (TriTrainer *trainer, GError **error)
{
  g_autoptr (TriWeights) weights = tri_weights_new ();
  g_autofree char *step = g_strdup_printf ("%" G_GUINT64_FORMAT, trainer->step);
  tri_weights_set_text (weights, "steps", step);
  return tri_learner_add_weights (trainer->learner, weights, error) && save_as (trainer, weights, TRI_TRAINER_WEIGHTS, error);
}

/* Removes what programs that were killed left in @folder of a checkpoint that they were writing. */
void
tri_trainer_tidy (const char *folder)
{
  g_autoptr (GFile) own = g_file_new_for_path (folder), pictures = g_file_get_child (own, TRI_TRAINER_PICTURES);
  tri_file_remove_leftovers (own);
  tri_file_remove_leftovers (pictures);
}

static gboolean
damaged (GError **error, const char *path)
{
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED, _("“%s” is no checkpoint of a training that can be continued."), path);
  return FALSE;
}

/* Row @i of the validations in a checkpoint, after @steps in all. */
TriTrainPoint
tri_trainer_read_point (const TriNamed *points, gsize i, guint64 steps)
{
  const float *row = points->values + 4 * i;
  return (TriTrainPoint) { (guint64) CLAMP (row[0], 0, (float) steps), i > 0 ? (double) row[1] : NAN, (double) row[2],
                           (double) row[3] };
}

static void
read_config (GKeyFile *file, TriTrainConfig *c)
{
  c->steps = g_key_file_get_uint64 (file, G_TRAIN, "steps", NULL);
  c->every = g_key_file_get_uint64 (file, G_TRAIN, "every", NULL);
  c->warm_up = g_key_file_get_uint64 (file, G_TRAIN, "warm-up", NULL);
  c->seed = g_key_file_get_uint64 (file, G_TRAIN, "seed", NULL);
  c->batch = (guint) MIN (g_key_file_get_uint64 (file, G_TRAIN, "batch", NULL), G_MAXUINT);
  c->crop = (guint) MIN (g_key_file_get_uint64 (file, G_TRAIN, "crop", NULL), G_MAXUINT);
  c->patience = (guint) MIN (g_key_file_get_uint64 (file, G_TRAIN, "patience", NULL), G_MAXUINT);
  c->rate = (float) g_key_file_get_double (file, G_TRAIN, "rate", NULL);
  c->end = (float) g_key_file_get_double (file, G_TRAIN, "end", NULL);
  c->decay = (float) g_key_file_get_double (file, G_TRAIN, "decay", NULL);
  c->clip = (float) g_key_file_get_double (file, G_TRAIN, "clip", NULL);
}

static TriDataset *
load_data (GKeyFile *file, const TriModel *model, TriProgress *progress, GError **error)
{
  g_autofree char *source = g_key_file_get_string (file, G_DATA, "source", NULL);
  TriDatasetSpec spec = { .channels = model->channels, .low = model->low, .high = model->high };
  spec.max_side = (guint) MIN (g_key_file_get_uint64 (file, G_DATA, "max-side", NULL), G_MAXUINT);
  spec.seed = g_key_file_get_uint64 (file, G_DATA, "seed", NULL);
  spec.augment = (TriAugment) (g_key_file_get_uint64 (file, G_DATA, "augment", NULL) & (TRI_AUGMENT_FLIP | TRI_AUGMENT_CROP));
  spec.validation = g_key_file_get_double (file, G_DATA, "validation", NULL);
  if (source != NULL && *source != '\0')
    return tri_dataset_load (source, &spec, progress, error);
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_INVALID,
                       _("The checkpoint doesn't say where its pictures are. Name them again."));
  return NULL;
}

static gboolean
check_data (GKeyFile *file, const TriDataset *dataset, GError **error)
{
  g_autofree char *wanted = g_key_file_get_string (file, G_DATA, "fingerprint", NULL);
  g_autofree char *found = tri_dataset_get_fingerprint (dataset);
  if (g_strcmp0 (wanted, found) == 0)
    return TRUE;
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                       _("The pictures aren't those that the training began with, so that it can't be continued as if it had "
                         "never stopped. Bring them back, or begin a new training with its weights."));
  return FALSE;
}

/* A model that learns from other losses than it did is another training, which would go on under the old curves' names.
 * @file: of older versions, which named no curves, has their number alone */
gboolean
tri_trainer_check_curves (const TriModel *model, const TriWeights *weights, GKeyFile *file, GError **error)
{
  const TriNamed *curves = tri_weights_find (weights, CURVES);
  g_auto (GStrv) found = g_key_file_get_string_list (file, G_TRAIN, "curves", NULL, NULL);
  g_autofree const char **wanted = list_curves (model);
  gboolean same_number = curves == NULL || curves->n_dims != 2 || curves->dims[1] == tri_model_count_curves (model);
  if (found != NULL ? g_strv_equal ((const char *const *) found, wanted) : same_number)
    return TRUE;
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                       _("Another version of this program began the training, with other losses. This version can't continue it: "
                         "begin a new training with its weights."));
  return FALSE;
}

/* @steps: that the optimisers have done */
static gboolean
read_curves (TriTrainer *trainer, const TriWeights *weights, guint64 steps)
{
  const TriNamed *curves = tri_weights_find (weights, CURVES), *points = tri_weights_find (weights, POINTS);
  if (curves == NULL || curves->n_dims != 2 || curves->dims[0] != steps || curves->dims[1] != trainer->n_curves
      || points == NULL || points->n_dims != 2 || points->dims[1] != 4)
    return FALSE;
  g_array_append_vals (trainer->values, curves->values, (guint) curves->size);
  for (gsize i = 0; i < points->dims[0]; i++)
    {
      TriTrainPoint point = tri_trainer_read_point (points, i, steps);
      if (i > 0 && point.step <= g_array_index (trainer->points, TriTrainPoint, i - 1).step)
        return FALSE;
      g_array_append_val (trainer->points, point);
    }
  trainer->step = trainer->saved_step = steps;
  trainer->named_overfitting = tri_train_find_overfitting ((const TriTrainPoint *) (gpointer) trainer->points->data,
                                                           trainer->points->len, NULL);
  return TRUE;
}

static TriTrainer *
restore (const char *folder, const char *path, const TriWeights *weights, GKeyFile *file, TriDataset *dataset, guint64 steps,
         TriProgress *progress, GError **error)
{
  const char *id = tri_weights_get_text (weights, "model");
  const TriModel *model = tri_model_find (id != NULL ? id : "", error);
  g_autoptr (TriDataset) data = dataset;
  g_autoptr (TriParams) params = NULL;
  TriTrainConfig config = { 0 };
  if (model == NULL)
    return NULL;
  read_config (file, &config);
  config.steps = steps > 0 ? steps : config.steps;
  if (!tri_trainer_check_curves (model, weights, file, error) || !tri_train_config_check (&config, model, error)
      || !tri_model_check_file (model, weights, &params, error))
    return NULL;
  if (data == NULL && (data = load_data (file, model, progress, error)) == NULL)
    return NULL;
  if (!check_data (file, data, error))
    return NULL;
  g_autoptr (TriTrainer) trainer = tri_trainer_new_empty (model, g_steal_pointer (&data), &config, folder);
  trainer->learner = tri_learner_new (model, params, config.seed, error);
  if (trainer->learner == NULL || !tri_learner_read_state (trainer->learner, weights, error))
    return NULL;
  if (!read_curves (trainer, weights, tri_learner_get_step (trainer->learner)))
    return damaged (error, path), NULL;
  trainer->patient_since = g_key_file_get_uint64 (file, G_TRAIN, "patient-since", NULL);
  trainer->prepared = trainer->step > 0 || !g_key_file_has_key (file, G_TRAIN, "prepared", NULL)
                      || g_key_file_get_boolean (file, G_TRAIN, "prepared", NULL);
  trainer->source = g_key_file_get_string (file, G_DATA, "source", NULL);
  trainer->worked_us = (gint64) (CLAMP (g_key_file_get_double (file, G_TRAIN, "seconds", NULL), 0, 1e9) * G_USEC_PER_SEC);
  tri_trainer_set_rates (trainer);
  return g_steal_pointer (&trainer);
}

/**
 * tri_trainer_resume:
 * @folder: of a training that was stopped, or whose program was killed
 * @dataset: (transfer full) (nullable): the same pictures; NULL: they are loaded again from where they were
 * @steps: in all; 0 for as many as were asked for. With others the learning rate takes another course
 *
 * Returns: (transfer full) (nullable): the training, to go on as if it had never been interrupted: the same weights come
 *   out, bit for bit, on a machine with the same instruction set
 */
TriTrainer *
tri_trainer_resume (const char *folder, TriDataset *dataset, guint64 steps, TriProgress *progress, GError **error)
{
  g_autoptr (TriDataset) data = dataset;
  g_autofree char *path = g_build_filename (folder, TRI_TRAINER_CHECKPOINT, NULL);
  g_autoptr (TriWeights) weights = tri_weights_load (path, error);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  const char *text = weights != NULL ? tri_weights_get_text (weights, SETTINGS) : NULL;
  if (weights == NULL)
    return NULL;
  if (text == NULL || !g_key_file_load_from_data (file, text, strlen (text), G_KEY_FILE_NONE, NULL))
    return damaged (error, path), NULL;
  return restore (folder, path, weights, file, g_steal_pointer (&data), steps, progress, error);
}
