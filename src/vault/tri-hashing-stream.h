/* A stream that passes another's bytes on, with what stands before and after them, and hashes all of it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "tri-sha256.h"

G_BEGIN_DECLS

#define TRI_TYPE_HASHING_STREAM (tri_hashing_stream_get_type ())
G_DECLARE_FINAL_TYPE (TriHashingStream, tri_hashing_stream, TRI, HASHING_STREAM, GFilterInputStream)

GInputStream *tri_hashing_stream_new (GInputStream *base, GBytes *before, gsize zeros_after);
guint64 tri_hashing_stream_get_base_size (TriHashingStream *self);
void tri_hashing_stream_get_digests (TriHashingStream *self, guint8 whole[TRI_SHA256_SIZE], guint8 base[TRI_SHA256_SIZE]);

G_END_DECLS
