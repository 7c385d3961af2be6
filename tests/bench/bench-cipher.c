/* A logistic keystream for 512 × 512, and XChaCha20-Poly1305 over a 12-megapixel colour picture beside libsodium's
 * one call on the same bytes (its lines begin with "peer:").
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include "bench.h"
#include "tri-logistic-map.h"

#include <sodium.h>
#include <string.h>

typedef struct {
  TriImage *image;
  TriKey *key;
  guint8 *out, raw_key[32], nonce[24];
} Aead;

static void
do_keystream (gpointer data)
{
  static const TriLogisticKey key = { .r = 3.99, .x0 = 0.4 };
  TriLogisticMap map = tri_logistic_map (&key, TRI_LOGISTIC_DOUBLE);
  tri_logistic_bytes (&map, TRI_LOGISTIC_TIMES_256, data, 512 * 512);
}

static void
do_cipher (gpointer data)
{
  Aead *aead = data;
  const TriCipher *cipher = tri_cipher_find ("xchacha20-poly1305");
  g_autoptr (TriSealed) sealed = tri_cipher_encrypt (cipher, aead->image, aead->key, NULL, NULL, NULL, NULL);
  g_assert (sealed != NULL);
}

/* Into pages that are new each time, as a new picture's are. */
static void
do_bare (gpointer data)
{
  Aead *aead = data;
  gsize n = tri_image_n_bytes (aead->image);
  guint8 *out = g_malloc (n + crypto_aead_xchacha20poly1305_ietf_ABYTES);
  crypto_aead_xchacha20poly1305_ietf_encrypt (out, NULL, aead->image->pixels, n, NULL, 0, NULL, aead->nonce,
                                              aead->raw_key);
  g_free (out);
}

static void
do_bare_warm (gpointer data)
{
  Aead *aead = data;
  crypto_aead_xchacha20poly1305_ietf_encrypt (aead->out, NULL, aead->image->pixels, tri_image_n_bytes (aead->image),
                                              NULL, 0, NULL, aead->nonce, aead->raw_key);
}

int
main (void)
{
  if (sodium_init () < 0)
    return 1;
  g_autofree guint8 *stream = g_malloc (512 * 512);
  bench ("logistic keystream, 512x512", do_keystream, stream);

  Aead aead = { .image = tri_image_new (4000, 3000, 3, NULL) };
  gsize n = tri_image_n_bytes (aead.image);
  randombytes_buf (aead.image->pixels, n);
  aead.key = tri_key_new_file ((const guint8 *) "bench", 5, NULL);
  aead.out = g_malloc0 (n + crypto_aead_xchacha20poly1305_ietf_ABYTES);
  bench ("xchacha20-poly1305, 12 MP", do_cipher, &aead);
  bench ("peer:xchacha20-poly1305, 12 MP", do_bare_warm, &aead);
  bench ("xchacha20-poly1305, 12 MP, to new memory", do_cipher, &aead);
  bench ("peer:xchacha20-poly1305, 12 MP, to new memory", do_bare, &aead);
  return 0;
}
