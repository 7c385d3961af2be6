/* How much of the picture keys give that are nearly right. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-cipher.h"

G_BEGIN_DECLS

TriInsight *tri_key_bits_inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress,
                                  GError **error);

G_END_DECLS
