/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-keyring.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-keyring-index.h"
#include "tri-keyring-private.h"

/**
 * tri_keyring_new:
 * @folder: (nullable): NULL: "triptych" in the user's data directory
 *
 * Opens nothing and asks nobody.
 */
TriKeyring *
tri_keyring_new (GFile *folder, TriKeyringPlace place)
{
  TriKeyring *keyring = g_new0 (TriKeyring, 1);
  g_autofree char *usual = g_build_filename (g_get_user_data_dir (), "triptych", NULL);
  keyring->folder = folder != NULL ? g_object_ref (folder) : g_file_new_for_path (usual);
  keyring->index = g_file_get_child (keyring->folder, "keys.json");
  keyring->place = place;
  g_mutex_init (&keyring->mutex);
  g_autoptr (GFile) file = g_file_get_child (keyring->folder, "keyring.age");
  keyring->stores[TRI_STORE_SERVICE] = tri_key_store_service_new ();
  keyring->stores[TRI_STORE_FILE] = tri_key_store_file_new (file);
  return keyring;
}

void
tri_keyring_free (TriKeyring *keyring)
{
  for (guint i = 0; i < TRI_N_STORES; i++)
    keyring->stores[i]->class->free (keyring->stores[i]);
  g_object_unref (keyring->folder);
  g_object_unref (keyring->index);
  g_mutex_clear (&keyring->mutex);
  g_free (keyring);
}

/* @func: (nullable) */
void
tri_keyring_watch (TriKeyring *keyring, TriKeyringFunc func, gpointer user_data)
{
  keyring->func = func;
  keyring->user_data = user_data;
}

/* @work_factor: of the file, log₂ N; 0 for the usual one */
void
tri_keyring_set_work_factor (TriKeyring *keyring, guint work_factor)
{
  tri_key_store_file_set_work_factor (keyring->stores[TRI_STORE_FILE], work_factor);
}

/* Where new keys go. */
TriKeyStore *
tri_keyring_preferred (TriKeyring *keyring, GCancellable *cancellable)
{
  TriKeyStore *service = keyring->stores[TRI_STORE_SERVICE];
  if (!keyring->asked && keyring->place == TRI_KEYRING_AUTOMATIC)
    {
      keyring->answers = service->class->answers (service, cancellable);
      keyring->asked = !g_cancellable_is_cancelled (cancellable);
    }
  gboolean use_service = keyring->place == TRI_KEYRING_SECRET_SERVICE
                         || (keyring->place == TRI_KEYRING_AUTOMATIC && keyring->answers);
  return keyring->stores[use_service ? TRI_STORE_SERVICE : TRI_STORE_FILE];
}

TriKeyStore *
tri_keyring_store_of (TriKeyring *keyring, const TriKeyringEntry *entry, GError **error)
{
  for (guint i = 0; i < TRI_N_STORES; i++)
    if (g_strcmp0 (keyring->stores[i]->class->id, entry->store) == 0)
      return keyring->stores[i];
  g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
               entry->store == NULL ? _("Of “%s” only the recipient is known, which locks and does not open.")
                                    : _("The secret key of “%s” is in a place that this version of Triptych does not know."),
               entry->label);
  return NULL;
}

const TriKeyringEntry *
tri_keyring_find_fingerprint (GPtrArray *entries, const char *fingerprint)
{
  for (guint i = 0; i < entries->len; i++)
    if (strcmp (((TriKeyringEntry *) entries->pdata[i])->fingerprint, fingerprint) == 0)
      return entries->pdata[i];
  return NULL;
}

const TriKeyringEntry *
tri_keyring_find_label (GPtrArray *entries, const char *label)
{
  for (guint i = 0; i < entries->len; i++)
    if (strcmp (((TriKeyringEntry *) entries->pdata[i])->label, label) == 0)
      return entries->pdata[i];
  return NULL;
}

const TriKeyringEntry *
tri_keyring_need (GPtrArray *entries, const char *fingerprint, GError **error)
{
  const TriKeyringEntry *entry = tri_keyring_find_fingerprint (entries, fingerprint);
  if (entry == NULL)
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("This key is no longer in the key ring."));
  return entry;
}

static gboolean
has_file_key (TriKeyring *keyring)
{
  g_autoptr (GPtrArray) entries = tri_keyring_index_read (keyring->index, NULL);
  for (guint i = 0; entries != NULL && i < entries->len; i++)
    if (g_strcmp0 (((TriKeyringEntry *) entries->pdata[i])->store, keyring->stores[TRI_STORE_FILE]->class->id) == 0)
      return TRUE;
  return FALSE;
}

/**
 * tri_keyring_get_state:
 *
 * What is needed before secret keys can be used, and new ones be made. May ask the Secret Service whether it is there.
 */
TriKeyringState
tri_keyring_get_state (TriKeyring *keyring, GCancellable *cancellable)
{
  TriKeyStore *file = keyring->stores[TRI_STORE_FILE];
  g_mutex_lock (&keyring->mutex);
  gboolean needed = tri_keyring_preferred (keyring, cancellable) == file || has_file_key (keyring);
  TriKeyringState state = needed ? file->class->get_state (file) : TRI_KEYRING_OPEN;
  g_mutex_unlock (&keyring->mutex);
  return state;
}

/* Whether new keys go to the Secret Service, which may be asked whether it is there. */
gboolean
tri_keyring_uses_service (TriKeyring *keyring, GCancellable *cancellable)
{
  g_mutex_lock (&keyring->mutex);
  gboolean service = tri_keyring_preferred (keyring, cancellable) == keyring->stores[TRI_STORE_SERVICE];
  g_mutex_unlock (&keyring->mutex);
  return service;
}

