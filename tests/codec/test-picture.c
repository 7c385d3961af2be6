/* Pictures in: every format, what is said of it, and files that are not what they seem.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fixtures.h"
#include "tri-error.h"
#include "tri-picture.h"

/* @text: a literal; may contain zeros */
#define LITERAL(text) g_bytes_new_static (text, sizeof (text) - 1)

static TriImage *
load (GBytes *bytes, const char *name)
{
  g_autoptr (GError) error = NULL;
  TriImage *image = tri_picture_load_bytes (bytes, name, NULL, &error);
  g_assert_no_error (error);
  return image;
}

static void
assert_refused (GBytes *bytes, const char *name, int code)
{
  g_autoptr (GError) error = NULL;
  TriImage *image = tri_picture_load_bytes (bytes, name, NULL, &error);
  g_assert_null (image);
  g_assert_error (error, TRI_ERROR, code);
  g_assert_cmpuint (strlen (error->message), >, 20);
}

static void
assert_notes (const TriImage *image, const char *expected)
{
  g_assert_cmpstr (image->notes, ==, expected);
}

static void
assert_shape (const TriImage *image, guint width, guint height, guint channels)
{
  g_assert_cmpuint (image->width, ==, width);
  g_assert_cmpuint (image->height, ==, height);
  g_assert_cmpuint (image->channels, ==, channels);
}

/* What is saved is what is loaded, for every number of channels and odd sizes. */
static void
test_png_round_trip (void)
{
  static const guint sizes[][2] = { { 1, 1 }, { 1, 7 }, { 9, 1 }, { 33, 17 }, { 300, 200 } };
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    for (guint channels = 1; channels <= 4; channels++)
      {
        g_autoptr (TriImage) image = make_picture (sizes[s][0], sizes[s][1], channels, 7);
        g_autoptr (GBytes) png = tri_picture_to_png (image, NULL, NULL);
        g_autoptr (TriImage) exact = tri_picture_from_png (png, NULL), loaded = load (png, "a.png");
        g_assert_true (tri_image_equal (image, exact));
        if (channels % 2 == 1 || image->pixels[channels - 1] != 255)
          g_assert_true (tri_image_equal (image, loaded));
        assert_notes (loaded, NULL);
      }
}

/* Noise takes the path without compression. */
static void
test_png_noise (void)
{
  g_autoptr (TriImage) image = tri_image_new (400, 300, 3, NULL);
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  for (gsize i = 0; i < tri_image_n_bytes (image); i++)
    image->pixels[i] = (guint8) g_rand_int_range (rand, 0, 256);
  g_autoptr (GBytes) png = tri_picture_to_png (image, NULL, NULL);
  g_autoptr (TriImage) loaded = load (png, NULL);
  g_assert_true (tri_image_equal (image, loaded));
  g_assert_cmpuint (g_bytes_get_size (png), <, tri_image_n_bytes (image) + 2000);
}

static int
largest_difference (const TriImage *a, const TriImage *b)
{
  int largest = 0;
  g_assert_true (tri_image_same_shape (a, b));
  for (gsize i = 0; i < tri_image_n_bytes (a); i++)
    largest = MAX (largest, ABS (a->pixels[i] - b->pixels[i]));
  return largest;
}

static void
test_formats (void)
{
  static const struct {
    const char *type, *option, *value;
    int tolerance;
  } formats[] = { { "png", NULL, NULL, 0 }, { "bmp", NULL, NULL, 0 }, { "tiff", NULL, NULL, 0 }, { "jpeg", "quality", "100", 12 } };
  g_autoptr (TriImage) image = tri_image_new (37, 21, 3, NULL); /* no edges, which JPEG would blur */
  for (guint i = 0; i < 37 * 21 * 3; i++)
    image->pixels[i] = (guint8) (i / 3 % 37 * 2 + i / 111 * 3 + i % 3 * 30);
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    {
      g_autofree char *name = g_strconcat ("a.", formats[i].type, NULL);
      g_autoptr (GBytes) file = encode_by_pixbuf (image, formats[i].type, formats[i].option, formats[i].value);
      g_autoptr (TriImage) loaded = load (file, name);
      g_assert_cmpint (largest_difference (loaded, image), <=, formats[i].tolerance);
      assert_notes (loaded, NULL);
    }
}

