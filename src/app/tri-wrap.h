/* Lays small things of one size beside each other, in as many rows as it takes. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TRI_TYPE_WRAP (tri_wrap_get_type ())
G_DECLARE_FINAL_TYPE (TriWrap, tri_wrap, TRI, WRAP, GtkWidget)

GtkWidget *tri_wrap_new (void);
void tri_wrap_append (TriWrap *self, GtkWidget *child);

G_END_DECLS
