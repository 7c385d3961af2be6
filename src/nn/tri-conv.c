/* Direct convolution, forward and with respect to its input. The window of a band of rows is first copied, with its
 * zeros, into a worker's own memory; there one row of the window is one run of floats, so that one inner loop serves
 * every kernel, stride, padding and group. The gradient with respect to the input is the same loop over the gradient
 * of the output with flipped weights, one for each residue of the stride.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-conv.h"

#include <math.h>
#include <string.h>

#include "tri-conv-private.h"
#include "tri-parallel.h"

/* One worker's window should stay in its second-level cache. */
#define BAND_FLOATS (64 * 1024)

float *
tri_scratch_get (TriScratch *scratch, guint slot)
{
  if (scratch->slot[slot] == NULL)
    scratch->slot[slot] = tri_floats_new (scratch->size, NULL);
  return scratch->slot[slot];
}

void
tri_scratch_clear (TriScratch *scratch)
{
  for (guint s = 0; s < G_N_ELEMENTS (scratch->slot); s++)
    g_clear_pointer (&scratch->slot[s], tri_floats_free);
}

/* How many rows of a result a worker does at a time; equal bands. @row_floats: that a row of the result needs, of all groups, so that
 * many groups don't make it long until someone looks whether to stop */
guint
tri_conv_band (guint n_rows, guint window_rows, guint row_step, gsize row_floats)
{
  gsize rows = MAX (BAND_FLOATS / MAX (row_floats, 1), window_rows);
  guint band = (guint) MIN ((rows - window_rows) / row_step + 1, n_rows);
  guint n_bands = (n_rows + band - 1) / band;
  return (n_rows + n_bands - 1) / n_bands;
}

/* Few outputs waste most lanes of a vector over outputs; then the vectors run over the inputs. */
static gboolean
use_dot (guint rows, guint run, guint n_out)
{
  guint lanes = tri_kernels_get ()->lanes;
  guint vectors = (run + lanes - 1) / lanes, out_vectors = (n_out + lanes - 1) / lanes;
  return n_out * (vectors * rows + 6) < run * rows * out_vectors;
}

static gsize
stage_size (guint rows, guint run, guint n_out)
{
  guint lanes = tri_kernels_get ()->lanes;
  gsize panel = (gsize) rows * run * ((n_out + lanes - 1) / lanes * lanes);
  gsize dots = (gsize) n_out * rows * ((run + lanes - 1) / lanes * lanes);
  return MAX (panel, dots);
}

/* Where a weight is: base + row × rows + tap × taps + in × ins + out × outs */
typedef struct {
  const float *base;
  gssize rows, taps, ins, outs;
} Strides;

static void
pack_stage (float *packed, const Strides *s, guint n_rows, guint n_taps, guint n_in, guint n_out)
{
  guint lanes = tri_kernels_get ()->lanes, run = n_taps * n_in;
  gsize padded = (run + lanes - 1) / lanes * lanes;
  gboolean dot = use_dot (n_rows, run, n_out);
  memset (packed, 0, stage_size (n_rows, run, n_out) * sizeof (float));
  for (guint o = 0; o < n_out; o++)
    {
      guint first = o / (2 * lanes) * (2 * lanes);
      gsize width = MIN (2 * lanes, (n_out - first + lanes - 1) / lanes * lanes);
      float *panel = packed + (gsize) first * n_rows * run + (o - first);
      for (guint r = 0; r < n_rows; r++)
        for (guint t = 0; t < n_taps; t++)
          {
            const float *from = s->base + r * s->rows + t * s->taps + o * s->outs;
            gsize at = (gsize) t * n_in;
            for (guint i = 0; i < n_in; i++)
              if (dot)
                packed[((gsize) o * n_rows + r) * padded + at + i] = from[i * s->ins];
              else
                panel[((gsize) r * run + at + i) * width] = from[i * s->ins];
          }
    }
}

static void
run_stage (const float *packed, const float *bias, TriConvRow *row, guint n_out, gsize row_in, gsize row_out,
           guint n_rows_out)
{
  const TriKernels *kernels = tri_kernels_get ();
  const float *in = row->in;
  float *out = row->out;
  row->bias = bias;
  if (use_dot (row->n_rows, row->run, n_out))
    {
      row->weights = packed;
      row->n_out = n_out;
      for (guint y = 0; y < n_rows_out; y++)
        {
          row->in = in + y * row_in;
          row->out = out + y * row_out;
          kernels->dot_row (row);
        }
      return;
    }
  for (guint first = 0; first < n_out; first += 2 * kernels->lanes)
    {
      row->weights = packed + (gsize) first * row->n_rows * row->run;
      row->bias = bias != NULL ? bias + first : NULL;
      row->n_out = MIN (n_out - first, 2 * kernels->lanes);
      row->n_vectors = (row->n_out + kernels->lanes - 1) / kernels->lanes;
      for (guint y = 0; y < n_rows_out; y++)
        {
          row->in = in + y * row_in;
          row->out = out + y * row_out + first;
          kernels->conv_row (row);
        }
    }
}

