/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-picture-facts.h"

#include <string.h>

typedef struct {
  const guint8 *p;
  gsize size;
} Bytes;

static gboolean
begins (Bytes b, gsize at, const char *with, gsize n)
{
  return b.size >= n && at <= b.size - n && memcmp (b.p + at, with, n) == 0;
}

static guint
be16 (const guint8 *p)
{
  return (guint) (p[0] << 8 | p[1]);
}

static guint
le16 (const guint8 *p)
{
  return (guint) (p[1] << 8 | p[0]);
}

static guint32
le32 (const guint8 *p)
{
  return (guint32) le16 (p + 2) << 16 | le16 (p);
}

/* JPEG (ITU-T T.81, annex B): markers and their segments; between SOS and the next marker the coded rows. */

static void
jpeg_frame (const guint8 *segment, gsize length, TriPictureFacts *facts)
{
  if (length < 8)
    return;
  facts->depth = segment[2];
  facts->height = be16 (segment + 3);
  facts->width = be16 (segment + 5);
  facts->cmyk = segment[7] == 4;
}

/* Skips coded data: up to a marker that is neither a stuffed byte nor a restart. */
static gsize
jpeg_skip_scan (Bytes b, gsize at)
{
  while (at + 1 < b.size)
    {
      const guint8 *found = memchr (b.p + at, 0xff, b.size - 1 - at);
      if (found == NULL)
        return b.size;
      at = (gsize) (found - b.p);
      guint8 code = b.p[at + 1];
      if (code == 0xff)
        at++;
      else if (code == 0 || (code >= 0xd0 && code <= 0xd7))
        at += 2;
      else
        return at;
    }
  return b.size;
}

static void
read_jpeg (Bytes b, TriPictureFacts *facts)
{
  facts->format = "JPEG";
  facts->frames = 1;
  gsize at = 2;
  while (at + 1 < b.size)
    {
      guint8 code = b.p[at + 1];
      if (b.p[at] != 0xff) /* damaged; the decoder finds its way or says so */
        at++;
      else if (code == 0xd9)
        return;
      else if (code == 0xff)
        at++;
      else if (code == 0 || code == 1 || (code >= 0xd0 && code <= 0xd8))
        at += 2;
      else
        {
          if (b.size - at < 4 || be16 (b.p + at + 2) > b.size - at - 2)
            break;
          gsize length = be16 (b.p + at + 2);
          if (code >= 0xc0 && code <= 0xcf && code != 0xc4 && code != 0xc8 && code != 0xcc)
            jpeg_frame (b.p + at + 2, length, facts);
          at += 2 + length;
          if (code == 0xda)
            at = jpeg_skip_scan (b, at);
        }
    }
  facts->cut_short = TRUE;
}

/* GIF89a: blocks; a file that ends at a block's end without its trailer is complete enough. */

static gboolean
gif_skip_sub_blocks (Bytes b, gsize *at)
{
  while (*at < b.size)
    {
      guint8 n = b.p[*at];
      *at += 1 + (gsize) n;
      if (n == 0)
        return TRUE;
    }
  return FALSE;
}

static gsize
gif_table_size (guint8 packed)
{
  return packed & 0x80 ? (gsize) 3 << ((packed & 7) + 1) : 0;
}

static void
read_gif (Bytes b, TriPictureFacts *facts)
{
  facts->format = "GIF";
  facts->palette = TRUE;
  facts->cut_short = TRUE;
  if (b.size < 13)
    return;
  facts->width = le16 (b.p + 6);
  facts->height = le16 (b.p + 8);
  gsize at = 13 + gif_table_size (b.p[10]);
  gboolean whole = TRUE;
  while (whole && at < b.size && b.p[at] != ';')
    {
      if (b.p[at] == '!')
        at += 2;
      else if (b.p[at] == ',' && b.size - at > 10)
        {
          at += 11 + gif_table_size (b.p[at + 9]);
          facts->frames = MIN (2, facts->frames + 1);
        }
      else
        break;
      whole = gif_skip_sub_blocks (b, &at);
    }
  facts->cut_short = !whole || facts->frames == 0 || (at < b.size && b.p[at] == ',');
}

