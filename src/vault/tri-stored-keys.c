/* Secret keys as the text of an identity file, which age reads as well: a line each, with comments above.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-key-store.h"
#include "tri-keyring-index.h"
#include "tri-secret.h"

TriStoredKey *
tri_stored_key_new (TriAgeIdentity *identity, const char *label, gint64 created)
{
  TriStoredKey *key = g_new0 (TriStoredKey, 1);
  g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (identity);
  key->identity = tri_age_identity_ref (identity);
  key->fingerprint = tri_age_recipient_get_fingerprint (recipient);
  key->label = g_strdup (label);
  key->created = created;
  return key;
}

void
tri_stored_key_free (TriStoredKey *key)
{
  tri_age_identity_unref (key->identity);
  g_free (key->label);
  g_free (key->fingerprint);
  g_free (key);
}

/* The comments above a key; what follows it is its secret. */
static char *
describe (const TriStoredKey *key)
{
  g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (key->identity);
  g_autofree char *text = tri_age_recipient_to_text (recipient);
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (key->created);
  g_autofree char *created = g_date_time_format_iso8601 (time);
  return g_strdup_printf ("# label: %s\n# created: %s\n# public key: %s\n", key->label, created, text);
}

/**
 * tri_stored_keys_to_text:
 * @keys: (element-type TriStoredKey)
 * @head: comments at the top
 * @size: (out): without the zero at its end
 *
 * Returns: (transfer full): for tri_secret_free()
 */
char *
tri_stored_keys_to_text (GPtrArray *keys, const char *head, gsize *size)
{
  enum { SECRET_MAX = 128 };
  g_autoptr (GPtrArray) comments = g_ptr_array_new_with_free_func (g_free);
  gsize room = strlen (head) + 1;
  for (guint i = 0; i < keys->len; i++)
    {
      g_ptr_array_add (comments, describe (keys->pdata[i]));
      room += strlen (comments->pdata[i]) + SECRET_MAX;
    }
  char *text = tri_secret_new (room);
  char *end = stpcpy (text, head);
  for (guint i = 0; i < keys->len; i++)
    {
      const TriStoredKey *key = keys->pdata[i];
      char *secret = tri_age_identity_to_text (key->identity);
      g_assert (strlen (secret) + 2 <= SECRET_MAX);
      end = stpcpy (end, comments->pdata[i]);
      end = stpcpy (end, secret);
      end = stpcpy (end, "\n");
      tri_secret_free (secret);
    }
  *size = (gsize) (end - text);
  return text;
}

/* What a comment above a key says of it. */
typedef struct {
  char *label;
  gint64 created;
} Said;

static void
read_comment (const char *line, Said *said)
{
  const char *text = line + 1 + strspn (line + 1, " \t");
  if (g_str_has_prefix (text, "created: "))
    {
      g_autoptr (GDateTime) time = g_date_time_new_from_iso8601 (text + strlen ("created: "), NULL);
      said->created = time != NULL ? g_date_time_to_unix (time) : 0;
    }
  else if (!g_str_has_prefix (text, "public key: ") && g_utf8_validate (text, -1, NULL))
    {
      g_free (said->label);
      said->label = g_strdup (g_str_has_prefix (text, "label: ") ? text + strlen ("label: ") : text);
    }
}

static gboolean
read_key (const char *line, const Said *said, GPtrArray *keys, GPtrArray *people, GError **error)
{
  const char *label = said->label != NULL ? said->label : "";
  gint64 created = said->created != 0 ? said->created : g_get_real_time () / G_USEC_PER_SEC;
  if (people != NULL && g_str_has_prefix (line, "age1"))
    {
      g_autoptr (TriAgeRecipient) recipient = tri_age_recipient_parse (line, error);
      if (recipient == NULL)
        return FALSE;
      g_ptr_array_add (people, tri_keyring_entry_new (recipient, label, NULL, created));
      return TRUE;
    }
  g_autoptr (TriAgeIdentity) identity = tri_age_identity_parse (line, error);
  if (identity == NULL)
    return FALSE;
  g_ptr_array_add (keys, tri_stored_key_new (identity, label, created));
  return TRUE;
}

/**
 * tri_stored_keys_from_text:
 * @text: an identity file, of age-keygen, too; cut into its lines
 * @people: (nullable) (element-type TriKeyringEntry): gets the recipients; when NULL, there may be none
 *
 * A comment above a key is its label, unless it says "created:" or "public key:". Labels are empty, and times those of
 * now, where the file says none.
 *
 * Returns: (transfer full) (element-type TriStoredKey): NULL with an error
 */
GPtrArray *
tri_stored_keys_from_text (char *text, GPtrArray *people, GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_stored_key_free);
  Said said = { 0 };
  gboolean good = TRUE;
  guint number = 1;
  for (char *line = text, *next; line != NULL && good; line = next, number++)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      line[strcspn (line, "\r")] = '\0';
      line += strspn (line, " \t");
      if (line[0] == '#')
        read_comment (line, &said);
      else if (line[0] != '\0')
        {
          good = read_key (line, &said, keys, people, error);
          if (!good)
            g_prefix_error (error, _("Line %u: "), number);
          g_clear_pointer (&said.label, g_free);
          said.created = 0;
        }
    }
  g_free (said.label);
  return good ? g_steal_pointer (&keys) : NULL;
}
