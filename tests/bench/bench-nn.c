/* One training step, and inference of one large picture, with the network of peer-nn.py.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "bench.h"
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

static TriTensor *
noise (TriShape shape)
{
  TriRng rng = tri_rng (1, 1);
  TriTensor *tensor = tri_tensor_new (shape, NULL);
  for (gsize i = 0; i < tri_tensor_size (tensor); i++)
    tensor->data[i] = tri_rng_uniform (&rng);
  return tensor;
}

typedef struct {
  TriPass *pass;
  TriAdam *adam;
  TriTensor *x;
} Work;

static void
train (gpointer data)
{
  Work *work = data;
  if (!tri_pass_forward (work->pass, NULL, NULL))
    abort ();
  TriLoss loss = { .kind = TRI_LOSS_MSE, .x = tri_pass_get_output (work->pass, NULL), .target = work->x, .weight = 1,
                   .gradient = tri_pass_get_output_gradient (work->pass, NULL) };
  tri_loss (&loss);
  if (!tri_pass_backward (work->pass, NULL, NULL) || !tri_adam_step (work->adam, NULL))
    abort ();
}

static void
infer (gpointer data)
{
  if (!tri_pass_forward (((Work *) data)->pass, NULL, NULL))
    abort ();
}

static void
measure (const char *name, TriNet *net, TriPassFlags flags, TriShape shape, BenchFunc func)
{
  Work work = { tri_pass_new (net, flags, &shape, NULL), NULL, noise (shape) };
  work.adam = tri_adam_new (net, &(TriAdamConfig) { TRI_ADAM_DEFAULTS, .rate = 1e-3f }, NULL);
  tri_pass_set_input (work.pass, 0, work.x);
  bench (name, func, &work);
  tri_pass_free (work.pass);
  tri_adam_free (work.adam);
  tri_tensor_free (work.x);
}

/* An argument chooses the instruction set. */
int
main (int argc, char **argv)
{
  g_autoptr (TriNet) net = tri_net_new (layers, NULL);
  if (argc > 1 && !tri_kernels_select (argv[1]))
    return 1;
  tri_net_initialise (net, 1);
  measure ("network, training step", net, TRI_PASS_TRAIN, (TriShape) { 16, 64, 64, 1 }, train);
  measure ("network, inference, 512x512", net, TRI_PASS_INFER, (TriShape) { 1, 512, 512, 1 }, infer);
  return 0;
}
