/* A small copy of a picture for "inside the cipher", made in a moment however large the picture is.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"

G_BEGIN_DECLS

TriImage *tri_image_small_copy (const TriImage *image, guint max_side, GError **error);

G_END_DECLS
