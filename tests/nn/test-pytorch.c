/* Every kind of layer and loss, and the optimiser, against PyTorch: tests/vectors/make-nn.py, with every instruction set
 * that this machine has.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "nn-fixture.h"
#include "tri-kernels.h"
#include "tri-loss.h"
#include "tri-weights.h"

static const TriLayer layers[] = {
  { .name = "x", .op = TRI_OP_INPUT, .channels = 3 },
  { .name = "planes", .op = TRI_OP_INPUT, .channels = 2, .flags = TRI_LAYER_KEYED },
  { .name = "signs", .op = TRI_OP_INPUT, .channels = 8, .flags = TRI_LAYER_KEYED },
  { .name = "order", .op = TRI_OP_INPUT, .channels = 1, .flags = TRI_LAYER_KEYED },
  { .op = TRI_OP_UNSHUFFLE, .from = "x", .stride = 2 },
  { .op = TRI_OP_CONCAT, .with = "planes" },
  { .name = "enc.0", .op = TRI_OP_CONV, .channels = 8, .kernel = 3, .padding = 1 },
  { .name = "h", .op = TRI_OP_LEAKY_RELU, .slope = 0.1f },
  { .name = "enc.1", .op = TRI_OP_CONV, .channels = 8, .kernel = 3, .padding = 1, .groups = 2 },
  { .name = "enc.2", .op = TRI_OP_NORM, .groups = 4 },
  { .op = TRI_OP_RELU },
  { .op = TRI_OP_ADD, .with = "h" },
  { .op = TRI_OP_MULTIPLY, .with = "signs" },
  { .op = TRI_OP_PERMUTE, .with = "order" },
  { .name = "down.0", .op = TRI_OP_CONV, .channels = 12, .kernel = 4, .stride = 2, .padding = 1, .flags = TRI_LAYER_PLAIN },
  { .name = "down.1", .op = TRI_OP_NORM },
  { .name = "mid", .op = TRI_OP_TANH, .flags = TRI_LAYER_KEEP },
  { .op = TRI_OP_UPSAMPLE, .stride = 2 },
  { .name = "up", .op = TRI_OP_CONV, .channels = 12, .kernel = 3, .padding = 1 },
  { .op = TRI_OP_SIGMOID },
  { .name = "soft", .op = TRI_OP_SHUFFLE, .stride = 2, .flags = TRI_LAYER_KEEP },
  { .name = "picture", .op = TRI_OP_QUANTISE, .low = 0.25f, .high = 0.75f, .flags = TRI_LAYER_KEEP },
  { .name = "gap", .op = TRI_OP_POOL, .from = "mid" },
  { .name = "fc", .op = TRI_OP_DENSE, .from = "mid", .channels = 6, .kernel = 4 },
  { .op = TRI_OP_CONCAT, .with = "gap" },
  { .name = "logits", .op = TRI_OP_DENSE, .channels = 5 },
  { 0 }
};

#define N_LOSSES 5

typedef struct {
  TriWeights *vectors;
  TriNet *net;
  TriPass *pass;
  TriTensor inputs[4], target, labels; /* views of the vectors */
} Scene;

static TriTensor
view (const TriWeights *vectors, const char *name)
{
  const TriNamed *named = tri_weights_find (vectors, name);
  g_assert_nonnull (named);
  g_assert_cmpuint (named->n_dims, ==, 4);
  return (TriTensor) { { (guint) named->dims[0], (guint) named->dims[1], (guint) named->dims[2], (guint) named->dims[3] },
                       named->values };
}

static void
scene_open (Scene *scene, const char *kernels)
{
  static const char *const names[] = { "in.x", "in.planes", "in.signs", "in.order" };
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "nn.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  TriShape shapes[4];
  g_assert_true (tri_kernels_select (kernels));
  scene->vectors = tri_weights_load (path, &error);
  g_assert_no_error (error);
  scene->net = tri_net_new (layers, &error);
  g_assert_no_error (error);
  tri_net_read_weights (scene->net, scene->vectors, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 4; i++)
    {
      scene->inputs[i] = view (scene->vectors, names[i]);
      shapes[i] = scene->inputs[i].shape;
    }
  scene->target = view (scene->vectors, "target");
  scene->labels = view (scene->vectors, "labels");
  scene->pass = tri_pass_new (scene->net, TRI_PASS_TRAIN | TRI_PASS_INPUT_GRADIENTS, shapes, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < 4; i++)
    tri_pass_set_input (scene->pass, i, &scene->inputs[i]);
}

static void
scene_close (Scene *scene)
{
  tri_pass_free (scene->pass);
  tri_net_free (scene->net);
  tri_weights_free (scene->vectors);
  tri_kernels_select (NULL);
}

