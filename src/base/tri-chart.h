/* Charts as data, and what a cipher shows of its inside. Drawing is in src/plot.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"

G_BEGIN_DECLS

typedef enum {
  TRI_MARK_LINE,
  TRI_MARK_STEP,   /* histogram outline */
  TRI_MARK_AREA,   /* filled to the axis */
  TRI_MARK_POINTS,
  TRI_MARK_DOTS,   /* very many points: one pixel each, translucent */
  TRI_MARK_BARS,   /* vertical, at x */
  TRI_MARK_HBARS,  /* horizontal, one a category: y counts categories from the top, x is the length */
  TRI_MARK_VRULE,  /* a vertical line at each x, named */
  TRI_MARK_HRULE,  /* a horizontal line at each y, named: a reference value */
} TriMark;

/* Colours by meaning; the drawing picks shades that suit light, dark and high contrast, and a line style of its own
 * for each, so that colour is never alone. */
typedef enum {
  TRI_HUE_1, TRI_HUE_2, TRI_HUE_3, TRI_HUE_4, TRI_HUE_5, TRI_HUE_6,
  TRI_HUE_RED, TRI_HUE_GREEN, TRI_HUE_BLUE, /* the picture's channels */
  TRI_HUE_MUTED,                            /* context: the other bars, reference lines */
  TRI_HUE_ACCENT,                           /* what is selected */
} TriHue;

/**
 * TriSeries:
 * @xs, @ys: (element-type double): of one length; NaN breaks a line. TRI_MARK_VRULE uses @xs, TRI_MARK_HRULE @ys only
 * @labels: (nullable) (element-type utf8): a text for each value (bars)
 * @colours: (nullable) (element-type guint32): 0xRRGGBB for each value, when it stands for itself (a palette)
 */
typedef struct {
  char *name;
  TriMark mark;
  TriHue hue;
  GArray *xs, *ys;
  GPtrArray *labels;
  GArray *colours;
} TriSeries;

typedef struct {
  char *title;      /* translated */
  gboolean logarithmic;
  double min, max;  /* NaN: from the data */
} TriAxis;

/**
 * TriChart:
 * @title: translated
 * @categories: (nullable) (element-type utf8): names along y for TRI_MARK_HBARS
 * @series: (element-type TriSeries)
 * @empty: (nullable): what to say when there is nothing to draw
 * @square: both axes have one scale (scatter of neighbours, cobweb)
 */
typedef struct {
  gatomicrefcount refs;
  char *title, *empty;
  TriAxis x, y;
  GPtrArray *categories;
  GPtrArray *series;
  gboolean square;
} TriChart;

TriChart *tri_chart_new (const char *title, const char *x_title, const char *y_title);
TriChart *tri_chart_ref (TriChart *chart);
void tri_chart_unref (TriChart *chart);
TriSeries *tri_chart_add (TriChart *chart, const char *name, TriMark mark, TriHue hue);
TriSeries *tri_chart_add_data (TriChart *chart, const char *name, TriMark mark, TriHue hue,
                               const double *xs, const double *ys, gsize n);
void tri_series_append (TriSeries *series, double x, double y);
gboolean tri_chart_cut_peaks (TriChart *chart);
void tri_series_append_labelled (TriSeries *series, double x, double y, const char *label);

/**
 * TriInsight:
 * @id: stable, for tests and file names
 * @title: translated
 * @text: one or two sentences that say what to see; translated
 * @chart: (nullable)
 * @pictures: (nullable) (element-type TriImage): a strip, all shown at one size
 * @captions: (nullable) (element-type utf8): one for each picture
 * @facts: (nullable) (element-type utf8): label, value, label, value …
 *
 * One card of "inside the cipher".
 */
typedef struct {
  char *id, *title, *text;
  TriChart *chart;
  GPtrArray *pictures, *captions, *facts;
} TriInsight;

TriInsight *tri_insight_new (const char *id, const char *title, const char *text);
void tri_insight_free (TriInsight *insight);
void tri_insight_take_picture (TriInsight *insight, TriImage *picture, const char *caption);
void tri_insight_add_fact (TriInsight *insight, const char *label, const char *format, ...) G_GNUC_PRINTF (3, 4);
GPtrArray *tri_insights_new (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriChart, tri_chart_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriInsight, tri_insight_free)

G_END_DECLS
