/* Operations on each element by itself.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tri-ops.h"
#include "tri-parallel.h"

#define GRAIN 16384

typedef struct {
  const TriOpCall *call;
  const float *g, *from, *with, *value;
  float *out;
  gsize with_size; /* the second operand is used again from its start after so many */
  gboolean add;
} Work;

gboolean
tri_op_is_pointwise (TriOp op)
{
  return op == TRI_OP_RELU || op == TRI_OP_LEAKY_RELU || op == TRI_OP_TANH || op == TRI_OP_SIGMOID || op == TRI_OP_ADD
         || op == TRI_OP_MULTIPLY || op == TRI_OP_COMPRESS || op == TRI_OP_EXPAND || op == TRI_OP_QUANTISE
         || op == TRI_OP_WRAP;
}

static float
quantise (float x, float low, float high, float n_steps)
{
  float scale = (high - low) / n_steps;
  return low + nearbyintf ((CLAMP (x, low, high) - low) / scale) * scale;
}

static void
quantise_channels (const Work *work, gsize begin, gsize end)
{
  const TriLayer *layer = work->call->layer;
  guint n_channels = work->call->out.c, c = (guint) (begin % n_channels);
  for (gsize i = begin; i < end; i++, c = c + 1 < n_channels ? c + 1 : 0)
    work->out[i] = quantise (work->from[i], layer->low, layer->high, (float) ((1 << layer->bits[c]) - 2));
}

/* The first and the last level have half a step beyond them. */
static void
wrap (const Work *work, gsize begin, gsize end)
{
  float low = work->call->layer->low, high = work->call->layer->high;
  float period = (high - low) * 256 / 255, middle = (low + high) / 2;
  for (gsize i = begin; i < end; i++)
    work->out[i] = work->from[i] - period * floorf ((work->from[i] - middle) / period + 0.5f);
}

static void
forward (gsize begin, gsize end, guint slot, gpointer data)
{
  const Work *work = data;
  const TriLayer *layer = work->call->layer;
  const float *x = work->from;
  float *out = work->out, slope = layer->op == TRI_OP_RELU ? 0 : layer->slope;
  switch (layer->op)
    {
    case TRI_OP_RELU:
    case TRI_OP_LEAKY_RELU:
      for (gsize i = begin; i < end; i++)
        out[i] = x[i] > x[i] * slope ? x[i] : x[i] * slope;
      break;
    case TRI_OP_TANH:
      for (gsize i = begin; i < end; i++)
        out[i] = tanhf (x[i]);
      break;
    case TRI_OP_SIGMOID:
      for (gsize i = begin; i < end; i++)
        out[i] = 1 / (1 + expf (-x[i]));
      break;
    case TRI_OP_COMPRESS:
      for (gsize i = begin; i < end; i++)
        out[i] = copysignf (log1pf (fabsf (x[i])), x[i]);
      break;
    case TRI_OP_EXPAND:
      for (gsize i = begin; i < end; i++)
        out[i] = copysignf (expm1f (fabsf (x[i])), x[i]);
      break;
    case TRI_OP_QUANTISE:
      if (layer->bits != NULL)
        quantise_channels (work, begin, end);
      else
        for (gsize i = begin; i < end; i++)
          out[i] = quantise (x[i], layer->low, layer->high, 255);
      break;
    case TRI_OP_WRAP:
      wrap (work, begin, end);
      break;
    case TRI_OP_ADD:
      for (gsize i = begin; i < end; i++)
        out[i] = x[i] + work->with[i];
      break;
    default: /* TRI_OP_MULTIPLY */
      for (gsize i = begin, j = begin % work->with_size; i < end; j = 0)
        for (; i < end && j < work->with_size; i++, j++)
          out[i] = x[i] * work->with[j];
    }
}

gboolean
tri_op_pointwise (const TriOpCall *call, const float *from, const float *with, float *out, GError **error)
{
  Work work = { .call = call, .from = from, .with = with, .out = out };
  work.with_size = with != NULL ? tri_shape_size (call->with) : 1;
  return tri_parallel_for (tri_shape_size (call->out), GRAIN, forward, &work, call->progress, error);
}

#define EACH(derivative) \
  for (gsize i = begin; i < end; i++) \
    { \
      float d = g[i] * (derivative); \
      out[i] = add ? out[i] + d : d; \
    }

static void
backward (gsize begin, gsize end, guint slot, gpointer data)
{
  const Work *work = data;
  const TriLayer *layer = work->call->layer;
  const float *g = work->g, *y = work->value, *x = work->from;
  float *out = work->out, slope = layer->op == TRI_OP_RELU ? 0 : layer->slope;
  gboolean add = work->add;
  switch (layer->op)
    {
    case TRI_OP_RELU:
    case TRI_OP_LEAKY_RELU:
      EACH (y[i] > 0 ? 1 : slope)
      break;
    case TRI_OP_TANH:
      EACH (1 - y[i] * y[i])
      break;
    case TRI_OP_SIGMOID:
      EACH (y[i] * (1 - y[i]))
      break;
    case TRI_OP_COMPRESS:
      EACH (expf (-fabsf (y[i])))
      break;
    case TRI_OP_EXPAND:
      EACH (fabsf (y[i]) + 1)
      break;
    case TRI_OP_QUANTISE:
      EACH (x[i] >= layer->low && x[i] <= layer->high ? 1 : 0)
      break;
    case TRI_OP_ADD:
    case TRI_OP_WRAP:
      EACH (1)
      break;
    default: /* TRI_OP_MULTIPLY */
      for (gsize i = begin, j = begin % work->with_size; i < end; j = 0)
        for (; i < end && j < work->with_size; i++, j++)
          out[i] = (add ? out[i] : 0) + g[i] * work->with[j];
    }
}

/* @out may be @g itself. */
gboolean
tri_op_pointwise_back (const TriOpCall *call, const float *g, const float *from, const float *with, const float *value,
                       float *out, gboolean add, GError **error)
{
  Work work = { call, g, from, with, value, out, with != NULL ? tri_shape_size (call->with) : 1, add };
  return tri_parallel_for (tri_shape_size (call->out), GRAIN, backward, &work, call->progress, error);
}

static void
multiply_back_with (gsize begin, gsize end, guint slot, gpointer data)
{
  const Work *work = data;
  gsize size = tri_shape_size (work->call->out);
  for (gsize j = begin; j < end; j++)
    {
      float sum = 0;
      for (gsize i = j; i < size; i += work->with_size)
        sum += work->g[i] * work->from[i];
      work->out[j] = (work->add ? work->out[j] : 0) + sum;
    }
}

/* The gradient of the second factor. */
gboolean
tri_op_multiply_back_with (const TriOpCall *call, const float *g, const float *from, float *out, gboolean add,
                           GError **error)
{
  Work work = { .call = call, .g = g, .from = from, .out = out, .with_size = tri_shape_size (call->with), .add = add };
  return tri_parallel_for (work.with_size, GRAIN, multiply_back_with, &work, call->progress, error);
}
