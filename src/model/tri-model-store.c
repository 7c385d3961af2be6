/* Weights lie in models/ID.safetensors of the program's data, and in the user's data folder: ID.safetensors there takes
 * the place of the program's for new pictures, and any file there may hold the weights that an old picture needs.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-model-store.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "tri-datadir.h"
#include "tri-error.h"
#include "tri-file.h"

/* The last files that were read: a network that learns against a cipher encrypts thousands of times with the same. */
#define N_KEPT 4u

typedef struct {
  TriStored *stored;
  struct stat status; /* of the file when it was read */
} Kept;

static GMutex kept_lock;
static Kept kept[N_KEPT];
static guint next_kept;

static void
stored_clear (gpointer data)
{
  TriStored *stored = data;
  g_free (stored->path);
  g_clear_pointer (&stored->weights, tri_weights_free);
}

void
tri_stored_free (TriStored *stored)
{
  if (stored != NULL)
    g_atomic_rc_box_release_full (stored, stored_clear);
}

static gboolean
is_same_file (const struct stat *a, const struct stat *b)
{
  return a->st_dev == b->st_dev && a->st_ino == b->st_ino && a->st_size == b->st_size
         && a->st_mtim.tv_sec == b->st_mtim.tv_sec && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec
         && a->st_ctim.tv_sec == b->st_ctim.tv_sec && a->st_ctim.tv_nsec == b->st_ctim.tv_nsec;
}

/* Returns: (transfer full) (nullable) */
static TriStored *
find_kept (const char *path, const struct stat *status)
{
  TriStored *found = NULL;
  g_mutex_lock (&kept_lock);
  for (guint i = 0; i < N_KEPT && found == NULL; i++)
    if (kept[i].stored != NULL && strcmp (kept[i].stored->path, path) == 0 && is_same_file (&kept[i].status, status))
      found = g_atomic_rc_box_acquire (kept[i].stored);
  g_mutex_unlock (&kept_lock);
  return found;
}

static void
keep (TriStored *stored, const struct stat *status)
{
  g_mutex_lock (&kept_lock);
  TriStored *old = kept[next_kept].stored;
  kept[next_kept] = (Kept) { g_atomic_rc_box_acquire (stored), *status };
  next_kept = (next_kept + 1) % N_KEPT;
  g_mutex_unlock (&kept_lock);
  tri_stored_free (old);
}

/* Returns: (transfer full): where weights that a person trained are kept */
char *
tri_model_store_user_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "triptych", "models", NULL);
}

static gboolean
check_hash (const TriStored *stored, const guint8 *hash, GError **error)
{
  if (hash == NULL || memcmp (hash, stored->hash, TRI_STORED_HASH_SIZE) == 0)
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED, _("“%s” holds other weights."), stored->path);
  return FALSE;
}

/* @hash: (nullable): the one that the file must have */
static TriStored *
read_file (const char *path, const guint8 *hash, gboolean shipped, GError **error)
{
  g_autofree char *bytes = NULL;
  gsize length, digest_length = 32;
  guint8 digest[32];
  if (!g_file_get_contents (path, &bytes, &length, error))
    return NULL;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, (const guchar *) bytes, (gssize) length);
  g_checksum_get_digest (checksum, digest, &digest_length);
  g_autoptr (TriStored) stored = g_atomic_rc_box_new0 (TriStored);
  stored->path = g_strdup (path);
  stored->shipped = shipped;
  memcpy (stored->hash, digest, TRI_STORED_HASH_SIZE);
  if (!check_hash (stored, hash, error))
    return NULL;
  stored->weights = tri_weights_read ((const guint8 *) bytes, length, error);
  if (stored->weights == NULL)
    {
      g_prefix_error (error, _("The weights in “%s” can't be used: "), path);
      return NULL;
    }
  return g_steal_pointer (&stored);
}

static TriStored *
load_file (const char *path, const guint8 *hash, gboolean shipped, GError **error)
{
  struct stat before, after;
  gboolean known = g_stat (path, &before) == 0;
  g_autoptr (TriStored) stored = known ? find_kept (path, &before) : NULL;
  if (stored != NULL)
    return check_hash (stored, hash, error) ? g_steal_pointer (&stored) : NULL;
  stored = read_file (path, hash, shipped, error);
  if (stored != NULL && known && g_stat (path, &after) == 0 && is_same_file (&before, &after))
    keep (stored, &before);
  return g_steal_pointer (&stored);
}

/* Looks through all files of the user's folder. */
static TriStored *
find_by_hash (const char *folder, const guint8 *hash)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  for (const char *name = NULL; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      TriStored *stored = g_str_has_suffix (name, ".safetensors") ? load_file (path, hash, FALSE, NULL) : NULL;
      if (stored != NULL)
        return stored;
    }
  return NULL;
}

