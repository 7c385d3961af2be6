/* The network: each block of 8 × 8 RGB pixels becomes 192 channels; a convolution, residual blocks and a convolution
 * make the code of them, tanh keeps it in −1 … 1, and 256 levels make it bytes; then the same the other way round.
 * Without normalisation, so that tiles are worked on alone.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-autoencoder.h"

#include <glib/gi18n-lib.h>

#include "tri-error.h"
#include "tri-tile.h"

#define BLOCK TRI_AUTOENCODER_BLOCK
#define BLOCK_CHANNELS (BLOCK * BLOCK * 3)
#define SLOPE 0.1f
#define TILE_BYTES (G_GUINT64_CONSTANT (256) << 20)

const TriAutoencoderCode tri_autoencoder_codes[TRI_N_AUTOENCODERS] = {
  [TRI_AUTOENCODER_HALF] = { "half", 96, 8, 4, 128, 3 },
  [TRI_AUTOENCODER_QUARTER] = { "quarter", 48, 4, 4, 128, 3 },
  [TRI_AUTOENCODER_EIGHTH] = { "eighth", 24, 4, 2, 128, 3 },
};

static TriLayer
convolution (const char *part, const char *name, guint channels, guint kernel)
{
  g_autofree char *full = g_strdup_printf ("%s.%s", part, name);
  return (TriLayer) { .name = g_intern_string (full), .op = TRI_OP_CONV, .channels = channels, .kernel = kernel,
                      .padding = kernel / 2 };
}

/* x + conv (leaky ReLU (conv (x))) */
static void
add_block (GArray *layers, const char *part, guint block, guint width)
{
  g_autofree char *first = g_strdup_printf ("block%u.0", block), *second = g_strdup_printf ("block%u.2", block);
  const char *before = g_array_index (layers, TriLayer, layers->len - 1).name;
  g_autofree char *after = g_strdup_printf ("%s.sum%u", part, block);
  TriLayer rows[] = {
    convolution (part, first, width, 3),
    { .op = TRI_OP_LEAKY_RELU, .slope = SLOPE },
    convolution (part, second, width, 3),
    { .name = g_intern_string (after), .op = TRI_OP_ADD, .with = before },
  };
  g_array_append_vals (layers, rows, G_N_ELEMENTS (rows));
}

static void
add_half (GArray *layers, const char *part, guint first_kernel, guint last_kernel, guint channels,
          const TriAutoencoderCode *code)
{
  g_autofree char *start = g_strdup_printf ("%s.start", part);
  TriLayer in = convolution (part, "in", code->width, first_kernel);
  TriLayer bend = { .name = g_intern_string (start), .op = TRI_OP_LEAKY_RELU, .slope = SLOPE };
  TriLayer out = convolution (part, "out", channels, last_kernel);
  g_array_append_val (layers, in);
  g_array_append_val (layers, bend);
  for (guint block = 0; block < code->n_blocks; block++)
    add_block (layers, part, block, code->width);
  g_array_append_val (layers, out);
}

/* Returns: (transfer full): ends with {0}; g_free() it */
TriLayer *
tri_autoencoder_layers (TriAutoencoderRate rate, TriAutoencoderPart part)
{
  const TriAutoencoderCode *code = &tri_autoencoder_codes[rate];
  GArray *layers = g_array_new (TRUE, TRUE, sizeof (TriLayer));
  TriLayer picture[] = { { .name = "picture", .op = TRI_OP_INPUT, .channels = 3 }, { .op = TRI_OP_UNSHUFFLE, .stride = BLOCK } };
  TriLayer codes[] = { { .op = TRI_OP_TANH },
                       { .name = "code", .op = TRI_OP_QUANTISE, .low = -1, .high = 1, .flags = TRI_LAYER_KEEP } };
  TriLayer coded = { .name = "code", .op = TRI_OP_INPUT, .channels = code->channels };
  TriLayer again = { .name = "restored", .op = TRI_OP_SHUFFLE, .stride = BLOCK };
  if (part == TRI_AUTOENCODER_DECODER)
    g_array_append_val (layers, coded);
  else
    {
      g_array_append_vals (layers, picture, G_N_ELEMENTS (picture));
      add_half (layers, "enc", 1, 3, code->channels, code);
      g_array_append_vals (layers, codes, G_N_ELEMENTS (codes));
    }
  if (part != TRI_AUTOENCODER_ENCODER)
    {
      add_half (layers, "dec", 3, 1, BLOCK_CHANNELS, code);
      g_array_append_val (layers, again);
    }
  return (TriLayer *) (gpointer) g_array_free (layers, FALSE);
}

