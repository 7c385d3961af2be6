/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-model-picture.h"

#define MAX_BYTES (G_GUINT64_CONSTANT (192) << 20) /* of a tile's activations */

/* @align: the sides become multiples of it; what is added repeats the picture's edge. Alpha is left out, grey becomes
 * three equal channels. */
TriTensor *
tri_model_picture_read (const TriImage *image, guint align, GError **error)
{
  TriShape shape = { 1, (image->height + align - 1) / align * align, (image->width + align - 1) / align * align, 3 };
  TriTensor *tensor = tri_tensor_new (shape, error);
  if (tensor != NULL)
    tri_tensor_put_image (tensor, 0, image, 0, 0, -1, 1);
  return tensor;
}

/* Rounds and clamps; a grey picture gets the mean of the channels, alpha is left alone. */
void
tri_model_picture_write (const TriTensor *tensor, TriImage *image)
{
  g_return_if_fail (tensor->shape.w >= image->width && tensor->shape.h >= image->height && tensor->shape.c == 3);
  tri_tensor_get_image (tensor, 0, image, 0, 0, -1, 1);
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
