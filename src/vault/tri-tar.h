/* One file in a POSIX tar archive: how an age file carries a hidden name so that every program can restore it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TRI_TAR_BLOCK 512
#define TRI_TAR_LOOK (2 * TRI_TAR_BLOCK) /* what tri_tar_hides_name() looks at */

GBytes *tri_tar_header (const char *name, guint64 size, gint64 mtime, guint nanoseconds);
gboolean tri_tar_hides_name (const guint8 *start, gsize size);
gsize tri_tar_padding (guint64 size);

/**
 * TriTarReader:
 *
 * Takes an archive in pieces, as it is decrypted, and gives the one file in it. Only what tri_tar_header() writes, and
 * other archives of a single ordinary file, are understood.
 */
typedef struct _TriTarReader TriTarReader;

TriTarReader *tri_tar_reader_new (void);
void tri_tar_reader_free (TriTarReader *reader);
gboolean tri_tar_reader_push (TriTarReader *reader, const guint8 *data, gsize size, const guint8 **out, gsize *out_size,
                              gsize *used, GError **error);
const char *tri_tar_reader_get_name (const TriTarReader *reader);
gboolean tri_tar_reader_get_time (const TriTarReader *reader, gint64 *seconds, guint *nanoseconds);
gboolean tri_tar_reader_is_whole (const TriTarReader *reader);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriTarReader, tri_tar_reader_free)

G_END_DECLS
