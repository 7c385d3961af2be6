/* Pictures from files and standard input, results to files and standard output.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gi18n-lib.h>
#include <stdio.h>
#include <string.h>

#include "tri-cli.h"
#include "tri-error.h"
#include "tri-picture.h"

static GBytes *
read_stdin (gsize max, GError **error)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  guint8 piece[65536];
  gsize n;
  while ((n = fread (piece, 1, sizeof piece, stdin)) > 0)
    {
      if (all->len + n > max)
        {
          g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE,
                       _("Standard input has more than %zu bytes. Give a smaller picture."), max);
          return NULL;
        }
      g_byte_array_append (all, piece, (guint) n);
    }
  if (ferror (stdin))
    {
      g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("Standard input can't be read: %s."),
                   g_strerror (errno));
      return NULL;
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&all));
}

/* @path: "-" for standard input. Returns: (transfer full): the whole content */
GBytes *
tri_cli_read (const char *path, TriProgress *progress, GError **error)
{
  if (strcmp (path, "-") == 0)
    return read_stdin (TRI_PICTURE_MAX_FILE, error);
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  return tri_file_read (file, TRI_PICTURE_MAX_FILE, tri_progress_get_cancellable (progress), error);
}

/* @path: - is standard input. Returns: (transfer full): decoded; NULL with an error that names the file */
TriImage *
tri_cli_load_picture (const char *path, TriProgress *progress, GError **error)
{
  GCancellable *cancellable = tri_progress_get_cancellable (progress);
  if (strcmp (path, "-") == 0)
    {
      g_autoptr (GBytes) bytes = read_stdin (TRI_PICTURE_MAX_FILE, error);
      return bytes != NULL ? tri_picture_load_bytes (bytes, _("standard input"), cancellable, error) : NULL;
    }
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  return tri_picture_load (file, cancellable, error);
}

static char *
file_id (GFile *file)
{
  g_autoptr (GFileInfo) info = g_file_query_info (file, G_FILE_ATTRIBUTE_ID_FILE, 0, NULL, NULL);
  return info != NULL ? g_strdup (g_file_info_get_attribute_string (info, G_FILE_ATTRIBUTE_ID_FILE)) : NULL;
}

/* Before any work: whether the result may go there. The original is never overwritten. */
gboolean
tri_cli_check_output (const TriOptions *options, const char *in, const char *out, GError **error)
{
  if (strcmp (out, "-") == 0)
    {
      if (options->json)
        g_set_error_literal (error, TRI_USAGE_ERROR, 0,
                             _("--json and a picture can't both go to standard output. Name a file for the picture."));
      return !options->json;
    }
  g_autoptr (GFile) from = g_file_new_for_commandline_arg (in), to = g_file_new_for_commandline_arg (out);
  g_autofree char *from_id = file_id (from), *to_id = file_id (to);
  if (strcmp (in, "-") != 0 && from_id != NULL && g_strcmp0 (from_id, to_id) == 0)
    g_set_error (error, TRI_USAGE_ERROR, 0, _("“%s” is both input and output. Name another file for the result."), out);
  else if (!options->force && g_file_query_exists (to, NULL))
    g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                 _("“%s” exists already. Give --force to replace it, or name another file."), out);
  else
    return TRUE;
  return FALSE;
}

/* To standard output. */
gboolean
tri_cli_write (GBytes *bytes, GError **error)
{
  gsize size;
  const void *data = g_bytes_get_data (bytes, &size);
  if (fwrite (data, 1, size, stdout) == size && fflush (stdout) == 0)
    return TRUE;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (errno), _("Standard output can't be written: %s."),
               g_strerror (errno));
  return FALSE;
}
