/* What changes the key ring. A secret key is stored before the list shows it, and leaves the list after its store, so that
 * an interruption never shows less than there is. SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "tri-age.h"
#include "tri-error.h"
#include "tri-file.h"
#include "tri-keyring-index.h"
#include "tri-keyring-private.h"
#include "tri-secret.h"

#define LABEL_MAX 100 /* letters */
#define KEY_FILE_MAX (4u * 1024 * 1024)

/* What happened, to be told. */
typedef struct {
  TriKeyringEvent event;
  TriKeyringEntry *entry;
} News;

static void
news_free (News *news)
{
  tri_keyring_entry_free (news->entry);
  g_free (news);
}

/* A change in progress: no other thread and no other program makes one meanwhile. */
typedef struct {
  TriKeyring *keyring;
  int fd; /* a lock on a file beside the index, which goes with its descriptor */
  GPtrArray *entries, *news;
} Change;

static void
tell (TriKeyring *keyring, TriKeyringEvent event, const TriKeyringEntry *entry)
{
  if (keyring->func != NULL)
    keyring->func (event, entry, keyring->user_data);
}

/* Whoever is told may use the ring: nothing is held any more. */
static void
change_clear (Change *change)
{
  if (change->entries == NULL)
    return;
  g_ptr_array_unref (change->entries);
  g_mutex_unlock (&change->keyring->mutex);
  close (change->fd);
  for (guint i = 0; i < change->news->len; i++)
    {
      const News *news = change->news->pdata[i];
      tell (change->keyring, news->event, news->entry);
    }
  g_ptr_array_unref (change->news);
}

static void
change_note (Change *change, TriKeyringEvent event, const TriKeyringEntry *entry)
{
  News *news = g_new0 (News, 1);
  news->event = event;
  news->entry = tri_keyring_entry_copy (entry);
  g_ptr_array_add (change->news, news);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Change, change_clear)

static int
lock_folder (TriKeyring *keyring, GError **error)
{
  const char *folder = g_file_peek_path (keyring->folder);
  g_autofree char *path = g_build_filename (folder, "keyring.lock", NULL);
  int result = -1;
  (void) g_mkdir_with_parents (folder, 0700); /* open() says what is wrong */
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd >= 0)
    do
      result = flock (fd, LOCK_EX);
    while (result < 0 && errno == EINTR);
  if (result == 0)
    return fd;
  int code = errno;
  g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code),
               _("The key ring in %s can't be changed: %s. Look whether you may write to that folder."), folder,
               g_strerror (code));
  if (fd >= 0)
    close (fd);
  return -1;
}

static gboolean
change_begin (TriKeyring *keyring, Change *change, GError **error)
{
  int fd = lock_folder (keyring, error);
  if (fd < 0)
    return FALSE;
  GPtrArray *entries = tri_keyring_index_read (keyring->index, error);
  if (entries == NULL)
    {
      close (fd);
      return FALSE;
    }
  g_mutex_lock (&keyring->mutex);
  *change = (Change) { keyring, fd, entries, g_ptr_array_new_with_free_func ((GDestroyNotify) news_free) };
  return TRUE;
}

static gboolean
change_save (Change *change, GError **error)
{
  return tri_keyring_index_write (change->keyring->index, change->entries, error);
}

/* One line of text that is worth showing; without one, the ends of the recipient. Returns: (transfer full) */
static char *
clean_label (const char *label, const char *recipient)
{
  g_autofree char *valid = g_utf8_make_valid (label != NULL ? label : "", -1);
  g_autoptr (GString) clean = g_string_new (NULL);
  guint n = 0;
  for (const char *p = valid; *p != '\0' && n < LABEL_MAX; p = g_utf8_next_char (p), n++)
    {
      gunichar letter = g_utf8_get_char (p);
      g_string_append_unichar (clean, g_unichar_iscntrl (letter) || !g_unichar_isdefined (letter) ? ' ' : letter);
    }
  g_strstrip (clean->str);
  return clean->str[0] != '\0' ? g_strdup (clean->str)
                               : g_strdup_printf ("%.8s…%s", recipient, recipient + strlen (recipient) - 5);
}

