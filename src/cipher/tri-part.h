/* Named side data of a statistical cipher: compressed, and locked with the key where asked.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-key.h"
#include "tri-progress.h"
#include "tri-sealed.h"

G_BEGIN_DECLS

typedef enum {
  TRI_PART_LOCKED = 1 << 0,        /* XChaCha20-Poly1305 with the header as additional data; else only compressed */
  TRI_PART_BINDS_PICTURE = 1 << 1, /* the tag also covers the visible picture; only together with LOCKED */
} TriPartFlags;

gboolean tri_part_seal (TriSealed *out, const TriKey *key, const char *name, TriPartFlags flags, const guint8 *data,
                        gsize size, TriProgress *progress, GError **error);
GBytes *tri_part_open (const TriSealed *in, const TriKey *key, const char *name, TriPartFlags flags, gsize min,
                       gsize max, TriProgress *progress, GError **error);

G_END_DECLS
