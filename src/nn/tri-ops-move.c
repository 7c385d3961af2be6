/* Operations that move values: upsampling, pixel shuffles, concatenation, keyed permutation, global pooling.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-ops.h"
#include "tri-parallel.h"

#define CHANNELS 16 /* of a permutation or a mean that one worker does at a time */

typedef struct {
  const TriOpCall *call;
  const float *from, *with;
  float *out;
  guint first, channels;
  gboolean add;
  gint failed; /* atomic */
} Work;

/* Rows of pixels that hold about 16,384 floats. */
static gsize
grain_of (TriShape shape)
{
  return MAX (16384 / ((gsize) shape.w * shape.c), 1);
}

static void
put (float *out, const float *from, guint n, gboolean add)
{
  if (add)
    for (guint c = 0; c < n; c++)
      out[c] += from[c];
  else
    memcpy (out, from, n * sizeof (float));
}

static void
upsample (gsize begin, gsize end, guint slot, gpointer data)
{
  const Work *work = data;
  TriShape in = work->call->in, out = work->call->out;
  guint s = work->call->layer->stride;
  for (gsize row = begin; row < end; row++)
    {
      gsize n = row / out.h, y = row % out.h;
      const float *from = work->from + (n * in.h + y / s) * in.w * in.c;
      float *to = work->out + row * out.w * out.c;
      for (guint x = 0; x < out.w; x++, to += out.c)
        memcpy (to, from + x / s * in.c, in.c * sizeof (float));
    }
}

static void
upsample_back (gsize begin, gsize end, guint slot, gpointer data)
{
  const Work *work = data;
  TriShape in = work->call->in, out = work->call->out;
  guint s = work->call->layer->stride;
  for (gsize row = begin; row < end; row++)
    {
      gsize n = row / in.h, y = row % in.h;
      float *to = work->out + row * in.w * in.c;
      for (guint x = 0; x < in.w; x++, to += in.c)
        for (guint i = 0; i < s * s; i++)
          put (to, work->from + ((n * out.h + y * s + i / s) * out.w + (gsize) x * s + i % s) * out.c, in.c,
               work->add || i > 0);
    }
}

/* Between @small, [h][w][c × s × s] with c slowest, and @large, [h × s][w × s][c]: rows of the small one. */
static void
shuffle_rows (const Work *work, gsize begin, gsize end, gboolean to_large)
{
  gboolean large_is_out = work->call->layer->op == TRI_OP_SHUFFLE;
  TriShape small = large_is_out ? work->call->in : work->call->out;
  guint s = work->call->layer->stride, c = small.c / (s * s);
  for (gsize row = begin; row < end; row++)
    for (guint x = 0; x < small.w; x++)
      for (guint i = 0; i < s * s; i++)
        {
          gsize at_small = (row * small.w + x) * small.c + i;
          gsize at_large = ((row * s + i / s) * small.w * s + (gsize) x * s + i % s) * c;
          for (guint k = 0; k < c; k++, at_small += s * s, at_large++)
            {
              gsize from = to_large ? at_small : at_large, to = to_large ? at_large : at_small;
              work->out[to] = work->add ? work->out[to] + work->from[from] : work->from[from];
            }
        }
}

static void
shuffle (gsize begin, gsize end, guint slot, gpointer data)
{
  shuffle_rows (data, begin, end, TRUE);
}

static void
unshuffle (gsize begin, gsize end, guint slot, gpointer data)
{
  shuffle_rows (data, begin, end, FALSE);
}

static void
concat (gsize begin, gsize end, guint slot, gpointer data)
{
  const Work *work = data;
  guint a = work->call->in.c, b = work->call->with.c;
  float *to = work->out + begin * (a + b);
  for (gsize p = begin; p < end; p++, to += a + b)
    {
      memcpy (to, work->from + p * a, a * sizeof (float));
      memcpy (to + a, work->with + p * b, b * sizeof (float));
    }
}

static void
concat_back (gsize begin, gsize end, guint slot, gpointer data)
{
  const Work *work = data;
  for (gsize p = begin; p < end; p++)
    put (work->out + p * work->channels, work->from + p * work->call->out.c + work->first, work->channels, work->add);
}

/* Items are pictures × blocks of channels, so that no two workers write one value even if positions repeat. */
static void
permute_items (Work *work, gsize begin, gsize end, gboolean back)
{
  TriShape shape = work->call->out;
  gsize positions = (gsize) shape.h * shape.w, blocks = (shape.c + CHANNELS - 1) / CHANNELS;
  for (gsize item = begin; item < end; item++)
    {
      gsize n = item / blocks, first = item % blocks * CHANNELS, offset = n * positions * shape.c + first;
      guint channels = (guint) MIN (shape.c - first, CHANNELS);
      const float *index = work->with + (work->call->with.n > 1 ? n * positions : 0);
      if (back && !work->add)
        for (gsize p = 0; p < positions; p++)
          memset (work->out + offset + p * shape.c, 0, channels * sizeof (float));
      for (gsize p = 0; p < positions; p++)
        {
          if (!(index[p] >= 0 && index[p] < (float) positions))
            {
              g_atomic_int_set (&work->failed, TRUE);
              return;
            }
          gsize from = offset + (gsize) index[p] * shape.c, to = offset + p * shape.c;
          if (back)
            put (work->out + from, work->from + to, channels, TRUE);
          else
            memcpy (work->out + to, work->from + from, channels * sizeof (float));
        }
    }
}

