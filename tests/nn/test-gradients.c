/* Every layer's and loss's derivative against finite differences: for weights and for inputs.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "nn-fixture.h"
#include "tri-loss.h"

#define MAX_INPUTS 4

typedef struct {
  const char *name;
  const TriLayer *layers;
  TriShape inputs[MAX_INPUTS];
  double tolerance; /* relative; a ReLU's kink makes finite differences coarse */
} Case;

#define IN(n) { .name = "in", .op = TRI_OP_INPUT, .channels = n }
#define SMOOTH { .op = TRI_OP_TANH }
#define LAYERS (const TriLayer[])

static const Case cases[] = {
  { "conv", LAYERS { IN (3), { .name = "a", .op = TRI_OP_CONV, .channels = 5, .kernel = 3, .padding = 1 }, { 0 } },
    { { 2, 5, 7, 3 } }, 0.002 },
  { "conv-strided", LAYERS { IN (3), { .name = "a", .op = TRI_OP_CONV, .channels = 6, .kernel = 4, .stride = 2, .padding = 1 },
                             { 0 } }, { { 2, 8, 10, 3 } }, 0.002 },
  { "conv-odd-stride", LAYERS { IN (2), { .name = "a", .op = TRI_OP_CONV, .channels = 20, .kernel = 5, .stride = 3,
                                          .padding = 2 }, { 0 } }, { { 2, 11, 8, 2 } }, 0.002 },
  { "conv-gaps", LAYERS { IN (4), { .name = "a", .op = TRI_OP_CONV, .channels = 3, .kernel = 1, .stride = 2 }, { 0 } },
    { { 1, 7, 5, 4 } }, 0.002 },
  { "conv-groups", LAYERS { IN (6), { .name = "a", .op = TRI_OP_CONV, .channels = 4, .kernel = 3, .padding = 1, .groups = 2 },
                            { 0 } }, { { 2, 6, 5, 6 } }, 0.002 },
  { "conv-depthwise", LAYERS { IN (6), { .name = "a", .op = TRI_OP_CONV, .channels = 6, .kernel = 3, .stride = 2,
                                         .padding = 1, .groups = 6, .flags = TRI_LAYER_PLAIN }, { 0 } }, { { 2, 6, 5, 6 } }, 0.002 },
  { "conv-wide", LAYERS { IN (17), { .name = "a", .op = TRI_OP_CONV, .channels = 37, .kernel = 3, .padding = 1 },
                          { .op = TRI_OP_LEAKY_RELU, .slope = 0.2f },
                          { .name = "b", .op = TRI_OP_CONV, .channels = 1, .kernel = 3, .padding = 1 }, { 0 } },
    { { 1, 4, 27, 17 } }, 0.03 },
  { "dense", LAYERS { IN (3), { .name = "a", .op = TRI_OP_DENSE, .channels = 5, .kernel = 6 }, { .op = TRI_OP_RELU },
                      { .name = "b", .op = TRI_OP_DENSE, .channels = 4 }, { 0 } }, { { 3, 2, 3, 3 } }, 0.03 },
  { "upsample", LAYERS { IN (3), { .op = TRI_OP_UPSAMPLE, .stride = 2 }, SMOOTH, { 0 } }, { { 2, 3, 4, 3 } }, 0.002 },
  { "shuffle", LAYERS { IN (8), { .op = TRI_OP_SHUFFLE, .stride = 2 }, SMOOTH, { 0 } }, { { 2, 3, 4, 8 } }, 0.002 },
  { "unshuffle", LAYERS { IN (2), { .op = TRI_OP_UNSHUFFLE, .stride = 2 }, SMOOTH, { 0 } }, { { 2, 6, 4, 2 } }, 0.002 },
  { "instance-norm", LAYERS { IN (3), { .name = "a", .op = TRI_OP_NORM }, SMOOTH, { 0 } }, { { 2, 5, 6, 3 } }, 0.002 },
  { "plain-norm", LAYERS { IN (3), { .op = TRI_OP_NORM, .flags = TRI_LAYER_PLAIN }, SMOOTH, { 0 } }, { { 2, 5, 6, 3 } }, 0.002 },
  { "group-norm", LAYERS { IN (6), { .name = "a", .op = TRI_OP_NORM, .groups = 2 }, { .op = TRI_OP_RELU }, { 0 } },
    { { 2, 5, 3, 6 } }, 0.03 },
  { "sigmoid", LAYERS { IN (3), { .op = TRI_OP_SIGMOID }, { 0 } }, { { 2, 5, 3, 3 } }, 0.002 },
  { "compress", LAYERS { IN (3), SMOOTH, { .op = TRI_OP_COMPRESS }, SMOOTH, { 0 } }, { { 2, 5, 3, 3 } }, 0.03 },
  { "companding", LAYERS { IN (3), { .name = "a", .op = TRI_OP_CONV, .channels = 51, .kernel = 3, .padding = 1 },
                           { .op = TRI_OP_COMPRESS },
                           { .name = "b", .op = TRI_OP_CONV, .channels = 51, .groups = 51, .flags = TRI_LAYER_PLAIN },
                           { .name = "c", .op = TRI_OP_CONV, .channels = 51, .groups = 51, .flags = TRI_LAYER_PLAIN },
                           { .op = TRI_OP_EXPAND }, { .name = "d", .op = TRI_OP_CONV, .channels = 3 }, { 0 } },
    { { 2, 5, 4, 3 } }, 0.004 },
  { "expand", LAYERS { IN (3), SMOOTH, { .op = TRI_OP_EXPAND }, SMOOTH, { 0 } }, { { 2, 5, 3, 3 } }, 0.03 },
  { "wrap", LAYERS { IN (3), { .op = TRI_OP_TANH }, { .op = TRI_OP_WRAP, .low = -3.7f, .high = -1.3f }, { 0 } }, { { 2, 5, 3, 3 } }, 0.002 },
  { "pool", LAYERS { IN (18), SMOOTH, { .op = TRI_OP_POOL }, { 0 } }, { { 2, 5, 3, 18 } }, 0.002 },
  { "residual", LAYERS { IN (3), { .name = "h", .op = TRI_OP_TANH },
                         { .name = "a", .op = TRI_OP_CONV, .channels = 3, .kernel = 3, .padding = 1 }, { .op = TRI_OP_RELU },
                         { .name = "b", .op = TRI_OP_CONV, .channels = 3, .kernel = 3, .padding = 1 },
                         { .op = TRI_OP_ADD, .with = "h" }, SMOOTH, { 0 } }, { { 2, 5, 4, 3 } }, 0.03 },
  { "concat", LAYERS { IN (3), { .name = "other", .op = TRI_OP_INPUT, .channels = 2 },
                       { .op = TRI_OP_CONCAT, .from = "in", .with = "other" },
                       { .name = "a", .op = TRI_OP_CONV, .channels = 3, .kernel = 3, .padding = 1 },
                       { .op = TRI_OP_CONCAT, .with = "in" }, SMOOTH, { 0 } }, { { 2, 5, 4, 3 }, { 2, 5, 4, 2 } }, 0.002 },
  { "multiply", LAYERS { IN (3), { .name = "other", .op = TRI_OP_INPUT, .channels = 3 },
                         { .op = TRI_OP_TANH, .from = "in" }, { .op = TRI_OP_MULTIPLY, .with = "other" }, SMOOTH, { 0 } },
    { { 3, 5, 4, 3 }, { 1, 5, 4, 3 } }, 0.002 },
  { "square", LAYERS { IN (3), { .op = TRI_OP_MULTIPLY, .with = "in" }, { 0 } }, { { 3, 5, 4, 3 } }, 0.002 },
  { "permute", LAYERS { IN (3), { .name = "order", .op = TRI_OP_INPUT, .channels = 1, .flags = TRI_LAYER_KEYED },
                        { .op = TRI_OP_TANH, .from = "in" }, { .op = TRI_OP_PERMUTE, .with = "order" }, SMOOTH, { 0 } },
    { { 2, 5, 4, 3 }, { 2, 5, 4, 1 } }, 0.002 },
  { "permute-one-for-all", LAYERS { { .name = "order", .op = TRI_OP_INPUT, .channels = 1, .flags = TRI_LAYER_KEYED }, IN (19),
                        { .op = TRI_OP_PERMUTE, .with = "order" }, { .op = TRI_OP_ADD, .with = "in" }, SMOOTH, { 0 } },
    { { 1, 5, 4, 1 }, { 2, 5, 4, 19 } }, 0.002 },
  { "keep", LAYERS { IN (3), { .name = "a", .op = TRI_OP_CONV, .channels = 3, .kernel = 3, .padding = 1, .flags = TRI_LAYER_KEEP },
                     SMOOTH, { .name = "dead", .op = TRI_OP_SIGMOID },
                     { .name = "b", .op = TRI_OP_CONV, .from = "a", .channels = 2, .kernel = 3, .padding = 1 }, { 0 } },
    { { 2, 5, 4, 3 } }, 0.002 },
};

