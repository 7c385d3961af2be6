/* Whole files in, and files out that are there complete or not at all.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TriFileWriter:
 *
 * A file being written in the folder of its final name, and invisible until tri_file_writer_commit(). Where the file
 * system can, it has no name until then, so that not even a killed program leaves a piece of it behind.
 */
typedef struct _TriFileWriter TriFileWriter;

TriFileWriter *tri_file_writer_new (GFile *file, gboolean replace, GError **error);
TriFileWriter *tri_file_writer_new_private (GFile *file, gboolean replace, GError **error);
gboolean tri_file_writer_write (TriFileWriter *writer, const void *data, gsize size, GError **error);
GOutputStream *tri_file_writer_get_stream (TriFileWriter *writer);
void tri_file_writer_set_time (TriFileWriter *writer, gint64 seconds, guint nanoseconds);
gboolean tri_file_writer_sync (TriFileWriter *writer, GError **error);
GInputStream *tri_file_writer_open_again (TriFileWriter *writer, GError **error);
void tri_file_writer_read_ahead (TriFileWriter *writer, guint64 position);
gboolean tri_file_writer_commit (TriFileWriter *writer, GCancellable *cancellable, GError **error);
void tri_file_writer_free (TriFileWriter *writer);

gboolean tri_file_write (GFile *file, GBytes *bytes, gboolean replace, GCancellable *cancellable, GError **error);
gboolean tri_file_write_private (GFile *file, GBytes *bytes, gboolean replace, GCancellable *cancellable, GError **error);
gboolean tri_file_fetch (GInputStream *stream, gboolean wait);
GBytes *tri_file_read (GFile *file, guint64 max, GCancellable *cancellable, GError **error);
guint tri_file_remove_leftovers (GFile *folder);
char *tri_file_get_name (GFile *file);
void tri_file_explain_read_error (GFile *file, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriFileWriter, tri_file_writer_free)

G_END_DECLS
