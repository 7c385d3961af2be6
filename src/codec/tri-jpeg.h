/* What becomes of a picture that somebody saves as JPEG. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"

G_BEGIN_DECLS

TriImage *tri_jpeg_pass (const TriImage *image, guint quality, GError **error);

G_END_DECLS
