/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "statistics-fixture.h"

#include <string.h>

#include "tri-error.h"

/* The picture of make-statistics.py: discs on a ramp with noise. */
TriImage *
statistics_picture (guint width, guint height, guint channels, guint32 seed)
{
  TriImage *picture = tri_image_new (width, height, channels, NULL);
  guint8 *p = picture->pixels;
  for (int y = 0; y < (int) height; y++)
    for (int x = 0; x < (int) width; x++)
      for (int c = 0; c < (int) channels; c++)
        {
          gboolean near = (x - 30) * (x - 30) + (y - 30) * (y - 30) < 400;
          gboolean far = (x - 70) * (x - 70) + (y - 45) * (y - 45) < 350;
          int base = 40 + (x + 2 * y) / 4 + 20 * c;
          int value = near ? 190 - 30 * c + y / 4 : far ? 110 + 50 * c - x / 3 : base;
          seed = seed * 1664525u + 1013904223u;
          value += (int) (seed >> 24) / 16 - 8;
          *p++ = (guint8) CLAMP (value, 0, 255);
        }
  return picture;
}

/* Returns: (transfer full) (element-type double): the numbers of a line of vectors/statistics.txt */
GArray *
statistics_vector (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "statistics.txt", NULL), *text = NULL;
  g_autoptr (GError) error = NULL;
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_auto (GStrv) words = g_strsplit (lines[i], " ", -1);
      for (guint w = 1; words[0] != NULL && strcmp (words[0], name) == 0 && words[w] != NULL; w++)
        {
          double value = g_ascii_strtod (words[w], NULL);
          g_array_append_val (numbers, value);
        }
    }
  g_assert_cmpuint (numbers->len, >, 0);
  return numbers;
}

double
statistics_number (const char *name)
{
  g_autoptr (GArray) numbers = statistics_vector (name);
  g_assert_cmpuint (numbers->len, ==, 1);
  return g_array_index (numbers, double, 0);
}

TriKey *
statistics_key (const char *text)
{
  return tri_key_new_file ((const guint8 *) text, strlen (text), NULL);
}

/* @assignments: "id=value id=value", or "" for the defaults. Salt and nonce are fixed. */
TriSealed *
statistics_seal (const char *cipher, const TriImage *picture, const TriKey *key, const char *assignments)
{
  static const guint8 salt[TRI_SALT_SIZE] = "statistics", nonce[TRI_NONCE_SIZE] = "statistics";
  const TriFresh fresh = { salt, nonce };
  const TriCipher *found = tri_cipher_find (cipher);
  g_autoptr (TriParams) params = tri_params_new (found->params);
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) words = g_strsplit (assignments, " ", -1);
  for (guint i = 0; words[i] != NULL && words[i][0] != '\0'; i++)
    g_assert_true (tri_params_parse (params, words[i], &error));
  TriSealed *sealed = tri_cipher_encrypt (found, picture, key, params, &fresh, NULL, &error);
  g_assert_no_error (error);
  return sealed;
}

TriImage *
statistics_open (const TriSealed *sealed, const TriKey *key)
{
  g_autoptr (GError) error = NULL;
  TriImage *image = tri_cipher_decrypt (sealed, key, NULL, &error);
  g_assert_no_error (error);
  return image;
}

double
statistics_mse (const TriImage *a, const TriImage *b)
{
  double sum = 0;
  gsize n = tri_image_n_bytes (a);
  g_assert_true (tri_image_same_shape (a, b));
  for (gsize i = 0; i < n; i++)
    sum += (a->pixels[i] - b->pixels[i]) * (a->pixels[i] - b->pixels[i]);
  return sum / (double) n;
}

GPtrArray *
statistics_inspect (const TriImage *picture, const TriSealed *sealed, const TriKey *key)
{
  g_autoptr (GError) error = NULL;
  GPtrArray *cards = tri_cipher_inspect (picture, sealed, key, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (cards->len, >, 0);
  return cards;
}

/* Returns: (nullable): the first fact whose label starts with @label */
const char *
statistics_fact (const GPtrArray *cards, const char *label)
{
  for (guint i = 0; i < cards->len; i++)
    {
      const TriInsight *card = cards->pdata[i];
      for (guint f = 0; card->facts != NULL && f < card->facts->len; f += 2)
        if (g_str_has_prefix (card->facts->pdata[f], label))
          return card->facts->pdata[f + 1];
    }
  return NULL;
}

static void
check_refused (const TriSealed *sealed, const TriKey *key, TriError code)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (tri_cipher_decrypt (sealed, key, NULL, &error));
  g_assert_error (error, TRI_ERROR, (int) code);
}

