/* What holds for all nets: every instruction set agrees, threads don't matter, tiles have no seams, work can be cancelled,
 * tables and shapes are checked.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "nn-fixture.h"
#include "tri-error.h"
#include "tri-kernels.h"
#include "tri-loss.h"
#include "tri-parallel.h"
#include "tri-tile.h"

/* Widths around every tile and vector, thin and wide channels, strides. */
static const TriLayer layers[] = {
  { .name = "in", .op = TRI_OP_INPUT, .channels = 3 },
  { .name = "a", .op = TRI_OP_CONV, .channels = 37, .kernel = 5, .stride = 2, .padding = 2 },
  { .name = "r", .op = TRI_OP_LEAKY_RELU, .slope = 0.2f },
  { .name = "b", .op = TRI_OP_CONV, .channels = 37, .kernel = 3, .padding = 1 },
  { .op = TRI_OP_TANH },
  { .op = TRI_OP_ADD, .with = "r" },
  { .op = TRI_OP_UPSAMPLE, .stride = 2 },
  { .name = "c", .op = TRI_OP_CONV, .channels = 16, .kernel = 3, .padding = 1 },
  { .op = TRI_OP_RELU },
  { .name = "d", .op = TRI_OP_CONV, .channels = 12, .kernel = 1 },
  { .op = TRI_OP_UNSHUFFLE, .stride = 2 },
  { .name = "e", .op = TRI_OP_CONV, .channels = 12, .kernel = 3, .padding = 1, .groups = 4 },
  { .op = TRI_OP_SHUFFLE, .stride = 2 },
  { 0 }
};

/* Returns: (transfer full) (element-type float): the output, then all gradients of weights, then that of the input */
static GArray *
run_once (const TriTensor *x)
{
  g_autoptr (TriNet) net = fixture_net (layers, 7);
  g_autoptr (TriPass) pass = tri_pass_new (net, TRI_PASS_TRAIN | TRI_PASS_INPUT_GRADIENTS, &x->shape, NULL);
  GArray *all = g_array_new (FALSE, FALSE, sizeof (float));
  guint n;
  tri_pass_set_input (pass, 0, x);
  g_assert_true (tri_pass_forward (pass, NULL, NULL));
  const TriTensor *out = tri_pass_get_output (pass, NULL);
  TriLoss loss = { .kind = TRI_LOSS_CONSTANT, .x = out, .number = 0.5f, .weight = 100,
                   .gradient = tri_pass_get_output_gradient (pass, NULL) };
  tri_loss (&loss);
  g_array_append_vals (all, out->data, (guint) tri_tensor_size (out));
  g_assert_true (tri_pass_backward (pass, NULL, NULL));
  TriWeight *weights = tri_net_get_weights (net, &n);
  for (guint w = 0; w < n; w++)
    g_array_append_vals (all, weights[w].gradient, (guint) weights[w].size);
  g_array_append_vals (all, tri_pass_get_input_gradient (pass, 0)->data, (guint) tri_tensor_size (x));
  return all;
}

static void
test_instruction_sets (void)
{
  for (guint width = 2; width <= 56; width += 6)
    {
      g_autoptr (TriTensor) x = fixture_random ((TriShape) { 2, 8, width, 3 }, width);
      g_assert_true (tri_kernels_select ("baseline"));
      g_autoptr (GArray) portable = run_once (x);
      for (const char *const *id = tri_kernels_list (); *id != NULL; id++)
        {
          if (!tri_kernels_select (*id))
            continue;
          g_autoptr (GArray) other = run_once (x);
          double worst = 0, squares = 0;
          for (guint i = 0; i < portable->len; i++)
            {
              double a = g_array_index (portable, float, i), b = g_array_index (other, float, i);
              worst = MAX (worst, fabs (a - b) / (1 + fabs (a)));
              squares += a * a;
            }
          g_test_message ("%s, %u wide: %g", *id, width, worst);
          g_assert_cmpfloat (squares, >, 1);
          g_assert_cmpfloat (worst, <, 2e-4);
        }
    }
  tri_kernels_select (NULL);
}

static void
test_threads (void)
{
  g_autoptr (TriTensor) x = fixture_random ((TriShape) { 3, 20, 26, 3 }, 1);
  tri_parallel_set_threads (1);
  g_autoptr (GArray) one = run_once (x);
  for (guint threads = 2; threads <= 7; threads++)
    {
      tri_parallel_set_threads (threads);
      g_autoptr (GArray) more = run_once (x);
      g_assert_cmpuint (one->len, ==, more->len);
      g_assert_true (memcmp (one->data, more->data, one->len * sizeof (float)) == 0);
    }
  tri_parallel_set_threads (0);
}

