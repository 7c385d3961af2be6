/* Where the autoencoder begins: at the best linear code of the pictures that it will be trained on. That is the
 * Karhunen-Loeve transform of their blocks, each coefficient companded and rounded as the table's bits allow; training
 * goes on from there.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "tri-autoencoder.h"
#include "tri-jacobi.h"

#define BLOCK TRI_AUTOENCODER_BLOCK
#define AREA (BLOCK * BLOCK)
#define N (3 * AREA) /* values of a block: by colour, row, column, as unshuffling orders them */
#define MAX_SAMPLES 8192
/* A coefficient that never changes gets this deviation. */
#define LEAST_DEVIATION 1e-3

typedef struct {
  guint n;
  float *values; /* n × N; tri_floats_free() */
  double mean[N], covariance[N][N], vectors[N][N], variance[N]; /* vectors: by row, best first */
} Fit;

/* Blocks from all over @samples, at most MAX_SAMPLES of them. */
static gboolean
collect (Fit *fit, const TriTensor *samples, GError **error)
{
  guint across = samples->shape.w / BLOCK, down = samples->shape.h / BLOCK;
  gsize n_all = (gsize) samples->shape.n * across * down, stride = (n_all + MAX_SAMPLES - 1) / MAX_SAMPLES;
  fit->n = (guint) ((n_all + stride - 1) / stride);
  fit->values = tri_floats_new ((gsize) fit->n * N, error);
  if (fit->values == NULL)
    return FALSE;
  for (gsize i = 0, block = 0; block < n_all; i++, block += stride)
    {
      guint n = (guint) (block / (across * down)), y = (guint) (block / across % down), x = (guint) (block % across);
      for (guint dy = 0; dy < BLOCK; dy++)
        for (guint dx = 0; dx < BLOCK; dx++)
          for (guint c = 0; c < 3; c++)
            fit->values[i * N + c * AREA + dy * BLOCK + dx] = tri_tensor_at (samples, n, y * BLOCK + dy, x * BLOCK + dx)[c];
    }
  return TRUE;
}

static gboolean
measure (Fit *fit, TriProgress *progress, GError **error)
{
  for (guint s = 0; s < fit->n; s++)
    for (guint i = 0; i < N; i++)
      fit->mean[i] += fit->values[(gsize) s * N + i] / (double) fit->n;
  for (guint s = 0; s < fit->n; s++)
    {
      double centred[N];
      if (s % 256 == 0 && !tri_progress_check (progress, 0, error))
        return FALSE;
      for (guint i = 0; i < N; i++)
        centred[i] = fit->values[(gsize) s * N + i] - fit->mean[i];
      for (guint i = 0; i < N; i++)
        for (guint j = i; j < N; j++)
          fit->covariance[i][j] += centred[i] * centred[j] / fit->n;
    }
  for (guint i = 0; i < N; i++)
    for (guint j = 0; j < i; j++)
      fit->covariance[i][j] = fit->covariance[j][i];
  return TRUE;
}

static gboolean
find_components (Fit *fit, TriProgress *progress, GError **error)
{
  if (!tri_jacobi_solve (&fit->covariance[0][0], &fit->vectors[0][0], N, progress, error))
    return FALSE;
  for (guint i = 0; i < N; i++)
    fit->variance[i] = fit->covariance[i][i];
  return TRUE;
}

/* Mean square of what companding and rounding to @bits do to coefficients in units of their deviation. */
static double
rounding_error (const double *scores, guint n, guint bits, double knee, double reach)
{
  double range = log1p (reach / knee), steps = (double) (1u << bits) - 2, sum = 0;
  for (guint s = 0; s < n; s++)
    {
      double size = log1p (MIN (fabs (scores[s]), reach) / knee) / range, sign = scores[s] < 0 ? -1 : 1;
      double level = nearbyint ((sign * size + 1) / 2 * steps) / steps * 2 - 1;
      double back = (level < 0 ? -1 : 1) * knee * expm1 (fabs (level) * range);
      sum += (back - scores[s]) * (back - scores[s]);
    }
  return sum / n;
}

