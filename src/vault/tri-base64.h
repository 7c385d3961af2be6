/* Base64 that has one text only for the same bytes. Private to the vault. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

char *tri_base64_encode (const guint8 *data, gsize size, gboolean padding);
gboolean tri_base64_decode (const char *text, gsize length, gboolean padding, guint8 *out, gsize out_max, gsize *out_size);

G_END_DECLS
