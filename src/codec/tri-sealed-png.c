/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-sealed-png.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-file.h"
#include "tri-picture-facts.h"
#include "tri-png.h"
#include "tri-sealed-chunk.h"

/* Ancillary (t), private (r), reserved bit as required (P), and not to be copied by a program that changes the picture
 * and doesn't know it (T). */
#define CHUNK_NAME "trPT"
#define CHUNK_CODE TRI_PNG_TYPE ('t', 'r', 'P', 'T')

/* Returns: (transfer full): the file */
GBytes *
tri_sealed_to_png (const TriSealed *sealed, TriProgress *progress, GError **error)
{
  g_autoptr (GBytes) chunk = tri_sealed_chunk_write (sealed);
  return tri_png_encode_to_bytes (sealed->visible, CHUNK_NAME, chunk, progress, error);
}

/* Whether a name ends like a format that changes pixel values. */
gboolean
tri_sealed_name_is_lossy (const char *name)
{
  static const char *const endings[] = { ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".heic", ".heif", ".avif", ".jxl", ".gif" };
  g_autofree char *lower = g_ascii_strdown (name, -1);
  for (guint i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (lower, endings[i]))
      return TRUE;
  return FALSE;
}

/**
 * tri_sealed_save:
 *
 * Writes the PNG, all or nothing; without @replace an existing file is G_IO_ERROR_EXISTS and stays. A name that ends
 * like a lossy format is TRI_ERROR_INVALID with the reason.
 */
gboolean
tri_sealed_save (const TriSealed *sealed, GFile *file, gboolean replace, TriProgress *progress, GError **error)
{
  g_autofree char *name = tri_file_get_name (file);
  if (tri_sealed_name_is_lossy (name))
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID,
                   _("“%s” was not written. An encrypted picture must keep every bit: formats such as JPEG change pixel "
                     "values to save space, and nothing could be decrypted any more. Choose a name that ends in .png."),
                   name);
      return FALSE;
    }
  g_autoptr (GBytes) chunk = tri_sealed_chunk_write (sealed);
  return tri_png_encode_to_file (sealed->visible, CHUNK_NAME, chunk, file, replace, progress, error);
}

/**
 * tri_sealed_png_probe:
 * @png: a file, or its first TRI_SEALED_PNG_PROBE_SIZE bytes
 *
 * Says whether this looks like a sealed PNG; reads only the headers of the first chunks.
 */
gboolean
tri_sealed_png_probe (GBytes *png)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (png, &size);
  if (!tri_png_has_signature (bytes, size))
    return FALSE;
  TriPngChunks chunks;
  TriPngChunk chunk = { 0 };
  tri_png_chunks_init (&chunks, bytes, size);
  while (tri_png_chunks_next (&chunks, FALSE, &chunk) == TRI_PNG_CHUNK)
    if (chunk.type == CHUNK_CODE)
      return TRUE;
  /* The chunk itself may be longer than what was given. */
  return chunks.size - chunks.at >= 8 && memcmp (bytes + chunks.at + 4, CHUNK_NAME, 4) == 0;
}

/**
 * tri_sealed_png_lost_chunk:
 * @png: a whole file
 *
 * Says whether this was a sealed PNG, by the comment that it bears, and was saved again by a program that kept the
 * comment and dropped the chunk.
 */
gboolean
tri_sealed_png_lost_chunk (GBytes *png)
{
  static const char mark[] = TRI_PNG_MARK;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (png, &size);
  TriPngChunks chunks;
  TriPngChunk chunk;
  gboolean marked = FALSE;
  if (!tri_png_has_signature (bytes, size))
    return FALSE;
  tri_png_chunks_init (&chunks, bytes, size);
  while (tri_png_chunks_next (&chunks, FALSE, &chunk) == TRI_PNG_CHUNK)
    if (chunk.type == CHUNK_CODE)
      return FALSE;
    else if (chunk.type == TRI_PNG_TYPE ('t', 'E', 'X', 't') || chunk.type == TRI_PNG_TYPE ('i', 'T', 'X', 't'))
      marked = marked || memmem (chunk.data, chunk.length, mark, strlen (mark)) != NULL;
  return marked;
}