static void
test_netpbm_and_svg (void)
{
  g_autoptr (GBytes) pgm = LITERAL ("P5\n# made by hand\n3 2\n255\n\1\2\3\4\5\6");
  g_autoptr (TriImage) grey = load (pgm, "a.pgm");
  assert_shape (grey, 3, 2, 1);
  g_assert_cmpmem (grey->pixels, 6, "\1\2\3\4\5\6", 6);

  g_autoptr (GBytes) deep = LITERAL ("P5 2 1 65535 \x80\x00\xff\xff");
  g_autoptr (TriImage) reduced = load (deep, "a.pgm");
  assert_notes (reduced, "16 bits reduced to 8");
  g_assert_cmpmem (reduced->pixels, 2, "\x80\xff", 2);

  static const char drawing[] = "<svg xmlns='http://www.w3.org/2000/svg' width='8' height='4'><rect width='8' height='4' fill='#f00'/></svg>";
  g_autoptr (GBytes) svg = g_bytes_new_static (drawing, sizeof drawing - 1);
  g_autoptr (TriImage) red = load (svg, "a.svg");
  assert_shape (red, 8, 4, 3);
  g_assert_cmpmem (red->pixels, 3, "\xff\0\0", 3);
}

/* Grey in three channels becomes one, opaque alpha goes, and both. */
static void
test_reduction (void)
{
  g_autoptr (TriImage) grey = make_picture (20, 10, 1, 0), wide = tri_image_match (grey, 20, 10, 4, NULL);
  g_autoptr (GBytes) png = tri_picture_to_png (wide, NULL, NULL), bmp = NULL;
  g_autoptr (TriImage) one = load (png, NULL);
  g_assert_true (tri_image_equal (one, grey));
  assert_notes (one, NULL);

  wide->pixels[4 * 50 + 3] = 254;
  g_autoptr (GBytes) clear = tri_picture_to_png (wide, NULL, NULL);
  g_autoptr (TriImage) two = load (clear, NULL);
  assert_shape (two, 20, 10, 2);
  g_assert_cmpuint (two->pixels[2 * 50 + 1], ==, 254);

  wide->pixels[4 * 199 + 2] ^= 1;
  g_autoptr (GBytes) blue = tri_picture_to_png (wide, NULL, NULL);
  g_autoptr (TriImage) four = load (blue, NULL);
  g_assert_true (tri_image_equal (four, wide));

  wide->pixels[4 * 50 + 3] = 255;
  g_autoptr (TriImage) rgb = tri_image_match (wide, 20, 10, 3, NULL);
  g_autoptr (GBytes) opaque = tri_picture_to_png (wide, NULL, NULL);
  g_autoptr (TriImage) three = load (opaque, NULL);
  g_assert_true (tri_image_equal (three, rgb));
}

