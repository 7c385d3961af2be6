/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-ledger-store.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "tri-error.h"
#include "tri-file.h"

#define WIDTH 256u
#define BUNDLE_MAX (WIDTH * (2u + 65535u))
#define LOCK_ATTEMPTS 500 /* of 20 ms */

/* @width: 256 for a whole tile. Returns: (transfer full): such as tile/0/x001/234.p/5 */
char *
tri_log_tile_path (int level, guint64 index, guint width)
{
  GString *path = g_string_new (NULL);
  g_string_printf (path, "%03u", (guint) (index % 1000));
  for (guint64 rest = index / 1000; rest > 0; rest /= 1000)
    {
      g_autofree char *part = g_strdup_printf ("x%03u/", (guint) (rest % 1000));
      g_string_prepend (path, part);
    }
  g_autofree char *kind = level == TRI_LOG_ENTRIES ? g_strdup ("entries") : g_strdup_printf ("%d", level);
  g_autofree char *head = g_strdup_printf ("tile/%s/", kind);
  g_string_prepend (path, head);
  if (width < WIDTH)
    g_string_append_printf (path, ".p/%u", width);
  return g_string_free (path, FALSE);
}

/* A tile of @width, or the whole one that has replaced it. */
static GBytes *
read_tile (GFile *folder, int level, guint64 index, guint width, GError **error)
{
  g_autofree char *path = tri_log_tile_path (level, index, width), *whole = tri_log_tile_path (level, index, WIDTH);
  g_autoptr (GFile) file = g_file_resolve_relative_path (folder, path);
  g_autoptr (GFile) other = g_file_resolve_relative_path (folder, whole);
  g_autoptr (GError) why = NULL;
  GBytes *bytes = tri_file_read (file, BUNDLE_MAX, NULL, &why);
  if (bytes == NULL && width < WIDTH && g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    bytes = tri_file_read (other, BUNDLE_MAX, NULL, NULL);
  if (bytes == NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  return bytes;
}

/* Entries with their length before them, big-endian. Returns: FALSE when they are fewer than @width */
static gboolean
split_bundle (GBytes *bundle, guint width, GPtrArray *entries)
{
  gsize size, at = 0;
  const guint8 *data = g_bytes_get_data (bundle, &size);
  for (guint i = 0; i < width; i++)
    {
      gsize length = size - at >= 2 ? (gsize) data[at] << 8 | data[at + 1] : 0;
      if (size - at < 2 || size - at - 2 < length)
        return FALSE;
      g_ptr_array_add (entries, g_bytes_new_from_bytes (bundle, at + 2, length));
      at += 2 + length;
    }
  return TRUE;
}

/* Returns: (transfer full) (element-type GBytes): the first @size; NULL with TRI_ERROR_TRUNCATED when files lack some */
GPtrArray *
tri_log_read_entries (GFile *folder, guint64 size, GError **error)
{
  g_autoptr (GPtrArray) entries = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  if (size > TRI_LOG_SIZE_MAX)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE, _("A ledger of more than %u entries is not read."),
                   TRI_LOG_SIZE_MAX);
      return NULL;
    }
  for (guint64 index = 0; index * WIDTH < size; index++)
    {
      guint width = (guint) MIN (WIDTH, size - index * WIDTH);
      g_autoptr (GError) why = NULL;
      g_autoptr (GBytes) bundle = read_tile (folder, TRI_LOG_ENTRIES, index, width, &why);
      if (bundle == NULL && !g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&why));
          return NULL;
        }
      if (bundle != NULL && split_bundle (bundle, width, entries))
        continue;
      g_autofree char *path = tri_log_tile_path (TRI_LOG_ENTRIES, index, width);
      g_set_error (error, TRI_ERROR, TRI_ERROR_TRUNCATED,
                   _("Of the ledger's entries, those from %u on are missing: the file %s is not there or is cut short. "
                     "Copy it back from another copy of the ledger, or let the sync finish."),
                   entries->len + 1, path);
      return NULL;
    }
  return g_steal_pointer (&entries);
}

