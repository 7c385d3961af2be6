/* Light, dark, or as the desktop says. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

GSettings *tri_style_follow (GActionMap *map);

G_END_DECLS
