/* A ring of buffers: one is filled while a thread writes those before it. Private to the vault. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

typedef gboolean (*TriWriteFunc) (const guint8 *data, gsize size, gpointer user_data, GError **error);

/**
 * TriWriteBehind:
 *
 * Used by one thread. The function is called in order, from one thread at a time, and never after it has failed; from the
 * caller's own where tri_parallel_set_alone() says so.
 */
typedef struct _TriWriteBehind TriWriteBehind;

TriWriteBehind *tri_write_behind_new (gsize size, TriWriteFunc func, gpointer user_data);
guint8 *tri_write_behind_get_buffer (TriWriteBehind *self);
gboolean tri_write_behind_push (TriWriteBehind *self, gsize n, GError **error);
gboolean tri_write_behind_finish (TriWriteBehind *self, GError **error);
void tri_write_behind_free (TriWriteBehind *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriWriteBehind, tri_write_behind_free)

G_END_DECLS
