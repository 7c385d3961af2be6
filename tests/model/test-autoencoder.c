/* The autoencoder: the code's packing, the network against PyTorch (tests/model/autoencoder.py), and what the shipped
 * weights restore of sample pictures: astronaut and brain were not among those that they were trained on.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "model-fixture.h"
#include "tri-autoencoder.h"
#include "tri-cipher.h"
#include "tri-error.h"
#include "tri-loss.h"
#include "tri-model-store.h"

static void
test_bits (void)
{
  for (guint rate = 0; rate < TRI_N_AUTOENCODERS; rate++)
    {
      const TriAutoencoderCode *model = &tri_autoencoder_codes[rate];
      guint sum = 0;
      for (guint c = 0; c < model->channels; c++)
        sum += model->bits[c];
      g_assert_cmpuint (sum, ==, 8 * model->n_bytes);
    }
}

/* Every level of every channel survives, next to any neighbours; bytes that no encoder writes stay inside −1 … 1. */
static void
test_pack (void)
{
  for (guint rate = 0; rate < TRI_N_AUTOENCODERS; rate++)
    {
      const TriAutoencoderCode *model = &tri_autoencoder_codes[rate];
      guint n_blocks = 300;
      g_autofree float *latents = g_new (float, n_blocks * model->channels), *back = g_new (float, n_blocks * model->channels);
      g_autofree guint8 *code = g_malloc (n_blocks * model->n_bytes);
      for (guint b = 0; b < n_blocks; b++)
        for (guint c = 0; c < model->channels; c++)
          {
            guint top = (1u << model->bits[c]) - 2;
            latents[b * model->channels + c] = (float) ((b * (c + 1) + c) % (top + 1)) / (float) top * 2 - 1;
          }
      tri_autoencoder_pack (model, latents, code, n_blocks);
      tri_autoencoder_unpack (model, code, back, n_blocks);
      for (guint i = 0; i < n_blocks * model->channels; i++)
        g_assert_cmpfloat_with_epsilon (latents[i], back[i], 1e-6);
      for (gsize i = 0; i < n_blocks * model->n_bytes; i++)
        code[i] = (guint8) g_test_rand_int ();
      tri_autoencoder_unpack (model, code, back, n_blocks);
      for (guint i = 0; i < n_blocks * model->channels; i++)
        g_assert_true (back[i] >= -1 && back[i] <= 1);
    }
}

/* Forward, gradients and ten steps of Adam. */
static void
test_pytorch (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "autoencoder.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriWeights) vectors = tri_weights_load (path, &error);
  g_assert_no_error (error);
  g_autoptr (TriStored) stored = tri_model_store_load ("autoencoder-1-8", NULL, &error);
  g_assert_no_error (error);
  g_assert_true (stored->shipped);
  g_autofree TriLayer *layers = tri_autoencoder_layers (TRI_AUTOENCODER_EIGHTH, TRI_AUTOENCODER_BOTH);
  g_autoptr (TriNet) net = tri_net_new (layers, &error);
  g_assert_no_error (error);
  g_assert_true (tri_net_read_weights (net, stored->weights, &error));
  TriTensor picture = model_fixture_view (vectors, "picture"), code = model_fixture_view (vectors, "code"),
            restored = model_fixture_view (vectors, "restored");
  const TriNamed *losses = tri_weights_find (vectors, "losses");
  g_autoptr (TriPass) pass = tri_pass_new (net, TRI_PASS_TRAIN, &picture.shape, &error);
  g_assert_no_error (error);
  TriAdamConfig config = { TRI_ADAM_DEFAULTS, .rate = 1e-4f };
  g_autoptr (TriAdam) adam = tri_adam_new (net, &config, &error);
  tri_pass_set_input (pass, 0, &picture);
  for (guint step = 0; step < losses->size; step++)
    {
      g_assert_true (tri_pass_forward (pass, NULL, NULL));
      TriLoss loss = { .kind = TRI_LOSS_MSE, .x = tri_pass_get_output (pass, NULL), .target = &picture, .weight = 1,
                       .gradient = tri_pass_get_output_gradient (pass, NULL) };
      double value = tri_loss (&loss);
      if (step == 0)
        {
          model_fixture_compare ("code", tri_pass_get_output (pass, "latent")->data, code.data,
                                 tri_tensor_size (&code), 1e-5);
          model_fixture_compare ("restored", loss.x->data, restored.data, tri_tensor_size (&restored), 1e-4);
        }
      g_test_message ("step %u: %.7g, PyTorch %.7g", step, value, losses->values[step]);
      g_assert_cmpfloat (fabs (value / losses->values[step] - 1), <, 0.01); /* a rounded latent may fall the other way */
      g_assert_true (tri_pass_backward (pass, NULL, NULL));
      if (step == 0)
        g_assert_cmpuint (model_fixture_compare_gradients (net, vectors), ==, 5);
      g_assert_true (tri_adam_step (adam, &error));
    }
}