static guint
n_blocks (guint side)
{
  return (side + BLOCK - 1) / BLOCK;
}

static TriTensor *
infer (TriNet *net, const TriTensor *in, TriShape shape, TriProgress *progress, GError **error)
{
  TriTileInput input = { in, 1 };
  g_autoptr (TriTensor) out = tri_tensor_new (shape, error);
  guint side = out != NULL ? tri_tile_choose_side (net, &input, TILE_BYTES, error) : 0;
  if (side == 0 || !tri_tile_infer (net, &input, out, side, progress, error))
    return NULL;
  return g_steal_pointer (&out);
}

/* Moves the numbers of each block to, or from, across × down pixels of RGB. */
static void
lay_out (const TriAutoencoderCode *code, TriTensor *codes, TriImage *picture, gboolean to_picture)
{
  guint row = code->across * 3;
  for (guint y = 0; y < codes->shape.h; y++)
    for (guint x = 0; x < codes->shape.w; x++)
      {
        float *value = tri_tensor_at (codes, 0, y, x);
        for (guint c = 0; c < code->channels; c++)
          {
            guint8 *byte = picture->pixels + (gsize) (y * code->down + c / row) * tri_image_stride (picture)
                           + (gsize) x * row + c % row;
            if (to_picture)
              *byte = (guint8) ((CLAMP (value[c], -1, 1) + 1) * 127.5f + 0.5f);
            else
              value[c] = -1 + 2 * (float) *byte / 255;
          }
      }
}

/**
 * tri_autoencoder_encode:
 * @encoder: a net of TRI_AUTOENCODER_ENCODER
 * @picture: RGB; what is missing to whole blocks of 8 × 8 repeats its edge
 *
 * Returns: (transfer full) (nullable): the code, as an RGB picture
 */
TriImage *
tri_autoencoder_encode (TriNet *encoder, TriAutoencoderRate rate, const TriImage *picture, TriProgress *progress,
                        GError **error)
{
  const TriAutoencoderCode *code = &tri_autoencoder_codes[rate];
  guint w = n_blocks (picture->width), h = n_blocks (picture->height);
  g_return_val_if_fail (picture->channels == 3, NULL);
  g_autoptr (TriTensor) in = tri_tensor_new ((TriShape) { 1, h * BLOCK, w * BLOCK, 3 }, error);
  if (in == NULL)
    return NULL;
  tri_tensor_put_image (in, 0, picture, 0, 0, -1, 1);
  g_autoptr (TriTensor) codes = infer (encoder, in, (TriShape) { 1, h, w, code->channels }, progress, error);
  TriImage *out = codes != NULL ? tri_image_new (w * code->across, h * code->down, 3, error) : NULL;
  if (out != NULL)
    lay_out (code, codes, out, TRUE);
  return out;
}

/**
 * tri_autoencoder_decode:
 * @decoder: a net of TRI_AUTOENCODER_DECODER
 * @code: as tri_autoencoder_encode() gave it for a picture of @width × @height; may be hostile
 *
 * Returns: (transfer full) (nullable): an RGB picture; NULL with TRI_ERROR_DAMAGED when the code has another size
 */
TriImage *
tri_autoencoder_decode (TriNet *decoder, TriAutoencoderRate rate, const TriImage *code, guint width, guint height,
                        TriProgress *progress, GError **error)
{
  const TriAutoencoderCode *kind = &tri_autoencoder_codes[rate];
  guint w = n_blocks (width), h = n_blocks (height);
  if (code->channels != 3 || code->width != (guint64) w * kind->across || code->height != (guint64) h * kind->down)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED, _("The code has another size than a picture of %u × %u pixels has."),
                   width, height);
      return NULL;
    }
  g_autoptr (TriTensor) codes = tri_tensor_new ((TriShape) { 1, h, w, kind->channels }, error);
  if (codes == NULL)
    return NULL;
  lay_out (kind, codes, (TriImage *) code, FALSE);
  g_autoptr (TriTensor) out = infer (decoder, codes, (TriShape) { 1, h * BLOCK, w * BLOCK, 3 }, progress, error);
  TriImage *picture = out != NULL ? tri_image_new (width, height, 3, error) : NULL;
  if (picture != NULL)
    tri_tensor_get_image (out, 0, picture, 0, 0, -1, 1);
  return picture;
}
