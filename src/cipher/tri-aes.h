/* AES-256 over long buffers, split over the shared threads. nettle does the work.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-progress.h"

G_BEGIN_DECLS

#define TRI_AES_KEY_SIZE 32
#define TRI_AES_BLOCK_SIZE 16

gboolean tri_aes256_ecb (const guint8 key[TRI_AES_KEY_SIZE], gboolean decrypt, const guint8 *src, guint8 *dst,
                         gsize n_blocks, TriProgress *progress, GError **error);
gboolean tri_aes256_ctr (const guint8 key[TRI_AES_KEY_SIZE], const guint8 counter[TRI_AES_BLOCK_SIZE],
                         const guint8 *src, guint8 *dst, gsize size, TriProgress *progress, GError **error);

G_END_DECLS
