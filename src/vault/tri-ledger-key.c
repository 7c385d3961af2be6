/* A key NAME is the files NAME.pub, and NAME.key where no Secret Service answered when it was made. The ledger is written
 * to without asking for anything, so the age file of the key ring, which needs its passphrase, is no place for it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-ledger-key.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tri-error.h"
#include "tri-file.h"
#include "tri-ledger-home.h"
#include "tri-secret-service.h"
#include "tri-secret.h"

#define KEY_MAX 2048 /* bytes of a key's text */

static const SecretSchema schema = {
  "io.github.triptych.Triptych.LedgerKey",
  SECRET_SCHEMA_NONE,
  { { "public", SECRET_SCHEMA_ATTRIBUTE_STRING }, { NULL, SECRET_SCHEMA_ATTRIBUTE_STRING } },
  0, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
};

static GFile *
get_file (const char *name, const char *end)
{
  g_autofree char *file = g_strconcat (name, end, NULL);
  return tri_ledger_home_file (file);
}

/* As for the key ring, the environment can say that only files are to be used. */
static SecretService *
connect_service (GError **error)
{
  if (g_strcmp0 (g_getenv ("TRIPTYCH_KEYRING"), "file") != 0)
    return tri_secret_service_connect (NULL, error);
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("TRIPTYCH_KEYRING says that only files are to be used."));
  return NULL;
}

static TriSigner *
load_from_service (const TriVerifier *verifier, GError **error)
{
  g_autoptr (SecretService) service = connect_service (error);
  g_autofree char *public = tri_verifier_to_text (verifier);
  g_autoptr (GHashTable) attributes = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (attributes, (gpointer) "public", public);
  GError *why = NULL;
  if (service == NULL)
    return NULL;
  GList *items = secret_service_search_sync (service, &schema, attributes,
                                             SECRET_SEARCH_UNLOCK | SECRET_SEARCH_LOAD_SECRETS, NULL, &why);
  g_autoptr (SecretValue) value = items != NULL ? secret_item_get_secret (items->data) : NULL;
  const char *text = value != NULL ? secret_value_get_text (value) : NULL;
  TriSigner *signer = text != NULL ? tri_signer_parse (text, error) : NULL;
  if (why != NULL)
    tri_secret_service_refused (why, error);
  else if (text == NULL)
    g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
                 _("The desktop's store of passwords (Secret Service) doesn't have the secret key of “%s”, or did not give "
                   "it out."), verifier->name);
  g_list_free_full (items, g_object_unref);
  return signer;
}

static gboolean
put_into_service (const TriSigner *signer, GError **error)
{
  g_autoptr (SecretService) service = connect_service (error);
  const TriVerifier *verifier = tri_signer_get_verifier (signer);
  g_autofree char *public = tri_verifier_to_text (verifier), *title = g_strdup_printf ("Triptych: %s", verifier->name);
  g_autoptr (GHashTable) attributes = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_insert (attributes, (gpointer) "public", public);
  GError *why = NULL;
  if (service == NULL)
    return FALSE;
  char *text = tri_signer_to_text (signer);
  g_autoptr (SecretValue) value = secret_value_new (text, -1, "text/plain"); /* locked memory of libsecret */
  tri_secret_free (text);
  if (!secret_service_store_sync (service, &schema, attributes, SECRET_COLLECTION_DEFAULT, title, value, NULL, &why))
    return tri_secret_service_refused (why, error);
  g_autoptr (TriSigner) back = load_from_service (verifier, error); /* before anything relies on it */
  return back != NULL && tri_verifier_equal (tri_signer_get_verifier (back), verifier);
}

static TriSigner *
read_key (int fd, const char *path, GError **error)
{
  char *text = tri_secret_new (KEY_MAX + 1);
  gsize size = 0;
  gssize n = 1;
  while (n != 0 && size < KEY_MAX && !(n < 0 && errno != EINTR))
    {
      n = read (fd, text + size, KEY_MAX - size);
      size += n > 0 ? (gsize) n : 0;
    }
  if (size > 0 && text[size - 1] == '\n')
    size--;
  text[size] = '\0';
  TriSigner *signer = tri_signer_parse (text, error);
  tri_secret_free (text);
  if (signer == NULL)
    g_prefix_error (error, "%s: ", path);
  return signer;
}

