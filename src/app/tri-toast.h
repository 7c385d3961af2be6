/* A message that goes away by itself.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

AdwToast *tri_toast_add (AdwToastOverlay *overlay, const char *text);

G_END_DECLS
