/* PNG to pixels by libpng: the stored values, without gamma, without premultiplication.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <png.h>
#include <setjmp.h>
#include <string.h>

#include "tri-error.h"
#include "tri-png.h"

/* Lives outside the frame that setjmp() returns to. */
typedef struct {
  const guint8 *bytes;
  gsize size, at;
  const char *name;
  GCancellable *cancellable;
  TriImage *image;
  png_structp png;
  png_infop info;
  GError *error;
} Decoder;

static void G_GNUC_NORETURN
on_error (png_structp png, png_const_charp message)
{
  Decoder *decoder = png_get_error_ptr (png);
  if (decoder->error == NULL)
    g_set_error (&decoder->error, TRI_ERROR, TRI_ERROR_DAMAGED,
                 _("“%s” is damaged: its PNG data contradicts itself (%s). Try another copy of the file."),
                 decoder->name, message);
  png_longjmp (png, 1);
}

static void
on_warning (png_structp png, png_const_charp message)
{
}

static void
on_read (png_structp png, png_bytep out, size_t size)
{
  Decoder *decoder = png_get_io_ptr (png);
  if (size > decoder->size - decoder->at)
    {
      g_set_error (&decoder->error, TRI_ERROR, TRI_ERROR_TRUNCATED,
                   _("“%s” ends in the middle: the copy or download broke off. Fetch it again."), decoder->name);
      png_error (png, "end of file");
    }
  memcpy (out, decoder->bytes + decoder->at, size);
  decoder->at += size;
}

static void *
on_malloc (png_structp png, png_alloc_size_t size)
{
  return g_try_malloc (size);
}

static void
on_free (png_structp png, void *memory)
{
  g_free (memory);
}

/* 8 bits a channel, with the channels that the file has (a palette: RGB; a transparent colour: alpha). */
static void
request_bytes (Decoder *decoder)
{
  png_structp png = decoder->png;
  png_uint_32 width, height;
  int depth, type;
  png_get_IHDR (png, decoder->info, &width, &height, &depth, &type, NULL, NULL, NULL);
  png_set_scale_16 (png);
  if (type == PNG_COLOR_TYPE_PALETTE)
    png_set_palette_to_rgb (png);
  if (type == PNG_COLOR_TYPE_GRAY && depth < 8)
    png_set_expand_gray_1_2_4_to_8 (png);
  if (png_get_valid (png, decoder->info, PNG_INFO_tRNS))
    png_set_tRNS_to_alpha (png);
}

static void
read_rows (Decoder *decoder)
{
  int passes = png_set_interlace_handling (decoder->png);
  png_read_update_info (decoder->png, decoder->info);
  guint channels = png_get_channels (decoder->png, decoder->info);
  decoder->image = tri_image_new (png_get_image_width (decoder->png, decoder->info),
                                  png_get_image_height (decoder->png, decoder->info), channels, &decoder->error);
  if (decoder->image == NULL)
    png_error (decoder->png, "no picture");
  gsize stride = tri_image_stride (decoder->image);
  if (png_get_rowbytes (decoder->png, decoder->info) != stride)
    png_error (decoder->png, "row size");
  for (int pass = 0; pass < passes; pass++)
    for (guint y = 0; y < decoder->image->height; y++)
      {
        if (g_cancellable_set_error_if_cancelled (decoder->cancellable, &decoder->error))
          png_error (decoder->png, "cancelled");
        png_read_row (decoder->png, decoder->image->pixels + y * stride, NULL);
      }
  png_read_end (decoder->png, NULL);
}

static gboolean
run (Decoder *decoder)
{
  if (setjmp (png_jmpbuf (decoder->png)))
    return FALSE;
  png_set_read_fn (decoder->png, decoder, on_read);
  png_set_user_limits (decoder->png, TRI_IMAGE_MAX_SIDE, TRI_IMAGE_MAX_SIDE);
  png_set_chunk_malloc_max (decoder->png, 64 * 1024 * 1024);
  png_set_keep_unknown_chunks (decoder->png, PNG_HANDLE_CHUNK_NEVER, NULL, 0);
  png_read_info (decoder->png, decoder->info);
  request_bytes (decoder);
  read_rows (decoder);
  return TRUE;
}

/**
 * tri_png_decode:
 * @name: for messages
 *
 * Decodes a PNG to the values stored in it: 16 bits are scaled to 8, a palette is looked up, nothing else is changed.
 *
 * Returns: (transfer full): the picture, or NULL with an error as tri_png_examine(), or TRI_ERROR_NO_MEMORY
 */
TriImage *
tri_png_decode (GBytes *png, const char *name, GCancellable *cancellable, GError **error)
{
  TriPngFacts facts;
  Decoder decoder = { .name = name, .cancellable = cancellable };
  if (!tri_png_examine (png, name, &facts, error))
    return NULL;
  decoder.bytes = g_bytes_get_data (png, &decoder.size);
  decoder.png = png_create_read_struct_2 (PNG_LIBPNG_VER_STRING, &decoder, on_error, on_warning, NULL, on_malloc, on_free);
  if (decoder.png != NULL)
    decoder.info = png_create_info_struct (decoder.png);
  gboolean good = decoder.info != NULL && run (&decoder);
  png_destroy_read_struct (&decoder.png, &decoder.info, NULL);
  if (good)
    return decoder.image;
  g_clear_pointer (&decoder.image, tri_image_unref);
  if (decoder.error == NULL)
    g_set_error (&decoder.error, TRI_ERROR, TRI_ERROR_NO_MEMORY, _("There is not enough memory to read “%s”."), name);
  g_propagate_error (error, decoder.error);
  return NULL;
}
