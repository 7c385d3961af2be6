/* The files of a log (c2sp.org/tlog-tiles). Private to the vault. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "tri-merkle.h"

G_BEGIN_DECLS

#define TRI_LOG_SIZE_MAX 1000000u /* entries; a checkpoint that says more is refused before anything is read */
#define TRI_LOG_ENTRIES (-1)      /* instead of a level */

char *tri_log_tile_path (int level, guint64 index, guint width);
GPtrArray *tri_log_read_entries (GFile *folder, guint64 size, GError **error);
GArray *tri_log_read_leaves (GFile *folder, guint64 size);
gboolean tri_log_write_tiles (GFile *folder, GPtrArray *entries, const TriMerkle *tree, guint64 old_size, GError **error);
guint tri_log_check_tiles (GFile *folder, const TriMerkle *tree, gboolean repair, GError **error);
void tri_log_clean (GFile *folder, guint64 size);
int tri_log_lock (GFile *folder, GError **error);

G_END_DECLS