/* Copies rows y0 … y0 + n_rows - 1 and columns x0 … x0 + n_columns - 1 of channels first … first + n_channels - 1;
 * zeros outside of the picture, and for two vectors more: they are read and multiplied by zero. */
void
tri_conv_window (const float *picture, guint h, guint w, guint c, gssize y0, guint n_rows, gssize x0, guint n_columns,
                 guint first, guint n_channels, float *out)
{
  gsize row = (gsize) n_columns * n_channels;
  gssize from = CLAMP (x0, 0, (gssize) w), to = CLAMP (x0 + (gssize) n_columns, 0, (gssize) w);
  for (guint r = 0; r < n_rows; r++, out += row)
    {
      gssize y = y0 + r;
      if (y < 0 || y >= (gssize) h || from >= to)
        {
          memset (out, 0, row * sizeof (float));
          continue;
        }
      const float *in = picture + ((gsize) y * w + from) * c + first;
      float *inside = out + (from - x0) * n_channels;
      memset (out, 0, (from - x0) * n_channels * sizeof (float));
      if (n_channels == c)
        memcpy (inside, in, (to - from) * c * sizeof (float));
      else
        for (gssize x = from; x < to; x++, in += c, inside += n_channels)
          memcpy (inside, in, n_channels * sizeof (float));
      memset (out + (to - x0) * n_channels, 0, (x0 + n_columns - to) * n_channels * sizeof (float));
    }
  memset (out, 0, 2 * TRI_KERNELS_MAX_LANES * sizeof (float));
}

typedef struct {
  const TriConv *conv;
  const float *in, *packed;
  float *out;
  gboolean add;
  float slope;
  TriScratch *scratch;
  guint band, n_bands;
  gint failed; /* atomic */
} Work;

static gboolean
finish_work (Work *work, gboolean done, GError **error)
{
  if (g_atomic_int_get (&work->failed) && done)
    {
      tri_nn_no_memory (work->scratch->size * sizeof (float), error);
      return FALSE;
    }
  return done;
}

static gsize
forward_row_floats (const TriConv *conv)
{
  return (gsize) ((conv->ow - 1) * conv->sx + conv->kw) * (conv->ic / conv->groups);
}

static guint
forward_band (const TriConv *conv)
{
  return tri_conv_band (conv->oh, conv->kh, conv->sy, forward_row_floats (conv) * conv->groups);
}

static void
forward_bands (gsize begin, gsize end, guint slot, gpointer data)
{
  Work *work = data;
  const TriConv *conv = work->conv;
  guint lanes = tri_kernels_get ()->lanes;
  guint icg = conv->ic / conv->groups, ocg = conv->oc / conv->groups, run = conv->kw * icg;
  gsize bias_size = (ocg + lanes - 1) / lanes * lanes, stage = stage_size (conv->kh, run, ocg);
  gsize row_floats = forward_row_floats (conv);
  float *window = tri_scratch_get (work->scratch, slot);
  if (window == NULL)
    {
      g_atomic_int_set (&work->failed, TRUE);
      return;
    }
  for (gsize item = begin; item < end; item++)
    {
      guint n = (guint) (item / work->n_bands), y0 = (guint) (item % work->n_bands) * work->band;
      guint rows = MIN (work->band, conv->oh - MIN (y0, conv->oh));
      const float *picture = work->in + (gsize) n * conv->h * conv->w * conv->ic;
      float *out = work->out + ((gsize) n * conv->oh + y0) * conv->ow * conv->oc;
      for (guint g = 0; rows > 0 && g < conv->groups; g++)
        {
          const float *packed = work->packed + g * (bias_size + stage);
          tri_conv_window (picture, conv->h, conv->w, conv->ic, (gssize) y0 * conv->sy - conv->py,
                           (rows - 1) * conv->sy + conv->kh, -(gssize) conv->px, (conv->ow - 1) * conv->sx + conv->kw,
                           g * icg, icg, window);
          TriConvRow row = { .in = window, .row_stride = row_floats, .n_rows = conv->kh, .run = run,
                             .in_step = (gsize) conv->sx * icg, .out = out + g * ocg, .out_step = conv->oc,
                             .n_pixels = conv->ow, .slope = work->slope };
          run_stage (packed + bias_size, packed, &row, ocg, conv->sy * row_floats, (gsize) conv->ow * conv->oc, rows);
        }
    }
}

