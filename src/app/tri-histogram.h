/* The small histogram below a pane. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "tri-pyramid.h"

G_BEGIN_DECLS

#define TRI_TYPE_HISTOGRAM (tri_histogram_get_type ())
G_DECLARE_FINAL_TYPE (TriHistogram, tri_histogram, TRI, HISTOGRAM, GtkWidget)

void tri_histogram_set_pyramid (TriHistogram *self, TriPyramid *pyramid);

G_END_DECLS
