/* Validation: how good the network is on pictures that it wasn't trained on, and a picture to see it by.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "tri-error.h"
#include "tri-loss.h"
#include "tri-picture.h"
#include "tri-trainer-private.h"

/* Crops that are validated, and how many at once: all pictures, or more crops of fewer pictures. */
#define MAX_CROPS 64
#define CROPS_AT_ONCE 8
#define MAX_RENDERED 512
/* Small pictures are shown several together. */
#define SHEET_CELL 64
#define SHEET_SIDE 4
/* Better by less than this share isn't better. */
#define PROGRESS 0.001
/* See tri_train_find_overfitting(). */
#define PARTING 1.05
#define PARTED_FOR 3
/* A loss so many times that before the first step, with pictures worse than any flat one, means that training diverged. */
#define DIVERGED 10
#define DIVERGED_PSNR 8 /* dB */

static guint64
interval (TriTrainer *trainer)
{
  return trainer->config.every > 0 ? trainer->config.every : CLAMP (trainer->config.steps / 40, 1, 250);
}

/* At the beginning, at each interval and at the end, once. */
gboolean
tri_trainer_is_due (TriTrainer *trainer)
{
  guint n = trainer->points->len;
  if (n > 0 && g_array_index (trainer->points, TriTrainPoint, n - 1).step == trainer->step)
    return FALSE;
  return trainer->step % interval (trainer) == 0 || trainer->step == trainer->config.steps;
}

static guint
count_crops (TriTrainer *trainer)
{
  guint n = MIN (tri_dataset_get_n (trainer->dataset, TRI_DATASET_VALIDATE), MAX_CROPS);
  gboolean larger = FALSE;
  for (guint i = 0; i < n && !larger; i++)
    {
      const TriImage *picture = tri_dataset_get_picture (trainer->dataset, TRI_DATASET_VALIDATE, i);
      larger = picture->width > trainer->config.crop || picture->height > trainer->config.crop;
    }
  return larger ? MAX_CROPS : n;
}

static guint
to_byte (float value, float low, float high)
{
  return (guint) (CLAMP ((value - low) / (high - low), 0, 1) * 255 + 0.5f);
}

/* Of bytes, for those are what the receiver sees. */
static guint64
square_error (const TriModel *model, const TriTensor *a, const TriTensor *b)
{
  guint64 sum = 0;
  for (gsize i = 0; i < tri_tensor_size (a); i++)
    {
      int d = (int) to_byte (a->data[i], model->low, model->high) - (int) to_byte (b->data[i], model->low, model->high);
      sum += (guint64) (d * d);
    }
  return sum;
}

static gboolean
allocate (TriTrainer *trainer, guint at_once, GError **error)
{
  TriShape shape = { at_once, trainer->config.crop, trainer->config.crop, trainer->model->channels };
  if (trainer->validation_out != NULL)
    return TRUE;
  g_clear_pointer (&trainer->validation_batch, tri_tensor_free);
  trainer->validation_batch = tri_tensor_new (shape, error);
  trainer->validation_out = trainer->validation_batch != NULL ? tri_tensor_new (shape, error) : NULL;
  return trainer->validation_out != NULL;
}

static gboolean
measure (TriTrainer *trainer, TriTrainPoint *point, TriProgress *progress, GError **error)
{
  guint n = count_crops (trainer), at_once = MIN (n, CROPS_AT_ONCE), n_done = 0;
  guint64 squares = 0;
  double sum = 0;
  if (!allocate (trainer, at_once, error))
    return FALSE;
  for (; n_done + at_once <= n; n_done += at_once)
    {
      double loss;
      tri_dataset_fill_validation (trainer->dataset, n_done, trainer->validation_batch);
      if (!tri_progress_check (progress, 0, error)
          || !trainer->model->validate (trainer->learner, trainer->validation_batch, trainer->validation_out, &loss, progress, error))
        return FALSE;
      sum += loss * at_once;
      squares += square_error (trainer->model, trainer->validation_batch, trainer->validation_out);
    }
  double n_values = (double) tri_tensor_size (trainer->validation_out) / at_once * n_done;
  point->loss = (double) (float) (sum / n_done); /* as checkpoints keep it */
  point->psnr = tri_psnr_of_mse ((double) squares / n_values, 255);
  return TRUE;
}

/* Mean of the first curve since the validation before. */
static double
training_loss (TriTrainer *trainer)
{
  guint n = trainer->points->len;
  guint64 from = n > 0 ? g_array_index (trainer->points, TriTrainPoint, n - 1).step : 0;
  double sum = 0;
  for (guint64 step = from; step < trainer->step; step++)
    sum += g_array_index (trainer->values, float, step * trainer->n_curves);
  return trainer->step > from ? (double) (float) (sum / (double) (trainer->step - from)) : NAN;
}

