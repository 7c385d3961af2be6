/* XChaCha20-Poly1305 in pieces: cancellable, with progress, on all threads; the same bytes as libsodium's one call.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-progress.h"

G_BEGIN_DECLS

#define TRI_XCHACHA_KEY_SIZE 32
#define TRI_XCHACHA_NONCE_SIZE 24
#define TRI_XCHACHA_TAG_SIZE 16

gboolean tri_xchacha_encrypt (const guint8 key[TRI_XCHACHA_KEY_SIZE], const guint8 nonce[TRI_XCHACHA_NONCE_SIZE],
                              GBytes *ad, const guint8 *src, guint8 *dst, gsize size,
                              guint8 tag[TRI_XCHACHA_TAG_SIZE], TriProgress *progress, GError **error);
gboolean tri_xchacha_decrypt (const guint8 key[TRI_XCHACHA_KEY_SIZE], const guint8 nonce[TRI_XCHACHA_NONCE_SIZE],
                              GBytes *ad, const guint8 *src, guint8 *dst, gsize size,
                              const guint8 tag[TRI_XCHACHA_TAG_SIZE], TriProgress *progress, GError **error);

G_END_DECLS