static gboolean
label_is_free (Change *change, const char *label, const TriKeyringEntry *except, GError **error)
{
  const TriKeyringEntry *other = tri_keyring_find_label (change->entries, label);
  if (other == NULL || other == except)
    return TRUE;
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("There is a key that is called “%s” already. Choose another name."),
               label);
  return FALSE;
}

/* Returns: (transfer full): @label, with a number when it is taken */
static char *
free_label (Change *change, const char *label)
{
  char *wanted = g_strdup (label);
  for (guint i = 2; tri_keyring_find_label (change->entries, wanted) != NULL; i++)
    {
      g_free (wanted);
      wanted = g_strdup_printf ("%s %u", label, i);
    }
  return wanted;
}

/* Stores a new secret key, then lists it. @label: free. Returns: (transfer none): the entry */
static TriKeyringEntry *
add_own (Change *change, TriAgeIdentity *identity, const char *label, gint64 created, GCancellable *cancellable,
         GError **error)
{
  TriKeyStore *store = tri_keyring_preferred (change->keyring, cancellable);
  g_autoptr (TriStoredKey) key = tri_stored_key_new (identity, label, created);
  g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (identity);
  if (g_cancellable_set_error_if_cancelled (cancellable, error) || !store->class->put (store, key, cancellable, error))
    return NULL;
  TriKeyringEntry *entry = tri_keyring_entry_new (recipient, label, store->class->id, created);
  g_ptr_array_add (change->entries, entry);
  if (change_save (change, error))
    return entry;
  g_ptr_array_remove (change->entries, entry);
  store->class->remove (store, key->fingerprint, NULL, NULL);
  return NULL;
}

/**
 * tri_keyring_create:
 * @kind: TRI_AGE_X25519 or TRI_AGE_HYBRID
 * @label: (nullable): NULL or empty: one is made up
 *
 * Returns: (transfer full): the new entry; NULL with G_IO_ERROR_EXISTS, TRI_ERROR_NO_KEY (locked), …
 */
TriKeyringEntry *
tri_keyring_create (TriKeyring *keyring, TriAgeKind kind, const char *label, GCancellable *cancellable, GError **error)
{
  g_auto (Change) change = { 0 };
  g_return_val_if_fail (kind == TRI_AGE_X25519 || kind == TRI_AGE_HYBRID, NULL);
  if (!change_begin (keyring, &change, error))
    return NULL;
  g_autoptr (TriAgeIdentity) identity = tri_age_identity_generate (kind);
  g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (identity);
  g_autofree char *text = tri_age_recipient_to_text (recipient);
  g_autofree char *clean = clean_label (label, text);
  if (!label_is_free (&change, clean, NULL, error))
    return NULL;
  const TriKeyringEntry *entry =
      add_own (&change, identity, clean, g_get_real_time () / G_USEC_PER_SEC, cancellable, error);
  if (entry == NULL)
    return NULL;
  change_note (&change, TRI_KEYRING_CREATED, entry);
  return tri_keyring_entry_copy (entry);
}

/* An own key that is listed but gone from its store is stored again; another person's recipient becomes one's own when its
 * secret key turns up. Returns: (transfer none): NULL without an error when there was nothing to do */
static TriKeyringEntry *
restore_own (Change *change, TriKeyringEntry *known, const TriStoredKey *key, GCancellable *cancellable, GError **error)
{
  TriKeyStore *store = tri_keyring_preferred (change->keyring, cancellable);
  g_autoptr (TriStoredKey) named = tri_stored_key_new (key->identity, known->label, known->created);
  if (known->store != NULL)
    {
      store = tri_keyring_store_of (change->keyring, known, error);
      g_autoptr (GPtrArray) there =
          store != NULL ? store->class->load (store, known->fingerprint, cancellable, error) : NULL;
      if (there == NULL || there->len > 0)
        return NULL;
    }
  if (!store->class->put (store, named, cancellable, error))
    return NULL;
  g_free (known->store);
  known->store = g_strdup (store->class->id);
  return change_save (change, error) ? known : NULL;
}

