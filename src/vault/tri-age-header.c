/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age-header.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-age-error.h"
#include "tri-age-scheme.h"

static gboolean
is_type (const TriAgeHeader *header, guint i, const char *type)
{
  return strcmp (tri_age_stanza_type (g_ptr_array_index (header->stanzas, i)), type) == 0;
}

static gboolean
check_alone (const TriAgeHeader *header, GError **error)
{
  for (guint i = 0; i < header->stanzas->len && header->stanzas->len > 1; i++)
    for (guint k = 0; k < TRI_AGE_N_KINDS; k++)
      if (tri_age_schemes[k]->alone && is_type (header, i, tri_age_schemes[k]->stanza))
        {
          g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_HEADER,
                               _("The header has a passphrase beside other recipients, which the age format forbids: the "
                                 "file may have been tampered with. It is not opened."));
          return FALSE;
        }
  return TRUE;
}

static gboolean
is_printable (const GByteArray *line)
{
  for (guint i = 0; i < line->len; i++)
    if (line->data[i] < 32 || line->data[i] > 126)
      return FALSE;
  return TRUE;
}

/* Returns: (transfer full): the header; the source then stands at the payload. NULL with TRI_AGE_ERROR_NOT_AGE, _HEADER,
 *   _ARMOR, _UNSUPPORTED, _TRUNCATED */
TriAgeHeader *
tri_age_header_read (TriAgeSource *source, GError **error)
{
  if (!tri_age_source_detect_armor (source, error))
    return NULL;
  g_autoptr (TriAgeHeader) header = tri_age_header_new ();
  g_autoptr (GByteArray) line = g_byte_array_new ();
  for (gboolean done = FALSE; !done;)
    {
      gsize room = TRI_AGE_HEADER_MAX - header->text->len;
      if (room == 0)
        {
          g_set_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_HEADER, _("The header of the age file is larger than %u MiB."),
                       TRI_AGE_HEADER_MAX >> 20);
          return NULL;
        }
      if (!tri_age_source_read_line (source, line, room, error))
        return NULL;
      gboolean cut = line->len == 0 || line->data[line->len - 1] != '\n';
      if (cut && line->len < room && header->text->len > 0 && is_printable (line))
        {
          g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_TRUNCATED,
                               _("The age file ends within its header: it was cut off. Try another copy."));
          return NULL;
        }
      if (!tri_age_header_add_line (header, line->data, line->len, &done, error))
        return NULL;
    }
  return check_alone (header, error) ? g_steal_pointer (&header) : NULL;
}

static void
set_no_match (const TriAgeHeader *header, GPtrArray *identities, GError **error)
{
  gboolean passphrase = is_type (header, 0, tri_age_scrypt.stanza);
  gboolean has_passphrase = FALSE;
  for (guint i = 0; i < identities->len; i++)
    has_passphrase |= tri_age_identity_get_kind (g_ptr_array_index (identities, i)) == TRI_AGE_PASSPHRASE;
  const char *message = _("None of your keys opens this file: it was encrypted for other recipients.");
  if (passphrase && has_passphrase)
    message = _("Wrong passphrase. Check upper and lower case and the keyboard layout, and try again.");
  else if (passphrase)
    message = _("This file is opened with a passphrase, not with a key.");
  else if (has_passphrase && identities->len == 1)
    message = _("This file is opened with a key, not with a passphrase.");
  g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_NO_MATCH, message);
}

/**
 * tri_age_header_unwrap:
 * @identities: (element-type TriAgeIdentity)
 * @file_key: (out): the caller wipes it
 *
 * Tries every identity on every stanza of its type, then checks the header's MAC.
 */
gboolean
tri_age_header_unwrap (const TriAgeHeader *header, GPtrArray *identities, guint8 file_key[TRI_AGE_FILE_KEY_SIZE],
                       GError **error)
{
  for (guint i = 0; i < identities->len; i++)
    {
      const TriAgeIdentity *identity = g_ptr_array_index (identities, i);
      for (guint k = 0; k < header->stanzas->len; k++)
        {
          if (!is_type (header, k, identity->scheme->stanza))
            continue;
          switch (identity->scheme->unwrap (identity, g_ptr_array_index (header->stanzas, k), file_key, error))
            {
            case TRI_AGE_UNWRAP_MATCH:
              if (tri_age_header_check_mac (header, file_key))
                return TRUE;
              g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_MAC,
                                   _("The key is right, but the header was changed after the file was made. It is not "
                                     "opened; try another copy."));
              return FALSE;
            case TRI_AGE_UNWRAP_ERROR:
              return FALSE;
            case TRI_AGE_UNWRAP_NO_MATCH:
            default:
              break;
            }
        }
    }
  set_no_match (header, identities, error);
  return FALSE;
}

static gboolean
check_recipients (GPtrArray *recipients, GError **error)
{
  guint n_alone = 0, n_post_quantum = 0;
  for (guint i = 0; i < recipients->len; i++)
    {
      const TriAgeRecipient *recipient = g_ptr_array_index (recipients, i);
      n_alone += recipient->scheme->alone;
      n_post_quantum += recipient->scheme->post_quantum;
    }
  const char *why = NULL;
  if (recipients->len == 0)
    why = _("Nobody could open the file: give a passphrase or a recipient.");
  else if (n_alone > 0 && recipients->len > 1)
    why = _("A passphrase can't be combined with recipients in one file: choose one of them.");
  else if (n_post_quantum > 0 && n_post_quantum < recipients->len)
    why = _("Post-quantum recipients can't be combined with others in one file: the others would undo their protection. "
            "Choose all of one kind.");
  if (why != NULL)
    g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT, why);
  return why == NULL;
}

/* Returns: (transfer full): a finished header for @recipients (element-type TriAgeRecipient), or NULL with
 *   TRI_AGE_ERROR_RECIPIENT or no memory */
TriAgeHeader *
tri_age_header_wrap (GPtrArray *recipients, const guint8 file_key[TRI_AGE_FILE_KEY_SIZE], GError **error)
{
  g_autoptr (TriAgeHeader) header = tri_age_header_new ();
  if (!check_recipients (recipients, error))
    return NULL;
  for (guint i = 0; i < recipients->len; i++)
    {
      const TriAgeRecipient *recipient = g_ptr_array_index (recipients, i);
      TriAgeStanza *stanza = recipient->scheme->wrap (recipient, file_key, error);
      if (stanza == NULL)
        return NULL;
      g_ptr_array_add (header->stanzas, stanza);
    }
  tri_age_header_finish (header, file_key);
  return g_steal_pointer (&header);
}
