/* Very many points: counted pixel by pixel, then painted once.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tri-plot-private.h"

#define MAX_SIDE 8192
#define VECTOR_SCALE 3.0 /* pixels for each unit in SVG and PDF */

/* Pixels of the device for each unit of the drawing. */
static double
device_scale (cairo_t *cr)
{
  double dx = 1, dy = 0, sx, sy;
  cairo_surface_t *target = cairo_get_target (cr);
  cairo_surface_type_t type = cairo_surface_get_type (target);
  if (type == CAIRO_SURFACE_TYPE_SVG || type == CAIRO_SURFACE_TYPE_PDF || type == CAIRO_SURFACE_TYPE_RECORDING)
    return VECTOR_SCALE;
  cairo_user_to_device_distance (cr, &dx, &dy);
  cairo_surface_get_device_scale (target, &sx, &sy);
  return CLAMP (hypot (dx, dy) * sx, 0.25, 8);
}

static guint
count_dots (TriPlot *plot, const TriSeries *series, guint16 *counts, guint w, guint h, guint dot)
{
  guint n = 0;
  for (guint i = 0; i < series->xs->len; i++)
    {
      double fx = tri_scale_fraction (&plot->x, tri_series_x (series, i));
      double fy = tri_scale_fraction (&plot->y, tri_series_y (series, i));
      if (!(fx >= 0 && fx <= 1 && fy >= 0 && fy <= 1))
        continue;
      guint x = (guint) (fx * (w - dot)), y = (guint) ((1 - fy) * (h - dot));
      for (guint dy = 0; dy < dot; dy++)
        for (guint dx = 0; dx < dot; dx++)
          if (counts[(gsize) (y + dy) * w + x + dx] < G_MAXUINT16)
            counts[(gsize) (y + dy) * w + x + dx]++;
      n++;
    }
  return n;
}

/* Few dots are larger and opaque, many are small and translucent, so that density shows. */
void
tri_plot_draw_dots (TriPlot *plot, const TriSeries *series)
{
  double scale = device_scale (plot->cr), rgb[3];
  guint w = (guint) ceil (plot->plot.width * scale), h = (guint) ceil (plot->plot.height * scale);
  guint n = series->xs->len;
  guint dot = (guint) MAX (1, round (scale * (n > 4000 ? 1 : n > 600 ? 1.6 : 2.5)));
  if (w <= dot || h <= dot || w > MAX_SIDE || h > MAX_SIDE)
    return;

  g_autofree guint16 *counts = g_new0 (guint16, (gsize) w * h);
  guint shown = count_dots (plot, series, counts, w, h, dot);
  double density = (double) shown * dot * dot / ((double) w * h);
  double alpha = CLAMP (0.3 / (density + 0.05), 0.18, 0.9);
  guint8 levels[64];
  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    levels[i] = (guint8) (255 * (1 - pow (1 - alpha, i)) + 0.5);

  cairo_surface_t *mask = cairo_image_surface_create (CAIRO_FORMAT_A8, (int) w, (int) h);
  if (cairo_surface_status (mask) == CAIRO_STATUS_SUCCESS)
    {
      guint8 *out = cairo_image_surface_get_data (mask);
      gsize stride = (gsize) cairo_image_surface_get_stride (mask);
      for (guint y = 0; y < h; y++)
        for (guint x = 0; x < w; x++)
          out[y * stride + x] = levels[MIN (counts[(gsize) y * w + x], 63)];
      cairo_surface_mark_dirty (mask);
      tri_plot_hue (series->hue, plot->style, rgb);
      cairo_save (plot->cr);
      cairo_translate (plot->cr, plot->plot.x, plot->plot.y);
      cairo_scale (plot->cr, plot->plot.width / w, plot->plot.height / h);
      cairo_set_source_rgb (plot->cr, rgb[0], rgb[1], rgb[2]);
      cairo_mask_surface (plot->cr, mask, 0, 0);
      cairo_restore (plot->cr);
    }
  cairo_surface_destroy (mask);
}
