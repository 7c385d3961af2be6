/* Strict reading and canonical writing of the header (c2sp.org/age, "Header"). Lines come one at a time, so that the
 * reader needs no view of the whole. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age-stanza.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-age-error.h"
#include "tri-base64.h"
#include "tri-hkdf.h"

#define COLUMNS 64
#define LINE_BYTES (COLUMNS / 4 * 3)
#define CERTAIN strlen ("age-") /* bytes of the first line that nothing else begins with */

G_DEFINE_QUARK (tri-age-error-quark, tri_age_error)

/* Canonical and unpadded. */
gboolean
tri_age_base64_decode (const char *text, gsize length, guint8 *out, gsize out_max, gsize *out_size)
{
  return tri_base64_decode (text, length, FALSE, out, out_max, out_size);
}

/* Returns: (transfer full) */
char *
tri_age_base64_encode (const guint8 *data, gsize size)
{
  return tri_base64_encode (data, size, FALSE);
}

static TriAgeStanza *
stanza_new_empty (void)
{
  TriAgeStanza *stanza = g_new0 (TriAgeStanza, 1);
  stanza->args = g_ptr_array_new_with_free_func (g_free);
  stanza->body = g_byte_array_new ();
  return stanza;
}

/* Returns: (transfer full): a stanza with these arguments and an empty body */
TriAgeStanza *
tri_age_stanza_new (const char *type, ...)
{
  TriAgeStanza *stanza = stanza_new_empty ();
  va_list args;
  va_start (args, type);
  for (const char *arg = type; arg != NULL; arg = va_arg (args, const char *))
    g_ptr_array_add (stanza->args, g_strdup (arg));
  va_end (args);
  return stanza;
}

void
tri_age_stanza_free (TriAgeStanza *stanza)
{
  g_ptr_array_unref (stanza->args);
  g_byte_array_unref (stanza->body);
  g_free (stanza);
}

const char *
tri_age_stanza_type (const TriAgeStanza *stanza)
{
  return g_ptr_array_index (stanza->args, 0);
}

TriAgeHeader *
tri_age_header_new (void)
{
  TriAgeHeader *header = g_new0 (TriAgeHeader, 1);
  header->stanzas = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_stanza_free);
  header->text = g_byte_array_new ();
  return header;
}

void
tri_age_header_free (TriAgeHeader *header)
{
  g_ptr_array_unref (header->stanzas);
  g_byte_array_unref (header->text);
  sodium_memzero (header->mac, sizeof header->mac);
  g_free (header);
}

static gboolean
bad_header (GError **error, const char *what)
{
  g_set_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_HEADER,
               _("The header of the age file is not valid: %s. The file was damaged or not made by an age program; try "
                 "another copy."), what);
  return FALSE;
}

static gboolean
check_version (const guint8 *line, gsize size, GError **error)
{
  static const char version[] = TRI_AGE_VERSION_LINE, family[] = "age-encryption.org/";
  if (size == sizeof version - 1 && memcmp (line, version, size) == 0)
    return TRUE;
  if (size >= CERTAIN && size < sizeof version && memcmp (line, version, size) == 0)
    {
      g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_TRUNCATED,
                           _("The age file ends within its first line: it was cut off. Try another copy."));
      return FALSE;
    }
  if (size > sizeof family - 1 && memcmp (line, family, sizeof family - 1) == 0)
    {
      g_autofree char *printable = g_strndup ((const char *) line, MIN (size, 60));
      g_strdelimit (g_strstrip (printable), "\r\n", ' ');
      g_autofree char *valid = g_utf8_make_valid (printable, -1);
      g_set_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_UNSUPPORTED,
                   _("The file says that it is “%s”, and this program opens version 1 only. A newer program may open it."),
                   valid);
      return FALSE;
    }
  g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_NOT_AGE, _("This is not an age file. Nothing was changed."));
  return FALSE;
}

/* "-> " and arguments of printable characters, one space between two */
static gboolean
begin_stanza (TriAgeHeader *header, const char *line, gsize size, GError **error)
{
  g_autoptr (TriAgeStanza) stanza = stanza_new_empty ();
  gsize start = 3;
  for (gsize i = 3; i <= size; i++)
    {
      if (i < size && line[i] != ' ')
        {
          if (line[i] < 33 || line[i] > 126)
            return bad_header (error, _("an argument has a character that is not allowed"));
          continue;
        }
      if (i == start)
        return bad_header (error, _("a stanza lacks an argument"));
      g_ptr_array_add (stanza->args, g_strndup (line + start, i - start));
      start = i + 1;
    }
  g_ptr_array_add (header->stanzas, g_steal_pointer (&stanza));
  header->in_body = TRUE;
  return TRUE;
}

