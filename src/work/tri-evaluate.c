/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-evaluate.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <sodium.h>
#include <string.h>

#include "tri-error.h"

#define N_NOISE 8     /* pictures that the leak of noise is the mean of */
#define N_EVE_NOISE 4 /* and that of what Eve makes of noise */

/* One cipher with one picture */
typedef struct {
  const TriEvaluateSpec *spec;
  const TriEvaluatedCase *one;
  guint index;
  const TriImage *picture;
  TriReport *report;
  double *values;
} Work;

static void
case_free (gpointer data)
{
  TriEvaluatedCase *one = data;
  tri_params_free (one->params);
  g_free (one->values);
  g_free (one);
}

void
tri_evaluation_free (TriEvaluation *evaluation)
{
  if (evaluation == NULL)
    return;
  g_ptr_array_unref (evaluation->cases);
  g_ptr_array_unref (evaluation->names);
  g_free (evaluation);
}

/* @out: bytes that are a function of the seed, of @what and of the picture's number */
static void
draw (const TriEvaluateSpec *spec, const char *what, guint number, guint8 *out, gsize size)
{
  guint8 seed[randombytes_SEEDBYTES];
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT " %s %u", spec->seed, what, number);
  crypto_generichash (seed, sizeof seed, (const guint8 *) text, strlen (text), NULL, 0);
  randombytes_buf_deterministic (out, size, seed);
}

static TriKey *
make_key (const TriEvaluateSpec *spec, GError **error)
{
  guint8 bytes[TRI_KEY_SIZE];
  draw (spec, "key", 0, bytes, sizeof bytes);
  return tri_key_new_file (bytes, sizeof bytes, error);
}

/* The mean leak of noise of a geometry, brought to the picture's as the encrypted picture is. */
static gboolean
measure_noise (const Work *work, guint width, guint height, guint channels, double *leak, TriProgress *progress, GError **error)
{
  *leak = 0;
  for (guint i = 0; i < N_NOISE; i++)
    {
      double one;
      g_autoptr (TriImage) noise = tri_image_new (width, height, channels, error);
      if (noise == NULL || !tri_progress_check (progress, (double) i / N_NOISE, error))
        return FALSE;
      draw (work->spec, "noise", work->index * N_NOISE + i, noise->pixels, tri_image_n_bytes (noise));
      g_autoptr (TriImage) matched = tri_image_match (noise, work->picture->width, work->picture->height,
                                                      work->picture->channels, error);
      if (matched == NULL || !tri_metric_leak (work->picture, matched, &one, NULL, error))
        return FALSE;
      *leak += one / N_NOISE;
    }
  return TRUE;
}

static gboolean
measure_leaks (const Work *work, TriProgress *progress, GError **error)
{
  const TriImage *visible = work->report->sealed->visible, *wrong = work->report->wrong_key;
  double *values = work->values;
  if (!measure_noise (work, visible->width, visible->height, visible->channels, &values[TRI_EVALUATED_LEAK_NOISE], progress, error))
    return FALSE;
  if (wrong == NULL)
    return TRUE;
  if (!tri_metric_leak (work->picture, wrong, &values[TRI_EVALUATED_WRONG_LEAK], progress, error))
    return FALSE;
  return measure_noise (work, wrong->width, wrong->height, wrong->channels, &values[TRI_EVALUATED_WRONG_NOISE], progress, error);
}

/* Whether NPCR and UACI are where those of noise are */
static double
is_inside (const Work *work)
{
  const TriImage *visible = work->report->sealed->visible;
  guint channels = tri_metric_counted_channels (visible);
  double npcr = work->values[TRI_EVALUATED_NPCR], uaci = work->values[TRI_EVALUATED_UACI];
  TriExpectation n = tri_metric_expect (TRI_METRIC_NPCR, visible->width, visible->height, channels, TRI_EVALUATE_ALPHA);
  TriExpectation u = tri_metric_expect (TRI_METRIC_UACI, visible->width, visible->height, channels, TRI_EVALUATE_ALPHA);
  if (isnan (npcr) || isnan (uaci))
    return NAN;
  return npcr >= n.low && uaci >= u.low && uaci <= u.high;
}

