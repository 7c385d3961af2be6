/* The keys of signed notes, and their texts. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-base64.h"
#include "tri-error.h"
#include "tri-note.h"
#include "tri-secret.h"

#define BASE64 sodium_base64_VARIANT_ORIGINAL
#define PRIVATE "PRIVATE+KEY+"
#define KEY_SIZE 33 /* a byte for the type, and the key or its seed */
#define KEY_BASE64 44
#define ID_DIGITS 8

struct _TriSigner {
  TriVerifier *verifier;
  guint8 *secret; /* tri_secret_new: seed ‖ public key */
};

/* One or more characters of UTF-8, no space and no plus in it. */
gboolean
tri_note_name_is_valid (const char *name, gsize size)
{
  if (size == 0 || !g_utf8_validate_len (name, size, NULL))
    return FALSE;
  for (const char *p = name; p < name + size; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);
      if (c <= 0x20 || c == '+' || c == 0x7f || c == 0x85 || g_unichar_isspace (c))
        return FALSE;
    }
  return TRUE;
}

static guint32
compute_id (const char *name, TriNoteType type, const guint8 public_key[32])
{
  crypto_hash_sha256_state state;
  guint8 hash[crypto_hash_sha256_BYTES], byte = (guint8) type;
  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, (const guint8 *) name, strlen (name));
  crypto_hash_sha256_update (&state, (const guint8 *) "\n", 1);
  crypto_hash_sha256_update (&state, &byte, 1);
  crypto_hash_sha256_update (&state, public_key, 32);
  crypto_hash_sha256_final (&state, hash);
  return (guint32) hash[0] << 24 | (guint32) hash[1] << 16 | (guint32) hash[2] << 8 | hash[3];
}

TriVerifier *
tri_verifier_new (const char *name, TriNoteType type, const guint8 public_key[32])
{
  g_return_val_if_fail (tri_note_name_is_valid (name, strlen (name)), NULL);
  TriVerifier *verifier = g_new0 (TriVerifier, 1);
  verifier->name = g_strdup (name);
  verifier->type = type;
  verifier->id = compute_id (name, type, public_key);
  memcpy (verifier->public_key, public_key, 32);
  return verifier;
}

TriVerifier *
tri_verifier_copy (const TriVerifier *verifier)
{
  return tri_verifier_new (verifier->name, verifier->type, verifier->public_key);
}

void
tri_verifier_free (TriVerifier *verifier)
{
  g_free (verifier->name);
  g_free (verifier);
}

gboolean
tri_verifier_equal (const TriVerifier *a, const TriVerifier *b)
{
  return a->type == b->type && strcmp (a->name, b->name) == 0 && memcmp (a->public_key, b->public_key, 32) == 0;
}

static gboolean
bad_key (GError **error, const char *why)
{
  g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("This is not a key for signed notes: %s."), why);
  return FALSE;
}

/* "name+hash+base64" into the name's length, the hash, and the decoded type and key. */
static gboolean
split_key (const char *text, gsize *name_size, guint32 *id, guint8 key[KEY_SIZE], GError **error)
{
  const char *plus = strchr (text, '+');
  gsize n;
  *name_size = plus != NULL ? (gsize) (plus - text) : 0;
  if (plus == NULL || !tri_note_name_is_valid (text, *name_size))
    return bad_key (error, _("it doesn't begin with a name and a plus sign"));
  *id = 0;
  for (guint i = 1; i <= ID_DIGITS; i++)
    {
      if (!g_ascii_isxdigit (plus[i]))
        return bad_key (error, _("after its name there are no eight hexadecimal digits"));
      *id = *id << 4 | (guint32) g_ascii_xdigit_value (plus[i]);
    }
  if (plus[1 + ID_DIGITS] != '+')
    return bad_key (error, _("after its name there are no eight hexadecimal digits"));
  const char *base64 = plus + 2 + ID_DIGITS;
  if (strlen (base64) != KEY_BASE64 || !tri_base64_decode (base64, KEY_BASE64, TRUE, key, KEY_SIZE, &n) || n != KEY_SIZE)
    return bad_key (error, _("its last part is not the base64 of an Ed25519 key"));
  if (key[0] != TRI_NOTE_ED25519 && key[0] != TRI_NOTE_COSIGNATURE)
    return bad_key (error, _("it is of a type that this program doesn't know"));
  return TRUE;
}

