/* Passphrases: Argon2id (RFC 9106), libsodium's interactive limits. Subkeys: keyed BLAKE2b of the context, expanded
 * with a little-endian counter. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-key.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-error.h"
#include "tri-secret.h"

#define CACHED 8

typedef struct {
  guint8 salt[TRI_SALT_SIZE];
  guint8 master[TRI_KEY_SIZE];
} Derived;

struct _TriKey {
  gatomicrefcount refs;
  TriKeyKind kind;
  guint8 *secret; /* tri_secret_copy: the passphrase or the hash */
  gsize secret_size;
  TriParams *raw;
  guint8 flips[TRI_KEY_SIZE]; /* XORed onto the master key */
  Derived *derived;           /* sodium_malloc, CACHED of them, under lock */
  guint n_derived;
  GMutex lock;
};

static TriKey *
key_new (TriKeyKind kind, const void *secret, gsize size)
{
  if (sodium_init () < 0)
    g_error ("libsodium can't start: no source of randomness");
  TriKey *key = g_new0 (TriKey, 1);
  g_atomic_ref_count_init (&key->refs);
  g_mutex_init (&key->lock);
  key->kind = kind;
  if (secret != NULL)
    {
      key->secret = tri_secret_copy (secret, size);
      key->secret_size = size;
    }
  return key;
}

/* Returns: (transfer full): a key from a passphrase in UTF-8, or NULL with TRI_ERROR_NO_KEY for an empty one. The
 *   caller wipes its own copy. */
TriKey *
tri_key_new_passphrase (const char *passphrase, GError **error)
{
  if (passphrase[0] == '\0')
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("The passphrase is empty. Type one and try again."));
      return NULL;
    }
  return key_new (TRI_KEY_PASSPHRASE, passphrase, strlen (passphrase));
}

/* Returns: (transfer full): SHA-256 of "triptych picture key", width, height, channels (32-bit little-endian) and
 *   pixels: one changed pixel is another key */
TriKey *
tri_key_new_picture (const TriImage *picture)
{
  static const char label[] = "triptych picture key";
  guint32 shape[3] = { GUINT32_TO_LE (picture->width), GUINT32_TO_LE (picture->height),
                       GUINT32_TO_LE (picture->channels) };
  guint8 hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, (const guint8 *) label, sizeof label);
  crypto_hash_sha256_update (&state, (const guint8 *) shape, sizeof shape);
  crypto_hash_sha256_update (&state, picture->pixels, tri_image_n_bytes (picture));
  crypto_hash_sha256_final (&state, hash);
  TriKey *key = key_new (TRI_KEY_PICTURE, hash, sizeof hash);
  sodium_memzero (hash, sizeof hash);
  sodium_memzero (&state, sizeof state);
  return key;
}

/* Returns: (transfer full): SHA-256 of "triptych file key" and the bytes, or NULL with TRI_ERROR_NO_KEY when empty */
TriKey *
tri_key_new_file (const guint8 *bytes, gsize length, GError **error)
{
  static const char label[] = "triptych file key";
  if (length == 0)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("The key file is empty. Choose a file with content."));
      return NULL;
    }
  guint8 hash[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, (const guint8 *) label, sizeof label);
  crypto_hash_sha256_update (&state, bytes, length);
  crypto_hash_sha256_final (&state, hash);
  TriKey *key = key_new (TRI_KEY_FILE, hash, sizeof hash);
  sodium_memzero (hash, sizeof hash);
  sodium_memzero (&state, sizeof state);
  return key;
}

/* Returns: (transfer full): a key of raw numbers, a row each in the cipher's raw_key table */
TriKey *
tri_key_new_raw (const TriParams *raw)
{
  TriKey *key = key_new (TRI_KEY_RAW, NULL, 0);
  key->raw = tri_params_copy (raw);
  return key;
}

static guint
n_raw (const TriParams *raw)
{
  const TriParamSpec *specs = tri_params_get_specs (raw);
  guint n = 0;
  while (specs[n].id != NULL)
    n++;
  return n;
}

/* How many bits tri_key_flip_bit() can turn: 256, or 52 (the mantissa) for each raw number. */
guint
tri_key_get_n_bits (const TriKey *key)
{
  return key->kind == TRI_KEY_RAW ? 52 * n_raw (key->raw) : TRI_KEY_BITS;
}