static void
take_report (const Work *work)
{
  const TriReport *report = work->report;
  double *values = work->values;
  values[TRI_EVALUATED_PSNR] = report->restored.psnr;
  values[TRI_EVALUATED_SSIM] = report->restored.ssim;
  values[TRI_EVALUATED_ENTROPY] = report->values[TRI_METRIC_ENTROPY];
  values[TRI_EVALUATED_LEAK] = report->values[TRI_METRIC_LEAK];
  values[TRI_EVALUATED_WRONG_SSIM] = report->values[TRI_METRIC_KEY_BIT_SSIM];
  values[TRI_EVALUATED_NPCR] = report->values[TRI_METRIC_NPCR];
  values[TRI_EVALUATED_UACI] = report->values[TRI_METRIC_UACI];
  values[TRI_EVALUATED_INSIDE] = is_inside (work);
  values[TRI_EVALUATED_ENCRYPT_S] = report->encrypt_s;
  values[TRI_EVALUATED_DECRYPT_S] = report->decrypt_s;
  values[TRI_EVALUATED_BYTES] = (double) report->bytes_sealed / (double) report->bytes_original;
}

/* A cipher whose encrypted pictures have fewer values than a colour picture compresses: the linear code gets as many bytes. */
static gboolean
measure_linear (const Work *work, TriProgress *progress, GError **error)
{
  const TriImage *picture = work->picture;
  gsize n_blocks = ((gsize) picture->width + TRI_KLT_SIDE - 1) / TRI_KLT_SIDE * ((picture->height + TRI_KLT_SIDE - 1) / TRI_KLT_SIDE);
  gsize n_bytes = tri_image_n_bytes (work->report->sealed->visible) / n_blocks;
  if (work->spec->linear == NULL || tri_image_n_colours (work->report->sealed->visible) != 3 || n_bytes == 0
      || n_bytes > TRI_KLT_SIZE / 2)
    return TRUE;
  g_autoptr (TriImage) coded = tri_klt_code (work->spec->linear, picture, (guint) n_bytes, progress, error);
  TriPair pair;
  if (coded == NULL || !tri_metric_pair (picture, coded, &pair, progress, error))
    return FALSE;
  work->values[TRI_EVALUATED_LINEAR_PSNR] = pair.psnr;
  work->values[TRI_EVALUATED_LINEAR_SSIM] = pair.ssim;
  return TRUE;
}

/* PSNR of a flat picture in the mean colour; NaN for one that is flat itself */
static double
flat_psnr (const TriImage *picture)
{
  double mse = tri_metric_flat_mse (picture);
  return mse > 0 ? tri_metric_psnr (mse) : NAN;
}

/* Returns: (transfer full): what Eve makes of @visible, in the picture's geometry */
static TriImage *
ask_eve (const Work *work, TriEve *eve, const TriImage *visible, TriProgress *progress, GError **error)
{
  const TriImage *picture = work->picture;
  g_autoptr (TriImage) restored = tri_eve_restore (eve, visible, picture->width, picture->height, progress, error);
  return restored != NULL ? tri_image_match (restored, picture->width, picture->height, picture->channels, error) : NULL;
}

/* She has a picture in mind even when there is nothing to be seen, and it may resemble the original somewhat: what she makes of
 * noise tells how much that is. */
static gboolean
measure_eve_on_noise (const Work *work, TriEve *eve, TriProgress *progress, GError **error)
{
  const TriImage *visible = work->report->sealed->visible;
  double sum = 0;
  for (guint i = 0; i < N_EVE_NOISE; i++)
    {
      double one;
      g_autoptr (TriImage) noise = tri_image_new (visible->width, visible->height, visible->channels, error);
      if (noise == NULL)
        return FALSE;
      draw (work->spec, "noise for Eve", work->index * N_EVE_NOISE + i, noise->pixels, tri_image_n_bytes (noise));
      g_autoptr (TriImage) made = ask_eve (work, eve, noise, progress, error);
      if (made == NULL || !tri_metric_leak (work->picture, made, &one, progress, error))
        return FALSE;
      sum += one;
    }
  work->values[TRI_EVALUATED_EVE_NOISE] = sum / N_EVE_NOISE;
  return TRUE;
}

