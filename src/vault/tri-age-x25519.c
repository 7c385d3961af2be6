/* The X25519 recipient of age v1 (c2sp.org/age, "The X25519 recipient type").
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age-scheme.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-age-error.h"
#include "tri-hkdf.h"

#define SIZE crypto_scalarmult_BYTES
#define INFO "age-encryption.org/v1/X25519"

static void
get_public (const guint8 *secret, guint8 *public)
{
  crypto_scalarmult_base (public, secret);
}

/* FALSE when the shared secret is all zeros: a point of low order */
static gboolean
derive (const guint8 *scalar, const guint8 *point, const guint8 *share, const guint8 *recipient, guint8 key[32])
{
  guint8 shared[SIZE], salt[2 * SIZE];
  gboolean good = crypto_scalarmult (shared, scalar, point) == 0;
  memcpy (salt, share, SIZE);
  memcpy (salt + SIZE, recipient, SIZE);
  if (good)
    tri_hkdf (salt, sizeof salt, shared, sizeof shared, INFO, key, 32);
  sodium_memzero (shared, sizeof shared);
  return good;
}

static TriAgeStanza *
wrap (const TriAgeRecipient *recipient, const guint8 file_key[TRI_AGE_FILE_KEY_SIZE], GError **error)
{
  guint8 ephemeral[SIZE], share[SIZE], key[32];
  TriAgeStanza *stanza = NULL;
  randombytes_buf (ephemeral, sizeof ephemeral);
  crypto_scalarmult_base (share, ephemeral);
  if (derive (ephemeral, recipient->key, share, recipient->key, key))
    {
      g_autofree char *text = tri_age_base64_encode (share, sizeof share);
      stanza = tri_age_stanza_new (tri_age_x25519.stanza, text, NULL);
      tri_age_wrap_body (stanza, key, file_key);
    }
  else
    g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT,
                         _("A recipient's key is not valid (a point of low order). Ask for the right one."));
  sodium_memzero (ephemeral, sizeof ephemeral);
  sodium_memzero (key, sizeof key);
  return stanza;
}

static TriAgeUnwrap
unwrap (const TriAgeIdentity *identity, const TriAgeStanza *stanza, guint8 file_key[TRI_AGE_FILE_KEY_SIZE],
        GError **error)
{
  guint8 share[SIZE], public[SIZE], key[32];
  if (stanza->args->len != 2 || !tri_age_stanza_get_share (stanza, 1, share, SIZE))
    return tri_age_bad_stanza (stanza, error);
  crypto_scalarmult_base (public, identity->key);
  if (!derive (identity->key, share, share, public, key))
    return tri_age_bad_stanza (stanza, error);
  TriAgeUnwrap result = tri_age_unwrap_body (stanza, key, file_key, error);
  sodium_memzero (key, sizeof key);
  return result;
}

const TriAgeScheme tri_age_x25519 = {
  .kind = TRI_AGE_X25519,
  .stanza = "X25519",
  .recipient_hrp = "age",
  .identity_hrp = "AGE-SECRET-KEY-",
  .public_size = SIZE,
  .secret_size = SIZE,
  .get_public = get_public,
  .wrap = wrap,
  .unwrap = unwrap,
};
