/* age v1 files (c2sp.org/age): encrypt, decrypt, read at any place, and look at the header without a key.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-age-error.h"
#include "tri-age-keys.h"
#include "tri-progress.h"

G_BEGIN_DECLS

#define TRI_AGE_CHUNK 65536

typedef enum {
  TRI_AGE_ARMOR = 1 << 0, /* as text of 64 columns */
} TriAgeFlags;

gboolean tri_age_encrypt (GInputStream *in, GOutputStream *out, GPtrArray *recipients, TriAgeFlags flags,
                          guint64 size_hint, TriProgress *progress, GError **error);
gboolean tri_age_decrypt (GInputStream *in, GOutputStream *out, GPtrArray *identities, guint64 size_hint,
                          TriProgress *progress, GError **error);

/* Reads the content; at any place when the file is binary and its stream can seek. */
typedef struct _TriAgeReader TriAgeReader;

TriAgeReader *tri_age_reader_new (GInputStream *in, GPtrArray *identities, GCancellable *cancellable, GError **error);
void tri_age_reader_free (TriAgeReader *reader);
gssize tri_age_reader_read (TriAgeReader *reader, guint8 *out, gsize size, GError **error);
gboolean tri_age_reader_can_seek (const TriAgeReader *reader);
gboolean tri_age_reader_seek (TriAgeReader *reader, guint64 position, GError **error);

/**
 * TriAgeInfo:
 * @armored: whether it is text
 * @stanzas: (element-type utf8): types, in order
 * @work_factor: of a passphrase; else 0
 * @header_size: bytes of the header before armor
 */
typedef struct {
  gboolean armored;
  GPtrArray *stanzas;
  guint work_factor;
  gsize header_size;
} TriAgeInfo;

TriAgeInfo *tri_age_inspect (GInputStream *in, GCancellable *cancellable, GError **error);
void tri_age_info_free (TriAgeInfo *info);
gboolean tri_age_info_is_passphrase (const TriAgeInfo *info);
gboolean tri_age_info_is_post_quantum (const TriAgeInfo *info);
gboolean tri_age_probe (const guint8 *bytes, gsize size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriAgeReader, tri_age_reader_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriAgeInfo, tri_age_info_free)

G_END_DECLS
