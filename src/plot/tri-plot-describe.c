/* Charts in words: for tooltips and for screen readers.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-plot-private.h"

/* How near the pointer must be to a point, in units of the drawing. */
#define REACH 24.0
#define MAX_NAMED 24

static char *
value_text (const TriSeries *series, guint i, double value)
{
  if (series->labels != NULL && i < series->labels->len && g_ptr_array_index (series->labels, i) != NULL)
    return g_strdup (g_ptr_array_index (series->labels, i));
  return tri_plot_value (value);
}

static const char *
category_name (const TriChart *chart, double index)
{
  if (chart->categories == NULL || !(index >= 0 && index < chart->categories->len))
    return "";
  return g_ptr_array_index (chart->categories, (guint) index);
}

static void
describe_bars (GString *out, const TriChart *chart, const TriSeries *series)
{
  for (guint i = 0; i < MIN (series->xs->len, (guint) MAX_NAMED); i++)
    {
      g_autofree char *value = value_text (series, i, tri_series_x (series, i));
      if (isnan (tri_series_x (series, i)))
        continue;
      g_string_append_printf (out, _(" %s: %s;"), category_name (chart, tri_series_y (series, i)), value);
    }
  if (out->str[out->len - 1] == ';')
    out->str[out->len - 1] = '.';
}

static void
describe_rule (GString *out, const TriSeries *series)
{
  const GArray *values = series->mark == TRI_MARK_VRULE ? series->xs : series->ys;
  if (values->len == 0 || series->name == NULL)
    return;
  g_autofree char *value = tri_plot_value (g_array_index (values, double, 0));
  g_string_append_printf (out, series->mark == TRI_MARK_VRULE ? _(" Upright line %s at %s.") : _(" Level line %s at %s."),
                          series->name, value);
}

/* How many values, where the least and the largest are, and whether the axis ends below some. */
static void
describe_points (GString *out, const TriSeries *series, const TriScale *y_scale)
{
  guint n = 0, low = 0, high = 0, n_cut = 0;
  for (guint i = 0; i < series->xs->len; i++)
    {
      if (isnan (tri_series_x (series, i)) || isnan (tri_series_y (series, i)))
        continue;
      if (n == 0 || tri_series_y (series, i) < tri_series_y (series, low))
        low = i;
      if (n == 0 || tri_series_y (series, i) > tri_series_y (series, high))
        high = i;
      n++;
      n_cut += tri_plot_is_cut (y_scale, series, i) ? 1 : 0;
    }
  g_string_append_c (out, ' ');
  if (series->name != NULL)
    g_string_append_printf (out, "%s: ", series->name);
  if (n == 0)
    {
      g_string_append (out, _("no values."));
      return;
    }
  g_autofree char *x1 = tri_plot_value (tri_series_x (series, low)), *y1 = tri_plot_value (tri_series_y (series, low));
  g_autofree char *x2 = tri_plot_value (tri_series_x (series, high)), *y2 = tri_plot_value (tri_series_y (series, high));
  g_string_append_printf (out, ngettext ("%u value", "%u values", n), n);
  g_string_append_printf (out, _(", least %s at %s, largest %s at %s."), y1, x1, y2, x2);
  if (n_cut > 0)
    g_string_append_printf (out, ngettext (" %u value is cut off at the top of the axis.",
                                           " %u values are cut off at the top of the axis.", n_cut), n_cut);
}

static void
describe_axis (GString *out, const TriAxis *axis, const TriScale *scale, gboolean level)
{
  g_autofree char *from = tri_plot_value (scale->min), *to = tri_plot_value (scale->max);
  if (axis->title == NULL || *axis->title == '\0')
    return;
  g_string_append_printf (out, level ? _(" Across: %s, %s to %s") : _(" Up: %s, %s to %s"), axis->title, from, to);
  g_string_append (out, scale->logarithmic ? _(", logarithmic.") : ".");
}

/**
 * tri_plot_describe:
 *
 * Returns: (transfer full): what the chart shows, for those who don't see it
 */
char *
tri_plot_describe (const TriChart *chart)
{
  g_return_val_if_fail (chart != NULL, NULL);
  TriScale x, y;
  GString *out = g_string_new (chart->title != NULL ? chart->title : _("Chart"));
  g_string_append_c (out, '.');
  if (!tri_scales_from_chart (chart, &x, &y))
    {
      g_string_append_printf (out, " %s.", chart->empty != NULL ? chart->empty : _("Nothing to draw yet"));
      return g_string_free (out, FALSE);
    }

  describe_axis (out, &chart->x, &x, TRUE);
  if (tri_chart_n_categories (chart) == 0)
    describe_axis (out, &chart->y, &y, FALSE);
  for (guint s = 0; s < chart->series->len; s++)
    {
      const TriSeries *series = tri_chart_series (chart, s);
      if (series->mark == TRI_MARK_HBARS)
        describe_bars (out, chart, series);
      else if (tri_mark_is_rule (series->mark))
        describe_rule (out, series);
      else
        describe_points (out, series, &y);
    }
  return g_string_free (out, FALSE);
}

