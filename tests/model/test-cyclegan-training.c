/* The CycleGAN's training: the same numbers as PyTorch (tests/model/cyclegan.py vectors) in the generators, their adversaries
 * and ten steps of all five; where it begins; and whole and tiled networks that agree.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "model-fixture.h"
#include "tri-cyclegan-private.h"
#include "tri-loss.h"
#include "tri-model-store.h"

#define N_STEPS 10
#define N_TOLD 9 /* of the curves: all losses, without the shares */

/* Weights of the adversaries, as wave() in the script has them. */
static void
set_wave (TriNet *net)
{
  guint n;
  TriWeight *weights = tri_net_get_weights (net, &n);
  for (guint w = 0; w < n; w++)
    {
      guint phase = 0, per_output = (guint) (weights[w].size / weights[w].dims[0]);
      for (const char *c = weights[w].name; *c != '\0'; c++)
        phase += (guint8) *c;
      double gain = g_str_has_suffix (weights[w].name, "bias") ? 0.01 : sqrt (2.0 / per_output);
      for (gsize i = 0; i < weights[w].size; i++)
        weights[w].value[i] = (float) (gain * sin (1.7 * (double) i + phase));
    }
  tri_net_changed (net);
}

static TriLearner *
open_learner (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriStored) stored = tri_model_store_load ("cyclegan", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (stored->shipped);
  TriLearner *learner = tri_learner_new (tri_model_find ("cyclegan", NULL), NULL, 1, &error);
  g_assert_no_error (error);
  g_assert_true (tri_learner_read_weights (learner, stored->weights, &error));
  g_assert_no_error (error);
  for (guint net = TRI_CYCLEGAN_NET_D1; net <= TRI_CYCLEGAN_NET_EVE; net++)
    set_wave (learner->nets[net]);
  return learner;
}

typedef struct {
  TriTensor noise, mask[2], signs[2][2], order, back;
  TriCycleganKeyed keyed;
} KeyedView;

static void
view_keyed (const TriWeights *vectors, const char *prefix, KeyedView *out)
{
#define NAMED(rest) g_strconcat (prefix, rest, NULL)
  g_autofree char *order = NAMED (".order"), *back = NAMED (".back"), *noise = NAMED (".noise");
  out->order = model_fixture_view (vectors, order);
  out->back = model_fixture_view (vectors, back);
  out->noise = model_fixture_view (vectors, noise);
  out->keyed = (TriCycleganKeyed) { .noise = &out->noise, .order = &out->order, .back = &out->back };
  for (guint s = 0; s < 2; s++)
    {
      g_autofree char *mask = g_strdup_printf ("%s.mask.%u", prefix, s);
      out->mask[s] = model_fixture_view (vectors, mask);
      out->keyed.mask[s] = &out->mask[s];
      for (guint i = 0; i < 2; i++)
        {
          g_autofree char *signs = g_strdup_printf ("%s.signs.%u.%u", prefix, s, i);
          out->signs[s][i] = model_fixture_view (vectors, signs);
          out->keyed.signs[s][i] = &out->signs[s][i];
        }
    }
}

/* The weights, or Adam's running means, of all nets that the vectors have something of. */
static void
compare_nets (TriLearner *learner, const TriWeights *vectors, const char *prefix, double tolerance, guint expected)
{
  guint n_found = 0;
  for (guint net = 0; net < learner->n_nets; net++)
    {
      guint n;
      gsize at = 0;
      TriWeight *weights = tri_net_get_weights (learner->nets[net], &n);
      const float *moments = tri_adam_get_moments (learner->adams[net], 0);
      for (guint w = 0; w < n; at += weights[w++].size)
        {
          g_autofree char *name = g_strconcat (prefix, weights[w].name, NULL);
          const TriNamed *theirs = tri_weights_find (vectors, name);
          if (theirs == NULL)
            continue;
          g_assert_cmpuint (theirs->size, ==, weights[w].size);
          model_fixture_compare (name, *prefix == 'm' ? moments + at : weights[w].value, theirs->values,
                                 theirs->size, tolerance);
          n_found++;
        }
    }
  g_assert_cmpuint (n_found, ==, expected);
}

static void
compare_told (const double *values, const float *theirs, guint step)
{
  for (guint i = 0; i < N_TOLD; i++)
    {
      g_test_message ("step %u, loss %u: %.7g, PyTorch %.7g", step, i, values[i], theirs[i]);
      g_assert_cmpfloat (fabs (values[i] - theirs[i]), <=, 0.02 * fabs (theirs[i]) + 1e-6); /* values that round the other way */
    }
}

