/* Principal components by Rayleigh–Ritz on a subspace: all of it where a side is short (the Gram matrix of the features,
 * exact), else one found by random projection and power iterations (Halko, Martinsson, Tropp, SIAM Review 53, 2011,
 * algorithms 4.4 and 5.3). Each power iteration A Aᵀ goes over the picture once, in groups of samples that do not depend
 * on the number of threads; only the small problem is left to GSL's symmetric eigensolver.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-pca.h"

#include <math.h>
#include <string.h>

#include "tri-blas.h"
#include "tri-parallel.h"
#include "tri-random.h"

#define GROUPS 16
#define STRIP 64       /* samples a matrix product takes */
#define LEAST_STRIPS 2 /* of a group */
#define OVERSAMPLE 10
#define POWER_ITERATIONS 4
#define EXACT_FEATURES 128

TriPca *
tri_pca_new (gsize n, guint k)
{
  TriPca *pca = g_new0 (TriPca, 1);
  pca->n = n;
  pca->k = k;
  pca->mean = g_new0 (float, n);
  pca->component = g_new0 (float, n * k);
  return pca;
}

void
tri_pca_free (TriPca *pca)
{
  g_free (pca->mean);
  g_free (pca->component);
  g_free (pca);
}

typedef struct Pass Pass;
struct Pass {
  const TriPcaSource *source;
  const float *mean;  /* (nullable) */
  const float *basis; /* features × l by rows; NULL: all of the features, l is their number */
  guint l;
  gsize group; /* samples */
  void (*use) (const Pass *pass, gsize number, const float *strip, const float *projected, gsize begin, gsize n);
  gpointer result; /* what use adds to: a part for each group */
  TriProgress *progress;
};

static void
visit_groups (gsize begin, gsize end, guint slot, gpointer data)
{
  const Pass *pass = data;
  gsize n_features = pass->source->n_features, n_samples = pass->source->n_samples;
  g_autofree float *strip = g_new (float, STRIP * n_features), *projected = g_new (float, STRIP * (gsize) pass->l);
  for (gsize g = begin; g < end; g++)
    for (gsize s = g * pass->group; s < MIN ((g + 1) * pass->group, n_samples); s += STRIP)
      {
        gsize n = MIN (STRIP, MIN ((g + 1) * pass->group, n_samples) - s);
        if (tri_progress_is_cancelled (pass->progress))
          return;
        tri_pca_source_read (pass->source, s, n, strip);
        for (gsize i = 0; pass->mean != NULL && i < n; i++)
          for (gsize x = 0; x < n_features; x++)
            strip[i * n_features + x] -= pass->mean[x];
        if (pass->basis != NULL)
          cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasNoTrans, (int) n, (int) pass->l, (int) n_features, 1, strip,
                       (int) n_features, pass->basis, (int) pass->l, 0, projected, (int) pass->l);
        pass->use (pass, g, strip, pass->basis != NULL ? projected : strip, s, n);
      }
}

static gboolean
run_pass (Pass *pass, const TriPcaSource *source, TriProgress *progress, GError **error)
{
  gsize strips = (source->n_samples + STRIP - 1) / STRIP;
  pass->source = source;
  pass->progress = progress;
  pass->group = MAX ((strips + GROUPS - 1) / GROUPS, LEAST_STRIPS) * STRIP;
  return tri_parallel_for ((source->n_samples + pass->group - 1) / pass->group, 1, visit_groups, pass, progress, error);
}

/* Sums of each feature and of its squares: whole numbers, so exact in any order. */
static void
add_means (const Pass *pass, gsize number, const float *strip, const float *projected, gsize begin, gsize n)
{
  gsize n_features = pass->source->n_features;
  double *sum = (double *) pass->result + number * 2 * n_features, *squares = sum + n_features;
  for (gsize i = 0; i < n; i++, strip += n_features)
    for (gsize x = 0; x < n_features; x++)
      {
        sum[x] += (double) strip[x];
        squares[x] += (double) (strip[x] * strip[x]);
      }
}

static gboolean
find_mean (TriPca *pca, const TriPcaSource *source, TriProgress *progress, GError **error)
{
  double n_samples = (double) source->n_samples;
  g_autofree double *sums = g_new0 (double, GROUPS * 2 * pca->n);
  Pass pass = { .use = add_means, .result = sums };
  if (!run_pass (&pass, source, progress, error))
    return FALSE;
  for (gsize x = 0; x < pca->n; x++)
    {
      double sum = 0, squares = 0;
      for (guint g = 0; g < GROUPS; g++)
        {
          sum += sums[g * 2 * pca->n + x];
          squares += sums[(g * 2 + 1) * pca->n + x];
        }
      pca->mean[x] = (float) (sum / n_samples);
      pca->total_variance += squares - sum / n_samples * sum;
    }
  pca->total_variance = MAX (pca->total_variance, 0) / (MAX (n_samples, 2) - 1);
  return TRUE;
}

