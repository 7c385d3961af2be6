/* What the files of src/plot share: scales, ticks, text and the layout of one chart at one size.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <pango/pangocairo.h>

#include "tri-plot.h"

G_BEGIN_DECLS

/* Lines of no more points than this show each of them. */
#define TRI_MARKERS_MAX 40

typedef struct { double x, y, width, height; } TriBox;

/* Maps values to 0…1. Categories are a linear scale from -0.5 to n - 0.5. */
typedef struct { double min, max; gboolean logarithmic; } TriScale;

typedef struct { double value; char *label; } TriTick;

/* How a hue differs from the others without its colour. */
typedef struct { double dash[6]; int n_dash; char marker; } TriStroke;

typedef enum { TRI_TEXT_TITLE, TRI_TEXT_BODY, TRI_TEXT_DIM } TriTextKind;

/* One line of the legend: the series, and where its sample begins. */
typedef struct { guint series; double x, y, width; } TriLegendEntry;

/* The name of a rule beside its line. */
typedef struct { guint series; double x, y; } TriRuleName;

typedef struct {
  const TriChart *chart;
  const TriPlotStyle *style;
  cairo_t *cr;
  PangoLayout *text;
  double size, line; /* of the font, and from one line to the next */
  double width, height;
  gboolean empty;
  TriScale x, y;
  GArray *x_ticks, *y_ticks;        /* TriTick */
  GArray *legend, *rule_names;      /* TriLegendEntry, TriRuleName */
  TriBox plot;
  double title_y, y_title_y, x_title_y, names_y; /* NaN: not shown */
  guint n_categories, label_every;
  double label_width;               /* of categories */
  gboolean bar_labels;              /* values at the ends of bars have room */
} TriPlot;

/* Numbers and ticks */
char *tri_plot_number (double value, int decimals);
char *tri_plot_value (double value);
GArray *tri_ticks_linear (double min, double max, guint at_most);
GArray *tri_ticks_logarithmic (double min, double max, guint at_most);

/* Scales */
double tri_scale_fraction (const TriScale *scale, double value);
gboolean tri_scales_from_chart (const TriChart *chart, TriScale *x, TriScale *y);
guint tri_chart_n_categories (const TriChart *chart);
guint tri_chart_bar_slots (const TriChart *chart, TriMark mark);
guint tri_chart_bar_slot (const TriChart *chart, guint series, guint index);
double tri_chart_bar_gap (const TriChart *chart);
gboolean tri_plot_is_cut (const TriScale *y, const TriSeries *series, guint i);

/* Palette */
void tri_plot_ink (const TriPlotStyle *style, TriTextKind kind, double rgb[3]);
void tri_plot_paper (const TriPlotStyle *style, double rgb[3]);
const TriStroke *tri_plot_stroke (TriHue hue);

/* Text */
void tri_text_measure (TriPlot *plot, TriTextKind kind, const char *text, double *width, double *height);
void tri_text_draw (TriPlot *plot, TriTextKind kind, const char *text, double x, double y, double align,
                    double max_width);

/* Layout and drawing */
void tri_plot_layout (TriPlot *plot, const TriChart *chart, cairo_t *cr, double width, double height,
                      const TriPlotStyle *style);
void tri_plot_clear (TriPlot *plot);
double tri_plot_map_x (const TriPlot *plot, double value);
double tri_plot_map_y (const TriPlot *plot, double value);
void tri_plot_layout_legend (TriPlot *plot, double *top, double room);
void tri_plot_layout_rules (TriPlot *plot);
void tri_plot_draw_legend (TriPlot *plot);
void tri_plot_draw_rule_names (TriPlot *plot);
void tri_plot_draw_series (TriPlot *plot, guint index);
void tri_plot_draw_dots (TriPlot *plot, const TriSeries *series);
void tri_plot_draw_bars (TriPlot *plot, guint index);
void tri_plot_draw_cuts (TriPlot *plot);
void tri_plot_draw_marker (cairo_t *cr, char marker, double x, double y, double radius);
void tri_plot_set_hue (TriPlot *plot, TriHue hue, double alpha);
gboolean tri_plot_set_own_colour (TriPlot *plot, const TriSeries *series, guint i);
void tri_plot_set_dash (TriPlot *plot, TriHue hue, double line_width);

static inline double
tri_series_x (const TriSeries *series, guint i)
{
  return g_array_index (series->xs, double, i);
}

static inline double
tri_series_y (const TriSeries *series, guint i)
{
  return g_array_index (series->ys, double, i);
}

static inline const TriSeries *
tri_chart_series (const TriChart *chart, guint i)
{
  return g_ptr_array_index (chart->series, i);
}

static inline gboolean
tri_mark_is_rule (TriMark mark)
{
  return mark == TRI_MARK_VRULE || mark == TRI_MARK_HRULE;
}

G_END_DECLS