typedef struct {
  TriPass *pass;
  const TriTensor *target, *kept_target;
  double tolerance;
} Scene;

/* Returns: the loss; adds gradients when asked */
static double
evaluate (Scene *scene, gboolean gradients)
{
  g_assert_true (tri_pass_forward (scene->pass, NULL, NULL));
  TriLoss loss = { .kind = TRI_LOSS_MSE, .x = tri_pass_get_output (scene->pass, NULL), .target = scene->target, .weight = 3,
                   .gradient = gradients ? tri_pass_get_output_gradient (scene->pass, NULL) : NULL };
  double sum = tri_loss (&loss);
  if (scene->kept_target != NULL)
    {
      TriLoss more = { .kind = TRI_LOSS_INJECT, .x = tri_pass_get_output (scene->pass, "a"), .target = scene->kept_target,
                       .weight = 0.1f, .gradient = gradients ? tri_pass_get_output_gradient (scene->pass, "a") : NULL };
      sum += tri_loss (&more);
    }
  if (gradients)
    g_assert_true (tri_pass_backward (scene->pass, NULL, NULL));
  return sum;
}

/* Central differences along @step directions of +1 and −1, which is steadier in floats than one coordinate alone. */
static void
check_direction (Scene *scene, TriNet *net, float *values, const float *gradient, gsize size, const char *what)
{
  for (guint trial = 0; trial < 6; trial++)
    {
      TriRng rng = tri_rng (trial, 77);
      g_autofree float *old = g_memdup2 (values, size * sizeof (float)), *direction = g_new (float, size);
      double expected = 0, sum[2], length = 0, epsilon = 1.0 / 256;
      for (gsize i = 0; i < size; i++)
        {
          direction[i] = trial < 3 ? tri_rng_normal (&rng) : 0;
          if (trial >= 3 && i == tri_rng_below (&rng, (guint) size))
            direction[i] = 1;
          length += direction[i] * direction[i];
        }
      if (trial >= 3)
        direction[tri_rng_below (&rng, (guint) size)] = 1;
      length = sqrt (MAX (length, 1));
      for (gsize i = 0; i < size; i++)
        {
          direction[i] /= (float) length;
          expected += (double) direction[i] * gradient[i];
        }
      for (guint side = 0; side < 2; side++)
        {
          for (gsize i = 0; i < size; i++)
            values[i] = old[i] + (float) (side ? -epsilon : epsilon) * direction[i];
          tri_net_changed (net);
          sum[side] = evaluate (scene, FALSE);
        }
      for (gsize i = 0; i < size; i++)
        values[i] = old[i];
      tri_net_changed (net);
      double measured = (sum[0] - sum[1]) / (2 * epsilon);
      if (!(fabs (measured - expected) <= scene->tolerance * (fabs (expected) + 0.1)))
        g_error ("%s: finite differences %.7g, backward %.7g", what, measured, expected);
    }
}

