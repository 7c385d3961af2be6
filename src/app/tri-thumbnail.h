/* Small textures of pictures, made in a time that does not depend on the picture's size.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "tri-image.h"

G_BEGIN_DECLS

GdkTexture *tri_thumbnail_new (const TriImage *image, guint side);

G_END_DECLS
