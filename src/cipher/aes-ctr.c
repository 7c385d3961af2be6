/* AES-256 in counter mode (NIST SP 800-38A, section 6.5) over the pixels as they lie in memory: c = p ⊕ AES(counter),
 * AES(counter + 1), … The first 16 bytes of the header's nonce are the first counter block. No tag: changes are not
 * noticed, and that is what it is here to show. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>

#include "tri-aes.h"
#include "tri-cipher-checks.h"
#include "tri-small-copy.h"

#define CONTEXT "aes-ctr key"
#define SHOWN_SIDE 256u /* pixels; of the copies in the insight */

G_STATIC_ASSERT (TRI_NONCE_SIZE >= TRI_AES_BLOCK_SIZE);

/* Both directions. Returns: (transfer full): @in under the keystream of @sealed's salt and nonce */
static TriImage *
crypt_picture (const TriImage *in, const TriSealed *sealed, const TriKey *key, TriProgress *progress, GError **error)
{
  guint8 subkey[TRI_AES_KEY_SIZE];
  if (!tri_key_derive (key, sealed->salt, CONTEXT, subkey, sizeof subkey, error))
    return NULL;
  g_autoptr (TriImage) out = tri_image_new (in->width, in->height, in->channels, error);
  gboolean good = out != NULL && tri_aes256_ctr (subkey, sealed->nonce, in->pixels, out->pixels, tri_image_n_bytes (in),
                                                 progress, error);
  sodium_memzero (subkey, sizeof subkey);
  return good ? g_steal_pointer (&out) : NULL;
}

static gboolean
encrypt (const TriImage *in, const TriKey *key, const TriParams *params, TriSealed *out, TriProgress *progress,
         GError **error)
{
  out->visible = crypt_picture (in, out, key, progress, error);
  return out->visible != NULL;
}

static gboolean
decrypt (const TriSealed *in, const TriKey *key, TriImage **out, TriProgress *progress, GError **error)
{
  if (!tri_sealed_require_same_shape (in, error))
    return FALSE;
  *out = crypt_picture (in->visible, in, key, progress, error);
  return *out != NULL;
}

/* Inverts the highest bit of every byte in the middle third of the rows and columns. */
static void
tamper (TriImage *image)
{
  gsize stride = tri_image_stride (image);
  gsize x0 = (gsize) (image->width / 3) * image->channels, x1 = (gsize) (image->width - image->width / 3) * image->channels;
  guint colours = tri_image_n_colours (image);
  for (guint y = image->height / 3; y < image->height - image->height / 3; y++)
    for (gsize x = x0; x < x1; x++)
      if (x % image->channels < colours)
        image->pixels[y * stride + x] ^= 0x80;
}

static GPtrArray *
inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress, GError **error)
{
  g_autoptr (TriImage) small = tri_image_small_copy (original, SHOWN_SIDE, error);
  g_autoptr (TriImage) hidden = small != NULL ? crypt_picture (small, sealed, key, progress, error) : NULL;
  if (hidden == NULL)
    return NULL;
  tamper (hidden);
  TriImage *shown = crypt_picture (hidden, sealed, key, progress, error);
  if (shown == NULL)
    return NULL;
  GPtrArray *cards = tri_insights_new ();
  TriInsight *card = tri_insight_new ("malleable", _("What a forger can do without the key"),
                                      _("Somebody flipped the highest bit of the ciphertext's bytes in the middle, on a "
                                        "small copy of this picture. Exactly those bits flip in what decrypts, everything "
                                        "else stays, and nothing gives a warning: that is what a tag is for."));
  tri_insight_take_picture (card, g_steal_pointer (&hidden), _("Changed ciphertext"));
  tri_insight_take_picture (card, shown, _("What the receiver gets"));
  char counter[2 * TRI_AES_BLOCK_SIZE + 1];
  tri_insight_add_fact (card, _("First counter block, new for every picture"), "%s",
                        sodium_bin2hex (counter, sizeof counter, sealed->nonce, TRI_AES_BLOCK_SIZE));
  g_autofree char *blocks = g_strdup_printf ("%" G_GSIZE_FORMAT, (tri_image_n_bytes (original) + TRI_AES_BLOCK_SIZE - 1)
                                                                 / TRI_AES_BLOCK_SIZE);
  tri_insight_add_fact (card, _("Blocks of keystream"), "%s", blocks);
  tri_insight_add_fact (card, _("Authenticated"), "%s", _("nothing"));
  g_ptr_array_add (cards, card);
  return cards;
}

const TriCipher tri_cipher_aes_ctr = {
  .id = "aes-ctr",
  .title = N_("AES-256, counter mode"),
  .summary = N_("AES as a keystream: encrypts a counter and adds the result to the pixels"),
  .reference = "FIPS 197; NIST SP 800-38A, section 6.5",
  .family = TRI_FAMILY_PROVEN,
  .verdict = TRI_VERDICT_CONFIDENTIAL,
  .why = N_("The picture stays secret, but a bit flipped in the ciphertext flips the same bit of the decrypted picture "
            "and nobody is warned, for there is no tag."),
  .flags = TRI_CIPHER_LOSSLESS | TRI_CIPHER_FRESH_NONCE,
  .encrypt = encrypt,
  .decrypt = decrypt,
  .inspect = inspect,
};