static void
test_case (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (TriNet) net = fixture_net (c->layers, 5);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriPass) pass = tri_pass_new (net, TRI_PASS_TRAIN | TRI_PASS_INPUT_GRADIENTS, c->inputs, &error);
  g_assert_no_error (error);
  TriTensor *inputs[MAX_INPUTS], *gradients[MAX_INPUTS] = { NULL };
  guint keyed = g_str_equal (c->name, "permute") ? 1 : g_str_equal (c->name, "permute-one-for-all") ? 0 : MAX_INPUTS;
  for (guint i = 0; i < tri_net_get_n_inputs (net); i++)
    {
      inputs[i] = i == keyed ? fixture_permutation (c->inputs[i], i) : fixture_random (c->inputs[i], i);
      tri_pass_set_input (pass, i, inputs[i]);
    }
  g_autoptr (TriTensor) target = fixture_random (tri_pass_get_output (pass, NULL)->shape, 50);
  g_autoptr (TriTensor) kept = g_str_equal (c->name, "keep") ? fixture_random (tri_pass_get_output (pass, "a")->shape, 51) : NULL;
  Scene scene = { pass, target, kept, c->tolerance };
  evaluate (&scene, TRUE);
  tri_net_zero_gradients (net);
  evaluate (&scene, TRUE); /* nothing may be left over from the first time */
  for (guint i = 0; i < tri_net_get_n_inputs (net); i++)
    if (i != keyed)
      gradients[i] = tri_tensor_copy (tri_pass_get_input_gradient (pass, i), NULL);
  guint n_weights;
  TriWeight *weights = tri_net_get_weights (net, &n_weights);
  for (guint w = 0; w < n_weights; w++)
    check_direction (&scene, net, weights[w].value, weights[w].gradient, weights[w].size, weights[w].name);
  for (guint i = 0; i < tri_net_get_n_inputs (net); i++)
    if (i != keyed)
      check_direction (&scene, net, inputs[i]->data, gradients[i]->data, tri_tensor_size (inputs[i]), "input");
  for (guint i = 0; i < tri_net_get_n_inputs (net); i++)
    {
      tri_tensor_free (inputs[i]);
      tri_tensor_free (gradients[i]);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/nn/gradients/", cases[i].name, NULL);
      g_test_add_data_func (path, &cases[i], test_case);
    }
  return g_test_run ();
}
