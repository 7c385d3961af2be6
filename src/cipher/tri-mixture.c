/* Expectation–maximisation (Dempster, Laird, Rubin 1977) with full covariances. Each iteration visits every point once,
 * in blocks; partial sums are kept for each stretch of points and added in their order, so threads can't change the
 * result. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-mixture.h"

#include <math.h>
#include <string.h>

#include "tri-mixture-kernel.h"
#include "tri-parallel.h"

#define STRETCHES 256
#define LEAST_PIXELS 1e-3 /* a component with less of the picture is dropped */

typedef double Sums[TRI_MIXTURE_SUMS];

typedef struct {
  const TriMixturePoints *points;
  TriMixtureForm forms[TRI_MIXTURE_MAX];
  guint d, k;
  gsize stretch;
  double *loglik; /* a stretch */
  Sums *sums;     /* a stretch and component */
} Pass;

static void
load_block (const TriMixturePoints *points, gsize begin, guint n, TriMixtureBlock *block)
{
  double *x[3] = { (double *) block->x[0], (double *) block->x[1], (double *) block->x[2] };
  double *weight = (double *) block->weight;
  points->fill (points->data, begin, n, x, weight);
  for (guint i = n; i < TRI_MIXTURE_BLOCK; i++)
    {
      weight[i] = 0;
      for (guint a = 0; a < points->d; a++)
        x[a][i] = x[a][0];
    }
}

static void
visit (gsize begin, gsize end, guint slot, gpointer data)
{
  Pass *pass = data;
  gsize number = begin / pass->stretch;
  TriMixtureBlock block;
  for (; begin < end; begin += TRI_MIXTURE_BLOCK)
    {
      guint n = (guint) MIN (TRI_MIXTURE_BLOCK, end - begin);
      load_block (pass->points, begin, n, &block);
      tri_mixture_block_densities (&block, pass->forms, pass->d, pass->k);
      pass->loglik[number] += tri_mixture_block_responsibilities (&block, pass->k, n);
      tri_mixture_block_sums (&block, pass->d, pass->k, pass->sums + number * pass->k);
    }
}

static gsize
stretch_of (gsize n)
{
  gsize blocks = (n + (gsize) TRI_MIXTURE_BLOCK * STRETCHES - 1) / ((gsize) TRI_MIXTURE_BLOCK * STRETCHES);
  return MAX (blocks, 16) * TRI_MIXTURE_BLOCK;
}

/* Weights, means and covariances from the moments of each component; drops those that have no points. */
static void
maximise (TriMixture *mixture, const TriMixturePoints *points, const Sums *sums)
{
  static const guint row[6] = { 0, 0, 0, 1, 1, 2 }, column[6] = { 0, 1, 2, 1, 2, 2 };
  guint kept = 0, n_pairs = mixture->d == 1 ? 1 : 6;
  double total = 0;
  for (guint c = 0; c < mixture->k; c++)
    {
      double w = sums[c][0], *mean = mixture->mean[kept];
      if (w < LEAST_PIXELS && !(c + 1 == mixture->k && kept == 0))
        continue;
      for (guint a = 0; a < mixture->d; a++)
        mean[a] = sums[c][1 + a] / w;
      for (guint p = 0; p < n_pairs; p++)
        {
          double hidden = points->scatter != NULL ? points->scatter[p] : 0, floor = row[p] == column[p] ? TRI_MIXTURE_FLOOR : 0;
          double moment = sums[c][4 + p] / w - mean[row[p]] * mean[column[p]];
          mixture->cov[kept][p] = (row[p] == column[p] ? MAX (moment, 0) : moment) + hidden + floor;
        }
      mixture->weight[kept++] = w;
      total += w;
    }
  mixture->k = kept;
  for (guint c = 0; c < kept; c++)
    mixture->weight[c] /= total;
}

/* One look at all points: the log-likelihood, and the moments for the next step into @sums. */
static gboolean
expect (const TriMixture *mixture, const TriMixturePoints *points, double *loglik, Sums *sums, TriProgress *progress,
        GError **error)
{
  Pass pass = { .points = points, .d = mixture->d, .k = mixture->k, .stretch = stretch_of (points->n) };
  g_autoptr (TriProgress) watch = tri_progress_sub (progress, 0, 0); /* to be cancelled, not to be told */
  gsize n = (points->n + pass.stretch - 1) / pass.stretch;
  for (guint c = 0; c < mixture->k; c++)
    tri_mixture_form (mixture, c, &pass.forms[c]);
  pass.loglik = g_new0 (double, n);
  pass.sums = g_new0 (Sums, n * mixture->k);
  gboolean good = tri_parallel_for (points->n, pass.stretch, visit, &pass, watch, error)
                  && tri_progress_check (progress, 0, error);
  memset (sums, 0, mixture->k * sizeof *sums);
  *loglik = 0;
  for (gsize s = 0; s < n; s++)
    {
      *loglik += pass.loglik[s] / points->total;
      for (guint c = 0; c < mixture->k; c++)
        for (guint f = 0; f < TRI_MIXTURE_SUMS; f++)
          sums[c][f] += pass.sums[s * mixture->k + c][f];
    }
  g_free (pass.loglik);
  g_free (pass.sums);
  return good;
}

