/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cnn-chaos.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-model-picture.h"
#include "tri-parallel.h"

#define WIDTH 32
#define THOUGHT "thought" /* the encoder's last row but the code */
#define MIDDLE 127.5f
#define HALF (MIDDLE - (float) TRI_CNN_CHAOS_GUARD) /* levels from the middle to the end of the code */

#define CONV(id, k) .name = id, .op = TRI_OP_CONV, .channels = k, .kernel = 3, .padding = 1
#define RELU .op = TRI_OP_LEAKY_RELU, .slope = 0.1f
#define BLOCK(half, i, before, after)                                                                                  \
  { CONV (half "." i ".a", WIDTH), .from = before },                                                                   \
  { RELU },                                                                                                            \
  { CONV (half "." i ".b", WIDTH) },                                                                                   \
  { .name = after, .op = TRI_OP_ADD, .with = before }

static const TriLayer encoder[] = {
  { .name = "picture", .op = TRI_OP_INPUT, .channels = 1 },
  { .name = "cells", .op = TRI_OP_UNSHUFFLE, .stride = 2 },
  { CONV ("encoder.in", WIDTH) },
  { .name = "seen", RELU },
  BLOCK ("encoder", "0", "seen", THOUGHT),
  { CONV ("encoder.out", 4) },
  { .op = TRI_OP_ADD, .with = "cells" },
  { .name = "code", .op = TRI_OP_SHUFFLE, .stride = 2 },
  { 0 },
};

static const TriLayer decoder[] = {
  { .name = "arrived", .op = TRI_OP_INPUT, .channels = 1 },
  { .name = "cells", .op = TRI_OP_UNSHUFFLE, .stride = 2 },
  { .name = "trust", .op = TRI_OP_INPUT, .channels = 1, .flags = TRI_LAYER_KEYED },
  { .name = "trusted", .op = TRI_OP_UNSHUFFLE, .stride = 2 },
  { .op = TRI_OP_CONCAT, .from = "cells", .with = "trusted" },
  { CONV ("decoder.in", WIDTH) },
  { .name = "seen", RELU },
  BLOCK ("decoder", "0", "seen", "thought.0"),
  BLOCK ("decoder", "1", "thought.0", "thought.1"),
  BLOCK ("decoder", "2", "thought.1", "thought.2"),
  BLOCK ("decoder", "3", "thought.2", "thought.3"),
  { CONV ("decoder.out", 4) },
  { .op = TRI_OP_ADD, .with = "cells" },
  { .name = "restored", .op = TRI_OP_SHUFFLE, .stride = 2 },
  { 0 },
};

const char *const tri_cnn_chaos_ids[TRI_N_CNN_CHAOS] = { "cnn-chaos-digits", "cnn-chaos-brain" };

const TriChoice tri_cnn_chaos_kinds[] = { { "digits", N_("Digits") }, { "brain", N_("Brain slices") }, { 0 } };

/* Returns: (transfer full): ends with {0}; g_free() it */
TriLayer *
tri_cnn_chaos_layers (TriCnnChaosPart part)
{
  return part == TRI_CNN_CHAOS_ENCODER ? g_memdup2 (encoder, sizeof encoder) : g_memdup2 (decoder, sizeof decoder);
}

/* Of any byte, also those that no code has. */
float
tri_cnn_chaos_value (guint level)
{
  return ((float) level - MIDDLE) / HALF;
}

guint8
tri_cnn_chaos_level (float code)
{
  return (guint8) lrintf (CLAMP (code, -1, 1) * HALF + MIDDLE);
}

static guint
align (guint side)
{
  return (side + TRI_CNN_CHAOS_ALIGNMENT - 1) / TRI_CNN_CHAOS_ALIGNMENT * TRI_CNN_CHAOS_ALIGNMENT;
}

/* What of its surroundings a network sees around a picture, in pixels that fill whole cells. */
static guint
margin_of (const TriNet *net, TriCnnChaosEdges edges)
{
  return edges == TRI_CNN_CHAOS_EDGES_MEET ? align (tri_net_get_radius (net)) : 0;
}

/* A channel of a picture on its way to or from a plane, row by row, so that it can be left at any time. */
typedef struct {
  TriTensor *plane, *trusts;      /* trusts: of what arrived only */
  const TriImage *picture, *trust;
  TriImage *out;
  guint channel, margin; /* margin: of the plane around the picture, filled with its other end */
} Move;