/**
 * tri_model_store_load:
 * @id: of the model, as its file is named
 * @hash: (nullable): only these weights will do, TRI_STORED_HASH_SIZE bytes; NULL: the user's, else the program's
 *
 * Returns: (transfer full): the weights; NULL with TRI_ERROR_UNSUPPORTED when nobody here has those of @hash, or what
 *   keeps the file from being read
 */
TriStored *
tri_model_store_load (const char *id, const guint8 *hash, GError **error)
{
  g_autofree char *folder = tri_model_store_user_folder (), *name = g_strconcat (id, ".safetensors", NULL);
  g_autofree char *own = g_build_filename (folder, name, NULL), *relative = g_build_filename ("models", name, NULL);
  if (hash == NULL && g_file_test (own, G_FILE_TEST_EXISTS))
    return load_file (own, NULL, FALSE, error);
  g_autofree char *path = tri_datadir_find (relative, error);
  TriStored *stored = path != NULL ? load_file (path, hash, TRUE, hash != NULL ? NULL : error) : NULL;
  if (stored != NULL || path == NULL || hash == NULL)
    return stored;
  stored = find_by_hash (folder, hash);
  if (stored == NULL)
    g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                 _("This picture was encrypted with other trained weights than those that are here. Ask who made it for the "
                   "weights, and put them into %s."), folder);
  return stored;
}

static gboolean
fail (const char *path, int code, GError **error)
{
  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (code), _("The weights can't be put at “%s”: %s."), path,
               g_strerror (code));
  return FALSE;
}

/* Gives weights that are in the way a name of their own: pictures that were made with them need them. */
static gboolean
set_aside (const char *folder, const char *id, const char *path, GError **error)
{
  g_autoptr (TriStored) old = load_file (path, NULL, FALSE, NULL);
  g_autoptr (GString) name = g_string_new (id);
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    return TRUE;
  g_string_append_c (name, '-');
  for (guint i = 0; old != NULL && i < TRI_STORED_HASH_SIZE; i++)
    g_string_append_printf (name, "%02x", old->hash[i]);
  g_string_append (name, ".safetensors");
  g_autofree char *aside = g_build_filename (folder, name->str, NULL);
  return g_rename (path, aside) == 0 || fail (aside, errno, error);
}

static char *
own_path (const char *id)
{
  g_autofree char *folder = tri_model_store_user_folder (), *name = g_strconcat (id, ".safetensors", NULL);
  return g_build_filename (folder, name, NULL);
}

/* New pictures are made with weights of the user's. */
gboolean
tri_model_store_is_own (const char *id)
{
  g_autofree char *own = own_path (id);
  return g_file_test (own, G_FILE_TEST_EXISTS);
}

/* New pictures use the program's weights again; the user's stay in the folder under another name. */
gboolean
tri_model_store_uninstall (const char *id, GError **error)
{
  g_autofree char *folder = tri_model_store_user_folder (), *own = own_path (id);
  return set_aside (folder, id, own, error);
}

/**
 * tri_model_store_install:
 * @id: of the model, as its file is named
 * @path: of weights that were trained
 *
 * Copies them to where new pictures take them from. Those that were there stay in the folder under another name, and in their
 * place when there is no room.
 */
gboolean
tri_model_store_install (const char *id, const char *path, GError **error)
{
  g_autofree char *folder = tri_model_store_user_folder (), *name = g_strconcat (id, ".safetensors", NULL);
  g_autofree char *own = g_build_filename (folder, name, NULL), *bytes = NULL;
  gsize length;
  if (!g_file_get_contents (path, &bytes, &length, error))
    return FALSE;
  g_autoptr (TriWeights) weights = tri_weights_read ((const guint8 *) bytes, length, error);
  if (weights == NULL)
    return FALSE;
  if (g_mkdir_with_parents (folder, 0777) != 0)
    return fail (folder, errno, error);
  g_autofree char *there = NULL;
  gsize there_length;
  if (g_file_get_contents (own, &there, &there_length, NULL) && there_length == length && memcmp (there, bytes, length) == 0)
    return TRUE;
  g_autoptr (GFile) file = g_file_new_for_path (own);
  g_autoptr (TriFileWriter) writer = tri_file_writer_new (file, TRUE, error);
  return writer != NULL && tri_file_writer_write (writer, bytes, length, error) && tri_file_writer_sync (writer, error)
         && set_aside (folder, id, own, error) && tri_file_writer_commit (writer, NULL, error);
}
