/* Gradients of a convolution with respect to its weights and bias. The batch is cut into a fixed number of parts, each
 * summed by one worker, and the parts are added in order: the same bits for any number of threads.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-conv-private.h"
#include "tri-parallel.h"

#define BLOCK 12         /* first operand's floats at a time: what fits the registers of the inner loop */
#define BIAS_PIXELS 256  /* summed in floats before they go to a double */

/* Vectors run over outputs, or over the inputs of a run where that wastes fewer lanes. */
typedef struct {
  guint icg, ocg, run, out_padded, run_padded;
  gboolean over_inputs;
  gsize size; /* floats of one group's sums */
} Layout;

static Layout
layout_of (const TriConv *conv)
{
  guint lanes = tri_kernels_get ()->lanes;
  Layout l = { .icg = conv->ic / conv->groups, .ocg = conv->oc / conv->groups };
  l.run = conv->kw * l.icg;
  l.out_padded = (l.ocg + lanes - 1) / lanes * lanes;
  l.run_padded = (l.run + lanes - 1) / lanes * lanes;
  l.over_inputs = (gsize) l.ocg * l.run_padded < (gsize) l.run * l.out_padded;
  l.size = (gsize) conv->kh * (l.over_inputs ? l.ocg * l.run_padded : l.run * l.out_padded);
  return l;
}

gsize
tri_conv_parts_size (const TriConv *conv)
{
  return TRI_CONV_PARTS * conv->groups * layout_of (conv).size;
}

typedef struct {
  const TriConv *conv;
  const float *in, *g;
  float *parts, *gradient;
  TriScratch *scratch;
  TriProgress *progress;
  Layout layout;
  guint band, n_bands;
  gint failed; /* atomic */
} Work;

static void
sum_rows (const Work *work, TriOuter outer, guint n_rows, gsize row_a, gsize row_b, guint n_a, guint n_b)
{
  const TriKernels *kernels = tri_kernels_get ();
  const float *a = outer.a, *b = outer.b;
  float *c = outer.c;
  for (guint j = 0; j < n_b; j += 2 * kernels->lanes)
    for (guint i = 0; i < n_a; i += BLOCK)
      for (guint y = 0; y < n_rows; y++)
        {
          outer.n_vectors = MIN (n_b - j, 2 * kernels->lanes) / kernels->lanes;
          outer.n_a = MIN (n_a - i, BLOCK);
          outer.a = a + y * row_a + i;
          outer.b = b + y * row_b + j;
          outer.c = c + i * outer.c_step + j;
          kernels->outer (&outer);
        }
}

static void
sum_group (const Work *work, guint n, guint y0, guint rows, guint g, float *window, float *sums)
{
  const TriConv *conv = work->conv;
  const Layout *l = &work->layout;
  guint columns = (conv->ow - 1) * conv->sx + conv->kw;
  gsize row_floats = (gsize) columns * l->icg, row_in = conv->sy * row_floats;
  gsize window_size = row_floats * ((rows - 1) * conv->sy + conv->kh) + 2 * TRI_KERNELS_MAX_LANES;
  const float *from = work->g + (((gsize) n * conv->oh + y0) * conv->ow) * conv->oc + g * l->ocg;
  gsize g_step = conv->oc, step = (gsize) conv->sx * l->icg;

  tri_conv_window (work->in + (gsize) n * conv->h * conv->w * conv->ic, conv->h, conv->w, conv->ic,
                   (gssize) y0 * conv->sy - conv->py, (rows - 1) * conv->sy + conv->kh, -(gssize) conv->px, columns,
                   g * l->icg, l->icg, window);
  if (!l->over_inputs && l->ocg != l->out_padded)
    {
      float *copy = window + window_size;
      for (gsize p = 0; p < (gsize) rows * conv->ow; p++)
        {
          memcpy (copy + p * l->out_padded, from + p * g_step, l->ocg * sizeof (float));
          memset (copy + p * l->out_padded + l->ocg, 0, (l->out_padded - l->ocg) * sizeof (float));
        }
      from = copy;
      g_step = l->out_padded;
    }
  for (guint ky = 0; ky < conv->kh; ky++)
    {
      const float *in = window + ky * row_floats;
      if (l->over_inputs)
        sum_rows (work, (TriOuter) { .a = from, .a_step = g_step, .b = in, .b_step = step,
                                     .c = sums + (gsize) ky * l->run_padded, .c_step = (gsize) conv->kh * l->run_padded,
                                     .n_pixels = conv->ow },
                  rows, conv->ow * g_step, row_in, l->ocg, l->run_padded);
      else
        sum_rows (work, (TriOuter) { .a = in, .a_step = step, .b = from, .b_step = g_step,
                                     .c = sums + (gsize) ky * l->run * l->out_padded, .c_step = l->out_padded,
                                     .n_pixels = conv->ow },
                  rows, row_in, conv->ow * g_step, l->run, l->out_padded);
    }
}

