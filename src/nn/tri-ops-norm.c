/* Group normalisation (Wu and He 2018; instance normalisation where each channel is a group): (x − mean) / deviation
 * over the positions and channels of a group, then weight and bias of the channel. Sums in double over fixed bands of
 * rows, added in order.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tri-ops.h"
#include "tri-parallel.h"

#define EPSILON 1e-5 /* PyTorch's */
#define BAND_FLOATS 32768

typedef struct {
  const TriOpCall *call;
  const float *a, *b;
  const float *scale, *shift, *third; /* for each picture and channel */
  float *out;
  double *sums; /* [picture][band][2][channel] */
  guint band, n_bands;
  gboolean add;
} Work;

static void
set_bands (Work *work)
{
  TriShape s = work->call->in;
  work->band = (guint) CLAMP (BAND_FLOATS / ((gsize) s.w * s.c), 1, s.h);
  work->n_bands = (s.h + work->band - 1) / work->band;
}

/* sums[0] += a, sums[1] += a × b */
static void
sum_bands (gsize begin, gsize end, guint slot, gpointer data)
{
  const Work *work = data;
  TriShape s = work->call->in;
  for (gsize item = begin; item < end; item++)
    {
      gsize y = item % work->n_bands * work->band, n_pixels = (MIN (y + work->band, s.h) - y) * s.w;
      gsize at = ((item / work->n_bands * s.h + y) * s.w) * s.c;
      double *first = work->sums + item * 2 * s.c, *second = first + s.c;
      for (gsize p = 0; p < n_pixels; p++, at += s.c)
        for (guint c = 0; c < s.c; c++)
          {
            first[c] += work->a[at + c];
            second[c] += (double) work->a[at + c] * work->b[at + c];
          }
    }
}

/* Returns: (transfer full) (nullable): [picture][2][channel], Σ a and Σ a × b */
static double *
sum_all (Work *work, const float *a, const float *b, GError **error)
{
  TriShape s = work->call->in;
  work->a = a;
  work->b = b;
  g_autofree double *parts = g_new0 (double, (gsize) s.n * work->n_bands * 2 * s.c);
  work->sums = parts;
  if (!tri_parallel_for ((gsize) s.n * work->n_bands, 1, sum_bands, work, work->call->progress, error))
    return NULL;
  double *sums = g_new0 (double, (gsize) s.n * 2 * s.c);
  for (gsize item = 0; item < (gsize) s.n * work->n_bands; item++)
    for (guint c = 0; c < 2 * s.c; c++)
      sums[item / work->n_bands * 2 * s.c + c] += parts[item * 2 * s.c + c];
  return sums;
}

/* out = a × scale + b × third + shift */
static void
apply_bands (gsize begin, gsize end, guint slot, gpointer data)
{
  const Work *work = data;
  TriShape s = work->call->in;
  for (gsize item = begin; item < end; item++)
    {
      gsize n = item / work->n_bands, y = item % work->n_bands * work->band;
      gsize n_pixels = (MIN (y + work->band, s.h) - y) * s.w, at = ((n * s.h + y) * s.w) * s.c;
      const float *scale = work->scale + n * s.c, *shift = work->shift + n * s.c;
      const float *third = work->third != NULL ? work->third + n * s.c : NULL;
      for (gsize p = 0; p < n_pixels; p++, at += s.c)
        for (guint c = 0; c < s.c; c++)
          {
            float value = work->a[at + c] * scale[c] + shift[c];
            if (third != NULL)
              value += work->b[at + c] * third[c];
            work->out[at + c] = work->add ? work->out[at + c] + value : value;
          }
    }
}

