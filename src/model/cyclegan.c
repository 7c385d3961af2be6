/* How the CycleGAN is trained: a picture through noise and back, with fresh keys at every step, against two judges, an
 * eavesdropper and wrong keys. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-cyclegan-private.h"
#include "tri-loss.h"

#define STREAM_VALIDATION 1 /* of seed 0: the keys that every validation uses */

static TriLayer *
copy_table (TriCycleganTable table)
{
  guint n_rows;
  const TriLayer *rows = tri_cyclegan_get_table (table, &n_rows);
  return g_memdup2 (rows, n_rows * sizeof *rows);
}

#define MAKER(name, table)                                                                                             \
  static TriLayer *make_##name (const TriParams *params) { return copy_table (table); }
MAKER (hide, TRI_CYCLEGAN_HIDE)
MAKER (show, TRI_CYCLEGAN_SHOW)
MAKER (d1, TRI_CYCLEGAN_D1)
MAKER (d2, TRI_CYCLEGAN_D2)
MAKER (eve, TRI_CYCLEGAN_EVE)

static const TriModelNet nets[] = {
  [TRI_CYCLEGAN_NET_G] = { .name = "g", .make_layers = make_hide, .rate = 0.2f, .beta2 = 0.99f },
  [TRI_CYCLEGAN_NET_F] = { .name = "f", .make_layers = make_show, .beta2 = 0.99f },
  [TRI_CYCLEGAN_NET_D1] = { .name = "d1", .make_layers = make_d1, .rate = 2.5f, .beta1 = 0.5f, .beta2 = 0.99f, .helper = TRUE,
                           .shown = TRUE },
  [TRI_CYCLEGAN_NET_D2] = { .name = "d2", .make_layers = make_d2, .rate = 2.5f, .beta1 = 0.5f, .beta2 = 0.99f, .helper = TRUE,
                           .shown = TRUE },
  [TRI_CYCLEGAN_NET_EVE] = { .name = "eve", .make_layers = make_eve, .rate = 50, .beta2 = 0.99f, .helper = TRUE },
  { 0 }
};

static const TriModelCurve curves[] = {
  [TRI_CYCLEGAN_MSE] = { "mse", N_("Mean square error"), FALSE },
  [TRI_CYCLEGAN_UNIFORM] = { "uniform", N_("Unevenness of the ciphertext"), FALSE },
  [TRI_CYCLEGAN_FOOL_D1] = { "fool-d1", N_("Generators against D1"), FALSE },
  [TRI_CYCLEGAN_FOOL_D2] = { "fool-d2", N_("Generators against D2"), FALSE },
  [TRI_CYCLEGAN_HINGE] = { "fool-eve", N_("Generators against Eve"), FALSE },
  [TRI_CYCLEGAN_WRONG] = { "fool-wrong-key", N_("Generators against wrong keys"), FALSE },
  [TRI_CYCLEGAN_SECOND] = { "second-cycle", N_("Noise to picture to noise"), FALSE },
  [TRI_CYCLEGAN_JUDGE_D1] = { "d1", N_("D1’s loss"), FALSE },
  [TRI_CYCLEGAN_JUDGE_D2] = { "d2", N_("D2’s loss"), FALSE },
  [TRI_CYCLEGAN_EVE_MSE] = { "eve", N_("Eve’s mean square error"), FALSE },
  [TRI_CYCLEGAN_D1_RIGHT] = { "d1-right", N_("D1 is right"), TRUE },
  [TRI_CYCLEGAN_D2_RIGHT] = { "d2-right", N_("D2 is right"), TRUE },
  [TRI_CYCLEGAN_EVE_AHEAD] = { "eve-ahead", N_("Eve beats the mean colour"), TRUE },
  [TRI_CYCLEGAN_WRONG_AHEAD] = { "wrong-key-ahead", N_("A wrong key beats the mean colour"), TRUE },
  { 0 }
};
G_STATIC_ASSERT (TRI_CYCLEGAN_N_CURVES <= TRI_MODEL_MAX_CURVES);

static const char *
get_store_id (const TriParams *params)
{
  return "cyclegan";
}

static gboolean
prepare (TriLearner *learner, const TriTensor *samples, TriProgress *progress, GError **error)
{
  return tri_cyclegan_start (learner->nets[TRI_CYCLEGAN_NET_G], learner->nets[TRI_CYCLEGAN_NET_F], samples, progress, error);
}

