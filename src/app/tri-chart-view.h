/* A widget that shows a TriChart.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "tri-chart.h"

G_BEGIN_DECLS

#define TRI_TYPE_CHART_VIEW (tri_chart_view_get_type ())
G_DECLARE_FINAL_TYPE (TriChartView, tri_chart_view, TRI, CHART_VIEW, GtkWidget)

GtkWidget *tri_chart_view_new (void);
void tri_chart_view_set_chart (TriChartView *self, TriChart *chart);
TriChart *tri_chart_view_get_chart (TriChartView *self);
void tri_chart_view_changed (TriChartView *self);
void tri_chart_view_set_titled (TriChartView *self, gboolean titled);
void tri_chart_view_export (TriChartView *self);
void tri_chart_view_copy (TriChartView *self);
GMenuModel *tri_chart_view_new_menu (void);

G_END_DECLS
