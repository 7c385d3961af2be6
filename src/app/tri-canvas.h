/* Draws one picture as the shared view says. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "tri-pyramid.h"
#include "tri-view.h"

G_BEGIN_DECLS

#define TRI_TYPE_CANVAS (tri_canvas_get_type ())
G_DECLARE_FINAL_TYPE (TriCanvas, tri_canvas, TRI, CANVAS, GtkWidget)

void tri_canvas_set_view (TriCanvas *self, TriView *view);
void tri_canvas_set_pyramid (TriCanvas *self, TriPyramid *pyramid);
void tri_canvas_set_grid (TriCanvas *self, gboolean grid);

G_END_DECLS
