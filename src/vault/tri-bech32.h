/* Bech32 (BIP 173) without its limit of 90 characters, as age uses it for recipients and identities.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gsize tri_bech32_get_room (const char *hrp, gsize size);
void tri_bech32_encode (const char *hrp, const guint8 *data, gsize size, char *text);
gboolean tri_bech32_decode (const char *text, const char *hrp, guint8 *data, gsize size);

G_END_DECLS
