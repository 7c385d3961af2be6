/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-keyring-index.h"

#include <glib/gi18n-lib.h>
#include <json-glib/json-glib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-file.h"

#define VERSION 1
#define SIZE_MAX_READ (64u * 1024 * 1024) /* some twenty thousand post-quantum recipients */

/* @store: (nullable): that has the secret key; NULL for another person's recipient */
TriKeyringEntry *
tri_keyring_entry_new (const TriAgeRecipient *recipient, const char *label, const char *store, gint64 created)
{
  TriKeyringEntry *entry = g_new0 (TriKeyringEntry, 1);
  entry->recipient = tri_age_recipient_to_text (recipient);
  entry->fingerprint = tri_age_recipient_get_fingerprint (recipient);
  entry->kind = tri_age_recipient_get_kind (recipient);
  entry->label = g_strdup (label);
  entry->store = g_strdup (store);
  entry->created = created;
  return entry;
}

void
tri_keyring_entry_free (TriKeyringEntry *entry)
{
  g_free (entry->recipient);
  g_free (entry->fingerprint);
  g_free (entry->label);
  g_free (entry->store);
  g_free (entry);
}

TriKeyringEntry *
tri_keyring_entry_copy (const TriKeyringEntry *entry)
{
  TriKeyringEntry *copy = g_memdup2 (entry, sizeof *entry);
  copy->recipient = g_strdup (entry->recipient);
  copy->fingerprint = g_strdup (entry->fingerprint);
  copy->label = g_strdup (entry->label);
  copy->store = g_strdup (entry->store);
  return copy;
}

static gboolean
damaged (const char *path, const char *why, GError **error)
{
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
               _("The list of keys in %s can't be read: %s. It holds no secrets: move it away, and import recipients "
                 "again; your own keys are found again in their store."),
               path, why);
  return FALSE;
}

/* Returns: (nullable) (transfer none): the member when it is text */
static const char *
get_text (JsonObject *object, const char *name)
{
  JsonNode *node = json_object_get_member (object, name);
  return node != NULL && JSON_NODE_HOLDS_VALUE (node) && json_node_get_value_type (node) == G_TYPE_STRING
             ? json_node_get_string (node)
             : NULL;
}

/* Returns: whether @text is a date, or absent, which makes *@seconds 0 */
static gboolean
read_time (const char *text, gint64 *seconds)
{
  g_autoptr (GDateTime) time = text != NULL ? g_date_time_new_from_iso8601 (text, NULL) : NULL;
  *seconds = time != NULL ? g_date_time_to_unix (time) : 0;
  return time != NULL || text == NULL;
}

static gboolean
add_entry (GPtrArray *entries, GHashTable *seen, JsonNode *node, const char *path, GError **error)
{
  JsonObject *object = JSON_NODE_HOLDS_OBJECT (node) ? json_node_get_object (node) : NULL;
  const char *label = object != NULL ? get_text (object, "label") : NULL;
  const char *text = object != NULL ? get_text (object, "recipient") : NULL;
  const char *when = object != NULL ? get_text (object, "created") : NULL;
  gint64 created = 0, revoked = 0;
  if (label == NULL || text == NULL || when == NULL || !read_time (when, &created)
      || !read_time (get_text (object, "revoked"), &revoked))
    return damaged (path, _("an entry lacks its label, recipient or date"), error);
  g_autoptr (GError) why = NULL;
  g_autoptr (TriAgeRecipient) recipient = tri_age_recipient_parse (text, &why);
  if (recipient == NULL)
    return damaged (path, why->message, error);
  TriKeyringEntry *entry = tri_keyring_entry_new (recipient, label, get_text (object, "store"), created);
  entry->revoked = revoked;
  if (!g_hash_table_add (seen, entry->fingerprint))
    {
      tri_keyring_entry_free (entry);
      return damaged (path, _("it has the same key twice"), error);
    }
  g_ptr_array_add (entries, entry);
  return TRUE;
}

