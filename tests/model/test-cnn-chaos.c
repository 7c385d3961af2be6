/* The cipher "cnn-chaos" with the shipped weights, on sample pictures that they were not trained on: what comes back of an
 * undamaged and of a damaged ciphertext, and what a key one bit off gives. And its mask, by itself.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "model-fixture.h"
#include "tri-chaos-mask.h"
#include "tri-cipher.h"
#include "tri-cnn-chaos.h"
#include "tri-error.h"
#include "tri-learner.h"
#include "tri-loss.h"
#include "tri-metric.h"
#include "tri-model-store.h"
#include "tri-picture.h"
#include "tri-rng.h"
#include "tri-sealed-png.h"

#define N_KEYS 12u
#define N_NOISE 64u

static const struct {
  const char *sample;
  double floor; /* dB */
  double ssim;
} floors[] = { { "digits.png", 30, 0.97 }, { "brain.png", 33, 0.95 }, { "astronaut.png", 33, 0.95 } };

static TriImage *
make_noise (guint width, guint height, guint channels)
{
  TriImage *image = tri_image_new (width, height, channels, NULL);
  for (gsize i = 0; i < tri_image_n_bytes (image); i++)
    image->pixels[i] = (guint8) g_test_rand_int ();
  return image;
}

static TriImage *
open (const TriSealed *sealed, const TriKey *key)
{
  g_autoptr (GError) error = NULL;
  TriImage *back = tri_cipher_decrypt (sealed, key, NULL, &error);
  g_assert_no_error (error);
  return back;
}

static double
ssim_of (const TriImage *a, const TriImage *b)
{
  double ssim;
  g_assert_true (tri_metric_ssim (a, b, &ssim, NULL, NULL));
  return ssim;
}

/* What is masked and unmasked is the same, and wholly trusted but for the values 0 and 255. */
static void
test_mask (void)
{
  static const guint sizes[][3] = { { 2, 2, 1 }, { 2, 40, 3 }, { 64, 2, 1 }, { 63, 41, 3 }, { 300, 260, 1 } };
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint amplitude = 0; amplitude <= 255; amplitude += 85)
      {
        TriChaosMask mask = { .key = { (guint8) i }, .amplitude = amplitude };
        g_autoptr (TriImage) code = make_noise (sizes[i][0], sizes[i][1], sizes[i][2]), masked = tri_image_copy (code, NULL);
        g_autoptr (TriImage) back = tri_image_copy (code, NULL), trust = tri_image_copy (code, NULL);
        g_assert_true (tri_chaos_mask_hide (&mask, code, masked, NULL, NULL));
        g_assert_false (tri_image_equal (code, masked));
        g_assert_true (tri_chaos_mask_show (&mask, masked, back, trust, NULL, NULL));
        g_assert_true (tri_image_equal (code, back));
        gsize n_half = 0, n_ends = 0;
        for (gsize p = 0; p < tri_image_n_bytes (code); p++)
          {
            g_assert_true (trust->pixels[p] == TRI_TRUST_HALF || trust->pixels[p] == TRI_TRUST_FULL);
            n_half += trust->pixels[p] == TRI_TRUST_HALF;
            n_ends += masked->pixels[p] == 0 || masked->pixels[p] == 255;
          }
        g_assert_cmpuint (n_half, ==, n_ends);
      }
}

