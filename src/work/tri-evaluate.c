/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-evaluate-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-error.h"

static void
case_free (gpointer data)
{
  TriEvaluatedCase *one = data;
  tri_params_free (one->params);
  g_free (one->values);
  g_free (one->damaged);
  g_free (one->damaged_mean);
  g_free (one);
}

void
tri_evaluation_free (TriEvaluation *evaluation)
{
  if (evaluation == NULL)
    return;
  g_ptr_array_unref (evaluation->cases);
  g_ptr_array_unref (evaluation->names);
  g_ptr_array_unref (evaluation->damages);
  g_free (evaluation->bare);
  g_free (evaluation);
}

/* @text: (transfer full) */
static void
tell (const TriEvaluateSpec *spec, char *given)
{
  g_autofree char *text = given;
  if (spec->note != NULL)
    spec->note (text, spec->note_data);
}

static TriEve *
train_eve (const TriEvaluateSpec *spec, TriEvaluatedCase *one, TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) training = tri_progress_sub (progress, 0, 0.95), judging = tri_progress_sub (progress, 0.95, 1);
  g_autofree char *name = tri_evaluated_case_name (one);
  tell (spec, g_strdup_printf (_("Training attackers on %s"), name));
  g_autoptr (TriEve) eve = tri_eve_train (one->cipher, one->params, spec->eve_pictures, spec->eve, training, error);
  if (eve == NULL || !tri_eve_judge (eve, spec->pictures, judging, error))
    return NULL;
  one->eve = *tri_eve_get_result (eve);
  return g_steal_pointer (&eve);
}

static gboolean
evaluate_case (const TriEvaluateSpec *spec, const TriEvaluation *evaluation, TriEvaluatedCase *one, TriProgress *progress, GError **error)
{
  guint n = spec->pictures->len;
  double from = spec->eve != NULL ? 0.9 : 0;
  g_autoptr (TriProgress) training = tri_progress_sub (progress, 0, from);
  g_autoptr (TriEve) eve = spec->eve != NULL ? train_eve (spec, one, training, error) : NULL;
  if (spec->eve != NULL && eve == NULL)
    return FALSE;
  g_autofree char *name = tri_evaluated_case_name (one);
  tell (spec, g_strdup_printf (_("Measuring %s"), name));
  for (guint i = 0; i < n; i++)
    {
      TriEvaluateWork work = { .spec = spec, .evaluation = evaluation, .one = one, .index = i,
                               .picture = spec->pictures->pdata[i], .values = one->values[i] };
      g_autoptr (TriProgress) part = tri_progress_sub (progress, from + (1 - from) * i / n, from + (1 - from) * (i + 1) / n);
      for (guint v = 0; v < TRI_N_EVALUATED; v++)
        work.values[v] = NAN;
      if (tri_evaluate_picture (&work, eve, part, error))
        continue;
      if (error != NULL && !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_prefix_error (error, _("%s, picture “%s”: "), name, (const char *) spec->names->pdata[i]);
      return FALSE;
    }
  return TRUE;
}

/* The mean of those of @n values, @step apart, that are defined; NaN for none. @most: what an infinite one counts as, unless all
 * are */
static double
mean_of (const double *values, guint n, gsize step, double most)
{
  guint n_defined = 0, n_infinite = 0;
  double sum = 0;
  for (guint i = 0; i < n; i++)
    if (!isnan (values[i * step]))
      {
        gboolean infinite = isinf (values[i * step]) != 0;
        sum += infinite ? most : values[i * step];
        n_infinite += infinite;
        n_defined++;
      }
  if (n_defined == 0)
    return NAN;
  return n_infinite == n_defined ? INFINITY : sum / n_defined;
}

static void
take_means (TriEvaluatedCase *one, guint n_pictures, guint n_damages)
{
  for (guint v = 0; v < TRI_N_EVALUATED; v++)
    one->mean[v] = mean_of (&one->values[0][v], n_pictures, TRI_N_EVALUATED, INFINITY);
  for (guint d = 0; d < n_damages; d++)
    for (guint v = 0; v < TRI_N_DAMAGED; v++)
      one->damaged_mean[d][v] = mean_of (&one->damaged[d][v], n_pictures, (gsize) n_damages * TRI_N_DAMAGED, TRI_DAMAGED_MOST);
}

static TriEvaluation *
new_evaluation (const TriEvaluateSpec *spec)
{
  TriEvaluation *evaluation = g_new0 (TriEvaluation, 1);
  evaluation->cases = g_ptr_array_new_with_free_func (case_free);
  evaluation->names = g_ptr_array_ref (spec->names);
  evaluation->damages = g_ptr_array_ref (spec->damages);
  evaluation->bare = g_malloc0_n (spec->pictures->len * spec->damages->len, sizeof *evaluation->bare);
  evaluation->seed = spec->seed;
  evaluation->linear_pictures = spec->linear != NULL ? tri_klt_get_n_pictures (spec->linear) : 0;
  return evaluation;
}

/* Returns: (transfer full): NULL with TRI_ERROR_INVALID for bad assignments, or what kept a cipher from a picture */
TriEvaluation *
tri_evaluate (const TriEvaluateSpec *spec, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (spec->ciphers->len > 0 && spec->pictures->len > 0 && spec->pictures->len == spec->names->len, NULL);
  g_autoptr (TriEvaluation) evaluation = new_evaluation (spec);
  double from = spec->damages->len > 0 ? 0.1 : 0;
  g_autoptr (TriProgress) filtering = tri_progress_sub (progress, 0, from);
  if (!tri_evaluate_make_cases (spec, evaluation, error))
    return NULL;
  if (spec->damages->len > 0)
    tell (spec, g_strdup (_("Filtering damaged pictures")));
  if (!tri_evaluate_bare (spec, evaluation, filtering, error))
    return NULL;
  for (guint i = 0; i < evaluation->cases->len; i++)
    {
      TriEvaluatedCase *one = evaluation->cases->pdata[i];
      double share = (1 - from) / evaluation->cases->len;
      g_autoptr (TriProgress) part = tri_progress_sub (progress, from + share * i, from + share * (i + 1));
      if (!evaluate_case (spec, evaluation, one, part, error))
        return NULL;
      take_means (one, spec->pictures->len, spec->damages->len);
    }
  return g_steal_pointer (&evaluation);
}