/* Bytes, as ciphertexts are. */
static TriTensor *
draw_noise (TriShape shape, TriRng *rng, GError **error)
{
  TriTensor *noise = tri_tensor_new (shape, error);
  for (gsize i = 0; noise != NULL && i < tri_tensor_size (noise); i++)
    noise->data[i] = (float) (tri_rng_u32 (rng) >> 24) / 127.5f - 1;
  return noise;
}

static gboolean
step (TriLearner *learner, const TriTensor *batch, TriRng *rng, double *values, TriProgress *progress, GError **error)
{
  TriShape shape = batch->shape, one = { 1, shape.h, shape.w, shape.c };
  g_autoptr (TriTensor) noise = draw_noise (shape, rng, error);
  g_autoptr (TriTensor) second = noise != NULL ? draw_noise (one, rng, error) : NULL;
  guint h = shape.h / 2, w = shape.w / 2;
  g_autofree TriCycleganKey *keys = g_new (TriCycleganKey, shape.n), *near_keys = g_new (TriCycleganKey, shape.n);
  tri_cyclegan_draw_keys (rng, shape.n, keys);
  tri_cyclegan_draw_near_keys (rng, shape.n, keys, near_keys);
  g_autoptr (TriCycleganKeyed) keyed = second != NULL ? tri_cyclegan_keyed_new (keys, shape.n, h, w, error) : NULL;
  g_autoptr (TriCycleganKeyed) wrong = keyed != NULL ? tri_cyclegan_keyed_new (near_keys, shape.n, h, w, error) : NULL;
  g_autoptr (TriCycleganKeyed) other = wrong != NULL ? tri_cyclegan_keyed_draw (1, h, w, rng, error) : NULL;
  if (other == NULL)
    return FALSE;
  TriCycleganDraw draw = { .x = batch, .noise = noise, .second_noise = second, .keyed = keyed, .wrong = wrong, .second_keyed = other };
  return tri_cyclegan_learn (learner, &draw, values, progress, error);
}

static gboolean
validate (TriLearner *learner, const TriTensor *batch, TriTensor *out, double *loss, TriProgress *progress, GError **error)
{
  TriRng rng = tri_rng (0, STREAM_VALIDATION);
  TriShape shape = batch->shape;
  g_autoptr (TriCycleganKeyed) keyed = tri_cyclegan_keyed_draw (shape.n, shape.h / 2, shape.w / 2, &rng, error);
  if (keyed == NULL || !tri_cyclegan_cycle (learner, batch, keyed, out, progress, error))
    return FALSE;
  TriLoss mse = { .kind = TRI_LOSS_MSE, .x = out, .target = batch, .weight = 1 };
  return tri_losses (&mse, 1, loss, error);
}

/* Under one key, so that what changes from one validation to the next is the networks' doing. */
static gboolean
render (TriLearner *learner, const TriImage *picture, TriImage **visible, TriImage **restored, TriProgress *progress,
        GError **error)
{
  g_autoptr (TriWeights) weights = tri_weights_new ();
  TriCyclegan gan = { .key = { 0 }, .weights = weights };
  if (!tri_learner_add_weights (learner, weights, error))
    return FALSE;
  g_autoptr (TriImage) hidden = tri_cyclegan_hide (&gan, picture, progress, error);
  g_autoptr (TriImage) back = hidden != NULL ? tri_image_copy (picture, error) : NULL;
  if (back == NULL || !tri_cyclegan_show (&gan, hidden, back, progress, error))
    return FALSE;
  *visible = g_steal_pointer (&hidden);
  *restored = g_steal_pointer (&back);
  return TRUE;
}

const TriModel tri_model_cyclegan = {
  .id = "cyclegan",
  .title = N_("CycleGAN"),
  .about = N_("Two networks learn to turn pictures into noise under a key, and back, against two judges and an eavesdropper."),
  .params = NULL,
  .channels = 3,
  .low = -1,
  .high = 1,
  .alignment = 2,
  .steps = 6000,
  .batch = 8,
  .crop = 64,
  .rate = 2e-5f,
  .nets = nets,
  .curves = curves,
  .get_store_id = get_store_id,
  .prepare = prepare,
  .step = step,
  .validate = validate,
  .render = render,
};
