/* One step of the CycleGAN's training: both generators down the sum of their losses, then the adversaries down theirs.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-cyclegan-private.h"
#include "tri-loss.h"

/* Weights of the generators' losses */
#define L1_WEIGHT 5
#define LOG_WEIGHT 0.25f
#define OUTSIDE_WEIGHT 10
#define D1_WEIGHT 0.01f
#define D2_WEIGHT 0.1f
#define EVE_WEIGHT 0.05f
#define WRONG_WEIGHT 0.05f
#define SECOND_WEIGHT 0.01f

/* Below these errors what comes back, and what a flat picture loses, count little. */
#define LEAST_ERROR 1e-5f
#define LEAST_DEVIATION 1e-3f

/* Passes: of the cycle, of a wrong key, of the second cycle, of adversaries that are fooled, of adversaries that learn, of validation */
enum { HIDE, SHOW, SHOW_WRONG, SHOW_NOISE, HIDE_AGAIN, FOOL_D1, FOOL_D2, FOOL_EVE, LEARN_D1, LEARN_D2, LEARN_EVE, TRY_HIDE, TRY_SHOW };

/* A generator's pass over @in, with its keyed inputs, and forward. */
static TriPass *
generate (TriLearner *learner, guint slot, gboolean hides, TriPassFlags flags, const TriTensor *in, const TriCycleganKeyed *keyed,
          TriProgress *progress, GError **error)
{
  guint first = hides ? 0 : 1, second = !first; /* of the stages, and of the signs in each */
  const TriTensor *values[] = { keyed->noise, keyed->mask[!hides] };
  const TriTensor *inputs[] = { in, values[first], keyed->signs[first][first], keyed->signs[first][second],
                                values[second], keyed->signs[second][first], keyed->signs[second][second],
                                hides ? keyed->order : keyed->back };
  TriShape shapes[G_N_ELEMENTS (inputs)];
  for (guint i = 0; i < G_N_ELEMENTS (inputs); i++)
    shapes[i] = inputs[i]->shape;
  TriPass *pass = tri_learner_get_pass (learner, slot, hides ? TRI_CYCLEGAN_NET_G : TRI_CYCLEGAN_NET_F, flags, shapes, error);
  for (guint i = 0; pass != NULL && i < G_N_ELEMENTS (inputs); i++)
    tri_pass_set_input (pass, i, inputs[i]);
  return pass != NULL && tri_pass_forward (pass, progress, error) ? pass : NULL;
}

/* Returns: the share of the pictures that a judge takes for what they are: its mean over a picture says which */
static double
count_right (const TriLoss *loss)
{
  guint n_right = 0, n = loss->x->shape.n;
  gsize size = tri_tensor_size (loss->x) / n;
  for (guint p = 0; p < n; p++)
    {
      double sum = 0;
      for (gsize i = 0; i < size; i++)
        sum += loss->x->data[p * size + i];
      n_right += (sum > 0.5 * (double) size) == (loss->number > 0.5f);
    }
  return (double) n_right / n;
}

/* Returns: the share of the pictures that Eve, or a wrong key, comes nearer to than their mean colour does */
static double
count_ahead (const TriLoss *loss)
{
  guint n_ahead = 0, n = loss->x->shape.n;
  gsize size = tri_tensor_size (loss->x) / n;
  TriShape shape = { 1, loss->x->shape.h, loss->x->shape.w, loss->x->shape.c };
  for (guint p = 0; p < n; p++)
    {
      TriTensor guess = { shape, loss->x->data + p * size }, right = { shape, loss->target->data + p * size };
      n_ahead += tri_loss (&(TriLoss) { .kind = TRI_LOSS_AHEAD, .x = &guess, .target = &right, .weight = 1 }) > 0;
    }
  return (double) n_ahead / n;
}

/* An adversary's pass over @in, forward and backward. @loss: its kind, target and weight; the rest is filled in. @before:
 * (nullable): the gradient of @in is added to that of its last row. @right: (out) (optional) */
static gboolean
consult (TriLearner *learner, guint slot, guint net, const TriTensor *in, TriLoss *loss, TriPass *before, double *right,
         TriProgress *progress, GError **error)
{
  TriPassFlags flags = TRI_PASS_TRAIN | (before != NULL ? TRI_PASS_FROZEN | TRI_PASS_INPUT_GRADIENTS : 0);
  TriPass *pass = tri_learner_get_pass (learner, slot, net, flags, &in->shape, error);
  if (pass == NULL)
    return FALSE;
  tri_pass_set_input (pass, 0, in);
  if (!tri_pass_forward (pass, progress, error))
    return FALSE;
  loss->x = tri_pass_get_output (pass, NULL);
  loss->gradient = tri_pass_get_output_gradient (pass, NULL);
  if (!tri_losses (loss, 1, NULL, error))
    return FALSE;
  if (right != NULL)
    *right = loss->kind == TRI_LOSS_CONSTANT ? count_right (loss) : count_ahead (loss); /* before values are used up */
  if (!tri_pass_backward (pass, progress, error))
    return FALSE;
  TriLoss inject = { .kind = TRI_LOSS_INJECT, .weight = 1 };
  if (before == NULL)
    return TRUE;
  inject.x = inject.target = tri_pass_get_input_gradient (pass, 0);
  inject.gradient = tri_pass_get_output_gradient (before, NULL);
  tri_loss (&inject);
  return TRUE;
}

