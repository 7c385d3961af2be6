/* AES-256 against NIST SP 800-38A (F.1.5, F.5.5), and the two modules against the bare modes.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-aes.h"
#include "tri-cipher.h"
#include "tri-error.h"
#include "tri-parallel.h"

static const guint8 nist_key[32] = {
  0x60, 0x3d, 0xeb, 0x10, 0x15, 0xca, 0x71, 0xbe, 0x2b, 0x73, 0xae, 0xf0, 0x85, 0x7d, 0x77, 0x81,
  0x1f, 0x35, 0x2c, 0x07, 0x3b, 0x61, 0x08, 0xd7, 0x2d, 0x98, 0x10, 0xa3, 0x09, 0x14, 0xdf, 0xf4 };
static const guint8 nist_plain[64] = {
  0x6b, 0xc1, 0xbe, 0xe2, 0x2e, 0x40, 0x9f, 0x96, 0xe9, 0x3d, 0x7e, 0x11, 0x73, 0x93, 0x17, 0x2a,
  0xae, 0x2d, 0x8a, 0x57, 0x1e, 0x03, 0xac, 0x9c, 0x9e, 0xb7, 0x6f, 0xac, 0x45, 0xaf, 0x8e, 0x51,
  0x30, 0xc8, 0x1c, 0x46, 0xa3, 0x5c, 0xe4, 0x11, 0xe5, 0xfb, 0xc1, 0x19, 0x1a, 0x0a, 0x52, 0xef,
  0xf6, 0x9f, 0x24, 0x45, 0xdf, 0x4f, 0x9b, 0x17, 0xad, 0x2b, 0x41, 0x7b, 0xe6, 0x6c, 0x37, 0x10 };
static const guint8 nist_ecb[64] = {
  0xf3, 0xee, 0xd1, 0xbd, 0xb5, 0xd2, 0xa0, 0x3c, 0x06, 0x4b, 0x5a, 0x7e, 0x3d, 0xb1, 0x81, 0xf8,
  0x59, 0x1c, 0xcb, 0x10, 0xd4, 0x10, 0xed, 0x26, 0xdc, 0x5b, 0xa7, 0x4a, 0x31, 0x36, 0x28, 0x70,
  0xb6, 0xed, 0x21, 0xb9, 0x9c, 0xa6, 0xf4, 0xf9, 0xf1, 0x53, 0xe7, 0xb1, 0xbe, 0xaf, 0xed, 0x1d,
  0x23, 0x30, 0x4b, 0x7a, 0x39, 0xf9, 0xf3, 0xff, 0x06, 0x7d, 0x8d, 0x8f, 0x9e, 0x24, 0xec, 0xc7 };
static const guint8 nist_counter[16] = {
  0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff };
static const guint8 nist_ctr[64] = {
  0x60, 0x1e, 0xc3, 0x13, 0x77, 0x57, 0x89, 0xa5, 0xb7, 0xa7, 0xf5, 0x04, 0xbb, 0xf3, 0xd2, 0x28,
  0xf4, 0x43, 0xe3, 0xca, 0x4d, 0x62, 0xb5, 0x9a, 0xca, 0x84, 0xe9, 0x90, 0xca, 0xca, 0xf5, 0xc5,
  0x2b, 0x09, 0x30, 0xda, 0xa2, 0x3d, 0xe9, 0x4c, 0xe8, 0x70, 0x17, 0xba, 0x2d, 0x84, 0x98, 0x8d,
  0xdf, 0xc9, 0xc5, 0x8d, 0xb6, 0x7a, 0xad, 0xa6, 0x13, 0xc2, 0xdd, 0x08, 0x45, 0x79, 0x41, 0xa6 };

static void
test_nist (void)
{
  guint8 out[64];
  g_assert_true (tri_aes256_ecb (nist_key, FALSE, nist_plain, out, 4, NULL, NULL));
  g_assert_cmpmem (out, 64, nist_ecb, 64);
  g_assert_true (tri_aes256_ecb (nist_key, TRUE, out, out, 4, NULL, NULL));
  g_assert_cmpmem (out, 64, nist_plain, 64);
  g_assert_true (tri_aes256_ctr (nist_key, nist_counter, nist_plain, out, 64, NULL, NULL));
  g_assert_cmpmem (out, 64, nist_ctr, 64);
  g_assert_true (tri_aes256_ctr (nist_key, nist_counter, nist_plain, out, 37, NULL, NULL));
  g_assert_cmpmem (out, 37, nist_ctr, 37);
}

/* Long enough for several grains, with a counter that carries over all 16 bytes inside them. */
static void
test_counter (void)
{
  gsize size = 16 * 20000 + 5;
  guint8 counter[16], one[16];
  memset (counter, 255, sizeof counter);
  counter[14] = 0xd0; /* 2¹²⁸ − 0x2f01 blocks to the wrap, which lies in the second grain */
  g_autofree guint8 *zeros = g_malloc0 (size), *out = g_malloc0 (size);
  g_assert_true (tri_aes256_ctr (nist_key, counter, zeros, out, size, NULL, NULL));
  for (gsize block = 0; block <= 20000; block++)
    {
      gsize n = MIN (16, size - 16 * block);
      g_assert_true (tri_aes256_ecb (nist_key, FALSE, counter, one, 1, NULL, NULL));
      g_assert_true (memcmp (out + 16 * block, one, n) == 0);
      for (int i = 15; i >= 0 && ++counter[i] == 0; i--)
        ;
    }
  g_assert_cmpuint (counter[0], ==, 0); /* it did wrap */
}

