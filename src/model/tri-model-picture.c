/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-model-picture.h"

#define MAX_BYTES (G_GUINT64_CONSTANT (192) << 20) /* of a tile's activations */

/* @align: the sides become multiples of it; what is added repeats the picture's edge. Alpha is left out, grey becomes
 * three equal channels. */
TriTensor *
tri_model_picture_read (const TriImage *image, guint align, GError **error)
{
  guint step = tri_image_n_colours (image) == 3 ? 1 : 0;
  TriShape shape = { 1, (image->height + align - 1) / align * align, (image->width + align - 1) / align * align, 3 };
  TriTensor *tensor = tri_tensor_new (shape, error);
  for (guint y = 0; tensor != NULL && y < shape.h; y++)
    {
      const guint8 *row = image->pixels + MIN (y, image->height - 1) * tri_image_stride (image);
      float *to = tri_tensor_at (tensor, 0, y, 0);
      for (guint x = 0; x < shape.w; x++)
        for (guint c = 0; c < 3; c++)
          *to++ = (float) row[(gsize) MIN (x, image->width - 1) * image->channels + c * step] / 127.5f - 1;
    }
  return tensor;
}

/* Rounds and clamps; a grey picture gets the mean of the channels, alpha is left alone. */
void
tri_model_picture_write (const TriTensor *tensor, TriImage *image)
{
  gboolean colour = tri_image_n_colours (image) == 3;
  g_return_if_fail (tensor->shape.w >= image->width && tensor->shape.h >= image->height && tensor->shape.c == 3);
  for (guint y = 0; y < image->height; y++)
    {
      const float *from = tri_tensor_at (tensor, 0, y, 0);
      guint8 *to = image->pixels + y * tri_image_stride (image);
      for (guint x = 0; x < image->width; x++, from += 3, to += image->channels)
        for (guint c = 0; c < (colour ? 3 : 1); c++)
          {
            float value = ((colour ? from[c] : (from[0] + from[1] + from[2]) / 3) + 1) * 127.5f;
            to[c] = value > 0 ? (guint8) (MIN (value, 255) + 0.5f) : 0; /* NaN: 0 */
          }
    }
}

/* Returns: (transfer full): what @net makes of @inputs, in tiles of bounded memory */
TriTensor *
tri_model_infer (TriNet *net, const TriTileInput *inputs, TriShape out, TriProgress *progress, GError **error)
{
  g_autoptr (TriTensor) tensor = tri_tensor_new (out, error);
  guint side = tensor != NULL ? tri_tile_choose_side (net, inputs, MAX_BYTES, error) : 0;
  if (side == 0 || !tri_tile_infer (net, inputs, tensor, side, progress, error))
    return NULL;
  return g_steal_pointer (&tensor);
}