/* Sealed: a wrong key is refused. Open: any key gives the same picture. */
static void
check_seal (const char *cipher, const char *variant)
{
  g_autoptr (TriKey) key = statistics_key ("right"), wrong = statistics_key ("wrong");
  g_autoptr (TriImage) picture = statistics_picture (40, 30, 4, 3);
  g_autofree char *left_open = g_strconcat (variant, " seal=no", NULL);
  g_autoptr (TriSealed) sealed = statistics_seal (cipher, picture, key, variant);
  g_autoptr (TriSealed) open = statistics_seal (cipher, picture, key, g_strstrip (left_open));
  g_autoptr (TriImage) a = statistics_open (sealed, key), b = statistics_open (open, key), c = statistics_open (open, wrong);
  check_refused (sealed, wrong, TRI_ERROR_WRONG_KEY);
  g_assert_true (tri_image_equal (a, b));
  g_assert_true (tri_image_equal (a, c));
  for (gsize i = 3; i < tri_image_n_bytes (a); i += 4)
    g_assert_cmpuint (a->pixels[i], ==, picture->pixels[i]);
}

/* With the residual every bit comes back or nothing does: a changed visible picture is noticed, by any wrong key too. */
static void
check_lossless (const char *cipher, const char *variant)
{
  static const guint sizes[][2] = { { 1, 1 }, { 1, 9 }, { 200, 1 }, { 8, 8 }, { 15, 17 }, { 613, 431 } };
  g_autoptr (TriKey) key = statistics_key ("right"), wrong = statistics_key ("wrong");
  g_autofree char *kept = g_strconcat (variant, variant[0] ? " " : "", "lossless=yes", NULL);
  g_autofree char *kept_open = g_strconcat (kept, " seal=no", NULL);
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (guint channels = sizes[s][0] > 300 ? 4 : 1; channels <= 4; channels++)
      {
        g_autoptr (TriImage) picture = statistics_picture (sizes[s][0], sizes[s][1], channels, s);
        g_autoptr (TriSealed) sealed = statistics_seal (cipher, picture, key, s % 2 ? kept : kept_open);
        g_autoptr (TriImage) back = statistics_open (sealed, key);
        g_assert_true (tri_image_equal (picture, back));
        check_refused (sealed, wrong, TRI_ERROR_WRONG_KEY);
        sealed->visible->pixels[0] ^= 1;
        check_refused (sealed, key, TRI_ERROR_WRONG_KEY);
      }
}

/* An open model is read as it lies in the file: each byte changed in turn, cut short, and claiming to be huge. */
static void
check_hostile (const char *cipher, const char *variant)
{
  g_autoptr (TriKey) key = statistics_key ("right");
  g_autoptr (TriImage) picture = statistics_picture (40, 30, 3, 3);
  g_autofree char *left_open = g_strconcat (variant, " seal=no", NULL);
  g_autoptr (TriSealed) sealed = statistics_seal (cipher, picture, key, g_strstrip (left_open));
  g_autoptr (GBytes) model = g_bytes_ref (tri_sealed_get_side (sealed, "model"));
  gsize size;
  const guint8 *bytes = g_bytes_get_data (model, &size);
  for (gsize at = 0; at < 8; at++) /* the size when open: a bomb that says 2^60 must not be believed */
    {
      guint8 *copy = g_memdup2 (bytes, size);
      copy[at] ^= at < 7 ? 0xff : 0x10;
      tri_sealed_take_side (sealed, "model", g_bytes_new_take (copy, size));
      check_refused (sealed, key, TRI_ERROR_DAMAGED);
    }
  for (gsize cut = 1; cut < size; cut += 1 + size / 50)
    {
      tri_sealed_set_side (sealed, "model", bytes, size - cut);
      check_refused (sealed, key, TRI_ERROR_DAMAGED);
    }
}

/* Flat pictures have nothing to fit, and come back exactly. */
static void
check_flat (const char *cipher, const char *variant)
{
  g_autoptr (TriKey) key = statistics_key ("right");
  for (guint channels = 1; channels <= 4; channels++)
    {
      g_autoptr (TriImage) picture = tri_image_new (33, 20, channels, NULL);
      for (gsize i = 0; i < tri_image_n_bytes (picture); i++)
        picture->pixels[i] = (guint8) (i % channels * 70 + 20);
      g_autoptr (TriSealed) sealed = statistics_seal (cipher, picture, key, variant);
      g_autoptr (TriImage) back = statistics_open (sealed, key);
      g_assert_true (tri_image_equal (picture, back));
    }
}

/* @variants: ends with NULL, each as in statistics_seal() without seal and lossless */
void
statistics_check_shared (const char *cipher, const char *const *variants)
{
  for (guint i = 0; variants[i] != NULL; i++)
    {
      g_test_message ("%s %s", cipher, variants[i]);
      check_seal (cipher, variants[i]);
      check_lossless (cipher, variants[i]);
      check_hostile (cipher, variants[i]);
      check_flat (cipher, variants[i]);
    }
}
