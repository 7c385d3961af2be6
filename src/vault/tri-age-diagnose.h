/* Tells a chunk with one wrong byte from one whose end is missing. Private to the vault.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

gboolean tri_age_one_byte_wrong (const guint8 key[32], const guint8 nonce[12], const guint8 *sealed, gsize size);

G_END_DECLS