static TriShape
plane_shape (guint width, guint height, guint margin)
{
  return (TriShape) { 1, align (height) + 2 * margin, align (width) + 2 * margin, 1 };
}

/* Rows that take about a millisecond */
static gboolean
for_rows (guint rows, guint width, TriParallelFunc func, Move *move, TriProgress *progress, GError **error)
{
  return tri_parallel_for (rows, MAX (65536 / width, 1), func, move, progress, error);
}

/* The row of the picture that is row @y of a plane with a margin. */
static guint
row_of (gsize y, const TriTensor *plane, guint margin)
{
  guint height = plane->shape.h - 2 * margin;
  return (guint) ((y + height - margin % height) % height);
}

/* Left and right of @row, whose middle is filled. */
static void
meet (float *row, guint width, guint margin)
{
  for (guint i = 0; i < margin; i++)
    {
      row[margin - 1 - i] = row[margin + width - 1 - i % width];
      row[margin + width + i] = row[margin + i % width];
    }
}

/* What is missing to an even size repeats the picture's edge. */
static void
read_rows (gsize begin, gsize end, guint slot, gpointer data)
{
  const Move *move = data;
  const TriImage *picture = move->picture;
  guint width = move->plane->shape.w - 2 * move->margin;
  for (gsize y = begin; y < end; y++)
    {
      gsize from = MIN (row_of (y, move->plane, move->margin), picture->height - 1);
      const guint8 *row = picture->pixels + from * tri_image_stride (picture) + move->channel;
      float *out = tri_tensor_at (move->plane, 0, (guint) y, 0);
      for (guint x = 0; x < width; x++)
        out[move->margin + x] = (float) row[(gsize) MIN (x, picture->width - 1) * picture->channels] / MIDDLE - 1;
      meet (out, width, move->margin);
    }
}

static TriTensor *
read_plane (const TriImage *picture, guint channel, guint margin, TriProgress *progress, GError **error)
{
  g_autoptr (TriTensor) plane = tri_tensor_new (plane_shape (picture->width, picture->height, margin), error);
  Move move = { .plane = plane, .picture = picture, .channel = channel, .margin = margin };
  if (plane == NULL || !for_rows (plane->shape.h, plane->shape.w, read_rows, &move, progress, error))
    return NULL;
  return g_steal_pointer (&plane);
}

static void
write_levels (gsize begin, gsize end, guint slot, gpointer data)
{
  const Move *move = data;
  TriImage *out = move->out;
  for (gsize y = begin; y < end; y++)
    {
      const float *from = tri_tensor_at (move->plane, 0, (guint) y + move->margin, move->margin);
      guint8 *row = out->pixels + y * tri_image_stride (out) + move->channel;
      for (gsize x = 0; x < out->width; x++)
        row[x * out->channels] = tri_cnn_chaos_level (from[x]);
    }
}

/**
 * tri_cnn_chaos_encode:
 * @encoder: a net of TRI_CNN_CHAOS_ENCODER
 * @picture: alpha is left out
 *
 * Returns: (transfer full) (nullable): the code: as many channels as @picture has colours, sides rounded up to even
 */
TriImage *
tri_cnn_chaos_encode (TriNet *net, const TriImage *picture, TriCnnChaosEdges edges, TriProgress *progress, GError **error)
{
  guint n = tri_image_n_colours (picture), margin = margin_of (net, edges);
  g_autoptr (TriImage) out = tri_image_new (align (picture->width), align (picture->height), n, error);
  for (guint c = 0; out != NULL && c < n; c++)
    {
      g_autoptr (TriProgress) reading = tri_progress_sub (progress, c / (double) n, (c + 0.02) / n);
      g_autoptr (TriProgress) inferring = tri_progress_sub (progress, (c + 0.02) / n, (c + 0.98) / n);
      g_autoptr (TriProgress) writing = tri_progress_sub (progress, (c + 0.98) / n, (c + 1) / (double) n);
      g_autoptr (TriTensor) plane = read_plane (picture, c, margin, reading, error);
      TriTileInput input = { plane, 1 };
      g_autoptr (TriTensor) code = plane != NULL ? tri_model_infer (net, &input, plane->shape, inferring, error) : NULL;
      Move move = { .plane = code, .out = out, .channel = c, .margin = margin };
      if (code == NULL || !for_rows (out->height, out->width, write_levels, &move, writing, error))
        return NULL;
    }
  return g_steal_pointer (&out);
}

/* Returns: (transfer full) (nullable): what the encoder's block finds in the first colour of a small picture,
 *   [1, h/2, w/2, 32] */
