/* The pictures that were opened last. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TRI_RECENT_MAX 8

void tri_recent_add (GFile *file, gboolean encrypted);
GList *tri_recent_list (void);
gboolean tri_recent_is_encrypted (GtkRecentInfo *info);
void tri_recent_clear (void);

G_END_DECLS