/* Planes one below another hold the same values as planes in colour, and what is lost there is lost of one plane. */
static void
test_mask_of_planes (void)
{
  TriChaosMask mask = { .key = { 5 }, .amplitude = 255 };
  g_autoptr (TriImage) code = make_noise (30, 22, 3), colour = tri_image_copy (code, NULL), planes = tri_image_new (30, 66, 1, NULL);
  g_autoptr (TriImage) back = tri_image_copy (code, NULL), trust = tri_image_copy (code, NULL);
  g_assert_true (tri_chaos_mask_hide (&mask, code, colour, NULL, NULL));
  g_assert_true (tri_chaos_mask_hide (&mask, code, planes, NULL, NULL));
  for (gsize c = 0; c < 3; c++)
    for (gsize i = 0; i < tri_image_n_pixels (code); i++)
      g_assert_cmpuint (planes->pixels[c * tri_image_n_pixels (code) + i], ==, colour->pixels[3 * i + c]);
  g_assert_true (tri_chaos_mask_show (&mask, planes, back, trust, NULL, NULL));
  g_assert_true (tri_image_equal (code, back));
  for (guint y = 30; y < 38; y++)
    memset (planes->pixels + y * 30 + 4, 0, 8);
  g_assert_true (tri_chaos_mask_show (&mask, planes, back, trust, NULL, NULL));
  guint n_lost[3] = { 0 };
  for (gsize p = 0; p < tri_image_n_bytes (code); p++)
    {
      n_lost[p % 3] += trust->pixels[p] == TRI_TRUST_NONE;
      g_assert_true (trust->pixels[p] == TRI_TRUST_NONE || back->pixels[p] == code->pixels[p]);
    }
  g_assert_true (n_lost[0] == 0 && n_lost[1] == 64 && n_lost[2] == 0);
}

/* An error in the ciphertext is as large afterwards, in one value; a lost block is that many unknown values, far apart. */
static void
test_damage_stays (void)
{
  TriChaosMask mask = { .key = { 9 }, .amplitude = 255 };
  g_autoptr (TriImage) code = make_noise (64, 64, 3), masked = tri_image_copy (code, NULL);
  g_autoptr (TriImage) back = tri_image_copy (code, NULL), trust = tri_image_copy (code, NULL);
  g_assert_true (tri_chaos_mask_hide (&mask, code, masked, NULL, NULL));
  gsize at = 3 * (10 * 64 + 20) + 1;
  guint8 change = masked->pixels[at] < 200 ? 20 : 236;
  masked->pixels[at] = (guint8) (masked->pixels[at] + change);
  for (guint y = 40; y < 48; y++)
    memset (masked->pixels + 3 * (y * 64 + 8), 0, 3 * 8);
  g_assert_true (tri_chaos_mask_show (&mask, masked, back, trust, NULL, NULL));
  gsize n_changed = 0, n_lost = 0, n_next = 0;
  for (gsize p = 0; p < tri_image_n_bytes (code); p++)
    {
      gboolean lost = trust->pixels[p] == TRI_TRUST_NONE;
      n_lost += lost;
      n_next += lost && p >= 3 && trust->pixels[p - 3] == TRI_TRUST_NONE;
      if (!lost && back->pixels[p] != code->pixels[p])
        {
          g_assert_cmpuint ((guint8) (back->pixels[p] - code->pixels[p]), ==, change);
          n_changed++;
        }
    }
  g_assert_cmpuint (n_changed, ==, 1);
  g_assert_cmpuint (n_lost, ==, 3 * 64);
  g_assert_cmpuint (n_next, <, 20);
}

/* The mask of a picture of one colour: no value, and no difference of neighbours, is more frequent than chance has it. */
static void
test_uniform (void)
{
  for (guint i = 0; i < 4; i++)
    {
      TriChaosMask mask = { .key = { (guint8) (i + 1) }, .amplitude = 255 };
      g_autoptr (TriImage) code = tri_image_new (512, 512, 1, NULL), masked = tri_image_new (512, 512, 1, NULL);
      memset (code->pixels, 77, tri_image_n_bytes (code));
      g_assert_true (tri_chaos_mask_hide (&mask, code, masked, NULL, NULL));
      guint64 counts[2][256] = { 0 };
      gsize n = tri_image_n_bytes (code);
      for (gsize p = 1; p < n; p++)
        {
          counts[0][masked->pixels[p]]++;
          counts[1][(guint8) (masked->pixels[p] - masked->pixels[p - 1])]++;
        }
      for (guint k = 0; k < 2; k++)
        {
          double chi2 = 0, expected = (double) (n - 1) / 256;
          for (guint v = 0; v < 256; v++)
            chi2 += ((double) counts[k][v] - expected) * ((double) counts[k][v] - expected) / expected;
          g_test_message ("chi-squared %.1f", chi2);
          g_assert_cmpfloat (chi2, <, 345); /* one in ten thousand of true noise is above */
        }
    }
}

