/* The X25519 recipient of age v1 (c2sp.org/age, "The X25519 recipient type").
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age-scheme.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-age-error.h"
#include "tri-hkdf.h"
#include "tri-secret.h"

#define SIZE crypto_scalarmult_BYTES
#define INFO "age-encryption.org/v1/X25519"

static void
get_public (const guint8 *secret, guint8 *public)
{
  crypto_scalarmult_base (public, secret);
}

typedef struct { guint8 ephemeral[SIZE], shared[SIZE], key[32]; } Secrets; /* in locked memory */

/* secrets->key; FALSE when the shared secret is all zeros: a point of low order */
static gboolean
derive (const guint8 *scalar, const guint8 *point, const guint8 *share, const guint8 *recipient, Secrets *secrets)
{
  guint8 salt[2 * SIZE];
  gboolean good = crypto_scalarmult (secrets->shared, scalar, point) == 0;
  memcpy (salt, share, SIZE);
  memcpy (salt + SIZE, recipient, SIZE);
  if (good)
    tri_hkdf (salt, sizeof salt, secrets->shared, SIZE, INFO, secrets->key, 32);
  return good;
}

static TriAgeStanza *
wrap (const TriAgeRecipient *recipient, const guint8 file_key[TRI_AGE_FILE_KEY_SIZE], GError **error)
{
  Secrets *secrets = tri_secret_new (sizeof *secrets);
  guint8 share[SIZE];
  TriAgeStanza *stanza = NULL;
  randombytes_buf (secrets->ephemeral, SIZE);
  crypto_scalarmult_base (share, secrets->ephemeral);
  if (derive (secrets->ephemeral, recipient->key, share, recipient->key, secrets))
    {
      g_autofree char *text = tri_age_base64_encode (share, sizeof share);
      stanza = tri_age_stanza_new (tri_age_x25519.stanza, text, NULL);
      tri_age_wrap_body (stanza, secrets->key, file_key);
    }
  else
    g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT,
                         _("A recipient's key is not valid (a point of low order). Ask for the right one."));
  tri_secret_free (secrets);
  return stanza;
}

static TriAgeUnwrap
unwrap (const TriAgeIdentity *identity, const TriAgeStanza *stanza, guint8 file_key[TRI_AGE_FILE_KEY_SIZE],
        GError **error)
{
  guint8 share[SIZE], public[SIZE];
  if (stanza->args->len != 2 || !tri_age_stanza_get_share (stanza, 1, share, SIZE))
    return tri_age_bad_stanza (stanza, error);
  crypto_scalarmult_base (public, identity->key);
  Secrets *secrets = tri_secret_new (sizeof *secrets);
  TriAgeUnwrap result = derive (identity->key, share, share, public, secrets)
                            ? tri_age_unwrap_body (stanza, secrets->key, file_key, error)
                            : tri_age_bad_stanza (stanza, error);
  tri_secret_free (secrets);
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
