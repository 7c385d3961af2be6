/* The small histogram below a pane. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-histogram.h"

struct _TriHistogram {
  GtkWidget parent_instance;
  TriPyramid *pyramid;
};

G_DEFINE_FINAL_TYPE (TriHistogram, tri_histogram, GTK_TYPE_WIDGET)

static void
draw_channel (cairo_t *cr, const guint64 counts[256], double top, double width, double height)
{
  cairo_move_to (cr, 0, height);
  for (guint i = 0; i < 256; i++)
    {
      double y = height - MIN (1, (double) counts[i] / top) * (height - 4);
      cairo_line_to (cr, width * i / 256, y);
      cairo_line_to (cr, width * (i + 1) / 256, y);
    }
  cairo_line_to (cr, width, height);
  cairo_close_path (cr);
  cairo_fill (cr);
}

/* The height of the plot: five times the mean, or the largest count when that is less, so that one spike of a flat
 * background does not flatten all else. */
static double
plot_top (const TriPyramid *pyramid, guint n)
{
  guint64 largest = 1, sum = 0;
  for (guint c = 0; c < n; c++)
    for (guint i = 0; i < 256; i++)
      {
        largest = MAX (largest, pyramid->histogram[c][i]);
        sum += pyramid->histogram[c][i];
      }
  return MAX (1, MIN ((double) largest, 5.0 * (double) sum / (256.0 * n)));
}

static void
snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TriHistogram *self = TRI_HISTOGRAM (widget);
  double width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  if (self->pyramid == NULL)
    return;
  static const double hues[3][3] = { { 0.88, 0.20, 0.25 }, { 0.15, 0.68, 0.40 }, { 0.21, 0.52, 0.89 } };
  guint n = tri_image_n_colours (self->pyramid->levels[0]);
  double top = plot_top (self->pyramid, n);
  cairo_t *cr = gtk_snapshot_append_cairo (snapshot, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  for (guint c = 0; c < n; c++)
    {
      if (n == 1)
        cairo_set_source_rgba (cr, 0.5, 0.5, 0.5, 0.8);
      else
        cairo_set_source_rgba (cr, hues[c][0], hues[c][1], hues[c][2], 0.45);
      draw_channel (cr, self->pyramid->histogram[c], top, width, height);
    }
  cairo_destroy (cr);
}

/* @pyramid: (nullable) */
void
tri_histogram_set_pyramid (TriHistogram *self, TriPyramid *pyramid)
{
  g_clear_pointer (&self->pyramid, tri_pyramid_unref);
  self->pyramid = pyramid != NULL ? tri_pyramid_ref (pyramid) : NULL;
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
dispose (GObject *object)
{
  g_clear_pointer (&TRI_HISTOGRAM (object)->pyramid, tri_pyramid_unref);
  G_OBJECT_CLASS (tri_histogram_parent_class)->dispose (object);
}

static void
tri_histogram_class_init (TriHistogramClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dispose;
  GTK_WIDGET_CLASS (klass)->snapshot = snapshot;
  gtk_widget_class_set_css_name (GTK_WIDGET_CLASS (klass), "histogram");
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_PRESENTATION);
}

static void
tri_histogram_init (TriHistogram *self)
{
}
