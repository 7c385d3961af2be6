/* SSIM, the structural similarity of two pictures (Wang, Bovik, Sheikh, Simoncelli 2004), with both windows in use.
 *
 *   S = (2 μa μb + C1)(2 σab + C2) / ((μa² + μb² + C1)(σa² + σb² + C2)),  C1 = (0.01·255)², C2 = (0.03·255)²
 *
 * averaged over all positions where the whole window lies inside, then over the channels. The picture is cut into
 * tiles; a tile's sum is done in one fixed order, and the sums are added in the order of the tiles.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-metric-private.h"
#include "tri-parallel.h"

#include <math.h>
#include <string.h>

#define C1 (0.01 * 255 * 0.01 * 255)
#define C2 (0.03 * 255 * 0.03 * 255)
#define TILE_W 256u /* positions, a multiple of LANES */
#define TILE_H 64u
#define LANES 8u
#define ROW (TILE_W + 16u) /* pixels under a tile's row, rounded up to lanes */

typedef struct { guint8 a[ROW], b[ROW]; } Bytes;

typedef struct _Ssim Ssim;
typedef double (*TileFunc) (const Ssim *ssim, guint channel, guint x0, guint y0, guint w, guint h);

struct _Ssim {
  const TriImage *a, *b;
  guint n_across, n_down; /* tiles */
  guint across, down;     /* window positions */
  guint window;
  TileFunc tile;
  double *sums;           /* channel, tile row, tile column */
};

static void
fetch_row (const TriImage *image, guint channel, guint x, guint y, guint n, guint8 *out)
{
  guint ch = image->channels;
  const guint8 *p = image->pixels + ((gsize) y * image->width + x) * ch + channel;
  if (ch == 1)
    memcpy (out, p, n);
  else
    for (guint i = 0; i < n; i++)
      out[i] = p[(gsize) i * ch];
}

static void
fetch (const Ssim *ssim, guint channel, guint x, guint y, guint w, Bytes *out)
{
  fetch_row (ssim->a, channel, x, y, w + ssim->window - 1, out->a);
  fetch_row (ssim->b, channel, x, y, w + ssim->window - 1, out->b);
}

/* The sum of @w values in eight lanes, so that it has the same bits at any vector width. */
TRI_WIDE static double
sum_lanes (const double *values, guint w)
{
  double lanes[LANES] = { 0 }, tail = 0;
  guint whole = w / LANES * LANES;
  for (guint x = 0; x < whole; x += LANES)
    for (guint l = 0; l < LANES; l++)
      lanes[l] += values[x + l];
  for (guint x = whole; x < w; x++)
    tail += values[x];
  return ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7])) + tail;
}

/* ---- the uniform 7 × 7 window: sums of bytes and of their products are exact in 32 bits ---- */

#define U 7
#define N_U (U * U)

typedef struct { gint32 a[ROW], b[ROW], squares[ROW], product[ROW]; } Columns;

TRI_WIDE static void
slide_columns (Columns *columns, const Bytes *in, const Bytes *out)
{
  for (guint x = 0; x < ROW; x++)
    {
      gint32 a = in->a[x], b = in->b[x], p = out->a[x], q = out->b[x];
      columns->a[x] += a - p;
      columns->b[x] += b - q;
      columns->squares[x] += a * a + b * b - p * p - q * q;
      columns->product[x] += a * b - p * q;
    }
}

static inline gint32
seven (const gint32 *c)
{
  return c[0] + c[1] + c[2] + c[3] + c[4] + c[5] + c[6];
}

/* Each factor of S, multiplied by 49² or 49·48, is an integer below 2³⁰ plus a constant; the quotient is the same.
 * A float's relative error of 6·10⁻⁸ is far below what a mean of many shows. */
TRI_WIDE static void
uniform_row (const Columns *columns, double *values)
{
  const float c1 = (float) (N_U * N_U * C1), c2 = (float) (N_U * (N_U - 1) * C2);
  for (guint x = 0; x < TILE_W; x++)
    {
      gint32 a = seven (columns->a + x), b = seven (columns->b + x);
      gint32 squares = N_U * seven (columns->squares + x), product = N_U * seven (columns->product + x);
      gint32 ab = a * b, aabb = a * a + b * b;
      float above = ((float) (2 * ab) + c1) * ((float) (2 * (product - ab)) + c2);
      float below = ((float) aabb + c1) * ((float) (squares - aabb) + c2);
      values[x] = (double) (above / below);
    }
}

static double
uniform_tile (const Ssim *ssim, guint channel, guint x0, guint y0, guint w, guint h)
{
  Columns columns = { 0 };
  Bytes ring[U] = { 0 };
  double values[TILE_W], sum = 0;
  for (guint y = 0; y < h + U - 1; y++)
    {
      Bytes row = { 0 };
      fetch (ssim, channel, x0, y0 + y, w, &row);
      slide_columns (&columns, &row, &ring[y % U]);
      ring[y % U] = row;
      if (y < U - 1)
        continue;
      uniform_row (&columns, values);
      sum += sum_lanes (values, w);
    }
  return sum;
}

/* ---- the Gaussian 11 × 11 window, σ 1.5: in doubles, for σ² is a small difference of large sums ---- */

#define G 11
#define HALF (G / 2)

typedef struct { double a[ROW], b[ROW], squares[ROW], product[ROW]; } Blurred;

