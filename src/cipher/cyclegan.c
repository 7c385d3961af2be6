/* A key-conditioned pair of networks after CycleGAN as a cipher: one turns the picture into noise, the other, with the same
 * key, back. Trained together with two discriminators, wrong keys, and an adversary who sees ciphertexts alone.
 *
 * Side data: "weights", which ones; "alpha", kept exactly.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-cipher-checks.h"
#include "tri-cyclegan.h"
#include "tri-neural.h"
#include "tri-planes.h"

#define MODEL "cyclegan"
#define CONTEXT "cyclegan key"
#define SHOWN_SIDE 256u /* pixels; of the copy that the insights work on */

/* Both the salt and the nonce are new for each picture; either would do. */
static gboolean
start (TriCyclegan *gan, const TriStored *stored, const TriSealed *header, const TriKey *key, GError **error)
{
  guint8 subkey[TRI_CYCLEGAN_KEY_SIZE];
  if (!tri_key_derive (key, header->salt, CONTEXT, subkey, sizeof subkey, error))
    return FALSE;
  crypto_generichash (gan->key, sizeof gan->key, header->nonce, sizeof header->nonce, subkey, sizeof subkey);
  gan->weights = stored->weights;
  sodium_memzero (subkey, sizeof subkey);
  return TRUE;
}

static gboolean
encrypt (const TriImage *in, const TriKey *key, const TriParams *params, TriSealed *out, TriProgress *progress,
         GError **error)
{
  g_autoptr (TriProgress) hiding = tri_progress_sub (progress, 0, 0.9);
  g_autoptr (TriProgress) sealing = tri_progress_sub (progress, 0.9, 1);
  g_autoptr (TriStored) stored = tri_neural_load_for (out, MODEL, error);
  TriCyclegan gan;
  if (stored == NULL || !start (&gan, stored, out, key, error))
    return FALSE;
  out->visible = tri_cyclegan_hide (&gan, in, hiding, error);
  sodium_memzero (gan.key, sizeof gan.key);
  return out->visible != NULL
         && (!tri_image_has_alpha (in) || tri_planes_seal_alpha (in, key, TRI_PART_LOCKED, out, sealing, error));
}

static gboolean
decrypt (const TriSealed *in, const TriKey *key, TriImage **out, TriProgress *progress, GError **error)
{
  g_autoptr (TriProgress) showing = tri_progress_sub (progress, 0, 0.9);
  g_autoptr (TriProgress) laying = tri_progress_sub (progress, 0.9, 1);
  TriCyclegan gan;
  if (!tri_sealed_require_visible (in, ((guint64) in->width + 1) / 2 * 2, ((guint64) in->height + 1) / 2 * 2, 3, error))
    return FALSE;
  g_autoptr (TriStored) stored = tri_neural_load_of (in, MODEL, error);
  g_autoptr (TriImage) image = stored != NULL ? tri_image_new (in->width, in->height, in->channels, error) : NULL;
  if (image == NULL || !start (&gan, stored, in, key, error))
    return FALSE;
  gboolean good = tri_cyclegan_show (&gan, in->visible, image, showing, error);
  sodium_memzero (gan.key, sizeof gan.key);
  if (!good
      || (tri_image_has_alpha (image) && !tri_planes_open_alpha (in, key, TRI_PART_LOCKED, image, laying, error)))
    return FALSE;
  *out = g_steal_pointer (&image);
  return TRUE;
}

static TriImage *
opaque (const TriImage *image, GError **error)
{
  return tri_image_match (image, image->width, image->height, 3, error);
}

/* Returns: (transfer full): @sealed's key, or a wrong one, tried on @hidden, of which the original is @width × @height */
static TriImage *
open_small (const TriImage *hidden, guint width, guint height, const TriSealed *sealed, const TriKey *key,
            const TriStored *stored, TriProgress *progress, GError **error)
{
  g_autoptr (TriImage) shown = tri_image_new (width, height, 3, error);
  TriCyclegan gan;
  if (shown == NULL || !start (&gan, stored, sealed, key, error))
    return NULL;
  gboolean good = tri_cyclegan_show (&gan, hidden, shown, progress, error);
  sodium_memzero (gan.key, sizeof gan.key);
  return good ? g_steal_pointer (&shown) : NULL;
}