/* Returns: (transfer full) (nullable): the hashes that the tiles have of the first @size entries */
GArray *
tri_log_read_leaves (GFile *folder, guint64 size)
{
  g_autoptr (GArray) leaves = g_array_new (FALSE, FALSE, sizeof (TriHash));
  for (guint64 index = 0; index * WIDTH < size; index++)
    {
      guint width = (guint) MIN (WIDTH, size - index * WIDTH);
      g_autoptr (GBytes) tile = read_tile (folder, 0, index, width, NULL);
      if (tile == NULL || g_bytes_get_size (tile) < width * sizeof (TriHash))
        return NULL;
      g_array_append_vals (leaves, g_bytes_get_data (tile, NULL), width);
    }
  return g_steal_pointer (&leaves);
}

/* Makes the folder of @file, and has each new one synced into the one above it. */
static gboolean
make_folder (GFile *folder, const char *relative, GError **error)
{
  g_autofree char *path = g_build_filename (g_file_peek_path (folder), relative, NULL), *parent = g_path_get_dirname (path);
  if (g_file_test (parent, G_FILE_TEST_IS_DIR))
    return TRUE;
  if (g_mkdir_with_parents (parent, 0700) != 0)
    {
      int code = errno;
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), _("The folder %s can't be made: %s."), parent,
                   g_strerror (code));
      return FALSE;
    }
  gsize root = strlen (g_file_peek_path (folder));
  for (g_autofree char *up = g_path_get_dirname (parent); strlen (up) >= root;)
    {
      int fd = open (up, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      if (fd >= 0)
        {
          (void) fsync (fd);
          close (fd);
        }
      char *next = g_path_get_dirname (up);
      g_free (up);
      up = next;
    }
  return TRUE;
}

static gboolean
write_file (GFile *folder, const char *path, GBytes *bytes, GError **error)
{
  g_autoptr (GFile) file = g_file_resolve_relative_path (folder, path);
  return make_folder (folder, path, error) && tri_file_write_private (file, bytes, TRUE, NULL, error);
}

static GBytes *
make_bundle (GPtrArray *entries, guint64 first, guint width)
{
  GByteArray *bundle = g_byte_array_new ();
  for (guint i = 0; i < width; i++)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (entries->pdata[first + i], &size);
      const guint8 length[2] = { (guint8) (size >> 8), (guint8) size };
      g_byte_array_append (bundle, length, sizeof length);
      g_byte_array_append (bundle, data, (guint) size);
    }
  return g_byte_array_free_to_bytes (bundle);
}

static GBytes *
make_tile (const TriMerkle *tree, int level, guint64 first, guint width)
{
  return g_bytes_new (tri_merkle_get_node (tree, 8 * (guint) level, first), width * sizeof (TriHash));
}

/**
 * tri_log_write_tiles:
 * @entries: all
 * @tree: of all
 *
 * Writes what the entries from @old_size on change, each file whole or not at all, none that a checkpoint of @old_size
 * needs.
 */
gboolean
tri_log_write_tiles (GFile *folder, GPtrArray *entries, const TriMerkle *tree, guint64 old_size, GError **error)
{
  for (int level = TRI_LOG_ENTRIES; level < 8; level++)
    {
      guint shift = 8 * (guint) MAX (level, 0);
      guint64 n = tri_merkle_get_size (tree) >> shift, old = old_size >> shift;
      for (guint64 index = old / WIDTH; n > old && index * WIDTH < n; index++)
        {
          guint width = (guint) MIN (WIDTH, n - index * WIDTH);
          g_autoptr (GBytes) bytes = level == TRI_LOG_ENTRIES ? make_bundle (entries, index * WIDTH, width)
                                                              : make_tile (tree, level, index * WIDTH, width);
          g_autofree char *path = tri_log_tile_path (level, index, width);
          if (!write_file (folder, path, bytes, error))
            return FALSE;
        }
    }
  return TRUE;
}