/* What the modules make is the mode over the pixels, under the derived key. */
static void
test_modules (void)
{
  static const guint8 salt[TRI_SALT_SIZE] = { 4 }, nonce[TRI_NONCE_SIZE] = { 250, 251 };
  const TriFresh fresh = { salt, nonce };
  g_autoptr (TriImage) picture = tri_image_new (7, 5, 3, NULL); /* 105 bytes: 6 blocks and 9 */
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "key", 3, NULL);
  guint8 subkey[32], padded[112] = { 0 };
  for (guint i = 0; i < 105; i++)
    padded[i] = picture->pixels[i] = (guint8) (i * i);

  g_autoptr (TriSealed) ecb = tri_cipher_encrypt (tri_cipher_find ("aes-ecb"), picture, key, NULL, &fresh, NULL, NULL);
  g_assert_true (tri_key_derive (key, salt, "aes-ecb key", subkey, 32, NULL));
  g_assert_true (tri_aes256_ecb (subkey, FALSE, padded, padded, 7, NULL, NULL));
  g_assert_cmpmem (ecb->visible->pixels, 105, padded, 105);
  GBytes *rest = tri_sealed_get_side (ecb, "rest");
  g_assert_cmpuint (g_bytes_get_size (rest), ==, 7);
  g_assert_true (memcmp (g_bytes_get_data (rest, NULL), padded + 105, 7) == 0);

  g_autoptr (TriSealed) ctr = tri_cipher_encrypt (tri_cipher_find ("aes-ctr"), picture, key, NULL, &fresh, NULL, NULL);
  g_assert_true (tri_key_derive (key, salt, "aes-ctr key", subkey, 32, NULL));
  g_assert_true (tri_aes256_ctr (subkey, nonce, picture->pixels, padded, 105, NULL, NULL));
  g_assert_cmpmem (ctr->visible->pixels, 105, padded, 105);
}

static guint
fact (const TriInsight *card, guint index)
{
  return (guint) g_ascii_strtoull (card->facts->pdata[2 * index + 1], NULL, 10);
}

/* A flat picture has 1 block in grey and 3 in RGB, and the map shows them; counter mode has none. */
static void
test_equal_blocks (void)
{
  for (guint channels = 1; channels <= 4; channels++)
    {
      g_autoptr (TriImage) picture = tri_image_new (64, 48, channels, NULL);
      g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "key", 3, NULL);
      for (gsize i = 0; i < tri_image_n_bytes (picture); i++)
        picture->pixels[i] = (guint8) (50 * (i % channels));
      g_autoptr (TriSealed) ecb = tri_cipher_encrypt (tri_cipher_find ("aes-ecb"), picture, key, NULL, NULL, NULL, NULL);
      g_autoptr (GPtrArray) cards = tri_cipher_inspect (picture, ecb, key, NULL, NULL);
      const TriInsight *card = cards->pdata[0];
      g_assert_cmpuint (fact (card, 0), ==, 64 * 48 * channels / 16);
      g_assert_cmpuint (fact (card, 1), ==, channels == 3 ? 3 : 1);
      g_assert_cmpuint (fact (card, 2), ==, 64 * 48 * channels / 16);
      const TriSeries *bars = card->chart->series->pdata[0];
      g_assert_cmpuint (bars->xs->len, ==, channels == 3 ? 3 : 1);
      g_assert_cmpfloat (g_array_index (bars->xs, double, 0), ==, 64 * 48 * channels / 16 / (channels == 3 ? 3 : 1));
      const TriImage *map = card->pictures->pdata[0];
      g_assert_cmpuint (map->width, ==, 64);
      g_assert_cmpuint (map->pixels[0], ==, 0xE6);

      g_autoptr (TriSealed) ctr = tri_cipher_encrypt (tri_cipher_find ("aes-ctr"), picture, key, NULL, NULL, NULL, NULL);
      tri_image_unref (ecb->visible);
      ecb->visible = tri_image_ref (ctr->visible);
      g_autoptr (GPtrArray) none = tri_cipher_inspect (picture, ecb, key, NULL, NULL);
      g_assert_cmpuint (fact (none->pdata[0], 2), ==, 0);
      g_assert_nonnull (((TriInsight *) none->pdata[0])->chart->empty);
    }
}

/* The forger's square in the insight: changed there and nowhere else. */
static void
test_malleable (void)
{
  g_autoptr (TriImage) picture = tri_image_new (30, 30, 4, NULL);
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "key", 3, NULL);
  g_autoptr (TriSealed) ctr = tri_cipher_encrypt (tri_cipher_find ("aes-ctr"), picture, key, NULL, NULL, NULL, NULL);
  g_autoptr (GPtrArray) cards = tri_cipher_inspect (picture, ctr, key, NULL, NULL);
  const TriImage *shown = ((TriInsight *) cards->pdata[0])->pictures->pdata[1];
  for (guint i = 0; i < 900; i++)
    {
      gboolean inside = i % 30 >= 10 && i % 30 < 20 && i / 30 >= 10 && i / 30 < 20;
      g_assert_cmpuint (shown->pixels[4 * i], ==, inside ? 0x80 : 0);
      g_assert_cmpuint (shown->pixels[4 * i + 3], ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/aes/nist", test_nist);
  g_test_add_func ("/aes/counter", test_counter);
  g_test_add_func ("/aes/modules", test_modules);
  g_test_add_func ("/aes/equal-blocks", test_equal_blocks);
  g_test_add_func ("/aes/malleable", test_malleable);
  return g_test_run ();
}