typedef struct {
  const char *sample;
  double floors[TRI_N_AUTOENCODERS]; /* dB: measured, less about 0.3 */
} Floor;

static const Floor floors[] = {
  { "astronaut.png", { 44.4, 38.9, 34.0 } },
  { "bridge.png", { 48.5, 38.9, 33.3 } },
  { "brain.png", { 52.3, 47.0, 39.8 } },
};

static void
test_floors (void)
{
  const TriCipher *cipher = tri_cipher_find ("autoencoder");
  g_autoptr (TriKey) key = tri_key_new_passphrase ("floor", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (floors) * TRI_N_AUTOENCODERS; i++)
    {
      const Floor *floor = &floors[i / TRI_N_AUTOENCODERS];
      guint rate = i % TRI_N_AUTOENCODERS;
      g_autoptr (GError) error = NULL;
      g_autoptr (TriImage) picture = model_fixture_sample (floor->sample);
      g_autoptr (TriParams) params = tri_params_new (cipher->params);
      g_assert_true (tri_params_set (params, "rate", rate, NULL));
      g_autoptr (TriSealed) sealed = tri_cipher_encrypt (cipher, picture, key, params, NULL, NULL, &error);
      g_assert_no_error (error);
      g_autoptr (TriImage) back = tri_cipher_decrypt (sealed, key, NULL, &error);
      g_assert_no_error (error);
      double reached = model_fixture_psnr (picture, back);
      g_test_message ("%s, rate %u: %.2f dB", floor->sample, rate, reached);
      g_assert_cmpfloat (reached, >=, floor->floors[rate]);
    }
}

/* A picture that says it was made with other weights is refused, and the message says what to do. */
static void
test_other_weights (void)
{
  const TriCipher *cipher = tri_cipher_find ("autoencoder");
  g_autoptr (TriKey) key = tri_key_new_passphrase ("weights", NULL);
  g_autoptr (TriParams) params = tri_params_new (cipher->params);
  g_autoptr (TriImage) picture = model_fixture_sample ("gravel.png");
  g_autoptr (TriSealed) sealed = tri_cipher_encrypt (cipher, picture, key, params, NULL, NULL, NULL);
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *right = g_bytes_get_data (tri_sealed_get_side (sealed, "weights"), &size);
  g_autofree guint8 *other = g_memdup2 (right, size);
  other[0] ^= 1;
  tri_sealed_set_side (sealed, "weights", other, size);
  g_assert_null (tri_cipher_decrypt (sealed, key, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/autoencoder/bits", test_bits);
  g_test_add_func ("/model/autoencoder/pack", test_pack);
  g_test_add_func ("/model/autoencoder/pytorch", test_pytorch);
  g_test_add_func ("/model/autoencoder/floors", test_floors);
  g_test_add_func ("/model/autoencoder/other-weights", test_other_weights);
  return g_test_run ();
}
