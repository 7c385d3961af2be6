/* Header and side data of a TriSealed as the bytes of its chunk, and back.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-sealed-png.h"

G_BEGIN_DECLS

GBytes *tri_sealed_chunk_write (const TriSealed *sealed);
TriSealed *tri_sealed_chunk_read (GBytes *chunk, TriSpecsFunc find_specs, guint visible[3], GError **error);

G_END_DECLS
