/* How the autoencoder is trained: mean square error of what comes back from its 8-bit code.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-autoencoder.h"
#include "tri-learner.h"
#include "tri-loss.h"

enum { PASS_TRAIN, PASS_VALIDATE };

static const TriParamSpec params[] = {
  { .id = "rate", .title = N_("Size of the code"), .type = TRI_PARAM_CHOICE, .choices = tri_autoencoder_rates, .def = TRI_AUTOENCODER_QUARTER,
    .help = N_("Bytes of the code for those of the picture. Less room keeps less of it.") },
  { 0 }
};

static TriLayer *
make_layers (const TriParams *values)
{
  return tri_autoencoder_layers ((TriAutoencoderRate) tri_params_get_choice (values, "rate"), TRI_AUTOENCODER_BOTH);
}

static const char *
get_store_id (const TriParams *values)
{
  return tri_autoencoder_codes[tri_params_get_choice (values, "rate")].id;
}

static gboolean
prepare (TriLearner *learner, const TriTensor *samples, TriProgress *progress, GError **error)
{
  return tri_autoencoder_start (learner->nets[0], (TriAutoencoderRate) tri_params_get_choice (learner->params, "rate"), samples,
                                progress, error);
}

/* The code begins near where it will stay, what repairs it at nothing. */
static float
rate_of (const char *weight)
{
  return g_str_has_prefix (weight, "repair") ? 1 : 0.1f;
}

/* @restored: (nullable): a copy of what comes back; NULL to learn */
static gboolean
pass_batch (TriLearner *learner, const TriTensor *batch, TriTensor *restored, double *loss, TriProgress *progress,
            GError **error)
{
  gboolean learns = restored == NULL;
  TriPass *pass = tri_learner_get_pass (learner, learns ? PASS_TRAIN : PASS_VALIDATE, 0,
                                        learns ? TRI_PASS_TRAIN : TRI_PASS_INFER, &batch->shape, error);
  if (pass == NULL)
    return FALSE;
  tri_pass_set_input (pass, 0, batch);
  if (!tri_pass_forward (pass, progress, error))
    return FALSE;
  TriLoss mse = { .kind = TRI_LOSS_MSE, .x = tri_pass_get_output (pass, NULL), .target = batch, .weight = 1,
                  .gradient = learns ? tri_pass_get_output_gradient (pass, NULL) : NULL };
  if (!tri_losses (&mse, 1, loss, error))
    return FALSE;
  if (!learns)
    memcpy (restored->data, mse.x->data, tri_tensor_size (restored) * sizeof (float));
  return !learns || (tri_pass_backward (pass, progress, error) && tri_adam_step (learner->adams[0], error));
}

static gboolean
step (TriLearner *learner, const TriTensor *batch, TriRng *rng, double *values, TriProgress *progress, GError **error)
{
  return pass_batch (learner, batch, NULL, &values[0], progress, error);
}

static gboolean
validate (TriLearner *learner, const TriTensor *batch, TriTensor *out, double *loss, TriProgress *progress, GError **error)
{
  return pass_batch (learner, batch, out, loss, progress, error);
}

/* One of the two halves, with the weights of the whole. */
static TriNet *
make_half (TriLearner *learner, TriAutoencoderRate rate, TriAutoencoderPart part, GError **error)
{
  g_autofree TriLayer *layers = tri_autoencoder_layers (rate, part);
  g_autoptr (TriNet) net = tri_net_new (layers, error);
  g_autoptr (TriWeights) weights = tri_weights_new ();
  if (net == NULL || !tri_net_add_weights (learner->nets[0], weights, error) || !tri_net_read_weights (net, weights, error))
    return NULL;
  return g_steal_pointer (&net);
}

static gboolean
render (TriLearner *learner, const TriImage *picture, TriImage **visible, TriImage **restored, TriProgress *progress,
        GError **error)
{
  TriAutoencoderRate rate = (TriAutoencoderRate) tri_params_get_choice (learner->params, "rate");
  g_autoptr (TriNet) encoder = make_half (learner, rate, TRI_AUTOENCODER_ENCODER, error);
  g_autoptr (TriNet) decoder = encoder != NULL ? make_half (learner, rate, TRI_AUTOENCODER_DECODER, error) : NULL;
  if (decoder == NULL)
    return FALSE;
  g_autoptr (TriImage) code = tri_autoencoder_encode (encoder, rate, picture, progress, error);
  if (code == NULL)
    return FALSE;
  g_autoptr (TriImage) back = tri_image_copy (picture, error);
  if (back == NULL || !tri_autoencoder_decode (decoder, rate, code, back, progress, error))
    return FALSE;
  *visible = g_steal_pointer (&code);
  *restored = g_steal_pointer (&back);
  return TRUE;
}

static const TriModelNet nets[] = { { .name = "autoencoder", .make_layers = make_layers, .rate_of = rate_of }, { 0 } };

static const TriModelCurve curves[] = { { "mse", N_("Mean square error"), FALSE }, { 0 } };

const TriModel tri_model_autoencoder = {
  .id = "autoencoder",
  .title = N_("Convolutional autoencoder"),
  .about = N_("Learns to pack pictures into fewer bytes, and to restore them from these."),
  .params = params,
  .channels = 3,
  .low = -1,
  .high = 1,
  .alignment = TRI_AUTOENCODER_BLOCK,
  .steps = 20000,
  .batch = 16,
  .crop = 64,
  .rate = 3e-4f,
  .nets = nets,
  .curves = curves,
  .get_store_id = get_store_id,
  .prepare = prepare,
  .step = step,
  .validate = validate,
  .render = render,
};
