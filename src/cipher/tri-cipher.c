/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-error.h"
#include "registry.inc"

/* Returns: (array zero-terminated=1): every cipher, in the order of the window */
const TriCipher *const *
tri_ciphers (void)
{
  return registry;
}

/* Returns: (nullable) */
const TriCipher *
tri_cipher_find (const char *id)
{
  for (guint i = 0; registry[i] != NULL; i++)
    if (strcmp (registry[i]->id, id) == 0)
      return registry[i];
  return NULL;
}

const TriCipher *
tri_cipher_find_or_error (const char *id, GError **error)
{
  const TriCipher *cipher = tri_cipher_find (id);
  if (cipher == NULL)
    {
      GString *known = g_string_new (NULL);
      for (guint i = 0; registry[i] != NULL; i++)
        g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", registry[i]->id);
      g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                   _("There is no cipher “%s” in this version. There are: %s."), id, known->str);
      g_string_free (known, TRUE);
    }
  return cipher;
}

/* The parameter table of a cipher by its id, for who reads a sealed file: *@specs is NULL where there are none. */
gboolean
tri_cipher_find_specs (const char *id, const TriParamSpec **specs, GError **error)
{
  const TriCipher *cipher = tri_cipher_find_or_error (id, error);
  if (cipher != NULL)
    *specs = cipher->params;
  return cipher != NULL;
}

static gboolean
check_key (const TriCipher *cipher, const TriKey *key, GError **error)
{
  if (key == NULL)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("A key is needed. Type a passphrase or choose a key."));
      return FALSE;
    }
  if (tri_key_get_kind (key) != TRI_KEY_RAW)
    return TRUE;
  if (cipher->raw_key == NULL || tri_params_get_specs (tri_key_get_raw (key)) != cipher->raw_key)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
                   _("%s can't use these raw numbers as its key. Give a passphrase, a picture or a file."),
                   _(cipher->title));
      return FALSE;
    }
  return TRUE;
}

/**
 * tri_cipher_encrypt:
 * @params: (nullable): of @cipher's table; NULL for its defaults
 * @fresh: (nullable): salt and nonce to use instead of random ones
 *
 * Returns: (transfer full): the sealed picture, or NULL with an error (TRI_ERROR_NO_KEY, _INVALID, _NO_MEMORY,
 *   G_IO_ERROR_CANCELLED, …)
 */
TriSealed *
tri_cipher_encrypt (const TriCipher *cipher, const TriImage *in, const TriKey *key, const TriParams *params,
                    const TriFresh *fresh, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (params == NULL || tri_params_get_specs (params) == cipher->params, NULL);
  if (!check_key (cipher, key, error) || !tri_progress_check (progress, 0, error))
    return NULL;

  g_autoptr (TriSealed) out = tri_sealed_new ();
  out->cipher = g_strdup (cipher->id);
  out->params = params != NULL ? tri_params_copy (params) : tri_params_new (cipher->params);
  out->key_kind = tri_key_get_kind (key);
  out->width = in->width;
  out->height = in->height;
  out->channels = in->channels;
  if (fresh != NULL && fresh->salt != NULL)
    memcpy (out->salt, fresh->salt, TRI_SALT_SIZE);
  else
    randombytes_buf (out->salt, TRI_SALT_SIZE);
  if (fresh != NULL && fresh->nonce != NULL)
    memcpy (out->nonce, fresh->nonce, TRI_NONCE_SIZE);
  else
    randombytes_buf (out->nonce, TRI_NONCE_SIZE);

  if (!cipher->encrypt (in, key, out->params, out, progress, error))
    return NULL;
  g_assert (out->visible != NULL);
  return g_steal_pointer (&out);
}

static const char *
key_kind_title (TriKeyKind kind)
{
  static const char *const titles[] = { N_("a passphrase"), N_("a picture"), N_("a key file"), N_("raw numbers") };
  return _(titles[kind]);
}

/* Whether @in can be decrypted at all, as far as the header says. Returns: (nullable): its cipher */
static const TriCipher *
check_sealed (const TriSealed *in, const TriKey *key, TriProgress *progress, GError **error)
{
  const TriCipher *cipher = tri_cipher_find_or_error (in->cipher, error);
  if (cipher == NULL || !check_key (cipher, key, error)
      || !tri_image_check_size (in->width, in->height, in->channels, error)
      || !tri_progress_check (progress, 0, error))
    return NULL;
  g_return_val_if_fail (in->params != NULL && tri_params_get_specs (in->params) == cipher->params, NULL);
  if ((tri_key_get_kind (key) == TRI_KEY_RAW) != (in->key_kind == TRI_KEY_RAW))
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("This picture was encrypted with %s, and the key given is %s."),
                   key_kind_title (in->key_kind), key_kind_title (tri_key_get_kind (key)));
      return NULL;
    }
  return cipher;
}

