/* The window: panes, sidebar, panels. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TRI_TYPE_WINDOW (tri_window_get_type ())
G_DECLARE_FINAL_TYPE (TriWindow, tri_window, TRI, WINDOW, AdwApplicationWindow)

GtkWidget *tri_window_new (AdwApplication *application);
void tri_window_protect (TriWindow *self, GSList *files);
void tri_window_open (TriWindow *self, GFile *file);
void tri_window_open_sample (TriWindow *self);

G_END_DECLS