/* Returns: (transfer full): what validations show: the first validation picture; of small ones several, in rows. Safe from
 * any thread */
TriImage *
tri_trainer_make_sample (TriTrainer *trainer, GError **error)
{
  const TriImage *first = tri_dataset_get_picture (trainer->dataset, TRI_DATASET_VALIDATE, 0);
  guint n = tri_dataset_get_n (trainer->dataset, TRI_DATASET_VALIDATE), w = first->width, h = first->height;
  if (MAX (w, h) > SHEET_CELL || n == 1)
    return MAX (w, h) > MAX_RENDERED ? tri_image_scale_down (first, MAX_RENDERED, error) : (TriImage *) tri_image_ref (first);
  TriImage *sheet = tri_image_new (w * SHEET_SIDE, h * SHEET_SIDE, first->channels, error);
  for (guint cell = 0; sheet != NULL && cell < SHEET_SIDE * SHEET_SIDE; cell++)
    {
      const TriImage *picture = tri_dataset_get_picture (trainer->dataset, TRI_DATASET_VALIDATE, cell % n);
      for (guint y = 0; y < MIN (h, picture->height); y++)
        memcpy (sheet->pixels + (cell / SHEET_SIDE * h + y) * tri_image_stride (sheet) + (gsize) (cell % SHEET_SIDE) * w * sheet->channels,
                picture->pixels + y * tri_image_stride (picture), (gsize) MIN (w, picture->width) * sheet->channels);
    }
  return sheet;
}

static char *
picture_path (TriTrainer *trainer, guint64 step, const char *what)
{
  g_autofree char *name = g_strdup_printf ("%08" G_GUINT64_FORMAT "-%s.png", step, what);
  return g_build_filename (trainer->folder, TRI_TRAINER_PICTURES, name, NULL);
}

static gboolean
save_picture (TriTrainer *trainer, const TriImage *picture, const char *what, GError **error)
{
  g_autofree char *path = picture_path (trainer, trainer->step, what), *parent = g_path_get_dirname (path);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_mkdir_with_parents (parent, 0777); /* writing says why when it failed */
  return tri_picture_save_png (picture, file, TRUE, NULL, error);
}

/* @visible, @restored: (out) (transfer full): what was kept of the validation at @step. The trainer must have a folder */
gboolean
tri_trainer_load_picture (TriTrainer *trainer, guint64 step, TriImage **visible, TriImage **restored, GError **error)
{
  g_return_val_if_fail (trainer->folder != NULL, FALSE);
  g_autofree char *visible_path = picture_path (trainer, step, "visible"), *restored_path = picture_path (trainer, step, "restored");
  g_autoptr (GFile) visible_file = g_file_new_for_path (visible_path), restored_file = g_file_new_for_path (restored_path);
  g_autoptr (TriImage) first = tri_picture_load (visible_file, NULL, error);
  *restored = first != NULL ? tri_picture_load (restored_file, NULL, error) : NULL;
  if (*restored == NULL)
    return FALSE;
  *visible = g_steal_pointer (&first);
  return TRUE;
}

/* Returns: which of @points was the best; 0 where there is none */
guint
tri_train_find_best (const TriTrainPoint *points, guint n_points)
{
  guint best = 0;
  for (guint i = 1; i < n_points; i++)
    if (points[i].loss < points[best].loss)
      best = i;
  return best;
}

/**
 * tri_train_find_overfitting:
 * @since: (out) (optional): step of the best validation
 *
 * The rule: validation was best at some point; at the last three and more points since then its loss was above that by a
 * twentieth each time, while the training loss is lower than it was at the best. Then what is learned on the training
 * pictures no longer holds for others.
 */
gboolean
tri_train_find_overfitting (const TriTrainPoint *points, guint n_points, guint64 *since)
{
  guint best = tri_train_find_best (points, n_points);
  if (n_points < best + 1 + PARTED_FOR || !(points[n_points - 1].train < points[best].train))
    return FALSE;
  for (guint i = n_points - PARTED_FOR; i < n_points; i++)
    if (!(points[i].loss > PARTING * points[best].loss))
      return FALSE;
  if (since != NULL)
    *since = points[best].step;
  return TRUE;
}

/**
 * tri_train_has_lost_patience:
 * @patience: 0: it is endless
 * @since: step from which on validations count
 *
 * Returns: whether @patience validations in a row, after @since, weren't better than the best before them
 */
gboolean
tri_train_has_lost_patience (const TriTrainPoint *points, guint n_points, guint64 patience, guint64 since)
{
  guint best = 0, n_without = 0;
  for (guint i = 1; i < n_points; i++)
    if (points[i].loss < points[best].loss * (1 - PROGRESS))
      best = i;
  for (guint i = best + 1; i < n_points; i++)
    n_without += points[i].step > since;
  return patience > 0 && n_without >= patience;
}

