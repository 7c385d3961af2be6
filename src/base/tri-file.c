/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gfiledescriptorbased.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include "tri-error.h"

/* Larger writes make the kernel look for larger pieces of memory: those of 1 MiB took it five times the work on a virtual
 * machine, whose host has to find that memory first. */
#define PIECE (256 * 1024)
#define FLUSH (8 * 1024 * 1024)
#define READ_AHEAD (8 * 1024 * 1024)
#define TEMPORARY ".triptych-" /* and sixteen hexadecimal digits */

struct _TriFileWriter {
  char *path;      /* where it shall be; links resolved */
  char *folder;
  char *name;      /* for messages */
  char *temporary; /* NULL while it has no name */
  gboolean replace;
  int fd;
  off_t written, flushed; /* bytes; flushed: up to where the disk was asked to begin */
  gboolean synced;        /* nothing was written since */
  GOutputStream *stream;
};

#define TRI_TYPE_WRITER_STREAM (tri_writer_stream_get_type ())
G_DECLARE_FINAL_TYPE (TriWriterStream, tri_writer_stream, TRI, WRITER_STREAM, GOutputStream)

/* The writer as a stream, for whoever writes to streams. */
struct _TriWriterStream {
  GOutputStream parent_instance;
  TriFileWriter *writer; /* NULL once the writer is gone */
};

G_DEFINE_FINAL_TYPE (TriWriterStream, tri_writer_stream, G_TYPE_OUTPUT_STREAM)

static gssize
tri_writer_stream_write (GOutputStream *stream, const void *data, gsize size, GCancellable *cancellable, GError **error)
{
  TriWriterStream *self = TRI_WRITER_STREAM (stream);
  size = MIN (size, PIECE);
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return -1;
  g_return_val_if_fail (self->writer != NULL, -1);
  return tri_file_writer_write (self->writer, data, size, error) ? (gssize) size : -1;
}

static void
tri_writer_stream_class_init (TriWriterStreamClass *class)
{
  G_OUTPUT_STREAM_CLASS (class)->write_fn = tri_writer_stream_write;
}

static void
tri_writer_stream_init (TriWriterStream *self)
{
}

/* Returns: (transfer full): the file's name as a person knows it, for messages */
char *
tri_file_get_name (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file);
  return base != NULL ? g_filename_display_name (base) : g_strdup ("?");
}

static void
set_write_error (const TriFileWriter *writer, int code, GError **error)
{
  GIOErrorEnum io = (GIOErrorEnum) g_io_error_from_errno (code);
  const char *advice = "";
  if (code == ENOSPC || code == EDQUOT || code == EFBIG)
    {
      io = G_IO_ERROR_NO_SPACE;
      advice = _(" Make room, or save to another place. Nothing was left behind.");
    }
  else if (code == EACCES || code == EPERM || code == EROFS)
    advice = _(" Save to a folder that you may write to.");
  else if (code == ENOENT || code == ENOTDIR)
    advice = _(" The folder is not there (any more); choose another.");
  else if (code == ENAMETOOLONG)
    advice = _(" Choose a shorter name.");
  g_set_error (error, G_IO_ERROR, (int) io, _("“%s” could not be written: %s.%s"), writer->name, g_strerror (code), advice);
}

static gboolean
set_exists_error (const TriFileWriter *writer, GError **error)
{
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
               _("“%s” exists already and was left as it is. Choose another name, or ask for it to be replaced."),
               writer->name);
  return FALSE;
}

/* A temporary is locked for as long as its writer lives, so that tri_file_remove_leftovers() knows those of the dead.
 * Returns: FALSE when it was taken for one of those before it was locked */
static gboolean
lock_temporary (int fd)
{
  struct stat st;
  while (flock (fd, LOCK_EX) != 0 && errno == EINTR)
    ;
  return fstat (fd, &st) == 0 && st.st_nlink > 0;
}

/* Opens the file without a name, or where the file system can't do that, with a hidden one. */
static int
open_temporary (TriFileWriter *writer, mode_t mode)
{
  int fd = open (writer->folder, O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
  if (fd >= 0)
    (void) flock (fd, LOCK_EX); /* it may get a hidden name on its way to the final one */
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT))
    return fd;
  for (guint attempt = 0; attempt < 100; attempt++)
    {
      g_autofree char *path = g_strdup_printf ("%s/" TEMPORARY "%08x%08x", writer->folder, g_random_int (), g_random_int ());
      fd = open (path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, mode);
      if (fd >= 0 && lock_temporary (fd))
        writer->temporary = g_steal_pointer (&path);
      else if (fd >= 0)
        {
          close (fd);
          continue;
        }
      if (fd >= 0 || errno != EEXIST)
        return fd;
    }
  return -1;
}

