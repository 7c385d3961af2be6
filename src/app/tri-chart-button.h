/* The menu of a chart as a button: export it, copy it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-chart-view.h"

G_BEGIN_DECLS

#define TRI_TYPE_CHART_BUTTON (tri_chart_button_get_type ())
G_DECLARE_FINAL_TYPE (TriChartButton, tri_chart_button, TRI, CHART_BUTTON, AdwBin)

GtkWidget *tri_chart_button_new (TriChartView *chart);

G_END_DECLS
