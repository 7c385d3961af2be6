/* Zoom, centre and crosshair that the three panes share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define TRI_TYPE_VIEW (tri_view_get_type ())
G_DECLARE_FINAL_TYPE (TriView, tri_view, TRI, VIEW, GObject)

/**
 * TriView:
 *
 * Places are fractions of the picture, 0…1, so that pictures of other sizes stay linked. A zoom of 0 means fit; else
 * device pixels a pixel of the reference picture. Signals: "changed" (what is shown), "crosshair".
 */
TriView *tri_view_new (void);
void tri_view_set_reference (TriView *self, guint width, guint height);
void tri_view_set_viewport (TriView *self, double width, double height);
void tri_view_set_zoom (TriView *self, double zoom);
void tri_view_zoom_at (TriView *self, double factor, double fx, double fy);
void tri_view_pan (TriView *self, double dx, double dy); /* device pixels */
double tri_view_get_scale (TriView *self);               /* of the reference picture; fit resolved */
/* Where a picture of @width × @height lies in the viewport. */
void tri_view_place (TriView *self, guint width, guint height, double *x, double *y, double *scale);
gboolean tri_view_is_enlarged (TriView *self);             /* beyond what fits */
void tri_view_set_crosshair (TriView *self, double fx, double fy); /* negative: none */
gboolean tri_view_get_crosshair (TriView *self, double *fx, double *fy);
void tri_view_locate_crosshair (TriView *self, double *across, double *down);

G_END_DECLS