static gboolean
bad_id (GError **error)
{
  return bad_key (error, _("its hash doesn't fit it, so that a part of it was changed or is missing"));
}

/* Returns: (transfer full): NULL with TRI_ERROR_INVALID */
TriVerifier *
tri_verifier_parse (const char *text, GError **error)
{
  gsize name_size;
  guint32 id;
  guint8 key[KEY_SIZE];
  if (!split_key (text, &name_size, &id, key, error))
    return NULL;
  g_autofree char *name = g_strndup (text, name_size);
  g_autoptr (TriVerifier) verifier = tri_verifier_new (name, key[0], key + 1);
  if (verifier->id == id)
    return g_steal_pointer (&verifier);
  bad_id (error);
  return NULL;
}

/* Returns: (transfer full) */
char *
tri_verifier_to_text (const TriVerifier *verifier)
{
  guint8 key[KEY_SIZE] = { (guint8) verifier->type };
  memcpy (key + 1, verifier->public_key, 32);
  g_autofree char *base64 = tri_base64_encode (key, sizeof key, TRUE);
  return g_strdup_printf ("%s+%08x+%s", verifier->name, verifier->id, base64);
}

static TriSigner *
signer_new (const char *name, TriNoteType type, const guint8 seed[32])
{
  guint8 public_key[32];
  TriSigner *signer = g_new0 (TriSigner, 1);
  signer->secret = tri_secret_new (crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair (public_key, signer->secret, seed);
  signer->verifier = tri_verifier_new (name, type, public_key);
  return signer;
}

TriSigner *
tri_signer_generate (const char *name, TriNoteType type)
{
  guint8 seed[32];
  if (sodium_init () < 0)
    g_error ("libsodium can't start: no source of randomness");
  randombytes_buf (seed, sizeof seed);
  TriSigner *signer = signer_new (name, type, seed);
  sodium_memzero (seed, sizeof seed);
  return signer;
}

/* Returns: (transfer full): NULL with TRI_ERROR_INVALID, whose message has nothing of the text */
TriSigner *
tri_signer_parse (const char *text, GError **error)
{
  gsize name_size;
  guint32 id;
  guint8 key[KEY_SIZE] = { 0 };
  TriSigner *signer = NULL;
  if (!g_str_has_prefix (text, PRIVATE))
    bad_key (error, _("a secret one begins with PRIVATE+KEY+"));
  else if (split_key (text + strlen (PRIVATE), &name_size, &id, key, error))
    {
      g_autofree char *name = g_strndup (text + strlen (PRIVATE), name_size);
      signer = signer_new (name, key[0], key + 1);
      if (signer->verifier->id != id)
        {
          g_clear_pointer (&signer, tri_signer_free);
          bad_id (error);
        }
    }
  sodium_memzero (key, sizeof key);
  return signer;
}

void
tri_signer_free (TriSigner *signer)
{
  tri_secret_free (signer->secret);
  tri_verifier_free (signer->verifier);
  g_free (signer);
}

const TriVerifier *
tri_signer_get_verifier (const TriSigner *signer)
{
  return signer->verifier;
}

/* Returns: (transfer full): for tri_secret_free() */
char *
tri_signer_to_text (const TriSigner *signer)
{
  gsize head = strlen (PRIVATE) + strlen (signer->verifier->name) + 2 + ID_DIGITS;
  guint8 key[KEY_SIZE] = { (guint8) signer->verifier->type };
  char *text = tri_secret_new (head + KEY_BASE64 + 1);
  g_snprintf (text, (gulong) head + 1, PRIVATE "%s+%08x+", signer->verifier->name, signer->verifier->id);
  memcpy (key + 1, signer->secret, 32);
  sodium_bin2base64 (text + head, KEY_BASE64 + 1, key, sizeof key, BASE64);
  sodium_memzero (key, sizeof key);
  return text;
}

void
tri_signer_sign (const TriSigner *signer, const void *data, gsize size, guint8 signature[64])
{
  crypto_sign_detached (signature, NULL, data, size, signer->secret);
}