/* @fresh_mode: of a new file, less the umask. @keep_mode: a file that is replaced keeps its own instead */
static TriFileWriter *
writer_new (GFile *file, gboolean replace, mode_t fresh_mode, gboolean keep_mode, GError **error)
{
  g_autoptr (TriFileWriter) writer = g_new0 (TriFileWriter, 1);
  writer->fd = -1;
  writer->replace = replace;
  writer->name = tri_file_get_name (file);
  writer->path = g_file_get_path (file);
  if (writer->path == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                   _("“%s” is not on this computer. Save it to a folder here first."), writer->name);
      return NULL;
    }
  char *real = realpath (writer->path, NULL);
  if (real != NULL)
    {
      g_free (writer->path);
      writer->path = g_strdup (real);
      free (real);
    }
  writer->folder = g_path_get_dirname (writer->path);

  struct stat st;
  mode_t mode = fresh_mode;
  if (lstat (writer->path, &st) == 0)
    {
      if (S_ISDIR (st.st_mode))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY, _("“%s” is a folder. Give a file name in it."),
                       writer->name);
          return NULL;
        }
      if (!S_ISREG (st.st_mode) && !S_ISLNK (st.st_mode))
        {
          g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                       _("“%s” is not an ordinary file, and was left alone. Choose another name."), writer->name);
          return NULL;
        }
      if (!replace && !set_exists_error (writer, error))
        return NULL;
      if (S_ISREG (st.st_mode) && keep_mode)
        mode = st.st_mode & 0777;
    }
  writer->fd = open_temporary (writer, mode);
  if (writer->fd < 0)
    {
      set_write_error (writer, errno, error);
      return NULL;
    }
  if (mode != 0666)
    (void) fchmod (writer->fd, mode);
  return g_steal_pointer (&writer);
}

/**
 * tri_file_writer_new:
 * @file: on a local (or mounted) file system; a link to a file stands for that file
 * @replace: whether a file of this name may be replaced; its permissions are kept
 *
 * Returns: (transfer full): the writer, or NULL with a GIOErrorEnum: G_IO_ERROR_EXISTS, _IS_DIRECTORY, _NO_SPACE,
 *   _PERMISSION_DENIED, _READ_ONLY, _NOT_FOUND, …
 */
TriFileWriter *
tri_file_writer_new (GFile *file, gboolean replace, GError **error)
{
  return writer_new (file, replace, 0666, TRUE, error);
}

/* tri_file_writer_new() for secrets: only the owner may read the file, from its first moment on, also when it replaces one
 * that others might. */
TriFileWriter *
tri_file_writer_new_private (GFile *file, gboolean replace, GError **error)
{
  return writer_new (file, replace, 0600, FALSE, error);
}

/* Lets the disk begin with what is there while more is made, so that the sync at the end has less to wait for. Where that
 * can't be, it waits for all. */
static void
flush_early (TriFileWriter *writer)
{
#ifdef SYNC_FILE_RANGE_WRITE
  if (writer->written - writer->flushed < FLUSH)
    return;
  (void) sync_file_range (writer->fd, writer->flushed, writer->written - writer->flushed, SYNC_FILE_RANGE_WRITE);
  writer->flushed = writer->written;
#endif
}

gboolean
tri_file_writer_write (TriFileWriter *writer, const void *data, gsize size, GError **error)
{
  const guint8 *p = data;
  writer->synced = FALSE;
  while (size > 0)
    {
      ssize_t n = write (writer->fd, p, MIN (size, PIECE));
      if (n < 0 && errno == EINTR)
        continue;
      if (n < 0)
        {
          set_write_error (writer, errno, error);
          return FALSE;
        }
      p += n;
      size -= (gsize) n;
      writer->written += n;
      flush_early (writer);
    }
  return TRUE;
}

/* Returns: (transfer none): a stream that writes to the file; closing it does nothing */
GOutputStream *
tri_file_writer_get_stream (TriFileWriter *writer)
{
  if (writer->stream == NULL)
    {
      TriWriterStream *stream = g_object_new (TRI_TYPE_WRITER_STREAM, NULL);
      stream->writer = writer;
      writer->stream = G_OUTPUT_STREAM (stream);
    }
  return writer->stream;
}

