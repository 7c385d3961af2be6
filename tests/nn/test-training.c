/* Training learns, goes on after an interruption as if there had been none, and says when it diverges.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "nn-fixture.h"
#include "tri-error.h"
#include "tri-loss.h"
#include "tri-weights.h"

/* A code of a quarter of the numbers. */
static const TriLayer layers[] = {
  { .name = "in", .op = TRI_OP_INPUT, .channels = 1 },
  { .op = TRI_OP_UNSHUFFLE, .stride = 2 },
  { .name = "enc.0", .op = TRI_OP_CONV, .channels = 16, .kernel = 3, .padding = 1 },
  { .op = TRI_OP_RELU },
  { .name = "enc.1", .op = TRI_OP_CONV, .channels = 1, .kernel = 3, .padding = 1 },
  { .op = TRI_OP_SIGMOID },
  { .name = "code", .op = TRI_OP_QUANTISE, .low = 0, .high = 1, .flags = TRI_LAYER_KEEP },
  { .name = "dec.0", .op = TRI_OP_CONV, .channels = 16, .kernel = 3, .padding = 1 },
  { .op = TRI_OP_RELU },
  { .name = "dec.1", .op = TRI_OP_CONV, .channels = 4, .kernel = 3, .padding = 1 },
  { .op = TRI_OP_SHUFFLE, .stride = 2 },
  { 0 }
};

typedef struct {
  TriNet *net;
  TriAdam *adam;
  TriPass *pass;
  TriTensor *x;
} Training;

static void
training_open (Training *t, float rate, guint64 seed)
{
  TriShape shape = { 4, 16, 16, 1 };
  TriRng rng = tri_rng (99, 0);
  t->net = tri_net_new (layers, NULL);
  tri_net_initialise (t->net, seed);
  t->adam = tri_adam_new (t->net, &(TriAdamConfig) { TRI_ADAM_DEFAULTS, .rate = rate, .clip = rate < 1 ? 1 : 0,
                          .warm_up = 10, .n_steps = 300, .end = 0.1f }, NULL);
  t->pass = tri_pass_new (t->net, TRI_PASS_TRAIN, &shape, NULL);
  t->x = tri_tensor_new (shape, NULL);
  for (guint n = 0; n < 4; n++)
    {
      float a = tri_rng_uniform (&rng) - 0.5f, b = tri_rng_uniform (&rng) - 0.5f;
      for (guint y = 0; y < 16; y++)
        for (guint x = 0; x < 16; x++)
          *tri_tensor_at (t->x, n, y, x) = 0.5f + 0.4f * sinf (a * (float) x + b * (float) y + (float) n);
    }
  tri_pass_set_input (t->pass, 0, t->x);
}

static void
training_close (Training *t)
{
  tri_pass_free (t->pass);
  tri_adam_free (t->adam);
  tri_net_free (t->net);
  tri_tensor_free (t->x);
}

/* Returns: the loss before the step, or NaN with @error. The input gets noise that depends on the step alone. */
static double
step (Training *t, GError **error)
{
  double sum;
  TriRng rng = tri_rng (7, tri_adam_get_step (t->adam));
  g_autoptr (TriTensor) noisy = tri_tensor_copy (t->x, NULL);
  for (gsize i = 0; i < tri_tensor_size (noisy); i++)
    noisy->data[i] += 0.01f * tri_rng_normal (&rng);
  tri_pass_set_input (t->pass, 0, noisy);
  g_assert_true (tri_pass_forward (t->pass, NULL, NULL));
  TriLoss loss = { .kind = TRI_LOSS_MSE, .x = tri_pass_get_output (t->pass, NULL), .target = t->x, .weight = 1,
                   .gradient = tri_pass_get_output_gradient (t->pass, NULL) };
  if (!tri_losses (&loss, 1, &sum, error))
    return NAN;
  g_assert_true (tri_pass_backward (t->pass, NULL, NULL));
  return tri_adam_step (t->adam, error) ? sum : NAN;
}

static void
test_learns (void)
{
  Training t;
  training_open (&t, 0.01f, 1);
  double first = step (&t, NULL), last = first;
  while (tri_adam_get_step (t.adam) < 300)
    last = step (&t, NULL);
  g_test_message ("%g to %g, %.2f dB", first, last, tri_psnr_of_mse (last, 1));
  g_assert_cmpfloat (first, >, 0.1);
  g_assert_cmpfloat (tri_psnr_of_mse (last, 1), >, 29.5);
  training_close (&t);
}

static void
save (Training *t, const char *path)
{
  g_autoptr (TriWeights) weights = tri_weights_new ();
  g_autoptr (GError) error = NULL;
  tri_adam_add_state (t->adam, "g", weights, &error);
  g_assert_no_error (error);
  tri_weights_save (weights, TRI_DTYPE_F32, path, &error);
  g_assert_no_error (error);
}

