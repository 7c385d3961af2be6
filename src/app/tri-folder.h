/* Choosers begin where the last one of this kind ended. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

void tri_folder_restore (GtkFileChooser *chooser);
void tri_folder_remember (GFile *file);

G_END_DECLS