static void
add_gram (const Pass *pass, gsize number, const float *strip, const float *projected, gsize begin, gsize n)
{
  guint l = pass->l;
  double *gram = (double *) pass->result + number * l * l;
  g_autofree double *wide = g_new (double, n * l);
  for (gsize i = 0; i < n * l; i++)
    wide[i] = projected[i];
  cblas_dsyrk (CblasRowMajor, CblasUpper, CblasTrans, (int) l, (int) n, 1, wide, (int) l, 1, gram, (int) l);
}

/* @gram: l × l, of the samples as seen in the basis */
static gboolean
find_gram (const TriPca *pca, const TriPcaSource *source, const float *basis, guint l, double *gram, TriProgress *progress,
           GError **error)
{
  g_autofree double *parts = g_new0 (double, GROUPS * (gsize) l * l);
  Pass pass = { .use = add_gram, .mean = pca->mean, .basis = basis, .l = l, .result = parts };
  if (!run_pass (&pass, source, progress, error))
    return FALSE;
  memset (gram, 0, (gsize) l * l * sizeof *gram);
  for (guint g = 0; g < GROUPS; g++)
    for (gsize i = 0; i < (gsize) l * l; i++)
      gram[i] += parts[(gsize) g * l * l + i];
  for (guint i = 0; i < l; i++)
    for (guint j = 0; j < i; j++)
      gram[i * l + j] = gram[j * l + i];
  return TRUE;
}

static void
add_power (const Pass *pass, gsize number, const float *strip, const float *projected, gsize begin, gsize n)
{
  gsize n_features = pass->source->n_features;
  float *out = (float *) pass->result + number * n_features * pass->l;
  cblas_sgemm (CblasRowMajor, CblasTrans, CblasNoTrans, (int) n_features, (int) pass->l, (int) n, 1, strip,
               (int) n_features, projected, (int) pass->l, 1, out, (int) pass->l);
}

/* @basis becomes an orthonormal basis of AᵀA @basis, in both precisions. */
static gboolean
power_iteration (const TriPca *pca, const TriPcaSource *source, float *basis, double *wide, guint l, gboolean last,
                 TriProgress *progress, GError **error)
{
  gsize size = pca->n * l;
  g_autofree float *parts = g_new0 (float, GROUPS * size);
  Pass pass = { .use = add_power, .mean = pca->mean, .basis = basis, .l = l, .result = parts };
  if (!run_pass (&pass, source, progress, error))
    return FALSE;
  memset (wide, 0, size * sizeof *wide);
  guint n_groups = (guint) ((source->n_samples + pass.group - 1) / pass.group);
  for (guint g = 0; g < n_groups; g++)
    for (gsize i = 0; i < size; i++)
      wide[i] += (double) parts[g * size + i];
  tri_orthonormalise (wide, pca->n, l);
  if (last)
    tri_orthonormalise (wide, pca->n, l);
  for (gsize i = 0; i < size; i++)
    basis[i] = (float) wide[i];
  return tri_progress_check (progress, 1, error);
}

static gboolean
find_basis (const TriPca *pca, const TriPcaSource *source, float *basis, guint l, guint64 seed, TriProgress *progress,
            GError **error)
{
  g_autofree double *wide = g_new (double, pca->n * l);
  for (gsize i = 0; i < pca->n * l; i++)
    basis[i] = (float) (2 * tri_random_uniform (&seed) - 1);
  for (guint i = 0; i < POWER_ITERATIONS; i++)
    {
      g_autoptr (TriProgress) one = tri_progress_sub (progress, (double) i / POWER_ITERATIONS,
                                                      (i + 1.0) / POWER_ITERATIONS);
      if (!power_iteration (pca, source, basis, wide, l, i + 1 == POWER_ITERATIONS, one, error))
        return FALSE;
    }
  return TRUE;
}

/* Components and variances from the Gram matrix in the basis. */
static void
solve (TriPca *pca, const TriPcaSource *source, const float *basis, guint l, double *gram)
{
  g_autofree double *values = g_new (double, l), *vectors = g_new (double, (gsize) l * l);
  double divisor = (double) MAX (source->n_samples, 2) - 1;
  tri_eigen_symmetric (gram, l, values, vectors);
  g_autofree float *small = g_new (float, (gsize) l * pca->k);
  for (guint c = 0; c < pca->k; c++)
    {
      pca->variance[c] = MAX (values[c], 0) / divisor;
      for (guint i = 0; i < l; i++)
        small[c * l + i] = (float) vectors[(gsize) i * l + c];
    }
  if (basis == NULL)
    memcpy (pca->component, small, pca->n * pca->k * sizeof *small);
  else
    cblas_sgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (int) pca->k, (int) pca->n, (int) l, 1, small, (int) l, basis,
                 (int) l, 0, pca->component, (int) pca->n);
}

