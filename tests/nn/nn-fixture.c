/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "nn-fixture.h"

TriTensor *
fixture_random (TriShape shape, guint64 seed)
{
  TriRng rng = tri_rng (seed, 1000);
  TriTensor *tensor = tri_tensor_new (shape, NULL);
  for (gsize i = 0; i < tri_tensor_size (tensor); i++)
    tensor->data[i] = 2 * tri_rng_uniform (&rng) - 1;
  return tensor;
}

TriTensor *
fixture_permutation (TriShape shape, guint64 seed)
{
  TriRng rng = tri_rng (seed, 1001);
  TriTensor *tensor = tri_tensor_new (shape, NULL);
  guint size = shape.h * shape.w;
  g_autofree guint *order = g_new (guint, size);
  for (guint n = 0; n < shape.n; n++)
    {
      for (guint i = 0; i < size; i++)
        order[i] = i;
      tri_rng_permute (&rng, order, size);
      for (guint i = 0; i < size; i++)
        tensor->data[n * size + i] = (float) order[i];
    }
  return tensor;
}

TriTensor *
fixture_signs (TriShape shape, guint64 seed)
{
  TriTensor *tensor = fixture_random (shape, seed);
  for (gsize i = 0; i < tri_tensor_size (tensor); i++)
    tensor->data[i] = tensor->data[i] < 0 ? -1 : 1;
  return tensor;
}

/* With biases that aren't zero. */
TriNet *
fixture_net (const TriLayer *layers, guint64 seed)
{
  g_autoptr (GError) error = NULL;
  TriNet *net = tri_net_new (layers, &error);
  guint n;
  g_assert_no_error (error);
  tri_net_initialise (net, seed);
  TriWeight *weights = tri_net_get_weights (net, &n);
  TriRng rng = tri_rng (seed, 1002);
  for (guint w = 0; w < n; w++)
    for (gsize i = 0; weights[w].fan_in == 0 && i < weights[w].size; i++)
      weights[w].value[i] += 0.3f * tri_rng_normal (&rng);
  tri_net_changed (net);
  return net;
}