static void
choose_companding (const Fit *fit, guint row, double deviation, guint bits, double *knee, double *reach)
{
  static const double knees[] = { 0.05, 0.15, 0.4, 1.5 }, reaches[] = { 4, 8, 14, 24 };
  guint n = 0, stride = (fit->n + 1023) / 1024;
  double scores[1024], least = INFINITY;
  for (guint s = 0; s < fit->n; s += stride, n++)
    {
      scores[n] = 0;
      for (guint i = 0; i < N; i++)
        scores[n] += (fit->values[(gsize) s * N + i] - fit->mean[i]) * fit->vectors[row][i] / deviation;
    }
  for (guint k = 0; k < G_N_ELEMENTS (knees); k++)
    for (guint r = 0; r < G_N_ELEMENTS (reaches); r++)
      {
        double error = rounding_error (scores, n, bits, knees[k], reaches[r]);
        if (error >= least)
          continue;
        least = error;
        *knee = knees[k];
        *reach = reaches[r];
      }
}

static float *
find (TriNet *net, const char *name)
{
  guint n;
  TriWeight *weights = tri_net_get_weights (net, &n);
  for (guint i = 0; i < n; i++)
    if (strcmp (weights[i].name, name) == 0)
      return weights[i].value;
  g_return_val_if_reached (NULL);
}

/* What repairs the draft begins by adding nothing: the last convolutions of each residual block, and of all, are 0. */
static void
clear_repairs (TriNet *net)
{
  guint n;
  TriWeight *weights = tri_net_get_weights (net, &n);
  for (guint i = 0; i < n; i++)
    if (g_str_has_prefix (weights[i].name, "analysis") || g_str_has_prefix (weights[i].name, "synthesis")
        || g_str_has_prefix (weights[i].name, "repair.out") || g_str_has_suffix (weights[i].name, ".b.weight"))
      memset (weights[i].value, 0, weights[i].size * sizeof (float));
}

static void
write_code (const Fit *fit, const TriAutoencoderCode *code, TriNet *net)
{
  float *analysis = find (net, "analysis.weight"), *analysis_bias = find (net, "analysis.bias");
  float *synthesis = find (net, "synthesis.weight"), *synthesis_bias = find (net, "synthesis.bias");
  float *squeeze = find (net, "squeeze.weight"), *stretch = find (net, "stretch.weight");
  for (guint i = 0; i < N; i++)
    synthesis_bias[i] = (float) fit->mean[i];
  for (guint k = 0; k < code->channels; k++)
    {
      double deviation = MAX (sqrt (MAX (fit->variance[k], 0)), LEAST_DEVIATION), knee = 1, reach = 1, bias = 0;
      choose_companding (fit, k, deviation, code->bits[k], &knee, &reach);
      for (guint i = 0; i < N; i++)
        {
          bias -= fit->vectors[k][i] * fit->mean[i] / (deviation * knee);
          analysis[(k * N + i) * 9 + 4] = (float) (fit->vectors[k][i] / (deviation * knee)); /* the middle of 3 × 3 */
          synthesis[((gsize) i * code->channels + k) * 9 + 4] = (float) (fit->vectors[k][i] * deviation * knee);
        }
      analysis_bias[k] = (float) bias;
      squeeze[k] = (float) (1 / log1p (reach / knee));
      stretch[k] = (float) log1p (reach / knee);
    }
}

/* @net: of TRI_AUTOENCODER_BOTH. @samples: of at least one block. FALSE when cancelled, or with TRI_ERROR_NO_MEMORY */
gboolean
tri_autoencoder_start (TriNet *net, TriAutoencoderRate rate, const TriTensor *samples, TriProgress *progress, GError **error)
{
  g_autofree Fit *fit = g_try_new0 (Fit, 1);
  if (fit == NULL)
    {
      tri_nn_no_memory (sizeof (Fit), error);
      return FALSE;
    }
  gboolean good = collect (fit, samples, error) && measure (fit, progress, error) && find_components (fit, progress, error);
  if (good)
    {
      clear_repairs (net);
      write_code (fit, &tri_autoencoder_codes[rate], net);
      tri_net_changed (net);
    }
  tri_floats_free (fit->values);
  return good;
}
