/* Text in a chart: Pango with figures of one width.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-plot-private.h"

static void
prepare (TriPlot *plot, TriTextKind kind, const char *text)
{
  g_autoptr (PangoAttrList) attributes = pango_attr_list_new ();
  pango_attr_list_insert (attributes, pango_attr_font_features_new ("tnum=1"));
  if (kind == TRI_TEXT_TITLE)
    pango_attr_list_insert (attributes, pango_attr_weight_new (PANGO_WEIGHT_BOLD));
  pango_layout_set_attributes (plot->text, attributes);
  pango_layout_set_width (plot->text, -1);
  pango_layout_set_text (plot->text, text, -1);
}

/* @height: (nullable) */
void
tri_text_measure (TriPlot *plot, TriTextKind kind, const char *text, double *width, double *height)
{
  PangoRectangle logical;
  prepare (plot, kind, text);
  pango_layout_get_extents (plot->text, NULL, &logical);
  *width = (double) logical.width / PANGO_SCALE;
  if (height != NULL)
    *height = (double) logical.height / PANGO_SCALE;
}

/* @x: of the point that @align (0 start, 0.5 middle, 1 end) says; @y: the top. What is wider than @max_width ends in
 * an ellipsis. */
void
tri_text_draw (TriPlot *plot, TriTextKind kind, const char *text, double x, double y, double align, double max_width)
{
  PangoRectangle logical;
  double rgb[3];
  prepare (plot, kind, text);
  pango_layout_get_extents (plot->text, NULL, &logical);
  if (logical.width > max_width * PANGO_SCALE)
    {
      if (max_width < plot->size)
        return;
      pango_layout_set_ellipsize (plot->text, PANGO_ELLIPSIZE_END);
      pango_layout_set_width (plot->text, (int) (max_width * PANGO_SCALE));
      pango_layout_get_extents (plot->text, NULL, &logical);
    }
  tri_plot_ink (plot->style, kind, rgb);
  cairo_set_source_rgb (plot->cr, rgb[0], rgb[1], rgb[2]);
  cairo_move_to (plot->cr, x - align * logical.width / PANGO_SCALE - (double) logical.x / PANGO_SCALE, y);
  pango_cairo_show_layout (plot->cr, plot->text);
  pango_layout_set_ellipsize (plot->text, PANGO_ELLIPSIZE_NONE);
}