/* A raw number with one bit of its mantissa turned, pushed back into its range; a whole number moves by one. */
static double
flip_raw (const TriParamSpec *spec, double value, guint bit)
{
  if (spec->type != TRI_PARAM_DOUBLE)
    return value + 1 <= spec->max ? value + 1 : value - 1;
  union { double d; guint64 u; } bits = { .d = value };
  bits.u ^= G_GUINT64_CONSTANT (1) << bit;
  if (bits.d < spec->min || bits.d > spec->max)
    {
      bits.d = value;
      bits.u += bits.d >= spec->max ? -(G_GUINT64_CONSTANT (1) << bit) : G_GUINT64_CONSTANT (1) << bit;
    }
  return CLAMP (bits.d, spec->min, spec->max);
}

/**
 * tri_key_flip_bit:
 * @bit: 0…tri_key_get_n_bits()-1; 0 is the least significant bit
 *
 * Makes the key whose derived 256 bits differ from @key's in one, so that it measures what the cipher does with
 * key bits rather than what the hash before it does. Of raw numbers, the mantissa's bit of the last number first.
 *
 * Returns: (transfer full)
 */
TriKey *
tri_key_flip_bit (const TriKey *key, guint bit)
{
  g_return_val_if_fail (bit < tri_key_get_n_bits (key), NULL);
  TriKey *other = key_new (key->kind, key->secret, key->secret_size);
  memcpy (other->flips, key->flips, sizeof other->flips);
  if (key->kind == TRI_KEY_RAW)
    {
      other->raw = tri_params_copy (key->raw);
      const TriParamSpec *spec = tri_params_get_specs (key->raw) + (n_raw (key->raw) - 1 - bit / 52);
      double value = flip_raw (spec, tri_params_get (key->raw, spec->id), bit % 52);
      tri_params_set (other->raw, spec->id, value, NULL);
    }
  else
    other->flips[bit / 8] ^= (guint8) (1u << bit % 8);

  /* What Argon2id gave for the original holds for this key too. */
  TriKey *from = (TriKey *) key;
  g_mutex_lock (&from->lock);
  if (from->derived != NULL)
    {
      other->derived = sodium_allocarray (CACHED, sizeof *other->derived);
      if (other->derived != NULL)
        {
          memcpy (other->derived, from->derived, CACHED * sizeof *other->derived);
          other->n_derived = from->n_derived;
        }
    }
  g_mutex_unlock (&from->lock);
  return other;
}

TriKey *
tri_key_ref (const TriKey *key)
{
  TriKey *shared = (TriKey *) key;
  g_atomic_ref_count_inc (&shared->refs);
  return shared;
}

void
tri_key_unref (TriKey *key)
{
  if (!g_atomic_ref_count_dec (&key->refs))
    return;
  tri_secret_free (key->secret);
  sodium_free (key->derived);
  tri_params_free (key->raw);
  g_mutex_clear (&key->lock);
  sodium_memzero (key, sizeof *key);
  g_free (key);
}

TriKeyKind
tri_key_get_kind (const TriKey *key)
{
  return key->kind;
}

/* Returns: translated, as a heading has it */
const char *
tri_key_kind_title (TriKeyKind kind)
{
  static const char *const titles[] = { N_("Passphrase"), N_("Picture"), N_("Key file"), N_("Numbers") };
  return _(titles[kind]);
}

static void
add_raw (crypto_generichash_state *state, const TriParams *raw)
{
  for (const TriParamSpec *spec = tri_params_get_specs (raw); spec->id != NULL; spec++)
    {
      double value = tri_params_get (raw, spec->id);
      crypto_generichash_update (state, (const guint8 *) spec->id, strlen (spec->id) + 1);
      crypto_generichash_update (state, (const guint8 *) &value, sizeof value);
    }
}

/* Tells keys apart: equal for equal keys, while the program runs. It is made with a key of its own that is drawn once,
 * so that it tells nothing of @key elsewhere. */
guint64
tri_key_get_mark (const TriKey *key)
{
  static guint8 own[TRI_KEY_SIZE];
  static gsize drawn;
  if (g_once_init_enter (&drawn))
    {
      randombytes_buf (own, sizeof own);
      g_once_init_leave (&drawn, 1);
    }
  guint8 hash[crypto_generichash_BYTES_MIN];
  guint32 kind = key->kind;
  guint64 mark;
  crypto_generichash_state state;
  crypto_generichash_init (&state, own, sizeof own, sizeof hash);
  crypto_generichash_update (&state, (const guint8 *) &kind, sizeof kind);
  crypto_generichash_update (&state, key->flips, sizeof key->flips);
  if (key->secret != NULL)
    crypto_generichash_update (&state, key->secret, key->secret_size);
  if (key->raw != NULL)
    add_raw (&state, key->raw);
  crypto_generichash_final (&state, hash, sizeof hash);
  memcpy (&mark, hash, sizeof mark);
  sodium_memzero (&state, sizeof state);
  return mark;
}

