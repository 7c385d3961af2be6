/* A calm card: a small heading, perhaps controls beside it, and content.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TRI_TYPE_CARD (tri_card_get_type ())
G_DECLARE_FINAL_TYPE (TriCard, tri_card, TRI, CARD, GtkBox)

GtkWidget *tri_card_new (const char *title);
void tri_card_set_title (TriCard *self, const char *title);
void tri_card_set_span (TriCard *self, guint span);
guint tri_card_get_span (TriCard *self);
void tri_card_add_end (TriCard *self, GtkWidget *widget);

G_END_DECLS
