/* Keys of picture ciphers: a passphrase, a picture, a file, or raw numbers; ciphers get subkeys, never the source.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"
#include "tri-params.h"
#include "tri-progress.h"

G_BEGIN_DECLS

#define TRI_KEY_SIZE 32
#define TRI_SALT_SIZE 16
#define TRI_KEY_BITS (8 * TRI_KEY_SIZE)
#define TRI_KEY_FILE_MAX (16u * 1024 * 1024)

typedef enum {
  TRI_KEY_PASSPHRASE, /* Argon2id, interactive limits, with the salt of the header */
  TRI_KEY_PICTURE,    /* SHA-256 over geometry and decoded pixels */
  TRI_KEY_FILE,       /* SHA-256 over the file's bytes */
  TRI_KEY_RAW,        /* numbers that the cipher uses as they are (chaos) */
} TriKeyKind;

/**
 * TriKey:
 *
 * Immutable, reference counted, safe to share between threads. The secret lives in locked memory and is wiped.
 * Argon2id runs once for each salt; its result is kept with the key.
 */
typedef struct _TriKey TriKey;

TriKey *tri_key_new_passphrase (const char *passphrase, GError **error);
TriKey *tri_key_new_picture (const TriImage *picture);
TriKey *tri_key_new_file (const guint8 *bytes, gsize length, GError **error);
TriKey *tri_key_new_raw (const TriParams *raw);
TriKey *tri_key_flip_bit (const TriKey *key, guint bit);
TriKey *tri_key_ref (const TriKey *key);
void tri_key_unref (TriKey *key);

TriKeyKind tri_key_get_kind (const TriKey *key);
const char *tri_key_kind_title (TriKeyKind kind);
guint64 tri_key_get_mark (const TriKey *key);
char *tri_key_describe_bit (const TriKey *key, guint bit);
guint tri_key_get_n_bits (const TriKey *key);
const TriParams *tri_key_get_raw (const TriKey *key);
gboolean tri_key_derive (const TriKey *key, const guint8 salt[TRI_SALT_SIZE], const char *context,
                         guint8 *out, gsize out_size, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriKey, tri_key_unref)

G_END_DECLS
