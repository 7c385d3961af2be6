/* Lays cards in as many columns as fit.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TRI_TYPE_CARD_GRID (tri_card_grid_get_type ())
G_DECLARE_FINAL_TYPE (TriCardGrid, tri_card_grid, TRI, CARD_GRID, GtkWidget)

GtkWidget *tri_card_grid_new (void);
void tri_card_grid_append (TriCardGrid *self, GtkWidget *card);
void tri_card_grid_clear (TriCardGrid *self);

G_END_DECLS