static gboolean
add_body_line (TriAgeHeader *header, const char *line, gsize size, GError **error)
{
  TriAgeStanza *stanza = g_ptr_array_index (header->stanzas, header->stanzas->len - 1);
  guint8 bytes[LINE_BYTES];
  gsize n = 0;
  if (size > COLUMNS || !tri_age_base64_decode (line, size, bytes, sizeof bytes, &n))
    return bad_header (error, _("a stanza's body is not in canonical base64 of 64 columns"));
  g_byte_array_append (stanza->body, bytes, (guint) n);
  header->in_body = size == COLUMNS;
  return TRUE;
}

static gboolean
end_header (TriAgeHeader *header, const char *line, gsize size, GError **error)
{
  gsize n;
  if (header->stanzas->len == 0)
    return bad_header (error, _("it has no recipient"));
  if (size < 4 || line[3] != ' ' || !tri_age_base64_decode (line + 4, size - 4, header->mac, sizeof header->mac, &n)
      || n != sizeof header->mac)
    return bad_header (error, _("its last line has no valid checksum"));
  g_byte_array_append (header->text, (const guint8 *) "---", 3);
  return TRUE;
}

/**
 * tri_age_header_add_line:
 * @line: the next line of the file, its line feed included; without one the file ended
 * @done: (out): whether this was the last line of the header
 *
 * Returns: FALSE with TRI_AGE_ERROR_NOT_AGE, _UNSUPPORTED, _TRUNCATED or _HEADER
 */
gboolean
tri_age_header_add_line (TriAgeHeader *header, const guint8 *bytes, gsize size, gboolean *done, GError **error)
{
  const char *line = (const char *) bytes;
  *done = FALSE;
  if (header->text->len == 0)
    {
      g_byte_array_append (header->text, bytes, (guint) size);
      return check_version (bytes, size, error);
    }
  if (size == 0 || line[size - 1] != '\n')
    return bad_header (error, _("it ends too early"));
  gsize length = size - 1;
  if (header->in_body)
    {
      if (!add_body_line (header, line, length, error))
        return FALSE;
    }
  else if (length >= 3 && memcmp (line, "---", 3) == 0)
    {
      *done = TRUE;
      return end_header (header, line, length, error);
    }
  else if (length >= 3 && memcmp (line, "-> ", 3) == 0)
    {
      if (!begin_stanza (header, line, length, error))
        return FALSE;
    }
  else
    return bad_header (error, _("a line is neither a stanza nor the end"));
  g_byte_array_append (header->text, bytes, (guint) size);
  return TRUE;
}

static void
compute_mac (const TriAgeHeader *header, const guint8 *file_key, guint8 mac[TRI_AGE_MAC_SIZE])
{
  guint8 key[TRI_HKDF_SIZE];
  crypto_auth_hmacsha256_state state;
  tri_hkdf (NULL, 0, file_key, TRI_AGE_FILE_KEY_SIZE, "header", key, sizeof key);
  crypto_auth_hmacsha256_init (&state, key, sizeof key);
  crypto_auth_hmacsha256_update (&state, header->text->data, header->text->len);
  crypto_auth_hmacsha256_final (&state, mac);
  sodium_memzero (key, sizeof key);
  sodium_memzero (&state, sizeof state);
}

static void
append (GByteArray *text, const char *string)
{
  g_byte_array_append (text, (const guint8 *) string, (guint) strlen (string));
}

/* Writes the stanzas into the text, and its MAC: the file begins with the text, a space, the MAC in base64, a line
 * feed. */
void
tri_age_header_finish (TriAgeHeader *header, const guint8 file_key[TRI_AGE_FILE_KEY_SIZE])
{
  g_byte_array_set_size (header->text, 0);
  append (header->text, TRI_AGE_VERSION_LINE);
  for (guint i = 0; i < header->stanzas->len; i++)
    {
      const TriAgeStanza *stanza = g_ptr_array_index (header->stanzas, i);
      append (header->text, "->");
      for (guint k = 0; k < stanza->args->len; k++)
        {
          append (header->text, " ");
          append (header->text, g_ptr_array_index (stanza->args, k));
        }
      append (header->text, "\n");
      for (guint at = 0; at <= stanza->body->len; at += LINE_BYTES)
        {
          g_autofree char *line = tri_age_base64_encode (stanza->body->data + at, MIN (LINE_BYTES, stanza->body->len - at));
          append (header->text, line);
          append (header->text, "\n");
        }
    }
  append (header->text, "---");
  compute_mac (header, file_key, header->mac);
}

gboolean
tri_age_header_check_mac (const TriAgeHeader *header, const guint8 file_key[TRI_AGE_FILE_KEY_SIZE])
{
  guint8 mac[TRI_AGE_MAC_SIZE];
  compute_mac (header, file_key, mac);
  return sodium_memcmp (mac, header->mac, sizeof mac) == 0;
}
