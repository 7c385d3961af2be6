/* The outline leak: can the original be made out in what an attacker has, however random that looks?
 *
 * Both pictures are cut into 8 × 8 blocks; a block has a mean luma (the blurred picture) and a standard deviation of
 * luma (where the picture is busy). The leak is the largest absolute Pearson correlation of either map of the
 * original with either map of the other.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-metric-private.h"
#include "tri-parallel.h"

#include <math.h>

#define SIDE TRI_LEAK_SIDE
#define AREA (SIDE * SIDE)

typedef struct {
  const TriImage *images[2];
  guint across, down; /* blocks */
  double *maps[2][2]; /* picture; means, deviations */
} Leak;

static void
measure_block (const TriImage *image, guint x, guint y, double *mean, double *deviation)
{
  guint64 sum = 0, squares = 0;
  for (guint row = 0; row < SIDE; row++)
    {
      guint32 luma[SIDE];
      tri_metric_luma (image, x, y + row, SIDE, luma);
      for (guint i = 0; i < SIDE; i++)
        {
          sum += luma[i];
          squares += (guint64) luma[i] * luma[i];
        }
    }
  *mean = (double) sum / AREA;
  *deviation = sqrt ((double) (AREA * squares - sum * sum)) / AREA;
}

static void
measure_blocks (gsize begin, gsize end, guint slot, gpointer data)
{
  Leak *leak = data;
  for (gsize i = begin; i < end; i++)
    for (guint p = 0; p < 2; p++)
      measure_block (leak->images[p], SIDE * (guint) (i % leak->across), SIDE * (guint) (i / leak->across),
                     &leak->maps[p][0][i], &leak->maps[p][1][i]);
}

static gboolean
is_constant (const double *values, gsize n)
{
  for (gsize i = 1; i < n; i++)
    if (values[i] != values[0])
      return FALSE;
  return TRUE;
}

/* Centred, so that the products below keep their digits. */
static void
centre (double *values, gsize n)
{
  double sum = 0;
  for (gsize i = 0; i < n; i++)
    sum += values[i];
  for (gsize i = 0; i < n; i++)
    values[i] -= sum / (double) n;
}

static double
dot (const double *a, const double *b, gsize n)
{
  double sum = 0;
  for (gsize i = 0; i < n; i++)
    sum += a[i] * b[i];
  return sum;
}

static double
largest_correlation (const Leak *leak, gsize n)
{
  gboolean flat[2][2];
  double largest = NAN;
  for (guint p = 0; p < 2; p++)
    for (guint m = 0; m < 2; m++)
      {
        flat[p][m] = is_constant (leak->maps[p][m], n);
        centre (leak->maps[p][m], n);
      }
  for (guint i = 0; i < 2; i++)
    for (guint j = 0; j < 2; j++)
      {
        const double *a = leak->maps[0][i], *b = leak->maps[1][j];
        if (flat[0][i] || flat[1][j])
          continue;
        double r = fabs (dot (a, b, n)) / (sqrt (dot (a, a, n)) * sqrt (dot (b, b, n)));
        largest = isnan (largest) ? r : MAX (largest, r);
      }
  return isnan (largest) ? NAN : MIN (largest, 1);
}

/**
 * tri_metric_leak:
 * @other: of the width and height of @original; its channels may differ
 * @leak: (out): 0…1; NaN with fewer than 16 blocks, or when either picture has no map that varies
 *
 * Pixels right of and below the last whole block are not looked at.
 */
gboolean
tri_metric_leak (const TriImage *original, const TriImage *other, double *leak, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (original->width == other->width && original->height == other->height, FALSE);
  Leak work = { .images = { original, other }, .across = original->width / SIDE, .down = original->height / SIDE };
  gsize n = (gsize) work.across * work.down;
  *leak = NAN;
  if (n < TRI_LEAK_MIN_BLOCKS)
    return TRUE;
  g_autofree double *maps = g_new (double, 4 * n);
  for (guint i = 0; i < 4; i++)
    work.maps[i / 2][i % 2] = maps + i * n;
  if (!tri_parallel_for (n, 1024, measure_blocks, &work, progress, error))
    return FALSE;
  *leak = largest_correlation (&work, n);
  return TRUE;
}