/* exp(−k²/(2·1.5²)), divided by the sum over k = −5…5 */
static const double gauss[HALF + 1] = {
  0.26601172486179431, 0.21300553771125366, 0.1093606895097,
  0.036000772128430822, 0.0075987581352391842, 0.0010283800844791099,
};

TRI_WIDE static void
widen (const Bytes *row, Blurred *out)
{
  for (guint x = 0; x < ROW; x++)
    {
      gint32 a = row->a[x], b = row->b[x];
      out->a[x] = a;
      out->b[x] = b;
      out->squares[x] = a * a + b * b;
      out->product[x] = a * b;
    }
}

static inline double
along (const double *v)
{
  return gauss[0] * v[5] + gauss[1] * (v[4] + v[6]) + gauss[2] * (v[3] + v[7]) + gauss[3] * (v[2] + v[8])
         + gauss[4] * (v[1] + v[9]) + gauss[5] * (v[0] + v[10]);
}

TRI_WIDE static void
blur_along (const double *restrict in, double *restrict out)
{
  for (guint x = 0; x < TILE_W; x++)
    out[x] = along (in + x);
}

#define DOWN(member) \
  (gauss[0] * r[5]->member[x] + gauss[1] * (r[4]->member[x] + r[6]->member[x]) \
   + gauss[2] * (r[3]->member[x] + r[7]->member[x]) + gauss[3] * (r[2]->member[x] + r[8]->member[x]) \
   + gauss[4] * (r[1]->member[x] + r[9]->member[x]) + gauss[5] * (r[0]->member[x] + r[10]->member[x]))

TRI_WIDE static void
gaussian_row (const Blurred *const r[G], double *restrict values)
{
  for (guint x = 0; x < TILE_W; x++)
    {
      double a = DOWN (a), b = DOWN (b), squares = DOWN (squares), product = DOWN (product);
      double ab = a * b, aabb = a * a + b * b;
      values[x] = ((2 * ab + C1) * (2 * (product - ab) + C2)) / ((aabb + C1) * (squares - aabb + C2));
    }
}

static double
gaussian_tile (const Ssim *ssim, guint channel, guint x0, guint y0, guint w, guint h)
{
  Blurred ring[G], wide;
  const Blurred *rows[G];
  double values[TILE_W], sum = 0;
  for (guint y = 0; y < h + G - 1; y++)
    {
      Bytes row = { 0 };
      fetch (ssim, channel, x0, y0 + y, w, &row);
      widen (&row, &wide);
      Blurred *out = &ring[y % G];
      blur_along (wide.a, out->a);
      blur_along (wide.b, out->b);
      blur_along (wide.squares, out->squares);
      blur_along (wide.product, out->product);
      if (y < G - 1)
        continue;
      for (guint k = 0; k < G; k++)
        rows[k] = &ring[(y + 1 + k) % G];
      gaussian_row (rows, values);
      sum += sum_lanes (values, w);
    }
  return sum;
}

/* ---- both ---- */

static void
do_tiles (gsize begin, gsize end, guint slot, gpointer data)
{
  Ssim *ssim = data;
  for (gsize i = begin; i < end; i++)
    {
      guint tx = (guint) (i % ssim->n_across), ty = (guint) (i / ssim->n_across % ssim->n_down);
      guint channel = (guint) (i / ssim->n_across / ssim->n_down);
      guint x0 = tx * TILE_W, y0 = ty * TILE_H;
      ssim->sums[i] = ssim->tile (ssim, channel, x0, y0, MIN (TILE_W, ssim->across - x0),
                                  MIN (TILE_H, ssim->down - y0));
    }
}

static gboolean
measure (const TriImage *a, const TriImage *b, guint window, TileFunc tile, double *result, TriProgress *progress,
         GError **error)
{
  *result = NAN;
  if (MIN (a->width, a->height) < window)
    return TRUE;
  Ssim ssim = { .a = a, .b = b, .window = window, .tile = tile };
  ssim.across = a->width - window + 1;
  ssim.down = a->height - window + 1;
  ssim.n_across = (ssim.across + TILE_W - 1) / TILE_W;
  ssim.n_down = (ssim.down + TILE_H - 1) / TILE_H;
  gsize n_tiles = (gsize) ssim.n_across * ssim.n_down * a->channels;
  g_autofree double *sums = g_new0 (double, n_tiles);
  ssim.sums = sums;
  if (!tri_parallel_for (n_tiles, 1, do_tiles, &ssim, progress, error))
    return FALSE;
  double sum = 0;
  for (gsize i = 0; i < n_tiles; i++)
    sum += sums[i];
  *result = sum / ((double) ssim.across * ssim.down * a->channels);
  return TRUE;
}

/**
 * tri_metric_ssim:
 * @ssim: (out): NaN when the picture is smaller than the window, 11 × 11
 *
 * As Wang and others define it: a Gaussian window of 11 × 11, σ 1.5, population covariance; what scikit-image gives
 * with gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255. Alpha counts as a channel.
 */
gboolean
tri_metric_ssim (const TriImage *a, const TriImage *b, double *ssim, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (tri_image_same_shape (a, b), FALSE);
  return measure (a, b, G, gaussian_tile, ssim, progress, error);
}

/* As scikit-image does without further arguments: a uniform window of 7 × 7, sample covariance. */
gboolean
tri_metric_ssim_uniform (const TriImage *a, const TriImage *b, double *ssim, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (tri_image_same_shape (a, b), FALSE);
  return measure (a, b, U, uniform_tile, ssim, progress, error);
}
