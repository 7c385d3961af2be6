/* Mixtures of a picture: where points come from, where a fit starts, and which component a pixel belongs to.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-mixture.h"

#include <math.h>
#include <string.h>

#include "tri-kmeans.h"
#include "tri-mixture-kernel.h"
#include "tri-parallel.h"
#include "tri-random.h"

#define COLOUR_STARTS 2
#define RANDOM_STARTS 3
#define START_TOLERANCE 1e-5 /* starts are not compared any closer */
#define GRAIN ((gsize) 1 << 13) /* pixels */

static void
fill_counts (gconstpointer data, gsize begin, guint n, double *const x[3], double *weight)
{
  const guint64 *counts = data;
  for (guint i = 0; i < n; i++)
    x[0][i] = (double) (begin + i), weight[i] = (double) counts[begin + i];
}

static void
fill_points (gconstpointer data, gsize begin, guint n, double *const x[3], double *weight)
{
  const TriPoints *points = data;
  for (guint a = 0; a < 3; a++)
    memcpy (x[a], points->x[a] + begin, n * sizeof (double));
  memcpy (weight, points->weight + begin, n * sizeof (double));
}

static void
fill_colours (gconstpointer data, gsize begin, guint n, double *const x[3], double *weight)
{
  const TriColours *colours = data;
  for (guint i = 0; i < n; i++)
    {
      guint32 packed = colours->packed[begin + i];
      x[0][i] = packed & 255, x[1][i] = packed >> 8 & 255, x[2][i] = packed >> 16;
      weight[i] = colours->weight[begin + i];
    }
}

/* @counts: borrowed, as below */
TriMixturePoints
tri_mixture_over_counts (const guint64 counts[256])
{
  TriMixturePoints points = { .d = 1, .n = 256, .fill = fill_counts, .data = counts };
  for (guint v = 0; v < 256; v++)
    points.total += (double) counts[v];
  return points;
}

TriMixturePoints
tri_mixture_over_points (const TriPoints *points, const TriColours *colours)
{
  return (TriMixturePoints) { .d = 3, .n = points->n, .total = (double) colours->n_pixels, .scatter = points->scatter,
                              .fill = fill_points, .data = points };
}

TriMixturePoints
tri_mixture_over_colours (const TriColours *colours)
{
  return (TriMixturePoints) { .d = 3, .n = colours->n, .total = (double) colours->n_pixels, .fill = fill_colours,
                              .data = colours };
}

/* Centres to start from: the best clusters, equal shares of the pixels, or pixels drawn with a fixed seed. */
static guint
start_centres (const guint64 counts[256], double total, guint k, guint start, double centre[TRI_MIXTURE_MAX][3])
{
  TriKmeans1d clusters;
  tri_kmeans_1d (counts, k, &clusters);
  guint64 random = start;
  for (guint c = 0; c < clusters.k; c++)
    {
      double share = start == 1 ? (c + 0.5) / clusters.k : tri_random_uniform (&random), left = share * total;
      guint v = 0;
      while (v < 255 && (left -= (double) counts[v]) > 0)
        v++;
      centre[c][0] = start == 0 ? clusters.centre[c] : v + 1e-3 * c; /* apart, where two are drawn alike */
    }
  return clusters.k;
}

/* Fits @k Gaussians to a histogram: EM only finds the top of the hill it starts on, so it starts on several. */
gboolean
tri_mixture_fit_counts (TriMixture *mixture, const guint64 counts[256], guint k, double tolerance, TriProgress *progress,
                        GError **error)
{
  TriMixturePoints points = tri_mixture_over_counts (counts);
  mixture->loglik = -INFINITY;
  for (guint start = 0; start < 2 + (k > 1 ? RANDOM_STARTS : 0); start++)
    {
      double centre[TRI_MIXTURE_MAX][3] = { { 0 } };
      TriMixture fit;
      guint n = start_centres (counts, points.total, k, start, centre);
      tri_mixture_start (&fit, &points, centre, n);
      if (!tri_mixture_fit (&fit, &points, MAX (tolerance, START_TOLERANCE), TRI_MIXTURE_ITERATIONS, progress, error))
        return FALSE;
      if (fit.loglik > mixture->loglik)
        *mixture = fit;
    }
  guint before = mixture->n_iterations;
  gboolean good = tri_mixture_fit (mixture, &points, tolerance, TRI_MIXTURE_ITERATIONS, progress, error);
  mixture->n_iterations += before;
  return good;
}