/* WebP: a RIFF file; the extended header has a bit for animation. */
static void
read_webp (Bytes b, TriPictureFacts *facts)
{
  facts->format = "WebP";
  facts->install = "webp-pixbuf-loader";
  facts->frames = begins (b, 12, "VP8X", 4) && b.size > 20 && (b.p[20] & 2) != 0 ? 2 : 1;
  facts->cut_short = (gsize) le32 (b.p + 4) + 8 > b.size;
}

/* TIFF 6.0: the first directory's bits per sample and colour space, and whether a second directory follows. */
static void
read_tiff (Bytes b, TriPictureFacts *facts)
{
  gboolean big = b.p[0] == 'M';
  facts->format = "TIFF";
  facts->frames = 1;
#define TIFF16(at) (big ? be16 (b.p + (at)) : le16 (b.p + (at)))
#define TIFF32(at) (big ? (guint32) be16 (b.p + (at)) << 16 | be16 (b.p + (at) + 2) : le32 (b.p + (at)))
  gsize at = TIFF32 (4);
  facts->cut_short = at > b.size - 2;
  if (facts->cut_short)
    return;
  guint n = TIFF16 (at);
  at += 2;
  for (guint i = 0; i < n && b.size - at >= 12; i++, at += 12)
    {
      guint tag = TIFF16 (at), type = TIFF16 (at + 2);
      guint32 count = TIFF32 (at + 4), value = type == 3 ? TIFF16 (at + 8) : TIFF32 (at + 8);
      if (tag == 256)
        facts->width = value;
      else if (tag == 257)
        facts->height = value;
      else if (tag == 258 && count > 2) /* the values lie elsewhere */
        facts->depth = TIFF32 (at + 8) <= b.size - 2 ? TIFF16 (TIFF32 (at + 8)) : 0;
      else if (tag == 258)
        facts->depth = value;
      else if (tag == 262)
        {
          facts->palette = value == 3;
          facts->cmyk = value == 5;
        }
    }
  if (b.size - at >= 4 && TIFF32 (at) != 0)
    facts->frames = 2;
#undef TIFF16
#undef TIFF32
}

/* BMP: the information header, and for rows that are not compressed how many bytes they take. */
static void
read_bmp (Bytes b, TriPictureFacts *facts)
{
  facts->format = "BMP";
  facts->frames = 1;
  if (b.size < 54 || le32 (b.p + 14) < 40)
    return;
  gint32 height = (gint32) le32 (b.p + 22);
  guint bits = le16 (b.p + 28);
  facts->width = le32 (b.p + 18);
  facts->height = height < 0 ? 0u - (guint) height : (guint) height;
  facts->palette = bits <= 8;
  guint64 stride = ((guint64) facts->width * bits + 31) / 32 * 4;
  gboolean packed = le32 (b.p + 30) == 1 || le32 (b.p + 30) == 2;
  if (!packed && facts->width <= TRI_IMAGE_MAX_SIDE && facts->height <= TRI_IMAGE_MAX_SIDE)
    facts->cut_short = le32 (b.p + 10) + stride * facts->height > b.size;
}

/* PNM: "P5 width height maxval"; comments between. */

/* Returns: where the number ends */
static gsize
pnm_number (Bytes b, gsize at, guint *value)
{
  *value = 0;
  while (at < b.size && (g_ascii_isspace (b.p[at]) || b.p[at] == '#'))
    if (b.p[at++] == '#')
      while (at < b.size && b.p[at] != '\n')
        at++;
  for (; at < b.size && g_ascii_isdigit (b.p[at]); at++)
    *value = MIN (*value, 99999999) * 10 + (guint) (b.p[at] - '0');
  return at;
}

