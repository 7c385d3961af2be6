/* The engine beside PyTorch, on the network of peer-nn.py: one training step, and inference of one large picture. Asked
 * once for each measurement, so that the two can take turns: "train" or "infer" and a number of repetitions as arguments,
 * or nothing for both.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "tri-kernels.h"
#include "tri-loss.h"
#include "tri-optim.h"
#include "tri-rng.h"

static const TriLayer layers[] = {
  { .name = "in", .op = TRI_OP_INPUT, .channels = 1 },
  { .name = "a", .op = TRI_OP_CONV, .channels = 32, .kernel = 3, .padding = 1 },
  { .op = TRI_OP_RELU },
  { .name = "b", .op = TRI_OP_CONV, .channels = 64, .kernel = 3, .padding = 1 },
  { .name = "skip", .op = TRI_OP_RELU },
  { .name = "c", .op = TRI_OP_CONV, .channels = 64, .kernel = 3, .padding = 1 },
  { .op = TRI_OP_RELU },
  { .name = "d", .op = TRI_OP_CONV, .channels = 64, .kernel = 3, .padding = 1 },
  { .op = TRI_OP_ADD, .with = "skip" },
  { .name = "e", .op = TRI_OP_CONV, .channels = 32, .kernel = 3, .padding = 1 },
  { .op = TRI_OP_RELU },
  { .name = "f", .op = TRI_OP_CONV, .channels = 1, .kernel = 3, .padding = 1 },
  { 0 }
};

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return (x > y) - (x < y);
}

static void
report (const char *name, double *seconds, guint n)
{
  qsort (seconds, n, sizeof *seconds, compare);
  printf ("%s\t%.6f\n", name, seconds[n / 2]);
  fflush (stdout);
}

static TriTensor *
noise (TriShape shape)
{
  TriRng rng = tri_rng (1, 1);
  TriTensor *tensor = tri_tensor_new (shape, NULL);
  for (gsize i = 0; i < tri_tensor_size (tensor); i++)
    tensor->data[i] = tri_rng_uniform (&rng);
  return tensor;
}

static void
train (TriNet *net, guint n)
{
  TriShape shape = { 16, 64, 64, 1 };
  g_autoptr (TriTensor) x = noise (shape);
  g_autoptr (TriPass) pass = tri_pass_new (net, TRI_PASS_TRAIN, &shape, NULL);
  g_autoptr (TriAdam) adam = tri_adam_new (net, &(TriAdamConfig) { TRI_ADAM_DEFAULTS }, NULL);
  g_autofree double *seconds = g_new (double, n);
  tri_pass_set_input (pass, 0, x);
  for (guint i = 0; i < n + 1; i++)
    {
      gint64 start = g_get_monotonic_time ();
      tri_pass_forward (pass, NULL, NULL);
      TriLoss loss = { .kind = TRI_LOSS_MSE, .x = tri_pass_get_output (pass, NULL), .target = x, .weight = 1,
                       .gradient = tri_pass_get_output_gradient (pass, NULL) };
      tri_loss (&loss);
      tri_pass_backward (pass, NULL, NULL);
      if (!tri_adam_step (adam, NULL))
        abort ();
      if (i > 0)
        seconds[i - 1] = (double) (g_get_monotonic_time () - start) / 1e6;
    }
  report ("nn-train-step", seconds, n);
}

static void
infer (TriNet *net, guint n)
{
  TriShape shape = { 1, 512, 512, 1 };
  g_autoptr (TriTensor) x = noise (shape);
  g_autoptr (TriPass) pass = tri_pass_new (net, TRI_PASS_INFER, &shape, NULL);
  g_autofree double *seconds = g_new (double, n);
  tri_pass_set_input (pass, 0, x);
  for (guint i = 0; i < n + 1; i++)
    {
      gint64 start = g_get_monotonic_time ();
      if (!tri_pass_forward (pass, NULL, NULL))
        abort ();
      if (i > 0)
        seconds[i - 1] = (double) (g_get_monotonic_time () - start) / 1e6;
    }
  report ("nn-infer-512", seconds, n);
}

int
main (int argc, char **argv)
{
  g_autoptr (TriNet) net = tri_net_new (layers, NULL);
  guint n = argc > 2 ? (guint) atoi (argv[2]) : 9;
  if (argc > 3 && !tri_kernels_select (argv[3]))
    return 1;
  tri_net_initialise (net, 1);
  if (argc < 2 || g_str_equal (argv[1], "train"))
    train (net, MAX (n, 1));
  if (argc < 2 || g_str_equal (argv[1], "infer"))
    infer (net, MAX (n, 1));
  return 0;
}