/* Every bit of the key changes what comes back into nothing. */
static void
test_wrong_bits (void)
{
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "bits", 4, NULL);
  g_autoptr (TriImage) whole = model_fixture_sample ("brain.png"), picture = tri_image_scale_down (whole, 128, NULL);
  g_autoptr (TriSealed) sealed = model_fixture_hide ("cnn-chaos", picture, key);
  for (guint bit = 0; bit < tri_key_get_n_bits (key); bit += 5)
    {
      g_autoptr (TriKey) near = tri_key_flip_bit (key, bit);
      g_autoptr (TriImage) wrong = open (sealed, near);
      g_assert_cmpfloat (fabs (ssim_of (picture, wrong)), <, 0.05);
      g_assert_cmpfloat (model_fixture_psnr (picture, wrong), <, 12);
    }
}

/* The mean of many pictures of noise as large as @picture */
static double
leak_of_noise (const TriImage *picture)
{
  g_autoptr (TriImage) noise = tri_image_new (picture->width, picture->height, 1, NULL);
  TriRng rng = tri_rng (1, 0);
  double sum = 0, one;
  for (guint i = 0; i < N_NOISE; i++, sum += one / N_NOISE)
    {
      for (gsize p = 0; p < tri_image_n_bytes (noise); p++)
        noise->pixels[p] = (guint8) tri_rng_u32 (&rng);
      g_assert_true (tri_metric_leak (picture, noise, &one, NULL, NULL));
    }
  return sum;
}

/* With a wrong key there is as much of the picture to be seen as there is in noise, whatever the networks learnt from: those for
 * digits, which always have a dark margin, would paint one around noise if they could tell where a picture ends. */
static void
test_wrong_keys_show_nothing (void)
{
  g_autoptr (TriImage) picture = model_fixture_sample ("brain.png");
  const TriCipher *cipher = tri_cipher_find ("cnn-chaos");
  double noise = leak_of_noise (picture);
  for (guint model = 1; model <= TRI_N_CNN_CHAOS; model++)
    {
      double leak = 0;
      for (guint8 i = 0; i < N_KEYS; i++)
        {
          const guint8 salt[TRI_SALT_SIZE] = { i }, nonce[TRI_NONCE_SIZE] = { i };
          const TriFresh fresh = { salt, nonce };
          g_autoptr (TriKey) key = tri_key_new_file (&i, 1, NULL), wrong = tri_key_flip_bit (key, i);
          g_autoptr (TriParams) params = tri_params_new (cipher->params);
          g_assert_true (tri_params_set (params, "model", model, NULL));
          g_autoptr (TriSealed) sealed = tri_cipher_encrypt (cipher, picture, key, params, &fresh, NULL, NULL);
          g_autoptr (TriImage) nothing = open (sealed, wrong);
          double one;
          g_assert_true (tri_metric_leak (picture, nothing, &one, NULL, NULL));
          leak += one / N_KEYS;
        }
      g_test_message ("model %u: %.3f, noise %.3f", model, leak, noise);
      g_assert_cmpfloat (leak, <=, 1.5 * noise);
    }
}

/* A copy, moved down and to the right, what falls off coming back at the other end. */
static TriImage *
move_around (const TriImage *image, guint right, guint down)
{
  TriImage *out = tri_image_copy (image, NULL);
  for (guint y = 0; y < image->height; y++)
    for (guint x = 0; x < image->width; x++)
      memcpy (out->pixels + (y + down) % image->height * tri_image_stride (out) + (gsize) ((x + right) % image->width) * out->channels,
              image->pixels + y * tri_image_stride (image) + (gsize) x * image->channels, image->channels);
  return out;
}

/* By a level, where the order of sums rounds otherwise. */
static void
assert_near (const TriImage *a, const TriImage *b)
{
  g_assert_true (tri_image_same_shape (a, b));
  for (gsize i = 0; i < tri_image_n_bytes (a); i++)
    g_assert_cmpint (ABS (a->pixels[i] - b->pixels[i]), <=, 1);
}

/* Where the edges meet no place is another than the others: a picture that is moved around has a code that is, and so does what is
 * restored, for pictures smaller than what the networks see, too. */
