/* Where each part of a chart goes. What has no room is left out whole, the least important first: nothing is clipped
 * and nothing overlaps.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tri-plot-private.h"

#define PAD 6.0  /* around everything */
#define GAP 5.0  /* between labels and the axis */

static void
free_ticks (TriPlot *plot)
{
  g_clear_pointer (&plot->x_ticks, g_array_unref);
  g_clear_pointer (&plot->y_ticks, g_array_unref);
}

/* From the axis' unit to the drawing's; not limited to the plot. */
double
tri_plot_map_x (const TriPlot *plot, double value)
{
  return plot->plot.x + plot->plot.width * tri_scale_fraction (&plot->x, value);
}

/* The same, upwards. */
double
tri_plot_map_y (const TriPlot *plot, double value)
{
  double fraction = tri_scale_fraction (&plot->y, value);
  /* Categories count from the top. */
  return plot->plot.y + plot->plot.height * (plot->n_categories > 0 ? fraction : 1 - fraction);
}

static GArray *
ticks_for (const TriScale *scale, guint at_most)
{
  return scale->logarithmic ? tri_ticks_logarithmic (scale->min, scale->max, at_most)
                            : tri_ticks_linear (scale->min, scale->max, at_most);
}

/* Do the labels of the x axis stand apart? Each is centred on its tick, but kept inside the picture. */
static gboolean
x_labels_fit (TriPlot *plot, GArray *ticks)
{
  double end = -INFINITY;
  for (guint i = 0; i < ticks->len; i++)
    {
      const TriTick *tick = &g_array_index (ticks, TriTick, i);
      double w, x = plot->plot.x + plot->plot.width * tri_scale_fraction (&plot->x, tick->value);
      tri_text_measure (plot, TRI_TEXT_DIM, tick->label, &w, NULL);
      double start = CLAMP (x - w / 2, 0, MAX (0, plot->width - w));
      if (start < end + plot->size * 0.7)
        return FALSE;
      end = start + w;
    }
  return TRUE;
}

static void
choose_x_ticks (TriPlot *plot)
{
  g_clear_pointer (&plot->x_ticks, g_array_unref);
  guint n = (guint) CLAMP (plot->plot.width / (plot->size * 3), 1, 12);
  for (; n >= 1; n--)
    {
      plot->x_ticks = ticks_for (&plot->x, n);
      if (n == 1 || x_labels_fit (plot, plot->x_ticks))
        return;
      g_clear_pointer (&plot->x_ticks, g_array_unref);
    }
}

static double
widest_label (TriPlot *plot, GArray *ticks)
{
  double widest = 0, w;
  for (guint i = 0; i < ticks->len; i++)
    {
      tri_text_measure (plot, TRI_TEXT_DIM, g_array_index (ticks, TriTick, i).label, &w, NULL);
      widest = MAX (widest, w);
    }
  return widest;
}

static double
widest_category (TriPlot *plot)
{
  double widest = 0, w;
  const GPtrArray *names = plot->chart->categories;
  for (guint i = 0; names != NULL && i < names->len; i++)
    {
      tri_text_measure (plot, TRI_TEXT_BODY, g_ptr_array_index (names, i), &w, NULL);
      widest = MAX (widest, w);
    }
  return widest;
}

/* The room that the values at the ends of horizontal bars take. */
static double
widest_bar_label (TriPlot *plot)
{
  double widest = 0, w;
  for (guint s = 0; s < plot->chart->series->len; s++)
    {
      const TriSeries *series = tri_chart_series (plot->chart, s);
      for (guint i = 0; series->mark == TRI_MARK_HBARS && series->labels != NULL && i < series->labels->len; i++)
        {
          const char *label = g_ptr_array_index (series->labels, i);
          tri_text_measure (plot, TRI_TEXT_BODY, label != NULL ? label : "", &w, NULL);
          widest = MAX (widest, w);
        }
    }
  return widest;
}

/* Both axes get one scale: the plot shrinks to the shape of the data. */
static void
make_square (TriPlot *plot)
{
  double units_x = plot->x.max - plot->x.min, units_y = plot->y.max - plot->y.min;
  double scale = MIN (plot->plot.width / units_x, plot->plot.height / units_y);
  double w = units_x * scale, h = units_y * scale;
  /* Shapes as long as a ribbon would show nothing. */
  if (!isfinite (scale) || w < 10 || h < 10)
    return;
  plot->plot.x += (plot->plot.width - w) / 2;
  plot->plot.width = w;
  plot->plot.height = h;
}

static gboolean
bar_labels_fit (TriPlot *plot)
{
  double widest = widest_bar_label (plot);
  return widest > 0 && widest < (plot->width - 2 * PAD) * 0.35 && plot->width >= plot->size * 14;
}

