/* Pixels to PNG by libpng, as a stream: the stored values and nothing that would make a viewer change them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <string.h>
#include <zlib.h>

#include "tri-error.h"
#include "tri-file.h"
#include "tri-png.h"

#define SAMPLES 65536
#define NOISE_BITS 7.9 /* entropy of a byte's difference to its neighbour from which on deflate gains nothing */
#define PIECE (1024 * 1024)

/* Lives outside the frame that setjmp() returns to. */
typedef struct {
  const TriImage *image;
  const char *chunk_name;
  GBytes *chunk;
  TriPngSink sink;
  gpointer user_data;
  TriProgress *progress;
  png_structp png;
  png_infop info;
  GError *error;
} Encoder;

static void G_GNUC_NORETURN
on_error (png_structp png, png_const_charp message)
{
  Encoder *encoder = png_get_error_ptr (png);
  if (encoder->error == NULL)
    g_set_error (&encoder->error, TRI_ERROR, TRI_ERROR_FAILED, _("The picture could not be written as PNG: %s."), message);
  png_longjmp (png, 1);
}

static void
on_warning (png_structp png, png_const_charp message)
{
}

static void
on_write (png_structp png, png_bytep data, size_t size)
{
  Encoder *encoder = png_get_io_ptr (png);
  if (!encoder->sink (data, size, encoder->user_data, &encoder->error))
    png_error (png, "write");
}

static void
on_flush (png_structp png)
{
}

/* Whether neighbouring bytes tell nothing about each other, as in a good ciphertext: deflate then only costs time. */
static gboolean
looks_like_noise (const TriImage *image)
{
  gsize size = tri_image_n_bytes (image), ch = image->channels;
  if (size < 2 * SAMPLES)
    return FALSE;
  guint counts[256] = { 0 };
  gsize step = (size - ch) / SAMPLES;
  for (gsize i = 0; i < SAMPLES; i++)
    {
      const guint8 *p = image->pixels + i * step;
      counts[(guint8) (p[ch] - p[0])]++;
    }
  double bits = 0;
  for (guint v = 0; v < 256; v++)
    if (counts[v] > 0)
      bits -= counts[v] * log2 ((double) counts[v] / SAMPLES) / SAMPLES;
  return bits > NOISE_BITS;
}

static void
write_private_chunk (Encoder *encoder)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (encoder->chunk, &size);
  png_write_chunk_start (encoder->png, (png_const_bytep) encoder->chunk_name, (png_uint_32) size);
  for (gsize at = 0; at < size; at += PIECE)
    {
      if (!tri_progress_check (encoder->progress, 0, &encoder->error))
        png_error (encoder->png, "cancelled");
      png_write_chunk_data (encoder->png, data + at, MIN (PIECE, size - at));
    }
  png_write_chunk_end (encoder->png);
}

/* Editors drop chunks that they don't know, and keep comments. */
static void
set_mark (Encoder *encoder)
{
  char keyword[] = "Comment", mark[] = TRI_PNG_MARK;
  png_text text = { .compression = PNG_TEXT_COMPRESSION_NONE, .key = keyword, .text = mark };
  png_set_text (encoder->png, encoder->info, &text, 1);
}