/**
 * tri_cipher_decrypt:
 *
 * Returns: (transfer full): the picture, or NULL with TRI_ERROR_WRONG_KEY (only from ciphers that authenticate),
 *   _DAMAGED, _UNSUPPORTED, _NO_KEY, …
 */
TriImage *
tri_cipher_decrypt (const TriSealed *in, const TriKey *key, TriProgress *progress, GError **error)
{
  const TriCipher *cipher = check_sealed (in, key, progress, error);
  TriImage *out = NULL;
  if (cipher == NULL || !cipher->decrypt (in, key, &out, progress, error))
    return NULL;
  g_assert (out != NULL && out->width == in->width && out->height == in->height && out->channels == in->channels);
  return out;
}

/* Returns: (transfer full): what arrived of the code; only for a cipher that can unmask it, see TriCipher */
TriTensor *
tri_cipher_unmask (const TriSealed *in, const TriKey *key, double *gain, TriProgress *progress, GError **error)
{
  const TriCipher *cipher = check_sealed (in, key, progress, error);
  g_return_val_if_fail (cipher == NULL || cipher->unmask != NULL, NULL);
  return cipher != NULL ? cipher->unmask (in, key, gain, progress, error) : NULL;
}

/* Returns: (transfer full) (element-type TriInsight): cards, none where a cipher has nothing to show; NULL on error */
GPtrArray *
tri_cipher_inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress,
                    GError **error)
{
  const TriCipher *cipher = tri_cipher_find_or_error (sealed->cipher, error);
  if (cipher == NULL)
    return NULL;
  return cipher->inspect != NULL ? cipher->inspect (original, sealed, key, progress, error) : tri_insights_new ();
}

/**
 * tri_cipher_lay:
 * @visible: what @cipher made of a picture with @params, or noise in its place
 * @width, @height, @channels: of that picture
 * @scaled: (out) (optional): whether it had to be scaled, so that what is over a pixel may be of others
 *
 * Returns: (transfer full): @visible as it lies over the original, of the original's geometry; NULL as tri_image_new()
 */
TriImage *
tri_cipher_lay (const TriCipher *cipher, const TriParams *params, const TriImage *visible, guint width, guint height,
                guint channels, gboolean *scaled, GError **error)
{
  g_autoptr (TriImage) laid = cipher->lay != NULL ? cipher->lay (params, visible, width, height, error) : tri_image_ref (visible);
  if (laid == NULL)
    return NULL;
  if (scaled != NULL)
    *scaled = laid->width != width || laid->height != height;
  return tri_image_match (laid, width, height, channels, error);
}

/* Whether decryption gives back every bit with these parameters. */
gboolean
tri_cipher_is_lossless (const TriCipher *cipher, const TriParams *params)
{
  if ((cipher->flags & TRI_CIPHER_LOSSY_UNLESS_KEPT) != 0)
    return tri_params_get_bool (params, "lossless");
  return (cipher->flags & TRI_CIPHER_LOSSLESS) != 0;
}

/* Returns: the bit of @key to turn for the smallest change that this cipher notices, see tri_key_flip_bit() */
guint
tri_cipher_lowest_bit (const TriCipher *cipher, const TriKey *key, const TriParams *params)
{
  gboolean raw = tri_key_get_kind (key) == TRI_KEY_RAW && tri_params_get_specs (tri_key_get_raw (key)) == cipher->raw_key;
  return raw && cipher->raw_bit != NULL ? cipher->raw_bit (key, params) : 0;
}

/* Whether another key gives another result with these parameters. */
gboolean
tri_cipher_uses_key (const TriCipher *cipher, const TriParams *params)
{
  return cipher->uses_key == NULL || cipher->uses_key (params);
}

const char *
tri_verdict_id (TriVerdict verdict)
{
  static const char *const ids[] = { "secure", "confidentiality-only", "breakable", "not-encryption" };
  return ids[verdict];
}

/* Returns: translated */
const char *
tri_verdict_title (TriVerdict verdict)
{
  static const char *const titles[] = { N_("Secure"), N_("Confidentiality only"), N_("Breakable"), N_("Not encryption") };
  return _(titles[verdict]);
}

/* Returns: translated */
const char *
tri_family_title (TriFamily family)
{
  static const char *const titles[] = { N_("Proven cryptography"), N_("Chaos maps"), N_("Statistics"),
                                        N_("Neural networks") };
  return _(titles[family]);
}
