/* Channels of a picture as side data: alpha, and residuals.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-part.h"

G_BEGIN_DECLS

gboolean tri_planes_seal_alpha (const TriImage *original, const TriKey *key, TriPartFlags lock, TriSealed *out,
                                TriProgress *progress, GError **error);
gboolean tri_planes_open_alpha (const TriSealed *in, const TriKey *key, TriPartFlags flags, TriImage *image,
                                TriProgress *progress, GError **error);
gboolean tri_planes_open (const TriSealed *in, const TriKey *key, const char *name, TriPartFlags flags, guint offset,
                          guint per_pixel, TriImage *image, TriProgress *progress, GError **error);

G_END_DECLS
