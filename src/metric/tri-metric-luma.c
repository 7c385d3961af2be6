/* Luma as exact integers, so that sums are the same in any order, and Pearson's r from such sums.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-metric-private.h"

#include <math.h>

/**
 * tri_metric_luma:
 * @out: @n values, 0…255000: 299 R + 587 G + 114 B (Rec. 601), or 1000 × grey; alpha ignored
 *
 * The @n pixels of row @y from column @x on.
 */
void
tri_metric_luma (const TriImage *image, guint x, guint y, guint n, guint32 *out)
{
  guint ch = image->channels;
  const guint8 *p = image->pixels + ((gsize) y * image->width + x) * ch;
  if (ch < 3)
    for (guint i = 0; i < n; i++)
      out[i] = 1000u * p[(gsize) i * ch];
  else
    for (guint i = 0; i < n; i++, p += ch)
      out[i] = 299u * p[0] + 587u * p[1] + 114u * p[2];
}

/* n·Σab − Σa·Σb, exact up to the rounding of the result. */
static double
covariance (guint64 n, guint64 ab, guint64 a, guint64 b)
{
  return (double) ((__int128) n * ab - (__int128) a * b);
}

/* Returns: NaN when there are fewer than two pairs, or one side is constant */
double
tri_metric_pearson (const TriMoments *m)
{
  double va = covariance (m->n, m->aa, m->a, m->a), vb = covariance (m->n, m->bb, m->b, m->b);
  if (m->n < 2 || !(va > 0) || !(vb > 0))
    return NAN;
  return CLAMP (covariance (m->n, m->ab, m->a, m->b) / (sqrt (va) * sqrt (vb)), -1, 1);
}

/* @image has an alpha channel, its last. */
gboolean
tri_metric_alpha_is_constant (const TriImage *image)
{
  guint ch = image->channels;
  gsize n = tri_image_n_pixels (image);
  const guint8 *alpha = image->pixels + ch - 1;
  for (gsize i = 1; i < n; i++)
    if (alpha[i * ch] != alpha[0])
      return FALSE;
  return TRUE;
}

/* How many channels of @image the randomness metrics count: all, but for an alpha that is the same everywhere
 * (an opaque picture's, which no cipher had to hide). */
guint
tri_metric_counted_channels (const TriImage *image)
{
  return image->channels - (tri_image_has_alpha (image) && tri_metric_alpha_is_constant (image));
}
