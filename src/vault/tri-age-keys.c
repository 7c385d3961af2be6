/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age-keys.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-age-error.h"
#include "tri-age-scheme.h"
#include "tri-bech32.h"
#include "tri-error.h"
#include "tri-secret.h"

const TriAgeScheme *const tri_age_schemes[TRI_AGE_N_KINDS] = { &tri_age_x25519, &tri_age_hybrid, &tri_age_scrypt };

static TriAgeRecipient *
recipient_new (const TriAgeScheme *scheme, const void *key, gsize size)
{
  TriAgeRecipient *recipient = g_new0 (TriAgeRecipient, 1);
  g_atomic_ref_count_init (&recipient->refs);
  recipient->scheme = scheme;
  recipient->key = tri_secret_copy (key, size);
  recipient->key_size = size;
  return recipient;
}

static TriAgeIdentity *
identity_new (const TriAgeScheme *scheme, const void *key, gsize size)
{
  TriAgeIdentity *identity = g_new0 (TriAgeIdentity, 1);
  g_atomic_ref_count_init (&identity->refs);
  identity->scheme = scheme;
  identity->key = tri_secret_copy (key, size);
  identity->key_size = size;
  return identity;
}

/**
 * tri_age_recipient_parse:
 * @text: "age1…" or "age1pq1…"; white space around it is ignored
 *
 * Returns: (transfer full): the recipient, or NULL with TRI_AGE_ERROR_RECIPIENT that says what it looks like instead
 */
TriAgeRecipient *
tri_age_recipient_parse (const char *text, GError **error)
{
  g_return_val_if_fail (text != NULL, NULL);
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  guint8 key[2048];
  const char *why = NULL;
  for (guint i = 0; i < TRI_AGE_N_KINDS; i++)
    {
      const TriAgeScheme *scheme = tri_age_schemes[i];
      if (scheme->recipient_hrp == NULL || !tri_bech32_decode (stripped, scheme->recipient_hrp, key, scheme->public_size))
        continue;
      if (scheme->check_public == NULL || scheme->check_public (key))
        return recipient_new (scheme, key, scheme->public_size);
      why = _("its key has numbers that no key has. Ask for the right one");
    }
  if (why != NULL)
    ;
  else if (g_ascii_strncasecmp (stripped, "AGE-SECRET-KEY-", 15) == 0)
    why = _("it is a secret key. Keep it to yourself: a recipient begins with age1");
  else if (g_str_has_prefix (stripped, "ssh-"))
    why = _("SSH keys are not supported. Ask for an age recipient");
  else if (g_str_has_prefix (stripped, "age1"))
    why = strrchr (stripped, '1') > stripped + 3 && !g_str_has_prefix (stripped, "age1pq1")
              ? _("it belongs to a plugin, and plugins are not run")
              : _("a character is wrong or missing. Copy it again, whole");
  else
    why = _("it is neither an age1… nor an age1pq1… recipient");
  g_set_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT, _("This recipient can't be used: %s."), why);
  return NULL;
}

/* @passphrase: UTF-8; the caller wipes its copy. @work_factor: log₂ N, or 0 for TRI_AGE_WORK_FACTOR */
TriAgeRecipient *
tri_age_recipient_new_passphrase (const char *passphrase, guint work_factor, GError **error)
{
  if (passphrase[0] == '\0')
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("The passphrase is empty. Type one and try again."));
      return NULL;
    }
  if (work_factor > TRI_AGE_WORK_FACTOR_MAX)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID,
                   _("A work factor of %u is above %u, which is the most that Triptych opens again."), work_factor,
                   TRI_AGE_WORK_FACTOR_MAX);
      return NULL;
    }
  TriAgeRecipient *recipient = recipient_new (&tri_age_scrypt, passphrase, strlen (passphrase));
  recipient->work_factor = work_factor > 0 ? work_factor : TRI_AGE_WORK_FACTOR;
  return recipient;
}

TriAgeRecipient *
tri_age_recipient_ref (TriAgeRecipient *recipient)
{
  g_atomic_ref_count_inc (&recipient->refs);
  return recipient;
}

void
tri_age_recipient_unref (TriAgeRecipient *recipient)
{
  if (!g_atomic_ref_count_dec (&recipient->refs))
    return;
  tri_secret_free (recipient->key);
  g_free (recipient);
}

TriAgeKind
tri_age_recipient_get_kind (const TriAgeRecipient *recipient)
{
  return recipient->scheme->kind;
}

/* Returns: (transfer full) (nullable): "age1…"; NULL for a passphrase */
char *
tri_age_recipient_to_text (const TriAgeRecipient *recipient)
{
  const TriAgeScheme *scheme = recipient->scheme;
  if (scheme->recipient_hrp == NULL)
    return NULL;
  char *text = g_malloc (tri_bech32_get_room (scheme->recipient_hrp, recipient->key_size));
  tri_bech32_encode (scheme->recipient_hrp, recipient->key, recipient->key_size, text);
  return text;
}

/* What people compare to be sure that two recipients are the same. Returns: (transfer full) (nullable): the first 128 bits
 * of the SHA-256 of the recipient's text, hexadecimal: printf %s age1… | sha256sum | cut -c-32. NULL for a passphrase */
char *
tri_age_recipient_get_fingerprint (const TriAgeRecipient *recipient)
{
  g_autofree char *text = tri_age_recipient_to_text (recipient);
  char *fingerprint = text != NULL ? g_compute_checksum_for_string (G_CHECKSUM_SHA256, text, -1) : NULL;
  if (fingerprint != NULL)
    fingerprint[TRI_AGE_FINGERPRINT_LENGTH] = '\0';
  return fingerprint;
}