static void
test_resumes (void)
{
  Training through, stopped, resumed;
  g_autofree char *folder = g_dir_make_tmp ("triptych-XXXXXX", NULL), *path = g_build_filename (folder, "checkpoint", NULL);
  g_autoptr (GError) error = NULL;
  training_open (&through, 0.01f, 1);
  training_open (&stopped, 0.01f, 1);
  training_open (&resumed, 0.01f, 2);
  while (tri_adam_get_step (through.adam) < 40)
    step (&through, NULL);
  while (tri_adam_get_step (stopped.adam) < 17)
    step (&stopped, NULL);
  save (&stopped, path);
  step (&resumed, NULL); /* whatever was there before is replaced */
  g_autoptr (TriWeights) weights = tri_weights_load (path, &error);
  g_assert_no_error (error);
  g_assert_false (tri_adam_read_state (resumed.adam, "f", weights, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  g_assert_true (tri_adam_read_state (resumed.adam, "g", weights, &error));
  g_assert_cmpuint (tri_adam_get_step (resumed.adam), ==, 17);
  while (tri_adam_get_step (resumed.adam) < 40)
    step (&resumed, NULL);
  guint n;
  TriWeight *a = tri_net_get_weights (through.net, &n), *b = tri_net_get_weights (resumed.net, &n);
  for (guint w = 0; w < n; w++)
    g_assert_true (memcmp (a[w].value, b[w].value, a[w].size * sizeof (float)) == 0);
  training_close (&through);
  training_close (&stopped);
  training_close (&resumed);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_diverges (void)
{
  Training t;
  g_autoptr (GError) error = NULL;
  training_open (&t, 1e30f, 1);
  for (guint i = 0; i < 20 && error == NULL; i++)
    step (&t, &error);
  g_assert_error (error, TRI_ERROR, TRI_ERROR_FAILED);
  training_close (&t);
}

/* A gradient that is no number leaves the weights as they were. */
static void
test_keeps_weights (void)
{
  Training t;
  guint n;
  g_autoptr (GError) error = NULL;
  training_open (&t, 0.01f, 1);
  TriWeight *weights = tri_net_get_weights (t.net, &n);
  float before = weights[0].value[0];
  weights[0].gradient[0] = 1;
  weights[0].gradient[1] = NAN;
  g_assert_false (tri_adam_step (t.adam, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_FAILED);
  g_assert_cmpfloat (weights[0].value[0], ==, before);
  g_assert_cmpuint (tri_adam_get_step (t.adam), ==, 0);
  training_close (&t);
}

/* Of a weight's own learning rate: the first step goes as far as the rate says, whatever the gradient. */
static void
test_factors (void)
{
  Training t;
  guint n;
  training_open (&t, 0.01f, 1);
  tri_adam_set_config (t.adam, &(TriAdamConfig) { TRI_ADAM_DEFAULTS, .rate = 0.01f });
  TriWeight *weights = tri_net_get_weights (t.net, &n);
  tri_adam_set_factor (t.adam, 2, 0.1f);
  g_autofree float *first = g_memdup2 (weights[0].value, weights[0].size * sizeof (float));
  g_autofree float *third = g_memdup2 (weights[2].value, weights[2].size * sizeof (float));
  for (guint w = 0; w < n; w++)
    for (gsize i = 0; i < weights[w].size; i++)
      weights[w].gradient[i] = 0.5f;
  g_assert_true (tri_adam_step (t.adam, NULL));
  for (gsize i = 0; i < weights[0].size; i++)
    g_assert_cmpfloat_with_epsilon (first[i] - weights[0].value[i], 0.01, 1e-6);
  for (gsize i = 0; i < weights[2].size; i++)
    g_assert_cmpfloat_with_epsilon (third[i] - weights[2].value[i], 0.001, 1e-6);
  training_close (&t);
}

/* Two nets in a chain: the gradient of the second one's input, injected into the first, is that of the whole. */
static void
test_chain (void)
{
  static const TriLayer first[] = {
    { .op = TRI_OP_INPUT, .channels = 2 }, { .name = "a", .op = TRI_OP_CONV, .channels = 3, .kernel = 3, .padding = 1 },
    { .op = TRI_OP_TANH }, { 0 } };
  static const TriLayer second[] = {
    { .op = TRI_OP_INPUT, .channels = 3 }, { .name = "b", .op = TRI_OP_CONV, .channels = 1, .kernel = 3, .padding = 1 }, { 0 } };
  static const TriLayer both[] = {
    { .op = TRI_OP_INPUT, .channels = 2 }, { .name = "a", .op = TRI_OP_CONV, .channels = 3, .kernel = 3, .padding = 1 },
    { .op = TRI_OP_TANH }, { .name = "b", .op = TRI_OP_CONV, .channels = 1, .kernel = 3, .padding = 1 }, { 0 } };
  TriShape shape = { 2, 6, 6, 2 }, between = { 2, 6, 6, 3 };
  g_autoptr (TriNet) whole = fixture_net (both, 1), g = fixture_net (first, 2), d = fixture_net (second, 3);
  g_autoptr (TriWeights) weights = tri_weights_new ();
  g_autoptr (TriTensor) x = fixture_random (shape, 1);
  g_assert_true (tri_net_add_weights (whole, weights, NULL));
  g_assert_true (tri_net_read_weights (g, weights, NULL) && tri_net_read_weights (d, weights, NULL));
  g_autoptr (TriPass) pass = tri_pass_new (whole, TRI_PASS_TRAIN, &shape, NULL);
  g_autoptr (TriPass) pass_g = tri_pass_new (g, TRI_PASS_TRAIN, &shape, NULL);
  g_autoptr (TriPass) pass_d = tri_pass_new (d, TRI_PASS_TRAIN | TRI_PASS_INPUT_GRADIENTS | TRI_PASS_FROZEN, &between, NULL);
  tri_pass_set_input (pass, 0, x);
  tri_pass_set_input (pass_g, 0, x);
  g_assert_true (tri_pass_forward (pass, NULL, NULL) && tri_pass_forward (pass_g, NULL, NULL));
  tri_pass_set_input (pass_d, 0, tri_pass_get_output (pass_g, NULL));
  g_assert_true (tri_pass_forward (pass_d, NULL, NULL));
  TriPass *ends[] = { pass, pass_d };
  for (guint i = 0; i < 2; i++)
    {
      TriLoss loss = { .kind = TRI_LOSS_CONSTANT, .x = tri_pass_get_output (ends[i], NULL), .number = 1, .weight = 1,
                       .gradient = tri_pass_get_output_gradient (ends[i], NULL) };
      tri_loss (&loss);
      g_assert_true (tri_pass_backward (ends[i], NULL, NULL));
    }
  TriLoss inject = { .kind = TRI_LOSS_INJECT, .x = tri_pass_get_output (pass_g, NULL), .weight = 1,
                     .target = tri_pass_get_input_gradient (pass_d, 0), .gradient = tri_pass_get_output_gradient (pass_g, NULL) };
  tri_loss (&inject);
  g_assert_true (tri_pass_backward (pass_g, NULL, NULL));
  guint n;
  TriWeight *a = tri_net_get_weights (whole, &n), *b = tri_net_get_weights (g, &n), *frozen = tri_net_get_weights (d, &n);
  for (gsize i = 0; i < b[0].size; i++)
    g_assert_cmpfloat_with_epsilon (a[0].gradient[i], b[0].gradient[i], 1e-6);
  g_assert_cmpfloat (fabs (a[0].gradient[0]), >, 1e-4);
  for (gsize i = 0; i < frozen[0].size; i++)
    g_assert_cmpfloat (frozen[0].gradient[i], ==, 0);
}

/* Every loss's gradient by central differences. */
static void
test_losses (void)
{
  TriShape shape = { 2, 3, 4, 5 }, classes = { 2, 3, 4, 1 };
  g_autoptr (TriTensor) x = fixture_random (shape, 1), target = fixture_random (shape, 2), labels = tri_tensor_new (classes, NULL);
  g_autoptr (TriTensor) near = tri_tensor_new (shape, NULL); /* in one picture x is better than the mean colour, in one not */
  for (gsize i = 0; i < tri_tensor_size (near); i++)
    near->data[i] = (i < tri_tensor_size (near) / 2 ? 0.6f : -0.6f) * x->data[i];
  for (gsize i = 0; i < tri_tensor_size (labels); i++)
    labels->data[i] = (float) (i % 5);
  for (TriLossKind kind = TRI_LOSS_MSE; kind <= TRI_LOSS_INJECT; kind++)
    {
      g_autoptr (TriTensor) gradient = tri_tensor_new (shape, NULL);
      TriLoss loss = { .kind = kind, .x = x, .target = target, .weight = 3, .number = 0.3f, .low = -0.8f, .high = 0.6f,
                       .gradient = gradient };
      double largest = 0;
      loss.target = kind == TRI_LOSS_CROSS_ENTROPY ? labels : kind == TRI_LOSS_AHEAD ? near : target;
      tri_tensor_fill (gradient, 0.25f); /* added to */
      tri_loss (&loss);
      loss.gradient = NULL;
      for (gsize i = 0; i < tri_tensor_size (x); i += 7)
        {
          float old = x->data[i], epsilon = 1.f / 2048;
          x->data[i] = old + epsilon;
          double up = tri_loss (&loss);
          x->data[i] = old - epsilon;
          double down = tri_loss (&loss);
          x->data[i] = old;
          g_assert_cmpfloat_with_epsilon ((up - down) / (2 * epsilon), gradient->data[i] - 0.25, 2e-4);
          largest = MAX (largest, fabs (gradient->data[i] - 0.25));
        }
      g_assert_cmpfloat (largest, >, 0.002);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nn/training/learns", test_learns);
  g_test_add_func ("/nn/training/resumes", test_resumes);
  g_test_add_func ("/nn/training/diverges", test_diverges);
  g_test_add_func ("/nn/training/keeps-weights", test_keeps_weights);
  g_test_add_func ("/nn/training/factors", test_factors);
  g_test_add_func ("/nn/training/chain", test_chain);
  g_test_add_func ("/nn/training/losses", test_losses);
  return g_test_run ();
}