static gboolean
set_not_sealed (const guint8 *bytes, gsize size, GError **error)
{
  TriPictureFacts facts;
  tri_picture_facts_read (bytes, size, &facts);
  if (tri_png_has_signature (bytes, size))
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NOT_SEALED,
                         _("This PNG carries no encryption data. It is either an ordinary picture, or it was saved again "
                           "by an editor, a web site or a messenger that dropped the data; then it can't be decrypted. "
                           "Use the file that Triptych wrote, sent as a file and not as a picture."));
  else if (facts.format != NULL)
    g_set_error (error, TRI_ERROR, TRI_ERROR_NOT_SEALED,
                 _("This is a picture in the %s format; Triptych writes encrypted pictures as PNG. If it once was one, the "
                   "conversion changed its pixels and dropped its encryption data, and it can't be decrypted. Use the PNG "
                   "that Triptych wrote, sent as a file and not as a picture."), facts.format);
  else
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NOT_SEALED,
                         _("This is not a PNG. Triptych writes encrypted pictures as PNG; choose such a file."));
  return FALSE;
}

/* Walks the whole file with checksums and finds the one chunk. Returns: FALSE on error */
static gboolean
find_chunk (GBytes *png, GBytes **found, GError **error)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (png, &size);
  TriPngChunks chunks;
  TriPngChunk chunk;
  TriPngStep step;
  guint n = 0;
  gsize offset = 0, length = 0;
  gboolean sound = TRUE;
  if (!tri_png_has_signature (bytes, size))
    return set_not_sealed (bytes, size, error);
  tri_png_chunks_init (&chunks, bytes, size);
  while ((step = tri_png_chunks_next (&chunks, TRUE, &chunk)) != TRI_PNG_CUT_SHORT)
    {
      sound = sound && chunk.crc_matches;
      if (step == TRI_PNG_END)
        break;
      if (chunk.type == CHUNK_CODE && n++ == 0)
        {
          offset = (gsize) (chunk.data - bytes);
          length = chunk.length;
        }
    }
  if (step == TRI_PNG_CUT_SHORT)
    g_set_error (error, TRI_ERROR, TRI_ERROR_TRUNCATED,
                 _("The file ends in the middle (after %zu bytes): the copy or download broke off. Fetch it "
                   "again."), size);
  else if (!sound)
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                         _("The file is damaged: a checksum in it does not match. Try another copy."));
  else if (n == 0)
    set_not_sealed (bytes, size, error);
  else if (n > 1)
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                         _("The file carries encryption data more than once, so it was changed. Try another copy."));
  else
    *found = g_bytes_new_from_bytes (png, offset, length);
  return *found != NULL;
}

static TriSealed *
from_png (GBytes *png, TriSpecsFunc find_specs, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) chunk = NULL;
  guint visible[3];
  TriPngFacts facts;
  if (!find_chunk (png, &chunk, error))
    return NULL;
  g_autoptr (TriSealed) sealed = tri_sealed_chunk_read (chunk, find_specs, visible, error);
  if (sealed == NULL || !tri_png_examine (png, _("the picture"), &facts, error))
    return NULL;
  gboolean good = facts.width == visible[0] && facts.height == visible[1] && facts.depth == 8;
  if (good)
    sealed->visible = tri_png_decode (png, _("the picture"), cancellable, error);
  if (good && sealed->visible == NULL)
    return NULL;
  if (good && sealed->visible->channels == visible[2])
    return g_steal_pointer (&sealed);
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
               _("The visible picture is not the one that was encrypted (it should have %u × %u pixels in %u channels): "
                 "another program cropped, scaled or converted it. Use the file that Triptych wrote."),
               visible[0], visible[1], visible[2]);
  return NULL;
}

/**
 * tri_sealed_from_png:
 * @png: a whole file, perhaps hostile
 *
 * Returns: (transfer full): what was sealed; NULL with TRI_ERROR_NOT_SEALED (another picture, or the chunk was lost),
 *   _TRUNCATED, _DAMAGED, _UNSUPPORTED (newer version, unknown cipher or parameter), _NO_MEMORY
 */
TriSealed *
tri_sealed_from_png (GBytes *png, TriSpecsFunc find_specs, GError **error)
{
  return from_png (png, find_specs, NULL, error);
}

/* tri_sealed_from_png() of a file; what keeps it from being read is a GIOErrorEnum. */
TriSealed *
tri_sealed_load (GFile *file, TriSpecsFunc find_specs, GCancellable *cancellable, GError **error)
{
  g_autoptr (GBytes) png = tri_file_read (file, G_MAXUINT32, cancellable, error);
  return png != NULL ? from_png (png, find_specs, cancellable, error) : NULL;
}
