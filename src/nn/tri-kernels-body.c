/* The inner loops, for the width that the build states: LANES floats a vector, TILE pixels × 2 vectors in registers.
 * Contraction into fused multiply-add is on in this file, so results differ in the last bits from one instruction set
 * to the other.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-kernels.h"

#include <string.h>

#define ALWAYS static inline __attribute__ ((always_inline))
#define UNROLL _Pragma ("GCC unroll 16")

typedef float Vec __attribute__ ((vector_size (LANES * 4)));
typedef gint32 Mask __attribute__ ((vector_size (LANES * 4)));
typedef float Loose __attribute__ ((vector_size (LANES * 4), aligned (4), may_alias));

ALWAYS Vec
load (const float *p)
{
  return *(const Loose *) p;
}

ALWAYS void
store (float *p, Vec v)
{
  *(Loose *) p = v;
}

ALWAYS Vec
leaky (Vec v, float slope)
{
  Vec low = v * slope;
  Mask keep = v > low;
  return (Vec) ((keep & (Mask) v) | (~keep & (Mask) low));
}

/* Writes the first n lanes. */
static void
store_part (float *out, Vec v, guint n, gboolean add)
{
  float lanes[LANES];
  memcpy (lanes, &v, sizeof lanes);
  for (guint i = 0; i < n; i++)
    out[i] = add ? out[i] + lanes[i] : lanes[i];
}

ALWAYS void
finish (const TriConvRow *r, float *out, Vec v, guint first)
{
  v = leaky (v, r->slope);
  if (G_UNLIKELY (r->n_out < first + LANES))
    store_part (out + first, v, r->n_out - first, r->add);
  else if (r->add)
    store (out + first, load (out + first) + v);
  else
    store (out + first, v);
}

ALWAYS void
conv_tile (const TriConvRow *r, guint pixel, const guint n_pixels, const guint n_vectors)
{
  Vec sum[12][2];
  const float *w = r->weights;
  const gsize step = r->in_step;
  const float *base = r->in + pixel * step;
  UNROLL for (guint p = 0; p < n_pixels; p++)
    UNROLL for (guint v = 0; v < n_vectors; v++)
      sum[p][v] = r->bias != NULL ? load (r->bias + v * LANES) : (Vec) { 0 };
  for (guint row = 0; row < r->n_rows; row++, base += r->row_stride)
    {
      const float *x[4] = { base, base + 3 * step, base + 6 * step, base + 9 * step };
      for (gsize i = 0; i < r->run; i++, w += n_vectors * LANES)
        {
          Vec w0 = load (w), w1 = n_vectors > 1 ? load (w + LANES) : w0;
          UNROLL for (guint p = 0; p < n_pixels; p++)
            {
              float value = x[p / 3][p % 3 * step + i];
              sum[p][0] += value * w0;
              if (n_vectors > 1)
                sum[p][1] += value * w1;
            }
        }
    }
  UNROLL for (guint p = 0; p < n_pixels; p++)
    UNROLL for (guint v = 0; v < n_vectors; v++)
      finish (r, r->out + (pixel + p) * r->out_step, sum[p][v], v * LANES);
}

ALWAYS void
conv_pixels (const TriConvRow *r, const guint tile, const guint n_vectors)
{
  guint p = 0, n = r->n_pixels;
  for (; p + tile <= n; p += tile)
    conv_tile (r, p, tile, n_vectors);
  if (tile > 8 && p + 8 <= n)
    {
      conv_tile (r, p, 8, n_vectors);
      p += 8;
    }
  if (p + 4 <= n)
    {
      conv_tile (r, p, 4, n_vectors);
      p += 4;
    }
  if (p + 2 <= n)
    {
      conv_tile (r, p, 2, n_vectors);
      p += 2;
    }
  if (p < n)
    conv_tile (r, p, 1, n_vectors);
}

static void
conv_row (const TriConvRow *r)
{
  if (r->n_vectors > 1)
    conv_pixels (r, TILE, 2);
  else
    conv_pixels (r, 12, 1);
}

ALWAYS float
total (Vec v)
{
  float lanes[LANES];
  memcpy (lanes, &v, sizeof lanes);
  UNROLL for (guint half = LANES / 2; half > 0; half /= 2)
    UNROLL for (guint i = 0; i < half; i++)
      lanes[i] += lanes[i + half];
  return lanes[0];
}

