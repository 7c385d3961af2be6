/* PNG inside the codec: the chunks of a file, exact decoding, and encoding as a stream.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"
#include "tri-progress.h"

G_BEGIN_DECLS

#define TRI_PNG_CHUNK_MAX 0x7fffffffu
/* The comment in a PNG that also has a private chunk. */
#define TRI_PNG_MARK "Encrypted with Triptych; the trPT chunk of this file is needed to decrypt it"
#define TRI_PNG_TYPE(a, b, c, d) ((guint32) (a) << 24 | (guint32) (b) << 16 | (guint32) (c) << 8 | (guint32) (d))

/* One chunk of a file in memory; @data points into the file. */
typedef struct {
  guint32 type;
  const guint8 *data;
  guint32 length;
  gboolean crc_matches;
} TriPngChunk;

typedef struct {
  const guint8 *bytes;
  gsize size, at;
} TriPngChunks;

typedef enum {
  TRI_PNG_CHUNK,     /* one more */
  TRI_PNG_END,       /* IEND was the last one */
  TRI_PNG_CUT_SHORT, /* the file ends in the middle */
} TriPngStep;

/* What IHDR says of a picture, and what else decoding changes. */
typedef struct {
  guint32 width, height;
  guint depth, colour_type;
  gboolean interlaced, animated, has_transparency;
  guint orientation; /* of eXIf, 1…8; 1 when there is none */
} TriPngFacts;

gboolean tri_png_has_signature (const guint8 *bytes, gsize size);
void tri_png_chunks_init (TriPngChunks *chunks, const guint8 *bytes, gsize size);
TriPngStep tri_png_chunks_next (TriPngChunks *chunks, gboolean check_crc, TriPngChunk *chunk);

gboolean tri_png_examine (GBytes *png, const char *name, TriPngFacts *facts, GError **error);
TriImage *tri_png_decode (GBytes *png, const char *name, GCancellable *cancellable, GError **error);

/* Takes the next bytes of the file. */
typedef gboolean (*TriPngSink) (const guint8 *data, gsize size, gpointer user_data, GError **error);

gboolean tri_png_encode (const TriImage *image, const char *chunk_name, GBytes *chunk, TriPngSink sink,
                         gpointer user_data, TriProgress *progress, GError **error);
GBytes *tri_png_encode_to_bytes (const TriImage *image, const char *chunk_name, GBytes *chunk, TriProgress *progress,
                                 GError **error);
gboolean tri_png_encode_to_file (const TriImage *image, const char *chunk_name, GBytes *chunk, GFile *file,
                                 gboolean replace, TriProgress *progress, GError **error);

G_END_DECLS