/**
 * tri_mixture_fit:
 * @mixture: where to start; on return the fit, with the log-likelihood of exactly these numbers
 * @tolerance: done when an iteration gains less than this in mean log-likelihood
 */
gboolean
tri_mixture_fit (TriMixture *mixture, const TriMixturePoints *points, double tolerance, guint max_iterations,
                 TriProgress *progress, GError **error)
{
  Sums sums[TRI_MIXTURE_MAX];
  double before = -INFINITY;
  for (mixture->n_iterations = 0;; mixture->n_iterations++)
    {
      if (!expect (mixture, points, &mixture->loglik, sums, progress, error))
        return FALSE;
      if (mixture->loglik - before < tolerance || mixture->n_iterations == max_iterations)
        return TRUE;
      before = mixture->loglik;
      maximise (mixture, points, sums);
    }
}

static guint
nearest (const double (*centre)[3], guint k, guint d, double *const x[3], guint i)
{
  guint best = 0;
  double least = INFINITY;
  for (guint c = 0; c < k; c++)
    {
      double distance = 0;
      for (guint a = 0; a < d; a++)
        distance += (x[a][i] - centre[c][a]) * (x[a][i] - centre[c][a]);
      if (distance < least)
        least = distance, best = c;
    }
  return best;
}

/* Starts with a Gaussian for the points nearest to each centre. */
void
tri_mixture_start (TriMixture *mixture, const TriMixturePoints *points, const double (*centre)[3], guint k)
{
  Sums sums[TRI_MIXTURE_MAX] = { { 0 } };
  double r[TRI_MIXTURE_BLOCK], g[TRI_MIXTURE_BLOCK], b[TRI_MIXTURE_BLOCK], weight[TRI_MIXTURE_BLOCK];
  double *const x[3] = { r, g, b };
  memset (mixture, 0, sizeof *mixture);
  mixture->d = points->d;
  mixture->k = k;
  for (gsize begin = 0; begin < points->n; begin += TRI_MIXTURE_BLOCK)
    {
      guint n = (guint) MIN (TRI_MIXTURE_BLOCK, points->n - begin);
      points->fill (points->data, begin, n, x, weight);
      for (guint i = 0; i < n; i++)
        {
          double *s = sums[nearest (centre, k, points->d, x, i)];
          s[0] += weight[i];
          for (guint a = 0, pair = 4; a < points->d; a++)
            {
              s[1 + a] += weight[i] * x[a][i];
              for (guint o = a; o < points->d; o++)
                s[pair++] += weight[i] * x[a][i] * x[o][i];
            }
        }
    }
  maximise (mixture, points, sums);
}

/* Of the Bayesian information criterion: smaller is better. */
double
tri_mixture_bic (const TriMixture *mixture, double n_pixels)
{
  guint each = mixture->d == 1 ? 2 : 9; /* mean and covariance */
  double n_free = mixture->k * (1.0 + each) - 1;
  return -2 * n_pixels * mixture->loglik + n_free * log (n_pixels);
}

/* Weight × density of one component along @direction (of a colour; ignored in one dimension), per unit of @at. */
double
tri_mixture_density (const TriMixture *mixture, guint component, const double direction[3], double at)
{
  const double *m = mixture->mean[component], *s = mixture->cov[component], *u = direction;
  double mean = m[0], variance = s[0];
  if (mixture->d == 3)
    {
      mean = u[0] * m[0] + u[1] * m[1] + u[2] * m[2];
      variance = u[0] * u[0] * s[0] + u[1] * u[1] * s[3] + u[2] * u[2] * s[5]
                 + 2 * (u[0] * u[1] * s[1] + u[0] * u[2] * s[2] + u[1] * u[2] * s[4]);
    }
  return mixture->weight[component] * exp (-0.5 * (at - mean) * (at - mean) / variance) / sqrt (2 * G_PI * variance);
}
