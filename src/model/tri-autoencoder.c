/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-autoencoder.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-error.h"
#include "tri-model-picture.h"
#include "tri-parallel.h"

#define BLOCK TRI_AUTOENCODER_BLOCK
#define PACKED 1024 /* blocks that are packed in about a millisecond */

/* Channels are sorted by variance. The bits were dealt out one by one where they took most of the squared error away, on
 * the pictures that the shipped weights were trained on; that is what reverse water-filling does (Cover and Thomas,
 * Elements of Information Theory, section 10.3) with the quantisers that there are. */
static const guint8 half_bits[] = {
  8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7,
  7, 7, 7, 6, 7, 7, 7, 6, 7, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 6, 5, 6, 6, 6, 6, 6, 6, 5, 5,
  5, 6, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4, 5, 4, 4, 4, 4, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4,
  4, 3, 4, 3, 4, 3, 3, 3, 3, 4, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3
};
static const guint8 quarter_bits[] = {
  8, 8, 7, 7, 7, 6, 6, 6, 6, 6, 6, 6, 6, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 5, 4, 5,
  4, 5, 4, 4, 4, 4, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 4, 3, 4, 3, 3, 4, 3, 3,
  3, 3, 3, 3, 3, 3, 3, 3, 3
};
static const guint8 eighth_bits[] = {
  8, 7, 6, 6, 6, 5, 5, 5, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 4, 3, 3, 4, 4, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3,
  3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3
};

#define CODE(k) .channels = k, .groups = k, .flags = TRI_LAYER_PLAIN
#define WIDTH 64

#define ENCODER(k, code_bits)                                                                                          \
  { .name = "picture", .op = TRI_OP_INPUT, .channels = 3 },                                                            \
  { .op = TRI_OP_UNSHUFFLE, .stride = TRI_AUTOENCODER_BLOCK },                                                         \
  { .name = "analysis", .op = TRI_OP_CONV, .channels = k, .kernel = 3, .padding = 1 },                                 \
  { .op = TRI_OP_COMPRESS },                                                                                           \
  { .name = "squeeze", .op = TRI_OP_CONV, CODE (k) },                                                                  \
  { .name = "latent", .op = TRI_OP_QUANTISE, .low = -1, .high = 1, .bits = code_bits, .flags = TRI_LAYER_KEEP }

