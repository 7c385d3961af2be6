/* Squares by the matrix's power, so that any number of iterations costs one pass; other pictures step by step, with
 * the two products a·y and b·x from tables. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cat-map.h"

#include <math.h>
#include <string.h>

#include "tri-parallel.h"

#define GRAIN_STEPS 65536u /* map steps a grain: under a millisecond */
#define BATCH 64u           /* pixels stepped side by side */
#define POLL_STEPS 65536u
#define MAX_ORDER 20000000u         /* multiplications tried for a square's period, some 10 ns each */
#define MAX_WALKED (16u * 1000 * 1000) /* pixels walked for another picture's period */

typedef struct {
  guint64 xx, xy, yx, yy; /* x ← xx·x + xy·y, y ← yx·x + yy·y */
} Matrix;

typedef struct {
  const TriCatMap *map;
  gboolean forward; /* the way to gather by */
  guint64 iterations;
  Matrix power;               /* on squares */
  const gint32 *ay, *bx;      /* a·y mod width, b·x mod height otherwise */
  const TriImage *in;
  TriImage *out;
} Job;

TriCatMap
tri_cat_map (guint width, guint height, guint64 a, guint64 b)
{
  return (TriCatMap) { width, height, (guint32) (a % width), (guint32) (b % height) };
}

void
tri_cat_map_step (const TriCatMap *map, guint *x, guint *y)
{
  *x = (guint) ((*x + (guint64) map->a * *y) % map->width);
  *y = (guint) ((*y + (guint64) map->b * *x) % map->height);
}

static Matrix
multiply (Matrix p, Matrix q, guint64 n)
{
  return (Matrix) { (p.xx * q.xx + p.xy * q.yx) % n, (p.xx * q.xy + p.xy * q.yy) % n,
                    (p.yx * q.xx + p.yy * q.yx) % n, (p.yx * q.xy + p.yy * q.yy) % n };
}

static Matrix
power (Matrix base, guint64 exponent, guint64 n)
{
  Matrix result = { 1 % n, 0, 0, 1 % n };
  for (; exponent > 0; exponent >>= 1)
    {
      if (exponent & 1)
        result = multiply (result, base, n);
      base = multiply (base, base, n);
    }
  return result;
}

static Matrix
square_matrix (const TriCatMap *map)
{
  guint64 n = map->width;
  return (Matrix) { 1 % n, map->a, map->b, ((guint64) map->a * map->b + 1) % n };
}

static inline void
copy_pixel (guint8 *to, const guint8 *from, guint channels)
{
  switch (channels)
    {
    case 1:
      memcpy (to, from, 1);
      break;
    case 2:
      memcpy (to, from, 2);
      break;
    case 3:
      memcpy (to, from, 3);
      break;
    default:
      memcpy (to, from, 4);
    }
}

/* Pixels @begin…@end-1 of a square: along a row the place that they come from moves by the matrix's first column. */
static void
gather_square (gsize begin, gsize end, guint slot, gpointer user_data)
{
  const Job *job = user_data;
  const Matrix m = job->power;
  guint n = job->map->width, channels = job->in->channels;
  for (gsize i = begin; i < end;)
    {
      guint64 x = i % n, y = i / n;
      guint from_x = (guint) ((m.xx * x + m.xy * y) % n), from_y = (guint) ((m.yx * x + m.yy * y) % n);
      for (gsize stop = MIN (end, i - x + n); i < stop; i++)
        {
          copy_pixel (job->out->pixels + i * channels, job->in->pixels + ((gsize) from_y * n + from_x) * channels, channels);
          from_x += (guint) m.xx;
          from_x -= from_x >= n ? n : 0;
          from_y += (guint) m.yx;
          from_y -= from_y >= n ? n : 0;
        }
    }
}

/* Moves BATCH places at once, for each alone would wait for its own table look-ups. All values are below 2 × 100000. */
TRI_WIDE static void
step_batch (const Job *job, gint32 *restrict xs, gint32 *restrict ys)
{
  const gint32 w = (gint32) job->map->width, h = (gint32) job->map->height, *restrict ay = job->ay, *restrict bx = job->bx;
  for (guint64 k = 0; k < job->iterations; k++)
    if (job->forward)
      for (guint i = 0; i < BATCH; i++)
        {
          gint32 x = xs[i] + ay[ys[i]];
          xs[i] = x -= x >= w ? w : 0;
          gint32 y = ys[i] + bx[x];
          ys[i] = y - (y >= h ? h : 0);
        }
    else
      for (guint i = 0; i < BATCH; i++)
        {
          gint32 y = ys[i] - bx[xs[i]];
          ys[i] = y += y < 0 ? h : 0;
          gint32 x = xs[i] - ay[y];
          xs[i] = x + (x < 0 ? w : 0);
        }
}

static void
gather_any (gsize begin, gsize end, guint slot, gpointer user_data)
{
  const Job *job = user_data;
  guint w = job->map->width, channels = job->in->channels;
  for (gsize at = begin; at < end; at += BATCH)
    {
      gint32 xs[BATCH] = { 0 }, ys[BATCH] = { 0 };
      gsize n = MIN (BATCH, end - at);
      for (gsize i = 0; i < n; i++)
        {
          xs[i] = (gint32) ((at + i) % w);
          ys[i] = (gint32) ((at + i) / w);
        }
      step_batch (job, xs, ys);
      for (gsize i = 0; i < n; i++)
        copy_pixel (job->out->pixels + (at + i) * channels,
                    job->in->pixels + ((gsize) ys[i] * w + (gsize) xs[i]) * channels, channels);
    }
}