/* @kind: TRI_AGE_X25519 or TRI_AGE_HYBRID */
TriAgeIdentity *
tri_age_identity_generate (TriAgeKind kind)
{
  const TriAgeScheme *scheme = tri_age_schemes[kind];
  guint8 secret[64];
  g_return_val_if_fail (scheme->identity_hrp != NULL && scheme->secret_size <= sizeof secret, NULL);
  randombytes_buf (secret, scheme->secret_size);
  TriAgeIdentity *identity = identity_new (scheme, secret, scheme->secret_size);
  sodium_memzero (secret, sizeof secret);
  return identity;
}

/* @text: "AGE-SECRET-KEY-1…" or "AGE-SECRET-KEY-PQ-1…"; never repeated in the error */
TriAgeIdentity *
tri_age_identity_parse (const char *text, GError **error)
{
  char *copy = tri_secret_copy (text, strlen (text)), *stripped = g_strstrip (copy);
  guint8 secret[64];
  TriAgeIdentity *identity = NULL;
  for (guint i = 0; i < TRI_AGE_N_KINDS && identity == NULL; i++)
    {
      const TriAgeScheme *scheme = tri_age_schemes[i];
      if (scheme->identity_hrp != NULL && tri_bech32_decode (stripped, scheme->identity_hrp, secret, scheme->secret_size))
        identity = identity_new (scheme, secret, scheme->secret_size);
    }
  if (identity == NULL)
    {
      const char *why = _("it does not begin with AGE-SECRET-KEY-");
      if (g_ascii_strncasecmp (stripped, "AGE-SECRET-KEY-", 15) == 0)
        why = _("a character is wrong or missing. Copy it again, whole");
      else if (g_ascii_strncasecmp (stripped, "AGE-PLUGIN-", 11) == 0)
        why = _("it belongs to a plugin, and plugins are not run");
      else if (g_str_has_prefix (stripped, "age1"))
        why = _("it is a recipient, which can only lock. To open, the secret key is needed");
      g_set_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT, _("This identity can't be used: %s."), why);
    }
  sodium_memzero (secret, sizeof secret);
  tri_secret_free (copy);
  return identity;
}

TriAgeIdentity *
tri_age_identity_new_passphrase (const char *passphrase, GError **error)
{
  if (passphrase[0] == '\0')
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("The passphrase is empty. Type one and try again."));
      return NULL;
    }
  return identity_new (&tri_age_scrypt, passphrase, strlen (passphrase));
}

TriAgeIdentity *
tri_age_identity_ref (TriAgeIdentity *identity)
{
  g_atomic_ref_count_inc (&identity->refs);
  return identity;
}

void
tri_age_identity_unref (TriAgeIdentity *identity)
{
  if (!g_atomic_ref_count_dec (&identity->refs))
    return;
  tri_secret_free (identity->key);
  g_free (identity);
}

TriAgeKind
tri_age_identity_get_kind (const TriAgeIdentity *identity)
{
  return identity->scheme->kind;
}

/* Returns: (transfer full) (nullable): NULL for a passphrase */
TriAgeRecipient *
tri_age_identity_get_recipient (const TriAgeIdentity *identity)
{
  const TriAgeScheme *scheme = identity->scheme;
  guint8 public[2048];
  if (scheme->get_public == NULL)
    return NULL;
  scheme->get_public (identity->key, public);
  return recipient_new (scheme, public, scheme->public_size);
}

/* Returns: (transfer full) (nullable): the secret key as text, freed with tri_secret_free(); NULL for a passphrase */
char *
tri_age_identity_to_text (const TriAgeIdentity *identity)
{
  const TriAgeScheme *scheme = identity->scheme;
  if (scheme->identity_hrp == NULL)
    return NULL;
  char *text = tri_secret_new (tri_bech32_get_room (scheme->identity_hrp, identity->key_size));
  tri_bech32_encode (scheme->identity_hrp, identity->key, identity->key_size, text);
  return text;
}

typedef gpointer (*ParseFunc) (const char *line, GError **error);

/* One a line; empty lines and lines that begin with # are skipped. */
static GPtrArray *
parse_lines (const char *text, ParseFunc parse, GDestroyNotify unref, GError **error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (unref);
  guint number = 0;
  for (const char *line = text; line != NULL && *line != '\0'; number++)
    {
      const char *end = strchr (line, '\n');
      gsize length = end != NULL ? (gsize) (end - line) : strlen (line);
      char *one = g_strstrip (tri_secret_copy (line, length));
      gpointer item = NULL;
      gboolean skip = one[0] == '\0' || one[0] == '#';
      if (!skip)
        item = parse (one, error);
      tri_secret_free (one);
      if (!skip && item == NULL)
        {
          g_prefix_error (error, _("Line %u: "), number + 1);
          return NULL;
        }
      if (item != NULL)
        g_ptr_array_add (all, item);
      line = end != NULL ? end + 1 : NULL;
    }
  if (all->len == 0)
    {
      g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT, _("The file has no key in it."));
      return NULL;
    }
  return g_steal_pointer (&all);
}

/* Returns: (transfer full) (element-type TriAgeRecipient): of a file for `age -R`; NULL with an error */
GPtrArray *
tri_age_recipients_parse_file (const char *text, GError **error)
{
  return parse_lines (text, (ParseFunc) tri_age_recipient_parse, (GDestroyNotify) tri_age_recipient_unref, error);
}

/* Returns: (transfer full) (element-type TriAgeIdentity): of a file for `age -i`; NULL with an error */
GPtrArray *
tri_age_identities_parse_file (const char *text, GError **error)
{
  return parse_lines (text, (ParseFunc) tri_age_identity_parse, (GDestroyNotify) tri_age_identity_unref, error);
}