/* Returns: (transfer full): NULL with G_IO_ERROR_NOT_FOUND, or TRI_ERROR_NO_KEY for a file that others may read */
static TriSigner *
load_from_file (GFile *file, GError **error)
{
  const char *path = g_file_peek_path (file);
  TriSigner *signer = NULL;
  struct stat st;
  int fd = open (path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
  if (fd < 0 || fstat (fd, &st) != 0)
    {
      int code = errno;
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), _("The key %s can't be read: %s."), path,
                   g_strerror (code));
    }
  else if (!S_ISREG (st.st_mode) || (st.st_mode & 077) != 0)
    g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
                 _("The secret key %s could be read by other users, and is not used. If nobody did, say chmod 600 on it."),
                 path);
  else
    signer = read_key (fd, path, error);
  if (fd >= 0)
    close (fd);
  return signer;
}

static gboolean
write_secret_file (GFile *file, const TriSigner *signer, GError **error)
{
  char *text = tri_signer_to_text (signer);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  gboolean good = tri_file_write_private (file, bytes, FALSE, NULL, error);
  tri_secret_free (text);
  return good;
}

/* @replace: FALSE: fails with G_IO_ERROR_EXISTS */
static gboolean
write_public_file (const char *name, const TriVerifier *verifier, gboolean replace, GError **error)
{
  g_autoptr (GFile) file = get_file (name, ".pub");
  g_autofree char *key = tri_verifier_to_text (verifier), *text = g_strconcat (key, "\n", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  return tri_file_write_private (file, bytes, replace, NULL, error);
}

static TriVerifier *
read_public_file (const char *name, GError **error)
{
  g_autoptr (GFile) file = get_file (name, ".pub");
  g_autoptr (GBytes) bytes = tri_file_read (file, KEY_MAX, NULL, error);
  gsize size = bytes != NULL ? g_bytes_get_size (bytes) : 0;
  g_autofree char *text = size > 0 ? g_strstrip (g_strndup (g_bytes_get_data (bytes, NULL), size)) : g_strdup ("");
  TriVerifier *verifier = bytes != NULL ? tri_verifier_parse (text, error) : NULL;
  if (bytes != NULL && verifier == NULL)
    g_prefix_error (error, "%s: ", g_file_peek_path (file));
  return verifier;
}

/* A key that an earlier version, or a desktop without a Secret Service, kept in a file moves to the service that is there
 * now. The file goes when the service has given the key back once. */
static void
move_into_service (const char *name, GFile *file, const TriSigner *signer)
{
  if (put_into_service (signer, NULL) && write_public_file (name, tri_signer_get_verifier (signer), TRUE, NULL))
    (void) g_file_delete (file, NULL, NULL);
}

/* Returns: (transfer full): for reading and checking, which needs no secret; NULL with G_IO_ERROR_NOT_FOUND when there is
 *   no key */
TriVerifier *
tri_ledger_key_load_verifier (const char *name, GError **error)
{
  g_autoptr (GError) why = NULL;
  TriVerifier *verifier = read_public_file (name, &why);
  if (verifier != NULL || !g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      if (why != NULL)
        g_propagate_error (error, g_steal_pointer (&why));
      return verifier;
    }
  g_autoptr (GFile) file = get_file (name, ".key");
  g_autoptr (TriSigner) signer = load_from_file (file, error);
  return signer != NULL ? tri_verifier_copy (tri_signer_get_verifier (signer)) : NULL;
}

/* May ask the user something through the desktop, so it belongs on a worker. Returns: (transfer full): NULL with
 *   G_IO_ERROR_NOT_FOUND when there is no key, with TRI_ERROR_NO_KEY when it can't be had */
TriSigner *
tri_ledger_key_load_signer (const char *name, GError **error)
{
  g_autoptr (GFile) file = get_file (name, ".key");
  g_autoptr (GError) why = NULL;
  TriSigner *signer = load_from_file (file, &why);
  if (signer != NULL)
    move_into_service (name, file, signer);
  if (signer != NULL || !g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      if (why != NULL)
        g_propagate_error (error, g_steal_pointer (&why));
      return signer;
    }
  g_autoptr (TriVerifier) verifier = read_public_file (name, error);
  return verifier != NULL ? load_from_service (verifier, error) : NULL;
}

/* The public file last: who has it finds the secret. Another process may be faster; then its key counts. */
static gboolean
make_key (const char *name, TriNoteType type, GError **error)
{
  guint8 random[4];
  if (sodium_init () < 0)
    g_error ("libsodium can't start: no source of randomness");
  randombytes_buf (random, sizeof random);
  g_autofree char *full = g_strdup_printf ("triptych/%s/%02x%02x%02x%02x", name, random[0], random[1], random[2], random[3]);
  g_autoptr (TriSigner) signer = tri_signer_generate (full, type);
  g_autoptr (GFile) file = get_file (name, ".key");
  g_autofree char *folder = g_path_get_dirname (g_file_peek_path (file));
  (void) g_mkdir_with_parents (folder, 0700); /* writing says what is wrong with the folder */
  return (put_into_service (signer, NULL) || write_secret_file (file, signer, error))
         && write_public_file (name, tri_signer_get_verifier (signer), FALSE, error);
}

/* A key that was here stays, under its id, so that nothing that it signed is beyond one's reach. */
static gboolean
set_aside (const char *name, const TriVerifier *old, GError **error)
{
  static const char *const ends[] = { ".key", ".pub" };
  for (guint i = 0; i < G_N_ELEMENTS (ends); i++)
    {
      g_autofree char *end = g_strdup_printf ("-%08x%s", old->id, ends[i]);
      g_autoptr (GFile) file = get_file (name, ends[i]), aside = get_file (name, end);
      g_autoptr (GError) why = NULL;
      if (!g_file_move (file, aside, G_FILE_COPY_NONE, NULL, NULL, NULL, &why)
          && !g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&why));
          return FALSE;
        }
    }
  return TRUE;
}