static void
test_deep_and_palette (void)
{
  /* 16 bits, two grey pixels */
  static const guint8 deep[] = { 0, 0x12, 0xff, 0xff, 0xff };
  g_autoptr (GBytes) sixteen = make_raw_png (2, 1, 16, 0, deep, sizeof deep, NULL);
  g_autoptr (TriImage) grey = load (sixteen, "a.png");
  assert_notes (grey, "16 bits reduced to 8");
  g_assert_cmpmem (grey->pixels, 2, "\x13\xff", 2); /* rounded: 0x12ff / 0x101 = 18.9 */

  /* four colours in 2 bits, the last transparent */
  static const guint8 table[] = { 255, 0, 0, 0, 255, 0, 0, 0, 255, 9, 9, 9 }, alpha[] = { 255, 255, 255, 0 }, row[] = { 0, 0x1b };
  g_autoptr (GBytes) plte = png_chunk ("PLTE", table, 12), trns = png_chunk ("tRNS", alpha, 4);
  g_autoptr (GBytes) both = insert (plte, g_bytes_get_size (plte), g_bytes_get_data (trns, NULL), g_bytes_get_size (trns));
  g_autoptr (GBytes) indexed = make_raw_png (4, 1, 2, 3, row, sizeof row, both);
  g_autoptr (TriImage) colours = load (indexed, "a.png");
  assert_notes (colours, "palette turned into colours");
  g_assert_cmpmem (colours->pixels, 16, "\xff\0\0\xff\0\xff\0\xff\0\0\xff\xff\x9\x9\x9\0", 16);

  /* one bit a pixel */
  static const guint8 bits[] = { 0, 0xa0 };
  g_autoptr (GBytes) bilevel = make_raw_png (3, 1, 1, 0, bits, sizeof bits, NULL);
  g_autoptr (TriImage) line = load (bilevel, "a.png");
  g_assert_cmpmem (line->pixels, 3, "\xff\0\xff", 3);
}

/* A gamma chunk changes nothing. */
static void
test_gamma (void)
{
  static const guint8 row[] = { 0, 1, 100, 200 };
  g_autoptr (GBytes) gama = png_chunk ("gAMA", "\0\1\x86\xa0", 4);
  g_autoptr (GBytes) png = make_raw_png (3, 1, 8, 0, row, sizeof row, gama);
  g_autoptr (TriImage) image = load (png, "a.png");
  g_assert_cmpmem (image->pixels, 3, row + 1, 3);
}

#define GIF_HEADER "474946383961 0200 0100 80 00 00 ff0000 0000ff "
#define GIF_FRAME "21f9 04 00 0a00 00 00  2c 0000 0000 0200 0100 00  02 02 44 0a 00 "

static void
test_gif (void)
{
  g_autoptr (GBytes) moving = from_hex (GIF_HEADER GIF_FRAME GIF_FRAME "3b"), still = from_hex (GIF_HEADER GIF_FRAME "3b");
  g_autoptr (TriImage) first = load (moving, "a.gif"), only = load (still, "a.gif");
  assert_shape (first, 2, 1, 3);
  assert_notes (first, "palette turned into colours; first frame of an animation");
  assert_notes (only, "palette turned into colours");
  g_assert_true (tri_image_equal (first, only));
  g_assert_cmpmem (only->pixels, 6, "\xff\0\0\0\0\xff", 6);

  for (gsize size = 1; size < g_bytes_get_size (still) - 1; size++)
    {
      g_autoptr (GBytes) part = cut (still, size);
      g_autoptr (GError) error = NULL;
      g_assert_null (tri_picture_load_bytes (part, "a.gif", NULL, &error));
      g_assert_nonnull (error);
    }
}

static void
test_apng (void)
{
  static const guint8 row[] = { 0, 5 };
  g_autoptr (GBytes) control = png_chunk ("acTL", "\0\0\0\2\0\0\0\0", 8);
  g_autoptr (GBytes) png = make_raw_png (1, 1, 8, 0, row, sizeof row, control);
  g_autoptr (TriImage) image = load (png, "a.apng");
  assert_notes (image, "first frame of an animation");
}

/* Where (x, y) of the upright picture comes from, written out from the EXIF standard's table. */
static void
locate (guint orientation, guint w, guint h, guint x, guint y, guint *sx, guint *sy)
{
  switch (orientation)
    {
    case 1: *sx = x; *sy = y; break;
    case 2: *sx = w - 1 - x; *sy = y; break;
    case 3: *sx = w - 1 - x; *sy = h - 1 - y; break;
    case 4: *sx = x; *sy = h - 1 - y; break;
    case 5: *sx = y; *sy = x; break;
    case 6: *sx = y; *sy = h - 1 - x; break;
    case 7: *sx = w - 1 - y; *sy = h - 1 - x; break;
    case 8: *sx = w - 1 - y; *sy = x; break;
    default: g_assert_not_reached ();
    }
}

