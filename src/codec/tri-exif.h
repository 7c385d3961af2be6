/* The one fact of EXIF that pixels depend on.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"

G_BEGIN_DECLS

guint tri_exif_get_orientation (const guint8 *tiff, gsize size);

/* Where pixel (x, y) of the upright picture lies in the stored one of @width × @height. */
void tri_orientation_locate (guint orientation, guint width, guint height, guint x, guint y, guint *sx, guint *sy);
gboolean tri_orientation_swaps (guint orientation);

G_END_DECLS
