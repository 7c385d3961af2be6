/* XChaCha20-Poly1305 (draft-irtf-cfrg-xchacha-03) over the pixels as they lie in memory; the header is the additional
 * data, so that a change to geometry, parameters, salt or nonce is refused as well.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>

#include "tri-cipher-checks.h"
#include "tri-xchacha.h"

#define TAG_SIZE TRI_XCHACHA_TAG_SIZE
#define CONTEXT "xchacha20-poly1305 key"

G_STATIC_ASSERT (TRI_NONCE_SIZE == TRI_XCHACHA_NONCE_SIZE);

static gboolean
encrypt (const TriImage *in, const TriKey *key, const TriParams *params, TriSealed *out, TriProgress *progress,
         GError **error)
{
  guint8 subkey[TRI_XCHACHA_KEY_SIZE], tag[TAG_SIZE];
  if (!tri_key_derive (key, out->salt, CONTEXT, subkey, sizeof subkey, error))
    return FALSE;
  out->visible = tri_image_new (in->width, in->height, in->channels, error);
  gboolean good = out->visible != NULL;
  if (good)
    {
      g_autoptr (GBytes) header = tri_sealed_header_bytes (out);
      good = tri_xchacha_encrypt (subkey, out->nonce, header, in->pixels, out->visible->pixels, tri_image_n_bytes (in),
                                  tag, progress, error);
    }
  if (good)
    tri_sealed_set_side (out, "tag", tag, sizeof tag);
  sodium_memzero (subkey, sizeof subkey);
  return good;
}

static gboolean
decrypt (const TriSealed *in, const TriKey *key, TriImage **out, TriProgress *progress, GError **error)
{
  guint8 subkey[TRI_XCHACHA_KEY_SIZE];
  GBytes *tag = tri_sealed_require_side (in, "tag", TAG_SIZE, TAG_SIZE, error);
  if (tag == NULL || !tri_sealed_require_same_shape (in, error)
      || !tri_key_derive (key, in->salt, CONTEXT, subkey, sizeof subkey, error))
    return FALSE;
  g_autoptr (TriImage) image = tri_image_new (in->width, in->height, in->channels, error);
  gboolean good = image != NULL;
  if (good)
    {
      g_autoptr (GBytes) header = tri_sealed_header_bytes (in);
      good = tri_xchacha_decrypt (subkey, in->nonce, header, in->visible->pixels, image->pixels,
                                  tri_image_n_bytes (image), g_bytes_get_data (tag, NULL), progress, error);
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
  GPtrArray *cards = tri_insights_new ();
  TriInsight *card = tri_insight_new ("authenticated", _("What is authenticated"),
                                      _("The tag covers every pixel and the whole header. If one bit of any of it changes, "
                                        "decryption is refused instead of giving a changed picture."));
  g_autofree char *tag = NULL;
  GBytes *bytes = tri_sealed_get_side (sealed, "tag");
  if (bytes != NULL)
    {
      char hex[2 * TAG_SIZE + 1];
      tag = g_strdup (sodium_bin2hex (hex, sizeof hex, g_bytes_get_data (bytes, NULL), TAG_SIZE));
    }
  g_autoptr (GBytes) header = tri_sealed_header_bytes (sealed);
  tri_insight_add_fact (card, _("Pixels, encrypted and authenticated"), ngettext ("%'u byte", "%'u bytes",
                        tri_image_n_bytes (sealed->visible)), (guint) tri_image_n_bytes (sealed->visible));
  tri_insight_add_fact (card, _("Header, authenticated, not secret"), ngettext ("%'u byte", "%'u bytes",
                        g_bytes_get_size (header)), (guint) g_bytes_get_size (header));
  char nonce[2 * TRI_NONCE_SIZE + 1], salt[2 * TRI_SALT_SIZE + 1];
  tri_insight_add_fact (card, _("Nonce, new for every picture"), "%s",
                        sodium_bin2hex (nonce, sizeof nonce, sealed->nonce, TRI_NONCE_SIZE));
  tri_insight_add_fact (card, _("Salt of the key derivation"), "%s",
                        sodium_bin2hex (salt, sizeof salt, sealed->salt, TRI_SALT_SIZE));
  tri_insight_add_fact (card, _("Tag (Poly1305)"), "%s", tag != NULL ? tag : "–");
  g_ptr_array_add (cards, card);
  return cards;
}

const TriCipher tri_cipher_xchacha20_poly1305 = {
  .id = "xchacha20-poly1305",
  .title = N_("XChaCha20-Poly1305"),
  .summary = N_("Authenticated encryption, as in age and WireGuard"),
  .reference = "RFC 8439; draft-irtf-cfrg-xchacha-03",
  .family = TRI_FAMILY_PROVEN,
  .verdict = TRI_VERDICT_SECURE,
  .why = N_("No attack better than trying every key is known, and a changed picture or a wrong key is noticed."),
  .flags = TRI_CIPHER_LOSSLESS | TRI_CIPHER_AUTHENTICATES | TRI_CIPHER_FRESH_NONCE,
  .encrypt = encrypt,
  .decrypt = decrypt,
  .inspect = inspect,
};