static TriKeyringEntry *
import_one (Change *change, const TriStoredKey *key, const TriKeyringEntry *person, const char *label, gboolean numbered,
            GCancellable *cancellable, GError **error)
{
  g_autoptr (TriAgeRecipient) recipient = key != NULL ? tri_age_identity_get_recipient (key->identity)
                                                      : tri_age_recipient_parse (person->recipient, error);
  g_autofree char *text = tri_age_recipient_to_text (recipient);
  const char *fingerprint = key != NULL ? key->fingerprint : person->fingerprint;
  TriKeyringEntry *known = (TriKeyringEntry *) tri_keyring_find_fingerprint (change->entries, fingerprint);
  if (known != NULL)
    return key != NULL ? restore_own (change, known, key, cancellable, error) : NULL;
  gboolean given = label != NULL && label[0] != '\0';
  g_autofree char *clean = clean_label (given ? label : key != NULL ? key->label : person->label, text);
  if (given && !numbered && !label_is_free (change, clean, NULL, error))
    return NULL;
  g_autofree char *wanted = free_label (change, clean);
  if (key != NULL)
    return add_own (change, key->identity, wanted, key->created, cancellable, error);
  TriKeyringEntry *entry = tri_keyring_entry_new (recipient, wanted, NULL, g_get_real_time () / G_USEC_PER_SEC);
  g_ptr_array_add (change->entries, entry);
  if (change_save (change, error))
    return entry;
  g_ptr_array_remove (change->entries, entry);
  return NULL;
}

/* @text: cut into its lines */
static GPtrArray *
import_lines (TriKeyring *keyring, char *text, const char *label, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) people = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_keyring_entry_free);
  g_autoptr (GPtrArray) keys = tri_stored_keys_from_text (text, people, error);
  g_autoptr (GPtrArray) added = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_keyring_entry_free);
  g_auto (Change) change = { 0 };
  g_autoptr (GError) why = NULL;
  if (keys == NULL || !change_begin (keyring, &change, error))
    return NULL;
  guint n = keys->len + people->len;
  for (guint i = 0; i < n && why == NULL; i++)
    {
      const TriKeyringEntry *entry = import_one (&change, i < keys->len ? keys->pdata[i] : NULL,
                                                 i < keys->len ? NULL : people->pdata[i - keys->len], label, i > 0,
                                                 cancellable, &why);
      if (entry == NULL)
        continue;
      g_ptr_array_add (added, tri_keyring_entry_copy (entry));
      change_note (&change, TRI_KEYRING_IMPORTED, entry);
    }
  if (why != NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  else if (n == 0)
    g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT,
                         _("There is no key in it. A recipient begins with age1, a secret key with AGE-SECRET-KEY-."));
  else if (added->len == 0)
    g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("The key ring has this key already."));
  else
    return g_steal_pointer (&added);
  return NULL;
}

static GPtrArray *
import_bytes (TriKeyring *keyring, const char *data, gsize size, const char *label, GCancellable *cancellable,
              GError **error)
{
  char *text = tri_secret_copy (data, size);
  GPtrArray *added = import_lines (keyring, text, label, cancellable, error);
  tri_secret_free (text);
  return added;
}

/**
 * tri_keyring_import:
 * @text: secret keys and recipients, one a line; the caller wipes its copy
 * @label: (nullable): of the first; further ones get a number. NULL: from the comment above the key
 *
 * What the ring has already is passed over.
 *
 * Returns: (transfer full) (element-type TriKeyringEntry): what is new; NULL with an error, which is G_IO_ERROR_EXISTS when
 *   nothing is
 */
GPtrArray *
tri_keyring_import (TriKeyring *keyring, const char *text, const char *label, GCancellable *cancellable, GError **error)
{
  return import_bytes (keyring, text, strlen (text), label, cancellable, error);
}