/* Less memory, the same values: buffers are used again, nothing is kept for a backward pass. */
static void
test_inference (void)
{
  TriShape shape = { 2, 20, 26, 3 };
  g_autoptr (TriNet) net = fixture_net (layers, 7);
  g_autoptr (TriTensor) x = fixture_random (shape, 1);
  g_autoptr (TriPass) train = tri_pass_new (net, TRI_PASS_TRAIN, &shape, NULL);
  g_autoptr (TriPass) infer = tri_pass_new (net, TRI_PASS_INFER, &shape, NULL);
  tri_pass_set_input (train, 0, x);
  tri_pass_set_input (infer, 0, x);
  for (guint twice = 0; twice < 2; twice++)
    {
      g_assert_true (tri_pass_forward (train, NULL, NULL));
      g_assert_true (tri_pass_forward (infer, NULL, NULL));
      const TriTensor *a = tri_pass_get_output (train, NULL), *b = tri_pass_get_output (infer, NULL);
      g_assert_true (memcmp (a->data, b->data, tri_tensor_size (a) * sizeof (float)) == 0);
    }
  g_assert_cmpuint (tri_pass_estimate (net, TRI_PASS_INFER, &shape, NULL), <,
                    tri_pass_estimate (net, TRI_PASS_TRAIN, &shape, NULL));
}

static void
test_memory_grows_with_size_only (void)
{
  TriLayer deep[42] = { { .op = TRI_OP_INPUT, .channels = 8 } };
  char names[40][8];
  TriShape shape = { 1, 64, 64, 8 };
  for (guint i = 0; i < 40; i++)
    {
      g_snprintf (names[i], sizeof names[i], "c%u", i);
      deep[i + 1] = (TriLayer) { .name = names[i], .op = TRI_OP_CONV, .channels = 8, .kernel = 3, .padding = 1 };
    }
  g_autoptr (TriNet) net = tri_net_new (deep, NULL);
  guint64 bytes = tri_pass_estimate (net, TRI_PASS_INFER, &shape, NULL), value = tri_shape_size (shape) * sizeof (float);
  tri_parallel_set_threads (1);
  g_assert_cmpuint (bytes, <, 10 * value); /* two values at a time, packed weights, one window */
  tri_parallel_set_threads (0);
  g_assert_cmpuint (tri_pass_estimate (net, TRI_PASS_TRAIN, &shape, NULL), >, 40 * value);
}

static void
test_tiles (void)
{
  TriShape shape = { 1, 92, 124, 3 };
  g_autoptr (TriNet) net = fixture_net (layers, 7);
  g_autoptr (TriTensor) x = fixture_random (shape, 1);
  g_autoptr (TriPass) pass = tri_pass_new (net, TRI_PASS_INFER, &shape, NULL);
  g_autoptr (GError) error = NULL;
  tri_pass_set_input (pass, 0, x);
  g_assert_true (tri_pass_forward (pass, NULL, NULL));
  const TriTensor *whole = tri_pass_get_output (pass, NULL);
  g_assert_cmpuint (tri_net_get_alignment (net), ==, 2);
  for (guint side = 1; side < 140; side = side * 2 + 3)
    {
      g_autoptr (TriTensor) tiled = tri_tensor_new (whole->shape, NULL);
      TriTileInput input = { x, 1 };
      g_assert_true (tri_tile_infer (net, &input, tiled, side, NULL, &error));
      for (gsize i = 0; i < tri_tensor_size (whole); i++)
        g_assert_cmpfloat_with_epsilon (whole->data[i], tiled->data[i], 1e-5);
    }
}

