/* What the schemes share. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age-scheme.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-age-error.h"

#define BODY_SIZE (TRI_AGE_FILE_KEY_SIZE + crypto_aead_chacha20poly1305_ietf_ABYTES)

static const guint8 zero_nonce[crypto_aead_chacha20poly1305_ietf_NPUBBYTES];

void
tri_age_wrap_body (TriAgeStanza *stanza, const guint8 key[32], const guint8 file_key[TRI_AGE_FILE_KEY_SIZE])
{
  guint8 body[BODY_SIZE];
  crypto_aead_chacha20poly1305_ietf_encrypt (body, NULL, file_key, TRI_AGE_FILE_KEY_SIZE, NULL, 0, NULL, zero_nonce, key);
  g_byte_array_append (stanza->body, body, sizeof body);
}

/* The size is checked before anything is decrypted: against partitioning oracles, as the specification asks. */
TriAgeUnwrap
tri_age_unwrap_body (const TriAgeStanza *stanza, const guint8 key[32], guint8 file_key[TRI_AGE_FILE_KEY_SIZE],
                     GError **error)
{
  if (stanza->body->len != BODY_SIZE)
    return tri_age_bad_stanza (stanza, error);
  return crypto_aead_chacha20poly1305_ietf_decrypt (file_key, NULL, NULL, stanza->body->data, BODY_SIZE, NULL, 0,
                                                    zero_nonce, key) == 0
             ? TRI_AGE_UNWRAP_MATCH : TRI_AGE_UNWRAP_NO_MATCH;
}

/* Returns: TRI_AGE_UNWRAP_ERROR, always */
TriAgeUnwrap
tri_age_bad_stanza (const TriAgeStanza *stanza, GError **error)
{
  g_set_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_HEADER,
               _("The header's %s part breaks the rules of the age format. The file was damaged or not made by an age "
                 "program; try another copy."), tri_age_stanza_type (stanza));
  return TRI_AGE_UNWRAP_ERROR;
}

/* An argument that is exactly @size bytes in canonical base64. */
gboolean
tri_age_stanza_get_share (const TriAgeStanza *stanza, guint arg, guint8 *out, gsize size)
{
  gsize n;
  const char *text = g_ptr_array_index (stanza->args, arg);
  return tri_age_base64_decode (text, strlen (text), out, size, &n) && n == size;
}