static void
assert_turned (const TriImage *stored, const TriImage *upright, guint orientation)
{
  gboolean swaps = orientation >= 5;
  assert_shape (upright, swaps ? stored->height : stored->width, swaps ? stored->width : stored->height, stored->channels);
  assert_notes (upright, orientation == 1 ? NULL : "turned upright as the camera noted");
  for (guint y = 0; y < upright->height; y++)
    for (guint x = 0; x < upright->width; x++)
      {
        guint sx, sy, ch = stored->channels;
        locate (orientation, stored->width, stored->height, x, y, &sx, &sy);
        g_assert_cmpmem (upright->pixels + ((gsize) y * upright->width + x) * ch, ch,
                         stored->pixels + ((gsize) sy * stored->width + sx) * ch, ch);
      }
}

static void
test_orientation (void)
{
  g_autoptr (TriImage) image = make_picture (13, 8, 3, 3);
  g_autoptr (GBytes) jpeg = encode_by_pixbuf (image, "jpeg", "quality", "95"), png = tri_picture_to_png (image, NULL, NULL);
  g_autoptr (TriImage) stored = load (jpeg, "a.jpg");
  for (guint orientation = 1; orientation <= 8; orientation++)
    {
      g_autoptr (GBytes) tagged = add_exif_orientation (jpeg, orientation);
      g_autoptr (TriImage) upright = load (tagged, "a.jpg");
      assert_turned (stored, upright, orientation);

      guint8 exif[26] = "II*\0\x8\0\0\0\1\0\x12\1\3\0\1\0\0\0";
      exif[18] = (guint8) orientation;
      g_autoptr (GBytes) chunk = png_chunk ("eXIf", exif, sizeof exif);
      g_autoptr (GBytes) tagged_png = insert (png, 33, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
      g_autoptr (TriImage) upright_png = load (tagged_png, "a.png");
      assert_turned (image, upright_png, orientation);

    }
}

/* TIFF, where libtiff itself turns some of them. One row of three RGB pixels, or a column. */
static void
test_tiff_orientation (void)
{
  static const char tiff[] = "4949 2a00 08000000 0a00"
                             " 0001 0300 01000000 03000000  0101 0300 01000000 02000000  0201 0300 01000000 08000000"
                             " 0301 0300 01000000 01000000  0601 0300 01000000 01000000  1101 0400 01000000 86000000"
                             " 1201 0300 01000000 %02x000000  1501 0300 01000000 01000000  1601 0300 01000000 02000000"
                             " 1701 0400 01000000 06000000  00000000  010203040506";
  for (guint orientation = 1; orientation <= 8; orientation++)
    {
      g_autofree char *hex = g_strdup_printf (tiff, orientation);
      g_autoptr (GBytes) file = from_hex (hex);
      g_autoptr (TriImage) image = load (file, "a.tif");
      g_autoptr (TriImage) stored = tri_image_new_from_data (3, 2, 1, (const guint8 *) "\1\2\3\4\5\6", NULL);
      g_free (image->notes);
      image->notes = orientation == 1 ? NULL : g_strdup ("turned upright as the camera noted");
      assert_turned (stored, image, orientation);
    }
}

static void
test_names (void)
{
  g_autoptr (TriImage) image = make_picture (9, 9, 3, 0);
  g_autoptr (GBytes) jpeg = encode_by_pixbuf (image, "jpeg", NULL, NULL), png = tri_picture_to_png (image, NULL, NULL);
  g_autoptr (TriImage) a = load (jpeg, "photo.png"), b = load (png, "photo.jpg"), c = load (png, "photo.PNG"), d = load (png, "photo");
  assert_notes (a, "JPEG in spite of its name");
  assert_notes (b, "PNG in spite of its name");
  assert_notes (c, NULL);
  assert_notes (d, NULL);
}

/* Every length of a file that is cut off is refused. */
static void
test_truncated (void)
{
  g_autoptr (TriImage) image = make_picture (24, 16, 3, 0);
  static const char *const types[] = { "png", "jpeg", "bmp", "ico", "tiff", "pgm", "plain pgm" };
  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    {
      g_autoptr (GBytes) file = t < 5 ? encode_by_pixbuf (image, types[t], NULL, NULL)
                                      : t == 5 ? LITERAL ("P5 3 2 255\n\1\2\3\4\5\6") : LITERAL ("P2 3 2 255 11 22 33 44 55 6");
      g_autoptr (TriImage) whole = load (file, NULL);
      gsize size = g_bytes_get_size (file);
      for (gsize at = 1; at < size; at += at > 200 && at + 40 < size ? 7 : 1)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GBytes) part = cut (file, at);
          g_autoptr (TriImage) loaded = tri_picture_load_bytes (part, "a", NULL, &error);
          if (loaded != NULL)
            g_error ("%s accepted with %zu of %zu bytes", types[t], at, size);
          g_assert_true (error->domain == TRI_ERROR);
          if (at > 40 && t < 2)
            g_assert_error (error, TRI_ERROR, TRI_ERROR_TRUNCATED);
        }
    }
}

