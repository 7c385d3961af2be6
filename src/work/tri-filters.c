/* The median filter, and non-local means: Buades, Coll, Morel, "A non-local algorithm for image denoising", CVPR 2005, and
 * "Non-local means denoising", Image Processing On Line 1 (2011), 208-212, doi:10.5201/ipol.2011.bcm_nlm. Each pixel becomes
 * the mean of those around it, weighted by exp (-max (d² - 2σ², 0) / h²), where d² is the mean squared difference of the
 * patches around both, over all channels.
 *
 * All patches at one shift are compared at once: their squared differences, summed by columns, then by rows.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-filters.h"

#include <math.h>
#include <string.h>

#include "tri-parallel.h"

#define PATCH 2  /* pixels on each side of the middle */
#define TAPS (2 * PATCH + 1)
#define REACH 6  /* pixels to where patches are looked for */
#define MARGIN (PATCH + REACH)
#define ROWS 16u /* of a tile, which one thread does at a time */
#define COLUMNS 64u
#define MAX_SIDE 5u
#define FARTHEST 16.f /* exponent from which on a weight is nothing */

typedef struct {
  const TriTensor *in;
  TriTensor *out;
  guint side;
} Median;

/* @padded: @in, with MARGIN more pixels on each side; @taps: how the rows, and the columns, of a patch count; their sum is 1 */
typedef struct {
  const TriTensor *in;
  TriTensor *padded, *const *outs;
  const TriNlMeans *how;
  float taps[TAPS];
  guint tiles_across;
} Means;

/* @width, @height: less at the right and the bottom of a picture; @sums: for each strength and pixel the weights, then the
 * weighted channels */
typedef struct {
  guint x, y, width, height;
  float squares[(ROWS + 2 * PATCH) * (COLUMNS + 2 * PATCH)], columns[COLUMNS + 2 * PATCH], distances[COLUMNS];
  float *sums;
} Tile;

#define STRIDE (COLUMNS + 2 * PATCH) /* of squares */

/* A position beyond the edge, mirrored there; @twice: where the outermost pixel comes twice */
static guint
mirror (int at, guint size, gboolean twice)
{
  int period = twice ? 2 * (int) size : MAX (2 * (int) size - 2, 1);
  int inside = (at % period + period) % period;
  return (guint) (inside < (int) size ? inside : period - (twice ? 1 : 0) - inside);
}

/* Sorted by insertion: there are 25 at most. */
static float
middle_of (float *values, guint n)
{
  for (guint i = 1; i < n; i++)
    {
      float value = values[i];
      guint at = i;
      for (; at > 0 && values[at - 1] > value; at--)
        values[at] = values[at - 1];
      values[at] = value;
    }
  return values[n / 2];
}

static void
median_rows (gsize begin, gsize end, guint slot, gpointer data)
{
  const Median *work = data;
  TriShape shape = work->in->shape;
  int half = (int) work->side / 2;
  for (gsize y = begin; y < end; y++)
    for (guint x = 0; x < shape.w; x++)
      for (guint c = 0; c < shape.c; c++)
        {
          float values[MAX_SIDE * MAX_SIDE];
          guint n = 0;
          for (int j = -half; j <= half; j++)
            for (int i = -half; i <= half; i++)
              values[n++] = tri_tensor_at (work->in, 0, mirror ((int) y + j, shape.h, TRUE),
                                            mirror ((int) x + i, shape.w, TRUE))[c];
          tri_tensor_at (work->out, 0, (guint) y, x)[c] = middle_of (values, n);
        }
}

/**
 * tri_filter_median:
 * @in: one picture
 * @side: of the square that each pixel becomes the median of, 3 or 5; every channel by itself
 * @out: of the same shape
 */
gboolean
tri_filter_median (const TriTensor *in, guint side, TriTensor *out, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (side % 2 == 1 && side <= MAX_SIDE && tri_shape_equal (in->shape, out->shape), FALSE);
  Median work = { in, out, side };
  return tri_parallel_for (in->shape.h, MAX (8192 / in->shape.w, 1), median_rows, &work, progress, error);
}

static TriTensor *
pad (const TriTensor *in, TriProgress *progress, GError **error)
{
  TriShape shape = in->shape;
  g_autoptr (TriTensor) out = tri_tensor_new ((TriShape) { 1, shape.h + 2 * MARGIN, shape.w + 2 * MARGIN, shape.c }, error);
  for (guint y = 0; out != NULL && y < out->shape.h; y++)
    {
      if (!tri_progress_check (progress, 0, error))
        return NULL;
      for (guint x = 0; x < out->shape.w; x++)
        memcpy (tri_tensor_at (out, 0, y, x),
                tri_tensor_at (in, 0, mirror ((int) y - MARGIN, shape.h, FALSE), mirror ((int) x - MARGIN, shape.w, FALSE)),
                shape.c * sizeof (float));
    }
  return g_steal_pointer (&out);
}

/* @a, @b: @n pixels of @channels; the mean squared difference of each two */
TRI_WIDE static void
square_differences (const float *a, const float *b, guint n, guint channels, float *out)
{
  for (guint x = 0; x < n; x++)
    {
      float sum = 0;
      for (guint c = 0; c < channels; c++, a++, b++)
        sum += (*a - *b) * (*a - *b);
      out[x] = sum / (float) channels;
    }
}

/* A patch's sum from values that are @step apart. */
TRI_WIDE static void
sum_taps (const float *in, gsize step, const float taps[TAPS], guint n, float *out)
{
  for (guint x = 0; x < n; x++)
    {
      float sum = 0;
      for (guint k = 0; k < TAPS; k++)
        sum += taps[k] * in[x + k * step];
      out[x] = sum;
    }
}

