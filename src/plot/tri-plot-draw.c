/* Paper, titles, axes, and the marks between them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-plot-private.h"

#define PAD 6.0
#define GAP 5.0

static void
hair_line (TriPlot *plot, double x1, double y1, double x2, double y2, double alpha)
{
  double rgb[3];
  tri_plot_ink (plot->style, TRI_TEXT_DIM, rgb);
  cairo_set_source_rgba (plot->cr, rgb[0], rgb[1], rgb[2], plot->style->high_contrast ? MIN (1, alpha * 2) : alpha);
  cairo_set_line_width (plot->cr, 1);
  /* On the pixels, not between them. */
  cairo_move_to (plot->cr, floor (x1) + 0.5, floor (y1) + 0.5);
  cairo_line_to (plot->cr, floor (x2) + 0.5, floor (y2) + 0.5);
  cairo_stroke (plot->cr);
}

static void
draw_x_axis (TriPlot *plot)
{
  const TriBox *box = &plot->plot;
  double below = box->y + box->height;
  if (plot->n_categories == 0)
    hair_line (plot, box->x, below, box->x + box->width, below, 0.6);
  for (guint i = 0; i < plot->x_ticks->len; i++)
    {
      const TriTick *tick = &g_array_index (plot->x_ticks, TriTick, i);
      double x = tri_plot_map_x (plot, tick->value), w;
      if (plot->n_categories > 0)
        hair_line (plot, x, box->y, x, below, 0.18);
      else
        hair_line (plot, x, below, x, below + 3, 0.6);
      tri_text_measure (plot, TRI_TEXT_DIM, tick->label, &w, NULL);
      x = CLAMP (x - w / 2, 0, MAX (0, plot->width - w));
      tri_text_draw (plot, TRI_TEXT_DIM, tick->label, x, below + GAP - 1, 0, w + 2);
    }
}

static void
draw_y_axis (TriPlot *plot)
{
  const TriBox *box = &plot->plot;
  for (guint i = 0; plot->y_ticks != NULL && i < plot->y_ticks->len; i++)
    {
      const TriTick *tick = &g_array_index (plot->y_ticks, TriTick, i);
      double y = tri_plot_map_y (plot, tick->value);
      hair_line (plot, box->x, y, box->x + box->width, y, 0.18);
      tri_text_draw (plot, TRI_TEXT_DIM, tick->label, box->x - GAP, y - plot->line / 2, 1, box->x - GAP);
    }
  if (plot->chart->square)
    hair_line (plot, box->x, box->y, box->x, box->y + box->height, 0.6);
}

static void
draw_categories (TriPlot *plot)
{
  const GPtrArray *names = plot->chart->categories;
  for (guint i = 0; names != NULL && i < names->len && i < plot->n_categories; i += plot->label_every)
    tri_text_draw (plot, TRI_TEXT_BODY, g_ptr_array_index (names, i), plot->plot.x - GAP,
                   tri_plot_map_y (plot, i) - plot->line / 2, 1, plot->label_width + 1);
}

static void
draw_titles (TriPlot *plot)
{
  const TriChart *chart = plot->chart;
  if (!isnan (plot->title_y))
    tri_text_draw (plot, TRI_TEXT_TITLE, chart->title, PAD, plot->title_y, 0, plot->width - 2 * PAD - plot->style->corner);
  if (!isnan (plot->y_title_y) && !plot->empty)
    tri_text_draw (plot, TRI_TEXT_DIM, chart->y.title, PAD, plot->y_title_y, 0, plot->width - 2 * PAD);
  if (!isnan (plot->x_title_y) && !plot->empty)
    tri_text_draw (plot, TRI_TEXT_DIM, chart->x.title, plot->plot.x + plot->plot.width / 2, plot->x_title_y, 0.5,
                   2 * MIN (plot->plot.x + plot->plot.width / 2, plot->width - plot->plot.x - plot->plot.width / 2));
}

static void
draw_empty (TriPlot *plot)
{
  const char *text = plot->chart->empty != NULL ? plot->chart->empty : _("Nothing to draw yet");
  double rgb[3], top = isnan (plot->title_y) ? PAD : plot->title_y + plot->line * 1.35;
  int w, h;
  pango_layout_set_text (plot->text, text, -1);
  pango_layout_set_attributes (plot->text, NULL);
  pango_layout_set_width (plot->text, (int) (MAX (plot->width - 2 * PAD, 1) * PANGO_SCALE));
  pango_layout_set_height (plot->text, (int) (MAX (plot->height - top - PAD, 1) * PANGO_SCALE));
  pango_layout_set_ellipsize (plot->text, PANGO_ELLIPSIZE_END);
  pango_layout_set_wrap (plot->text, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_alignment (plot->text, PANGO_ALIGN_CENTER);
  pango_layout_get_pixel_size (plot->text, &w, &h);
  tri_plot_ink (plot->style, TRI_TEXT_DIM, rgb);
  cairo_set_source_rgb (plot->cr, rgb[0], rgb[1], rgb[2]);
  cairo_move_to (plot->cr, PAD, MAX (top, top + (plot->height - top - PAD - h) / 2));
  pango_cairo_show_layout (plot->cr, plot->text);
}

/**
 * tri_plot_draw:
 * @width, @height: in user units
 *
 * Draws @chart with its top left corner at the origin. Leaves @cr as it was.
 */
void
tri_plot_draw (const TriChart *chart, cairo_t *cr, double width, double height, const TriPlotStyle *style)
{
  g_return_if_fail (chart != NULL && cr != NULL && style != NULL);
  if (!(width >= 1 && height >= 1))
    return;

  TriPlot plot;
  double rgb[3];
  cairo_save (cr);
  cairo_rectangle (cr, 0, 0, width, height);
  cairo_clip (cr);
  tri_plot_paper (style, rgb);
  cairo_set_source_rgb (cr, rgb[0], rgb[1], rgb[2]);
  if (!style->transparent)
    cairo_paint (cr);

  tri_plot_layout (&plot, chart, cr, width, height, style);
  if (plot.empty)
    {
      draw_titles (&plot);
      draw_empty (&plot);
    }
  else if (plot.plot.width >= 4 && plot.plot.height >= 4 && plot.x_ticks != NULL)
    {
      draw_y_axis (&plot);
      draw_x_axis (&plot);
      draw_categories (&plot);
      for (guint i = 0; i < chart->series->len; i++)
        tri_plot_draw_series (&plot, i);
      tri_plot_draw_cuts (&plot);
      tri_plot_draw_rule_names (&plot);
      tri_plot_draw_legend (&plot);
      draw_titles (&plot);
    }
  tri_plot_clear (&plot);
  cairo_restore (cr);
}
