/* XChaCha20-Poly1305 in pieces: the draft's known answer, and byte for byte what libsodium's one call gives.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <string.h>

#include "tri-cipher.h"
#include "tri-error.h"
#include "tri-parallel.h"
#include "tri-xchacha.h"

/* draft-irtf-cfrg-xchacha-03, A.3.1 */
static void
test_draft (void)
{
  static const char plain[] = "Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the "
                              "future, sunscreen would be it.";
  static const char cipher_hex[] = "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb"
                                   "731c7f1b0b4aa6440bf3a82f4eda7e39ae64c6708c54c216cb96b72e1213b452"
                                   "2f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b2383565d3fff9"
                                   "21f9664c97637da9768812f615c68b13b52e";
  static const guint8 ad_bytes[] = { 0x50, 0x51, 0x52, 0x53, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5, 0xc6, 0xc7 };
  static const char tag_hex[] = "c0875924c1c7987947deafd8780acf49";
  gsize size = sizeof plain - 1;
  guint8 key[32], nonce[24], out[114], back[114], tag[16];
  char hex[2 * 114 + 1];
  for (guint i = 0; i < 32; i++)
    key[i] = (guint8) (0x80 + i);
  for (guint i = 0; i < 24; i++)
    nonce[i] = (guint8) (0x40 + i);
  g_assert_cmpuint (size, ==, sizeof out);
  g_autoptr (GBytes) ad = g_bytes_new_static (ad_bytes, sizeof ad_bytes);
  g_assert_true (tri_xchacha_encrypt (key, nonce, ad, (const guint8 *) plain, out, size, tag, NULL, NULL));
  g_assert_cmpstr (sodium_bin2hex (hex, sizeof hex, out, size), ==, cipher_hex);
  g_assert_cmpstr (sodium_bin2hex (hex, sizeof hex, tag, 16), ==, tag_hex);
  g_assert_true (tri_xchacha_decrypt (key, nonce, ad, out, back, size, tag, NULL, NULL));
  g_assert_cmpmem (back, (int) size, plain, (int) size);
}

static void
check_size (gsize size, gsize ad_size)
{
  guint8 key[32], nonce[24], tag[16], right_tag[16];
  g_autofree guint8 *src = g_malloc (size + 1), *dst = g_malloc (size + 1), *right = g_malloc (size + 1);
  g_autofree guint8 *ad_bytes = g_malloc (ad_size + 1);
  randombytes_buf (key, sizeof key);
  randombytes_buf (nonce, sizeof nonce);
  randombytes_buf (src, size);
  randombytes_buf (ad_bytes, ad_size);
  g_autoptr (GBytes) ad = g_bytes_new (ad_bytes, ad_size);
  g_assert_true (tri_xchacha_encrypt (key, nonce, ad, src, dst, size, tag, NULL, NULL));
  crypto_aead_xchacha20poly1305_ietf_encrypt_detached (right, right_tag, NULL, src, size, ad_bytes, ad_size, NULL, nonce,
                                                       key);
  g_assert_true (memcmp (dst, right, size) == 0);
  g_assert_cmpmem (tag, 16, right_tag, 16);
  memset (dst, 0xAA, size);
  g_assert_true (tri_xchacha_decrypt (key, nonce, ad, right, dst, size, tag, NULL, NULL));
  g_assert_true (memcmp (dst, src, size) == 0);

  /* A wrong tag: refused, and not one byte of the plaintext is there. */
  g_autoptr (GError) error = NULL;
  memset (dst, 0xAA, size);
  tag[randombytes_uniform (16)] ^= (guint8) (1u << randombytes_uniform (8));
  g_assert_false (tri_xchacha_decrypt (key, nonce, ad, right, dst, size, tag, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY);
  for (gsize i = 0; i < size; i++)
    g_assert_cmpuint (dst[i], ==, 0xAA);
}

static void
test_one_call (void)
{
  static const gsize sizes[] = { 0, 1, 15, 16, 17, 63, 64, 65, 1000, 524287, 524288, 524289, 1048576, 3000001 };
  for (guint threads = 1; threads <= 5; threads += 2)
    {
      tri_parallel_set_threads (threads);
      for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
        check_size (sizes[i], (i * 37) % 100);
    }
  tri_parallel_set_threads (0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (sodium_init () < 0)
    return 1;
  g_test_add_func ("/xchacha/draft", test_draft);
  g_test_add_func ("/xchacha/one-call", test_one_call);
  return g_test_run ();
}