/* Whether there are fewer numbers from @at on than @needed; those of a bitmap (P1) need no space between. */
static gboolean
pnm_text_is_short (Bytes b, gsize at, guint64 needed)
{
  guint64 found = 0;
  gboolean inside = FALSE;
  for (; at < b.size && found < needed; at++)
    {
      gboolean digit = g_ascii_isdigit (b.p[at]);
      found += digit && (!inside || b.p[1] == '1');
      inside = digit;
    }
  return found < needed;
}

static void
read_pnm (Bytes b, TriPictureFacts *facts)
{
  facts->format = "PNM";
  facts->frames = 1;
  guint8 kind = b.p[1];
  guint max = 1;
  gsize at = pnm_number (b, 2, &facts->width);
  at = pnm_number (b, at, &facts->height);
  if (kind != '1' && kind != '4')
    at = pnm_number (b, at, &max);
  facts->depth = max > 255 ? 16 : 8;
  if (facts->width > TRI_IMAGE_MAX_SIDE || facts->height > TRI_IMAGE_MAX_SIDE)
    return;
  guint64 row = (guint64) facts->width * (kind == '3' || kind == '6' ? 3 : 1);
  if (kind <= '3')
    facts->cut_short = pnm_text_is_short (b, at, row * facts->height);
  else
    facts->cut_short = at + 1 + (kind == '4' ? (row + 7) / 8 : row * (max > 255 ? 2 : 1)) * facts->height > b.size;
}

/* ICO and CUR: a table of pictures, of which the decoder takes the best. */
static void
read_ico (Bytes b, TriPictureFacts *facts)
{
  guint n = le16 (b.p + 4);
  facts->format = "ICO";
  facts->frames = 1;
  for (guint i = 0; i < n && !facts->cut_short; i++)
    {
      gsize at = 6 + 16 * (gsize) i;
      facts->cut_short = at + 16 > b.size || (guint64) le32 (b.p + at + 8) + le32 (b.p + at + 12) > b.size;
    }
}

/* ISO base media files: the brand tells HEIC from AVIF. */
static void
read_isobmff (Bytes b, TriPictureFacts *facts)
{
  if (begins (b, 8, "avi", 3))
    {
      facts->format = "AVIF";
      facts->install = "libavif-gdk-pixbuf";
    }
  else if (begins (b, 8, "he", 2) || begins (b, 8, "mif1", 4))
    {
      facts->format = "HEIC";
      facts->install = "heif-gdk-pixbuf";
    }
}

/**
 * tri_picture_facts_read:
 *
 * Looks at a file's structure without decoding it. Never fails: what isn't known stays 0.
 */
void
tri_picture_facts_read (const guint8 *bytes, gsize size, TriPictureFacts *facts)
{
  Bytes b = { bytes, size };
  memset (facts, 0, sizeof *facts);
  if (begins (b, 0, "\xff\xd8\xff", 3))
    read_jpeg (b, facts);
  else if (begins (b, 0, "GIF8", 4))
    read_gif (b, facts);
  else if (begins (b, 0, "RIFF", 4) && begins (b, 8, "WEBP", 4))
    read_webp (b, facts);
  else if (size >= 8 && (begins (b, 0, "II*\0", 4) || begins (b, 0, "MM\0*", 4)))
    read_tiff (b, facts);
  else if (begins (b, 0, "BM", 2))
    read_bmp (b, facts);
  else if (size > 2 && bytes[0] == 'P' && bytes[1] >= '1' && bytes[1] <= '6')
    read_pnm (b, facts);
  else if (size >= 6 && (begins (b, 0, "\0\0\1\0", 4) || begins (b, 0, "\0\0\2\0", 4)))
    read_ico (b, facts);
  else if (begins (b, 4, "ftyp", 4))
    read_isobmff (b, facts);
  else if (begins (b, 0, "\xff\x0a", 2) || begins (b, 0, "\0\0\0\x0cJXL ", 8))
    facts->format = "JPEG XL";
}
