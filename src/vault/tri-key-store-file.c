/* Secret keys in an age file under a passphrase. What is inside is an identity file, so that `age -i keyring.age` takes it
 * as it is. Decrypted it exists in locked memory only. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-age-text.h"
#include "tri-age.h"
#include "tri-error.h"
#include "tri-file.h"
#include "tri-key-store.h"
#include "tri-secret.h"

#define SIZE_MAX_READ (16u * 1024 * 1024)
#define HEAD "# Secret keys of Triptych's key ring.\n"

typedef struct {
  TriKeyStore parent;
  GFile *file;
  guint work_factor;
  char *passphrase; /* tri_secret_copy; NULL while locked */
  GPtrArray *keys;  /* TriStoredKey; NULL while locked */
  char *digest;     /* of the file that the keys are from; NULL when there is none */
} FileStore;

static void
forget (FileStore *self)
{
  g_clear_pointer (&self->passphrase, tri_secret_free);
  g_clear_pointer (&self->keys, g_ptr_array_unref);
  g_clear_pointer (&self->digest, g_free);
}

static GPtrArray *
new_keys (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) tri_stored_key_free);
}

/* Returns: FALSE with an error; *@bytes is NULL when there is no file */
static gboolean
read_file (FileStore *self, GBytes **bytes, GError **error)
{
  g_autoptr (GError) why = NULL;
  *bytes = tri_file_read (self->file, SIZE_MAX_READ, NULL, &why);
  if (*bytes != NULL || g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&why));
  return FALSE;
}

static GPtrArray *
decrypt (GBytes *bytes, const char *passphrase, GError **error)
{
  gsize size;
  char *text = tri_age_open_text (bytes, passphrase, &size, error);
  GPtrArray *keys = text != NULL ? tri_stored_keys_from_text (text, NULL, error) : NULL;
  tri_secret_free (text);
  return keys;
}

/* Takes what another program wrote since the file was read. */
static gboolean
refresh (FileStore *self, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  if (self->passphrase == NULL)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("The key ring is locked. Give its passphrase."));
      return FALSE;
    }
  if (!read_file (self, &bytes, error))
    return FALSE;
  g_autofree char *digest = bytes != NULL ? g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes) : NULL;
  if (self->keys != NULL && g_strcmp0 (digest, self->digest) == 0)
    return TRUE;
  GPtrArray *keys = bytes != NULL ? decrypt (bytes, self->passphrase, error) : new_keys ();
  if (keys == NULL)
    return FALSE;
  g_clear_pointer (&self->keys, g_ptr_array_unref);
  self->keys = keys;
  g_free (self->digest);
  self->digest = g_steal_pointer (&digest);
  return TRUE;
}

static GBytes *
encrypt (FileStore *self, GPtrArray *keys, const char *passphrase, GError **error)
{
  gsize size;
  char *text = tri_stored_keys_to_text (keys, HEAD, &size);
  GBytes *bytes = tri_age_seal_text (text, size, passphrase, self->work_factor, error);
  tri_secret_free (text);
  return bytes;
}

/* The disk gave back what it was given. */
static gboolean
check_written (TriFileWriter *writer, GBytes *bytes, GError **error)
{
  gsize size = g_bytes_get_size (bytes), n;
  g_autoptr (GInputStream) in = tri_file_writer_sync (writer, error) ? tri_file_writer_open_again (writer, error) : NULL;
  g_autofree guint8 *again = g_malloc (size + 1);
  if (in == NULL || !g_input_stream_read_all (in, again, size + 1, &n, NULL, error))
    return FALSE;
  if (n == size && memcmp (again, g_bytes_get_data (bytes, NULL), size) == 0)
    return TRUE;
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_FAILED,
                       _("The key ring was read back differently from how it was written: the disk is failing. The old "
                         "file was left as it is."));
  return FALSE;
}

/* The new file replaces the old one when it is whole, or not at all; what is held in memory follows. @keys: (transfer
 * full) */
static gboolean
save (FileStore *self, GPtrArray *keys, const char *passphrase, GError **error)
{
  g_autoptr (GPtrArray) mine = keys;
  g_autoptr (GBytes) bytes = encrypt (self, keys, passphrase, error);
  g_autoptr (GFile) folder = g_file_get_parent (self->file);
  if (bytes == NULL)
    return FALSE;
  (void) g_mkdir_with_parents (g_file_peek_path (folder), 0700); /* the writer says what is wrong with the folder */
  g_autoptr (TriFileWriter) writer = tri_file_writer_new_private (self->file, TRUE, error);
  if (writer == NULL
      || !tri_file_writer_write (writer, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error)
      || !check_written (writer, bytes, error) || !tri_file_writer_commit (writer, NULL, error))
    return FALSE;
  g_clear_pointer (&self->keys, g_ptr_array_unref);
  self->keys = g_steal_pointer (&mine);
  g_free (self->digest);
  self->digest = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  return TRUE;
}

