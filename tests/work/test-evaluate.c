/* The linear code against pictures that it fits exactly, and the attackers against ciphers that hide nothing and everything.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tri-error.h"
#include "tri-evaluate.h"
#include "tri-rng.h"
#include "tri-samples.h"

static const TriDatasetSpec colour = { .channels = 3, .low = -1, .high = 1, .seed = 3, .augment = TRI_AUGMENT_CROP };

/* Each block is a mean and @n patterns, with amounts drawn by chance. */
static TriImage *
mix (guint n, guint64 seed)
{
  TriRng patterns = tri_rng (5, 1), amounts = tri_rng (seed, 2);
  float pattern[8][TRI_KLT_SIZE];
  TriImage *image = tri_image_new (96, 64, 3, NULL);
  for (guint k = 0; k < n; k++)
    for (guint i = 0; i < TRI_KLT_SIZE; i++)
      pattern[k][i] = tri_rng_normal (&patterns);
  for (guint y = 0; y < 64; y += 8)
    for (guint x = 0; x < 96; x += 8)
      {
        float block[TRI_KLT_SIZE] = { 0 };
        for (guint k = 0; k < n; k++)
          {
            float amount = (tri_rng_uniform (&amounts) - 0.5f) * 30;
            for (guint i = 0; i < TRI_KLT_SIZE; i++)
              block[i] += amount * pattern[k][i];
          }
        for (guint i = 0; i < TRI_KLT_SIZE; i++)
          image->pixels[((y + i / 24) * 96 + x + i / 3 % 8) * 3 + i % 3] = (guint8) lrintf (CLAMP (128 + block[i], 0, 255));
      }
  return image;
}

static TriDataset *
mixes (guint n)
{
  g_autoptr (GPtrArray) pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_image_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < 6; i++)
    {
      g_ptr_array_add (pictures, mix (n, i));
      g_ptr_array_add (names, g_strdup_printf ("%u", i));
    }
  return tri_dataset_new (pictures, names, &colour, NULL);
}

static double
psnr (const TriImage *a, const TriImage *b)
{
  TriPair pair;
  g_assert_true (tri_metric_pair (a, b, &pair, NULL, NULL));
  return pair.psnr;
}

/* Four patterns need four coefficients: with them all but rounding comes back, with three a quarter of the energy is lost. */
static void
test_linear_code (void)
{
  g_autoptr (TriDataset) dataset = mixes (4);
  g_autoptr (TriKlt) klt = tri_klt_fit (dataset, NULL, NULL);
  g_autoptr (TriImage) unseen = mix (4, 99);
  g_assert_cmpuint (tri_klt_get_n_pictures (klt), ==, 6);
  double reached[5];
  for (guint k = 1; k <= 4; k++)
    {
      g_autoptr (TriImage) coded = tri_klt_code (klt, unseen, k, NULL, NULL);
      reached[k] = psnr (unseen, coded);
      g_test_message ("%u coefficients: %.2f dB", k, reached[k]);
    }
  g_assert_true (reached[1] < reached[2] && reached[2] < reached[3]);
  g_assert_cmpfloat (reached[3], <, 33);
  g_assert_cmpfloat (reached[4], >, 50);
}

/* Sides that are no multiples of 8, grey, and alpha, which stays. */
static void
test_linear_shapes (void)
{
  g_autoptr (TriDataset) dataset = mixes (2);
  g_autoptr (TriKlt) klt = tri_klt_fit (dataset, NULL, NULL);
  for (guint channels = 1; channels <= 4; channels++)
    {
      g_autoptr (TriImage) whole = mix (2, 7), cut = tri_image_match (whole, 13, 3, channels, NULL);
      for (gsize i = 0; i < tri_image_n_pixels (cut) && channels % 2 == 0; i++)
        cut->pixels[i * channels + channels - 1] = (guint8) i;
      g_autoptr (TriImage) coded = tri_klt_code (klt, cut, TRI_KLT_SIZE, NULL, NULL);
      g_assert_true (tri_image_same_shape (cut, coded));
      for (gsize i = 0; i < tri_image_n_pixels (cut) && channels % 2 == 0; i++)
        g_assert_cmpuint (coded->pixels[i * channels + channels - 1], ==, (guint8) i);
    }
}