/* @passphrase: of the file; the caller wipes its copy. Returns: FALSE with TRI_ERROR_WRONG_KEY, among others */
gboolean
tri_keyring_unlock (TriKeyring *keyring, const char *passphrase, GError **error)
{
  TriKeyStore *file = keyring->stores[TRI_STORE_FILE];
  g_mutex_lock (&keyring->mutex);
  gboolean good = file->class->unlock (file, passphrase, error);
  g_mutex_unlock (&keyring->mutex);
  return good;
}

/* Forgets the file's passphrase and keys. */
void
tri_keyring_lock (TriKeyring *keyring)
{
  g_mutex_lock (&keyring->mutex);
  keyring->stores[TRI_STORE_FILE]->class->lock (keyring->stores[TRI_STORE_FILE]);
  g_mutex_unlock (&keyring->mutex);
}

/* Returns: (transfer full) (element-type TriKeyringEntry): as it is now, in the order in which they came; asks nobody and
 * needs no passphrase */
GPtrArray *
tri_keyring_list (TriKeyring *keyring, GError **error)
{
  return tri_keyring_index_read (keyring->index, error);
}

/**
 * tri_keyring_find:
 * @text: a label, a fingerprint or its beginning of at least eight digits, or a recipient
 *
 * Returns: (transfer full): NULL with TRI_ERROR_NO_KEY
 */
TriKeyringEntry *
tri_keyring_find (TriKeyring *keyring, const char *text, GError **error)
{
  g_autoptr (GPtrArray) entries = tri_keyring_list (keyring, error);
  if (entries == NULL)
    return NULL;
  const TriKeyringEntry *found = tri_keyring_find_label (entries, text);
  guint n = 0;
  for (guint i = 0; i < entries->len && found == NULL; i++)
    if (strcmp (((TriKeyringEntry *) entries->pdata[i])->recipient, text) == 0)
      found = entries->pdata[i];
  for (guint i = 0; i < entries->len && strlen (text) >= 8 && (found == NULL || n > 0); i++)
    if (g_str_has_prefix (((TriKeyringEntry *) entries->pdata[i])->fingerprint, text))
      {
        found = entries->pdata[i];
        n++;
      }
  if (found != NULL && n <= 1)
    return tri_keyring_entry_copy (found);
  g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
               n > 1 ? _("More than one key in the key ring begins with “%s”. Give more of its fingerprint.")
                     : _("The key ring has no key that is called “%s”."),
               text);
  return NULL;
}

/* What a store has of @entry; a key that does not belong to the recipient that people were given is refused. */
static TriAgeIdentity *
load_identity (TriKeyring *keyring, const TriKeyringEntry *entry, GCancellable *cancellable, GError **error)
{
  TriKeyStore *store = tri_keyring_store_of (keyring, entry, error);
  g_autoptr (GPtrArray) keys = store != NULL ? store->class->load (store, entry->fingerprint, cancellable, error) : NULL;
  if (keys == NULL)
    return NULL;
  for (guint i = 0; i < keys->len; i++)
    {
      const TriStoredKey *key = keys->pdata[i];
      if (strcmp (key->fingerprint, entry->fingerprint) == 0)
        return tri_age_identity_ref (key->identity);
    }
  g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
               keys->len > 0 ? _("What is stored as the secret key of “%s” is another one, and is not used.")
                             : _("The secret key of “%s” is no longer where it was stored. Import it from its backup."),
               entry->label);
  return NULL;
}

/* Returns: (transfer full): one's own secret key; NULL with TRI_ERROR_NO_KEY when it is another person's, or locked */
TriAgeIdentity *
tri_keyring_get_identity (TriKeyring *keyring, const char *fingerprint, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) entries = tri_keyring_list (keyring, error);
  const TriKeyringEntry *entry = entries != NULL ? tri_keyring_need (entries, fingerprint, error) : NULL;
  if (entry == NULL)
    return NULL;
  g_mutex_lock (&keyring->mutex);
  TriAgeIdentity *identity = load_identity (keyring, entry, cancellable, error);
  g_mutex_unlock (&keyring->mutex);
  return identity;
}

/**
 * tri_keyring_get_identities:
 *
 * Returns: (transfer full) (element-type TriAgeIdentity): every own secret key that can be had, to try them on a file;
 *   NULL with the first one's error when there is none
 */
GPtrArray *
tri_keyring_get_identities (TriKeyring *keyring, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) identities = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_identity_unref);
  g_autoptr (GPtrArray) entries = tri_keyring_list (keyring, error);
  g_autoptr (GError) first = NULL;
  if (entries == NULL)
    return NULL;
  g_mutex_lock (&keyring->mutex);
  for (guint i = 0; i < entries->len; i++)
    {
      const TriKeyringEntry *entry = entries->pdata[i];
      TriAgeIdentity *identity = entry->store == NULL ? NULL
                                                      : load_identity (keyring, entry, cancellable,
                                                                       first == NULL ? &first : NULL);
      if (identity != NULL)
        g_ptr_array_add (identities, identity);
    }
  g_mutex_unlock (&keyring->mutex);
  if (identities->len > 0)
    return g_steal_pointer (&identities);
  if (first != NULL)
    g_propagate_error (error, g_steal_pointer (&first));
  else
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY,
                         _("The key ring has no secret key. Create one, or import one from its backup."));
  return NULL;
}
