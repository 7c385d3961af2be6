/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age-text.h"

#include <glib/gi18n-lib.h>

#include "tri-age.h"
#include "tri-secret.h"

/* All of the reader's text into @text, locked memory that is as large as the file was. */
static gboolean
read_text (TriAgeReader *reader, char *text, gsize room, gsize *size, GError **error)
{
  gssize n = 1;
  *size = 0;
  while (n > 0 && *size < room)
    {
      n = tri_age_reader_read (reader, (guint8 *) text + *size, room - *size, error);
      *size += n > 0 ? (gsize) n : 0;
    }
  text[*size] = '\0';
  return n >= 0;
}

/**
 * tri_age_check_takes_passphrase:
 * @name: of the file that @bytes are, for the message
 *
 * No passphrase opens a file that is encrypted for keys: to call one wrong would send its owner looking for another.
 *
 * Returns: FALSE with TRI_AGE_ERROR_RECIPIENT for such a file, or with what is wrong with its header
 */
gboolean
tri_age_check_takes_passphrase (GBytes *bytes, const char *name, GCancellable *cancellable, GError **error)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (TriAgeInfo) info = tri_age_inspect (in, cancellable, error);
  if (info == NULL)
    {
      g_prefix_error (error, "%s: ", name);
      return FALSE;
    }
  if (tri_age_info_is_passphrase (info))
    return TRUE;
  g_set_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT,
               _("“%s” is encrypted for a key, not with a passphrase. Open it with that key first, then import what is in it."),
               name);
  return FALSE;
}

/**
 * tri_age_open_text:
 * @bytes: an age file that fits into locked memory
 * @size: (out): of the content
 *
 * Returns: (transfer full): the content, ended by a zero that @size does not count; freed with tri_secret_free(). NULL with
 *   TRI_AGE_ERROR_NO_MATCH for a wrong passphrase, among others
 */
char *
tri_age_open_text (GBytes *bytes, const char *passphrase, gsize *size, GError **error)
{
  g_autoptr (GPtrArray) identities = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_identity_unref);
  TriAgeIdentity *identity = tri_age_identity_new_passphrase (passphrase, error);
  if (identity == NULL)
    return NULL;
  g_ptr_array_add (identities, identity);
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (TriAgeReader) reader = tri_age_reader_new (in, identities, NULL, error);
  if (reader == NULL)
    return NULL;
  gsize room = g_bytes_get_size (bytes);
  char *text = tri_secret_new (room + 1);
  if (read_text (reader, text, room, size, error))
    return text;
  tri_secret_free (text);
  return NULL;
}

/* @work_factor: log₂ N; 0 for the usual one. Returns: (transfer full) */
GBytes *
tri_age_seal_text (const char *text, gsize size, const char *passphrase, guint work_factor, GError **error)
{
  g_autoptr (GPtrArray) recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_recipient_unref);
  TriAgeRecipient *recipient = tri_age_recipient_new_passphrase (passphrase, work_factor, error);
  if (recipient == NULL)
    return NULL;
  g_ptr_array_add (recipients, recipient);
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_data (text, (gssize) size, NULL);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  if (!tri_age_encrypt (in, out, recipients, 0, size, NULL, error) || !g_output_stream_close (out, NULL, error))
    return NULL;
  return g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out));
}
