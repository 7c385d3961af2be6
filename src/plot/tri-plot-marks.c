/* How each mark is drawn.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tri-plot-private.h"

/* @alpha: 0…1 */
void
tri_plot_set_hue (TriPlot *plot, TriHue hue, double alpha)
{
  double rgb[3];
  tri_plot_hue (hue, plot->style, rgb);
  cairo_set_source_rgba (plot->cr, rgb[0], rgb[1], rgb[2], alpha);
}

/* That of the @i-th point, in place of its series'. Returns: FALSE where it has none */
gboolean
tri_plot_set_own_colour (TriPlot *plot, const TriSeries *series, guint i)
{
  if (series->colours == NULL || i >= series->colours->len)
    return FALSE;
  guint32 colour = g_array_index (series->colours, guint32, i);
  cairo_set_source_rgb (plot->cr, (colour >> 16 & 255) / 255.0, (colour >> 8 & 255) / 255.0, (colour & 255) / 255.0);
  return TRUE;
}

/* Dashes are in widths of the line, so that they look alike at every size. */
void
tri_plot_set_dash (TriPlot *plot, TriHue hue, double line_width)
{
  const TriStroke *stroke = tri_plot_stroke (hue);
  double dash[6];
  for (int i = 0; i < stroke->n_dash; i++)
    dash[i] = stroke->dash[i] * line_width;
  cairo_set_dash (plot->cr, dash, stroke->n_dash, 0);
  cairo_set_line_width (plot->cr, line_width);
}

static void
polygon (cairo_t *cr, double x, double y, double r, int n, double turn)
{
  for (int i = 0; i < n; i++)
    cairo_line_to (cr, x + r * sin (turn + 2 * G_PI * i / n), y - r * cos (turn + 2 * G_PI * i / n));
  cairo_close_path (cr);
  cairo_fill (cr);
}

/* @marker: o disc, s square, ^ and v triangles, d diamond, x and + crosses */
void
tri_plot_draw_marker (cairo_t *cr, char marker, double x, double y, double radius)
{
  cairo_new_path (cr);
  switch (marker)
    {
    case 's': polygon (cr, x, y, radius * 1.25, 4, G_PI / 4); break;
    case '^': polygon (cr, x, y, radius * 1.35, 3, 0); break;
    case 'v': polygon (cr, x, y, radius * 1.35, 3, G_PI); break;
    case 'd': polygon (cr, x, y, radius * 1.35, 4, 0); break;
    case 'x':
    case '+':
      {
        double a = marker == 'x' ? radius * 0.8 : 0, b = marker == 'x' ? radius * 0.8 : radius;
        cairo_set_dash (cr, NULL, 0, 0);
        cairo_set_line_width (cr, radius * 0.6);
        cairo_move_to (cr, x - b, y - a);
        cairo_line_to (cr, x + b, y + a);
        cairo_move_to (cr, x - a, y + b);
        cairo_line_to (cr, x + a, y - b);
        cairo_stroke (cr);
        break;
      }
    default:
      cairo_arc (cr, x, y, radius, 0, 2 * G_PI);
      cairo_fill (cr);
    }
}

/* Points that are infinite along y stand at the edge as an arrow head. */
static void
draw_markers (TriPlot *plot, const TriSeries *series, double radius)
{
  const TriStroke *stroke = tri_plot_stroke (series->hue);
  for (guint i = 0; i < series->xs->len; i++)
    {
      double x = tri_series_x (series, i), y = tri_series_y (series, i);
      double fx = tri_scale_fraction (&plot->x, x), fy = tri_scale_fraction (&plot->y, y);
      if (isnan (fx) || isnan (fy) || fx < -1e-6 || fx > 1 + 1e-6)
        continue;
      double px = tri_plot_map_x (plot, x);
      if (isinf (y))
        {
          double edge = y > 0 ? plot->plot.y + radius : plot->plot.y + plot->plot.height - radius;
          tri_plot_draw_marker (plot->cr, y > 0 ? '^' : 'v', px, edge, radius * 1.3);
        }
      else if (fy >= -1e-6 && fy <= 1 + 1e-6)
        {
          tri_plot_set_own_colour (plot, series, i);
          tri_plot_draw_marker (plot->cr, stroke->marker, px, tri_plot_map_y (plot, y), radius);
        }
    }
}