/* The pixel of @padded that is the picture's at @x and @y */
static const float *
pixel_at (const Means *means, int x, int y)
{
  return tri_tensor_at (means->padded, 0, (guint) (y + MARGIN), (guint) (x + MARGIN));
}

/* Of the pixels of a row of @tile: how far their patches are from those @across and @down from them. */
static void
measure_row (const Means *means, Tile *tile, guint row)
{
  sum_taps (tile->squares + row * STRIDE, STRIDE, means->taps, tile->width + 2 * PATCH, tile->columns);
  sum_taps (tile->columns, 1, means->taps, tile->width, tile->distances);
}

/* Adds what is @across and @down from the pixels of a row to their sums, where the picture has something there. */
static void
add_row (const Means *means, Tile *tile, guint row, int across, int down)
{
  TriShape shape = means->in->shape;
  const TriNlMeans *how = means->how;
  float noise = 2 * how->sigma * how->sigma;
  int first = MAX (0, -(int) tile->x - across), end = MIN ((int) tile->width, (int) shape.w - (int) tile->x - across);
  for (guint s = 0; s < how->n_strengths; s++)
    {
      float h = how->strengths[s] * how->sigma, scale = 1 / (h * h);
      float *sums = tile->sums + ((gsize) s * ROWS + row) * COLUMNS * (shape.c + 1);
      for (int x = first; x < end; x++)
        {
          float exponent = MAX (tile->distances[x] - noise, 0) * scale;
          if (exponent >= FARTHEST)
            continue;
          const float *value = pixel_at (means, (int) tile->x + x + across, (int) (tile->y + row) + down);
          float weight = expf (-exponent), *to = sums + (gsize) x * (shape.c + 1);
          *to++ += weight;
          for (guint c = 0; c < shape.c; c++)
            to[c] += weight * value[c];
        }
    }
}

static void
add_shift (const Means *means, Tile *tile, int across, int down)
{
  TriShape shape = means->in->shape;
  for (guint row = 0; row < tile->height + 2 * PATCH; row++)
    {
      int x = (int) tile->x - PATCH, y = (int) (tile->y + row) - PATCH;
      square_differences (pixel_at (means, x, y), pixel_at (means, x + across, y + down), tile->width + 2 * PATCH, shape.c,
                          tile->squares + row * STRIDE);
    }
  for (guint row = 0; row < tile->height; row++)
    if ((int) (tile->y + row) + down >= 0 && (int) (tile->y + row) + down < (int) shape.h)
      {
        measure_row (means, tile, row);
        add_row (means, tile, row, across, down);
      }
}

static void
write_tile (const Means *means, const Tile *tile)
{
  guint n = means->in->shape.c;
  for (guint s = 0; s < means->how->n_strengths; s++)
    for (guint row = 0; row < tile->height; row++)
      for (guint x = 0; x < tile->width; x++)
        {
          const float *sum = tile->sums + (((gsize) s * ROWS + row) * COLUMNS + x) * (n + 1);
          float *out = tri_tensor_at (means->outs[s], 0, tile->y + row, tile->x + x);
          for (guint c = 0; c < n; c++)
            out[c] = sum[c + 1] / sum[0];
        }
}

static void
do_tiles (gsize begin, gsize end, guint slot, gpointer data)
{
  const Means *means = data;
  TriShape shape = means->in->shape;
  gsize n_sums = (gsize) means->how->n_strengths * ROWS * COLUMNS * (shape.c + 1);
  g_autofree Tile *tile = g_new (Tile, 1);
  g_autofree float *sums = tile->sums = g_new (float, n_sums);
  for (gsize i = begin; i < end; i++)
    {
      tile->x = (guint) (i % means->tiles_across) * COLUMNS;
      tile->y = (guint) (i / means->tiles_across) * ROWS;
      tile->width = MIN (COLUMNS, shape.w - tile->x);
      tile->height = MIN (ROWS, shape.h - tile->y);
      memset (sums, 0, n_sums * sizeof *sums);
      for (int down = -REACH; down <= REACH; down++)
        for (int across = -REACH; across <= REACH; across++)
          add_shift (means, tile, across, down);
      write_tile (means, tile);
    }
}

/**
 * tri_filter_nl_means:
 * @in: one picture
 * @outs: one for each strength, of the same shape
 *
 * Nothing beyond the picture is averaged; patches at its edge are completed by mirroring.
 */
gboolean
tri_filter_nl_means (const TriTensor *in, const TriNlMeans *how, TriTensor *const *outs, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (how->sigma > 0 && how->n_strengths > 0 && how->n_strengths <= TRI_FILTER_MAX_STRENGTHS, FALSE);
  g_autoptr (TriTensor) padded = pad (in, progress, error);
  Means means = { .in = in, .padded = padded, .outs = outs, .how = how, .tiles_across = (in->shape.w + COLUMNS - 1) / COLUMNS };
  float sum = 0;
  for (int k = -PATCH; k <= PATCH; k++)
    sum += means.taps[k + PATCH] = how->gaussian ? expf (-(float) (k * k) / 2) : 1;
  for (guint k = 0; k < TAPS; k++)
    means.taps[k] /= sum;
  return padded != NULL
         && tri_parallel_for (means.tiles_across * ((in->shape.h + ROWS - 1) / ROWS), 1, do_tiles, &means, progress, error);
}
