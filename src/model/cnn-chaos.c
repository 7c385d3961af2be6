/* How the networks of "cnn-chaos" are trained: an encoder and a decoder with a channel between them that damages the code, as
 * the way of a ciphertext does once the mask is off again. Mean square error of what comes back.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cnn-chaos.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-learner.h"
#include "tri-model-picture.h"

enum { NET_ENCODER, NET_DECODER };
enum { PASS_ENCODE, PASS_DECODE, PASS_VALIDATE_ENCODE, PASS_VALIDATE_DECODE };

#define MAX_SIGMA 20.0f
#define MAX_PEPPER 0.1f
#define MAX_LOST 0.15f
#define VALIDATION_SEED 11

static const TriParamSpec params[] = {
  { .id = "model", .title = N_("Model"), .type = TRI_PARAM_CHOICE, .choices = tri_cnn_chaos_kinds,
    .help = N_("In place of which of the two shipped models the weights can be used.") },
  { 0 }
};

static TriLayer *
make_encoder (const TriParams *values)
{
  return tri_cnn_chaos_layers (TRI_CNN_CHAOS_ENCODER);
}

static TriLayer *
make_decoder (const TriParams *values)
{
  return tri_cnn_chaos_layers (TRI_CNN_CHAOS_DECODER);
}

static const char *
get_store_id (const TriParams *values)
{
  return tri_cnn_chaos_ids[tri_params_get_choice (values, "model")];
}

/* What is added to the picture itself begins near nothing: the code begins as the picture, what comes back as the code. */
static gboolean
prepare (TriLearner *learner, const TriTensor *samples, TriProgress *progress, GError **error)
{
  for (guint net = 0; net < learner->n_nets; net++)
    {
      guint n;
      TriWeight *weights = tri_net_get_weights (learner->nets[net], &n);
      for (guint w = 0; w < n; w++)
        if (g_str_has_suffix (weights[w].name, ".b.weight") || g_str_has_suffix (weights[w].name, ".out.weight"))
          for (gsize i = 0; i < weights[w].size; i++)
            weights[w].value[i] *= 0.05f;
      tri_net_changed (learner->nets[net]);
    }
  return TRUE;
}

/* What one picture of a batch meets. */
typedef struct {
  float sigma, pepper, lost;
} Way;

/* A quarter arrive as they were sent; each kind of damage strikes some of the others. */
static Way
draw_way (TriRng *rng)
{
  float draws[7];
  for (guint i = 0; i < G_N_ELEMENTS (draws); i++)
    draws[i] = tri_rng_uniform (rng);
  if (draws[0] < 0.25f)
    return (Way) { 0 };
  return (Way) { .sigma = draws[1] < 0.7f ? draws[2] * MAX_SIGMA : 0, .pepper = draws[3] < 0.35f ? draws[4] * MAX_PEPPER : 0,
                 .lost = draws[5] < 0.35f ? draws[6] * MAX_LOST : 0 };
}

/* One value under a mask, on its way, and unmasked. The mask is one byte of noise: its permutation is why what is lost is
 * single pixels. Returns: whether anything of @code is left in @value */
static gboolean
send (const Way *way, TriRng *rng, float code, float *value, float *trust)
{
  guint draw = tri_rng_u32 (rng), mask = draw & 255;
  float noise = way->sigma > 0 ? way->sigma * tri_rng_normal (rng) : 0, chance = tri_rng_uniform (rng);
  guint sent = (tri_cnn_chaos_level (code) + mask) & 255;
  gboolean peppered = chance < way->pepper, lost = !peppered && chance < way->pepper + way->lost;
  float seen = peppered ? (draw & 256 ? 255.0f : 0.0f) : CLAMP (rintf ((float) sent + noise), 0.0f, 255.0f);
  *value = lost ? 0 : tri_cnn_chaos_value (((guint) seen + 256 - mask) & 255);
  *trust = lost ? 0 : seen == 0 || seen == 255 ? 0.5f : 1;
  return !peppered && !lost;
}

/* The code of @batch as it arrives. @through: 1 where a change of the code would arrive too, else 0 */
static void
send_all (const TriTensor *code, TriRng *rng, TriTensor *values, TriTensor *trust, TriTensor *through)
{
  gsize each = tri_tensor_size (code) / code->shape.n;
  for (gsize i = 0; i < tri_tensor_size (code);)
    {
      Way way = draw_way (rng);
      for (gsize end = i + each; i < end; i++)
        {
          gboolean arrives = send (&way, rng, code->data[i], &values->data[i], &trust->data[i]);
          through->data[i] = arrives && fabsf (code->data[i]) <= 1 ? 1 : 0;
        }
    }
}

/* Mean square error of @out, of which what lies beyond −1 … 1 is black or white; adds to @gradient where there is one. */
static double
compare (const TriTensor *out, const TriTensor *target, TriTensor *gradient)
{
  double sum = 0, n = (double) tri_tensor_size (out);
  for (gsize i = 0; i < tri_tensor_size (out); i++)
    {
      float error = CLAMP (out->data[i], -1.0f, 1.0f) - target->data[i];
      sum += (double) error * (double) error;
      if (gradient != NULL)
        gradient->data[i] += 2 * error / (float) n;
    }
  return sum / n;
}