/* Waits until the disk has what was written. */
gboolean
tri_file_writer_sync (TriFileWriter *writer, GError **error)
{
  if (writer->synced)
    return TRUE;
  if (fsync (writer->fd) == 0 || errno == EINVAL)
    {
      writer->synced = TRUE;
      return TRUE;
    }
  set_write_error (writer, errno, error);
  return FALSE;
}

/**
 * tri_file_writer_open_again:
 *
 * Opens what was written so far, before it has its name, to check it. The kernel is asked to forget what it still
 * holds of it, so that what is read comes from the disk; call tri_file_writer_sync() first.
 *
 * Returns: (transfer full)
 */
GInputStream *
tri_file_writer_open_again (TriFileWriter *writer, GError **error)
{
  g_autofree char *self = g_strdup_printf ("/proc/self/fd/%d", writer->fd);
  (void) posix_fadvise (writer->fd, 0, 0, POSIX_FADV_DONTNEED);
  int fd = open (self, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    {
      int code = errno;
      g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (code), _("“%s” could not be read back: %s."),
                   writer->name, g_strerror (code));
      return NULL;
    }
  (void) posix_fadvise (fd, 0, 0, POSIX_FADV_RANDOM); /* no reading ahead into large pieces of memory */
  tri_file_writer_read_ahead (writer, 0);
  return g_unix_input_stream_new (fd, TRUE);
}

/* Has the disk bring what comes after @position of a file that was opened again, while something else is done. */
void
tri_file_writer_read_ahead (TriFileWriter *writer, guint64 position)
{
  (void) posix_fadvise (writer->fd, (off_t) position, READ_AHEAD, POSIX_FADV_WILLNEED);
}

/* Gives the file without a name the name @to, if that is free. Returns: 0 or an errno */
static int
name_it (TriFileWriter *writer, const char *to)
{
  g_autofree char *self = g_strdup_printf ("/proc/self/fd/%d", writer->fd);
  return linkat (AT_FDCWD, self, AT_FDCWD, to, AT_SYMLINK_FOLLOW) == 0 ? 0 : errno;
}