static void
layout_categories (TriPlot *plot)
{
  double room = plot->width - 2 * PAD;
  double values = plot->bar_labels ? widest_bar_label (plot) : 0;
  plot->label_width = MIN (widest_category (plot), room * 0.5);
  plot->plot.x = PAD + (plot->label_width > 0 ? plot->label_width + GAP : 0);
  plot->plot.width = plot->width - PAD - plot->plot.x - (plot->bar_labels ? values + GAP : 0);
  /* Few bars stand together at the top. */
  double most = plot->line * (0.9 + 1.3 * tri_chart_bar_slots (plot->chart, TRI_MARK_HBARS));
  double row = MIN (plot->plot.height / plot->n_categories, most);
  plot->plot.height = row * plot->n_categories;
  if (!isnan (plot->x_title_y))
    plot->x_title_y = plot->plot.y + plot->plot.height + (plot->bar_labels ? 0 : plot->line + GAP);
  plot->label_every = (guint) MAX (1, ceil (plot->line * 0.95 / row));
}

static void
layout_y_axis (TriPlot *plot)
{
  plot->y_ticks = ticks_for (&plot->y, (guint) CLAMP (plot->plot.height / (plot->line * 1.8), 1, 9));
  double labels = widest_label (plot, plot->y_ticks);
  if (labels > plot->width * 0.35)
    {
      g_array_set_size (plot->y_ticks, 0);
      labels = 0;
    }
  plot->plot.x = PAD + (labels > 0 ? labels + GAP : 0);
  plot->plot.width = plot->width - 2 * PAD - plot->size * 0.5 - (plot->plot.x - PAD);
}

static gboolean
has_names_above (const TriChart *chart)
{
  for (guint s = 0; s < chart->series->len; s++)
    if (tri_chart_series (chart, s)->mark == TRI_MARK_VRULE && tri_chart_series (chart, s)->name != NULL)
      return TRUE;
  return FALSE;
}

/* @level: how many parts are left out. Returns: whether the plot has enough of the height */
static gboolean
lay_out (TriPlot *plot, guint level)
{
  const TriChart *chart = plot->chart;
  double top = PAD, bottom = plot->height - PAD;
  free_ticks (plot);
  plot->title_y = plot->y_title_y = plot->x_title_y = plot->names_y = NAN;

  if (chart->title != NULL && !plot->style->untitled && level < 3)
    {
      plot->title_y = top;
      top += plot->line * 1.35;
    }
  tri_plot_layout_legend (plot, &top, level < 2 ? plot->height * 0.3 : 0);
  gboolean categories = plot->n_categories > 0;
  gboolean names = has_names_above (chart) && level < 3;
  if (chart->y.title != NULL && *chart->y.title != '\0' && !categories && level < (names ? 1 : 3))
    {
      plot->y_title_y = top;
      top += plot->line * 1.1;
    }
  if (names)
    {
      plot->names_y = top;
      top += plot->line * 1.1;
    }
  /* The label of the topmost tick stands half above the plot. */
  if (!categories)
    top += plot->line * 0.5;
  if (chart->x.title != NULL && *chart->x.title != '\0' && level < 1)
    {
      plot->x_title_y = bottom - plot->line;
      bottom -= plot->line * 1.1;
    }
  /* Bars that say their values need no axis. */
  plot->bar_labels = categories && bar_labels_fit (plot);
  if (!plot->bar_labels)
    bottom -= plot->line + GAP;

  plot->plot.y = top;
  plot->plot.height = bottom - top;
  if (plot->plot.height < plot->line)
    return FALSE;
  gboolean enough = plot->plot.height >= plot->height * 0.5;
  if (categories)
    layout_categories (plot);
  else
    layout_y_axis (plot);
  if (chart->square && !categories)
    make_square (plot);
  if (plot->bar_labels)
    plot->x_ticks = g_array_new (FALSE, FALSE, sizeof (TriTick));
  else
    choose_x_ticks (plot);
  return enough;
}

/**
 * tri_plot_layout:
 *
 * Fills @plot; free it with tri_plot_clear(). @cr is drawn on later and measures text now.
 */
void
tri_plot_layout (TriPlot *plot, const TriChart *chart, cairo_t *cr, double width, double height,
                 const TriPlotStyle *style)
{
  *plot = (TriPlot) { .chart = chart, .style = style, .cr = cr, .width = width, .height = height };
  plot->size = style->font_size > 0 ? style->font_size : 11;
  plot->text = pango_cairo_create_layout (cr);
  g_autoptr (PangoFontDescription) font = pango_font_description_from_string (style->font ? style->font : "Sans");
  pango_font_description_set_absolute_size (font, plot->size * PANGO_SCALE);
  pango_layout_set_font_description (plot->text, font);
  double w;
  tri_text_measure (plot, TRI_TEXT_BODY, "Ág", &w, &plot->line);

  plot->legend = g_array_new (FALSE, FALSE, sizeof (TriLegendEntry));
  plot->rule_names = g_array_new (FALSE, FALSE, sizeof (TriRuleName));
  plot->n_categories = tri_chart_n_categories (chart);
  plot->empty = !tri_scales_from_chart (chart, &plot->x, &plot->y);
  plot->label_every = 1;
  for (guint level = 0; level < 4; level++)
    if (lay_out (plot, level))
      break;
  tri_plot_layout_rules (plot);
}

/* Frees what tri_plot_layout() made; the chart, the style and the cairo context are the caller's. */
void
tri_plot_clear (TriPlot *plot)
{
  free_ticks (plot);
  g_clear_pointer (&plot->legend, g_array_unref);
  g_clear_pointer (&plot->rule_names, g_array_unref);
  g_clear_object (&plot->text);
}
