/* The passphrase recipient of age v1 (c2sp.org/age, "The scrypt recipient type"; RFC 7914 with r = 8, p = 1).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age-scheme.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-age-error.h"
#include "tri-error.h"
#include "tri-secret.h"
#include "tri-turn.h"

#define AT_ONCE 2 /* each takes 256 MiB with the usual work factor */
#define SALT_SIZE 16
#define PREFIX "age-encryption.org/v1/scrypt"

static gpointer
make_turns (gpointer unused)
{
  return tri_turns_new (AT_ONCE);
}

static gboolean
derive (const guint8 *passphrase, gsize size, const guint8 salt[SALT_SIZE], guint work_factor, guint8 key[32],
        GError **error)
{
  static GOnce turns = G_ONCE_INIT;
  guint8 prefixed[sizeof PREFIX - 1 + SALT_SIZE];
  memcpy (prefixed, PREFIX, sizeof PREFIX - 1);
  memcpy (prefixed + sizeof PREFIX - 1, salt, SALT_SIZE);
  TriTurn turn = { g_once (&turns, make_turns, NULL), FALSE };
  tri_turn_begin (&turn);
  gboolean good = crypto_pwhash_scryptsalsa208sha256_ll (passphrase, size, prefixed, sizeof prefixed,
                                                         G_GUINT64_CONSTANT (1) << work_factor, 8, 1, key, 32) == 0;
  tri_turn_leave (&turn);
  if (good)
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_NO_MEMORY,
               _("There is not enough memory for the passphrase's work factor %u: it needs %u MiB. Close other programs "
                 "and try again."), work_factor, (1u << work_factor) / 1024);
  return FALSE;
}

static TriAgeStanza *
wrap (const TriAgeRecipient *recipient, const guint8 file_key[TRI_AGE_FILE_KEY_SIZE], GError **error)
{
  guint8 salt[SALT_SIZE], *key = tri_secret_new (32);
  randombytes_buf (salt, sizeof salt);
  if (!derive (recipient->key, recipient->key_size, salt, recipient->work_factor, key, error))
    {
      tri_secret_free (key);
      return NULL;
    }
  g_autofree char *salt_text = tri_age_base64_encode (salt, sizeof salt);
  g_autofree char *factor_text = g_strdup_printf ("%u", recipient->work_factor);
  TriAgeStanza *stanza = tri_age_stanza_new (tri_age_scrypt.stanza, salt_text, factor_text, NULL);
  tri_age_wrap_body (stanza, key, file_key);
  tri_secret_free (key);
  return stanza;
}

/* A decimal number without sign or leading zero, of at most nine digits; else FALSE */
static gboolean
parse_factor (const char *text, guint *factor)
{
  gsize length = strspn (text, "0123456789");
  if (text[0] == '0' || length == 0 || length > 9 || text[length] != '\0')
    return FALSE;
  *factor = (guint) g_ascii_strtoull (text, NULL, 10);
  return TRUE;
}

static TriAgeUnwrap
unwrap (const TriAgeIdentity *identity, const TriAgeStanza *stanza, guint8 file_key[TRI_AGE_FILE_KEY_SIZE],
        GError **error)
{
  guint8 salt[SALT_SIZE];
  guint factor;
  if (stanza->args->len != 3 || !tri_age_stanza_get_share (stanza, 1, salt, SALT_SIZE)
      || !parse_factor (g_ptr_array_index (stanza->args, 2), &factor) || stanza->body->len != 32)
    return tri_age_bad_stanza (stanza, error);
  if (factor > TRI_AGE_WORK_FACTOR_MAX)
    {
      g_set_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_HEADER,
                   _("Opening this file would take a passphrase work factor of %u, more than the %u that Triptych accepts: "
                     "each step doubles time and memory, and a hostile file could hold the computer up for hours."),
                   factor, TRI_AGE_WORK_FACTOR_MAX);
      return TRI_AGE_UNWRAP_ERROR;
    }
  guint8 *key = tri_secret_new (32);
  TriAgeUnwrap result = derive (identity->key, identity->key_size, salt, factor, key, error)
                            ? tri_age_unwrap_body (stanza, key, file_key, error) : TRI_AGE_UNWRAP_ERROR;
  tri_secret_free (key);
  return result;
}

const TriAgeScheme tri_age_scrypt = {
  .kind = TRI_AGE_PASSPHRASE,
  .stanza = "scrypt",
  .alone = TRUE,
  .wrap = wrap,
  .unwrap = unwrap,
};