static gboolean
measure_eve (const Work *work, TriEve *eve, TriProgress *progress, GError **error)
{
  g_autoptr (TriImage) made = ask_eve (work, eve, work->report->sealed->visible, progress, error);
  TriPair pair;
  if (made == NULL || !tri_metric_pair (work->picture, made, &pair, progress, error)
      || !tri_metric_leak (work->picture, made, &work->values[TRI_EVALUATED_EVE_LEAK], progress, error))
    return FALSE;
  work->values[TRI_EVALUATED_EVE_PSNR] = pair.psnr;
  work->values[TRI_EVALUATED_EVE_SSIM] = pair.ssim;
  work->values[TRI_EVALUATED_EVE_FLAT] = flat_psnr (work->picture);
  return measure_eve_on_noise (work, eve, progress, error);
}

/* The nonce is fixed, so that the second encryption, of a picture one pixel apart, differs by that alone. */
static TriReport *
run (const Work *work, TriProgress *progress, GError **error)
{
  g_autoptr (TriRunSpec) run = tri_run_spec_new (work->one->cipher);
  run->picture = tri_image_ref (work->picture);
  run->key = make_key (work->spec, error);
  run->flags = TRI_RUN_SECURITY;
  run->has_salt = run->has_nonce = TRUE;
  draw (work->spec, "salt", work->index, run->salt, sizeof run->salt);
  draw (work->spec, "nonce", work->index, run->nonce, sizeof run->nonce);
  tri_params_free (run->params);
  run->params = tri_params_copy (work->one->params);
  return run->key != NULL ? tri_run (run, progress, error) : NULL;
}

static gboolean
evaluate_picture (Work *work, TriEve *eve, TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) running = tri_progress_sub (progress, 0, 0.7), measuring = tri_progress_sub (progress, 0.7, 1);
  g_autoptr (TriReport) report = work->report = run (work, running, error);
  if (report == NULL)
    return FALSE;
  if (report->refusal != NULL)
    {
      g_propagate_error (error, g_error_copy (report->refusal));
      return FALSE;
    }
  take_report (work);
  return measure_leaks (work, measuring, error) && measure_linear (work, measuring, error)
         && (eve == NULL || measure_eve (work, eve, measuring, error));
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
evaluate_case (const TriEvaluateSpec *spec, TriEvaluatedCase *one, TriProgress *progress, GError **error)
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
      Work work = { .spec = spec, .one = one, .index = i, .picture = spec->pictures->pdata[i], .values = one->values[i] };
      g_autoptr (TriProgress) part = tri_progress_sub (progress, from + (1 - from) * i / n, from + (1 - from) * (i + 1) / n);
      for (guint v = 0; v < TRI_N_EVALUATED; v++)
        work.values[v] = NAN;
      if (evaluate_picture (&work, eve, part, error))
        continue;
      if (error != NULL && !g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        g_prefix_error (error, _("%s, picture “%s”: "), name, (const char *) spec->names->pdata[i]);
      return FALSE;
    }
  return TRUE;
}

static void
take_means (TriEvaluatedCase *one, guint n_pictures)
{
  for (guint v = 0; v < TRI_N_EVALUATED; v++)
    {
      guint n = 0;
      double sum = 0;
      for (guint i = 0; i < n_pictures; i++)
        if (!isnan (one->values[i][v]))
          {
            sum += one->values[i][v];
            n++;
          }
      one->mean[v] = n > 0 ? sum / n : NAN;
    }
}

