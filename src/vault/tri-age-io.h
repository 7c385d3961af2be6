/* Bytes in and out of an age file, through the text armor where there is one. Private to the vault.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Reads from a stream, binary or armored; the armor is recognised by its first line. */
typedef struct _TriAgeSource TriAgeSource;

TriAgeSource *tri_age_source_new (GInputStream *in, GCancellable *cancellable);
void tri_age_source_free (TriAgeSource *source);
gboolean tri_age_source_detect_armor (TriAgeSource *source, GError **error);
gboolean tri_age_source_is_armored (const TriAgeSource *source);
gssize tri_age_source_read (TriAgeSource *source, guint8 *out, gsize size, GError **error);
gboolean tri_age_source_read_line (TriAgeSource *source, GByteArray *line, gsize max, GError **error);
gboolean tri_age_source_at_end (TriAgeSource *source, gboolean *at_end, GError **error);
gboolean tri_age_source_seek (TriAgeSource *source, goffset position, GError **error);

/* Writes to a stream, as it is or armored. */
typedef struct _TriAgeSink TriAgeSink;

gboolean tri_age_write_all (GOutputStream *out, const void *data, gsize size, GCancellable *cancellable, GError **error);
TriAgeSink *tri_age_sink_new (GOutputStream *out, gboolean armor, GCancellable *cancellable);
void tri_age_sink_free (TriAgeSink *sink);
gboolean tri_age_sink_write (TriAgeSink *sink, const void *data, gsize size, GError **error);
gboolean tri_age_sink_finish (TriAgeSink *sink, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriAgeSource, tri_age_source_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriAgeSink, tri_age_sink_free)

G_END_DECLS
