/* What an honest receiver has: the visible picture, a header and side data.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"
#include "tri-key.h"

G_BEGIN_DECLS

#define TRI_NONCE_SIZE 24
#define TRI_SEALED_VERSION 1

/**
 * TriSealed:
 * @visible: the encrypted picture as anyone sees it; any geometry the cipher likes
 * @cipher: id of the cipher that made it
 * @params: (nullable): the parameters it was made with; public
 * @key_kind: what kind of key it wants
 * @salt: for deriving subkeys; fresh for each picture unless the caller fixed it
 * @nonce: likewise
 * @width, @height, @channels: geometry of the original
 * @side: (element-type utf8 GBytes): named side data (a model, a tag, a residual); public unless the cipher
 *   encrypted it
 *
 * Decryption sees nothing but this and the key. Reference counted; immutable once the cipher returned it.
 */
typedef struct {
  /*< private >*/
  gatomicrefcount refs;
  /*< public >*/
  TriImage *visible;
  char *cipher;
  TriParams *params;
  TriKeyKind key_kind;
  guint8 salt[TRI_SALT_SIZE];
  guint8 nonce[TRI_NONCE_SIZE];
  guint width, height, channels;
  GHashTable *side;
} TriSealed;

TriSealed *tri_sealed_new (void);
TriSealed *tri_sealed_ref (const TriSealed *sealed);
void tri_sealed_unref (TriSealed *sealed);
TriSealed *tri_sealed_with_visible (const TriSealed *sealed, TriImage *visible);

void tri_sealed_set_side (TriSealed *sealed, const char *name, const void *data, gsize size);
void tri_sealed_take_side (TriSealed *sealed, const char *name, GBytes *bytes);
GBytes *tri_sealed_get_side (const TriSealed *sealed, const char *name);
GBytes *tri_sealed_require_side (const TriSealed *sealed, const char *name, gsize min, gsize max, GError **error);
gsize tri_sealed_get_side_size (const TriSealed *sealed);

GBytes *tri_sealed_serialise (const TriSealed *sealed, GVariant *side);
GBytes *tri_sealed_header_bytes (const TriSealed *sealed);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriSealed, tri_sealed_unref)

G_END_DECLS