static void
test_edges_meet (void)
{
  static const guint sizes[][4] = { { 2, 2, 0, 0 }, { 4, 6, 2, 4 }, { 40, 34, 6, 30 }, { 128, 96, 64, 2 } };
  g_autoptr (TriStored) stored = tri_model_store_load ("cnn-chaos-digits", NULL, NULL);
  TriNet *nets[2];
  for (guint i = 0; i < 2; i++)
    {
      g_autofree TriLayer *layers = tri_cnn_chaos_layers (i == 0 ? TRI_CNN_CHAOS_ENCODER : TRI_CNN_CHAOS_DECODER);
      nets[i] = tri_net_new (layers, NULL);
      g_assert_true (tri_net_read_weights (nets[i], stored->weights, NULL));
    }
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      const guint *size = sizes[i];
      TriCnnChaosEdges meet = TRI_CNN_CHAOS_EDGES_MEET;
      g_autoptr (TriImage) picture = make_noise (size[0], size[1], 3), moved = move_around (picture, size[2], size[3]);
      g_autoptr (TriImage) code = tri_cnn_chaos_encode (nets[0], picture, meet, NULL, NULL);
      g_autoptr (TriImage) other = tri_cnn_chaos_encode (nets[0], moved, meet, NULL, NULL);
      g_autoptr (TriImage) expected = move_around (code, size[2], size[3]);
      assert_near (other, expected);
      g_autoptr (TriImage) trust = make_noise (size[0], size[1], 3);
      for (gsize p = 0; p < tri_image_n_bytes (trust); p++)
        trust->pixels[p] %= 3;
      g_autoptr (TriImage) moved_trust = move_around (trust, size[2], size[3]);
      g_assert_true (tri_cnn_chaos_decode (nets[1], code, trust, picture, meet, NULL, NULL));
      g_assert_true (tri_cnn_chaos_decode (nets[1], expected, moved_trust, moved, meet, NULL, NULL));
      g_autoptr (TriImage) restored = move_around (picture, size[2], size[3]);
      assert_near (moved, restored);
    }
  tri_net_free (nets[0]);
  tri_net_free (nets[1]);
}

static TriImage *
load_vector (const char *name, TriSealed **sealed)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  TriImage *picture = NULL;
  if (sealed != NULL)
    *sealed = tri_sealed_load (file, tri_cipher_find_specs, NULL, &error);
  else
    picture = tri_picture_load (file, NULL, &error);
  g_assert_no_error (error);
  return picture;
}

/* A file of the first version, whose networks saw nothing beyond the edges, and what that version made of it: the file is
 * "triptych-cli encrypt --cipher cnn-chaos --param model=digits" of a colour picture with alpha, 61 × 47. */
static void
test_first_version (void)
{
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "an old key", 10, NULL);
  g_autoptr (TriSealed) sealed = NULL;
  load_vector ("cnn-chaos-first.png", &sealed);
  g_autoptr (TriImage) expected = load_vector ("cnn-chaos-first-opened.png", NULL), back = open (sealed, key);
  assert_near (expected, back);
  guint8 edges[] = { TRI_CNN_CHAOS_DIGITS, TRI_CNN_CHAOS_EDGES_MEET };
  tri_sealed_set_side (sealed, "model", edges, sizeof edges);
  g_autoptr (TriImage) otherwise = open (sealed, key);
  g_assert_cmpfloat (model_fixture_psnr (expected, otherwise), <, 45);
}

static void
test_floors (void)
{
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "floor", 5, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (floors); i++)
    {
      g_autoptr (TriImage) picture = model_fixture_sample (floors[i].sample);
      g_autoptr (TriSealed) sealed = model_fixture_hide ("cnn-chaos", picture, key);
      g_autoptr (TriImage) back = open (sealed, key);
      g_test_message ("%s: %.2f dB, SSIM %.4f", floors[i].sample, model_fixture_psnr (picture, back), ssim_of (picture, back));
      g_assert_cmpfloat (model_fixture_psnr (picture, back), >=, floors[i].floor);
      g_assert_cmpfloat (ssim_of (picture, back), >=, floors[i].ssim);
    }
}

/* Without damage, what is unmasked is the encoder's code, whatever the picture's shape; a changed value changes one of it, and as
 * much as is said. */
