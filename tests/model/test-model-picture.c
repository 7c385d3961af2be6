/* A network on a whole picture, without an edge of its own making. SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tri-graph.h"
#include "tri-model-picture.h"

#define CONV(n, c) { .name = n, .op = TRI_OP_CONV, .channels = c, .kernel = 3, .padding = 1 }

static const TriLayer layers[] = {
  { .name = "in", .op = TRI_OP_INPUT, .channels = 3 },
  { .op = TRI_OP_UNSHUFFLE, .stride = 2 },
  CONV ("a", 8), { .op = TRI_OP_LEAKY_RELU, .slope = 0.1f }, CONV ("b", 8), { .op = TRI_OP_LEAKY_RELU, .slope = 0.1f },
  CONV ("c", 12),
  { .op = TRI_OP_SHUFFLE, .stride = 2 },
  { 0 }
};

static TriNet *
make_net (void)
{
  g_autoptr (GError) error = NULL;
  TriNet *net = tri_net_new (layers, &error);
  g_assert_no_error (error);
  tri_net_initialise (net, 7);
  return net;
}

static TriTensor *
infer (TriNet *net, const TriTensor *in, gboolean inside)
{
  g_autoptr (GError) error = NULL;
  TriTensor *out = inside ? tri_model_infer_inside (net, in, NULL, &error)
                          : tri_model_infer (net, &(TriTileInput) { in, 1 }, in->shape, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (tri_shape_equal (out->shape, in->shape));
  return out;
}

/* Largest difference of any pixel from that in the same place of the cell in the middle */
static float
spread (const TriTensor *tensor)
{
  float most = 0;
  TriShape s = tensor->shape;
  for (guint y = 0; y < s.h; y++)
    for (guint x = 0; x < s.w; x++)
      for (guint c = 0; c < s.c; c++)
        most = MAX (most, fabsf (tri_tensor_at (tensor, 0, y, x)[c]
                                 - tri_tensor_at (tensor, 0, s.h / 4 * 2 + y % 2, s.w / 4 * 2 + x % 2)[c]));
  return most;
}

/* Of a flat picture a flat one is made, up to its very edge; with padding it isn't. */
static void
test_flat (void)
{
  g_autoptr (TriNet) net = make_net ();
  g_autoptr (TriTensor) in = tri_tensor_new ((TriShape) { 1, 36, 50, 3 }, NULL);
  tri_tensor_fill (in, 0.7f);
  g_autoptr (TriTensor) padded = infer (net, in, FALSE), inside = infer (net, in, TRUE);
  g_assert_cmpfloat (spread (padded), >, 0.05f);
  g_assert_cmpfloat (spread (inside), <, 1e-5f);
}

/* Away from the edges nothing changes. */
static void
test_middle (void)
{
  g_autoptr (TriNet) net = make_net ();
  g_autoptr (TriTensor) in = tri_tensor_new ((TriShape) { 1, 40, 44, 3 }, NULL);
  guint margin = tri_net_get_radius (net);
  for (gsize i = 0; i < tri_tensor_size (in); i++)
    in->data[i] = (float) g_test_rand_double_range (-1, 1);
  g_autoptr (TriTensor) padded = infer (net, in, FALSE), inside = infer (net, in, TRUE);
  g_assert_cmpuint (margin, <, 16);
  for (guint y = margin; y < in->shape.h - margin; y++)
    for (guint x = margin; x < in->shape.w - margin; x++)
      for (guint c = 0; c < 3; c++)
        g_assert_cmpfloat_with_epsilon (tri_tensor_at (padded, 0, y, x)[c], tri_tensor_at (inside, 0, y, x)[c], 1e-5);
}

/* Also of pictures that are smaller than what the network sees around a pixel. */
static void
test_small (void)
{
  static const guint sizes[][2] = { { 2, 2 }, { 2, 30 }, { 6, 4 } };
  g_autoptr (TriNet) net = make_net ();
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (TriTensor) in = tri_tensor_new ((TriShape) { 1, sizes[i][0], sizes[i][1], 3 }, NULL);
      tri_tensor_fill (in, -0.4f);
      g_autoptr (TriTensor) inside = infer (net, in, TRUE);
      g_assert_true (tri_tensor_is_finite (inside));
      g_assert_cmpfloat (spread (inside), <, 1e-5f);
    }
}

static void
test_cancelled (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  g_autoptr (TriNet) net = make_net ();
  g_autoptr (TriTensor) in = tri_tensor_new ((TriShape) { 1, 8, 8, 3 }, NULL);
  g_cancellable_cancel (cancellable);
  g_assert_null (tri_model_infer_inside (net, in, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model-picture/flat", test_flat);
  g_test_add_func ("/model-picture/middle", test_middle);
  g_test_add_func ("/model-picture/small", test_small);
  g_test_add_func ("/model-picture/cancelled", test_cancelled);
  return g_test_run ();
}