/* Compares the tiles of hashes with what the entries give. They hold nothing that the entries don't: with @repair, those
 * that are wrong or missing are written again. Returns: how many were wrong; @error is set when one can't be written */
guint
tri_log_check_tiles (GFile *folder, const TriMerkle *tree, gboolean repair, GError **error)
{
  guint wrong = 0;
  for (int level = 0; level < 8; level++)
    {
      guint64 n = tri_merkle_get_n_nodes (tree, 8 * (guint) level);
      for (guint64 index = 0; index * WIDTH < n; index++)
        {
          guint width = (guint) MIN (WIDTH, n - index * WIDTH);
          g_autoptr (GBytes) wanted = make_tile (tree, level, index * WIDTH, width);
          g_autoptr (GBytes) found = read_tile (folder, level, index, width, NULL);
          gsize size = g_bytes_get_size (wanted);
          if (found != NULL && g_bytes_get_size (found) >= size
              && memcmp (g_bytes_get_data (found, NULL), g_bytes_get_data (wanted, NULL), size) == 0)
            continue;
          g_autofree char *path = tri_log_tile_path (level, index, width);
          wrong++;
          if (repair && !write_file (folder, path, wanted, error))
            return wrong;
        }
    }
  return wrong;
}

/* Removes the temporary files that a write left that was cut off. */
static void
remove_temporary (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      if (g_file_test (child, G_FILE_TEST_IS_SYMLINK))
        continue;
      if (g_file_test (child, G_FILE_TEST_IS_DIR))
        remove_temporary (child);
      else if (g_str_has_prefix (name, ".triptych-"))
        (void) g_unlink (child);
    }
}

/* The partial tiles of a tile that is whole now. */
static void
remove_partial (GFile *folder, int level, guint64 index)
{
  g_autofree char *last = tri_log_tile_path (level, index, WIDTH - 1), *relative = g_path_get_dirname (last);
  g_autofree char *path = g_build_filename (g_file_peek_path (folder), relative, NULL);
  if (!g_file_test (path, G_FILE_TEST_IS_DIR))
    return;
  for (guint width = 1; width < WIDTH; width++)
    {
      g_autofree char *name = g_strdup_printf ("%u", width), *child = g_build_filename (path, name, NULL);
      (void) g_unlink (child);
    }
  (void) g_rmdir (path);
}

/* Removes what a log of @size needs no more. Call with the lock. */
void
tri_log_clean (GFile *folder, guint64 size)
{
  remove_temporary (g_file_peek_path (folder));
  for (int level = TRI_LOG_ENTRIES; level < 8; level++)
    {
      guint64 n = size >> 8 * (guint) MAX (level, 0);
      for (guint64 index = 0; index < n / WIDTH; index++)
        remove_partial (folder, level, index);
    }
}

/* One writer at a time; the lock goes with the descriptor. Returns: a descriptor, or −1 with G_IO_ERROR_BUSY or another */
int
tri_log_lock (GFile *folder, GError **error)
{
  g_autofree char *path = g_build_filename (g_file_peek_path (folder), ".lock", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600), code = fd < 0 ? errno : EWOULDBLOCK;
  for (guint i = 0; fd >= 0 && i < LOCK_ATTEMPTS; i++)
    {
      if (flock (fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
      code = errno;
      if (code != EWOULDBLOCK && code != EINTR)
        break;
      g_usleep (20000);
    }
  if (fd >= 0)
    close (fd);
  g_set_error (error, G_IO_ERROR, code == EWOULDBLOCK ? (int) G_IO_ERROR_BUSY : (int) g_io_error_from_errno (code),
               code == EWOULDBLOCK ? _("Another program has been writing to the ledger for ten seconds (%s). Try again "
                                       "when it has ended.")
                                   : _("The ledger can't be locked: %s. Check whether you may write to its folder."),
               g_strerror (code));
  return -1;
}