static void
test_unmask (void)
{
  static const guint channels[] = { 1, 2, 3, 4 };
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "unmask", 6, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (channels); i++)
    {
      g_autoptr (TriImage) picture = make_noise (13, 9, channels[i]);
      g_autoptr (TriSealed) sealed = model_fixture_hide ("cnn-chaos", picture, key);
      g_autoptr (TriImage) visible = tri_image_copy (sealed->visible, NULL);
      double gain, sum = 0;
      guint n_changed = 0;
      g_autoptr (TriTensor) code = tri_cipher_unmask (sealed, key, &gain, NULL, NULL);
      visible->pixels[0] = (guint8) (visible->pixels[0] > 127 ? visible->pixels[0] - 1 : visible->pixels[0] + 1);
      g_autoptr (TriSealed) changed = tri_sealed_with_visible (sealed, visible);
      g_autoptr (TriTensor) other = tri_cipher_unmask (changed, key, &gain, NULL, NULL);
      g_assert_true (code->shape.w == 13 && code->shape.h == 9 && code->shape.c == tri_image_n_colours (picture));
      for (gsize k = 0; k < tri_tensor_size (code); k++)
        {
          g_assert_cmpfloat (fabsf (code->data[k] - 127.5f), <=, 127.51);
          double difference = fabs ((double) code->data[k] - (double) other->data[k]);
          sum += difference;
          n_changed += difference > 0;
        }
      g_assert_cmpuint (n_changed, <=, 1); /* none, where the value is one beyond the picture, which sides that are odd have */
      g_assert_cmpfloat_with_epsilon (sum, n_changed * gain, 1e-4);
      g_assert_cmpfloat_with_epsilon (gain, 255 / 191., 1e-4);
    }
}

/* Returns: with grey planes one below another */
static TriSealed *
hide_planes (const TriImage *picture, const TriKey *key)
{
  const TriCipher *cipher = tri_cipher_find ("cnn-chaos");
  g_autoptr (TriParams) params = tri_params_new (cipher->params);
  static const guint8 salt[TRI_SALT_SIZE] = { 1 }, nonce[TRI_NONCE_SIZE] = { 2 };
  const TriFresh fresh = { salt, nonce };
  g_autoptr (GError) error = NULL;
  g_assert_true (tri_params_set_text (params, "layout", "planes", NULL));
  TriSealed *sealed = tri_cipher_encrypt (cipher, picture, key, params, &fresh, NULL, &error);
  g_assert_no_error (error);
  return sealed;
}

/* Planes one below another are the same code: what is restored, unmasked, and laid over the original is what it is in colour, whatever
 * the picture's shape; and of a grey picture the file is the same. */
static void
test_planes (void)
{
  static const guint sizes[][2] = { { 1, 1 }, { 3, 9 }, { 40, 26 }, { 63, 41 } };
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "planes", 6, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint channels = 1; channels <= 4; channels++)
      {
        guint w = sizes[i][0], h = sizes[i][1], n = channels < 3 ? 1 : 3;
        g_autoptr (TriImage) picture = make_noise (w, h, channels);
        g_autoptr (TriSealed) colour = model_fixture_hide ("cnn-chaos", picture, key), planes = hide_planes (picture, key);
        g_assert_cmpuint (planes->visible->channels, ==, 1);
        g_assert_cmpuint (planes->visible->height, ==, colour->visible->height * n);
        g_autoptr (TriImage) one = open (colour, key), other = open (planes, key);
        g_assert_true (tri_image_equal (one, other));
        double gain;
        g_autoptr (TriTensor) code = tri_cipher_unmask (colour, key, &gain, NULL, NULL);
        g_autoptr (TriTensor) same = tri_cipher_unmask (planes, key, &gain, NULL, NULL);
        g_assert_cmpuint (tri_tensor_size (code), ==, tri_tensor_size (same));
        g_assert_true (memcmp (code->data, same->data, tri_tensor_size (code) * sizeof (float)) == 0);
        gboolean scaled[2];
        const TriCipher *cipher = tri_cipher_find ("cnn-chaos");
        g_autoptr (TriImage) over = tri_cipher_lay (cipher, colour->params, colour->visible, w, h, channels, &scaled[0], NULL);
        g_autoptr (TriImage) laid = tri_cipher_lay (cipher, planes->params, planes->visible, w, h, channels, &scaled[1], NULL);
        g_assert_true (tri_image_equal (over, laid));
        g_assert_true (!scaled[0] && !scaled[1]);
        for (guint y = 0; y < h; y++)
          for (guint x = 0; x < w; x++)
            g_assert_cmpuint (over->pixels[y * tri_image_stride (over) + (gsize) x * channels], ==,
                              colour->visible->pixels[y * tri_image_stride (colour->visible) + (gsize) x * n]);
      }
}

