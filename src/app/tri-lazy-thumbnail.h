/* Small textures of picture files, made one after the other away from the main thread, and kept in memory only.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

gboolean tri_lazy_thumbnail_is_picture (GFile *file);
void tri_lazy_thumbnail_load_async (GFile *file, guint side, GCancellable *cancellable, GAsyncReadyCallback callback,
                                    gpointer user_data);
GdkTexture *tri_lazy_thumbnail_load_finish (GAsyncResult *result);

G_END_DECLS
