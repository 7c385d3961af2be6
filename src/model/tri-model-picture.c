/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-model-picture.h"

#include "tri-parallel.h"

#define MAX_BYTES (G_GUINT64_CONSTANT (192) << 20) /* of a tile's activations */

typedef struct {
  TriTensor *tensor;
  TriImage *image;
} Move;

/* Rows of the tensor, as a tensor of their own */
static TriTensor
rows_of (const TriTensor *tensor, gsize begin, gsize end)
{
  return (TriTensor) { { 1, (guint) (end - begin), tensor->shape.w, tensor->shape.c }, tri_tensor_at (tensor, 0, (guint) begin, 0) };
}

static void
read_rows (gsize begin, gsize end, guint slot, gpointer data)
{
  const Move *move = data;
  TriTensor rows = rows_of (move->tensor, begin, end);
  tri_tensor_put_image (&rows, 0, move->image, 0, (guint) begin, -1, 1);
}

static void
write_rows (gsize begin, gsize end, guint slot, gpointer data)
{
  const Move *move = data;
  TriTensor rows = rows_of (move->tensor, begin, end);
  tri_tensor_get_image (&rows, 0, move->image, 0, (guint) begin, -1, 1);
}

/* Rows that take about a millisecond */
static gsize
grain (guint width)
{
  return MAX (65536 / width, 1);
}

/* @align: the sides become multiples of it; what is added repeats the picture's edge. Alpha is left out, grey becomes
 * three equal channels. */
TriTensor *
tri_model_read_picture (const TriImage *image, guint align, TriProgress *progress, GError **error)
{
  TriShape shape = { 1, (image->height + align - 1) / align * align, (image->width + align - 1) / align * align, 3 };
  g_autoptr (TriTensor) tensor = tri_tensor_new (shape, error);
  Move move = { tensor, (TriImage *) image };
  if (tensor == NULL || !tri_parallel_for (shape.h, grain (shape.w), read_rows, &move, progress, error))
    return NULL;
  return g_steal_pointer (&tensor);
}

/* Rounds and clamps; a grey picture gets the mean of the channels, alpha is left alone. FALSE only when cancelled */
gboolean
tri_model_write_picture (const TriTensor *tensor, TriImage *image, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (tensor->shape.w >= image->width && tensor->shape.h >= image->height && tensor->shape.c == 3, FALSE);
  Move move = { (TriTensor *) tensor, image };
  return tri_parallel_for (image->height, grain (image->width), write_rows, &move, progress, error);
}

/* @in: of a size that fits into memory whole, @net's only input; @row: (nullable): as for tri_pass_get_output().
 * Returns: (transfer full) (nullable): what that row makes of it */
TriTensor *
tri_model_look (TriNet *net, const TriTensor *in, const char *row, TriProgress *progress, GError **error)
{
  g_autoptr (TriPass) pass = tri_pass_new (net, TRI_PASS_INFER, &in->shape, error);
  if (pass == NULL)
    return NULL;
  tri_pass_set_input (pass, 0, in);
  return tri_pass_forward (pass, progress, error) ? tri_tensor_copy (tri_pass_get_output (pass, row), error) : NULL;
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