/* Renames the temporary to a name that must be free. Returns: 0 or an errno */
static int
rename_to_free (TriFileWriter *writer)
{
  if (renameat2 (AT_FDCWD, writer->temporary, AT_FDCWD, writer->path, RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS)
    return errno;
  /* A file system that can't do both at once (FAT over FUSE and the like): a link fails on a name that is taken. */
  if (link (writer->temporary, writer->path) == 0)
    return unlink (writer->temporary) == 0 ? 0 : errno;
  if (errno == EEXIST)
    return EEXIST;
  if (g_access (writer->path, F_OK) == 0)
    return EEXIST;
  return rename (writer->temporary, writer->path) == 0 ? 0 : errno;
}

static int
publish (TriFileWriter *writer)
{
  if (writer->temporary == NULL && !writer->replace)
    {
      int code = name_it (writer, writer->path);
      if (code == 0 || code == EEXIST)
        return code;
    }
  for (guint attempt = 0; writer->temporary == NULL; attempt++)
    {
      g_autofree char *path = g_strdup_printf ("%s/" TEMPORARY "%08x%08x", writer->folder, g_random_int (), g_random_int ());
      int code = name_it (writer, path);
      if (code == 0)
        writer->temporary = g_steal_pointer (&path);
      else if (code != EEXIST || attempt == 100)
        return code;
    }
  int code;
  if (writer->replace)
    code = rename (writer->temporary, writer->path) == 0 ? 0 : errno;
  else
    code = rename_to_free (writer);
  if (code == 0)
    g_clear_pointer (&writer->temporary, g_free);
  return code;
}

/**
 * tri_file_writer_commit:
 *
 * Syncs what was written and gives it its name; with no permission to replace, a file that appeared meanwhile is
 * G_IO_ERROR_EXISTS and stays. After FALSE nothing is left behind once the writer is freed.
 */
gboolean
tri_file_writer_commit (TriFileWriter *writer, GCancellable *cancellable, GError **error)
{
  if (g_cancellable_set_error_if_cancelled (cancellable, error))
    return FALSE;
  if (!tri_file_writer_sync (writer, error))
    return FALSE;
  int code = publish (writer);
  if (code == EEXIST)
    return set_exists_error (writer, error);
  if (code != 0)
    {
      set_write_error (writer, code, error);
      return FALSE;
    }
  int folder = open (writer->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0)
    {
      (void) fsync (folder); /* the data is safe; some file systems refuse this */
      close (folder);
    }
  return TRUE;
}

void
tri_file_writer_free (TriFileWriter *writer)
{
  if (writer->stream != NULL)
    TRI_WRITER_STREAM (writer->stream)->writer = NULL;
  g_clear_object (&writer->stream);
  if (writer->fd >= 0)
    close (writer->fd);
  if (writer->temporary != NULL)
    unlink (writer->temporary);
  g_free (writer->temporary);
  g_free (writer->path);
  g_free (writer->folder);
  g_free (writer->name);
  g_free (writer);
}

static gboolean
is_temporary (const char *name)
{
  gsize prefix = strlen (TEMPORARY);
  return g_str_has_prefix (name, TEMPORARY) && strlen (name) == prefix + 16
         && strspn (name + prefix, "0123456789abcdef") == 16;
}

/* Removes the temporary if nobody writes it: the lock goes with its writer, however that ends. */
static gboolean
remove_if_left (int folder, const char *name)
{
  struct stat opened, named;
  int fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  gboolean gone = fstat (fd, &opened) == 0 && S_ISREG (opened.st_mode) && opened.st_uid == geteuid ()
                  && flock (fd, LOCK_EX | LOCK_NB) == 0
                  && fstatat (folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && named.st_ino == opened.st_ino
                  && unlinkat (folder, name, 0) == 0;
  close (fd);
  return gone;
}

/**
 * tri_file_remove_leftovers:
 *
 * Removes the temporary files that writers of this user's left in @folder when they were killed. Those that are being
 * written now, by this program or another one, stay; so does everything else.
 *
 * Returns: how many
 */
guint
tri_file_remove_leftovers (GFile *folder)
{
  g_autofree char *path = g_file_get_path (folder);
  guint n = 0;
  g_autoptr (GDir) dir = path != NULL ? g_dir_open (path, 0, NULL) : NULL;
  int fd = dir != NULL ? open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  const char *name;
  while (fd >= 0 && (name = g_dir_read_name (dir)) != NULL)
    n += is_temporary (name) && remove_if_left (fd, name);
  if (fd >= 0)
    close (fd);
  return n;
}

static gboolean
write_all (TriFileWriter *writer, GBytes *bytes, GCancellable *cancellable, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  for (gsize at = 0; at < size; at += PIECE)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !tri_file_writer_write (writer, data + at, MIN (PIECE, size - at), error))
      return FALSE;
  return tri_file_writer_commit (writer, cancellable, error);
}

/* Writes @bytes as tri_file_writer_new() says, all or nothing. */
gboolean
tri_file_write (GFile *file, GBytes *bytes, gboolean replace, GCancellable *cancellable, GError **error)
{
  g_autoptr (TriFileWriter) writer = tri_file_writer_new (file, replace, error);
  return writer != NULL && write_all (writer, bytes, cancellable, error);
}

/* The same for secrets, as tri_file_writer_new_private() says. */
gboolean
tri_file_write_private (GFile *file, GBytes *bytes, gboolean replace, GCancellable *cancellable, GError **error)
{
  g_autoptr (TriFileWriter) writer = tri_file_writer_new_private (file, replace, error);
  return writer != NULL && write_all (writer, bytes, cancellable, error);
}

/**
 * tri_file_fetch:
 * @stream: that reads a file
 * @wait: until it is there
 *
 * Has the disk bring the beginning of a file, all of it if it is small, so that reading it will not have to wait.
 *
 * Returns: FALSE if it is not there yet
 */
gboolean
tri_file_fetch (GInputStream *stream, gboolean wait)
{
  struct stat st;
  char last;
  int fd = G_IS_FILE_DESCRIPTOR_BASED (stream) ? g_file_descriptor_based_get_fd (G_FILE_DESCRIPTOR_BASED (stream)) : -1;
  if (fd < 0 || fstat (fd, &st) != 0 || !S_ISREG (st.st_mode) || st.st_size == 0)
    return TRUE; /* there is nothing to bring, or no way to ask for it */
  (void) posix_fadvise (fd, 0, READ_AHEAD, POSIX_FADV_WILLNEED);
  struct iovec one = { &last, 1 };
  return preadv2 (fd, &one, 1, MIN (st.st_size, READ_AHEAD) - 1, wait ? 0 : RWF_NOWAIT) == 1 || errno != EAGAIN;
}

/* Rewrites an error of GIO so that it names @file and says what to do. @error: (nullable): set, or to NULL */
void
tri_file_explain_read_error (GFile *file, GError **error)
{
  g_autofree char *name = tri_file_get_name (file);
  if (error == NULL || *error == NULL || (*error)->domain != G_IO_ERROR || (*error)->code == G_IO_ERROR_CANCELLED)
    return;
  const char *advice;
  switch ((*error)->code)
    {
    case G_IO_ERROR_NOT_FOUND:
      advice = _("there is no such file. It may have been moved or renamed; choose it again.");
      break;
    case G_IO_ERROR_PERMISSION_DENIED:
      advice = _("you have no permission to read it. Ask its owner, or copy it to a place of your own.");
      break;
    case G_IO_ERROR_IS_DIRECTORY:
      advice = _("it is a folder. Choose a file in it.");
      break;
    case G_IO_ERROR_NOT_REGULAR_FILE:
      advice = _("it is not an ordinary file.");
      break;
    default:
      g_prefix_error (error, _("“%s” can't be read: "), name);
      return;
    }
  g_autofree char *message = g_strdup_printf (_("“%s” can't be read: %s"), name, advice);
  g_free ((*error)->message);
  (*error)->message = g_steal_pointer (&message);
}

static gboolean
check_file (GFile *file, const char *name, guint64 max, guint64 *size, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInfo) info =
      g_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE,
                         cancellable, error);
  if (info == NULL)
    return FALSE;
  GFileType type = g_file_info_get_file_type (info);
  if (type == G_FILE_TYPE_DIRECTORY || type == G_FILE_TYPE_SPECIAL)
    {
      g_set_error_literal (error, G_IO_ERROR,
                           type == G_FILE_TYPE_DIRECTORY ? G_IO_ERROR_IS_DIRECTORY : G_IO_ERROR_NOT_REGULAR_FILE, "");
      return FALSE;
    }
  *size = (guint64) g_file_info_get_size (info);
  if (*size <= max)
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE,
               _("“%s” has %.1f MiB. Files up to %.0f MiB are read here; make it smaller."), name,
               (double) *size / (1024 * 1024), (double) max / (1024 * 1024));
  return FALSE;
}

