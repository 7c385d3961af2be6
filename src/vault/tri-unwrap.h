/* The content of an age file, out of the archive that carries a hidden name where there is one. Private to the vault.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Takes the content in order. @name: (nullable): the one inside; @data may be of no bytes */
typedef gboolean (*TriUnwrapFunc) (const char *name, const guint8 *data, gsize size, gpointer user_data, GError **error);

typedef struct _TriUnwrap TriUnwrap;

TriUnwrap *tri_unwrap_new (gboolean expected, TriUnwrapFunc func, gpointer user_data);
void tri_unwrap_free (TriUnwrap *self);
gboolean tri_unwrap_push (const guint8 *data, gsize size, gpointer unwrap, GError **error);
gboolean tri_unwrap_finish (TriUnwrap *self, GError **error);
gboolean tri_unwrap_get_time (const TriUnwrap *self, gint64 *seconds, guint *nanoseconds);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriUnwrap, tri_unwrap_free)

G_END_DECLS