static void
set_passphrase (FileStore *self, const char *passphrase)
{
  char *copy = tri_secret_copy (passphrase, strlen (passphrase));
  g_clear_pointer (&self->passphrase, tri_secret_free);
  self->passphrase = copy;
}

static gboolean
file_answers (TriKeyStore *store, GCancellable *cancellable)
{
  return TRUE;
}

static TriKeyringState
file_get_state (TriKeyStore *store)
{
  FileStore *self = (FileStore *) store;
  if (self->passphrase != NULL)
    return TRI_KEYRING_OPEN;
  return g_file_query_exists (self->file, NULL) ? TRI_KEYRING_LOCKED : TRI_KEYRING_NEW;
}

static gboolean
file_unlock (TriKeyStore *store, const char *passphrase, GError **error)
{
  FileStore *self = (FileStore *) store;
  g_autoptr (GError) why = NULL;
  forget (self);
  if (passphrase[0] == '\0')
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("The passphrase is empty. Type one and try again."));
      return FALSE;
    }
  set_passphrase (self, passphrase);
  if (refresh (self, &why))
    return TRUE;
  forget (self);
  if (g_error_matches (why, TRI_AGE_ERROR, TRI_AGE_ERROR_NO_MATCH))
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_WRONG_KEY,
                         _("This is not the key ring's passphrase. Look at Caps Lock and the keyboard's layout, and try "
                           "again."));
  else
    {
      g_autofree char *path = g_file_get_parse_name (self->file);
      g_propagate_prefixed_error (error, g_steal_pointer (&why), _("The key ring %s: "), path);
    }
  return FALSE;
}

static gboolean
file_change_passphrase (TriKeyStore *store, const char *passphrase, GError **error)
{
  FileStore *self = (FileStore *) store;
  if (!refresh (self, error) || !save (self, g_ptr_array_ref (self->keys), passphrase, error))
    return FALSE;
  set_passphrase (self, passphrase);
  return TRUE;
}

static void
file_lock (TriKeyStore *store)
{
  forget ((FileStore *) store);
}

static TriStoredKey *
copy_key (const TriStoredKey *key)
{
  return tri_stored_key_new (key->identity, key->label, key->created);
}

/* Copies of all but the one with @fingerprint, or of that one only. */
static GPtrArray *
select_keys (GPtrArray *keys, const char *fingerprint, gboolean that)
{
  GPtrArray *some = new_keys ();
  for (guint i = 0; i < keys->len; i++)
    {
      const TriStoredKey *key = keys->pdata[i];
      if (fingerprint == NULL || (strcmp (key->fingerprint, fingerprint) == 0) == that)
        g_ptr_array_add (some, copy_key (key));
    }
  return some;
}

static GPtrArray *
file_load (TriKeyStore *store, const char *fingerprint, GCancellable *cancellable, GError **error)
{
  FileStore *self = (FileStore *) store;
  return refresh (self, error) ? select_keys (self->keys, fingerprint, TRUE) : NULL;
}

static gboolean
file_put (TriKeyStore *store, const TriStoredKey *key, GCancellable *cancellable, GError **error)
{
  FileStore *self = (FileStore *) store;
  if (!refresh (self, error))
    return FALSE;
  GPtrArray *keys = select_keys (self->keys, key->fingerprint, FALSE);
  g_ptr_array_add (keys, copy_key (key));
  return save (self, keys, self->passphrase, error);
}

static gboolean
file_remove (TriKeyStore *store, const char *fingerprint, GCancellable *cancellable, GError **error)
{
  FileStore *self = (FileStore *) store;
  if (!refresh (self, error))
    return FALSE;
  GPtrArray *keys = select_keys (self->keys, fingerprint, FALSE);
  if (keys->len < self->keys->len)
    return save (self, keys, self->passphrase, error);
  g_ptr_array_unref (keys);
  return TRUE;
}

static void
file_free (TriKeyStore *store)
{
  FileStore *self = (FileStore *) store;
  forget (self);
  g_object_unref (self->file);
  g_free (self);
}

static const TriKeyStoreClass file_class = {
  .id = "file",
  .answers = file_answers,
  .get_state = file_get_state,
  .unlock = file_unlock,
  .change_passphrase = file_change_passphrase,
  .lock = file_lock,
  .load = file_load,
  .put = file_put,
  .remove = file_remove,
  .free = file_free,
};

/* @file: a local one; it need not be there yet */
TriKeyStore *
tri_key_store_file_new (GFile *file)
{
  FileStore *self = g_new0 (FileStore, 1);
  self->parent.class = &file_class;
  self->file = g_object_ref (file);
  return &self->parent;
}

/* @work_factor: log₂ N of what is written from now on, or 0 for TRI_AGE_WORK_FACTOR */
void
tri_key_store_file_set_work_factor (TriKeyStore *store, guint work_factor)
{
  g_return_if_fail (store->class == &file_class);
  ((FileStore *) store)->work_factor = work_factor;
}
