/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-model-picture.h"

#include <string.h>

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

/* The place in 0 … @n - 1 that @at, which may lie outside, is the mirror image of; the edge itself stands once. */
static guint
mirrored (gint64 at, guint n)
{
  gint64 period = 2 * MAX ((gint64) n - 1, 1);
  gint64 place = (at % period + period) % period;
  return (guint) (place < n ? place : period - place);
}

/* Returns: (transfer full): @in with @margin pixels more on each side, which mirror it */
static TriTensor *
extend (const TriTensor *in, guint margin, TriProgress *progress, GError **error)
{
  TriShape shape = { 1, in->shape.h + 2 * margin, in->shape.w + 2 * margin, in->shape.c };
  g_autoptr (TriTensor) out = tri_tensor_new (shape, error);
  for (guint y = 0; out != NULL && y < shape.h; y++)
    {
      guint from = mirrored ((gint64) y - margin, in->shape.h);
      if (!tri_progress_check (progress, 0, error))
        return NULL;
      memcpy (tri_tensor_at (out, 0, y, margin), tri_tensor_at (in, 0, from, 0), (gsize) in->shape.w * shape.c * sizeof (float));
      for (guint x = 0; x < margin; x++)
        for (guint end = 0; end < 2; end++)
          {
            guint to = end == 0 ? x : margin + in->shape.w + x;
            memcpy (tri_tensor_at (out, 0, y, to), tri_tensor_at (in, 0, from, mirrored ((gint64) to - margin, in->shape.w)),
                    shape.c * sizeof (float));
          }
    }
  return g_steal_pointer (&out);
}

/* Returns: (transfer full): the middle of @in */
static TriTensor *
cut (const TriTensor *in, guint margin, TriProgress *progress, GError **error)
{
  TriShape shape = { 1, in->shape.h - 2 * margin, in->shape.w - 2 * margin, in->shape.c };
  g_autoptr (TriTensor) out = tri_tensor_new (shape, error);
  for (guint y = 0; out != NULL && y < shape.h; y++)
    {
      if (!tri_progress_check (progress, 1, error))
        return NULL;
      memcpy (tri_tensor_at (out, 0, y, 0), tri_tensor_at (in, 0, y + margin, margin), (gsize) shape.w * shape.c * sizeof (float));
    }
  return g_steal_pointer (&out);
}

/**
 * tri_model_infer_inside:
 * @net: of one input, and an output of the same size
 *
 * Like tri_model_infer(), but the picture's edges are nowhere in what the net sees: beyond them it sees the picture mirrored
 * instead of its padding, which would make an edge of its own.
 */
TriTensor *
tri_model_infer_inside (TriNet *net, const TriTensor *in, TriProgress *progress, GError **error)
{
  guint align = tri_net_get_alignment (net), margin = (tri_net_get_radius (net) + align - 1) / align * align;
  g_autoptr (TriProgress) before = tri_progress_sub (progress, 0, 0.02), inferring = tri_progress_sub (progress, 0.02, 0.98);
  g_autoptr (TriProgress) after = tri_progress_sub (progress, 0.98, 1);
  g_autoptr (TriTensor) wide = extend (in, margin, before, error);
  TriTileInput input = { wide, 1 };
  g_autoptr (TriTensor) out = wide != NULL ? tri_model_infer (net, &input, wide->shape, inferring, error) : NULL;
  return out != NULL ? cut (out, margin, after, error) : NULL;
}
