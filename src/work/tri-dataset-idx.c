/* IDX, in which handwritten digits are handed around (MNIST: Le Cun, Cortes, Burges): 0 0 8 3, then the number of
 * pictures, rows and columns as big-endian words of 32 bits, then bytes. Often in gzip. Files are hostile.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-dataset-private.h"
#include "tri-error.h"
#include "tri-picture.h"

#define HEADER 16

static guint32
word_at (const guint8 *bytes)
{
  return (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
}

/* @size: in: wanted; out: what was there */
static gboolean
read_start (GInputStream *stream, guint8 *bytes, gsize *size, GCancellable *cancellable, GError **error)
{
  gsize wanted = *size;
  return g_input_stream_read_all (stream, bytes, wanted, size, cancellable, error);
}

static GInputStream *
open_plain (GFile *file, GCancellable *cancellable, GError **error)
{
  guint8 magic[2];
  gsize size = sizeof magic;
  g_autoptr (GFileInputStream) stream = g_file_read (file, cancellable, error);
  if (stream == NULL || !read_start (G_INPUT_STREAM (stream), magic, &size, cancellable, error)
      || !g_seekable_seek (G_SEEKABLE (stream), 0, G_SEEK_SET, cancellable, error))
    return NULL;
  if (size < 2 || magic[0] != 0x1f || magic[1] != 0x8b)
    return G_INPUT_STREAM (g_steal_pointer (&stream));
  g_autoptr (GZlibDecompressor) gunzip = g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP);
  return g_converter_input_stream_new (G_INPUT_STREAM (stream), G_CONVERTER (gunzip));
}

static gboolean
damaged (GError **error, const char *name)
{
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
               _("“%s” is an IDX file whose numbers contradict each other or its length. Get it again from where it came."), name);
  return FALSE;
}

static gboolean
read_pictures (TriDatasetReader *reader, GInputStream *stream, const guint8 *header, const char *name,
               GCancellable *cancellable, GError **error)
{
  guint32 n = word_at (header + 4), rows = word_at (header + 8), columns = word_at (header + 12);
  if (n == 0 || rows == 0 || columns == 0 || rows > TRI_IMAGE_MAX_SIDE || columns > TRI_IMAGE_MAX_SIDE)
    return damaged (error, name);
  for (guint32 i = 0; i < n; i++)
    {
      g_autoptr (TriImage) picture = tri_image_new (columns, rows, 1, error);
      if (picture == NULL)
        return FALSE;
      gsize size = tri_image_n_bytes (picture), wanted = size;
      if (!read_start (stream, picture->pixels, &size, cancellable, error))
        return FALSE;
      if (size < wanted)
        return damaged (error, name);
      if (!tri_dataset_take (reader, g_steal_pointer (&picture), g_strdup_printf ("%s/%07u", name, i), error))
        return FALSE;
    }
  return TRUE;
}

/* Takes every picture of @file if it is one of these, all or none. @is_idx: (out): FALSE: it is something else */
gboolean
tri_dataset_read_idx (TriDatasetReader *reader, GFile *file, const char *name, gboolean *is_idx, GCancellable *cancellable,
                      GError **error)
{
  static const guint8 pictures_of_bytes[] = { 0, 0, 8, 3 };
  guint8 header[HEADER];
  gsize size = sizeof header;
  guint before = reader->pictures->len;
  guint64 bytes_before = reader->n_bytes;
  g_autoptr (GError) why = NULL;
  *is_idx = FALSE;
  g_autoptr (GInputStream) stream = open_plain (file, cancellable, &why);
  if (stream == NULL || !read_start (stream, header, &size, cancellable, &why))
    return !g_error_matches (why, G_IO_ERROR, G_IO_ERROR_CANCELLED) || (g_propagate_error (error, g_steal_pointer (&why)), FALSE);
  *is_idx = size == HEADER && memcmp (header, pictures_of_bytes, sizeof pictures_of_bytes) == 0;
  if (!*is_idx || read_pictures (reader, stream, header, name, cancellable, error))
    return TRUE;
  g_ptr_array_set_size (reader->pictures, (gint) before);
  g_ptr_array_set_size (reader->names, (gint) before);
  reader->n_bytes = bytes_before;
  return FALSE;
}