static void
test_progressive_truncated (void)
{
  /* A file whose frame is progressive ends the same way. */
  g_autoptr (TriImage) image = make_picture (64, 64, 3, 0);
  g_autoptr (GBytes) jpeg = encode_by_pixbuf (image, "jpeg", "quality", "90");
  g_autoptr (GBytes) part = cut (jpeg, g_bytes_get_size (jpeg) - 2);
  assert_refused (part, "a.jpg", TRI_ERROR_TRUNCATED);
  g_autoptr (GBytes) trailing = insert (jpeg, g_bytes_get_size (jpeg), "more", 4);
  g_autoptr (TriImage) loaded = load (trailing, "a.jpg");
  assert_shape (loaded, 64, 64, 3);
}

static void
test_not_pictures (void)
{
  g_autoptr (GBytes) empty = LITERAL (""), text = LITERAL ("Dear Sir or Madam, this is no picture.");
  g_autoptr (GBytes) webp = LITERAL ("RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0/\0\0\0\x10\x07\x10\x11\x11\x88\x88\xfe\x07\0");
  g_autoptr (GBytes) heic = LITERAL ("\0\0\0\x18" "ftypheic\0\0\0\0mif1heic");
  g_autofree guint8 *zeros = g_malloc0 (5000);
  g_autoptr (GBytes) nothing = g_bytes_new_static (zeros, 5000);
  g_autoptr (GBytes) headless = from_hex ("89504e470d0a1a0a 00000000 49454e44 ae426082");
  assert_refused (headless, "a.png", TRI_ERROR_DAMAGED);
  assert_refused (empty, "a.png", TRI_ERROR_TRUNCATED);
  assert_refused (text, "a.png", TRI_ERROR_NOT_A_PICTURE);
  assert_refused (nothing, "a.jpg", TRI_ERROR_NOT_A_PICTURE);

  /* Where a loader is installed these are pictures, else the message says which package has one. */
  g_autoptr (GError) error = NULL;
  g_autoptr (TriImage) image = tri_picture_load_bytes (webp, "a.webp", NULL, &error);
  if (image == NULL)
    {
      g_assert_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED);
      g_assert_nonnull (strstr (error->message, "webp-pixbuf-loader"));
    }
  else
    assert_shape (image, 1, 1, image->channels);
  g_clear_error (&error);
  g_assert_null (tri_picture_load_bytes (heic, "a.heic", NULL, &error)); /* its pixels are missing in any case */
  g_assert_true (error->domain == TRI_ERROR);
}

