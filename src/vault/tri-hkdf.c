/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-hkdf.h"

#include <sodium.h>
#include <string.h>

/* @salt: (nullable): NULL with a @salt_size of 0 */
void
tri_hkdf_extract (const guint8 *salt, gsize salt_size, const guint8 *ikm, gsize ikm_size, guint8 prk[TRI_HKDF_SIZE])
{
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init (&state, salt != NULL ? salt : (const guint8 *) "", salt_size);
  crypto_auth_hmacsha256_update (&state, ikm, ikm_size);
  crypto_auth_hmacsha256_final (&state, prk);
  sodium_memzero (&state, sizeof state);
}

/* @out_size: at most 255 × 32 */
void
tri_hkdf_expand (const guint8 prk[TRI_HKDF_SIZE], const guint8 *info, gsize info_size, guint8 *out, gsize out_size)
{
  guint8 block[TRI_HKDF_SIZE];
  g_return_if_fail (out_size <= 255 * TRI_HKDF_SIZE);
  for (guint8 counter = 1; out_size > 0; counter++)
    {
      crypto_auth_hmacsha256_state state;
      crypto_auth_hmacsha256_init (&state, prk, TRI_HKDF_SIZE);
      if (counter > 1)
        crypto_auth_hmacsha256_update (&state, block, sizeof block);
      crypto_auth_hmacsha256_update (&state, info, info_size);
      crypto_auth_hmacsha256_update (&state, &counter, 1);
      crypto_auth_hmacsha256_final (&state, block);
      sodium_memzero (&state, sizeof state);
      gsize n = MIN (out_size, sizeof block);
      memcpy (out, block, n);
      out += n;
      out_size -= n;
    }
  sodium_memzero (block, sizeof block);
}

void
tri_hkdf (const guint8 *salt, gsize salt_size, const guint8 *ikm, gsize ikm_size, const char *info, guint8 *out,
          gsize out_size)
{
  guint8 prk[TRI_HKDF_SIZE];
  tri_hkdf_extract (salt, salt_size, ikm, ikm_size, prk);
  tri_hkdf_expand (prk, (const guint8 *) info, strlen (info), out, out_size);
  sodium_memzero (prk, sizeof prk);
}