static double
evaluate (Scene *scene, double *values)
{
  TriPass *pass = scene->pass;
  double sum;
  g_assert_true (tri_pass_forward (pass, NULL, NULL));
#define OF(row) .x = tri_pass_get_output (pass, row), .gradient = tri_pass_get_output_gradient (pass, row)
  TriLoss losses[N_LOSSES] = {
    { .kind = TRI_LOSS_MSE, OF ("picture"), .target = &scene->target, .weight = 1 },
    { .kind = TRI_LOSS_L1, OF ("picture"), .target = &scene->target, .weight = 0.5f },
    { .kind = TRI_LOSS_CROSS_ENTROPY, OF (NULL), .target = &scene->labels, .weight = 0.3f },
    { .kind = TRI_LOSS_UNIFORM, OF ("soft"), .low = 0, .high = 1, .weight = 0.2f },
    { .kind = TRI_LOSS_CONSTANT, OF ("mid"), .number = 1, .weight = 0.1f },
  };
#undef OF
  g_assert_true (tri_losses (losses, N_LOSSES, &sum, NULL));
  for (guint i = 0; values != NULL && i < N_LOSSES; i++)
    values[i] = losses[i].value;
  g_assert_true (tri_pass_backward (pass, NULL, NULL));
  return sum;
}

/* Largest difference, relative to the largest value. */
static void
compare (const TriWeights *vectors, const char *prefix, const char *name, const float *ours, gsize size, double tolerance)
{
  g_autofree char *full = g_strconcat (prefix, name, NULL);
  const TriNamed *theirs = tri_weights_find (vectors, full);
  double worst = 0, largest = 0;
  g_assert_nonnull (theirs);
  g_assert_cmpuint (theirs->size, ==, size);
  for (gsize i = 0; i < size; i++)
    {
      worst = MAX (worst, fabs ((double) ours[i] - theirs->values[i]));
      largest = MAX (largest, fabs (theirs->values[i]));
    }
  if (!(worst <= tolerance * largest))
    g_error ("%s: off by %g where the largest is %g", full, worst, largest);
}

static void
test_gradients (gconstpointer kernels)
{
  Scene scene;
  double values[N_LOSSES];
  guint n_weights;
  scene_open (&scene, kernels);
  evaluate (&scene, values);
  for (guint i = 0; i < N_LOSSES; i++)
    g_assert_cmpfloat_with_epsilon (values[i], tri_weights_find (scene.vectors, "losses")->values[i], 2e-6);
  for (guint i = 0; i < 4; i++)
    {
      static const char *const names[] = { "picture", "soft", "mid", "logits" };
      const TriTensor *out = tri_pass_get_output (scene.pass, names[i]);
      compare (scene.vectors, "out.", names[i], out->data, tri_tensor_size (out), 5e-6);
    }
  TriWeight *weights = tri_net_get_weights (scene.net, &n_weights);
  for (guint w = 0; w < n_weights; w++)
    compare (scene.vectors, "grad.", weights[w].name, weights[w].gradient, weights[w].size, 2e-5);
  const TriTensor *x = tri_pass_get_input_gradient (scene.pass, 0);
  compare (scene.vectors, "grad-in.", "x", x->data, tri_tensor_size (x), 2e-5);
  scene_close (&scene);
}

static void
test_steps (gconstpointer kernels)
{
  Scene scene;
  guint n_weights;
  scene_open (&scene, kernels);
  g_autoptr (TriAdam) adam = tri_adam_new (scene.net, &(TriAdamConfig) { TRI_ADAM_DEFAULTS, .rate = 0.01f, .decay = 0.05f,
                                           .clip = 0.5f, .warm_up = 3, .n_steps = 10, .end = 0.1f }, NULL);
  for (guint step = 0; step < 10; step++)
    {
      double total = evaluate (&scene, NULL);
      g_assert_cmpfloat_with_epsilon (total, tri_weights_find (scene.vectors, "totals")->values[step], 2e-5);
      g_assert_true (tri_adam_step (adam, NULL));
    }
  TriWeight *weights = tri_net_get_weights (scene.net, &n_weights);
  for (guint w = 0; w < n_weights; w++)
    compare (scene.vectors, "after.", weights[w].name, weights[w].value, weights[w].size, 1e-3);
  scene_close (&scene);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (const char *const *id = tri_kernels_list (); *id != NULL; id++)
    if (tri_kernels_select (*id))
      {
        g_autofree char *gradients = g_strconcat ("/nn/pytorch/gradients/", *id, NULL);
        g_autofree char *steps = g_strconcat ("/nn/pytorch/ten-steps/", *id, NULL);
        g_test_add_data_func (gradients, *id, test_gradients);
        g_test_add_data_func (steps, *id, test_steps);
      }
  return g_test_run ();
}
