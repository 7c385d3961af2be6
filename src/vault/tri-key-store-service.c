/* Secret keys with the Secret Service of the desktop (GNOME Keyring, KWallet, KeePassXC, …), which asks for what it needs by
 * itself. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-key-store.h"
#include "tri-secret-service.h"
#include "tri-secret.h"

#define TITLE "Triptych: " /* before the label, for whoever looks through the desktop's secrets */

#define LAST_SECOND G_GINT64_CONSTANT (253402300799) /* of the year 9999, the last that has a date */

typedef struct {
  TriKeyStore parent;
} ServiceStore;

static const SecretSchema schema = {
  "io.github.triptych.Triptych.Identity",
  SECRET_SCHEMA_NONE,
  {
    { "fingerprint", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "created", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, SECRET_SCHEMA_ATTRIBUTE_STRING },
  },
  0, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
};

/* Returns: (transfer full): NULL with TRI_ERROR_NO_KEY when none answers */
SecretService *
tri_secret_service_connect (GCancellable *cancellable, GError **error)
{
  g_autoptr (GError) why = NULL;
  SecretService *service = secret_service_get_sync (SECRET_SERVICE_OPEN_SESSION, cancellable, &why);
  if (service == NULL)
    g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
                 _("The desktop's store of passwords (Secret Service) can't be reached: %s. Start it, or use the key ring "
                   "that is a file."),
                 why->message);
  return service;
}

/* @why: (transfer full). Returns: FALSE always */
gboolean
tri_secret_service_refused (GError *why, GError **error)
{
  if (g_error_matches (why, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    g_propagate_error (error, why);
  else
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("The desktop's store of passwords (Secret Service) refused: %s."),
                   why->message);
      g_error_free (why);
    }
  return FALSE;
}

static GHashTable *
attributes_of (const char *fingerprint, const char *created)
{
  GHashTable *attributes = g_hash_table_new (g_str_hash, g_str_equal);
  if (fingerprint != NULL)
    g_hash_table_insert (attributes, (gpointer) "fingerprint", (gpointer) fingerprint);
  if (created != NULL)
    g_hash_table_insert (attributes, (gpointer) "created", (gpointer) created);
  return attributes;
}

static gboolean
service_answers (TriKeyStore *store, GCancellable *cancellable)
{
  g_autoptr (SecretService) service = tri_secret_service_connect (cancellable, NULL);
  return service != NULL;
}

static TriKeyringState
service_get_state (TriKeyStore *store)
{
  return TRI_KEYRING_OPEN;
}

static TriStoredKey *
read_item (SecretItem *item, GError **error)
{
  g_autoptr (SecretValue) value = secret_item_get_secret (item);
  const char *text = value != NULL ? secret_value_get_text (value) : NULL;
  g_autofree char *title = secret_item_get_label (item);
  g_autoptr (GHashTable) attributes = secret_item_get_attributes (item);
  const char *created = g_hash_table_lookup (attributes, "created");
  gint64 time = created != NULL ? CLAMP (g_ascii_strtoll (created, NULL, 10), 0, LAST_SECOND) : 0;
  g_autoptr (TriAgeIdentity) identity = text != NULL ? tri_age_identity_parse (text, error) : NULL;
  if (text == NULL)
    g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                 _("The desktop's store of passwords (Secret Service) did not give out the secret key “%s”."), title);
  if (identity == NULL)
    return NULL;
  const char *label = title != NULL && g_str_has_prefix (title, TITLE) ? title + strlen (TITLE) : title;
  return tri_stored_key_new (identity, label != NULL ? label : "", time);
}

static GPtrArray *
service_load (TriKeyStore *store, const char *fingerprint, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_stored_key_free);
  g_autoptr (GHashTable) attributes = attributes_of (fingerprint, NULL);
  g_autoptr (SecretService) service = tri_secret_service_connect (cancellable, error);
  GError *why = NULL;
  if (service == NULL)
    return NULL;
  GList *items = secret_service_search_sync (service, &schema, attributes,
                                             SECRET_SEARCH_ALL | SECRET_SEARCH_UNLOCK | SECRET_SEARCH_LOAD_SECRETS,
                                             cancellable, &why);
  gboolean good = why == NULL || tri_secret_service_refused (why, error);
  for (GList *l = items; l != NULL && good; l = l->next)
    {
      TriStoredKey *key = read_item (l->data, error);
      good = key != NULL;
      if (good)
        g_ptr_array_add (keys, key);
    }
  g_list_free_full (items, g_object_unref);
  return good ? g_steal_pointer (&keys) : NULL;
}

static gboolean
service_put (TriKeyStore *store, const TriStoredKey *key, GCancellable *cancellable, GError **error)
{
  g_autofree char *created = g_strdup_printf ("%" G_GINT64_FORMAT, key->created);
  g_autofree char *title = g_strconcat (TITLE, key->label, NULL);
  g_autoptr (GHashTable) attributes = attributes_of (key->fingerprint, created);
  g_autoptr (SecretService) service = tri_secret_service_connect (cancellable, error);
  GError *why = NULL;
  if (service == NULL)
    return FALSE;
  char *text = tri_age_identity_to_text (key->identity);
  g_autoptr (SecretValue) value = secret_value_new (text, -1, "text/plain"); /* locked memory of libsecret */
  tri_secret_free (text);
  return secret_service_store_sync (service, &schema, attributes, SECRET_COLLECTION_DEFAULT, title, value, cancellable,
                                    &why)
         || tri_secret_service_refused (why, error);
}

static gboolean
service_remove (TriKeyStore *store, const char *fingerprint, GCancellable *cancellable, GError **error)
{
  g_autoptr (GHashTable) attributes = attributes_of (fingerprint, NULL);
  g_autoptr (SecretService) service = tri_secret_service_connect (cancellable, error);
  GError *why = NULL;
  if (service == NULL)
    return FALSE;
  secret_service_clear_sync (service, &schema, attributes, cancellable, &why);
  return why == NULL || tri_secret_service_refused (why, error);
}

static void
service_free (TriKeyStore *store)
{
  g_free (store);
}

static const TriKeyStoreClass service_class = {
  .id = "secret-service",
  .answers = service_answers,
  .get_state = service_get_state,
  .load = service_load,
  .put = service_put,
  .remove = service_remove,
  .free = service_free,
};

TriKeyStore *
tri_key_store_service_new (void)
{
  ServiceStore *self = g_new0 (ServiceStore, 1);
  self->parent.class = &service_class;
  return &self->parent;
}