static void
permute (gsize begin, gsize end, guint slot, gpointer data)
{
  permute_items (data, begin, end, FALSE);
}

static void
permute_back (gsize begin, gsize end, guint slot, gpointer data)
{
  permute_items (data, begin, end, TRUE);
}

static void
pool (gsize begin, gsize end, guint slot, gpointer data)
{
  const Work *work = data;
  TriShape in = work->call->in;
  gsize positions = (gsize) in.h * in.w, blocks = (in.c + CHANNELS - 1) / CHANNELS;
  for (gsize item = begin; item < end; item++)
    {
      gsize n = item / blocks, first = item % blocks * CHANNELS, channels = MIN (in.c - first, CHANNELS);
      double sums[CHANNELS] = { 0 };
      for (gsize p = 0; p < positions; p++)
        for (gsize c = 0; c < channels; c++)
          sums[c] += work->from[(n * positions + p) * in.c + first + c];
      for (gsize c = 0; c < channels; c++)
        work->out[n * in.c + first + c] = (float) (sums[c] / (double) positions);
    }
}

static void
pool_back (gsize begin, gsize end, guint slot, gpointer data)
{
  const Work *work = data;
  TriShape in = work->call->in;
  float scale = 1 / ((float) in.h * (float) in.w);
  for (gsize row = begin; row < end; row++)
    for (guint x = 0; x < in.w; x++)
      for (guint c = 0; c < in.c; c++)
        {
          float *to = work->out + (row * in.w + x) * in.c + c;
          *to = (work->add ? *to : 0) + scale * work->from[row / in.h * in.c + c];
        }
}

static gboolean
check (Work *work, gboolean done, GError **error)
{
  if (!done || !g_atomic_int_get (&work->failed))
    return done;
  g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID,
               _("A keyed permutation points outside of the picture. Make it for the size that the layer has."));
  return FALSE;
}

gboolean
tri_op_move (const TriOpCall *call, const float *from, const float *with, float *out, GError **error)
{
  Work work = { .call = call, .from = from, .with = with, .out = out };
  TriShape in = call->in, to = call->out;
  gsize blocks = (gsize) in.n * ((in.c + CHANNELS - 1) / CHANNELS);
  switch (call->layer->op)
    {
    case TRI_OP_UPSAMPLE:
      return tri_parallel_for ((gsize) to.n * to.h, grain_of (to), upsample, &work, call->progress, error);
    case TRI_OP_SHUFFLE:
      return tri_parallel_for ((gsize) in.n * in.h, grain_of (in), shuffle, &work, call->progress, error);
    case TRI_OP_UNSHUFFLE:
      return tri_parallel_for ((gsize) to.n * to.h, grain_of (to), unshuffle, &work, call->progress, error);
    case TRI_OP_CONCAT:
      return tri_parallel_for (tri_shape_pixels (to), 16384 / to.c + 1, concat, &work, call->progress, error);
    case TRI_OP_PERMUTE:
      return check (&work, tri_parallel_for (blocks, 1, permute, &work, call->progress, error), error);
    default: /* TRI_OP_POOL */
      return tri_parallel_for (blocks, 1, pool, &work, call->progress, error);
    }
}

/* All but concatenation */
gboolean
tri_op_move_back (const TriOpCall *call, const float *g, const float *with, float *out, gboolean add, GError **error)
{
  Work work = { .call = call, .from = g, .with = with, .out = out, .add = add };
  TriShape in = call->in, to = call->out;
  gsize blocks = (gsize) in.n * ((in.c + CHANNELS - 1) / CHANNELS);
  switch (call->layer->op)
    {
    case TRI_OP_UPSAMPLE:
      return tri_parallel_for ((gsize) in.n * in.h, grain_of (in), upsample_back, &work, call->progress, error);
    case TRI_OP_SHUFFLE:
      return tri_parallel_for ((gsize) in.n * in.h, grain_of (in), unshuffle, &work, call->progress, error);
    case TRI_OP_UNSHUFFLE:
      return tri_parallel_for ((gsize) to.n * to.h, grain_of (to), shuffle, &work, call->progress, error);
    case TRI_OP_PERMUTE:
      return check (&work, tri_parallel_for (blocks, 1, permute_back, &work, call->progress, error), error);
    default: /* TRI_OP_POOL */
      return tri_parallel_for ((gsize) in.n * in.h, grain_of (in), pool_back, &work, call->progress, error);
    }
}

/* The gradient of the part of a concatenation that begins at channel @first. */
gboolean
tri_op_concat_back (const TriOpCall *call, const float *g, guint first, guint channels, float *out, gboolean add,
                    GError **error)
{
  Work work = { .call = call, .from = g, .out = out, .first = first, .channels = channels, .add = add };
  return tri_parallel_for (tri_shape_pixels (call->out), 16384 / call->out.c + 1, concat_back, &work, call->progress,
                           error);
}