/* Floats of the packed weights of all groups: bias, then panels. */
gsize
tri_conv_packed_size (const TriConv *conv)
{
  guint lanes = tri_kernels_get ()->lanes, ocg = conv->oc / conv->groups;
  gsize stage = stage_size (conv->kh, conv->kw * (conv->ic / conv->groups), ocg);
  return conv->groups * ((ocg + lanes - 1) / lanes * lanes + stage);
}

/* @weights: [out, in / groups, kh, kw]; @bias: (nullable) */
void
tri_conv_pack (const TriConv *conv, const float *weights, const float *bias, float *packed)
{
  guint lanes = tri_kernels_get ()->lanes, icg = conv->ic / conv->groups, ocg = conv->oc / conv->groups;
  gsize bias_size = (ocg + lanes - 1) / lanes * lanes, area = (gsize) conv->kh * conv->kw;
  gsize stage = stage_size (conv->kh, conv->kw * icg, ocg);
  for (guint g = 0; g < conv->groups; g++, packed += bias_size + stage)
    {
      Strides strides = { weights + (gsize) g * ocg * icg * area, conv->kw, 1, (gssize) area, (gssize) (icg * area) };
      memset (packed, 0, bias_size * sizeof (float));
      if (bias != NULL)
        memcpy (packed, bias + g * ocg, ocg * sizeof (float));
      pack_stage (packed + bias_size, &strides, conv->kh, conv->kw, icg, ocg);
    }
}

gboolean
tri_conv_forward (const TriConv *conv, const float *in, const float *packed, float *out, float slope,
                  TriScratch *scratch, TriProgress *progress, GError **error)
{
  Work work = { .conv = conv, .in = in, .packed = packed, .out = out, .slope = slope, .scratch = scratch };
  work.band = forward_band (conv);
  work.n_bands = (conv->oh + work.band - 1) / work.band;
  gboolean done = tri_parallel_for ((gsize) conv->n * work.n_bands, 1, forward_bands, &work, progress, error);
  return finish_work (&work, done, error);
}

/* Along one axis: which taps of the kernel meet the inputs at position ≡ first (modulo the stride).
 * Input position first + stride × j meets outputs j + low … j + low + taps - 1 with weights last - stride × i. */
typedef struct {
  guint n_taps, last, n_positions;
  gssize low;
} Phase;

static Phase
phase_of (guint first, guint size, guint kernel, guint stride, guint padding)
{
  guint residue = (first + padding) % stride;
  Phase phase = { .n_taps = kernel > residue ? (kernel - residue + stride - 1) / stride : 0,
                  .n_positions = first < size ? (size - first + stride - 1) / stride : 0 };
  if (phase.n_taps > 0)
    phase.last = residue + stride * (phase.n_taps - 1);
  phase.low = (gssize) ((first + padding) / stride) - (gssize) phase.n_taps + 1;
  return phase;
}

/* The part of the output's gradient that all phases of rows y0 … y1 - 1 see. */
typedef struct {
  gssize y, x;
  guint rows, columns;
} Extent;

static void
extent_of (guint from, guint to, guint kernel, guint stride, guint padding, gssize *low, guint *count)
{
  gssize at = (gssize) from + padding - (gssize) kernel + 1;
  *low = at >= 0 ? at / stride : -((-at + stride - 1) / stride);
  *count = (guint) ((gssize) ((to - 1 + padding) / stride) - *low + 1);
}

static Extent
back_extent (const TriConv *conv, guint y0, guint y1)
{
  Extent extent;
  extent_of (y0, y1, conv->kh, conv->sy, conv->py, &extent.y, &extent.rows);
  extent_of (0, conv->w, conv->kw, conv->sx, conv->px, &extent.x, &extent.columns);
  return extent;
}

static guint
back_band (const TriConv *conv)
{
  Extent extent = back_extent (conv, 0, 1);
  guint rows = tri_conv_band ((conv->h + conv->sy - 1) / conv->sy, (conv->kh + conv->sy - 1) / conv->sy + 1, 1,
                              (gsize) extent.columns * conv->oc);
  return rows * conv->sy;
}

