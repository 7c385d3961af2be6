/* Calls that wait: however often one is asked for meanwhile, it comes once; and never after its widget has gone.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef void (*TriLaterFunc) (GtkWidget *widget);

void tri_later (GtkWidget *widget, TriLaterFunc call, guint ms);
void tri_later_rested (GtkWidget *widget, TriLaterFunc call, guint ms);
gboolean tri_later_forget (GtkWidget *widget, TriLaterFunc call);

G_END_DECLS
