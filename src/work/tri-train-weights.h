/* What a model's cipher uses: weights that were trained here, brought from elsewhere, or came with the program.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-models.h"

G_BEGIN_DECLS

gboolean tri_train_weights_install (const TriModel *model, const TriParams *params, const char *path, GError **error);
gboolean tri_train_weights_restore (const TriModel *model, const TriParams *params, GError **error);
gboolean tri_train_weights_are_own (const TriModel *model, const TriParams *params);

void tri_train_weights_install_async (const TriModel *model, const TriParams *params, const char *path,
                                      GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data);
gboolean tri_train_weights_install_finish (GAsyncResult *result, GError **error);

G_END_DECLS