static gboolean
read_root (JsonNode *root, GPtrArray *entries, const char *path, GError **error)
{
  JsonObject *object = root != NULL && JSON_NODE_HOLDS_OBJECT (root) ? json_node_get_object (root) : NULL;
  JsonNode *version = object != NULL ? json_object_get_member (object, "version") : NULL;
  JsonNode *keys = object != NULL ? json_object_get_member (object, "keys") : NULL;
  if (version == NULL || !JSON_NODE_HOLDS_VALUE (version) || keys == NULL || !JSON_NODE_HOLDS_ARRAY (keys))
    return damaged (path, _("it is not a list of keys"), error);
  if (json_node_get_int (version) != VERSION)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                           _("The list of keys was written by another version of Triptych. Use that one, or a newer one."));
      return FALSE;
    }
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  JsonArray *array = json_node_get_array (keys);
  for (guint i = 0; i < json_array_get_length (array); i++)
    if (!add_entry (entries, seen, json_array_get_element (array, i), path, error))
      return FALSE;
  return TRUE;
}

/* @path: for messages. Returns: (transfer full) (element-type TriKeyringEntry): NULL with an error */
GPtrArray *
tri_keyring_index_parse (const char *text, gsize size, const char *path, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_keyring_entry_free);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) why = NULL;
  if (!g_utf8_validate (text, (gssize) size, NULL) || !json_parser_load_from_data (parser, text, (gssize) size, &why))
    {
      damaged (path, why != NULL ? why->message : _("it is not text"), error);
      return NULL;
    }
  return read_root (json_parser_get_root (parser), entries, path, error) ? g_steal_pointer (&entries) : NULL;
}

/* Returns: (transfer full) (element-type TriKeyringEntry): none where there is no file; NULL with an error */
GPtrArray *
tri_keyring_index_read (GFile *file, GError **error)
{
  g_autoptr (GError) why = NULL;
  g_autoptr (GBytes) bytes = tri_file_read (file, SIZE_MAX_READ, NULL, &why);
  g_autofree char *path = g_file_get_parse_name (file);
  if (bytes == NULL && g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return g_ptr_array_new_with_free_func ((GDestroyNotify) tri_keyring_entry_free);
  if (bytes == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return NULL;
    }
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);
  return tri_keyring_index_parse (text != NULL ? text : "", size, path, error);
}

static void
put_text (JsonBuilder *builder, const char *name, const char *value)
{
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, value);
}

static void
put_time (JsonBuilder *builder, const char *name, gint64 seconds)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (seconds);
  g_autofree char *text = g_date_time_format_iso8601 (time);
  put_text (builder, name, text);
}

/* Returns: (transfer full) */
char *
tri_keyring_index_to_text (GPtrArray *entries)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "version");
  json_builder_add_int_value (builder, VERSION);
  json_builder_set_member_name (builder, "keys");
  json_builder_begin_array (builder);
  for (guint i = 0; i < entries->len; i++)
    {
      const TriKeyringEntry *entry = entries->pdata[i];
      json_builder_begin_object (builder);
      put_text (builder, "label", entry->label);
      put_text (builder, "recipient", entry->recipient);
      put_time (builder, "created", entry->created);
      if (entry->revoked != 0)
        put_time (builder, "revoked", entry->revoked);
      if (entry->store != NULL)
        put_text (builder, "store", entry->store);
      json_builder_end_object (builder);
    }
  json_builder_end_array (builder);
  json_builder_end_object (builder);
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  return json_to_string (root, TRUE);
}

/* Who somebody writes to is nobody else's business: the file is private, like what is secret. */
gboolean
tri_keyring_index_write (GFile *file, GPtrArray *entries, GError **error)
{
  char *text = tri_keyring_index_to_text (entries);
  g_autoptr (GBytes) bytes = g_bytes_new_take (text, strlen (text));
  return tri_file_write_private (file, bytes, TRUE, NULL, error);
}
