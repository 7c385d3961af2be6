/* One cipher with one picture: what comes back, what can be seen, what Eve makes of it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-evaluate-private.h"

#include <math.h>
#include <sodium.h>
#include <string.h>

#define N_NOISE 8     /* pictures that the leak of noise is the mean of */
#define N_EVE_NOISE 4 /* and that of what Eve makes of noise */

/* @out: bytes that are a function of the seed, of @what and of the picture's number */
void
tri_evaluate_draw (const TriEvaluateSpec *spec, const char *what, guint number, guint8 *out, gsize size)
{
  guint8 seed[randombytes_SEEDBYTES];
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT " %s %u", spec->seed, what, number);
  crypto_generichash (seed, sizeof seed, (const guint8 *) text, strlen (text), NULL, 0);
  randombytes_buf_deterministic (out, size, seed);
}

/* Returns: (transfer full): the key of all pictures */
TriKey *
tri_evaluate_make_key (const TriEvaluateSpec *spec, GError **error)
{
  guint8 bytes[TRI_KEY_SIZE];
  tri_evaluate_draw (spec, "key", 0, bytes, sizeof bytes);
  return tri_key_new_file (bytes, sizeof bytes, error);
}

/* The mean leak of noise of @like's geometry, brought to the picture's. @encrypted: as the encrypted picture is */
static gboolean
measure_noise (const TriEvaluateWork *work, const TriImage *like, gboolean encrypted, double *leak, TriProgress *progress, GError **error)
{
  const TriImage *picture = work->picture;
  *leak = 0;
  for (guint i = 0; i < N_NOISE; i++)
    {
      double one;
      g_autoptr (TriImage) noise = tri_image_new (like->width, like->height, like->channels, error);
      if (noise == NULL || !tri_progress_check (progress, (double) i / N_NOISE, error))
        return FALSE;
      tri_evaluate_draw (work->spec, "noise", work->index * N_NOISE + i, noise->pixels, tri_image_n_bytes (noise));
      g_autoptr (TriImage) laid = encrypted ? tri_cipher_lay (work->one->cipher, work->one->params, noise, picture->width,
                                                              picture->height, picture->channels, NULL, error)
                                            : tri_image_match (noise, picture->width, picture->height, picture->channels, error);
      if (laid == NULL || !tri_metric_leak (picture, laid, &one, NULL, error))
        return FALSE;
      *leak += one / N_NOISE;
    }
  return TRUE;
}

static gboolean
measure_leaks (const TriEvaluateWork *work, TriProgress *progress, GError **error)
{
  const TriImage *visible = work->report->sealed->visible, *wrong = work->report->wrong_key;
  double *values = work->values;
  if (!measure_noise (work, visible, TRUE, &values[TRI_EVALUATED_LEAK_NOISE], progress, error))
    return FALSE;
  if (wrong == NULL)
    return TRUE;
  if (!tri_metric_leak (work->picture, wrong, &values[TRI_EVALUATED_WRONG_LEAK], progress, error))
    return FALSE;
  return measure_noise (work, wrong, FALSE, &values[TRI_EVALUATED_WRONG_NOISE], progress, error);
}

/* Whether NPCR and UACI are where those of noise are */
static double
is_inside (const TriEvaluateWork *work)
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
take_report (const TriEvaluateWork *work)
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
measure_linear (const TriEvaluateWork *work, TriProgress *progress, GError **error)
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
ask_eve (const TriEvaluateWork *work, TriEve *eve, const TriImage *visible, TriProgress *progress, GError **error)
{
  const TriImage *picture = work->picture;
  g_autoptr (TriImage) restored = tri_eve_restore (eve, visible, picture->width, picture->height, progress, error);
  return restored != NULL ? tri_image_match (restored, picture->width, picture->height, picture->channels, error) : NULL;
}

/* She has a picture in mind even when there is nothing to be seen, and it may resemble the original somewhat: what she makes of
 * noise tells how much that is. */
static gboolean
measure_eve_on_noise (const TriEvaluateWork *work, TriEve *eve, TriProgress *progress, GError **error)
{
  const TriImage *visible = work->report->sealed->visible;
  double sum = 0;
  for (guint i = 0; i < N_EVE_NOISE; i++)
    {
      double one;
      g_autoptr (TriImage) noise = tri_image_new (visible->width, visible->height, visible->channels, error);
      if (noise == NULL)
        return FALSE;
      tri_evaluate_draw (work->spec, "noise for Eve", work->index * N_EVE_NOISE + i, noise->pixels, tri_image_n_bytes (noise));
      g_autoptr (TriImage) made = ask_eve (work, eve, noise, progress, error);
      if (made == NULL || !tri_metric_leak (work->picture, made, &one, progress, error))
        return FALSE;
      sum += one;
    }
  work->values[TRI_EVALUATED_EVE_NOISE] = sum / N_EVE_NOISE;
  return TRUE;
}

static gboolean
measure_eve (const TriEvaluateWork *work, TriEve *eve, TriProgress *progress, GError **error)
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
run (const TriEvaluateWork *work, TriProgress *progress, GError **error)
{
  g_autoptr (TriRunSpec) run = tri_run_spec_new (work->one->cipher);
  run->picture = tri_image_ref (work->picture);
  run->key = tri_evaluate_make_key (work->spec, error);
  run->flags = TRI_RUN_SECURITY;
  run->has_salt = run->has_nonce = TRUE;
  tri_evaluate_draw (work->spec, "salt", work->index, run->salt, sizeof run->salt);
  tri_evaluate_draw (work->spec, "nonce", work->index, run->nonce, sizeof run->nonce);
  tri_params_free (run->params);
  run->params = tri_params_copy (work->one->params);
  return run->key != NULL ? tri_run (run, progress, error) : NULL;
}

/* One cipher with one picture: fills its values, and those after damage. */
gboolean
tri_evaluate_picture (TriEvaluateWork *work, TriEve *eve, TriProgress *progress, GError **error)
{
  double damage = work->spec->damages->len > 0 ? 0.5 : 1;
  g_autoptr (TriProgress) running = tri_progress_sub (progress, 0, 0.7 * damage);
  g_autoptr (TriProgress) measuring = tri_progress_sub (progress, 0.7 * damage, damage);
  g_autoptr (TriProgress) damaging = tri_progress_sub (progress, damage, 1);
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
         && (eve == NULL || measure_eve (work, eve, measuring, error)) && tri_evaluate_damages (work, damaging, error);
}