/* Forward, all gradients as Adam's moments keep them, and ten steps. */
static void
test_pytorch (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "cyclegan.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriWeights) vectors = tri_weights_load (path, &error);
  g_assert_no_error (error);
  g_autoptr (TriLearner) learner = open_learner ();
  TriAdamConfig config = { TRI_ADAM_DEFAULTS, .rate = 5e-6f, .clip = 1 };
  tri_learner_set_rates (learner, &config);
  TriTensor x = model_fixture_view (vectors, "x"), noise = model_fixture_view (vectors, "noise"),
            second = model_fixture_view (vectors, "second");
  TriTensor back = model_fixture_view (vectors, "back");
  KeyedView keyed, other;
  view_keyed (vectors, "keyed", &keyed);
  view_keyed (vectors, "other", &other);
  TriCycleganDraw draw = { &x, &noise, &second, &keyed.keyed, &other.keyed };
  g_autoptr (TriTensor) out = tri_tensor_new (x.shape, NULL);
  g_assert_true (tri_cyclegan_cycle (learner, &x, &keyed.keyed, out, NULL, &error));
  model_fixture_compare ("back", out->data, back.data, tri_tensor_size (out), 0.02);
  const TriNamed *told = tri_weights_find (vectors, "told");
  g_assert_cmpuint (told->size, ==, N_STEPS * N_TOLD);
  for (guint step = 0; step < N_STEPS; step++)
    {
      double values[TRI_CYCLEGAN_N_CURVES] = { 0 };
      g_assert_true (tri_cyclegan_learn (learner, &draw, values, NULL, &error));
      g_assert_no_error (error);
      compare_told (values, told->values + step * N_TOLD, step);
      for (guint i = TRI_CYCLEGAN_D1_RIGHT; i < TRI_CYCLEGAN_N_CURVES; i++)
        g_assert_true (values[i] >= 0 && values[i] <= 1);
      if (step == 0)
        compare_nets (learner, vectors, "moment.", 0.02, 44);
    }
  compare_nets (learner, vectors, "after.", 0.01, 38);
}

/* The whole networks that learn, and the stages that encrypt in tiles, with the same key. */
static void
test_whole (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriLearner) learner = open_learner ();
  g_autoptr (TriImage) picture = model_fixture_sample ("gravel.png");
  g_autoptr (TriImage) small = tri_image_scale_down (picture, 64, NULL), back = tri_image_copy (small, NULL);
  g_autoptr (TriImage) visible = NULL, restored = NULL;
  g_assert_true (learner->model->render (learner, small, &visible, &restored, NULL, &error));
  TriRng rng = tri_rng (0, 0);
  g_autoptr (TriCycleganKeyed) keyed = tri_cyclegan_keyed_draw (1, small->height / 2, small->width / 2, &rng, &error);
  g_autoptr (TriTensor) x = tri_tensor_new ((TriShape) { 1, small->height, small->width, 3 }, NULL), out = tri_tensor_copy (x, NULL);
  tri_tensor_put_image (x, 0, small, 0, 0, -1, 1);
  g_assert_true (tri_cyclegan_cycle (learner, x, keyed, out, NULL, &error));
  tri_tensor_get_image (out, 0, back, 0, 0, -1, 1);
  /* other keys, so that only the quality is the same */
  double tiled = model_fixture_psnr (small, restored), whole = model_fixture_psnr (small, back);
  g_test_message ("in tiles %.2f dB, whole %.2f dB", tiled, whole);
  g_assert_cmpfloat (whole, >, 50);
  g_assert_cmpfloat (fabs (tiled - whole), <, 1);
}

/* Before any step a picture comes back, for the first weights are a code already; and the ciphertext shows nothing of it. */
static void
test_starts (void)
{
  const TriModel *model = tri_model_find ("cyclegan", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriLearner) learner = tri_learner_new (model, NULL, 1, &error);
  g_autoptr (TriImage) picture = model_fixture_sample ("astronaut.png");
  g_autoptr (TriTensor) samples = tri_tensor_new ((TriShape) { 1, 256, 256, 3 }, NULL), out = tri_tensor_copy (samples, NULL);
  double before, after;
  tri_tensor_put_image (samples, 0, picture, 128, 0, -1, 1);
  g_assert_true (model->validate (learner, samples, out, &before, NULL, &error));
  g_assert_true (model->prepare (learner, samples, NULL, &error));
  g_assert_true (model->validate (learner, samples, out, &after, NULL, &error));
  g_test_message ("%g to %g", before, after);
  g_assert_cmpfloat (before, >, 0.1);
  g_assert_cmpfloat (after, <, 2e-5);
  g_autoptr (TriImage) visible = NULL, restored = NULL;
  g_autoptr (TriImage) square = tri_image_scale_down (picture, 256, NULL);
  g_assert_true (model->render (learner, square, &visible, &restored, NULL, &error));
  g_assert_cmpfloat (model_fixture_psnr (square, restored), >, 50);
  g_assert_cmpfloat (model_fixture_psnr (square, visible), <, 12);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/cyclegan/pytorch", test_pytorch);
  g_test_add_func ("/model/cyclegan/whole", test_whole);
  g_test_add_func ("/model/cyclegan/starts", test_starts);
  return g_test_run ();
}
