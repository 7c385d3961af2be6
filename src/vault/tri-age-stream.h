/* The payload of an age file: STREAM of ChaCha20-Poly1305 chunks of 64 KiB. Private to the vault.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TRI_AGE_STREAM_CHUNK 65536u
#define TRI_AGE_STREAM_TAG 16u
#define TRI_AGE_STREAM_SEALED (TRI_AGE_STREAM_CHUNK + TRI_AGE_STREAM_TAG)
#define TRI_AGE_STREAM_BATCH 16u /* chunks that are held and worked on at once: 1 MiB */
#define TRI_AGE_STREAM_NONCE 16u

void tri_age_stream_key (const guint8 *file_key, const guint8 nonce[TRI_AGE_STREAM_NONCE], guint8 key[32]);
void tri_age_stream_seal (const guint8 key[32], guint64 counter, gboolean last, const guint8 *plain, gsize size,
                          guint8 *sealed);
gsize tri_age_stream_open (const guint8 key[32], guint64 counter, gboolean last, const guint8 *sealed, gsize size,
                           guint8 *plain);
gboolean tri_age_chunk_open (const guint8 key[32], guint64 counter, gboolean last, const guint8 *sealed, gsize size,
                             guint8 *plain);
gboolean tri_age_chunk_is_damaged (const guint8 key[32], guint64 counter, const guint8 *sealed, gsize size);

G_END_DECLS
