/* SHA-256 piece by piece, of much data. Private to the vault. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TRI_SHA256_SIZE 32

typedef struct _TriSha256 TriSha256;

TriSha256 *tri_sha256_new (void);
void tri_sha256_update (TriSha256 *sum, const void *data, gsize size);
void tri_sha256_get (TriSha256 *sum, guint8 digest[TRI_SHA256_SIZE]);
void tri_sha256_free (TriSha256 *sum);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriSha256, tri_sha256_free)

G_END_DECLS