static void
hand_back (TriPass *from, TriPass *to)
{
  const TriTensor *gradient = tri_pass_get_input_gradient (from, 0);
  tri_loss (&(TriLoss) { .kind = TRI_LOSS_INJECT, .weight = 1, .x = gradient, .target = gradient,
                         .gradient = tri_pass_get_output_gradient (to, NULL) });
}

/* What comes of a ciphertext under a wrong key is not to come nearer to the picture than its mean colour. @hide: gets its part of
 * the gradient at its last row */
static gboolean
try_wrong_keys (TriLearner *learner, const TriCycleganDraw *draw, TriPass *hide, double *values, TriProgress *progress, GError **error)
{
  TriPass *show = generate (learner, SHOW_WRONG, FALSE, TRI_PASS_TRAIN | TRI_PASS_INPUT_GRADIENTS, tri_pass_get_output (hide, NULL),
                            draw->wrong, progress, error);
  if (show == NULL)
    return FALSE;
  TriLoss loss = { .kind = TRI_LOSS_AHEAD, .x = tri_pass_get_output (show, NULL), .target = draw->x, .number = LEAST_DEVIATION,
                   .weight = WRONG_WEIGHT, .gradient = tri_pass_get_output_gradient (show, NULL) };
  if (!tri_losses (&loss, 1, NULL, error))
    return FALSE;
  values[TRI_CYCLEGAN_WRONG] = loss.value;
  values[TRI_CYCLEGAN_WRONG_AHEAD] = count_ahead (&loss);
  if (!tri_pass_backward (show, progress, error))
    return FALSE;
  hand_back (show, hide);
  return TRUE;
}

/* Noise, picture, noise; gradients add up in the nets. */
static gboolean
cycle_noise (TriLearner *learner, const TriCycleganDraw *draw, double *values, TriProgress *progress, GError **error)
{
  TriPass *show = generate (learner, SHOW_NOISE, FALSE, TRI_PASS_TRAIN, draw->second_noise, draw->second_keyed, progress, error);
  TriPass *hide = show != NULL ? generate (learner, HIDE_AGAIN, TRUE, TRI_PASS_TRAIN | TRI_PASS_INPUT_GRADIENTS,
                                           tri_pass_get_output (show, NULL), draw->second_keyed, progress, error)
                               : NULL;
  if (hide == NULL)
    return FALSE;
  TriLoss loss = { .kind = TRI_LOSS_L1, .x = tri_pass_get_output (hide, "g.s2.o"), .target = tri_pass_get_output (show, "code"),
                   .weight = SECOND_WEIGHT, .gradient = tri_pass_get_output_gradient (hide, "g.s2.o") };
  if (!tri_losses (&loss, 1, NULL, error) || !tri_pass_backward (hide, progress, error))
    return FALSE;
  hand_back (hide, show);
  values[TRI_CYCLEGAN_SECOND] = loss.value;
  return tri_pass_backward (show, progress, error);
}

/* Picture, noise, picture, under the eyes of the adversaries and against wrong keys. */
static gboolean
cycle_pictures (TriLearner *learner, const TriCycleganDraw *draw, TriPass *hide, TriPass *show, double *values,
                TriProgress *progress, GError **error)
{
  const TriTensor *seen = tri_pass_get_output (hide, NULL), *back = tri_pass_get_output (show, NULL);
  TriTensor *of_back = tri_pass_get_output_gradient (show, NULL);
  TriLoss d1 = { .kind = TRI_LOSS_CONSTANT, .number = 1, .weight = D1_WEIGHT }, d2 = d1;
  TriLoss eve = { .kind = TRI_LOSS_AHEAD, .target = draw->x, .number = LEAST_DEVIATION, .weight = EVE_WEIGHT };
  TriLoss own[] = {
    { .kind = TRI_LOSS_UNIFORM, .x = seen, .low = -1, .high = 1 },
    { .kind = TRI_LOSS_OUTSIDE, .x = tri_pass_get_output (hide, "g.s2.o"), .gradient = tri_pass_get_output_gradient (hide, "g.s2.o"),
      .low = -1, .high = 1, .weight = OUTSIDE_WEIGHT },
    { .kind = TRI_LOSS_L1, .x = back, .gradient = of_back, .target = draw->x, .weight = L1_WEIGHT },
    { .kind = TRI_LOSS_LOG, .x = back, .gradient = of_back, .target = draw->x, .number = LEAST_ERROR, .weight = LOG_WEIGHT },
    { .kind = TRI_LOSS_MSE, .x = back, .target = draw->x },
  };
  d2.weight = D2_WEIGHT;
  if (!tri_losses (own, G_N_ELEMENTS (own), NULL, error)
      || !consult (learner, FOOL_D1, TRI_CYCLEGAN_NET_D1, seen, &d1, hide, NULL, progress, error)
      || !consult (learner, FOOL_D2, TRI_CYCLEGAN_NET_D2, back, &d2, show, NULL, progress, error)
      || !consult (learner, FOOL_EVE, TRI_CYCLEGAN_NET_EVE, seen, &eve, hide, NULL, progress, error)
      || !tri_pass_backward (show, progress, error))
    return FALSE;
  hand_back (show, hide);
  if (!try_wrong_keys (learner, draw, hide, values, progress, error))
    return FALSE;
  values[TRI_CYCLEGAN_UNIFORM] = own[0].value;
  values[TRI_CYCLEGAN_MSE] = own[4].value;
  values[TRI_CYCLEGAN_FOOL_D1] = d1.value;
  values[TRI_CYCLEGAN_FOOL_D2] = d2.value;
  values[TRI_CYCLEGAN_HINGE] = eve.value;
  return tri_pass_backward (hide, progress, error);
}