/**
 * tri_pca_fit:
 * @k: components asked for; no more than there are samples or features are found
 *
 * Ranges are not set yet: tri_pca_scores() does.
 */
TriPca *
tri_pca_fit (const TriPcaSource *source, guint k, guint64 seed, TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0, 0.1);
  g_autoptr (TriProgress) middle = tri_progress_sub (progress, 0.1, 0.8);
  g_autoptr (TriProgress) final = tri_progress_sub (progress, 0.8, 1);
  gsize shorter = MIN (source->n_samples, source->n_features);
  g_return_val_if_fail (k >= 1 && k <= TRI_PCA_MAX, NULL);
  tri_blas_init ();
  g_autoptr (TriPca) pca = tri_pca_new (source->n_features, (guint) MIN (k, shorter));
  gboolean exact = source->n_features <= EXACT_FEATURES;
  guint l = exact ? (guint) source->n_features : (guint) MIN (pca->k + OVERSAMPLE, shorter);
  g_autofree float *basis = exact ? NULL : g_new (float, pca->n * l);
  g_autofree double *gram = g_new (double, (gsize) l * l);
  if (!find_mean (pca, source, first, error)
      || (!exact && !find_basis (pca, source, basis, l, seed, middle, error))
      || !find_gram (pca, source, basis, l, gram, final, error))
    return NULL;
  solve (pca, source, basis, l, gram);
  return tri_progress_check (progress, 1, error) ? g_steal_pointer (&pca) : NULL;
}

typedef struct {
  TriPca *pca;
  const float *turned; /* components as columns */
  guint8 *scores;
  float *low, *high; /* a group and component */
} Scores;

static void
find_range (const Pass *pass, gsize number, const float *strip, const float *projected, gsize begin, gsize n)
{
  const Scores *job = pass->result;
  guint k = job->pca->k;
  float *low = job->low + number * k, *high = job->high + number * k;
  for (gsize i = 0; i < n; i++)
    for (guint c = 0; c < k; c++)
      {
        float score = projected[i * k + c];
        low[c] = score < low[c] ? score : low[c];
        high[c] = score > high[c] ? score : high[c];
      }
}

static void
quantise (const Pass *pass, gsize number, const float *strip, const float *projected, gsize begin, gsize n)
{
  const Scores *job = pass->result;
  guint k = job->pca->k;
  for (guint c = 0; c < k; c++)
    {
      double low = job->pca->low[c], range = job->pca->high[c] - low, scale = range > 0 ? 255 / range : 0;
      for (gsize i = 0; i < n; i++)
        {
          double level = ((double) projected[i * k + c] - low) * scale;
          job->scores[(begin + i) * k + c] = (guint8) lrint (CLAMP (level, 0, 255));
        }
    }
}

static void
turn_components (const TriPca *pca, float *turned)
{
  for (guint c = 0; c < pca->k; c++)
    for (gsize x = 0; x < pca->n; x++)
      turned[x * pca->k + c] = pca->component[c * pca->n + x];
}

/* Joins the ranges of the groups; as scikit-learn's svd_flip, the score that is largest in size is positive. */
static void
set_ranges (TriPca *pca, const float *low, const float *high)
{
  for (guint c = 0; c < pca->k; c++)
    {
      double least = INFINITY, most = -INFINITY;
      for (guint g = 0; g < GROUPS; g++)
        {
          least = fmin (least, (double) low[g * pca->k + c]);
          most = fmax (most, (double) high[g * pca->k + c]);
        }
      gboolean flip = -least > most;
      pca->low[c] = flip ? -most : least;
      pca->high[c] = flip ? -least : most;
      for (gsize x = 0; flip && x < pca->n; x++)
        pca->component[c * pca->n + x] *= -1;
    }
}

/* Finds the range of each component's scores, and writes them into @scores (samples × k) in 255 steps. */
gboolean
tri_pca_scores (TriPca *pca, const TriPcaSource *source, guint8 *scores, TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0, 0.5);
  g_autoptr (TriProgress) second = tri_progress_sub (progress, 0.5, 1);
  g_autofree float *turned = g_new (float, pca->n * pca->k);
  g_autofree float *low = g_new (float, GROUPS * pca->k), *high = g_new (float, GROUPS * pca->k);
  Scores job = { pca, turned, scores, low, high };
  Pass pass = { .use = find_range, .mean = pca->mean, .basis = turned, .l = pca->k, .result = &job };
  for (guint i = 0; i < GROUPS * pca->k; i++)
    low[i] = INFINITY, high[i] = -INFINITY;
  turn_components (pca, turned);
  if (!run_pass (&pass, source, first, error))
    return FALSE;
  set_ranges (pca, low, high);
  turn_components (pca, turned);
  pass.use = quantise;
  return run_pass (&pass, source, second, error);
}