TriTensor *
tri_cnn_chaos_look (const TriWeights *weights, const TriImage *picture, TriProgress *progress, GError **error)
{
  g_autofree TriLayer *layers = tri_cnn_chaos_layers (TRI_CNN_CHAOS_ENCODER);
  tri_layers_keep (layers, THOUGHT);
  g_autoptr (TriNet) net = tri_net_new (layers, error);
  g_autoptr (TriTensor) plane = net != NULL && tri_net_read_weights (net, weights, error)
                                    ? read_plane (picture, 0, 0, progress, error) : NULL;
  return plane != NULL ? tri_model_look (net, plane, THOUGHT, progress, error) : NULL;
}

static void
write_rows (gsize begin, gsize end, guint slot, gpointer data)
{
  const Move *move = data;
  TriImage *picture = move->out;
  for (gsize y = begin; y < end; y++)
    {
      guint8 *row = picture->pixels + y * tri_image_stride (picture) + move->channel;
      const float *from = tri_tensor_at (move->plane, 0, (guint) y + move->margin, move->margin);
      for (guint x = 0; x < picture->width; x++)
        row[(gsize) x * picture->channels] = (guint8) lrintf ((CLAMP (from[x], -1, 1) + 1) * MIDDLE);
    }
}

static void
read_levels (gsize begin, gsize end, guint slot, gpointer data)
{
  const Move *move = data;
  gsize n = move->picture->channels, stride = tri_image_stride (move->picture);
  guint width = move->picture->width, margin = move->margin;
  for (gsize y = begin; y < end; y++)
    {
      gsize from = row_of (y, move->plane, margin) * stride + move->channel;
      float *values = tri_tensor_at (move->plane, 0, (guint) y, 0), *trusts = tri_tensor_at (move->trusts, 0, (guint) y, 0);
      for (gsize x = 0; x < width; x++)
        {
          guint8 known = move->trust->pixels[from + x * n];
          values[margin + x] = known != TRI_TRUST_NONE ? tri_cnn_chaos_value (move->picture->pixels[from + x * n]) : 0;
          trusts[margin + x] = (float) known / 2;
        }
      meet (values, width, margin);
      meet (trusts, width, margin);
    }
}

/**
 * tri_cnn_chaos_decode:
 * @decoder: a net of TRI_CNN_CHAOS_DECODER
 * @levels: what arrived of a code that tri_cnn_chaos_encode() made of a picture of @out's size; any bytes
 * @trust: of the same shape; each a TriTrust
 * @out: filled in, all but alpha
 * @edges: as it was encoded
 */
gboolean
tri_cnn_chaos_decode (TriNet *net, const TriImage *levels, const TriImage *trust, TriImage *out, TriCnnChaosEdges edges,
                      TriProgress *progress, GError **error)
{
  guint n = tri_image_n_colours (out), margin = margin_of (net, edges);
  TriShape shape = plane_shape (out->width, out->height, margin);
  g_return_val_if_fail (levels->width == align (out->width) && levels->height == align (out->height), FALSE);
  g_return_val_if_fail (levels->channels == n, FALSE);
  g_return_val_if_fail (tri_image_same_shape (levels, trust), FALSE);
  for (guint c = 0; c < n; c++)
    {
      g_autoptr (TriProgress) reading = tri_progress_sub (progress, c / (double) n, (c + 0.02) / n);
      g_autoptr (TriProgress) inferring = tri_progress_sub (progress, (c + 0.02) / n, (c + 0.98) / n);
      g_autoptr (TriProgress) writing = tri_progress_sub (progress, (c + 0.98) / n, (c + 1) / (double) n);
      g_autoptr (TriTensor) values = tri_tensor_new (shape, error);
      g_autoptr (TriTensor) trusts = values != NULL ? tri_tensor_new (shape, error) : NULL;
      Move arriving = { .plane = values, .trusts = trusts, .picture = levels, .trust = trust, .channel = c,
                        .margin = margin };
      if (trusts == NULL || !for_rows (shape.h, shape.w, read_levels, &arriving, reading, error))
        return FALSE;
      TriTileInput inputs[] = { { values, 1 }, { trusts, 1 } };
      g_autoptr (TriTensor) restored = tri_model_infer (net, inputs, shape, inferring, error);
      Move leaving = { .plane = restored, .out = out, .channel = c, .margin = margin };
      if (restored == NULL || !for_rows (out->height, out->width, write_rows, &leaving, writing, error))
        return FALSE;
    }
  return TRUE;
}
