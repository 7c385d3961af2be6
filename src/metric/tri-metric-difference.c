/* How far two pictures are apart, value by value: MSE, PSNR, differing pixels, NPCR, UACI.
 * All sums are integers, so the result is the same for any number of threads.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-metric-private.h"
#include "tri-parallel.h"

#include <math.h>

#define CHUNK 32768u /* bytes: 32768 × 255² < 2³² */

typedef struct { guint64 squares, absolutes, bytes, pixels; } Sums;

typedef struct {
  const TriImage *a, *b;
  guint channels; /* of each pixel that count, from the first */
  GMutex lock;
  Sums sums;
} Difference;

TRI_WIDE static void
sum_bytes (const guint8 *a, const guint8 *b, guint n, Sums *sums)
{
  guint32 squares = 0, absolutes = 0, bytes = 0;
  for (guint i = 0; i < n; i++)
    {
      gint16 d = (gint16) (a[i] - b[i]);
      squares += (guint32) ((gint32) d * d);
      absolutes += (guint32) (d < 0 ? -d : d);
      bytes += d != 0;
    }
  sums->squares += squares;
  sums->absolutes += absolutes;
  sums->bytes += bytes;
}

TRI_WIDE static guint
count_pixels_2 (const guint8 *a, const guint8 *b, guint n)
{
  guint count = 0;
  for (guint i = 0; i < n; i++)
    count += ((a[2 * i] ^ b[2 * i]) | (a[2 * i + 1] ^ b[2 * i + 1])) != 0;
  return count;
}

TRI_WIDE static guint
count_pixels_3 (const guint8 *a, const guint8 *b, guint n)
{
  guint count = 0;
  for (guint i = 0; i < n; i++)
    count += ((a[3 * i] ^ b[3 * i]) | (a[3 * i + 1] ^ b[3 * i + 1]) | (a[3 * i + 2] ^ b[3 * i + 2])) != 0;
  return count;
}

TRI_WIDE static guint
count_pixels_4 (const guint8 *a, const guint8 *b, guint n)
{
  guint count = 0;
  for (guint i = 0; i < n; i++)
    count += ((a[4 * i] ^ b[4 * i]) | (a[4 * i + 1] ^ b[4 * i + 1]) | (a[4 * i + 2] ^ b[4 * i + 2])
              | (a[4 * i + 3] ^ b[4 * i + 3])) != 0;
  return count;
}

static void
sum_pixels (const guint8 *a, const guint8 *b, guint n, guint channels, Sums *sums)
{
  guint64 before = sums->bytes;
  sum_bytes (a, b, n * channels, sums);
  switch (channels)
    {
    case 1: sums->pixels += sums->bytes - before; break;
    case 2: sums->pixels += count_pixels_2 (a, b, n); break;
    case 3: sums->pixels += count_pixels_3 (a, b, n); break;
    default: sums->pixels += count_pixels_4 (a, b, n); break;
    }
}

/* The same without the last channel of each pixel. */
static void
sum_colours (const guint8 *a, const guint8 *b, guint n, guint channels, Sums *sums)
{
  for (guint i = 0; i < n; i++, a += channels, b += channels)
    for (guint c = 0; c + 1 < channels; c++)
      {
        int d = ABS (a[c] - b[c]);
        sums->squares += (guint) (d * d);
        sums->absolutes += (guint) d;
        sums->bytes += d != 0;
      }
}

static void
scan (gsize begin, gsize end, guint slot, gpointer data)
{
  Difference *diff = data;
  guint ch = diff->a->channels;
  const guint8 *a = diff->a->pixels, *b = diff->b->pixels;
  Sums sums = { 0 };
  for (gsize i = begin; i < end; i += CHUNK / 4)
    {
      guint n = (guint) MIN (CHUNK / 4, end - i);
      if (diff->channels == ch)
        sum_pixels (a + i * ch, b + i * ch, n, ch, &sums);
      else
        sum_colours (a + i * ch, b + i * ch, n, ch, &sums);
    }
  g_mutex_lock (&diff->lock);
  diff->sums.squares += sums.squares;
  diff->sums.absolutes += sums.absolutes;
  diff->sums.bytes += sums.bytes;
  diff->sums.pixels += sums.pixels;
  g_mutex_unlock (&diff->lock);
}