/* tri_keyring_import() of a file's text. */
GPtrArray *
tri_keyring_import_file (TriKeyring *keyring, GFile *file, const char *label, GCancellable *cancellable, GError **error)
{
  GBytes *bytes = tri_file_read (file, KEY_FILE_MAX, cancellable, error);
  g_autofree char *name = tri_file_get_name (file);
  gsize size;
  if (bytes == NULL)
    return NULL;
  guint8 *data = g_bytes_unref_to_data (bytes, &size);
  GPtrArray *added = NULL;
  if (tri_age_probe (data, size))
    g_set_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT,
                 _("“%s” is encrypted itself. Open it first, then import what is in it."), name);
  else
    {
      added = import_bytes (keyring, (const char *) data, size, label, cancellable, error);
      if (added == NULL)
        g_prefix_error (error, "%s: ", name);
    }
  sodium_memzero (data, size);
  g_free (data);
  return added;
}

/* Of the secret key's own note in its store, too, if that can be had now. */
gboolean
tri_keyring_rename (TriKeyring *keyring, const char *fingerprint, const char *label, GCancellable *cancellable,
                    GError **error)
{
  g_auto (Change) change = { 0 };
  if (!change_begin (keyring, &change, error))
    return FALSE;
  TriKeyringEntry *entry = (TriKeyringEntry *) tri_keyring_need (change.entries, fingerprint, error);
  g_autofree char *clean = entry != NULL ? clean_label (label, entry->recipient) : NULL;
  if (entry == NULL || !label_is_free (&change, clean, entry, error))
    return FALSE;
  g_free (entry->label);
  entry->label = g_steal_pointer (&clean);
  if (!change_save (&change, error))
    return FALSE;
  TriKeyStore *store = entry->store != NULL ? tri_keyring_store_of (keyring, entry, NULL) : NULL;
  g_autoptr (GPtrArray) keys =
      store != NULL && store->class->get_state (store) == TRI_KEYRING_OPEN
          ? store->class->load (store, fingerprint, cancellable, NULL)
          : NULL;
  if (keys != NULL && keys->len == 1)
    {
      const TriStoredKey *old = keys->pdata[0];
      g_autoptr (TriStoredKey) named = tri_stored_key_new (old->identity, entry->label, old->created);
      store->class->put (store, named, cancellable, NULL);
    }
  change_note (&change, TRI_KEYRING_RENAMED, entry);
  return TRUE;
}

/* For good: what was encrypted to it can't be opened any more, unless it was exported. The caller has asked. */
gboolean
tri_keyring_remove (TriKeyring *keyring, const char *fingerprint, GCancellable *cancellable, GError **error)
{
  g_auto (Change) change = { 0 };
  if (!change_begin (keyring, &change, error))
    return FALSE;
  const TriKeyringEntry *entry = tri_keyring_need (change.entries, fingerprint, error);
  if (entry == NULL)
    return FALSE;
  if (entry->store != NULL)
    {
      TriKeyStore *store = tri_keyring_store_of (keyring, entry, error);
      if (store == NULL || !store->class->remove (store, fingerprint, cancellable, error))
        return FALSE;
    }
  g_autoptr (TriKeyringEntry) gone = tri_keyring_entry_copy (entry);
  g_ptr_array_remove (change.entries, (gpointer) entry);
  if (!change_save (&change, error))
    return FALSE;
  change_note (&change, TRI_KEYRING_REMOVED, gone);
  return TRUE;
}

static gboolean
write_private (GFile *file, const char *text, gsize size, GCancellable *cancellable, GError **error)
{
  g_autoptr (TriFileWriter) writer = tri_file_writer_new_private (file, FALSE, error);
  return writer != NULL && tri_file_writer_write (writer, text, size, error)
         && tri_file_writer_commit (writer, cancellable, error);
}

/**
 * tri_keyring_export:
 * @file: must not be there; only its owner can read it
 *
 * One's own key as an identity file for `age -i`, another person's recipient as a file for `age -R`.
 */