static void
sum_parts (gsize begin, gsize end, guint slot, gpointer data)
{
  Work *work = data;
  const TriConv *conv = work->conv;
  float *window = tri_scratch_get (work->scratch, slot);
  gsize n_items = (gsize) conv->n * work->n_bands;
  if (window == NULL)
    {
      g_atomic_int_set (&work->failed, TRUE);
      return;
    }
  for (gsize part = begin; part < end; part++)
    {
      float *sums = work->parts + part * conv->groups * work->layout.size;
      memset (sums, 0, conv->groups * work->layout.size * sizeof (float));
      for (gsize item = part * n_items / TRI_CONV_PARTS; item < (part + 1) * n_items / TRI_CONV_PARTS; item++)
        {
          guint n = (guint) (item / work->n_bands), y0 = (guint) (item % work->n_bands) * work->band;
          if (tri_progress_is_cancelled (work->progress))
            return;
          for (guint g = 0; y0 < conv->oh && g < conv->groups; g++)
            sum_group (work, n, y0, MIN (work->band, conv->oh - y0), g, window, sums + g * work->layout.size);
        }
    }
}

static void
add_outputs (gsize begin, gsize end, guint slot, gpointer data)
{
  Work *work = data;
  const TriConv *conv = work->conv;
  const Layout *l = &work->layout;
  gsize area = (gsize) conv->kh * conv->kw, part_size = conv->groups * l->size;
  for (gsize o = begin; o < end; o++)
    {
      const float *sums = work->parts + o / l->ocg * l->size;
      guint at = (guint) (o % l->ocg);
      float *to = work->gradient + o * l->icg * area;
      for (guint ky = 0; ky < conv->kh; ky++)
        for (guint r = 0; r < l->run; r++)
          {
            gsize from = l->over_inputs ? ((gsize) at * conv->kh + ky) * l->run_padded + r
                                        : ((gsize) ky * l->run + r) * l->out_padded + at;
            float sum = 0;
            for (guint part = 0; part < TRI_CONV_PARTS; part++)
              sum += sums[part * part_size + from];
            to[r % l->icg * area + ky * conv->kw + r / l->icg] += sum;
          }
    }
}

/* Adds to @gradient, [out, in / groups, kh, kw]. @parts: tri_conv_parts_size() floats. */
gboolean
tri_conv_back_weights (const TriConv *conv, const float *in, const float *g, float *gradient, float *parts,
                       TriScratch *scratch, TriProgress *progress, GError **error)
{
  Work work = { .conv = conv, .in = in, .g = g, .parts = parts, .gradient = gradient, .scratch = scratch,
                .progress = progress, .layout = layout_of (conv) };
  work.band = tri_conv_band (conv->oh, conv->kh, conv->sy,
                             (gsize) ((conv->ow - 1) * conv->sx + conv->kw) * work.layout.icg);
  work.n_bands = (conv->oh + work.band - 1) / work.band;
  if (!tri_parallel_for (TRI_CONV_PARTS, 1, sum_parts, &work, progress, error))
    return FALSE;
  if (g_atomic_int_get (&work.failed))
    {
      tri_nn_no_memory (scratch->size * sizeof (float), error);
      return FALSE;
    }
  return tri_parallel_for (conv->oc, 8, add_outputs, &work, progress, error);
}

typedef struct {
  float *g;
  const float *value;
  float slope;
  gsize n_pixels;
  guint n_channels;
  double *parts;
} BiasWork;

static void
sum_bias (gsize begin, gsize end, guint slot, gpointer data)
{
  BiasWork *work = data;
  g_autofree float *sums = g_new (float, work->n_channels);
  for (gsize part = begin; part < end; part++)
    {
      double *total = work->parts + part * work->n_channels;
      gsize last = (part + 1) * work->n_pixels / TRI_CONV_PARTS;
      for (gsize p = part * work->n_pixels / TRI_CONV_PARTS; p < last; p += BIAS_PIXELS)
        {
          gsize at = p * work->n_channels;
          memset (sums, 0, work->n_channels * sizeof (float));
          tri_kernels_get ()->bias_row (work->g + at, work->value != NULL ? work->value + at : NULL, work->slope,
                                        MIN (last - p, BIAS_PIXELS), work->n_channels, sums);
          for (guint c = 0; c < work->n_channels; c++)
            total[c] += sums[c];
        }
    }
}

/* Applies the derivative of the leaky ReLU that followed to @g (@value: what came out; NULL for none), and adds the sum
 * over all pixels to @bias_gradient (nullable). */
gboolean
tri_conv_back_bias (const TriConv *conv, float *g, const float *value, float slope, float *bias_gradient,
                    TriProgress *progress, GError **error)
{
  g_autofree double *parts = g_new0 (double, TRI_CONV_PARTS * conv->oc);
  BiasWork work = { g, value, slope, (gsize) conv->n * conv->oh * conv->ow, conv->oc, parts };
  if (!tri_parallel_for (TRI_CONV_PARTS, 1, sum_bias, &work, progress, error))
    return FALSE;
  for (guint c = 0; bias_gradient != NULL && c < conv->oc; c++)
    {
      double sum = 0;
      for (guint part = 0; part < TRI_CONV_PARTS; part++)
        sum += parts[part * conv->oc + c];
      bias_gradient[c] += (float) sum;
    }
  return TRUE;
}