/* What is laid may be anything. */
static void
test_laying_others (void)
{
  const TriCipher *cipher = tri_cipher_find ("cnn-chaos");
  g_autoptr (TriParams) params = tri_params_new (cipher->params);
  for (guint layout = 0; layout < 2; layout++)
    for (guint i = 0; i < 64; i++)
      {
        g_assert_true (tri_params_set (params, "layout", layout, NULL));
        g_autoptr (TriImage) noise = make_noise (1 + i % 5, 1 + i, 1 + i / 16);
        g_autoptr (TriImage) laid = tri_cipher_lay (cipher, params, noise, 4, 7, 1 + i % 4, NULL, NULL);
        g_assert_true (laid->width == 4 && laid->height == 7 && laid->channels == 1 + i % 4);
      }
}

/* In a file that says otherwise than its picture is, or the other way round, nothing is read beyond an end. */
static void
test_other_layout (void)
{
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "layout", 6, NULL);
  g_autoptr (TriImage) picture = make_noise (16, 10, 3);
  g_autoptr (TriSealed) colour = model_fixture_hide ("cnn-chaos", picture, key), planes = hide_planes (picture, key);
  TriSealed *sealed[] = { colour, planes };
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TriImage) cut = tri_image_match (planes->visible, 16, 29, 1, NULL);
      g_autoptr (TriSealed) cropped = tri_sealed_with_visible (planes, cut);
      g_assert_null (tri_cipher_decrypt (cropped, key, NULL, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
      g_clear_error (&error);
      g_assert_true (tri_params_set (sealed[i]->params, "layout", i == 0 ? 1 : 0, NULL));
      g_assert_null (tri_cipher_decrypt (sealed[i], key, NULL, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
    }
}

/* Planes that would be too large below one another: it is said what to do. */
static void
test_planes_too_large (void)
{
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "large", 5, NULL);
  g_autoptr (TriImage) picture = make_noise (2, TRI_IMAGE_MAX_SIDE / 2, 3);
  const TriCipher *cipher = tri_cipher_find ("cnn-chaos");
  g_autoptr (TriParams) params = tri_params_new (cipher->params);
  g_autoptr (GError) error = NULL;
  g_assert_true (tri_params_parse (params, "layout=planes", NULL) && tri_params_parse (params, "model=digits", NULL));
  g_assert_null (tri_cipher_encrypt (cipher, picture, key, params, NULL, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "in colour"));
}

/* A file that names a model, or edges, that there aren't is refused. */
static void
test_other_model (void)
{
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "model", 5, NULL);
  g_autoptr (TriImage) picture = make_noise (8, 8, 1);
  g_autoptr (TriSealed) sealed = model_fixture_hide ("cnn-chaos", picture, key);
  static const guint8 sides[][3] = { { TRI_N_CNN_CHAOS }, { TRI_N_CNN_CHAOS, 1 }, { 0, TRI_CNN_CHAOS_EDGES_MEET + 1 }, { 255, 255 },
                                     { 0, 1, 0 } };
  static const gsize lengths[] = { 1, 2, 2, 2, 3 };
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    {
      g_autoptr (GError) error = NULL;
      tri_sealed_set_side (sealed, "model", sides[i], lengths[i]);
      g_assert_null (tri_cipher_decrypt (sealed, key, NULL, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
    }
}

/* The nets and their optimisers, as a training has them. */
typedef struct {
  TriNet *nets[2];
  TriAdam *adams[2];
  TriPass *encode, *decode;
} Pair;

static void
pair_init (Pair *pair, const TriWeights *weights, TriShape shape)
{
  TriAdamConfig config = { TRI_ADAM_DEFAULTS, .rate = 1e-4f };
  TriShape shapes[] = { shape, shape };
  for (guint i = 0; i < 2; i++)
    {
      g_autofree TriLayer *layers = tri_cnn_chaos_layers (i == 0 ? TRI_CNN_CHAOS_ENCODER : TRI_CNN_CHAOS_DECODER);
      pair->nets[i] = tri_net_new (layers, NULL);
      g_assert_true (tri_net_read_weights (pair->nets[i], weights, NULL));
      pair->adams[i] = tri_adam_new (pair->nets[i], &config, NULL);
    }
  pair->encode = tri_pass_new (pair->nets[0], TRI_PASS_TRAIN, shapes, NULL);
  pair->decode = tri_pass_new (pair->nets[1], TRI_PASS_TRAIN | TRI_PASS_INPUT_GRADIENTS, shapes, NULL);
}

static void
pair_clear (Pair *pair)
{
  tri_pass_free (pair->encode);
  tri_pass_free (pair->decode);
  for (guint i = 0; i < 2; i++)
    {
      tri_adam_free (pair->adams[i]);
      tri_net_free (pair->nets[i]);
    }
}

/* What PyTorch was given as damage, and the gradient's way back through it. */
static void
arrive (const TriTensor *code, const TriTensor *added, const TriTensor *trust, TriTensor *values)
{
  for (gsize i = 0; i < tri_tensor_size (code); i++)
    values->data[i] = trust->data[i] > 0
                          ? tri_cnn_chaos_value (tri_cnn_chaos_level (code->data[i]) + (guint) (int) added->data[i]) : 0;
}

static void
go_back (Pair *pair, const TriTensor *trust)
{
  g_assert_true (tri_pass_backward (pair->decode, NULL, NULL));
  const TriTensor *from = tri_pass_get_input_gradient (pair->decode, 0), *code = tri_pass_get_output (pair->encode, NULL);
  TriTensor *to = tri_pass_get_output_gradient (pair->encode, NULL);
  for (gsize i = 0; i < tri_tensor_size (to); i++)
    to->data[i] += trust->data[i] > 0 && fabsf (code->data[i]) <= 1 ? from->data[i] : 0;
  g_assert_true (tri_pass_backward (pair->encode, NULL, NULL));
}

/* Forward, gradients and ten steps of Adam through both networks and the channel between them. */
static void
test_pytorch (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "cnn-chaos.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriWeights) vectors = tri_weights_load (path, &error);
  g_assert_no_error (error);
  g_autoptr (TriStored) stored = tri_model_store_load ("cnn-chaos-digits", NULL, &error);
  g_assert_no_error (error);
  TriTensor picture = model_fixture_view (vectors, "picture"), added = model_fixture_view (vectors, "added"),
            trust = model_fixture_view (vectors, "trust");
  TriTensor code = model_fixture_view (vectors, "code"), restored = model_fixture_view (vectors, "restored");
  const TriNamed *losses = tri_weights_find (vectors, "losses");
  g_autoptr (TriTensor) values = tri_tensor_new (picture.shape, NULL);
  Pair pair;
  pair_init (&pair, stored->weights, picture.shape);
  tri_pass_set_input (pair.encode, 0, &picture);
  for (guint step = 0; step < losses->size; step++)
    {
      g_assert_true (tri_pass_forward (pair.encode, NULL, NULL));
      arrive (tri_pass_get_output (pair.encode, NULL), &added, &trust, values);
      tri_pass_set_input (pair.decode, 0, values);
      tri_pass_set_input (pair.decode, 1, &trust);
      g_assert_true (tri_pass_forward (pair.decode, NULL, NULL));
      TriLoss loss = { .kind = TRI_LOSS_MSE, .x = tri_pass_get_output (pair.decode, NULL), .target = &picture, .weight = 1,
                       .gradient = tri_pass_get_output_gradient (pair.decode, NULL) };
      double value = tri_loss (&loss);
      if (step == 0)
        {
          model_fixture_compare ("code", tri_pass_get_output (pair.encode, NULL)->data, code.data,
                                 tri_tensor_size (&code), 1e-4);
          model_fixture_compare ("restored", loss.x->data, restored.data, tri_tensor_size (&restored), 1e-2);
        }
      g_test_message ("step %u: %.7g, PyTorch %.7g", step, value, losses->values[step]);
      g_assert_cmpfloat (fabs (value / losses->values[step] - 1), <, 0.01); /* a code may round the other way */
      go_back (&pair, &trust);
      if (step == 0)
        g_assert_cmpuint (model_fixture_compare_gradients (pair.nets[0], vectors)
                            + model_fixture_compare_gradients (pair.nets[1], vectors), ==, 5);
      g_assert_true (tri_adam_step (pair.adams[0], &error) && tri_adam_step (pair.adams[1], &error));
    }
  pair_clear (&pair);
}

/* A hundred steps of training on eight small pictures, from nothing: the loss falls, and what it is told never changes. */
static void
test_learns (void)
{
  const TriModel *model = tri_model_find ("cnn-chaos", NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriParams) params = tri_params_new (model->params);
  g_autoptr (TriTensor) batch = tri_tensor_new ((TriShape) { 8, 16, 16, 1 }, NULL);
  g_autoptr (TriTensor) out = tri_tensor_copy (batch, NULL);
  for (gsize i = 0; i < tri_tensor_size (batch); i++)
    batch->data[i] = sinf ((float) (i % 16) * (float) (1 + i / 256) / 9) * cosf ((float) (i / 16 % 16) / 4);
  double losses[2][2];
  for (guint round = 0; round < 2; round++)
    {
      g_autoptr (TriLearner) learner = tri_learner_new (model, params, 5, &error);
      g_assert_no_error (error);
      TriAdamConfig config = { TRI_ADAM_DEFAULTS, .rate = 1e-3f };
      tri_learner_set_rates (learner, &config);
      TriRng rng = tri_rng (3, 0);
      g_assert_true (model->prepare (learner, batch, NULL, NULL));
      g_assert_true (model->validate (learner, batch, out, &losses[round][0], NULL, &error));
      for (guint step = 0; step < 100; step++)
        {
          double value;
          g_assert_true (model->step (learner, batch, &rng, &value, NULL, &error));
        }
      g_assert_true (model->validate (learner, batch, out, &losses[round][1], NULL, &error));
    }
  g_test_message ("%g to %g", losses[0][0], losses[0][1]);
  g_assert_cmpfloat (losses[0][1], <, 0.6 * losses[0][0]);
  g_assert_cmpfloat (losses[0][0], ==, losses[1][0]);
  g_assert_cmpfloat (losses[0][1], ==, losses[1][1]);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/cnn-chaos/mask", test_mask);
  g_test_add_func ("/model/cnn-chaos/damage-stays", test_damage_stays);
  g_test_add_func ("/model/cnn-chaos/mask-of-planes", test_mask_of_planes);
  g_test_add_func ("/model/cnn-chaos/uniform", test_uniform);
  g_test_add_func ("/model/cnn-chaos/wrong-bits", test_wrong_bits);
  g_test_add_func ("/model/cnn-chaos/wrong-keys-show-nothing", test_wrong_keys_show_nothing);
  g_test_add_func ("/model/cnn-chaos/edges-meet", test_edges_meet);
  g_test_add_func ("/model/cnn-chaos/first-version", test_first_version);
  g_test_add_func ("/model/cnn-chaos/floors", test_floors);
  g_test_add_func ("/model/cnn-chaos/unmask", test_unmask);
  g_test_add_func ("/model/cnn-chaos/planes", test_planes);
  g_test_add_func ("/model/cnn-chaos/laying-others", test_laying_others);
  g_test_add_func ("/model/cnn-chaos/other-layout", test_other_layout);
  g_test_add_func ("/model/cnn-chaos/planes-too-large", test_planes_too_large);
  g_test_add_func ("/model/cnn-chaos/other-model", test_other_model);
  g_test_add_func ("/model/cnn-chaos/pytorch", test_pytorch);
  g_test_add_func ("/model/cnn-chaos/learns", test_learns);
  return g_test_run ();
}
