/* Draws TriChart with cairo: the same chart on the screen, in PNG, SVG and PDF.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>

#include "tri-chart.h"

G_BEGIN_DECLS

/**
 * TriPlotStyle:
 * @dark, @high_contrast: choose the palette
 * @font: family
 * @font_size: in user units
 * @transparent: leave the background as it is
 * @untitled: the title stands elsewhere, as a heading of the card
 * @corner: width at the end of the title that is left free, for a button
 */
typedef struct {
  gboolean dark, high_contrast, transparent, untitled;
  const char *font;
  double font_size, corner;
} TriPlotStyle;

typedef enum { TRI_PLOT_PNG, TRI_PLOT_SVG, TRI_PLOT_PDF } TriPlotFormat;

void tri_plot_draw (const TriChart *chart, cairo_t *cr, double width, double height, const TriPlotStyle *style);
/* What is under the pointer, in words, for a tooltip and for screen readers. Returns: (transfer full) (nullable) */
char *tri_plot_describe_at (const TriChart *chart, double width, double height, const TriPlotStyle *style, double x,
                            double y);
char *tri_plot_describe (const TriChart *chart);
gboolean tri_plot_has_data (const TriChart *chart);
GBytes *tri_plot_render (const TriChart *chart, TriPlotFormat format, double width, double height,
                         const TriPlotStyle *style, GError **error);
void tri_plot_hue (TriHue hue, const TriPlotStyle *style, double rgb[3]);

G_END_DECLS
