/* Files out, complete or not at all. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gunixinputstream.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tri-file-private.h"

#define FLUSH (8 * 1024 * 1024)

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
  size = MIN (size, TRI_FILE_PIECE);
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
  writer->fd = tri_file_open_temporary (writer->folder, mode, &writer->temporary);
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
      ssize_t n = write (writer->fd, p, MIN (size, TRI_FILE_PIECE));
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

/* When the file shall have been modified, since 1970; after the last byte. Where the file system has no such time it keeps
 * its own. */
void
tri_file_writer_set_time (TriFileWriter *writer, gint64 seconds, guint nanoseconds)
{
  const struct timespec times[] = { { .tv_nsec = UTIME_OMIT }, { (time_t) seconds, (long) nanoseconds } };
  (void) futimens (writer->fd, times);
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
  (void) posix_fadvise (writer->fd, (off_t) position, TRI_FILE_READ_AHEAD, POSIX_FADV_WILLNEED);
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
      g_autofree char *path = tri_file_make_temporary_name (writer->folder);
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
write_all (TriFileWriter *writer, GBytes *bytes, GCancellable *cancellable, GError **error)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);
  for (gsize at = 0; at < size; at += TRI_FILE_PIECE)
    if (g_cancellable_set_error_if_cancelled (cancellable, error)
        || !tri_file_writer_write (writer, data + at, MIN (TRI_FILE_PIECE, size - at), error))
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