/* For few outputs: vectors run over the inputs. */
ALWAYS void
dot_tile (const TriConvRow *r, guint pixel, guint first, const guint n_pixels, const guint n_out)
{
  Vec sum[4][4];
  gsize padded = (r->run + LANES - 1) / LANES * LANES, size = padded * r->n_rows;
  const float *w = r->weights + first * size, *base = r->in + pixel * r->in_step;
  UNROLL for (guint p = 0; p < n_pixels; p++)
    UNROLL for (guint o = 0; o < n_out; o++)
      sum[p][o] = (Vec) { 0 };
  for (guint row = 0; row < r->n_rows; row++, base += r->row_stride)
    for (gsize i = 0; i < padded; i += LANES, w += LANES)
      {
        Vec weight[4];
        UNROLL for (guint o = 0; o < n_out; o++)
          weight[o] = load (w + o * size);
        UNROLL for (guint p = 0; p < n_pixels; p++)
          {
            Vec x = load (base + p * r->in_step + i);
            UNROLL for (guint o = 0; o < n_out; o++)
              sum[p][o] += x * weight[o];
          }
      }
  for (guint p = 0; p < n_pixels; p++)
    for (guint o = 0; o < n_out; o++)
      {
        float value = total (sum[p][o]) + (r->bias != NULL ? r->bias[first + o] : 0);
        float *out = r->out + (pixel + p) * r->out_step + first + o;
        value = MAX (value, value * r->slope);
        *out = r->add ? *out + value : value;
      }
}

ALWAYS void
dot_pixels (const TriConvRow *r, guint first, const guint n_out)
{
  guint p = 0;
  for (; p + 4 <= r->n_pixels; p += 4)
    dot_tile (r, p, first, 4, n_out);
  for (; p < r->n_pixels; p++)
    dot_tile (r, p, first, 1, n_out);
}

static void
dot_row (const TriConvRow *r)
{
  for (guint first = 0; first < r->n_out; first += 4)
    switch (MIN (r->n_out - first, 4))
      {
      case 1: dot_pixels (r, first, 1); break;
      case 2: dot_pixels (r, first, 2); break;
      case 3: dot_pixels (r, first, 3); break;
      default: dot_pixels (r, first, 4);
      }
}

ALWAYS void
outer_tile (const TriOuter *r, guint first, const guint n_a, const guint n_vectors)
{
  Vec sum[12][2];
  const float *a = r->a + first, *b = r->b;
  UNROLL for (guint i = 0; i < n_a; i++)
    UNROLL for (guint v = 0; v < n_vectors; v++)
      sum[i][v] = load (r->c + (first + i) * r->c_step + v * LANES);
  for (guint p = 0; p < r->n_pixels; p++, a += r->a_step, b += r->b_step)
    {
      Vec b0 = load (b), b1 = n_vectors > 1 ? load (b + LANES) : b0;
      UNROLL for (guint i = 0; i < n_a; i++)
        {
          sum[i][0] += a[i] * b0;
          if (n_vectors > 1)
            sum[i][1] += a[i] * b1;
        }
    }
  UNROLL for (guint i = 0; i < n_a; i++)
    UNROLL for (guint v = 0; v < n_vectors; v++)
      store (r->c + (first + i) * r->c_step + v * LANES, sum[i][v]);
}

ALWAYS void
outer_all (const TriOuter *r, const guint tile, const guint n_vectors)
{
  guint i = 0, n = r->n_a;
  for (; i + tile <= n; i += tile)
    outer_tile (r, i, tile, n_vectors);
  for (; i + 4 <= n; i += 4)
    outer_tile (r, i, 4, n_vectors);
  for (; i < n; i++)
    outer_tile (r, i, 1, n_vectors);
}

static void
outer (const TriOuter *r)
{
  if (r->n_vectors > 1)
    outer_all (r, TILE, 2);
  else
    outer_all (r, 12, 1);
}

static void
bias_row (float *g, const float *value, float slope, gsize n_pixels, guint n_channels, float *sums)
{
  for (gsize p = 0; p < n_pixels; p++, g += n_channels)
    {
      if (value != NULL)
        {
          for (guint c = 0; c < n_channels; c++)
            g[c] = value[c] > 0 ? g[c] : g[c] * slope;
          value += n_channels;
        }
      for (guint c = 0; c < n_channels; c++)
        sums[c] += g[c];
    }
}

extern const TriKernels KERNELS;
const TriKernels KERNELS = { ID, LANES, conv_row, dot_row, outer, bias_row };
