/* Neighbouring pixels: the correlation of all pairs, and a sample of pairs to draw.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-metric-private.h"
#include "tri-parallel.h"

#define GRAIN 32

typedef struct {
  const TriImage *image;
  GMutex lock;
  TriMoments moments[3];
} Neighbours;

/* Pairs (a[i], b[i]): five sums in one pass. Lumas are below 2¹⁸, so a row of 10⁵ stays below 2⁵³. */
TRI_WIDE static void
add_pairs (const guint32 *restrict a, const guint32 *restrict b, guint n, TriMoments *moments)
{
  guint64 sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
  for (guint i = 0; i < n; i++)
    {
      guint64 u = a[i], v = b[i];
      sa += u;
      sb += v;
      aa += u * u;
      bb += v * v;
      ab += u * v;
    }
  moments->n += n;
  moments->a += sa;
  moments->b += sb;
  moments->aa += aa;
  moments->bb += bb;
  moments->ab += ab;
}

static void
scan_rows (gsize begin, gsize end, guint slot, gpointer data)
{
  Neighbours *work = data;
  const TriImage *image = work->image;
  guint w = image->width;
  g_autofree guint32 *buffer = g_new (guint32, 2 * (gsize) w);
  guint32 *row = buffer, *next = buffer + w;
  TriMoments moments[3] = { 0 };
  tri_metric_luma (image, 0, (guint) begin, w, next);
  for (guint y = (guint) begin; y < end; y++)
    {
      guint32 *spare = row;
      row = next;
      next = spare;
      add_pairs (row, row + 1, w - 1, &moments[0]);
      if (y + 1 == image->height)
        break;
      tri_metric_luma (image, 0, y + 1, w, next);
      add_pairs (row, next, w, &moments[1]);
      add_pairs (row, next + 1, w - 1, &moments[2]);
    }
  g_mutex_lock (&work->lock);
  for (guint d = 0; d < 3; d++)
    {
      TriMoments *to = &work->moments[d], *from = &moments[d];
      to->n += from->n, to->a += from->a, to->b += from->b;
      to->aa += from->aa, to->bb += from->bb, to->ab += from->ab;
    }
  g_mutex_unlock (&work->lock);
}

/* Pearson's r over all pairs of neighbours' luma: right, below, below right. NaN: no pairs, or constant. */
gboolean
tri_metric_correlations (const TriImage *image, double r[3], TriProgress *progress, GError **error)
{
  Neighbours work = { .image = image };
  g_mutex_init (&work.lock);
  gboolean ok = tri_parallel_for (image->height, GRAIN, scan_rows, &work, progress, error);
  g_mutex_clear (&work.lock);
  for (guint d = 0; d < 3; d++)
    r[d] = tri_metric_pearson (&work.moments[d]);
  return ok;
}

/**
 * tri_metric_neighbours:
 * @direction: 0 right, 1 below, 2 below right
 * @n: how many pairs; drawn with replacement from all, the same ones each time for a picture's size
 * @xs, @ys: @n values of luma each, 0…255
 *
 * Returns: FALSE when the picture has no such pair; nothing was written
 */
gboolean
tri_metric_neighbours (const TriImage *image, guint direction, gsize n, double *xs, double *ys)
{
  g_return_val_if_fail (direction < 3, FALSE);
  guint dx = direction != 1, dy = direction != 0;
  if (image->width <= dx || image->height <= dy)
    return FALSE;
  guint across = image->width - dx, down = image->height - dy;
  guint64 state = 1;
  for (gsize i = 0; i < n; i++)
    {
      guint64 at = tri_metric_draw (&state) % ((guint64) across * down);
      guint x = (guint) (at % across), y = (guint) (at / across);
      guint32 a, b;
      tri_metric_luma (image, x, y, 1, &a);
      tri_metric_luma (image, x + dx, y + dy, 1, &b);
      xs[i] = a / 1000.0;
      ys[i] = b / 1000.0;
    }
  return TRUE;
}