/* Refused by the header, before memory is taken. */
static void
test_too_large (void)
{
  static const guint8 row[] = { 0, 0 };
  g_autoptr (GBytes) png = make_raw_png (20000, 20000, 8, 2, row, sizeof row, NULL);
  g_autoptr (GBytes) wide = make_raw_png (2000000000, 1, 8, 2, row, sizeof row, NULL);
  g_autoptr (GBytes) none = make_raw_png (0, 5, 8, 2, row, sizeof row, NULL);
  g_autoptr (GBytes) pnm = LITERAL ("P6 60000 60000 255\nxxxxxxxxx");
  g_autoptr (GBytes) gif = from_hex ("474946383961 ffff ffff 80 00 00 ff0000 0000ff 2c 00000000 ffffffff 00 02 02 44 0a 00 3b");
  g_autoptr (GBytes) gif_none = from_hex ("474946383961 0000 0000 80 00 00 ff0000 0000ff 2c 00000000 00000000 00 02 02 44 0a 00 3b");
  g_autoptr (GBytes) bmp = from_hex ("424d 46000000 00000000 36000000 28000000 60ea0000 60ea0000 0100 1800 00000000 00000000"
                                     " 00000000 00000000 00000000 00000000 ffffff00");
  g_autoptr (TriImage) small = make_picture (8, 8, 3, 0);
  g_autoptr (GBytes) jpeg = encode_by_pixbuf (small, "jpeg", NULL, NULL);
  g_autoptr (GBytes) tiff = from_hex ("4949 2a00 08000000 0800 0001 0300 01000000 60ea0000 0101 0300 01000000 60ea0000"
                                      " 0201 0300 01000000 08000000 0301 0300 01000000 01000000 0601 0300 01000000 01000000"
                                      " 1101 0400 01000000 08000000 1601 0300 01000000 60ea0000 1701 0400 01000000 06000000"
                                      " 00000000");
  static const char drawing[] = "<svg xmlns='http://www.w3.org/2000/svg' width='90000' height='90000'><rect width='8' height='4'/></svg>";
  g_autoptr (GBytes) svg = g_bytes_new_static (drawing, sizeof drawing - 1);

  g_autoptr (GByteArray) bytes = g_bytes_unref_to_array (g_steal_pointer (&jpeg));
  for (guint i = 0; i + 8 < bytes->len; i++)
    if (bytes->data[i] == 0xff && bytes->data[i + 1] == 0xc0)
      memset (bytes->data + i + 5, 0xea, 4);
  g_autoptr (GBytes) huge_jpeg = g_bytes_new (bytes->data, bytes->len);

  assert_refused (png, "a", TRI_ERROR_TOO_LARGE);
  assert_refused (wide, "a", TRI_ERROR_TOO_LARGE);
  assert_refused (none, "a", TRI_ERROR_INVALID);
  assert_refused (pnm, "a", TRI_ERROR_TOO_LARGE);
  assert_refused (gif, "a", TRI_ERROR_TOO_LARGE);
  assert_refused (bmp, "a", TRI_ERROR_TOO_LARGE);
  assert_refused (huge_jpeg, "a", TRI_ERROR_TOO_LARGE);
  assert_refused (svg, "a", TRI_ERROR_TOO_LARGE);
  assert_refused (tiff, "a", TRI_ERROR_TOO_LARGE);

  g_autoptr (GError) error = NULL;
  g_assert_null (tri_picture_load_bytes (gif_none, "a", NULL, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_null (tri_picture_load_bytes (png, "a", NULL, &error));
  g_assert_nonnull (strstr (error->message, "20000"));
  g_assert_nonnull (strstr (error->message, "400.0 megapixels"));
}

/* One bit flipped at many places of each format, a fixed number of times: an error or a picture, nothing worse. */
static void
test_hostile (void)
{
  static const char *const types[] = { "png", "jpeg", "bmp", "tiff", "ico" };
  g_autoptr (TriImage) image = make_picture (19, 11, 4, 5), opaque = make_picture (19, 11, 3, 5);
  g_autoptr (GRand) rand = g_rand_new_with_seed (42);
  guint refused = 0;
  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    {
      g_autoptr (GBytes) file = encode_by_pixbuf (t == 1 ? opaque : image, types[t], NULL, NULL);
      gsize size = g_bytes_get_size (file);
      for (guint i = 0; i < 300; i++)
        {
          g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (file, NULL), size);
          for (guint k = 0; k <= i % 3; k++)
            copy[g_rand_int_range (rand, 0, (gint32) size)] ^= (guint8) (1 << (i & 7));
          g_autoptr (GBytes) changed = g_bytes_new_static (copy, size);
          g_autoptr (GError) error = NULL;
          g_autoptr (TriImage) loaded = tri_picture_load_bytes (changed, "a", NULL, &error);
          g_assert_true ((loaded == NULL) == (error != NULL));
          refused += loaded == NULL;
        }
    }
  g_assert_cmpuint (refused, >, 200); /* every change to a PNG is noticed by its checksums, alone */
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (TriImage) image = make_picture (100, 100, 3, 0);
  static const char *const types[] = { "png", "jpeg", "tiff" };
  g_cancellable_cancel (cancelled);
  g_autoptr (TriProgress) progress = tri_progress_new (cancelled, NULL, NULL);
  for (guint t = 0; t < G_N_ELEMENTS (types); t++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) file = encode_by_pixbuf (image, types[t], NULL, NULL);
      g_assert_null (tri_picture_load_bytes (file, "a", cancelled, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
  g_autoptr (GError) error = NULL;
  g_assert_null (tri_picture_to_png (image, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_files (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("triptych-picture-XXXXXX", NULL);
  g_autoptr (GFile) file = g_file_new_build_filename (folder, "ein Bild ü.png", NULL);
  g_autoptr (GFile) jpeg = g_file_new_build_filename (folder, "a.jpg", NULL), dir = g_file_new_for_path (folder);
  g_autoptr (TriImage) image = make_picture (10, 10, 3, 0);
  g_assert_true (tri_picture_save_png (image, file, FALSE, NULL, &error));
  g_assert_false (tri_picture_save_png (image, file, FALSE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_assert_false (tri_picture_save_png (image, jpeg, FALSE, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
  g_clear_error (&error);
  g_autoptr (TriImage) loaded = tri_picture_load (file, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (tri_image_equal (loaded, image));
  g_assert_null (tri_picture_load (dir, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  g_clear_error (&error);
  g_assert_null (tri_picture_load (jpeg, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_true (g_file_delete (file, NULL, NULL) && g_file_delete (dir, NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/picture/png-round-trip", test_png_round_trip);
  g_test_add_func ("/picture/png-noise", test_png_noise);
  g_test_add_func ("/picture/formats", test_formats);
  g_test_add_func ("/picture/netpbm-and-svg", test_netpbm_and_svg);
  g_test_add_func ("/picture/reduction", test_reduction);
  g_test_add_func ("/picture/deep-and-palette", test_deep_and_palette);
  g_test_add_func ("/picture/gamma", test_gamma);
  g_test_add_func ("/picture/gif", test_gif);
  g_test_add_func ("/picture/apng", test_apng);
  g_test_add_func ("/picture/orientation", test_orientation);
  g_test_add_func ("/picture/tiff-orientation", test_tiff_orientation);
  g_test_add_func ("/picture/names", test_names);
  g_test_add_func ("/picture/truncated", test_truncated);
  g_test_add_func ("/picture/jpeg-end", test_progressive_truncated);
  g_test_add_func ("/picture/not-pictures", test_not_pictures);
  g_test_add_func ("/picture/too-large", test_too_large);
  g_test_add_func ("/picture/hostile", test_hostile);
  g_test_add_func ("/picture/cancel", test_cancel);
  g_test_add_func ("/picture/files", test_files);
  return g_test_run ();
}