static TriImage *
hide_small (const TriImage *small, const TriSealed *sealed, const TriKey *key, const TriStored *stored,
            TriProgress *progress, GError **error)
{
  TriCyclegan gan;
  if (!start (&gan, stored, sealed, key, error))
    return NULL;
  TriImage *hidden = tri_cyclegan_hide (&gan, small, progress, error);
  sodium_memzero (gan.key, sizeof gan.key);
  return hidden;
}

/* Returns: (transfer full): @key with @n bits flipped, all over it */
static TriKey *
flip_bits (const TriKey *key, guint n)
{
  TriKey *near = tri_key_ref ((TriKey *) key);
  for (guint f = 0; f < MIN (n, tri_key_get_n_bits (key)); f++)
    {
      TriKey *next = tri_key_flip_bit (near, f * (tri_key_get_n_bits (key) / n));
      tri_key_unref (near);
      near = next;
    }
  return near;
}

/* A small copy, hidden, and opened with keys of which more and more bits are wrong. */
static TriInsight *
inspect_wrong_bits (const TriImage *original, const TriSealed *sealed, const TriKey *key, const TriStored *stored,
                    TriProgress *progress, GError **error)
{
  g_autoptr (TriInsight) card = tri_insight_new (
      "wrong-bits", _("What a key that is nearly right gives"),
      _("A small copy of the picture is hidden with the key, and opened with keys of which some bits are wrong. One bit must "
        "be enough to lose everything: where a network learns to do without the key, the picture shows here."));
  static const guint flips[] = { 0, 1, 2, 8, 64 };
  g_autoptr (TriImage) scaled = tri_image_scale_down (original, SHOWN_SIDE, error);
  g_autoptr (TriImage) small = scaled != NULL ? opaque (scaled, error) : NULL;
  g_autoptr (TriImage) hidden = small != NULL ? hide_small (small, sealed, key, stored, progress, error) : NULL;
  if (hidden == NULL)
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (flips); i++)
    {
      g_autoptr (TriKey) near = flip_bits (key, flips[i]);
      TriImage *shown = open_small (hidden, small->width, small->height, sealed, near, stored, progress, error);
      if (shown == NULL)
        return NULL;
      g_autofree char *caption = flips[i] == 0 ? g_strdup (_("the right key"))
                                               : g_strdup_printf (ngettext ("%u wrong bit", "%u wrong bits", flips[i]), flips[i]);
      tri_insight_take_picture (card, shown, caption);
    }
  tri_insight_add_fact (card, _("Trained"), "%s", stored->shipped ? _("with the program") : _("here"));
  return g_steal_pointer (&card);
}

static GPtrArray *
inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress, GError **error)
{
  g_autoptr (TriStored) stored = tri_neural_load_of (sealed, MODEL, error);
  TriInsight *card = stored != NULL ? inspect_wrong_bits (original, sealed, key, stored, progress, error) : NULL;
  if (card == NULL)
    return NULL;
  GPtrArray *cards = tri_insights_new ();
  g_ptr_array_add (cards, card);
  return cards;
}

static const TriParamSpec params[] = { { 0 } };

const TriCipher tri_cipher_cyclegan = {
  .id = "cyclegan",
  .title = N_("CycleGAN"),
  .summary = N_("Two networks trained against adversaries: one makes noise of the picture, one undoes it"),
  .reference = "Zhu, Park, Isola, Efros, ICCV 2017; Abadi, Andersen, arXiv:1610.06918",
  .family = TRI_FAMILY_NEURAL,
  .verdict = TRI_VERDICT_BREAKABLE,
  .why = N_("It fooled the adversaries it was trained against, and that proves nothing about others: nobody has shown why it "
            "should hold, and who has pairs of pictures under one key and nonce learns what it does."),
  .flags = TRI_CIPHER_FRESH_NONCE,
  .params = params,
  .encrypt = encrypt,
  .decrypt = decrypt,
  .inspect = inspect,
};
