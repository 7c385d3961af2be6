/* A key-conditioned pair of networks after CycleGAN as a cipher: one makes a code of the picture, in bytes to which keyed ones
 * are added modulo 256, the other, with the same key, goes back. Trained together with two discriminators and an adversary who
 * sees ciphertexts alone. What makes noise of the picture is that addition, a stream cipher.
 *
 * Side data: "weights", which ones; "alpha", kept exactly.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-cipher-checks.h"
#include "tri-cyclegan-inside.h"
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

static GPtrArray *
inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress, GError **error)
{
  TriCyclegan gan;
  g_autoptr (TriStored) stored = tri_neural_load_of (sealed, MODEL, error);
  g_autoptr (TriImage) small = stored != NULL ? tri_image_scale_down (original, SHOWN_SIDE, error) : NULL;
  if (small == NULL || !start (&gan, stored, sealed, key, error))
    return NULL;
  GPtrArray *cards = tri_cyclegan_inside (&gan, stored->shipped, small, progress, error);
  sodium_memzero (gan.key, sizeof gan.key);
  return cards;
}

static const TriParamSpec params[] = { { 0 } };

const TriCipher tri_cipher_cyclegan = {
  .id = "cyclegan",
  .title = N_("CycleGAN"),
  .summary = N_("Two networks trained against adversaries: one makes a code that a keyed mask turns into noise, one undoes it"),
  .reference = "Zhu, Park, Isola, Efros, ICCV 2017; Abadi, Andersen, arXiv:1610.06918",
  .family = TRI_FAMILY_NEURAL,
  .verdict = TRI_VERDICT_BREAKABLE,
  .why = N_("The networks only code; what hides is a mask of keyed bytes, a stream cipher of our own making. Adversaries that find "
            "nothing prove nothing, and who has pairs of pictures under one key and nonce can take the mask off."),
  .flags = TRI_CIPHER_FRESH_NONCE,
  .params = params,
  .encrypt = encrypt,
  .decrypt = decrypt,
  .inspect = inspect,
};
