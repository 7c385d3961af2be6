/* The codec's own parsers on hostile pictures: structure, EXIF, PNG chunks, and libpng behind them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <string.h>

#include "fuzz.h"
#include "tri-exif.h"
#include "tri-picture-facts.h"
#include "tri-picture.h"
#include "tri-png.h"

static void
try_png (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  TriPngFacts facts;
  if (!tri_png_examine (bytes, "a", &facts, &error))
    {
      g_assert_nonnull (error);
      return;
    }
  g_assert_true (facts.orientation >= 1 && facts.orientation <= 8);
  if ((guint64) facts.width * facts.height > 1000000)
    return;
  g_autoptr (TriImage) image = tri_picture_load_bytes (bytes, "a.png", NULL, &error);
  g_assert_true ((image == NULL) == (error != NULL));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  TriPictureFacts facts;
  tri_picture_facts_read (data, size, &facts);
  g_assert_cmpuint (facts.frames, <=, 2);
  guint orientation = tri_exif_get_orientation (data, size);
  g_assert_true (orientation >= 1 && orientation <= 8);
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  if (tri_png_has_signature (data, size))
    try_png (bytes);
  return 0;
}

#define ADD(text) g_ptr_array_add (seeds, g_bytes_new_static (text, sizeof (text) - 1))

void
fuzz_add_seeds (GPtrArray *seeds)
{
  static const char *const types[] = { "png", "jpeg", "bmp", "tiff" };
  g_autoptr (GdkPixbuf) pixbuf = gdk_pixbuf_new (GDK_COLORSPACE_RGB, FALSE, 8, 5, 4);
  gdk_pixbuf_fill (pixbuf, 0x336699ff);
  for (guint i = 0; i < G_N_ELEMENTS (types); i++)
    {
      char *buffer;
      gsize size;
      g_assert_true (gdk_pixbuf_save_to_buffer (pixbuf, &buffer, &size, types[i], NULL, NULL));
      g_ptr_array_add (seeds, g_bytes_new_take (buffer, size));
    }
  ADD ("GIF89a\2\0\1\0\x80\0\0\xff\0\0\0\0\xff,\0\0\0\0\2\0\1\0\0\2\2\x44\x0a\0;");
  ADD ("II*\0\x8\0\0\0\1\0\x12\1\3\0\1\0\0\0\6\0\0\0\0\0\0\0");
  ADD ("P5\n# x\n3 2\n255\n\1\2\3\4\5\6");
  ADD ("RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\2\0\0\0\0\0\0\0\0\0");
  ADD ("\0\0\0\x18" "ftypheic\0\0\0\0mif1heic");
}