/* Makes @signer, from another computer, the key NAME of this one. */
gboolean
tri_ledger_key_install (const char *name, const TriSigner *signer, GError **error)
{
  g_autoptr (TriVerifier) old = tri_ledger_key_load_verifier (name, NULL);
  g_autoptr (GFile) file = get_file (name, ".key");
  g_autofree char *folder = g_path_get_dirname (g_file_peek_path (file));
  (void) g_mkdir_with_parents (folder, 0700); /* writing says what is wrong with the folder */
  if (old != NULL && tri_verifier_equal (old, tri_signer_get_verifier (signer)))
    return TRUE;
  return (old == NULL || set_aside (name, old, error))
         && (put_into_service (signer, NULL) || write_secret_file (file, signer, error))
         && write_public_file (name, tri_signer_get_verifier (signer), FALSE, error);
}

/* Loads a key, or makes one with a name of chance. Returns: (transfer full) */
TriSigner *
tri_ledger_key_need_signer (const char *name, TriNoteType type, GError **error)
{
  g_autoptr (GError) why = NULL;
  TriSigner *signer = tri_ledger_key_load_signer (name, &why);
  if (signer == NULL && g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_clear_error (&why);
      if (make_key (name, type, &why) || g_error_matches (why, G_IO_ERROR, G_IO_ERROR_EXISTS))
        {
          g_clear_error (&why);
          signer = tri_ledger_key_load_signer (name, &why);
        }
    }
  if (signer != NULL && tri_signer_get_verifier (signer)->type != type)
    {
      g_clear_pointer (&signer, tri_signer_free);
      g_set_error (&why, TRI_ERROR, TRI_ERROR_NO_KEY, _("The key “%s” of this computer is of another kind."), name);
    }
  if (signer == NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return signer;
}
