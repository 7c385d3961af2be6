/* The legend above a chart, and the names of rules beside their lines.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tri-plot-private.h"

#define PAD 6.0
#define SAMPLE 20.0

static gboolean
in_legend (const TriSeries *series)
{
  return series->name != NULL && *series->name != '\0' && !tri_mark_is_rule (series->mark);
}

/* Rows of entries from @top on, no more than @room high; entries that have no room are left out. One series needs no
 * legend: the titles say what it is. */
void
tri_plot_layout_legend (TriPlot *plot, double *top, double room)
{
  guint n = 0;
  g_array_set_size (plot->legend, 0);
  for (guint s = 0; s < plot->chart->series->len; s++)
    n += in_legend (tri_chart_series (plot->chart, s));
  if (n < 2 || room < plot->line)
    return;

  double x = PAD, y = *top, end = plot->width - PAD;
  for (guint s = 0; s < plot->chart->series->len; s++)
    {
      const TriSeries *series = tri_chart_series (plot->chart, s);
      double w;
      if (!in_legend (series))
        continue;
      tri_text_measure (plot, TRI_TEXT_BODY, series->name, &w, NULL);
      w = MIN (w + SAMPLE + 5, end - PAD);
      if (x > PAD && x + w > end)
        {
          x = PAD;
          y += plot->line * 1.1;
        }
      if (y + plot->line > *top + room)
        break;
      TriLegendEntry entry = { s, x, y, w };
      g_array_append_val (plot->legend, entry);
      x += w + plot->size * 1.3;
    }
  if (plot->legend->len > 0)
    *top = g_array_index (plot->legend, TriLegendEntry, plot->legend->len - 1).y + plot->line * 1.3;
}

static void
draw_sample (TriPlot *plot, const TriSeries *series, double x, double y)
{
  cairo_t *cr = plot->cr;
  const TriStroke *stroke = tri_plot_stroke (series->hue);
  gboolean filled = series->mark == TRI_MARK_BARS || series->mark == TRI_MARK_HBARS || series->mark == TRI_MARK_AREA;
  cairo_save (cr);
  tri_plot_set_hue (plot, series->hue, series->mark == TRI_MARK_AREA ? 0.35 : 1);
  if (filled)
    {
      cairo_rectangle (cr, x + 4, y - 4, SAMPLE - 8, 8);
      cairo_fill (cr);
    }
  tri_plot_set_hue (plot, series->hue, 1);
  if (series->mark == TRI_MARK_POINTS || series->mark == TRI_MARK_DOTS)
    tri_plot_draw_marker (cr, series->mark == TRI_MARK_DOTS ? 'o' : stroke->marker, x + SAMPLE / 2, y, 3.5);
  else if (!filled || series->mark == TRI_MARK_AREA)
    {
      double level = series->mark == TRI_MARK_AREA ? y - 4 : y;
      tri_plot_set_dash (plot, series->hue, 2);
      cairo_move_to (cr, x, level);
      cairo_line_to (cr, x + SAMPLE, level);
      cairo_stroke (cr);
      if (series->mark == TRI_MARK_LINE && series->xs->len <= TRI_MARKERS_MAX)
        tri_plot_draw_marker (cr, stroke->marker, x + SAMPLE / 2, y, 3);
    }
  cairo_restore (cr);
}

void
tri_plot_draw_legend (TriPlot *plot)
{
  for (guint i = 0; i < plot->legend->len; i++)
    {
      const TriLegendEntry *entry = &g_array_index (plot->legend, TriLegendEntry, i);
      const TriSeries *series = tri_chart_series (plot->chart, entry->series);
      draw_sample (plot, series, entry->x, entry->y + plot->line / 2);
      tri_text_draw (plot, TRI_TEXT_BODY, series->name, entry->x + SAMPLE + 5, entry->y, 0,
                     entry->width - SAMPLE - 4);
    }
}

static gboolean
overlaps (TriPlot *plot, double x, double y, double w)
{
  double other;
  for (guint i = 0; i < plot->rule_names->len; i++)
    {
      const TriRuleName *name = &g_array_index (plot->rule_names, TriRuleName, i);
      tri_text_measure (plot, TRI_TEXT_BODY, tri_chart_series (plot->chart, name->series)->name, &other, NULL);
      if (fabs (name->y - y) < plot->line && x < name->x + other + plot->size * 0.6
          && name->x < x + w + plot->size * 0.6)
        return TRUE;
    }
  return FALSE;
}

static void
place_upright (TriPlot *plot, guint s, double w)
{
  const TriSeries *series = tri_chart_series (plot->chart, s);
  double fraction = series->xs->len > 0 ? tri_scale_fraction (&plot->x, tri_series_x (series, 0)) : NAN;
  if (isnan (plot->names_y) || !(fraction >= 0 && fraction <= 1) || w > plot->width - 2 * PAD)
    return;
  double x = CLAMP (tri_plot_map_x (plot, tri_series_x (series, 0)) - w / 2, PAD, plot->width - PAD - w);
  TriRuleName name = { s, x, plot->names_y };
  if (!overlaps (plot, x, name.y, w))
    g_array_append_val (plot->rule_names, name);
}

static void
place_level (TriPlot *plot, guint s, double w)
{
  const TriSeries *series = tri_chart_series (plot->chart, s);
  double fraction = series->ys->len > 0 ? tri_scale_fraction (&plot->y, tri_series_y (series, 0)) : NAN;
  if (!(fraction >= 0 && fraction <= 1) || w > plot->plot.width * 0.8)
    return;
  double y = tri_plot_map_y (plot, tri_series_y (series, 0));
  TriRuleName name = { s, plot->plot.x + plot->plot.width - w - 2, y - plot->line - 1 };
  if (name.y < plot->plot.y)
    name.y = y + 1;
  if (name.y + plot->line > plot->plot.y + plot->plot.height || overlaps (plot, name.x, name.y, w))
    return;
  g_array_append_val (plot->rule_names, name);
}

/* Names of vertical rules stand above the plot, those of horizontal ones at its right end. */
void
tri_plot_layout_rules (TriPlot *plot)
{
  double w;
  for (guint s = 0; s < plot->chart->series->len; s++)
    {
      const TriSeries *series = tri_chart_series (plot->chart, s);
      if (!tri_mark_is_rule (series->mark) || series->name == NULL || *series->name == '\0')
        continue;
      tri_text_measure (plot, TRI_TEXT_BODY, series->name, &w, NULL);
      if (series->mark == TRI_MARK_VRULE)
        place_upright (plot, s, w);
      else
        place_level (plot, s, w);
    }
}

/* After the series: the names have the paper behind them. */
void
tri_plot_draw_rule_names (TriPlot *plot)
{
  double rgb[3];
  tri_plot_paper (plot->style, rgb);
  for (guint i = 0; i < plot->rule_names->len; i++)
    {
      const TriRuleName *name = &g_array_index (plot->rule_names, TriRuleName, i);
      const TriSeries *series = tri_chart_series (plot->chart, name->series);
      double w;
      tri_text_measure (plot, TRI_TEXT_BODY, series->name, &w, NULL);
      if (series->mark == TRI_MARK_HRULE)
        {
          cairo_set_source_rgba (plot->cr, rgb[0], rgb[1], rgb[2], 0.8);
          cairo_rectangle (plot->cr, name->x - 2, name->y, w + 4, plot->line);
          cairo_fill (plot->cr);
        }
      tri_text_draw (plot, TRI_TEXT_BODY, series->name, name->x, name->y, 0, w + 2);
    }
}
