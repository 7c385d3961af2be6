/* Where values stand beyond the top of the axis: a mark, and how high the highest is.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tri-plot-private.h"

/* Neighbours along x that are cut, together. */
typedef struct {
  guint series;
  double x, value; /* of the highest: in the drawing, and in the axis' unit */
} Cut;

/* Is the @i-th value of @series higher than the axis? Infinite ones are not: they have an arrow of their own. */
gboolean
tri_plot_is_cut (const TriScale *y, const TriSeries *series, guint i)
{
  double value = tri_series_y (series, i);
  gboolean stands = series->mark == TRI_MARK_LINE || series->mark == TRI_MARK_STEP || series->mark == TRI_MARK_AREA
                    || series->mark == TRI_MARK_BARS;
  return stands && isfinite (value) && isfinite (tri_series_x (series, i)) && tri_scale_fraction (y, value) > 1 + 1e-6;
}

/* Those that would be drawn on each other are one, as high as the highest of its kind. */
static void
add_cut (TriPlot *plot, GArray *cuts, const Cut *cut)
{
  for (guint i = 0; i < cuts->len; i++)
    {
      Cut *other = &g_array_index (cuts, Cut, i);
      if (fabs (other->x - cut->x) >= plot->size)
        continue;
      gboolean lines = tri_chart_series (plot->chart, cut->series)->mark == TRI_MARK_LINE;
      gboolean other_lines = tri_chart_series (plot->chart, other->series)->mark == TRI_MARK_LINE;
      if (lines == other_lines && cut->value > other->value)
        *other = *cut;
      return;
    }
  g_array_append_val (cuts, *cut);
}

/* Bars and areas are what was counted, lines what was made of it: the first, where both are cut, name the height. */
static void
collect (TriPlot *plot, GArray *cuts, gboolean lines)
{
  for (guint s = 0; s < plot->chart->series->len; s++)
    {
      const TriSeries *series = tri_chart_series (plot->chart, s);
      for (guint i = 0; i < series->xs->len && (series->mark == TRI_MARK_LINE) == lines; i++)
        if (tri_plot_is_cut (&plot->y, series, i))
          {
            Cut cut = { s, tri_plot_map_x (plot, tri_series_x (series, i)), tri_series_y (series, i) };
            add_cut (plot, cuts, &cut);
          }
    }
}

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Cut *first = a, *second = b;
  return (first->x > second->x) - (first->x < second->x);
}

/* The height stands right of its mark, or left where that has no room, and is left out where neither has. */
static void
draw_height (TriPlot *plot, const Cut *cut, double *free_from, double free_to)
{
  g_autofree char *text = tri_plot_value (cut->value);
  double w, rgb[3], gap = plot->size * 0.5, right = cut->x + gap, left;
  tri_text_measure (plot, TRI_TEXT_BODY, text, &w, NULL);
  left = cut->x - gap - w;
  double x = right + w <= free_to ? right : left;
  if (x < *free_from)
    return;
  *free_from = MAX (cut->x + gap, x + w + gap);
  tri_plot_paper (plot->style, rgb);
  cairo_set_source_rgba (plot->cr, rgb[0], rgb[1], rgb[2], 0.8);
  cairo_rectangle (plot->cr, x - 1, plot->plot.y, w + 2, plot->line);
  cairo_fill (plot->cr);
  tri_text_draw (plot, TRI_TEXT_BODY, text, x, plot->plot.y, 0, w + 2);
}

/* After the series. */
void
tri_plot_draw_cuts (TriPlot *plot)
{
  g_autoptr (GArray) cuts = g_array_new (FALSE, FALSE, sizeof (Cut));
  double radius = plot->size * 0.34, end = plot->plot.x + plot->plot.width, free_from = plot->plot.x;
  if (plot->n_categories > 0)
    return;
  collect (plot, cuts, FALSE);
  collect (plot, cuts, TRUE);
  g_array_sort (cuts, compare_places);
  for (guint i = 0; i < cuts->len; i++)
    {
      const Cut *cut = &g_array_index (cuts, Cut, i);
      if (!(cut->x >= plot->plot.x - 1 && cut->x <= end + 1))
        continue;
      double next = i + 1 < cuts->len ? g_array_index (cuts, Cut, i + 1).x - plot->size * 0.5 : end;
      draw_height (plot, cut, &free_from, MIN (next, end));
      tri_plot_set_hue (plot, tri_chart_series (plot->chart, cut->series)->hue, 1);
      tri_plot_draw_marker (plot->cr, '^', cut->x, plot->plot.y + radius, radius);
    }
}