static GBytes *
read_all (GInputStream *stream, guint64 expected, guint64 max, const char *name, GCancellable *cancellable, GError **error)
{
  gsize room = (gsize) expected + 1; /* one more, so that the end is seen without growing */
  g_autofree guint8 *data = g_try_malloc (room);
  for (gsize used = 0; data != NULL;)
    {
      gssize n = g_input_stream_read (stream, data + used, MIN (room - used, PIECE), cancellable, error);
      if (n < 0)
        return NULL;
      if (n == 0)
        return g_bytes_new_take (g_steal_pointer (&data), used);
      used += (gsize) n;
      if (used > max)
        {
          g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE,
                       _("“%s” has more than %.0f MiB. Files up to that size are read here; make it smaller."), name,
                       (double) max / (1024 * 1024));
          return NULL;
        }
      if (used == room) /* it is growing */
        {
          room = 2 * room;
          guint8 *grown = g_try_realloc (data, room);
          if (grown == NULL)
            break;
          (void) g_steal_pointer (&data);
          data = grown;
        }
    }
  g_set_error (error, TRI_ERROR, TRI_ERROR_NO_MEMORY,
               _("There is not enough memory to read “%s”. Close other programs and try again."), name);
  return NULL;
}

/**
 * tri_file_read:
 * @max: most bytes that are read
 *
 * Reads a whole ordinary file.
 *
 * Returns: (transfer full): its bytes, or NULL with TRI_ERROR_TOO_LARGE, TRI_ERROR_NO_MEMORY or a GIOErrorEnum whose
 *   message names the file and says what to do
 */
GBytes *
tri_file_read (GFile *file, guint64 max, GCancellable *cancellable, GError **error)
{
  g_autofree char *name = tri_file_get_name (file);
  g_autoptr (GError) local = NULL;
  g_autoptr (GFileInputStream) stream = NULL;
  GBytes *bytes = NULL;
  guint64 size;
  if (check_file (file, name, max, &size, cancellable, &local))
    stream = g_file_read (file, cancellable, &local);
  if (stream != NULL)
    bytes = read_all (G_INPUT_STREAM (stream), size, max, name, cancellable, &local);
  if (bytes != NULL)
    return bytes;
  tri_file_explain_read_error (file, &local);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}