#define REPAIR(n)                                                                                                      \
  { .name = "repair." #n ".a", .op = TRI_OP_CONV, .channels = WIDTH, .kernel = 3, .padding = 1 },                      \
  { .op = TRI_OP_LEAKY_RELU, .slope = 0.1f },                                                                          \
  { .name = "repair." #n ".b", .op = TRI_OP_CONV, .channels = WIDTH, .kernel = 3, .padding = 1 }

#define DECODER(k)                                                                                                     \
  { .name = "stretch", .op = TRI_OP_CONV, CODE (k) },                                                                  \
  { .op = TRI_OP_EXPAND },                                                                                             \
  { .name = "synthesis", .op = TRI_OP_CONV, .channels = 192, .kernel = 3, .padding = 1 },                              \
  { .name = "draft", .op = TRI_OP_SHUFFLE, .stride = TRI_AUTOENCODER_BLOCK, .flags = TRI_LAYER_KEEP },                 \
  { .op = TRI_OP_UNSHUFFLE, .stride = 4 },                                                                             \
  { .name = "repair.in", .op = TRI_OP_CONV, .channels = WIDTH, .kernel = 3, .padding = 1 },                            \
  REPAIR (0),                                                                                                          \
  { .name = "repair.0", .op = TRI_OP_ADD, .with = "repair.in" },                                                       \
  REPAIR (1),                                                                                                          \
  { .name = "repair.1", .op = TRI_OP_ADD, .with = "repair.0" },                                                        \
  REPAIR (2),                                                                                                          \
  { .name = "repair.2", .op = TRI_OP_ADD, .with = "repair.1" },                                                        \
  REPAIR (3),                                                                                                          \
  { .name = "repair.3", .op = TRI_OP_ADD, .with = "repair.2" },                                                        \
  { .name = "repair.out", .op = TRI_OP_CONV, .channels = 48, .kernel = 3, .padding = 1 },                              \
  { .op = TRI_OP_SHUFFLE, .stride = 4 },                                                                               \
  { .name = "restored", .op = TRI_OP_ADD, .with = "draft" }

#define NETS(rate, k)                                                                                                 \
  G_STATIC_ASSERT (G_N_ELEMENTS (rate##_bits) == k);                                                                   \
  static const TriLayer rate##_encoder[] = { ENCODER (k, rate##_bits), { 0 } };                                        \
  static const TriLayer rate##_decoder[] = { { .name = "code", .op = TRI_OP_INPUT, .channels = k }, DECODER (k), { 0 } }; \
  static const TriLayer rate##_whole[] = { ENCODER (k, rate##_bits), DECODER (k), { 0 } };

NETS (half, 140)
NETS (quarter, 85)
NETS (eighth, 51)

const TriAutoencoderCode tri_autoencoder_codes[TRI_N_AUTOENCODERS] = {
  [TRI_AUTOENCODER_HALF] = { "autoencoder-1-2", G_N_ELEMENTS (half_bits), half_bits, 96, 8, 4 },
  [TRI_AUTOENCODER_QUARTER] = { "autoencoder-1-4", G_N_ELEMENTS (quarter_bits), quarter_bits, 48, 4, 4 },
  [TRI_AUTOENCODER_EIGHTH] = { "autoencoder-1-8", G_N_ELEMENTS (eighth_bits), eighth_bits, 24, 4, 2 },
};

const TriChoice tri_autoencoder_rates[] = { { "1/2", N_("A half") }, { "1/4", N_("A quarter") }, { "1/8", N_("An eighth") }, { 0 } };

#define TABLE(layers) { layers, sizeof layers }

/* Returns: (transfer full): ends with {0}; g_free() it */
TriLayer *
tri_autoencoder_layers (TriAutoencoderRate rate, TriAutoencoderPart part)
{
  static const struct { const TriLayer *layers; gsize size; } tables[TRI_N_AUTOENCODERS][3] = {
    [TRI_AUTOENCODER_HALF] = { TABLE (half_whole), TABLE (half_encoder), TABLE (half_decoder) },
    [TRI_AUTOENCODER_QUARTER] = { TABLE (quarter_whole), TABLE (quarter_encoder), TABLE (quarter_decoder) },
    [TRI_AUTOENCODER_EIGHTH] = { TABLE (eighth_whole), TABLE (eighth_encoder), TABLE (eighth_decoder) },
  };
  g_return_val_if_fail (rate < TRI_N_AUTOENCODERS && part <= TRI_AUTOENCODER_DECODER, NULL);
  return g_memdup2 (tables[rate][part].layers, tables[rate][part].size);
}

/* Levels are numbered from 0; the numbers stand in the block's bytes one after the other, highest bit first. */
void
tri_autoencoder_pack (const TriAutoencoderCode *model, const float *latents, guint8 *code, gsize n_blocks)
{
  for (gsize b = 0; b < n_blocks; b++, latents += model->channels)
    {
      guint32 window = 0;
      guint n_waiting = 0;
      for (guint c = 0; c < model->channels; c++)
        {
          float top = (float) ((1 << model->bits[c]) - 2), level = (CLAMP (latents[c], -1, 1) + 1) / 2 * top;
          window = window << model->bits[c] | (guint32) lrintf (level);
          for (n_waiting += model->bits[c]; n_waiting >= 8; n_waiting -= 8)
            *code++ = (guint8) (window >> (n_waiting - 8));
        }
      g_assert (n_waiting == 0);
    }
}

/* Any bytes give latents in −1 … 1. */
void
tri_autoencoder_unpack (const TriAutoencoderCode *model, const guint8 *code, float *latents, gsize n_blocks)
{
  for (gsize b = 0; b < n_blocks; b++, latents += model->channels)
    {
      guint32 window = 0;
      guint n_left = 0;
      for (guint c = 0; c < model->channels; c++)
        {
          guint bits = model->bits[c];
          for (; n_left < bits; n_left += 8)
            window = window << 8 | *code++;
          n_left -= bits;
          guint32 level = window >> n_left & ((1u << bits) - 1), top = (1u << bits) - 2;
          latents[c] = (float) MIN (level, top) / (float) top * 2 - 1;
        }
    }
}

/* The latents of many blocks, and their bytes */
typedef struct {
  const TriAutoencoderCode *code;
  float *latents;
  guint8 *bytes;
} Packing;

static void
pack_blocks (gsize begin, gsize end, guint slot, gpointer data)
{
  const Packing *p = data;
  tri_autoencoder_pack (p->code, p->latents + begin * p->code->channels, p->bytes + begin * p->code->n_bytes, end - begin);
}

static void
unpack_blocks (gsize begin, gsize end, guint slot, gpointer data)
{
  const Packing *p = data;
  tri_autoencoder_unpack (p->code, p->bytes + begin * p->code->n_bytes, p->latents + begin * p->code->channels, end - begin);
}

static guint
n_blocks (guint side)
{
  return (side + BLOCK - 1) / BLOCK;
}

/* @to_picture: else to the bytes */
typedef struct {
  const TriAutoencoderCode *code;
  TriImage *picture;
  guint8 *bytes;
  gboolean to_picture;
} Cells;

static void
move_rows (gsize begin, gsize end, guint slot, gpointer data)
{
  const Cells *cells = data;
  const TriAutoencoderCode *code = cells->code;
  gsize cell_row = (gsize) code->across * 3;
  guint columns = cells->picture->width / code->across;
  for (gsize y = begin; y < end; y++)
    for (guint b = 0; b < columns; b++)
      {
        guint8 *pixels = cells->picture->pixels + y * tri_image_stride (cells->picture) + b * cell_row;
        guint8 *at = cells->bytes + ((y / code->down * columns + b) * code->down + y % code->down) * cell_row;
        memcpy (cells->to_picture ? pixels : at, cells->to_picture ? at : pixels, cell_row);
      }
}

/* The bytes of each block, in a row, to or from their across × down pixels of the picture of the code. */
static gboolean
move_cells (const TriAutoencoderCode *code, TriImage *picture, guint8 *bytes, gboolean to_picture, TriProgress *progress,
            GError **error)
{
  Cells cells = { code, picture, bytes, to_picture };
  return tri_parallel_for (picture->height, MAX (65536 / picture->width, 1), move_rows, &cells, progress, error);
}

/* Returns: (transfer full): levels in −1 … 1, [1, h / 8, w / 8, channels] */
TriTensor *
tri_autoencoder_infer_code (TriNet *encoder, TriAutoencoderRate rate, const TriImage *picture, TriProgress *progress,
                            GError **error)
{
  g_autoptr (TriProgress) reading = tri_progress_sub (progress, 0, 0.02), inferring = tri_progress_sub (progress, 0.02, 1);
  g_autoptr (TriTensor) in = tri_model_read_picture (picture, BLOCK, reading, error);
  if (in == NULL)
    return NULL;
  TriTileInput input = { in, 1 };
  TriShape shape = { 1, in->shape.h / BLOCK, in->shape.w / BLOCK, tri_autoencoder_codes[rate].channels };
  return tri_model_infer (encoder, &input, shape, inferring, error);
}

/* Returns: (nullable): what @blocks blocks are as bytes */
static guint8 *
make_bytes (gsize blocks, const TriAutoencoderCode *code, GError **error)
{
  guint8 *bytes = g_try_malloc_n (blocks, code->n_bytes);
  if (bytes == NULL)
    tri_nn_no_memory ((guint64) blocks * code->n_bytes, error);
  return bytes;
}

/**
 * tri_autoencoder_encode:
 * @encoder: a net of TRI_AUTOENCODER_ENCODER
 * @picture: alpha is left out, grey taken as colour; what is missing to whole blocks of 8 × 8 repeats its edge
 *
 * Returns: (transfer full) (nullable): the code, as an RGB picture
 */
TriImage *
tri_autoencoder_encode (TriNet *encoder, TriAutoencoderRate rate, const TriImage *picture, TriProgress *progress,
                        GError **error)
{
  const TriAutoencoderCode *code = &tri_autoencoder_codes[rate];
  g_autoptr (TriProgress) inferring = tri_progress_sub (progress, 0, 0.95), packing = tri_progress_sub (progress, 0.95, 0.98);
  g_autoptr (TriProgress) moving = tri_progress_sub (progress, 0.98, 1);
  g_autoptr (TriTensor) levels = tri_autoencoder_infer_code (encoder, rate, picture, inferring, error);
  g_autoptr (TriImage) out = levels != NULL ? tri_image_new (levels->shape.w * code->across, levels->shape.h * code->down, 3, error) : NULL;
  if (out == NULL)
    return NULL;
  gsize blocks = tri_shape_pixels (levels->shape);
  g_autofree guint8 *bytes = make_bytes (blocks, code, error);
  if (bytes == NULL)
    return NULL;
  Packing work = { code, levels->data, bytes };
  if (!tri_parallel_for (blocks, PACKED, pack_blocks, &work, packing, error) || !move_cells (code, out, bytes, TRUE, moving, error))
    return NULL;
  return g_steal_pointer (&out);
}

/**
 * tri_autoencoder_decode:
 * @decoder: a net of TRI_AUTOENCODER_DECODER
 * @code: as tri_autoencoder_encode() gave it for a picture of @out's width and height; may be hostile
 * @out: filled in, all but alpha
 *
 * Returns: FALSE with TRI_ERROR_DAMAGED when the code has another size
 */
gboolean
tri_autoencoder_decode (TriNet *decoder, TriAutoencoderRate rate, const TriImage *code, TriImage *out, TriProgress *progress,
                        GError **error)
{
  const TriAutoencoderCode *kind = &tri_autoencoder_codes[rate];
  guint w = n_blocks (out->width), h = n_blocks (out->height);
  if (code->channels != 3 || code->width != (guint64) w * kind->across || code->height != (guint64) h * kind->down)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                   _("The code has another size than a picture of %u × %u pixels has: it was changed after encryption. Take "
                     "the file as it was saved."), out->width, out->height);
      return FALSE;
    }
  gsize blocks = (gsize) w * h;
  g_autofree guint8 *bytes = make_bytes (blocks, kind, error);
  g_autoptr (TriTensor) levels = bytes != NULL ? tri_tensor_new ((TriShape) { 1, h, w, kind->channels }, error) : NULL;
  if (levels == NULL)
    return FALSE;
  g_autoptr (TriProgress) moving = tri_progress_sub (progress, 0, 0.01);
  g_autoptr (TriProgress) unpacking = tri_progress_sub (progress, 0.01, 0.02), inferring = tri_progress_sub (progress, 0.02, 0.98);
  g_autoptr (TriProgress) writing = tri_progress_sub (progress, 0.98, 1);
  Packing work = { kind, levels->data, bytes };
  if (!move_cells (kind, (TriImage *) code, bytes, FALSE, moving, error)
      || !tri_parallel_for (blocks, PACKED, unpack_blocks, &work, unpacking, error))
    return FALSE;
  TriTileInput input = { levels, 1 };
  g_autoptr (TriTensor) restored = tri_model_infer (decoder, &input, (TriShape) { 1, h * BLOCK, w * BLOCK, 3 }, inferring, error);
  return restored != NULL && tri_model_write_picture (restored, out, writing, error);
}