static gboolean
measure (const TriImage *a, const TriImage *b, guint channels, Sums *sums, TriProgress *progress, GError **error)
{
  Difference diff = { .a = a, .b = b, .channels = channels };
  g_mutex_init (&diff.lock);
  gboolean ok = tri_parallel_for (tri_image_n_pixels (a), 8 * CHUNK, scan, &diff, progress, error);
  g_mutex_clear (&diff.lock);
  *sums = diff.sums;
  return ok;
}

/**
 * tri_metric_mse:
 * @n_differing: (out) (optional): pixels of which any channel differs
 *
 * Mean of the squared differences over every value of two pictures of one shape, alpha included.
 */
gboolean
tri_metric_mse (const TriImage *a, const TriImage *b, double *mse, guint64 *n_differing, TriProgress *progress,
                GError **error)
{
  g_return_val_if_fail (tri_image_same_shape (a, b), FALSE);
  Sums sums;
  if (!measure (a, b, a->channels, &sums, progress, error))
    return FALSE;
  *mse = (double) sums.squares / (double) tri_image_n_bytes (a);
  if (n_differing != NULL)
    *n_differing = sums.pixels;
  return TRUE;
}

/* 10·log10(255² / MSE) in dB; infinite for equal pictures. */
double
tri_metric_psnr (double mse)
{
  return mse > 0 ? 10 * log10 (255.0 * 255.0 / mse) : isnan (mse) ? NAN : INFINITY;
}

/* Of a flat picture in the mean colour: what is reached without seeing anything of @image. Alpha doesn't count. */
double
tri_metric_flat_mse (const TriImage *image)
{
  guint n_colours = tri_image_n_colours (image);
  gsize n = tri_image_n_pixels (image);
  double lost = 0;
  for (guint c = 0; c < n_colours; c++)
    {
      guint64 sum = 0, squares = 0;
      for (gsize i = 0; i < n; i++)
        {
          guint64 value = image->pixels[i * image->channels + c];
          sum += value;
          squares += value * value;
        }
      double mean = (double) sum / (double) n;
      lost += (double) squares / (double) n - mean * mean;
    }
  return MAX (lost / n_colours, 0);
}

/**
 * tri_metric_npcr_uaci:
 * @npcr: (out): share of values that differ, 0…1
 * @uaci: (out): mean absolute difference of the values, as a share of 255, 0…1
 *
 * Of two encryptions of pictures that differ in one pixel (Wu, Noonan, Agaian 2011). Every colour value of every
 * pixel counts, and alpha unless it is constant in both.
 */
gboolean
tri_metric_npcr_uaci (const TriImage *c1, const TriImage *c2, double *npcr, double *uaci, TriProgress *progress,
                      GError **error)
{
  g_return_val_if_fail (tri_image_same_shape (c1, c2), FALSE);
  guint channels = MAX (tri_metric_counted_channels (c1), tri_metric_counted_channels (c2));
  double n = (double) tri_image_n_pixels (c1) * channels;
  Sums sums;
  if (!measure (c1, c2, channels, &sums, progress, error))
    return FALSE;
  *npcr = (double) sums.bytes / n;
  *uaci = (double) sums.absolutes / (255 * n);
  return TRUE;
}

/* Everything about two pictures of one shape. */
gboolean
tri_metric_pair (const TriImage *a, const TriImage *b, TriPair *out, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (tri_image_same_shape (a, b), FALSE);
  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0, 0.05);
  g_autoptr (TriProgress) second = tri_progress_sub (progress, 0.05, 0.75);
  g_autoptr (TriProgress) third = tri_progress_sub (progress, 0.75, 1);
  TriPair pair = { 0 };
  if (!tri_metric_mse (a, b, &pair.mse, &pair.n_differing, first, error)
      || !tri_metric_ssim (a, b, &pair.ssim, second, error)
      || !tri_metric_ssim_uniform (a, b, &pair.ssim_uniform, third, error))
    return FALSE;
  pair.psnr = tri_metric_psnr (pair.mse);
  pair.differing = (double) pair.n_differing / (double) tri_image_n_pixels (a);
  *out = pair;
  return TRUE;
}