/* Level bars: the values of the row under the pointer. */
static char *
describe_row (const TriPlot *plot, double py)
{
  double row = floor ((py - plot->plot.y) / plot->plot.height * plot->n_categories);
  if (!(row >= 0 && row < plot->n_categories))
    return NULL;
  GString *out = g_string_new (category_name (plot->chart, row));
  gboolean any = FALSE;
  for (guint s = 0; s < plot->chart->series->len; s++)
    {
      const TriSeries *series = tri_chart_series (plot->chart, s);
      for (guint i = 0; i < series->xs->len && series->mark == TRI_MARK_HBARS; i++)
        if (tri_series_y (series, i) == row)
          {
            g_autofree char *value = value_text (series, i, tri_series_x (series, i));
            g_string_append_printf (out, "\n%s%s%s", series->name ? series->name : "", series->name ? ": " : "", value);
            any = TRUE;
          }
    }
  if (any)
    return g_string_free (out, FALSE);
  g_string_free (out, TRUE);
  return NULL;
}

/* The point of any series nearest to the pointer; along x alone for those with one value a column. */
static gboolean
nearest (const TriPlot *plot, double px, double py, guint *which, guint *index)
{
  double best = INFINITY;
  for (guint s = 0; s < plot->chart->series->len; s++)
    {
      const TriSeries *series = tri_chart_series (plot->chart, s);
      gboolean column = series->mark == TRI_MARK_BARS || series->mark == TRI_MARK_STEP || series->mark == TRI_MARK_AREA;
      for (guint i = 0; i < series->xs->len && !tri_mark_is_rule (series->mark); i++)
        {
          double x = tri_series_x (series, i), y = tri_series_y (series, i);
          if (isnan (x) || isnan (y))
            continue;
          double dx = tri_plot_map_x (plot, x) - px, dy = column ? 0 : tri_plot_map_y (plot, y) - py;
          /* Of two as near along x, the one that is nearer to the pointer's height. */
          double distance = hypot (dx, isfinite (dy) ? dy : 0)
                            + (column ? 1e-6 * fabs (tri_plot_map_y (plot, y) - py) : 0);
          if (distance < best)
            {
              best = distance;
              *which = s;
              *index = i;
            }
        }
    }
  return best <= REACH;
}

static void
append_values_at (GString *out, const TriPlot *plot, guint nearest_series, double x)
{
  const TriSeries *near = tri_chart_series (plot->chart, nearest_series);
  for (guint s = 0; s < plot->chart->series->len; s++)
    {
      const TriSeries *series = tri_chart_series (plot->chart, s);
      if (series->mark != near->mark)
        continue;
      for (guint i = 0; i < series->xs->len; i++)
        if (tri_series_x (series, i) == x && !isnan (tri_series_y (series, i)))
          {
            g_autofree char *value = value_text (series, i, tri_series_y (series, i));
            const char *name = series->name != NULL ? series->name : plot->chart->y.title;
            g_string_append_printf (out, "\n%s%s%s", name ? name : "", name && *name ? ": " : "", value);
            break;
          }
    }
}

static char *
describe_point (const TriPlot *plot, double px, double py)
{
  guint s = 0, i = 0;
  const char *x_title = plot->chart->x.title, *y_title = plot->chart->y.title;
  if (!nearest (plot, px, py, &s, &i))
    return NULL;
  const TriSeries *series = tri_chart_series (plot->chart, s);
  g_autofree char *x = tri_plot_value (tri_series_x (series, i));
  GString *out = g_string_new (NULL);
  if (x_title != NULL && *x_title != '\0')
    g_string_append_printf (out, _("%s: %s"), x_title, x);
  else
    g_string_append (out, x);
  if (series->mark == TRI_MARK_DOTS || series->mark == TRI_MARK_POINTS)
    {
      g_autofree char *y = value_text (series, i, tri_series_y (series, i));
      g_string_append_printf (out, "\n%s%s%s", y_title ? y_title : "", y_title && *y_title ? ": " : "", y);
    }
  else
    append_values_at (out, plot, s, tri_series_x (series, i));
  return g_string_free (out, FALSE);
}

/**
 * tri_plot_describe_at:
 * @width, @height, @style: as it was drawn
 * @x, @y: of the pointer
 *
 * Returns: (transfer full) (nullable): the values there, one a line; NULL where there is nothing
 */
char *
tri_plot_describe_at (const TriChart *chart, double width, double height, const TriPlotStyle *style, double x, double y)
{
  g_return_val_if_fail (chart != NULL && style != NULL, NULL);
  TriPlot plot;
  char *text = NULL;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_A8, 1, 1);
  cairo_t *cr = cairo_create (surface);
  tri_plot_layout (&plot, chart, cr, width, height, style);
  gboolean inside = y >= plot.plot.y && y <= plot.plot.y + plot.plot.height
                    && (plot.n_categories > 0 || (x >= plot.plot.x && x <= plot.plot.x + plot.plot.width));
  if (!plot.empty && inside)
    text = plot.n_categories > 0 ? describe_row (&plot, y) : describe_point (&plot, x, y);
  tri_plot_clear (&plot);
  cairo_destroy (cr);
  cairo_surface_destroy (surface);
  return text;
}