gboolean
tri_keyring_export (TriKeyring *keyring, const char *fingerprint, GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (GPtrArray) entries = tri_keyring_list (keyring, error);
  const TriKeyringEntry *entry = entries != NULL ? tri_keyring_need (entries, fingerprint, error) : NULL;
  gboolean good = FALSE;
  if (entry == NULL)
    return FALSE;
  if (entry->store != NULL)
    {
      g_autoptr (TriAgeIdentity) identity = tri_keyring_get_identity (keyring, fingerprint, cancellable, error);
      g_autoptr (GPtrArray) one = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_stored_key_free);
      gsize size;
      if (identity == NULL)
        return FALSE;
      g_ptr_array_add (one, tri_stored_key_new (identity, entry->label, entry->created));
      char *text = tri_stored_keys_to_text (one, "", &size);
      good = write_private (file, text, size, cancellable, error);
      tri_secret_free (text);
    }
  else
    {
      g_autofree char *text = g_strdup_printf ("# %s\n%s\n", entry->label, entry->recipient);
      good = write_private (file, text, strlen (text), cancellable, error);
    }
  if (good)
    tri_keyring_was_exported (keyring, entry);
  return good;
}

/* Tells whoever watches that there is a backup of @entry, made by other means than tri_keyring_export(). */
void
tri_keyring_was_exported (TriKeyring *keyring, const TriKeyringEntry *entry)
{
  tell (keyring, TRI_KEYRING_EXPORTED, entry);
}

/* The key protects nothing any more; one's own still opens what it did. There is no way back: who was told keeps to it. */
gboolean
tri_keyring_revoke (TriKeyring *keyring, const char *fingerprint, GCancellable *cancellable, GError **error)
{
  g_auto (Change) change = { 0 };
  if (!change_begin (keyring, &change, error))
    return FALSE;
  TriKeyringEntry *entry = (TriKeyringEntry *) tri_keyring_need (change.entries, fingerprint, error);
  if (entry == NULL)
    return FALSE;
  if (entry->revoked != 0)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS, _("“%s” was revoked already."), entry->label);
      return FALSE;
    }
  entry->revoked = g_get_real_time () / G_USEC_PER_SEC;
  if (!change_save (&change, error))
    return FALSE;
  change_note (&change, TRI_KEYRING_REVOKED, entry);
  return TRUE;
}

/**
 * tri_keyring_recover:
 * @n_found: (out)
 *
 * Lists the secret keys again that a store has and the list has not, for when the list was lost.
 */
gboolean
tri_keyring_recover (TriKeyring *keyring, guint *n_found, GCancellable *cancellable, GError **error)
{
  g_auto (Change) change = { 0 };
  *n_found = 0;
  if (!change_begin (keyring, &change, error))
    return FALSE;
  for (guint i = 0; i < TRI_N_STORES; i++)
    {
      TriKeyStore *store = keyring->stores[i];
      if (store->class->get_state (store) != TRI_KEYRING_OPEN
          || (i == TRI_STORE_SERVICE && tri_keyring_preferred (keyring, cancellable) != store))
        continue;
      g_autoptr (GPtrArray) keys = store->class->load (store, NULL, cancellable, error);
      if (keys == NULL)
        return FALSE;
      for (guint k = 0; k < keys->len; k++)
        {
          const TriStoredKey *key = keys->pdata[k];
          if (tri_keyring_find_fingerprint (change.entries, key->fingerprint) != NULL)
            continue;
          g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (key->identity);
          g_autofree char *text = tri_age_recipient_to_text (recipient), *clean = clean_label (key->label, text);
          g_autofree char *label = free_label (&change, clean);
          g_ptr_array_add (change.entries, tri_keyring_entry_new (recipient, label, store->class->id, key->created));
          (*n_found)++;
        }
    }
  return *n_found == 0 || change_save (&change, error);
}

/* Of the file, which must be unlocked. */
gboolean
tri_keyring_change_passphrase (TriKeyring *keyring, const char *passphrase, GError **error)
{
  TriKeyStore *file = keyring->stores[TRI_STORE_FILE];
  g_auto (Change) change = { 0 };
  return change_begin (keyring, &change, error) && file->class->change_passphrase (file, passphrase, error);
}
