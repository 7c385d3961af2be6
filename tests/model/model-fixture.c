/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model-fixture.h"

#include <math.h>

#include "tri-cipher.h"
#include "tri-picture.h"

TriImage *
model_fixture_sample (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("TRIPTYCH_DATA_DIR"), "samples", name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  TriImage *image = tri_picture_load (file, NULL, &error);
  g_assert_no_error (error);
  return image;
}

/* dB */
double
model_fixture_psnr (const TriImage *a, const TriImage *b)
{
  double sum = 0;
  g_assert_true (tri_image_same_shape (a, b));
  for (gsize i = 0; i < tri_image_n_bytes (a); i++)
    sum += (a->pixels[i] - b->pixels[i]) * (a->pixels[i] - b->pixels[i]);
  return 10 * log10 (65025 * (double) tri_image_n_bytes (a) / sum);
}

/* A tensor of four dimensions that a script wrote; owned by @vectors. */
TriTensor
model_fixture_view (const TriWeights *vectors, const char *name)
{
  const TriNamed *named = tri_weights_find (vectors, name);
  g_assert_nonnull (named);
  g_assert_cmpuint (named->n_dims, ==, 4);
  return (TriTensor) { { (guint) named->dims[0], (guint) named->dims[1], (guint) named->dims[2], (guint) named->dims[3] },
                       named->values };
}

/* @tolerance: of the largest of @theirs, which are not all zero */
void
model_fixture_compare (const char *what, const float *ours, const float *theirs, gsize size, double tolerance)
{
  double largest = 0, worst = 0;
  for (gsize i = 0; i < size; i++)
    {
      largest = MAX (largest, fabs (theirs[i]));
      worst = MAX (worst, fabs (ours[i] - theirs[i]));
    }
  g_test_message ("%s: %g of %g", what, worst, largest);
  g_assert_cmpfloat (largest, >, 0);
  g_assert_cmpfloat (worst, <=, tolerance * largest);
}

/* Every gradient that a script wrote of a weight of @net. Returns: how many these are */
guint
model_fixture_compare_gradients (TriNet *net, const TriWeights *vectors)
{
  guint n, n_found = 0;
  TriWeight *weights = tri_net_get_weights (net, &n);
  for (guint w = 0; w < n; w++)
    {
      g_autofree char *name = g_strconcat ("gradient.", weights[w].name, NULL);
      const TriNamed *theirs = tri_weights_find (vectors, name);
      if (theirs == NULL)
        continue;
      g_assert_cmpuint (theirs->size, ==, weights[w].size);
      model_fixture_compare (name, weights[w].gradient, theirs->values, theirs->size, 2e-3);
      n_found++;
    }
  return n_found;
}

/* Salt and nonce are fixed, so that the same figures come every time. */
TriSealed *
model_fixture_hide (const char *id, const TriImage *picture, const TriKey *key)
{
  const TriCipher *cipher = tri_cipher_find (id);
  g_autoptr (TriParams) params = tri_params_new (cipher->params);
  static const guint8 salt[TRI_SALT_SIZE] = { 1 }, nonce[TRI_NONCE_SIZE] = { 2 };
  const TriFresh fresh = { salt, nonce };
  g_autoptr (GError) error = NULL;
  TriSealed *sealed = tri_cipher_encrypt (cipher, picture, key, params, &fresh, NULL, &error);
  g_assert_no_error (error);
  return sealed;
}