static TriEve *
attack (const TriCipher *cipher, const TriParams *params, guint64 steps)
{
  g_autoptr (TriDataset) dataset = tri_dataset_load ("samples", &colour, NULL, NULL);
  TriEveConfig config = { .steps = steps, .seed = 2, .batch = 4, .side = 32 };
  g_autoptr (GError) error = NULL;
  TriEve *eve = tri_eve_train (cipher, params, dataset, &config, NULL, &error);
  g_assert_no_error (error);
  return eve;
}

/* Mean square */
static double
grey_error (const TriImage *picture)
{
  double sum = 0;
  for (gsize i = 0; i < tri_image_n_bytes (picture); i++)
    sum += (picture->pixels[i] - 127.5) * (picture->pixels[i] - 127.5);
  return sum / (double) tri_image_n_bytes (picture);
}

/* After one round of a Feistel network half of the picture lies open: Eve finds it, and the critic knows what it looks at. */
static void
test_open_cipher (void)
{
  const TriCipher *cipher = tri_cipher_find ("cnn-feistel");
  g_autoptr (TriParams) params = tri_params_new (cipher->params);
  g_assert_true (tri_params_set (params, "rounds", 1, NULL));
  g_autoptr (TriEve) eve = attack (cipher, params, 150);
  g_autoptr (GPtrArray) pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_image_unref);
  g_ptr_array_add (pictures, tri_sample_load ("brain", NULL, NULL));
  g_assert_true (tri_eve_judge (eve, pictures, NULL, NULL));
  const TriEveResult *result = tri_eve_get_result (eve);
  g_test_message ("loss %g, flat %g, accuracy %g", result->loss, result->flat_loss, result->accuracy);
  g_assert_cmpuint (result->steps, ==, 150);
  g_assert_cmpfloat (result->loss, <, 0.9 * result->flat_loss);
  g_assert_cmpfloat (result->accuracy, >, 0.95);

  guint8 salt[TRI_SALT_SIZE] = { 1 }, nonce[TRI_NONCE_SIZE] = { 2 };
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "key", 3, NULL);
  g_autoptr (TriImage) picture = tri_image_match (pictures->pdata[0], 512, 512, 3, NULL);
  g_autoptr (TriSealed) sealed = tri_cipher_encrypt (cipher, picture, key, params, &(TriFresh) { salt, nonce }, NULL, NULL);
  g_autoptr (TriImage) restored = tri_eve_restore (eve, sealed->visible, picture->width, picture->height, NULL, NULL);
  double leak, mse;
  g_assert_true (tri_metric_leak (picture, restored, &leak, NULL, NULL));
  g_assert_true (tri_metric_mse (picture, restored, &mse, NULL, NULL, NULL));
  g_test_message ("leak of what she makes of it: %g, square error %g, of mid grey %g", leak, mse, grey_error (picture));
  g_assert_cmpfloat (leak, >, 0.4);
  g_assert_cmpfloat (mse, <, 0.6 * grey_error (picture));
}

static void
test_closed_cipher (void)
{
  const TriCipher *cipher = tri_cipher_find ("xchacha20-poly1305");
  g_autoptr (TriParams) params = tri_params_new (cipher->params);
  g_autoptr (TriEve) eve = attack (cipher, params, 150);
  g_autoptr (GPtrArray) pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_image_unref);
  g_ptr_array_add (pictures, tri_sample_load ("brain", NULL, NULL));
  g_assert_true (tri_eve_judge (eve, pictures, NULL, NULL));
  const TriEveResult *result = tri_eve_get_result (eve);
  g_test_message ("loss %g, flat %g, accuracy %g", result->loss, result->flat_loss, result->accuracy);
  g_assert_cmpfloat (result->loss, >, result->flat_loss);
  g_assert_cmpfloat (fabs (result->accuracy - 0.5), <, 0.1);
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  g_autoptr (TriDataset) dataset = mixes (2);
  g_autoptr (GError) error = NULL;
  g_cancellable_cancel (cancellable);
  g_assert_null (tri_klt_fit (dataset, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/evaluate/linear-code", test_linear_code);
  g_test_add_func ("/evaluate/linear-shapes", test_linear_shapes);
  g_test_add_func ("/evaluate/open-cipher", test_open_cipher);
  g_test_add_func ("/evaluate/closed-cipher", test_closed_cipher);
  g_test_add_func ("/evaluate/cancelled", test_cancelled);
  return g_test_run ();
}
