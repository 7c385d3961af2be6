/* Telling widgets when their window is narrow, so that they leave out what there is no room for.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* Application pixels; a window below that is narrow. */
#define TRI_NARROW_WIDTH 1000

typedef void (*TriNarrowFunc) (GtkWidget *widget, gboolean narrow);

void tri_narrow_watch (GtkWidget *widget, TriNarrowFunc apply);

G_END_DECLS