/* The radius is the true one: a change just inside of it is seen, and none outside of it. */
static void
test_radius (void)
{
  TriShape shape = { 1, 64, 64, 3 };
  g_autoptr (TriNet) net = fixture_net (layers, 7);
  g_autoptr (TriTensor) x = fixture_random (shape, 1);
  g_autoptr (TriPass) pass = tri_pass_new (net, TRI_PASS_INFER, &shape, NULL);
  tri_pass_set_input (pass, 0, x);
  g_assert_true (tri_pass_forward (pass, NULL, NULL));
  const TriTensor *out = tri_pass_get_output (pass, NULL);
  g_autoptr (TriTensor) before = tri_tensor_copy (out, NULL);
  int radius = (int) tri_net_get_radius (net), seen = 0;
  tri_tensor_at (x, 0, 32, 32)[0] += 100;
  g_assert_true (tri_pass_forward (pass, NULL, NULL));
  for (int y = 0; y < 64; y++)
    for (int column = 0; column < 64; column++)
      if (memcmp (tri_tensor_at (out, 0, (guint) y, (guint) column), tri_tensor_at (before, 0, (guint) y, (guint) column),
                  3 * sizeof (float)) != 0)
        seen = MAX (seen, MAX (ABS (y - 32), ABS (column - 32)));
  g_assert_cmpint (seen, <=, radius);
  g_assert_cmpint (seen, >=, radius / 2);
}

static void
test_choose_side (void)
{
  g_autoptr (TriNet) net = fixture_net (layers, 7);
  g_autoptr (TriTensor) x = tri_tensor_new ((TriShape) { 1, 1000, 1200, 3 }, NULL);
  TriTileInput input = { x, 1 };
  g_autoptr (GError) error = NULL;
  guint small = tri_tile_choose_side (net, &input, 8 << 20, &error), large = tri_tile_choose_side (net, &input, 64 << 20, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (small, >=, 16);
  g_assert_cmpuint (large, >, small);
  g_assert_cmpuint (tri_tile_choose_side (net, &input, 1000, &error), ==, 0);
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_MEMORY);
}

static void
cancel_soon (double fraction, gpointer data)
{
  g_cancellable_cancel (data);
}