static void
back_bands (gsize begin, gsize end, guint slot, gpointer data)
{
  Work *work = data;
  const TriConv *conv = work->conv;
  guint icg = conv->ic / conv->groups, ocg = conv->oc / conv->groups;
  float *window = tri_scratch_get (work->scratch, slot);
  if (window == NULL)
    {
      g_atomic_int_set (&work->failed, TRUE);
      return;
    }
  for (gsize item = begin; item < end; item++)
    {
      guint n = (guint) (item / work->n_bands), y0 = (guint) (item % work->n_bands) * work->band;
      guint y1 = MIN (y0 + work->band, conv->h);
      Extent extent = back_extent (conv, y0, y1);
      gsize row_floats = (gsize) extent.columns * ocg;
      const float *packed = work->packed;
      for (guint g = 0; g < conv->groups; g++)
        {
          tri_conv_window (work->in + (gsize) n * conv->oh * conv->ow * conv->oc, conv->oh, conv->ow, conv->oc,
                           extent.y, extent.rows, extent.x, extent.columns, g * ocg, ocg, window);
          for (guint py = 0; py < conv->sy; py++)
            for (guint px = 0; px < conv->sx; px++)
              {
                Phase y = phase_of (py, conv->h, conv->kh, conv->sy, conv->py);
                Phase x = phase_of (px, conv->w, conv->kw, conv->sx, conv->px);
                gboolean met = y.n_taps > 0 && x.n_taps > 0;
                guint n_rows = y0 + py < y1 ? (y1 - y0 - py + conv->sy - 1) / conv->sy : 0;
                gssize from_y = met ? y.low + (gssize) (y0 / conv->sy) - extent.y : 0;
                gssize from_x = met ? x.low - extent.x : 0;
                TriConvRow row = { .in = window + from_y * (gssize) row_floats + from_x * ocg,
                                   .row_stride = row_floats, .n_rows = met ? y.n_taps : 0,
                                   .run = met ? x.n_taps * ocg : 0, .in_step = ocg,
                                   .out = work->out + (((gsize) n * conv->h + y0 + py) * conv->w + px) * conv->ic + g * icg,
                                   .out_step = (gsize) conv->sx * conv->ic, .n_pixels = x.n_positions,
                                   .add = work->add, .slope = 1 };
                run_stage (packed, NULL, &row, icg, row_floats, (gsize) conv->sy * conv->w * conv->ic, n_rows);
                packed += stage_size (row.n_rows, row.run, icg);
              }
        }
    }
}

static void
pack_back (const TriConv *conv, const float *weights, float *packed, gsize *total)
{
  guint icg = conv->ic / conv->groups, ocg = conv->oc / conv->groups;
  gssize area = (gssize) conv->kh * conv->kw;
  *total = 0;
  for (guint g = 0; g < conv->groups; g++)
    for (guint py = 0; py < conv->sy; py++)
      for (guint px = 0; px < conv->sx; px++)
        {
          Phase y = phase_of (py, conv->h, conv->kh, conv->sy, conv->py);
          Phase x = phase_of (px, conv->w, conv->kw, conv->sx, conv->px);
          if (y.n_taps == 0 || x.n_taps == 0)
            continue;
          if (packed != NULL)
            {
              Strides strides = { weights + (gsize) g * ocg * icg * area + y.last * conv->kw + x.last,
                                  -(gssize) (conv->sy * conv->kw), -(gssize) conv->sx, (gssize) icg * area, area };
              pack_stage (packed + *total, &strides, y.n_taps, x.n_taps, ocg, icg);
            }
          *total += stage_size (y.n_taps, x.n_taps * ocg, icg);
        }
}

gsize
tri_conv_packed_back_size (const TriConv *conv)
{
  gsize total;
  pack_back (conv, NULL, NULL, &total);
  return total;
}

void
tri_conv_pack_back (const TriConv *conv, const float *weights, float *packed)
{
  gsize total;
  pack_back (conv, weights, packed, &total);
}

/* @g: gradient of the output; @out: of the input */
gboolean
tri_conv_back_data (const TriConv *conv, const float *g, const float *packed, float *out, gboolean add,
                    TriScratch *scratch, TriProgress *progress, GError **error)
{
  Work work = { .conv = conv, .in = g, .packed = packed, .out = out, .add = add, .scratch = scratch };
  work.band = back_band (conv);
  work.n_bands = (conv->h + work.band - 1) / work.band;
  gboolean done = tri_parallel_for ((gsize) conv->n * work.n_bands, 1, back_bands, &work, progress, error);
  return finish_work (&work, done, error);
}

/* Floats that one worker needs; some more are read, but not used, past the end of a run. */
gsize
tri_conv_scratch_size (const TriConv *conv, gboolean backward)
{
  guint band = forward_band (conv), slack = 64 * TRI_KERNELS_MAX_LANES;
  gsize forward = forward_row_floats (conv) * ((band - 1) * conv->sy + conv->kh);
  if (!backward)
    return forward + slack;
  Extent extent = back_extent (conv, 0, MIN (back_band (conv), conv->h));
  gsize back = (gsize) extent.columns * (conv->oc / conv->groups) * (extent.rows + 1);
  gsize gradient = (gsize) band * conv->ow * (conv->oc / conv->groups + TRI_KERNELS_MAX_LANES);
  return MAX (forward + gradient, back) + slack;
}
