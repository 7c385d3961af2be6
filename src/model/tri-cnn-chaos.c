/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cnn-chaos.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-model-picture.h"

#define WIDTH 32
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
  BLOCK ("encoder", "0", "seen", "thought"),
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

/* One channel; what is missing to an even size repeats the picture's edge. */
static TriTensor *
read_plane (const TriImage *picture, guint channel, GError **error)
{
  TriTensor *plane = tri_tensor_new ((TriShape) { 1, align (picture->height), align (picture->width), 1 }, error);
  float *out = plane != NULL ? plane->data : NULL;
  for (guint y = 0; plane != NULL && y < plane->shape.h; y++)
    {
      const guint8 *row = picture->pixels + MIN (y, picture->height - 1) * tri_image_stride (picture) + channel;
      for (guint x = 0; x < plane->shape.w; x++)
        *out++ = (float) row[(gsize) MIN (x, picture->width - 1) * picture->channels] / MIDDLE - 1;
    }
  return plane;
}

/**
 * tri_cnn_chaos_encode:
 * @encoder: a net of TRI_CNN_CHAOS_ENCODER
 * @picture: alpha is left out
 *
 * Returns: (transfer full) (nullable): the code: as many channels as @picture has colours, sides rounded up to even
 */
TriImage *
tri_cnn_chaos_encode (TriNet *net, const TriImage *picture, TriProgress *progress, GError **error)
{
  guint n = tri_image_n_colours (picture);
  g_autoptr (TriImage) out = tri_image_new (align (picture->width), align (picture->height), n, error);
  for (guint c = 0; out != NULL && c < n; c++)
    {
      g_autoptr (TriProgress) part = tri_progress_sub (progress, c / (double) n, (c + 1) / (double) n);
      g_autoptr (TriTensor) plane = read_plane (picture, c, error);
      TriTileInput input = { plane, 1 };
      g_autoptr (TriTensor) code = plane != NULL ? tri_model_infer (net, &input, plane->shape, part, error) : NULL;
      if (code == NULL)
        return NULL;
      for (gsize i = 0; i < tri_tensor_size (code); i++)
        out->pixels[i * n + c] = tri_cnn_chaos_level (code->data[i]);
    }
  return g_steal_pointer (&out);
}

static void
write_plane (const TriTensor *plane, TriImage *picture, guint channel)
{
  for (guint y = 0; y < picture->height; y++)
    {
      guint8 *row = picture->pixels + y * tri_image_stride (picture) + channel;
      const float *from = tri_tensor_at (plane, 0, y, 0);
      for (guint x = 0; x < picture->width; x++)
        row[(gsize) x * picture->channels] = (guint8) lrintf ((CLAMP (from[x], -1, 1) + 1) * MIDDLE);
    }
}

/**
 * tri_cnn_chaos_decode:
 * @decoder: a net of TRI_CNN_CHAOS_DECODER
 * @levels: what arrived of a code that tri_cnn_chaos_encode() made of a picture of @out's size; any bytes
 * @trust: of the same shape; each a TriTrust
 * @out: filled in, all but alpha
 */
gboolean
tri_cnn_chaos_decode (TriNet *net, const TriImage *levels, const TriImage *trust, TriImage *out, TriProgress *progress,
                      GError **error)
{
  guint n = tri_image_n_colours (out);
  TriShape shape = { 1, align (out->height), align (out->width), 1 };
  g_return_val_if_fail (levels->width == shape.w && levels->height == shape.h && levels->channels == n, FALSE);
  g_return_val_if_fail (tri_image_same_shape (levels, trust), FALSE);
  for (guint c = 0; c < n; c++)
    {
      g_autoptr (TriProgress) part = tri_progress_sub (progress, c / (double) n, (c + 1) / (double) n);
      g_autoptr (TriTensor) values = tri_tensor_new (shape, error);
      g_autoptr (TriTensor) trusts = values != NULL ? tri_tensor_new (shape, error) : NULL;
      if (trusts == NULL)
        return FALSE;
      for (gsize i = 0; i < tri_tensor_size (values); i++)
        {
          guint8 known = trust->pixels[i * n + c];
          values->data[i] = known != TRI_TRUST_NONE ? tri_cnn_chaos_value (levels->pixels[i * n + c]) : 0;
          trusts->data[i] = (float) known / 2;
        }
      TriTileInput inputs[] = { { values, 1 }, { trusts, 1 } };
      g_autoptr (TriTensor) restored = tri_model_infer (net, inputs, shape, part, error);
      if (restored == NULL)
        return FALSE;
      write_plane (restored, out, c);
    }
  return TRUE;
}