static gboolean
run (Encoder *encoder)
{
  static const int types[] = { PNG_COLOR_TYPE_GRAY, PNG_COLOR_TYPE_GRAY_ALPHA, PNG_COLOR_TYPE_RGB, PNG_COLOR_TYPE_RGB_ALPHA };
  const TriImage *image = encoder->image;
  if (setjmp (png_jmpbuf (encoder->png)))
    return FALSE;
  png_set_write_fn (encoder->png, encoder, on_write, on_flush);
  png_set_user_limits (encoder->png, TRI_IMAGE_MAX_SIDE, TRI_IMAGE_MAX_SIDE);
  png_set_compression_buffer_size (encoder->png, 64 * 1024);
  png_set_IHDR (encoder->png, encoder->info, image->width, image->height, 8, types[image->channels - 1], PNG_INTERLACE_NONE,
                PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
  if (looks_like_noise (image))
    {
      png_set_filter (encoder->png, PNG_FILTER_TYPE_BASE, PNG_FILTER_NONE);
      png_set_compression_level (encoder->png, Z_NO_COMPRESSION);
    }
  if (encoder->chunk != NULL)
    set_mark (encoder);
  png_write_info (encoder->png, encoder->info);
  if (encoder->chunk != NULL)
    write_private_chunk (encoder);
  for (guint y = 0; y < image->height; y++)
    {
      if (!tri_progress_check (encoder->progress, (double) y / image->height, &encoder->error))
        png_error (encoder->png, "cancelled");
      png_write_row (encoder->png, image->pixels + y * tri_image_stride (image));
    }
  png_write_end (encoder->png, encoder->info);
  return TRUE;
}

/**
 * tri_png_encode:
 * @chunk_name: (nullable): four letters of a chunk to put before the pixels
 * @chunk: (nullable): its data
 * @sink: takes the bytes as they come
 */
gboolean
tri_png_encode (const TriImage *image, const char *chunk_name, GBytes *chunk, TriPngSink sink, gpointer user_data,
                TriProgress *progress, GError **error)
{
  Encoder encoder = { .image = image, .chunk_name = chunk_name, .chunk = chunk, .sink = sink, .user_data = user_data,
                      .progress = progress };
  if (chunk != NULL && g_bytes_get_size (chunk) > TRI_PNG_CHUNK_MAX)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE,
                   _("The encrypted picture needs %.1f GiB beside its pixels; a PNG holds 2 GiB there. Use a smaller "
                     "picture or another cipher."), (double) g_bytes_get_size (chunk) / (1024. * 1024 * 1024));
      return FALSE;
    }
  encoder.png = png_create_write_struct (PNG_LIBPNG_VER_STRING, &encoder, on_error, on_warning);
  if (encoder.png != NULL)
    encoder.info = png_create_info_struct (encoder.png);
  gboolean good = encoder.info != NULL && run (&encoder);
  png_destroy_write_struct (&encoder.png, &encoder.info);
  if (good)
    return tri_progress_check (progress, 1, error);
  if (encoder.error == NULL)
    g_set_error_literal (&encoder.error, TRI_ERROR, TRI_ERROR_NO_MEMORY, _("There is not enough memory to write the PNG."));
  g_propagate_error (error, encoder.error);
  return FALSE;
}

static gboolean
append (const guint8 *data, gsize size, gpointer user_data, GError **error)
{
  GByteArray *array = user_data;
  if (size > G_MAXUINT - array->len)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_TOO_LARGE, _("The PNG would have more than 4 GiB."));
      return FALSE;
    }
  g_byte_array_append (array, data, (guint) size);
  return TRUE;
}

/* Returns: (transfer full): the whole file, or NULL */
GBytes *
tri_png_encode_to_bytes (const TriImage *image, const char *chunk_name, GBytes *chunk, TriProgress *progress, GError **error)
{
  g_autoptr (GByteArray) array = g_byte_array_new ();
  if (!tri_png_encode (image, chunk_name, chunk, append, array, progress, error))
    return NULL;
  return g_byte_array_free_to_bytes (g_steal_pointer (&array));
}

static gboolean
to_writer (const guint8 *data, gsize size, gpointer user_data, GError **error)
{
  return tri_file_writer_write (user_data, data, size, error);
}

/* Writes to @file, all or nothing (tri_file_writer_new()), without holding the file in memory. */
gboolean
tri_png_encode_to_file (const TriImage *image, const char *chunk_name, GBytes *chunk, GFile *file, gboolean replace,
                        TriProgress *progress, GError **error)
{
  g_autoptr (TriFileWriter) writer = tri_file_writer_new (file, replace, error);
  return writer != NULL
         && tri_png_encode (image, chunk_name, chunk, to_writer, writer, progress, error)
         && tri_file_writer_commit (writer, tri_progress_get_cancellable (progress), error);
}
