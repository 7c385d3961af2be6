/* Checks that several ciphers make on what they are asked to decrypt.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-sealed.h"

G_BEGIN_DECLS

gboolean tri_sealed_require_same_shape (const TriSealed *in, GError **error);
gboolean tri_sealed_require_visible (const TriSealed *in, guint64 width, guint64 height, guint channels, GError **error);

G_END_DECLS
