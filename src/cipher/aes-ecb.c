/* AES-256 in electronic codebook mode (NIST SP 800-38A, section 6.1) over the pixels as they lie in memory, channels
 * interleaved: every 16 bytes on their own, so equal blocks of the picture are equal blocks of the ciphertext. 16 bytes
 * are 16 grey pixels, 4 of RGBA, and 5⅓ of RGB, whose flat areas therefore repeat every 3 blocks (48 bytes, 16 pixels).
 * The last block is filled up with zeros; what its ciphertext has beyond the picture's bytes is the side data "rest".
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-aes.h"
#include "tri-cipher-checks.h"
#include "tri-ecb-blocks.h"

#define CONTEXT "aes-ecb key"
#define BLOCK TRI_AES_BLOCK_SIZE

static gboolean
encrypt (const TriImage *in, const TriKey *key, const TriParams *params, TriSealed *out, TriProgress *progress,
         GError **error)
{
  guint8 subkey[TRI_AES_KEY_SIZE], last[BLOCK] = { 0 };
  gsize size = tri_image_n_bytes (in), tail = size % BLOCK, whole = size - tail;
  out->visible = tri_image_new (in->width, in->height, in->channels, error);
  if (out->visible == NULL || !tri_key_derive (key, out->salt, CONTEXT, subkey, sizeof subkey, error))
    return FALSE;
  gboolean good = tri_aes256_ecb (subkey, FALSE, in->pixels, out->visible->pixels, whole / BLOCK, progress, error);
  if (good && tail > 0)
    {
      memcpy (last, in->pixels + whole, tail);
      good = tri_aes256_ecb (subkey, FALSE, last, last, 1, NULL, error);
      memcpy (out->visible->pixels + whole, last, tail);
      tri_sealed_set_side (out, "rest", last + tail, BLOCK - tail);
    }
  sodium_memzero (subkey, sizeof subkey);
  return good;
}

static gboolean
decrypt (const TriSealed *in, const TriKey *key, TriImage **out, TriProgress *progress, GError **error)
{
  if (!tri_sealed_require_same_shape (in, error))
    return FALSE;
  guint8 subkey[TRI_AES_KEY_SIZE], last[BLOCK];
  gsize size = tri_image_n_bytes (in->visible), tail = size % BLOCK, whole = size - tail;
  GBytes *rest = NULL;
  if (tail > 0 && (rest = tri_sealed_require_side (in, "rest", BLOCK - tail, BLOCK - tail, error)) == NULL)
    return FALSE;
  g_autoptr (TriImage) image = tri_image_new (in->width, in->height, in->channels, error);
  if (image == NULL || !tri_key_derive (key, in->salt, CONTEXT, subkey, sizeof subkey, error))
    return FALSE;
  gboolean good = tri_aes256_ecb (subkey, TRUE, in->visible->pixels, image->pixels, whole / BLOCK, progress, error);
  if (good && tail > 0)
    {
      memcpy (last, in->visible->pixels + whole, tail);
      memcpy (last + tail, g_bytes_get_data (rest, NULL), BLOCK - tail);
      good = tri_aes256_ecb (subkey, TRUE, last, last, 1, NULL, error);
      memcpy (image->pixels + whole, last, tail);
      sodium_memzero (last, sizeof last);
    }
  sodium_memzero (subkey, sizeof subkey);
  if (!good)
    return FALSE;
  *out = g_steal_pointer (&image);
  return TRUE;
}

static GPtrArray *
inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress, GError **error)
{
  TriInsight *card = tri_ecb_insight (sealed->visible, progress, error);
  if (card == NULL)
    return NULL;
  GPtrArray *cards = tri_insights_new ();
  g_ptr_array_add (cards, card);
  return cards;
}

const TriCipher tri_cipher_aes_ecb = {
  .id = "aes-ecb",
  .title = N_("AES-256, codebook mode (ECB)"),
  .summary = N_("A strong cipher used wrongly: every 16 bytes are encrypted alone"),
  .reference = "FIPS 197; NIST SP 800-38A, section 6.1",
  .family = TRI_FAMILY_PROVEN,
  .verdict = TRI_VERDICT_BREAKABLE,
  .why = N_("Equal blocks of the picture become equal blocks of the ciphertext, so outlines and flat areas can be seen "
            "without any key."),
  .flags = TRI_CIPHER_LOSSLESS,
  .encrypt = encrypt,
  .decrypt = decrypt,
  .inspect = inspect,
};