/* From @batch to the decoder's pass, which has run. @arrived: values, trust and where gradients come through */
static TriPass *
go_forward (TriLearner *learner, const TriTensor *batch, TriRng *rng, TriTensor *arrived[3], TriPass **encode, gboolean learns,
            TriProgress *progress, GError **error)
{
  TriShape shapes[] = { batch->shape, batch->shape };
  *encode = tri_learner_get_pass (learner, learns ? PASS_ENCODE : PASS_VALIDATE_ENCODE, NET_ENCODER,
                                  learns ? TRI_PASS_TRAIN : TRI_PASS_INFER, shapes, error);
  TriPass *decode = *encode == NULL ? NULL
                    : tri_learner_get_pass (learner, learns ? PASS_DECODE : PASS_VALIDATE_DECODE, NET_DECODER,
                                            learns ? TRI_PASS_TRAIN | TRI_PASS_INPUT_GRADIENTS : TRI_PASS_INFER, shapes, error);
  if (decode == NULL)
    return NULL;
  tri_pass_set_input (*encode, 0, batch);
  if (!tri_pass_forward (*encode, progress, error))
    return NULL;
  send_all (tri_pass_get_output (*encode, NULL), rng, arrived[0], arrived[1], arrived[2]);
  tri_pass_set_input (decode, 0, arrived[0]);
  tri_pass_set_input (decode, 1, arrived[1]);
  return tri_pass_forward (decode, progress, error) ? decode : NULL;
}

static gboolean
make_three (TriShape shape, TriTensor *tensors[3], GError **error)
{
  for (guint i = 0; i < 3; i++)
    if ((tensors[i] = tri_tensor_new (shape, error)) == NULL)
      return FALSE;
  return TRUE;
}

static void
free_three (TriTensor *tensors[3])
{
  for (guint i = 0; i < 3; i++)
    g_clear_pointer (&tensors[i], tri_tensor_free);
}

static gboolean
go_back (TriLearner *learner, TriPass *encode, TriPass *decode, const TriTensor *through, TriProgress *progress, GError **error)
{
  if (!tri_pass_backward (decode, progress, error))
    return FALSE;
  const TriTensor *from = tri_pass_get_input_gradient (decode, 0);
  TriTensor *to = tri_pass_get_output_gradient (encode, NULL);
  for (gsize i = 0; i < tri_tensor_size (to); i++)
    to->data[i] += from->data[i] * through->data[i];
  return tri_pass_backward (encode, progress, error) && tri_adam_step (learner->adams[NET_ENCODER], error)
         && tri_adam_step (learner->adams[NET_DECODER], error);
}

static gboolean
step (TriLearner *learner, const TriTensor *batch, TriRng *rng, double *values, TriProgress *progress, GError **error)
{
  TriTensor *arrived[3] = { NULL };
  TriPass *encode, *decode = make_three (batch->shape, arrived, error)
                                 ? go_forward (learner, batch, rng, arrived, &encode, TRUE, progress, error) : NULL;
  gboolean good = decode != NULL;
  if (good)
    {
      values[0] = compare (tri_pass_get_output (decode, NULL), batch, tri_pass_get_output_gradient (decode, NULL));
      good = go_back (learner, encode, decode, arrived[2], progress, error);
    }
  free_three (arrived);
  return good;
}

/* The same damage every time. */
static gboolean
validate (TriLearner *learner, const TriTensor *batch, TriTensor *out, double *loss, TriProgress *progress, GError **error)
{
  TriTensor *arrived[3] = { NULL };
  TriRng rng = tri_rng (VALIDATION_SEED, 0);
  TriPass *encode, *decode = make_three (batch->shape, arrived, error)
                                 ? go_forward (learner, batch, &rng, arrived, &encode, FALSE, progress, error) : NULL;
  if (decode != NULL)
    {
      const TriTensor *restored = tri_pass_get_output (decode, NULL);
      *loss = compare (restored, batch, NULL);
      for (gsize i = 0; i < tri_tensor_size (out); i++)
        out->data[i] = CLAMP (restored->data[i], -1.0f, 1.0f);
    }
  free_three (arrived);
  return decode != NULL;
}

/* Seen is the code before it is masked; it comes back undamaged. */
static gboolean
render (TriLearner *learner, const TriImage *picture, TriImage **visible, TriImage **restored, TriProgress *progress,
        GError **error)
{
  TriCnnChaosEdges edges = TRI_CNN_CHAOS_EDGES_MEET;
  g_autoptr (TriImage) code = tri_cnn_chaos_encode (learner->nets[NET_ENCODER], picture, edges, progress, error);
  g_autoptr (TriImage) trust = code != NULL ? tri_image_copy (code, error) : NULL;
  g_autoptr (TriImage) back = trust != NULL ? tri_image_copy (picture, error) : NULL;
  if (back == NULL)
    return FALSE;
  for (gsize i = 0; i < tri_image_n_bytes (trust); i++)
    trust->pixels[i] = TRI_TRUST_FULL;
  if (!tri_cnn_chaos_decode (learner->nets[NET_DECODER], code, trust, back, edges, progress, error))
    return FALSE;
  *visible = g_steal_pointer (&code);
  *restored = g_steal_pointer (&back);
  return TRUE;
}

static const TriModelNet nets[] = {
  { .name = "encoder", .make_layers = make_encoder }, { .name = "decoder", .make_layers = make_decoder }, { 0 }
};

static const TriModelCurve curves[] = { { "mse", N_("Mean square error"), FALSE }, { 0 } };

const TriModel tri_model_cnn_chaos = {
  .id = "cnn-chaos",
  .title = N_("CNN with chaos mask"),
  .about = N_("Learns a code that endures damage, and to restore pictures from what is left of it."),
  .params = params,
  .channels = 1,
  .low = -1,
  .high = 1,
  .alignment = TRI_CNN_CHAOS_ALIGNMENT,
  .steps = 20000,
  .batch = 24,
  .crop = 28,
  .rate = 1e-3f,
  .nets = nets,
  .curves = curves,
  .get_store_id = get_store_id,
  .prepare = prepare,
  .step = step,
  .validate = validate,
  .render = render,
};