gboolean
tri_trainer_has_lost_patience (TriTrainer *trainer)
{
  g_mutex_lock (&trainer->lock);
  gboolean lost = tri_train_has_lost_patience ((const TriTrainPoint *) (gpointer) trainer->points->data, trainer->points->len,
                                               trainer->config.patience, trainer->patient_since);
  g_mutex_unlock (&trainer->lock);
  return lost;
}

/* After steps were left over because validation got no better. */
gboolean
tri_trainer_has_ended_early (TriTrainer *trainer)
{
  return tri_trainer_get_step (trainer) < trainer->config.steps && tri_trainer_has_lost_patience (trainer);
}

/* Validations until now no longer count against it: it can go on. Between two runs. */
void
tri_trainer_renew_patience (TriTrainer *trainer)
{
  trainer->patient_since = tri_trainer_get_step (trainer);
}

/* Returns: (transfer full) (nullable): in words, whether the curves have parted. Safe from any thread */
char *
tri_trainer_describe_overfitting (TriTrainer *trainer)
{
  guint64 since;
  g_autoptr (GArray) points = tri_trainer_get_points (trainer);
  if (!tri_dataset_is_split (trainer->dataset)
      || !tri_train_find_overfitting ((const TriTrainPoint *) (gpointer) points->data, points->len, &since))
    return NULL;
  g_autofree char *step = g_strdup_printf ("%" G_GUINT64_FORMAT, since);
  return g_strdup_printf (_("Overfitting: since step %s the network gets better on the training pictures and worse on "
                            "others. Its weights of that step are kept. More pictures, or a smaller network, help."), step);
}

static void
tell_overfitting (TriTrainer *trainer)
{
  g_autofree char *message = trainer->named_overfitting ? NULL : tri_trainer_describe_overfitting (trainer);
  if (message == NULL)
    return;
  trainer->named_overfitting = TRUE;
  tri_trainer_tell (trainer, TRI_TRAIN_OVERFITTING, message, NULL, NULL, NULL);
}

static gboolean
is_best (const GArray *points)
{
  double last = g_array_index (points, TriTrainPoint, points->len - 1).loss;
  for (guint i = 0; i + 1 < points->len; i++)
    if (g_array_index (points, TriTrainPoint, i).loss <= last)
      return FALSE;
  return TRUE;
}

/* A loss can leave every bound and stay a number: then pictures come back unrecognisable, and training won't mend it. */
static gboolean
check_divergence (TriTrainer *trainer, const TriTrainPoint *last, GError **error)
{
  const TriTrainPoint *points = (const TriTrainPoint *) (gpointer) trainer->points->data;
  guint n = trainer->points->len, best = n > 0 ? tri_train_find_best (points, n) : 0;
  if (n == 0 || last->loss <= DIVERGED * points[0].loss || last->psnr >= DIVERGED_PSNR)
    return TRUE;
  g_autofree char *step = g_strdup_printf ("%" G_GUINT64_FORMAT, points[best].step);
  g_set_error (error, TRI_ERROR, TRI_ERROR_FAILED,
               _("The training diverged: validation is at %.3g and was at %.3g before the first step. Lower the learning rate; the "
                 "weights of step %s, the best, are kept."), last->loss, points[0].loss, step);
  return FALSE;
}

/* Measures, keeps the pictures and the best weights, and tells. Changes nothing that training depends on. */
gboolean
tri_trainer_validate (TriTrainer *trainer, TriProgress *progress, GError **error)
{
  TriTrainPoint point = { .step = trainer->step, .train = training_loss (trainer) };
  g_autoptr (TriImage) original = tri_trainer_make_sample (trainer, error);
  g_autoptr (TriImage) visible = NULL, restored = NULL;
  if (original == NULL || !measure (trainer, &point, progress, error) || !check_divergence (trainer, &point, error)
      || !trainer->model->render (trainer->learner, original, &visible, &restored, progress, error))
    return FALSE;
  if (trainer->folder != NULL
      && (!save_picture (trainer, visible, "visible", error) || !save_picture (trainer, restored, "restored", error)))
    return FALSE;
  g_mutex_lock (&trainer->lock);
  g_array_append_val (trainer->points, point);
  g_mutex_unlock (&trainer->lock);
  if (is_best (trainer->points) && trainer->folder != NULL && !tri_trainer_save_weights (trainer, error))
    return FALSE;
  tri_trainer_tell (trainer, TRI_TRAIN_VALIDATED, NULL, original, visible, restored);
  tell_overfitting (trainer);
  if (tri_trainer_has_lost_patience (trainer) && trainer->step < trainer->config.steps)
    tri_trainer_tell (trainer, TRI_TRAIN_ENDED_EARLY, _("The training ends early: validation got no better."), NULL, NULL, NULL);
  return TRUE;
}