/* Genuine is 1, made is 0. */
static gboolean
judge (TriLearner *learner, guint slot, guint net, const TriTensor *genuine, const TriTensor *made, double *value, double *right,
       TriProgress *progress, GError **error)
{
  TriLoss one = { .kind = TRI_LOSS_CONSTANT, .number = 1, .weight = 1 }, other = { .kind = TRI_LOSS_CONSTANT, .weight = 1 };
  double of_genuine, of_made;
  if (!consult (learner, slot, net, genuine, &one, NULL, &of_genuine, progress, error)
      || !consult (learner, slot, net, made, &other, NULL, &of_made, progress, error))
    return FALSE;
  *value = one.value + other.value;
  *right = (of_genuine + of_made) / 2;
  return tri_adam_step (learner->adams[net], error);
}

static gboolean
spy (TriLearner *learner, const TriTensor *seen, const TriTensor *x, double *values, TriProgress *progress, GError **error)
{
  TriLoss mse = { .kind = TRI_LOSS_MSE, .target = x, .weight = 1 };
  if (!consult (learner, LEARN_EVE, TRI_CYCLEGAN_NET_EVE, seen, &mse, NULL, &values[TRI_CYCLEGAN_EVE_AHEAD], progress, error))
    return FALSE;
  values[TRI_CYCLEGAN_EVE_MSE] = mse.value;
  return tri_adam_step (learner->adams[TRI_CYCLEGAN_NET_EVE], error);
}

/* @values: of TRI_CYCLEGAN_N_CURVES. The adversaries learn from what the generators made before this step */
gboolean
tri_cyclegan_learn (TriLearner *learner, const TriCycleganDraw *draw, double *values, TriProgress *progress, GError **error)
{
  TriPass *hide = generate (learner, HIDE, TRUE, TRI_PASS_TRAIN, draw->x, draw->keyed, progress, error);
  TriPass *show = hide != NULL ? generate (learner, SHOW, FALSE, TRI_PASS_TRAIN | TRI_PASS_INPUT_GRADIENTS,
                                           tri_pass_get_output (hide, NULL), draw->keyed, progress, error)
                               : NULL;
  if (show == NULL)
    return FALSE;
  g_autoptr (TriTensor) seen = tri_tensor_copy (tri_pass_get_output (hide, NULL), error);
  g_autoptr (TriTensor) back = seen != NULL ? tri_tensor_copy (tri_pass_get_output (show, NULL), error) : NULL;
  return back != NULL && cycle_pictures (learner, draw, hide, show, values, progress, error)
         && cycle_noise (learner, draw, values, progress, error)
         && tri_adam_step (learner->adams[TRI_CYCLEGAN_NET_G], error)
         && tri_adam_step (learner->adams[TRI_CYCLEGAN_NET_F], error) && spy (learner, seen, draw->x, values, progress, error)
         && judge (learner, LEARN_D1, TRI_CYCLEGAN_NET_D1, draw->noise, seen, &values[TRI_CYCLEGAN_JUDGE_D1],
                   &values[TRI_CYCLEGAN_D1_RIGHT], progress, error)
         && judge (learner, LEARN_D2, TRI_CYCLEGAN_NET_D2, draw->x, back, &values[TRI_CYCLEGAN_JUDGE_D2],
                   &values[TRI_CYCLEGAN_D2_RIGHT], progress, error);
}

/* What comes back of @x, of 8-bit ciphertexts. @out: of its shape */
gboolean
tri_cyclegan_cycle (TriLearner *learner, const TriTensor *x, const TriCycleganKeyed *keyed, TriTensor *out, TriProgress *progress,
                    GError **error)
{
  TriPass *hide = generate (learner, TRY_HIDE, TRUE, TRI_PASS_INFER, x, keyed, progress, error);
  TriPass *show = hide != NULL ? generate (learner, TRY_SHOW, FALSE, TRI_PASS_INFER, tri_pass_get_output (hide, NULL), keyed,
                                           progress, error)
                               : NULL;
  if (show == NULL)
    return FALSE;
  memcpy (out->data, tri_pass_get_output (show, NULL)->data, tri_tensor_size (out) * sizeof (float));
  return TRUE;
}