/* Which bit tri_key_flip_bit() turns. Returns: (transfer full): in words, translated */
char *
tri_key_describe_bit (const TriKey *key, guint bit)
{
  g_return_val_if_fail (bit < tri_key_get_n_bits (key), NULL);
  if (key->kind != TRI_KEY_RAW)
    return g_strdup_printf (_("bit %u of the %d that are derived from the key"), bit + 1, TRI_KEY_BITS);
  const TriParamSpec *spec = tri_params_get_specs (key->raw) + (n_raw (key->raw) - 1 - bit / 52);
  g_autoptr (TriKey) other = tri_key_flip_bit (key, bit);
  g_autofree char *before = tri_params_value_to_text (key->raw, spec->id);
  g_autofree char *after = tri_params_value_to_text (other->raw, spec->id);
  return g_strdup_printf (_("%s: %s instead of %s"), _(spec->title), after, before);
}

/* Returns: (nullable) (transfer none): the numbers of a TRI_KEY_RAW; NULL for other kinds */
const TriParams *
tri_key_get_raw (const TriKey *key)
{
  return key->raw;
}

/* The 32-byte master key before flips; for a passphrase from the cache or by Argon2id (64 MiB, some 80 ms). */
static gboolean
get_master (const TriKey *const_key, const guint8 *salt, guint8 *master, GError **error)
{
  TriKey *key = (TriKey *) const_key;
  if (key->kind != TRI_KEY_PASSPHRASE)
    {
      memcpy (master, key->secret, TRI_KEY_SIZE);
      return TRUE;
    }

  g_mutex_lock (&key->lock);
  gboolean good = FALSE;
  for (guint i = 0; i < MIN (key->n_derived, CACHED) && !good; i++)
    if (memcmp (key->derived[i].salt, salt, TRI_SALT_SIZE) == 0)
      {
        memcpy (master, key->derived[i].master, TRI_KEY_SIZE);
        good = TRUE;
      }
  if (!good)
    {
      if (key->derived == NULL)
        key->derived = sodium_allocarray (CACHED, sizeof *key->derived);
      good = key->derived != NULL
             && crypto_pwhash (master, TRI_KEY_SIZE, (const char *) key->secret, key->secret_size, salt,
                               crypto_pwhash_OPSLIMIT_INTERACTIVE, crypto_pwhash_MEMLIMIT_INTERACTIVE,
                               crypto_pwhash_ALG_ARGON2ID13) == 0;
      if (good)
        {
          Derived *slot = &key->derived[key->n_derived++ % CACHED];
          memcpy (slot->salt, salt, TRI_SALT_SIZE);
          memcpy (slot->master, master, TRI_KEY_SIZE);
        }
      else
        g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_MEMORY,
                             _("There is not enough memory to derive the key from the passphrase: it needs 64 MiB. "
                               "Close other programs and try again."));
    }
  g_mutex_unlock (&key->lock);
  return good;
}

/**
 * tri_key_derive:
 * @context: who wants it and what for ("aes-ctr key"): other contexts give unrelated subkeys
 * @out: (out): @out_size bytes; the caller wipes them
 *
 * Derives a subkey. A raw key has no subkeys: TRI_ERROR_NO_KEY.
 */
gboolean
tri_key_derive (const TriKey *key, const guint8 salt[TRI_SALT_SIZE], const char *context,
                guint8 *out, gsize out_size, GError **error)
{
  if (key->kind == TRI_KEY_RAW)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY,
                           _("This cipher can't use raw numbers as its key. Give a passphrase, a picture or a file."));
      return FALSE;
    }
  guint8 master[TRI_KEY_SIZE];
  if (!get_master (key, salt, master, error))
    return FALSE;
  for (guint i = 0; i < TRI_KEY_SIZE; i++)
    master[i] ^= key->flips[i];

  for (guint32 block = 0; out_size > 0; block++)
    {
      guint8 piece[64];
      guint32 counter = GUINT32_TO_LE (block);
      crypto_generichash_state state;
      crypto_generichash_init (&state, master, sizeof master, sizeof piece);
      crypto_generichash_update (&state, salt, TRI_SALT_SIZE);
      crypto_generichash_update (&state, (const guint8 *) &counter, sizeof counter);
      crypto_generichash_update (&state, (const guint8 *) context, strlen (context));
      crypto_generichash_final (&state, piece, sizeof piece);
      gsize n = MIN (out_size, sizeof piece);
      memcpy (out, piece, n);
      out += n;
      out_size -= n;
      sodium_memzero (piece, sizeof piece);
      sodium_memzero (&state, sizeof state);
    }
  sodium_memzero (master, sizeof master);
  return TRUE;
}
