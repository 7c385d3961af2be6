/* Does a picture look like noise? Histogram, entropy, local entropy, χ².
 * Counted are all values of all channels together, alpha among them unless it is constant.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-metric-private.h"
#include "tri-parallel.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define GRAIN 262144u /* pixels */

typedef struct {
  const TriImage *image;
  GMutex lock;
  guint64 (*counts)[256];
} Histogram;

/* Two tables in turn: equal values beside each other would wait for one another. */
static void
count_pixels (gsize begin, gsize end, guint slot, gpointer data)
{
  Histogram *work = data;
  guint ch = work->image->channels;
  guint32 counts[2][4][256] = { 0 };
  const guint8 *p = work->image->pixels + begin * ch;
  for (gsize i = begin; i < end; i++, p += ch)
    for (guint c = 0; c < ch; c++)
      counts[i & 1][c][p[c]]++;
  g_mutex_lock (&work->lock);
  for (guint c = 0; c < ch; c++)
    for (guint v = 0; v < 256; v++)
      work->counts[c][v] += counts[0][c][v] + counts[1][c][v];
  g_mutex_unlock (&work->lock);
}

static gboolean
count (const TriImage *image, guint64 counts[4][256], TriProgress *progress, GError **error)
{
  Histogram work = { .image = image, .counts = counts };
  for (guint c = 0; c < 4; c++)
    for (guint v = 0; v < 256; v++)
      counts[c][v] = 0;
  g_mutex_init (&work.lock);
  gboolean ok = tri_parallel_for (tri_image_n_pixels (image), GRAIN, count_pixels, &work, progress, error);
  g_mutex_clear (&work.lock);
  return ok;
}

/* counts[channel][value]; rows of channels that the picture lacks are 0. */
void
tri_metric_histogram (const TriImage *image, guint64 counts[4][256])
{
  count (image, counts, NULL, NULL);
}

/* −Σ p·log2 p in bits */
static double
entropy_of (const guint64 counts[256])
{
  guint64 n = 0;
  double sum = 0;
  for (guint v = 0; v < 256; v++)
    n += counts[v];
  for (guint v = 0; v < 256; v++)
    if (counts[v] > 0)
      sum += (double) counts[v] * log2 ((double) counts[v] / (double) n);
  return sum < 0 ? -sum / (double) n : 0;
}

static double
chi2_of (const guint64 counts[256])
{
  guint64 n = 0;
  double sum = 0;
  for (guint v = 0; v < 256; v++)
    n += counts[v];
  if (n < TRI_CHI2_MIN_VALUES)
    return NAN;
  double expected = (double) n / 256;
  for (guint v = 0; v < 256; v++)
    sum += ((double) counts[v] - expected) * ((double) counts[v] - expected) / expected;
  return sum;
}

static double
block_entropy (const TriImage *image, guint channel, guint x, guint y)
{
  guint64 counts[256] = { 0 };
  for (guint row = 0; row < TRI_LOCAL_ENTROPY_SIDE; row++)
    {
      const guint8 *p = image->pixels + ((gsize) (y + row) * image->width + x) * image->channels + channel;
      for (guint i = 0; i < TRI_LOCAL_ENTROPY_SIDE; i++)
        counts[p[(gsize) i * image->channels]]++;
    }
  return entropy_of (counts);
}

/* The mean entropy of 30 blocks of 44 × 44 values that don't overlap, drawn without replacement from the blocks of
 * all counted channels, the same ones each time for a picture's size (Wu, Zhou, Saveriades, Agaian, Noonan,
 * Natarajan 2013). NaN when there are fewer. */
static double
local_entropy (const TriImage *image, guint channels)
{
  guint across = image->width / TRI_LOCAL_ENTROPY_SIDE, down = image->height / TRI_LOCAL_ENTROPY_SIDE;
  guint64 n = (guint64) across * down * channels, state = 2013;
  if (n < TRI_LOCAL_ENTROPY_BLOCKS)
    return NAN;
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);
  double sum = 0;
  while (g_hash_table_size (taken) < TRI_LOCAL_ENTROPY_BLOCKS)
    {
      guint at = (guint) (tri_metric_draw (&state) % n);
      if (!g_hash_table_add (taken, GUINT_TO_POINTER (at + 1)))
        continue;
      sum += block_entropy (image, at % channels, TRI_LOCAL_ENTROPY_SIDE * (at / channels % across),
                            TRI_LOCAL_ENTROPY_SIDE * (at / channels / across));
    }
  return sum / TRI_LOCAL_ENTROPY_BLOCKS;
}

/* Everything about one picture alone. */
gboolean
tri_metric_randomness (const TriImage *image, TriRandomness *out, TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0, 0.4);
  g_autoptr (TriProgress) second = tri_progress_sub (progress, 0.4, 1);
  guint64 counts[4][256], all[256] = { 0 };
  double r[3];
  if (!count (image, counts, first, error) || !tri_metric_correlations (image, r, second, error))
    return FALSE;
  guint channels = tri_metric_counted_channels (image);
  for (guint c = 0; c < channels; c++)
    for (guint v = 0; v < 256; v++)
      all[v] += counts[c][v];
  out->entropy = entropy_of (all);
  out->local_entropy = local_entropy (image, channels);
  out->chi2 = chi2_of (all);
  out->chi2_p = isnan (out->chi2) ? NAN : gsl_cdf_chisq_Q (out->chi2, 255);
  out->corr_h = r[0];
  out->corr_v = r[1];
  out->corr_d = r[2];
  return TRUE;
}
