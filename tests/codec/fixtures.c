/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "fixtures.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>
#include <zlib.h>

/* Smooth enough for JPEG, different in every channel, never opaque everywhere. */
TriImage *
make_picture (guint width, guint height, guint channels, guint seed)
{
  TriImage *image = tri_image_new (width, height, channels, NULL);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      for (guint c = 0; c < channels; c++)
        image->pixels[((gsize) y * width + x) * channels + c] = (guint8) (3 * x + 5 * y * (c + 1) + 60 * c + seed);
  return image;
}

/* @image: RGB or RGBA */
GBytes *
encode_by_pixbuf (const TriImage *image, const char *type, const char *option, const char *value)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GdkPixbuf) pixbuf =
      gdk_pixbuf_new_from_data (image->pixels, GDK_COLORSPACE_RGB, image->channels == 4, 8, (int) image->width,
                                (int) image->height, (int) tri_image_stride (image), NULL, NULL);
  char *buffer;
  gsize size;
  gdk_pixbuf_save_to_buffer (pixbuf, &buffer, &size, type, &error, option, value, NULL);
  g_assert_no_error (error);
  return g_bytes_new_take (buffer, size);
}

GBytes *
insert (GBytes *into, gsize at, const void *data, gsize size)
{
  gsize old;
  const guint8 *bytes = g_bytes_get_data (into, &old);
  guint8 *out = g_malloc (old + size);
  memcpy (out, bytes, at);
  memcpy (out + at, data, size);
  memcpy (out + at + size, bytes + at, old - at);
  return g_bytes_new_take (out, old + size);
}

GBytes *
cut (GBytes *bytes, gsize size)
{
  return g_bytes_new (g_bytes_get_data (bytes, NULL), size);
}

GBytes *
from_hex (const char *hex)
{
  GByteArray *array = g_byte_array_new ();
  for (; *hex != '\0'; hex++)
    if (g_ascii_isxdigit (*hex))
      {
        guint8 byte = (guint8) (g_ascii_xdigit_value (hex[0]) << 4 | g_ascii_xdigit_value (hex[1]));
        g_byte_array_append (array, &byte, 1);
        hex++;
      }
  return g_byte_array_free_to_bytes (array);
}

GBytes *
add_exif_orientation (GBytes *jpeg, guint orientation)
{
  guint8 app1[] = { 0xff, 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
                    1, 0x12, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 };
  app1[29] = (guint8) orientation;
  return insert (jpeg, 2, app1, sizeof app1);
}

GBytes *
png_chunk (const char *type, const void *data, gsize size)
{
  guint8 *out = g_malloc (size + 12);
  guint32 length = GUINT32_TO_BE ((guint32) size);
  memcpy (out, &length, 4);
  memcpy (out + 4, type, 4);
  if (size > 0)
    memcpy (out + 8, data, size);
  guint32 crc = GUINT32_TO_BE ((guint32) crc32 (crc32 (0, NULL, 0), out + 4, (uInt) size + 4));
  memcpy (out + 8 + size, &crc, 4);
  return g_bytes_new_take (out, size + 12);
}

static void
append (GByteArray *array, GBytes *bytes)
{
  g_byte_array_append (array, g_bytes_get_data (bytes, NULL), (guint) g_bytes_get_size (bytes));
}

static void
take (GByteArray *array, GBytes *bytes)
{
  append (array, bytes);
  g_bytes_unref (bytes);
}

/* @idat: filtered rows, not yet compressed; @before_idat: (nullable): whole chunks */
GBytes *
make_raw_png (guint width, guint height, guint depth, guint colour_type, const void *idat, gsize idat_size,
              GBytes *before_idat)
{
  GByteArray *array = g_byte_array_new ();
  guint8 header[13] = { 0, 0, 0, 0, 0, 0, 0, 0, (guint8) depth, (guint8) colour_type };
  guint32 be[2] = { GUINT32_TO_BE (width), GUINT32_TO_BE (height) };
  uLongf packed_size = compressBound (idat_size);
  g_autofree guint8 *packed = g_malloc (packed_size);
  memcpy (header, be, 8);
  g_assert_cmpint (compress (packed, &packed_size, idat, idat_size), ==, Z_OK);
  g_byte_array_append (array, (const guint8 *) "\x89PNG\r\n\x1a\n", 8);
  take (array, png_chunk ("IHDR", header, 13));
  if (before_idat != NULL)
    append (array, before_idat);
  take (array, png_chunk ("IDAT", packed, packed_size));
  take (array, png_chunk ("IEND", NULL, 0));
  return g_byte_array_free_to_bytes (array);
}
