/* The CycleGAN with the shipped weights, on sample pictures that it was not trained on: what the right key gives back, what
 * a key one bit off gives, what the ciphertext leaks, that its values are spread evenly, and that its tiles leave no seams.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "model-fixture.h"
#include "tri-cipher.h"
#include "tri-metric.h"

#define SEAM 384 /* pixels: where the second tile of a wide picture begins */

static const struct {
  const char *sample;
  double floor; /* dB */
} floors[] = { { "astronaut.png", 57.7 }, { "brain.png", 69 }, { "gravel.png", 67.3 } };

static void
test_floors (void)
{
  g_autoptr (TriKey) key = tri_key_new_passphrase ("floor", NULL), near = tri_key_flip_bit (key, 77);
  for (guint i = 0; i < G_N_ELEMENTS (floors); i++)
    {
      g_autoptr (TriImage) picture = model_fixture_sample (floors[i].sample);
      g_autoptr (TriSealed) sealed = model_fixture_hide ("cyclegan", picture, key);
      g_autoptr (TriImage) back = tri_cipher_decrypt (sealed, key, NULL, NULL);
      g_autoptr (TriImage) wrong = tri_cipher_decrypt (sealed, near, NULL, NULL);
      g_test_message ("%s: %.2f dB, with a wrong bit %.2f", floors[i].sample, model_fixture_psnr (picture, back),
                      model_fixture_psnr (picture, wrong));
      g_assert_cmpfloat (model_fixture_psnr (picture, back), >=, floors[i].floor);
      g_assert_cmpfloat (model_fixture_psnr (picture, wrong), <, 12);
    }
}

/* Every bit of the key reaches the networks: none may be wrong. */
static void
test_key_bits (void)
{
  guint8 bytes[TRI_KEY_SIZE];
  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) (i * 11 + 3);
  g_autoptr (TriKey) key = tri_key_new_file (bytes, sizeof bytes, NULL);
  g_autoptr (TriImage) sample = model_fixture_sample ("astronaut.png"), picture = tri_image_scale_down (sample, 48, NULL);
  g_autoptr (TriSealed) sealed = model_fixture_hide ("cyclegan", picture, key);
  g_autoptr (TriImage) back = tri_cipher_decrypt (sealed, key, NULL, NULL);
  g_assert_cmpfloat (model_fixture_psnr (picture, back), >, 45);
  for (guint bit = 0; bit < 8 * TRI_KEY_SIZE; bit++)
    {
      g_autoptr (TriKey) near = tri_key_flip_bit (key, bit);
      g_autoptr (TriImage) wrong = tri_cipher_decrypt (sealed, near, NULL, NULL);
      if (model_fixture_psnr (picture, wrong) > 12)
        g_error ("with bit %u wrong: %.1f dB", bit, model_fixture_psnr (picture, wrong));
    }
}

/* Correlation of blurred luminance and of local deviation with the original's: no more than noise of this size has. */
static void
test_leak (void)
{
  g_autoptr (TriKey) key = tri_key_new_passphrase ("leak", NULL), near = tri_key_flip_bit (key, 3);
  for (guint i = 0; i < G_N_ELEMENTS (floors); i++)
    {
      g_autoptr (TriImage) picture = model_fixture_sample (floors[i].sample);
      g_autoptr (TriSealed) sealed = model_fixture_hide ("cyclegan", picture, key);
      g_autoptr (TriImage) wrong = tri_cipher_decrypt (sealed, near, NULL, NULL);
      g_autoptr (TriImage) seen = tri_image_match (sealed->visible, picture->width, picture->height, picture->channels, NULL);
      double by_cipher, by_wrong_key;
      g_assert_true (tri_metric_leak (picture, seen, &by_cipher, NULL, NULL));
      g_assert_true (tri_metric_leak (picture, wrong, &by_wrong_key, NULL, NULL));
      TriExpectation noise = tri_metric_expect (TRI_METRIC_LEAK, picture->width, picture->height, picture->channels, 0.001);
      g_test_message ("%s: ciphertext %.4f, wrong key %.4f, noise up to %.4f", floors[i].sample, by_cipher, by_wrong_key,
                      noise.high);
      g_assert_cmpfloat (by_cipher, <, noise.high);
      g_assert_cmpfloat (by_wrong_key, <, 1.5 * noise.high);
    }
}

/* The sum of squares of the bytes' counts, against what is expected of equal chances: 255 in the mean, with a deviation of 22.6 */
static double
count_unevenness (const TriImage *image)
{
  double counts[256] = { 0 }, sum = 0, expected = (double) tri_image_n_bytes (image) / 256;
  for (gsize i = 0; i < tri_image_n_bytes (image); i++)
    counts[image->pixels[i]]++;
  for (guint i = 0; i < 256; i++)
    sum += (counts[i] - expected) * (counts[i] - expected) / expected;
  return sum;
}

/* Even where every value of the picture is the same, and at the ends of the range. */
static void
test_even (void)
{
  static const guint8 greys[] = { 0, 128, 255 };
  g_autoptr (TriKey) key = tri_key_new_passphrase ("even", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (greys) + G_N_ELEMENTS (floors); i++)
    {
      g_autoptr (TriImage) picture = i < G_N_ELEMENTS (greys) ? tri_image_new (512, 512, 3, NULL)
                                                              : model_fixture_sample (floors[i - G_N_ELEMENTS (greys)].sample);
      if (i < G_N_ELEMENTS (greys))
        memset (picture->pixels, greys[i], tri_image_n_bytes (picture));
      g_autoptr (TriSealed) sealed = model_fixture_hide ("cyclegan", picture, key);
      double unevenness = count_unevenness (sealed->visible);
      g_test_message ("picture %u: χ² %.1f", i, unevenness);
      g_assert_cmpfloat (unevenness, >, 255 - 4 * 22.6);
      g_assert_cmpfloat (unevenness, <, 255 + 4 * 22.6);
    }
}

/* Mean square error of some columns */
static double
error_of (const TriImage *a, const TriImage *b, guint from, guint to)
{
  double sum = 0;
  for (guint y = 0; y < a->height; y++)
    for (guint i = from * a->channels; i < to * a->channels; i++)
      {
        double d = (double) a->pixels[y * tri_image_stride (a) + i] - b->pixels[y * tri_image_stride (b) + i];
        sum += d * d;
      }
  return sum / ((double) a->height * (to - from) * a->channels);
}

static void
test_seams (void)
{
  g_autoptr (TriKey) key = tri_key_new_passphrase ("seam", NULL);
  g_autoptr (TriImage) picture = model_fixture_sample ("bridge.png");
  g_assert_cmpuint (picture->width, >, SEAM + 32);
  g_autoptr (TriSealed) sealed = model_fixture_hide ("cyclegan", picture, key);
  g_autoptr (TriImage) back = tri_cipher_decrypt (sealed, key, NULL, NULL);
  double seam = error_of (picture, back, SEAM - 4, SEAM + 4), beside = error_of (picture, back, SEAM - 32, SEAM + 32);
  g_test_message ("mean square error at the seam %.3f, beside it %.3f", seam, beside);
  g_assert_cmpfloat (seam, <, 1.4 * beside);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/cyclegan/floors", test_floors);
  g_test_add_func ("/model/cyclegan/key-bits", test_key_bits);
  g_test_add_func ("/model/cyclegan/leak", test_leak);
  g_test_add_func ("/model/cyclegan/even", test_even);
  g_test_add_func ("/model/cyclegan/seams", test_seams);
  return g_test_run ();
}