/* Fits @k Gaussians to colours: the best of a few starts on @points, which stand for them, then @max_iterations on every
 * colour; 0 of them only measure the log-likelihood. */
gboolean
tri_mixture_fit_colours (TriMixture *mixture, const TriColours *colours, const TriPoints *points, guint k, guint64 seed,
                         double tolerance, guint max_iterations, TriProgress *progress, GError **error)
{
  TriMixturePoints few = tri_mixture_over_points (points, colours), all = tri_mixture_over_colours (colours);
  k = (guint) MIN (k, points->n);
  mixture->loglik = -INFINITY;
  for (guint start = 0; start < COLOUR_STARTS; start++)
    {
      TriKmeansRgb clusters = { 0 };
      TriMixture fit;
      if (!tri_kmeans_points (points, k, seed + start, &clusters, progress, error))
        return FALSE;
      tri_mixture_start (&fit, &few, clusters.centre, clusters.k);
      if (!tri_mixture_fit (&fit, &few, tolerance, TRI_MIXTURE_ITERATIONS, progress, error))
        return FALSE;
      if (fit.loglik > mixture->loglik)
        *mixture = fit;
    }
  guint before = mixture->n_iterations;
  gboolean good = tri_mixture_fit (mixture, &all, tolerance, max_iterations, progress, error);
  mixture->n_iterations += before;
  return good;
}

static guint
likeliest (const TriMixtureBlock *block, guint k, guint i)
{
  guint best = 0;
  const double *most = (const double *) block->most;
  while (best + 1 < k && ((const double *) block->p[best])[i] < most[i])
    best++;
  return best;
}

/* The likeliest component of each intensity. */
void
tri_mixture_label_values (const TriMixture *mixture, guint8 labels[256])
{
  TriMixtureForm forms[TRI_MIXTURE_MAX];
  TriMixtureBlock block;
  for (guint c = 0; c < mixture->k; c++)
    tri_mixture_form (mixture, c, &forms[c]);
  for (guint begin = 0; begin < 256; begin += TRI_MIXTURE_BLOCK)
    {
      for (guint i = 0; i < TRI_MIXTURE_BLOCK; i++)
        ((double *) block.x[0])[i] = begin + i;
      tri_mixture_block_densities (&block, forms, 1, mixture->k);
      for (guint i = 0; i < TRI_MIXTURE_BLOCK; i++)
        labels[begin + i] = (guint8) likeliest (&block, mixture->k, i);
    }
}

typedef struct {
  TriMixtureForm forms[TRI_MIXTURE_MAX];
  guint k;
  const TriImage *image;
  const guint8 *shades;
  TriImage *out;
} Label;

static void
label_pixels (gsize begin, gsize end, guint slot, gpointer data)
{
  const Label *job = data;
  guint ch = job->image->channels;
  TriMixtureBlock block;
  memset (block.x, 0, sizeof block.x);
  for (; begin < end; begin += TRI_MIXTURE_BLOCK)
    {
      guint n = (guint) MIN (TRI_MIXTURE_BLOCK, end - begin);
      const guint8 *p = job->image->pixels + begin * ch;
      for (guint i = 0; i < n; i++, p += ch)
        for (guint a = 0; a < 3; a++)
          ((double *) block.x[a])[i] = p[a];
      tri_mixture_block_densities (&block, job->forms, 3, job->k);
      for (guint i = 0; i < n; i++)
        job->out->pixels[begin + i] = job->shades[likeliest (&block, job->k, i)];
    }
}

/* Writes the shade of each pixel's likeliest component into @out, grey and of the size of @image. */
gboolean
tri_mixture_label_pixels (const TriMixture *mixture, const TriImage *image, const guint8 *shades, TriImage *out,
                          TriProgress *progress, GError **error)
{
  Label job = { .k = mixture->k, .image = image, .shades = shades, .out = out };
  for (guint c = 0; c < mixture->k; c++)
    tri_mixture_form (mixture, c, &job.forms[c]);
  return tri_parallel_for (tri_image_n_pixels (image), GRAIN, label_pixels, &job, progress, error);
}
