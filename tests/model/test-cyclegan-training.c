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
#define N_TOLD 10 /* of the curves: all losses, without the shares */
#define N_KEYS 8192
#define EVES_STRENGTH 0.1
/* As in the script */
#define LEVELS_OFF 6
#define FADED 0.8f
#define MOMENT_TOLERANCE 0.003
#define CHANGE_TOLERANCE 0.05

/* Weights of the adversaries, as wave() in the script has them. */
static void
set_wave (TriNet *net, double strength)
{
  guint n;
  TriWeight *weights = tri_net_get_weights (net, &n);
  for (guint w = 0; w < n; w++)
    {
      guint phase = 0, per_output = (guint) (weights[w].size / weights[w].dims[0]);
      for (const char *c = weights[w].name; *c != '\0'; c++)
        phase += (guint8) *c;
      double gain = g_str_has_suffix (weights[w].name, "bias") ? 0.01 : strength * sqrt (2.0 / per_output);
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
    set_wave (learner->nets[net], net == TRI_CYCLEGAN_NET_EVE ? EVES_STRENGTH : 1);
  return learner;
}

/* Returns: (transfer full): what the vectors' keys of that name expand to, half as large as their pictures */
static TriCycleganKeyed *
expand (const TriWeights *vectors, const char *name, guint side)
{
  g_autoptr (GError) error = NULL;
  const TriNamed *bytes = tri_weights_find (vectors, name);
  g_assert_nonnull (bytes);
  guint n = (guint) bytes->size / TRI_CYCLEGAN_KEY_SIZE;
  g_autofree TriCycleganKey *keys = g_new (TriCycleganKey, n);
  for (gsize i = 0; i < bytes->size; i++)
    keys[i / TRI_CYCLEGAN_KEY_SIZE][i % TRI_CYCLEGAN_KEY_SIZE] = (guint8) bytes->values[i];
  TriCycleganKeyed *keyed = tri_cyclegan_keyed_new (keys, n, side, side, &error);
  g_assert_no_error (error);
  return keyed;
}

/* The script has a ChaCha20 and a shuffle of its own. */
static void
compare_keyed (const TriCycleganKeyed *keyed, const TriWeights *vectors)
{
  const struct {
    const char *name;
    const TriTensor *ours;
  } all[] = { { "keyed.noise", keyed->noise }, { "keyed.mask.0", keyed->mask[0] }, { "keyed.mask.1", keyed->mask[1] },
              { "keyed.signs.0.0", keyed->signs[0][0] }, { "keyed.signs.0.1", keyed->signs[0][1] },
              { "keyed.signs.1.0", keyed->signs[1][0] }, { "keyed.signs.1.1", keyed->signs[1][1] },
              { "keyed.order", keyed->order }, { "keyed.back", keyed->back } };
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    {
      TriTensor theirs = model_fixture_view (vectors, all[i].name);
      g_assert_true (tri_shape_equal (theirs.shape, all[i].ours->shape));
      model_fixture_compare (all[i].name, all[i].ours->data, theirs.data, tri_tensor_size (&theirs), 1e-6);
    }
}

/* As keys that are nearly right. */
static void
put_off (TriCycleganKeyed *keyed)
{
  for (gsize i = 0; i < tri_tensor_size (keyed->mask[0]); i++)
    {
      keyed->mask[0]->data[i] += LEVELS_OFF * 2.0f / 255;
      keyed->mask[1]->data[i] -= LEVELS_OFF * 2.0f / 255;
    }
}

/* F's pictures are faded, and Eve begins with what the script found. */
static void
give_start (TriLearner *learner, const TriWeights *vectors)
{
  guint n_found = 0;
  for (guint net = 0; net < learner->n_nets; net++)
    {
      guint n;
      TriWeight *weights = tri_net_get_weights (learner->nets[net], &n);
      for (guint w = 0; w < n; w++)
        {
          g_autofree char *name = g_strconcat ("begin.", weights[w].name, NULL);
          const TriNamed *theirs = tri_weights_find (vectors, name);
          for (gsize i = 0; i < weights[w].size && (theirs != NULL || g_str_equal (weights[w].name, "f.s1.o.weight")); i++)
            weights[w].value[i] = theirs != NULL ? theirs->values[i] : FADED * weights[w].value[i];
          n_found += theirs != NULL;
        }
      tri_net_changed (learner->nets[net]);
    }
  g_assert_cmpuint (n_found, ==, 2);
}

/* Returns: (transfer full): all weights, in order */
static GArray *
copy_weights (TriLearner *learner)
{
  GArray *all = g_array_new (FALSE, FALSE, sizeof (float));
  for (guint net = 0; net < learner->n_nets; net++)
    {
      guint n;
      TriWeight *weights = tri_net_get_weights (learner->nets[net], &n);
      for (guint w = 0; w < n; w++)
        g_array_append_vals (all, weights[w].value, (guint) weights[w].size);
    }
  return all;
}

/* By how much ten steps change them. Adam goes as far along a slope of next to nothing, of which only the sign counts, as along a
 * steep one; so they are compared as a whole. */
static void
compare_changes (TriLearner *learner, const GArray *before, const TriWeights *vectors, guint expected)
{
  const float *at = (const float *) (gpointer) before->data;
  guint n_found = 0;
  for (guint net = 0; net < learner->n_nets; net++)
    {
      guint n;
      TriWeight *weights = tri_net_get_weights (learner->nets[net], &n);
      for (guint w = 0; w < n; at += weights[w++].size)
        {
          g_autofree char *name = g_strconcat ("change.", weights[w].name, NULL);
          const TriNamed *theirs = tri_weights_find (vectors, name);
          double off = 0, all = 0;
          for (gsize i = 0; theirs != NULL && i < theirs->size; i++)
            {
              double change = (double) weights[w].value[i] - at[i];
              off += (change - theirs->values[i]) * (change - theirs->values[i]);
              all += (double) theirs->values[i] * theirs->values[i];
            }
          if (theirs == NULL)
            continue;
          g_test_message ("%s: off by %.3g of %.3g", name, sqrt (off), sqrt (all));
          g_assert_cmpfloat (all, >, 0);
          g_assert_cmpfloat (sqrt (off), <=, CHANGE_TOLERANCE * sqrt (all));
          n_found++;
        }
    }
  g_assert_cmpuint (n_found, ==, expected);
}

/* Adam's running means, of all that the vectors have something of. */
static void
compare_moments (TriLearner *learner, const TriWeights *vectors, guint expected)
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
          g_autofree char *name = g_strconcat ("moment.", weights[w].name, NULL);
          const TriNamed *theirs = tri_weights_find (vectors, name);
          if (theirs == NULL)
            continue;
          g_assert_cmpuint (theirs->size, ==, weights[w].size);
          model_fixture_compare (name, moments + at, theirs->values, theirs->size, MOMENT_TOLERANCE);
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

/* What keys expand to, forward, all gradients as Adam's moments keep them, and ten steps, in all of which Eve and the wrong key are
 * ahead of the mean colour. */
static void
test_pytorch (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "cyclegan.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriWeights) vectors = tri_weights_load (path, &error);
  g_assert_no_error (error);
  g_autoptr (TriLearner) learner = open_learner ();
  TriAdamConfig config = { TRI_ADAM_DEFAULTS, .rate = 2e-6f, .clip = 1 };
  tri_learner_set_rates (learner, &config);
  TriTensor x = model_fixture_view (vectors, "x"), noise = model_fixture_view (vectors, "noise"),
            second = model_fixture_view (vectors, "second");
  TriTensor back = model_fixture_view (vectors, "back");
  g_autoptr (TriCycleganKeyed) keyed = expand (vectors, "keys", x.shape.h / 2), wrong = expand (vectors, "keys", x.shape.h / 2),
                               other = expand (vectors, "other keys", x.shape.h / 2);
  compare_keyed (keyed, vectors);
  put_off (wrong);
  give_start (learner, vectors);
  g_autoptr (GArray) before = copy_weights (learner);
  TriCycleganDraw draw = { .x = &x, .noise = &noise, .second_noise = &second, .keyed = keyed, .wrong = wrong, .second_keyed = other };
  g_autoptr (TriTensor) out = tri_tensor_new (x.shape, NULL);
  g_assert_true (tri_cyclegan_cycle (learner, &x, keyed, out, NULL, &error));
  model_fixture_compare ("back", out->data, back.data, tri_tensor_size (out), 0.02);
  const TriNamed *told = tri_weights_find (vectors, "told");
  g_assert_cmpuint (told->size, ==, N_STEPS * N_TOLD);
  for (guint step = 0; step < N_STEPS; step++)
    {
      double values[TRI_CYCLEGAN_N_CURVES] = { 0 };
      g_assert_true (tri_cyclegan_learn (learner, &draw, values, NULL, &error));
      g_assert_no_error (error);
      compare_told (values, told->values + step * N_TOLD, step);
      g_assert_cmpfloat (values[TRI_CYCLEGAN_HINGE], >, 0.1);
      g_assert_cmpfloat (values[TRI_CYCLEGAN_WRONG], >, 0.1);
      g_assert_cmpfloat (values[TRI_CYCLEGAN_WRONG_AHEAD], >=, 0.5);
      for (guint i = TRI_CYCLEGAN_D1_RIGHT; i < TRI_CYCLEGAN_N_CURVES; i++)
        g_assert_true (values[i] >= 0 && values[i] <= 1);
      if (step == 0)
        compare_moments (learner, vectors, 45);
    }
  compare_changes (learner, before, vectors, 45);
}

/* One bit is wrong, or about half of them. */
static void
test_near_keys (void)
{
  TriRng rng = tri_rng (1, 0);
  TriCycleganKey keys[N_KEYS], near_keys[N_KEYS];
  guint n_one = 0;
  guint8 seen[TRI_CYCLEGAN_KEY_SIZE] = { 0 };
  tri_cyclegan_draw_keys (&rng, N_KEYS, keys);
  tri_cyclegan_draw_near_keys (&rng, N_KEYS, keys, near_keys);
  for (guint i = 0; i < N_KEYS; i++)
    {
      guint n_wrong = 0;
      for (guint b = 0; b < TRI_CYCLEGAN_KEY_SIZE; b++)
        n_wrong += (guint) __builtin_popcount (keys[i][b] ^ near_keys[i][b]);
      g_assert_true (n_wrong == 1 || (n_wrong > 80 && n_wrong < 176));
      for (guint b = 0; b < TRI_CYCLEGAN_KEY_SIZE && n_wrong == 1; b++)
        seen[b] |= keys[i][b] ^ near_keys[i][b];
      n_one += n_wrong == 1;
    }
  g_assert_cmpuint (n_one, >, N_KEYS * 2 / 5);
  g_assert_cmpuint (n_one, <, N_KEYS * 3 / 5);
  for (guint b = 0; b < TRI_CYCLEGAN_KEY_SIZE; b++)
    g_assert_cmpuint (seen[b], ==, 255); /* any bit */
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
  g_test_add_func ("/model/cyclegan/near-keys", test_near_keys);
  g_test_add_func ("/model/cyclegan/whole", test_whole);
  g_test_add_func ("/model/cyclegan/starts", test_starts);
  return g_test_run ();
}