/* A path through the points; NaN and infinities break it. Columns of pixels with very many points are reduced to the
 * first, least, largest and last of each, which draws the same. */
static void
trace (TriPlot *plot, const TriSeries *series)
{
  gboolean pen = FALSE, reduce = series->xs->len > 4 * plot->plot.width;
  double column = NAN, low = 0, high = 0;
  cairo_new_path (plot->cr);
  for (guint i = 0; i < series->xs->len; i++)
    {
      double vx = tri_series_x (series, i), vy = tri_series_y (series, i);
      if (!isfinite (vx) || !isfinite (vy) || (plot->x.logarithmic && vx <= 0) || (plot->y.logarithmic && vy <= 0))
        {
          pen = FALSE;
          column = NAN;
          continue;
        }
      double x = tri_plot_map_x (plot, vx), y = tri_plot_map_y (plot, vy);
      if (reduce && pen && floor (x) == column)
        {
          low = MIN (low, y);
          high = MAX (high, y);
          if (i + 1 < series->xs->len && floor (tri_plot_map_x (plot, tri_series_x (series, i + 1))) == column)
            continue;
          cairo_line_to (plot->cr, x, low);
          cairo_line_to (plot->cr, x, high);
          cairo_line_to (plot->cr, x, y);
          continue;
        }
      (pen ? cairo_line_to : cairo_move_to) (plot->cr, x, y);
      pen = TRUE;
      column = floor (x);
      low = high = y;
    }
}

static void
draw_line (TriPlot *plot, const TriSeries *series)
{
  double width = series->hue == TRI_HUE_MUTED ? 1.2 : 1.8;
  tri_plot_set_hue (plot, series->hue, 1);
  tri_plot_set_dash (plot, series->hue, width);
  trace (plot, series);
  cairo_stroke (plot->cr);
  cairo_set_dash (plot->cr, NULL, 0, 0);
  if (series->xs->len <= TRI_MARKERS_MAX)
    draw_markers (plot, series, plot->size * 0.27);
}

/* The level that bars and areas stand on. */
static double
base_line (const TriPlot *plot)
{
  return CLAMP (tri_plot_map_y (plot, plot->y.logarithmic ? plot->y.min : 0), plot->plot.y,
                plot->plot.y + plot->plot.height);
}

/* One filled shape for each unbroken stretch. */
static void
draw_area (TriPlot *plot, const TriSeries *series)
{
  double base = base_line (plot), first = NAN, x = 0;
  cairo_new_path (plot->cr);
  tri_plot_set_hue (plot, series->hue, 0.25);
  for (guint i = 0; i <= series->xs->len; i++)
    {
      gboolean good = i < series->xs->len && isfinite (tri_series_x (series, i)) && isfinite (tri_series_y (series, i));
      if (!good && !isnan (first))
        {
          cairo_line_to (plot->cr, x, base);
          cairo_line_to (plot->cr, first, base);
          cairo_close_path (plot->cr);
          first = NAN;
        }
      if (!good)
        continue;
      x = tri_plot_map_x (plot, tri_series_x (series, i));
      double y = plot->y.logarithmic && tri_series_y (series, i) <= 0 ? base
                                                                     : tri_plot_map_y (plot, tri_series_y (series, i));
      if (isnan (first))
        cairo_move_to (plot->cr, first = x, base);
      cairo_line_to (plot->cr, x, y);
    }
  cairo_fill (plot->cr);
  tri_plot_set_hue (plot, series->hue, 1);
  tri_plot_set_dash (plot, series->hue, 1.3);
  trace (plot, series);
  cairo_stroke (plot->cr);
  if (series->xs->len == 1)
    draw_markers (plot, series, plot->size * 0.27);
}