gboolean
tri_op_norm (const TriOpCall *call, const float *from, const float *weight, const float *bias, float *saved, float *out,
             GError **error)
{
  Work work = { .call = call, .out = out };
  TriShape s = call->in;
  guint groups = call->layer->groups, size = s.c / groups;
  double count = (double) s.h * s.w * size;
  set_bands (&work);
  g_autofree double *sums = sum_all (&work, from, from, error);
  if (sums == NULL)
    return FALSE;
  g_autofree float *scale = g_new (float, (gsize) s.n * s.c), *shift = g_new (float, (gsize) s.n * s.c);
  for (gsize i = 0; i < (gsize) s.n * groups; i++)
    {
      gsize n = i / groups, first = i % groups * size;
      double sum = 0, squares = 0;
      for (gsize c = first; c < first + size; c++)
        {
          sum += sums[n * 2 * s.c + c];
          squares += sums[n * 2 * s.c + s.c + c];
        }
      double mean = sum / count, rate = 1 / sqrt (MAX (squares / count - mean * mean, 0) + EPSILON);
      saved[2 * i] = (float) mean;
      saved[2 * i + 1] = (float) rate;
      for (gsize c = first; c < first + size; c++)
        {
          double w = weight != NULL ? weight[c] : 1;
          scale[n * s.c + c] = (float) (rate * w);
          shift[n * s.c + c] = (float) ((bias != NULL ? bias[c] : 0) - mean * rate * w);
        }
    }
  work.a = from;
  work.scale = scale;
  work.shift = shift;
  return tri_parallel_for ((gsize) s.n * work.n_bands, 1, apply_bands, &work, call->progress, error);
}

/* Σ g and Σ g x̂ of each picture's channels, from Σ g and Σ g x, in place; the weights' gradients are their sums. */
static void
centre (const TriOpCall *call, double *sums, const float *saved, float *weight_gradient, float *bias_gradient)
{
  TriShape s = call->in;
  guint groups = call->layer->groups, size = s.c / groups;
  for (gsize n = 0; n < s.n; n++)
    for (guint c = 0; c < s.c; c++)
      {
        double *g = &sums[n * 2 * s.c + c], *gx = g + s.c;
        const float *moments = saved + 2 * (n * groups + c / size);
        *gx = (*gx - *g * moments[0]) * moments[1];
        if (weight_gradient != NULL)
          {
            weight_gradient[c] += (float) *gx;
            bias_gradient[c] += (float) *g;
          }
      }
}

/* @out: (nullable) */
gboolean
tri_op_norm_back (const TriOpCall *call, const float *g, const float *from, const float *weight, const float *saved,
                  float *weight_gradient, float *bias_gradient, float *out, gboolean add, GError **error)
{
  Work work = { .call = call, .out = out, .add = add };
  TriShape s = call->in;
  guint groups = call->layer->groups, size = s.c / groups;
  double count = (double) s.h * s.w * size;
  set_bands (&work);
  g_autofree double *sums = sum_all (&work, g, from, error);
  if (sums == NULL)
    return FALSE;
  centre (call, sums, saved, weight_gradient, bias_gradient);
  if (out == NULL)
    return TRUE;
  g_autofree float *moments = g_new (float, (gsize) 3 * s.n * s.c);
  float *scale = moments, *shift = scale + (gsize) s.n * s.c, *third = shift + (gsize) s.n * s.c;
  for (gsize i = 0; i < (gsize) s.n * groups; i++)
    {
      gsize n = i / groups, first = i % groups * size;
      double mean = saved[2 * i], rate = saved[2 * i + 1], mean_g = 0, mean_gx = 0;
      for (gsize c = first; c < first + size; c++)
        {
          double w = weight != NULL ? weight[c] : 1;
          mean_g += w * sums[n * 2 * s.c + c] / count;
          mean_gx += w * sums[n * 2 * s.c + s.c + c] / count;
        }
      for (gsize c = first; c < first + size; c++)
        {
          scale[n * s.c + c] = (float) (rate * (weight != NULL ? weight[c] : 1));
          third[n * s.c + c] = (float) (-rate * rate * mean_gx);
          shift[n * s.c + c] = (float) (-rate * mean_g + rate * rate * mean * mean_gx);
        }
    }
  work.a = g;
  work.b = from;
  work.scale = scale;
  work.shift = shift;
  work.third = third;
  return tri_parallel_for ((gsize) s.n * work.n_bands, 1, apply_bands, &work, call->progress, error);
}
