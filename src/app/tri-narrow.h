/* Telling widgets how large their window is, so that they leave out what there is no room for. They are told outside of
 * the layout, where widgets may be changed. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-later.h"

G_BEGIN_DECLS

/* Application pixels; a window below that is narrow. */
#define TRI_NARROW_WIDTH 1000

typedef void (*TriNarrowFunc) (GtkWidget *widget, gboolean narrow);

void tri_size_watch (GtkWidget *widget, TriLaterFunc changed);
void tri_narrow_watch (GtkWidget *widget, TriNarrowFunc apply);

G_END_DECLS
