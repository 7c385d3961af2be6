/* HKDF-SHA-256 (RFC 5869) on libsodium's HMAC. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TRI_HKDF_SIZE 32

void tri_hkdf_extract (const guint8 *salt, gsize salt_size, const guint8 *ikm, gsize ikm_size, guint8 prk[TRI_HKDF_SIZE]);
void tri_hkdf_expand (const guint8 prk[TRI_HKDF_SIZE], const guint8 *info, gsize info_size, guint8 *out, gsize out_size);
void tri_hkdf (const guint8 *salt, gsize salt_size, const guint8 *ikm, gsize ikm_size, const char *info, guint8 *out,
               gsize out_size);

G_END_DECLS