static void
test_cancel (void)
{
  g_autoptr (TriNet) net = fixture_net (layers, 7);
  g_autoptr (TriTensor) x = fixture_random ((TriShape) { 1, 400, 400, 3 }, 1);
  g_autoptr (TriTensor) out = tri_tensor_new ((TriShape) { 1, 400, 400, 3 }, NULL);
  g_autoptr (TriPass) pass = tri_pass_new (net, TRI_PASS_TRAIN, &x->shape, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, cancel_soon, cancellable);
  g_autoptr (GError) error = NULL;
  TriTileInput input = { x, 1 };
  tri_pass_set_input (pass, 0, x);
  g_assert_false (tri_pass_forward (pass, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_cmpfloat (tri_progress_get_fraction (progress), <, 0.5);
  g_assert_true (tri_pass_forward (pass, NULL, NULL)); /* and it can be used again */
  g_assert_false (tri_pass_backward (pass, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_assert_false (tri_tile_infer (net, &input, out, 64, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_tables (void)
{
  static const guint8 bad_bits[] = { 8, 9, 2 };
  static const TriLayer bad[][4] = {
    { { 0 } },
    { { .op = TRI_OP_INPUT }, { 0 } },
    { { .op = TRI_OP_INPUT, .channels = 3 }, { .op = TRI_OP_CONV, .channels = 3 }, { 0 } },
    { { .op = TRI_OP_INPUT, .channels = 3 }, { .name = "a", .op = TRI_OP_CONV, .channels = 4, .groups = 2 }, { 0 } },
    { { .op = TRI_OP_INPUT, .channels = 3 }, { .name = "a", .op = TRI_OP_CONV, .channels = 4, .kernel = 3, .padding = 3 }, { 0 } },
    { { .op = TRI_OP_INPUT, .channels = 3 }, { .op = TRI_OP_SHUFFLE, .stride = 2 }, { 0 } },
    { { .op = TRI_OP_INPUT, .channels = 3 }, { .op = TRI_OP_RELU, .from = "below" }, { .name = "below", .op = TRI_OP_TANH }, { 0 } },
    { { .op = TRI_OP_INPUT, .channels = 3 }, { .op = TRI_OP_ADD }, { 0 } },
    { { .name = "x", .op = TRI_OP_INPUT, .channels = 3 }, { .name = "y", .op = TRI_OP_INPUT, .channels = 2 },
      { .op = TRI_OP_ADD, .with = "x" }, { 0 } },
    { { .name = "x", .op = TRI_OP_INPUT, .channels = 3 }, { .name = "x", .op = TRI_OP_TANH }, { 0 } },
    { { .op = TRI_OP_INPUT, .channels = 3 }, { .op = TRI_OP_QUANTISE }, { 0 } },
    { { .op = TRI_OP_INPUT, .channels = 3 }, { .op = TRI_OP_WRAP, .low = 1, .high = -1 }, { 0 } },
    { { .op = TRI_OP_INPUT, .channels = 3 }, { .op = TRI_OP_LEAKY_RELU, .slope = 2 }, { 0 } },
    { { .op = TRI_OP_INPUT, .channels = 3 }, { .op = TRI_OP_QUANTISE, .high = 1, .bits = bad_bits }, { 0 } },
    { { .op = TRI_OP_RELU }, { 0 } },
    { { .op = (TriOp) 99, .channels = 3 }, { 0 } },
  };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (tri_net_new (bad[i], &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
    }
}

/* Each channel has its own number of levels, zero is one of them, and what is outside is clamped. */
static void
test_bits (void)
{
  static const guint8 bits[] = { 2, 3, 8 };
  static const TriLayer table[] = {
    { .op = TRI_OP_INPUT, .channels = 3 }, { .op = TRI_OP_QUANTISE, .low = -1, .high = 1, .bits = bits }, { 0 }
  };
  static const float in[] = { 0.4f, 0.4f, 0.4f, -7, -7, -7, 0.1f, 0.1f, 0.001f },
                     expected[] = { 0, 1 / 3.0f, 51 / 127.0f, -1, -1, -1, 0, 0, 0 };
  TriShape shape = { 1, 1, 3, 3 };
  g_autoptr (TriNet) net = fixture_net (table, 1);
  g_autoptr (TriPass) pass = tri_pass_new (net, TRI_PASS_INFER, &shape, NULL);
  g_autoptr (TriTensor) x = fixture_random (shape, 1);
  memcpy (x->data, in, sizeof in);
  tri_pass_set_input (pass, 0, x);
  g_assert_true (tri_pass_forward (pass, NULL, NULL));
  const TriTensor *out = tri_pass_get_output (pass, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpfloat_with_epsilon (out->data[i], expected[i], 1e-6);
}

/* 256 levels follow each other in a ring, and what is within them stays. */
static void
test_wrap (void)
{
  static const TriLayer table[] = { { .op = TRI_OP_INPUT, .channels = 2 }, { .op = TRI_OP_WRAP, .low = 0, .high = 255 }, { 0 } };
  static const float in[] = { 0, 255, 256, -1, 300.25f, -256.25f, 512 + 255.25f, 127 };
  static const float expected[] = { 0, 255, 0, 255, 44.25f, -0.25f, 255.25f, 127 };
  TriShape shape = { 1, 2, 2, 2 };
  g_autoptr (TriNet) net = fixture_net (table, 1);
  g_autoptr (TriPass) pass = tri_pass_new (net, TRI_PASS_INFER, &shape, NULL);
  g_autoptr (TriTensor) x = fixture_random (shape, 1);
  memcpy (x->data, in, sizeof in);
  tri_pass_set_input (pass, 0, x);
  g_assert_true (tri_pass_forward (pass, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (expected); i++)
    g_assert_cmpfloat_with_epsilon (tri_pass_get_output (pass, NULL)->data[i], expected[i], 1e-3);
}

static void
test_shapes (void)
{
  static const TriShape bad[] = { { 1, 8, 8, 4 }, { 0, 8, 8, 3 }, { 1, 0, 8, 3 } };
  g_autoptr (TriNet) net = fixture_net (layers, 7);
  g_autoptr (GError) error = NULL;
  TriShape huge = { 1000, 60000, 60000, 3 };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_null (tri_pass_new (net, TRI_PASS_INFER, &bad[i], &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
      g_clear_error (&error);
    }
  g_assert_null (tri_pass_new (net, TRI_PASS_INFER, &huge, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE);
}

static void
test_permutation_range (void)
{
  static const TriLayer table[] = {
    { .name = "x", .op = TRI_OP_INPUT, .channels = 3 },
    { .name = "order", .op = TRI_OP_INPUT, .channels = 1, .flags = TRI_LAYER_KEYED },
    { .op = TRI_OP_PERMUTE, .from = "x", .with = "order" },
    { 0 }
  };
  static const float bad[] = { -1, 16, 1e30f, NAN, INFINITY };
  TriShape shapes[] = { { 1, 4, 4, 3 }, { 1, 4, 4, 1 } };
  g_autoptr (TriNet) net = fixture_net (table, 1);
  g_autoptr (TriPass) pass = tri_pass_new (net, TRI_PASS_INFER, shapes, NULL);
  g_autoptr (TriTensor) x = fixture_random (shapes[0], 1), order = fixture_permutation (shapes[1], 1);
  tri_pass_set_input (pass, 0, x);
  tri_pass_set_input (pass, 1, order);
  g_assert_true (tri_pass_forward (pass, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      order->data[5] = bad[i];
      g_assert_false (tri_pass_forward (pass, NULL, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
    }
}

/* Known answers of Random123 1.09 */
static void
test_philox (void)
{
  static const struct { guint32 counter[4], key[2], out[4]; } known[] = {
    { { 0 }, { 0 }, { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 } },
    { { ~0u, ~0u, ~0u, ~0u }, { ~0u, ~0u }, { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd } },
    { { 0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344 }, { 0xa4093822, 0x299f31d0 },
      { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 } },
  };
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    {
      guint32 words[4];
      memcpy (words, known[i].counter, sizeof words);
      tri_philox (words, known[i].key);
      g_assert_cmpmem (words, sizeof words, known[i].out, sizeof known[i].out);
    }
}

static void
test_normal (void)
{
  TriRng rng = tri_rng (3, 0);
  double sum = 0, squares = 0, fourth = 0;
  guint n = 200000;
  for (guint i = 0; i < n; i++)
    {
      double x = tri_rng_normal (&rng);
      sum += x;
      squares += x * x;
      fourth += x * x * x * x;
    }
  g_assert_cmpfloat_with_epsilon (sum / n, 0, 0.01);
  g_assert_cmpfloat_with_epsilon (squares / n, 1, 0.02);
  g_assert_cmpfloat_with_epsilon (fourth / n, 3, 0.12);
}

/* Every byte comes back, alpha is left alone, grey goes in three times and is the mean on the way back. */
static void
test_pictures (void)
{
  g_autoptr (TriTensor) tensor = tri_tensor_new ((TriShape) { 1, 16, 20, 3 }, NULL);
  for (guint channels = 1; channels <= 4; channels++)
    {
      g_autoptr (TriImage) image = tri_image_new (17, 15, channels, NULL), back = tri_image_new (17, 15, channels, NULL);
      guint n_colours = tri_image_n_colours (image);
      for (guint i = 0; i < 17 * 15 * channels; i++)
        image->pixels[i / (17 * channels) * tri_image_stride (image) + i % (17 * channels)] = (guint8) (i * 7);
      tri_tensor_put_image (tensor, 0, image, 0, 0, -1, 1);
      tri_tensor_get_image (tensor, 0, back, 0, 0, -1, 1);
      for (guint y = 0; y < 15; y++)
        for (guint i = 0; i < 17 * channels; i++)
          g_assert_cmpuint (back->pixels[y * tri_image_stride (back) + i], ==,
                            i % channels < n_colours ? image->pixels[y * tri_image_stride (image) + i] : 0);
      for (guint c = 0; c < 3; c++) /* what lies outside repeats the edge */
        g_assert_cmpfloat (tri_tensor_at (tensor, 0, 15, 19)[c], ==,
                           (float) image->pixels[14 * tri_image_stride (image) + 16 * channels + (n_colours == 3 ? c : 0)]
                               / 127.5f - 1);
    }
  g_autoptr (TriImage) grey = tri_image_new (1, 1, 1, NULL);
  memcpy (tensor->data, (float[]) { -1, 0.2f, 1 }, 3 * sizeof (float));
  tri_tensor_get_image (tensor, 0, grey, 0, 0, -1, 1);
  g_assert_cmpuint (grey->pixels[0], ==, 136);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nn/engine/bits", test_bits);
  g_test_add_func ("/nn/engine/wrap", test_wrap);
  g_test_add_func ("/nn/engine/instruction-sets", test_instruction_sets);
  g_test_add_func ("/nn/engine/threads", test_threads);
  g_test_add_func ("/nn/engine/inference", test_inference);
  g_test_add_func ("/nn/engine/memory", test_memory_grows_with_size_only);
  g_test_add_func ("/nn/engine/tiles", test_tiles);
  g_test_add_func ("/nn/engine/radius", test_radius);
  g_test_add_func ("/nn/engine/choose-side", test_choose_side);
  g_test_add_func ("/nn/engine/cancel", test_cancel);
  g_test_add_func ("/nn/engine/tables", test_tables);
  g_test_add_func ("/nn/engine/shapes", test_shapes);
  g_test_add_func ("/nn/engine/pictures", test_pictures);
  g_test_add_func ("/nn/engine/permutation-range", test_permutation_range);
  g_test_add_func ("/nn/rng/philox", test_philox);
  g_test_add_func ("/nn/rng/normal", test_normal);
  return g_test_run ();
}