/**
 * tri_cat_map_apply:
 * @undo: iterate backwards
 * @out: of @in's shape, which is @map's; another picture
 */
gboolean
tri_cat_map_apply (const TriCatMap *map, gboolean undo, guint64 iterations, const TriImage *in, TriImage *out,
                   TriProgress *progress, GError **error)
{
  Job job = { .map = map, .forward = undo, .iterations = iterations, .in = in, .out = out };
  gsize n_pixels = tri_image_n_pixels (in);
  if (map->width == map->height)
    {
      guint64 n = map->width;
      Matrix m = square_matrix (map);
      if (!undo)
        m = (Matrix) { m.yy, (n - m.xy) % n, (n - m.yx) % n, m.xx };
      job.power = power (m, iterations, n);
      return tri_parallel_for (n_pixels, GRAIN_STEPS, gather_square, &job, progress, error);
    }
  g_autofree gint32 *ay = g_new (gint32, map->height), *bx = g_new (gint32, map->width);
  for (guint y = 0; y < map->height; y++)
    ay[y] = (gint32) ((guint64) map->a * y % map->width);
  for (guint x = 0; x < map->width; x++)
    bx[x] = (gint32) ((guint64) map->b * x % map->height);
  job.ay = ay;
  job.bx = bx;
  return tri_parallel_for (n_pixels, MAX (BATCH, GRAIN_STEPS / iterations), gather_any, &job, progress, error);
}

static gboolean
find_square_period (const TriCatMap *map, TriCatPeriod *period, TriProgress *progress, GError **error)
{
  guint64 n = map->width;
  Matrix m = square_matrix (map), at = m;
  for (guint64 k = 1; k <= MAX_ORDER; k++)
    {
      if (k % POLL_STEPS == 0 && !tri_progress_check (progress, (double) k / MAX_ORDER, error))
        return FALSE;
      if (at.xx == 1 % n && at.yy == 1 % n && at.xy == 0 && at.yx == 0)
        {
          period->iterations = k;
          return TRUE;
        }
      at = multiply (at, m, n);
    }
  return TRUE;
}

/* Raises @exponents (prime → largest exponent) to those of @length. */
static void
add_factors (GHashTable *exponents, guint length)
{
  for (guint p = 2; length > 1; p++)
    {
      if (p > length / p)
        p = length;
      guint e = 0;
      for (; length % p == 0; length /= p)
        e++;
      guint known = GPOINTER_TO_UINT (g_hash_table_lookup (exponents, GUINT_TO_POINTER (p)));
      if (e > known)
        g_hash_table_insert (exponents, GUINT_TO_POINTER (p), GUINT_TO_POINTER (e));
    }
}

/* The least common multiple of the cycles' lengths, from their primes. */
static void
multiply_out (GHashTable *exponents, TriCatPeriod *period)
{
  GHashTableIter iter;
  gpointer prime, exponent;
  double logarithm = 0;
  guint64 product = 1;
  g_hash_table_iter_init (&iter, exponents);
  while (g_hash_table_iter_next (&iter, &prime, &exponent))
    for (guint e = 0; e < GPOINTER_TO_UINT (exponent); e++)
      {
        logarithm += log10 (GPOINTER_TO_UINT (prime));
        product = logarithm < 18 ? product * GPOINTER_TO_UINT (prime) : 0;
      }
  period->iterations = product;
  period->digits = product == 0 ? floor (logarithm) + 1 : 0;
}

/* Walks every pixel's cycle. */
static gboolean
find_walked_period (const TriCatMap *map, TriCatPeriod *period, TriProgress *progress, GError **error)
{
  gsize n = (gsize) map->width * map->height, walked = 0;
  g_autofree guint8 *seen = g_malloc0 (n / 8 + 1);
  g_autoptr (GHashTable) lengths = g_hash_table_new (NULL, NULL), exponents = g_hash_table_new (NULL, NULL);
  for (gsize start = 0; start < n; start++)
    {
      guint length = 0, x = (guint) (start % map->width), y = (guint) (start / map->width);
      for (gsize i = start; (seen[i / 8] >> i % 8 & 1) == 0; i = (gsize) y * map->width + x)
        {
          seen[i / 8] |= (guint8) (1u << i % 8);
          tri_cat_map_step (map, &x, &y);
          length++;
          if (++walked % POLL_STEPS == 0 && !tri_progress_check (progress, (double) walked / (double) n, error))
            return FALSE;
        }
      if (length > 1 && g_hash_table_add (lengths, GUINT_TO_POINTER (length)))
        add_factors (exponents, length);
    }
  multiply_out (exponents, period);
  return TRUE;
}

/* Returns: FALSE with G_IO_ERROR_CANCELLED; what is too long to look for is left 0 */
gboolean
tri_cat_map_find_period (const TriCatMap *map, TriCatPeriod *period, TriProgress *progress, GError **error)
{
  *period = (TriCatPeriod) { 0 };
  if (map->width == map->height)
    return find_square_period (map, period, progress, error);
  if ((gsize) map->width * map->height > MAX_WALKED)
    return tri_progress_check (progress, 1, error);
  return find_walked_period (map, period, progress, error);
}
