/* Upright and level bars, with a value at the end where there is room.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tri-plot-private.h"

#define GAP 5.0

static void
rounded (cairo_t *cr, const TriBox *box)
{
  double x = box->x, y = box->y, w = box->width, h = box->height, r = MIN (3, MIN (w, h) / 2);
  cairo_new_sub_path (cr);
  cairo_arc (cr, x + w - r, y + r, r, -G_PI / 2, 0);
  cairo_arc (cr, x + w - r, y + h - r, r, 0, G_PI / 2);
  cairo_arc (cr, x + r, y + h - r, r, G_PI / 2, G_PI);
  cairo_arc (cr, x + r, y + r, r, G_PI, 3 * G_PI / 2);
  cairo_close_path (cr);
}

/* Stripes that tell the second, third … series of bars apart without their colour. */
static void
hatch (TriPlot *plot, guint slot, const TriBox *box)
{
  cairo_t *cr = plot->cr;
  double rgb[3], gap = 5 + slot, x = box->x, y = box->y, w = box->width, h = box->height;
  tri_plot_paper (plot->style, rgb);
  cairo_save (cr);
  cairo_clip (cr);
  cairo_set_source_rgba (cr, rgb[0], rgb[1], rgb[2], 0.75);
  cairo_set_line_width (cr, 1.4);
  for (double d = -h; d < w + h; d += gap)
    {
      cairo_move_to (cr, x + d, slot % 2 == 1 ? y + h : y);
      cairo_line_to (cr, x + d + h, slot % 2 == 1 ? y : y + h);
    }
  cairo_stroke (cr);
  cairo_restore (cr);
}

static void
fill_bar (TriPlot *plot, const TriSeries *series, guint i, guint slot, const TriBox *box)
{
  cairo_t *cr = plot->cr;
  double least = MIN (box->width, box->height);
  if (least <= 0)
    return;
  if (least < 4)
    cairo_rectangle (cr, box->x, box->y, box->width, box->height);
  else
    rounded (cr, box);
  tri_plot_set_hue (plot, series->hue, 1);
  if (tri_plot_set_own_colour (plot, series, i))
    {
      cairo_fill_preserve (cr);
      /* A colour of the picture may be that of the paper. */
      tri_plot_set_hue (plot, TRI_HUE_MUTED, 1);
      cairo_set_line_width (cr, 0.7);
      cairo_stroke (cr);
      return;
    }
  cairo_fill_preserve (cr);
  if (slot > 0 && least >= 4)
    hatch (plot, slot, box);
  cairo_new_path (cr);
}

static const char *
bar_label (const TriSeries *series, guint i)
{
  return series->labels != NULL && i < series->labels->len ? g_ptr_array_index (series->labels, i) : NULL;
}

static void
draw_level (TriPlot *plot, guint index)
{
  const TriSeries *series = tri_chart_series (plot->chart, index);
  const TriBox *box = &plot->plot;
  guint slots = tri_chart_bar_slots (plot->chart, TRI_MARK_HBARS);
  double row = box->height / plot->n_categories, thick = MIN (row * 0.68, plot->size * 1.5 * slots) / slots;
  double zero = CLAMP (tri_plot_map_x (plot, plot->x.logarithmic ? plot->x.min : 0), box->x, box->x + box->width);
  for (guint i = 0; i < series->xs->len; i++)
    {
      double value = tri_series_x (series, i), category = tri_series_y (series, i);
      if (isnan (category) || category < 0 || category >= plot->n_categories)
        continue;
      guint slot = tri_chart_bar_slot (plot->chart, index, i);
      double middle = tri_plot_map_y (plot, category) + ((double) slot - (slots - 1) / 2.0) * thick;
      double end = isnan (value) ? zero : CLAMP (tri_plot_map_x (plot, value), box->x, box->x + box->width);
      double height = MAX (1, thick - 1);
      fill_bar (plot, series, i, slot, &(TriBox) { MIN (zero, end), middle - height / 2,
                                                   isnan (value) ? 0 : MAX (fabs (end - zero), 1.5), height });
      const char *label = bar_label (series, i);
      if (label != NULL && plot->bar_labels && thick >= plot->line * 0.62)
        {
          cairo_save (plot->cr);
          cairo_reset_clip (plot->cr);
          tri_text_draw (plot, TRI_TEXT_BODY, label, MAX (zero, end) + GAP, middle - plot->line / 2, 0,
                         plot->width - MAX (zero, end) - GAP);
          cairo_restore (plot->cr);
        }
    }
}

/* Values above upright bars: all or none. */
static gboolean
labels_fit (TriPlot *plot, const TriSeries *series, double width)
{
  double w;
  for (guint i = 0; series->labels != NULL && i < series->labels->len; i++)
    {
      tri_text_measure (plot, TRI_TEXT_BODY, bar_label (series, i) ? bar_label (series, i) : "", &w, NULL);
      if (w > width - 2)
        return FALSE;
    }
  return series->labels != NULL;
}

static void
draw_upright (TriPlot *plot, guint index)
{
  const TriSeries *series = tri_chart_series (plot->chart, index);
  const TriBox *box = &plot->plot;
  guint slots = tri_chart_bar_slots (plot->chart, TRI_MARK_BARS);
  double gap = tri_chart_bar_gap (plot->chart) / (plot->x.max - plot->x.min) * box->width;
  double room = plot->x.logarithmic ? box->width / MAX (series->xs->len * 1.5, 4) : gap;
  double whole = room < 4 ? room : MIN (room * 0.82, plot->size * 5 * slots), wide = whole / slots;
  double zero = CLAMP (tri_plot_map_y (plot, plot->y.logarithmic ? plot->y.min : 0), box->y, box->y + box->height);
  gboolean labels = labels_fit (plot, series, wide);
  for (guint i = 0; i < series->xs->len; i++)
    {
      double value = tri_series_y (series, i);
      if (isnan (value) || isnan (tri_series_x (series, i)))
        continue;
      guint slot = tri_chart_bar_slot (plot->chart, index, i);
      double left = tri_plot_map_x (plot, tri_series_x (series, i)) - whole / 2 + wide * slot;
      double end = CLAMP (tri_plot_map_y (plot, value), box->y, box->y + box->height);
      fill_bar (plot, series, i, slot, &(TriBox) { left, MIN (zero, end), MAX (wide, 0.8), fabs (end - zero) });
      if (labels && bar_label (series, i) != NULL)
        tri_text_draw (plot, TRI_TEXT_BODY, bar_label (series, i), left + wide / 2,
                       MAX (box->y, MIN (zero, end) - plot->line), 0.5, wide);
    }
}

void
tri_plot_draw_bars (TriPlot *plot, guint index)
{
  if (tri_chart_series (plot->chart, index)->mark == TRI_MARK_HBARS)
    draw_level (plot, index);
  else
    draw_upright (plot, index);
}
