/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-file.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gfiledescriptorbased.h>
#include <glib/gi18n-lib.h>
#include <sys/stat.h>
#include <sys/uio.h>

#include "tri-error.h"
#include "tri-file-private.h"

/* Returns: (transfer full): the file's name as a person knows it, for messages */
char *
tri_file_get_name (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file);
  return base != NULL ? g_filename_display_name (base) : g_strdup ("?");
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
  (void) posix_fadvise (fd, 0, TRI_FILE_READ_AHEAD, POSIX_FADV_WILLNEED);
  struct iovec one = { &last, 1 };
  return preadv2 (fd, &one, 1, MIN (st.st_size, TRI_FILE_READ_AHEAD) - 1, wait ? 0 : RWF_NOWAIT) == 1 || errno != EAGAIN;
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
      gssize n = g_input_stream_read (stream, data + used, MIN (room - used, TRI_FILE_PIECE), cancellable, error);
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
