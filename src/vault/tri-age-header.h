/* Reading and opening the header of an age file. Private to the vault. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-age-io.h"
#include "tri-age-keys.h"
#include "tri-age-stanza.h"
#include "tri-progress.h"

G_BEGIN_DECLS

TriAgeHeader *tri_age_header_read (TriAgeSource *source, GError **error);
gboolean tri_age_header_unwrap (const TriAgeHeader *header, GPtrArray *identities, guint8 file_key[TRI_AGE_FILE_KEY_SIZE],
                                GError **error);
TriAgeHeader *tri_age_header_wrap (GPtrArray *recipients, const guint8 file_key[TRI_AGE_FILE_KEY_SIZE], GError **error);
/* tri_age_encrypt() and tri_age_reader_new() for the one who holds the file key: to read back what was just written for
 * others. */
gboolean tri_age_encrypt_with_key (GInputStream *in, GOutputStream *out, GPtrArray *recipients, guint flags,
                                   guint64 size_hint, const guint8 file_key[TRI_AGE_FILE_KEY_SIZE],
                                   TriProgress *progress, GError **error);
struct _TriAgeReader *tri_age_reader_new_with_key (GInputStream *in, const guint8 file_key[TRI_AGE_FILE_KEY_SIZE],
                                                   GCancellable *cancellable, GError **error);

G_END_DECLS
