/* One of the three panes: title, caption in words, the picture, a chip with numbers, a histogram.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-pyramid.h"
#include "tri-view.h"

G_BEGIN_DECLS

#define TRI_TYPE_PANE (tri_pane_get_type ())
G_DECLARE_FINAL_TYPE (TriPane, tri_pane, TRI, PANE, GtkBox)

void tri_pane_set_view (TriPane *self, TriView *view);
void tri_pane_set_picture (TriPane *self, TriImage *picture, TriImage *compared, guint gain);
void tri_pane_set_grid (TriPane *self, gboolean grid);
void tri_pane_set_words (TriPane *self, const char *caption, const char *chip);
void tri_pane_set_message (TriPane *self, const char *icon, const char *message);
TriPyramid *tri_pane_get_pyramid (TriPane *self);
void tri_pane_set_presenting (TriPane *self, gboolean presenting);
GtkWidget *tri_pane_get_canvas (TriPane *self);
void tri_pane_align_heads (TriPane *const *panes, guint n);
void tri_pane_borrow (TriPane *self, TriPyramid *pyramid);

G_END_DECLS
