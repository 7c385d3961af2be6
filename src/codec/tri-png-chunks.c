/* The chunks of a PNG, walked without decoding: bounds, checksums, and the facts that decoding hides.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>
#include <zlib.h>

#include "tri-error.h"
#include "tri-exif.h"
#include "tri-png.h"

static const guint8 signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

gboolean
tri_png_has_signature (const guint8 *bytes, gsize size)
{
  return size >= sizeof signature && memcmp (bytes, signature, sizeof signature) == 0;
}

/* @bytes begins with the signature */
void
tri_png_chunks_init (TriPngChunks *chunks, const guint8 *bytes, gsize size)
{
  chunks->bytes = bytes;
  chunks->size = size;
  chunks->at = sizeof signature;
}

static guint32
read_be32 (const guint8 *p)
{
  return (guint32) p[0] << 24 | (guint32) p[1] << 16 | (guint32) p[2] << 8 | p[3];
}

/* zlib's crc32() counts in 32 bits, and a chunk has fewer than 2^31 bytes. */
static gboolean
crc_matches (const guint8 *type_and_data, guint32 length)
{
  return crc32 (crc32 (0, NULL, 0), type_and_data, length + 4) == read_be32 (type_and_data + 4 + length);
}

/* Steps to the next chunk. @check_crc: whether to compute the checksum (all of the data is read) */
TriPngStep
tri_png_chunks_next (TriPngChunks *chunks, gboolean check_crc, TriPngChunk *chunk)
{
  gsize left = chunks->size - chunks->at;
  const guint8 *p = chunks->bytes + chunks->at;
  if (left < 12)
    return TRI_PNG_CUT_SHORT;
  chunk->length = read_be32 (p);
  chunk->type = read_be32 (p + 4);
  chunk->data = p + 8;
  if (chunk->length > TRI_PNG_CHUNK_MAX || chunk->length > left - 12)
    return TRI_PNG_CUT_SHORT;
  chunk->crc_matches = !check_crc || crc_matches (p + 4, chunk->length);
  chunks->at += 12 + (gsize) chunk->length;
  return chunk->type == TRI_PNG_TYPE ('I', 'E', 'N', 'D') ? TRI_PNG_END : TRI_PNG_CHUNK;
}

static gboolean
read_header (const TriPngChunk *chunk, const char *name, TriPngFacts *facts, GError **error)
{
  if (chunk->type != TRI_PNG_TYPE ('I', 'H', 'D', 'R') || chunk->length != 13 || !chunk->crc_matches)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                   _("The header of the PNG “%s” is damaged. Try another copy of the file."), name);
      return FALSE;
    }
  facts->width = read_be32 (chunk->data);
  facts->height = read_be32 (chunk->data + 4);
  facts->depth = chunk->data[8];
  facts->colour_type = chunk->data[9];
  facts->interlaced = chunk->data[12] != 0;
  facts->orientation = 1;
  return TRUE;
}

static void
note_chunk (const TriPngChunk *chunk, TriPngFacts *facts)
{
  if (chunk->type == TRI_PNG_TYPE ('a', 'c', 'T', 'L') && chunk->length >= 4)
    facts->animated = read_be32 (chunk->data) > 1;
  else if (chunk->type == TRI_PNG_TYPE ('t', 'R', 'N', 'S'))
    facts->has_transparency = TRUE;
  else if (chunk->type == TRI_PNG_TYPE ('e', 'X', 'I', 'f'))
    facts->orientation = tri_exif_get_orientation (chunk->data, chunk->length);
}

/**
 * tri_png_examine:
 * @name: for messages
 *
 * Reads the header of a PNG and walks its chunks, without taking memory for the picture.
 *
 * Returns: FALSE with TRI_ERROR_DAMAGED, _TRUNCATED, _TOO_LARGE or _INVALID (no pixels)
 */
gboolean
tri_png_examine (GBytes *png, const char *name, TriPngFacts *facts, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (png, &size);
  TriPngChunks chunks;
  TriPngChunk chunk;
  memset (facts, 0, sizeof *facts);
  tri_png_chunks_init (&chunks, bytes, size);
  TriPngStep step = tri_png_chunks_next (&chunks, TRUE, &chunk);
  if (step != TRI_PNG_CUT_SHORT
      && (!read_header (&chunk, name, facts, error) || !tri_image_check_size (facts->width, facts->height, 1, error)))
    return FALSE;
  while (step == TRI_PNG_CHUNK && (step = tri_png_chunks_next (&chunks, FALSE, &chunk)) == TRI_PNG_CHUNK)
    note_chunk (&chunk, facts);
  if (step == TRI_PNG_CUT_SHORT)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_TRUNCATED,
                   _("“%s” ends in the middle (after %zu bytes): the copy or download broke off. "
                     "Fetch it again."), name, size);
      return FALSE;
    }
  return TRUE;
}