/* Sets those of the assignments that the cipher has; marks them in @used. Returns: FALSE with an error */
static gboolean
assign (const TriEvaluateSpec *spec, TriParams *params, gboolean *used, GError **error)
{
  for (guint i = 0; spec->assignments != NULL && spec->assignments[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (spec->assignments[i], "=", 2);
      if (parts[0] == NULL || tri_params_find_spec (params, parts[0]) == NULL)
        continue;
      used[i] = TRUE;
      if (!tri_params_parse (params, spec->assignments[i], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_assigned (const TriEvaluateSpec *spec, const char *id)
{
  g_autofree char *start = g_strconcat (id, "=", NULL);
  for (guint i = 0; spec->assignments != NULL && spec->assignments[i] != NULL; i++)
    if (g_str_has_prefix (spec->assignments[i], start))
      return TRUE;
  return FALSE;
}

/* Returns: (nullable): the parameter of which each choice is a case */
static const TriParamSpec *
find_choice (const TriEvaluateSpec *spec, const TriCipher *cipher)
{
  for (const TriParamSpec *param = cipher->params; param != NULL && param->id != NULL; param++)
    if ((param->flags & TRI_PARAM_CHOOSES_WEIGHTS) != 0 && !is_assigned (spec, param->id))
      return param;
  return NULL;
}

/* @choice: (nullable): set to @value */
static gboolean
add_case (const TriEvaluateSpec *spec, const TriCipher *cipher, const TriParamSpec *choice, guint value, TriEvaluation *evaluation,
          gboolean *used, GError **error)
{
  TriEvaluatedCase *one = g_new0 (TriEvaluatedCase, 1);
  one->cipher = cipher;
  one->params = tri_params_new (cipher->params);
  one->values = g_malloc0_n (spec->pictures->len, sizeof *one->values);
  one->eve.accuracy = NAN;
  g_ptr_array_add (evaluation->cases, one);
  return assign (spec, one->params, used, error) && (choice == NULL || tri_params_set (one->params, choice->id, value, error));
}

static gboolean
add_cases (const TriEvaluateSpec *spec, const TriCipher *cipher, TriEvaluation *evaluation, gboolean *used, GError **error)
{
  const TriParamSpec *choice = find_choice (spec, cipher);
  if (choice == NULL)
    return add_case (spec, cipher, NULL, 0, evaluation, used, error);
  for (guint i = 0; choice->choices[i].id != NULL; i++)
    if (strcmp (choice->choices[i].id, "auto") != 0 && !add_case (spec, cipher, choice, i, evaluation, used, error))
      return FALSE;
  return TRUE;
}

static gboolean
make_cases (const TriEvaluateSpec *spec, TriEvaluation *evaluation, GError **error)
{
  guint n = spec->assignments != NULL ? g_strv_length (spec->assignments) : 0;
  g_autofree gboolean *used = g_new0 (gboolean, n + 1);
  for (guint i = 0; i < spec->ciphers->len; i++)
    if (!add_cases (spec, spec->ciphers->pdata[i], evaluation, used, error))
      return FALSE;
  for (guint i = 0; i < n; i++)
    if (!used[i])
      {
        g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("None of these ciphers has a parameter as in “%s”."), spec->assignments[i]);
        return FALSE;
      }
  return TRUE;
}

/* Returns: (transfer full): NULL with TRI_ERROR_INVALID for bad assignments, or what kept a cipher from a picture */
TriEvaluation *
tri_evaluate (const TriEvaluateSpec *spec, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (spec->ciphers->len > 0 && spec->pictures->len > 0 && spec->pictures->len == spec->names->len, NULL);
  g_autoptr (TriEvaluation) evaluation = g_new0 (TriEvaluation, 1);
  evaluation->cases = g_ptr_array_new_with_free_func (case_free);
  evaluation->names = g_ptr_array_ref (spec->names);
  evaluation->seed = spec->seed;
  evaluation->linear_pictures = spec->linear != NULL ? tri_klt_get_n_pictures (spec->linear) : 0;
  if (!make_cases (spec, evaluation, error))
    return NULL;
  for (guint i = 0; i < evaluation->cases->len; i++)
    {
      TriEvaluatedCase *one = evaluation->cases->pdata[i];
      double n = evaluation->cases->len;
      g_autoptr (TriProgress) part = tri_progress_sub (progress, i / n, (i + 1) / n);
      if (!evaluate_case (spec, one, part, error))
        return NULL;
      take_means (one, spec->pictures->len);
    }
  return g_steal_pointer (&evaluation);
}