/* The outline of a histogram: each value is level over half the distance to its neighbours. */
static void
draw_step (TriPlot *plot, const TriSeries *series)
{
  double half = tri_chart_bar_gap (plot->chart) / 2, base = base_line (plot);
  gboolean pen = FALSE;
  cairo_new_path (plot->cr);
  for (guint i = 0; i < series->xs->len; i++)
    {
      double x = tri_series_x (series, i), y = tri_series_y (series, i);
      if (!isfinite (x) || !isfinite (y))
        {
          pen = FALSE;
          continue;
        }
      double from = tri_plot_map_x (plot, x - half), to = tri_plot_map_x (plot, x + half);
      double level = plot->y.logarithmic && y <= 0 ? base : tri_plot_map_y (plot, y);
      if (!pen)
        cairo_move_to (plot->cr, from, base);
      cairo_line_to (plot->cr, from, level);
      cairo_line_to (plot->cr, to, level);
      pen = TRUE;
      if (i + 1 == series->xs->len)
        cairo_line_to (plot->cr, to, base);
    }
  cairo_path_t *path = cairo_copy_path (plot->cr);
  tri_plot_set_hue (plot, series->hue, 0.12);
  cairo_fill (plot->cr);
  cairo_append_path (plot->cr, path);
  cairo_path_destroy (path);
  tri_plot_set_hue (plot, series->hue, 1);
  tri_plot_set_dash (plot, series->hue, 1.2);
  cairo_stroke (plot->cr);
}

static void
draw_rules (TriPlot *plot, const TriSeries *series)
{
  const TriBox *box = &plot->plot;
  gboolean upright = series->mark == TRI_MARK_VRULE;
  const GArray *values = upright ? series->xs : series->ys;
  tri_plot_set_hue (plot, series->hue, 1);
  tri_plot_set_dash (plot, series->hue, 1.4);
  for (guint i = 0; i < values->len; i++)
    {
      double v = g_array_index (values, double, i);
      double f = tri_scale_fraction (upright ? &plot->x : &plot->y, v);
      if (!(f >= -1e-9 && f <= 1 + 1e-9))
        continue;
      double at = upright ? tri_plot_map_x (plot, v) : tri_plot_map_y (plot, v);
      cairo_move_to (plot->cr, upright ? at : box->x, upright ? box->y : at);
      cairo_line_to (plot->cr, upright ? at : box->x + box->width, upright ? box->y + box->height : at);
    }
  cairo_stroke (plot->cr);
}

/* @index: of the chart's series; a legend and the axes are drawn elsewhere */
void
tri_plot_draw_series (TriPlot *plot, guint index)
{
  const TriSeries *series = tri_chart_series (plot->chart, index);
  const TriBox *box = &plot->plot;
  gboolean markers = series->mark == TRI_MARK_POINTS || (series->mark == TRI_MARK_LINE && series->xs->len <= TRI_MARKERS_MAX);
  double bleed = markers ? plot->size * 0.4 : 1;
  cairo_save (plot->cr);
  cairo_rectangle (plot->cr, box->x - bleed, box->y - bleed, box->width + 2 * bleed, box->height + 2 * bleed);
  cairo_clip (plot->cr);
  cairo_set_line_join (plot->cr, CAIRO_LINE_JOIN_ROUND);
  switch (series->mark)
    {
    case TRI_MARK_LINE: draw_line (plot, series); break;
    case TRI_MARK_STEP: draw_step (plot, series); break;
    case TRI_MARK_AREA: draw_area (plot, series); break;
    case TRI_MARK_POINTS:
      tri_plot_set_hue (plot, series->hue, series->xs->len > 500 ? 0.6 : 1);
      draw_markers (plot, series, plot->size * (series->xs->len > 200 ? 0.18 : 0.3));
      break;
    case TRI_MARK_DOTS: tri_plot_draw_dots (plot, series); break;
    case TRI_MARK_BARS:
    case TRI_MARK_HBARS: tri_plot_draw_bars (plot, index); break;
    case TRI_MARK_VRULE:
    case TRI_MARK_HRULE: draw_rules (plot, series); break;
    default: g_assert_not_reached ();
    }
  cairo_restore (plot->cr);
}
