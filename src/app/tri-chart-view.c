/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-chart-view.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>

#include "tri-chart-button.h"
#include "tri-export.h"
#include "tri-plot.h"

#define EXPORT_WIDTH 800
#define EXPORT_HEIGHT 500
#define BUTTON_SIDE 24

/**
 * TriChartView:
 * @titled: draw the chart's title too, and a button with the menu beside it; otherwise a card's heading has both
 * @filled: there is something drawn that can be exported
 *
 * The drawing is kept as a texture until the chart, the size or the colours change. Menu, by the button, a right click
 * or the menu key: export and copy.
 */
struct _TriChartView {
  GtkWidget parent_instance;
  TriChart *chart;
  gboolean titled, filled;
  GdkTexture *texture; /* of the last drawing, or NULL */
  int drawn_width, drawn_height, drawn_scale;
  GtkWidget *menu, *button; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (TriChartView, tri_chart_view, GTK_TYPE_WIDGET)

enum { PROP_0, PROP_TITLED, PROP_FILLED, N_PROPS };
static GParamSpec *properties[N_PROPS];

static const TriExportFormat formats[] = {
  { "png", N_("PNG picture") },
  { "svg", N_("SVG drawing") },
  { "pdf", N_("PDF document") },
  { NULL, NULL },
};

/* The style that suits the desktop now. @font: (out) (transfer full): freed by the caller after the style's use */
static TriPlotStyle
current_style (TriChartView *self, char **font)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  PangoContext *context = gtk_widget_get_pango_context (GTK_WIDGET (self));
  const PangoFontDescription *description = pango_context_get_font_description (context);
  double size = (double) pango_font_description_get_size (description) / PANGO_SCALE;
  if (!pango_font_description_get_size_is_absolute (description))
    size *= pango_cairo_context_get_resolution (context) / 72;
  *font = g_strdup (pango_font_description_get_family (description));
  return (TriPlotStyle) { .dark = adw_style_manager_get_dark (manager),
                          .high_contrast = adw_style_manager_get_high_contrast (manager),
                          .transparent = TRUE,
                          .untitled = !self->titled,
                          .corner = self->button != NULL ? BUTTON_SIDE : 0,
                          .font = *font,
                          .font_size = CLAMP (size, 8, 40) * 0.77 };
}

static void
forget_drawing (TriChartView *self)
{
  g_clear_object (&self->texture);
  gtk_widget_queue_draw (GTK_WIDGET (self));
}

static void
draw (TriChartView *self, int width, int height, int scale)
{
  g_autofree char *font = NULL;
  TriPlotStyle style = current_style (self, &font);
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, width * scale, height * scale);
  cairo_surface_set_device_scale (surface, scale, scale);
  cairo_t *cr = cairo_create (surface);
  tri_plot_draw (self->chart, cr, width, height, &style);
  cairo_destroy (cr);
  cairo_surface_flush (surface);
  gsize stride = (gsize) cairo_image_surface_get_stride (surface);
  g_autoptr (GBytes) bytes = g_bytes_new_with_free_func (cairo_image_surface_get_data (surface),
                                                         stride * (gsize) (height * scale),
                                                         (GDestroyNotify) cairo_surface_destroy, surface);
  g_clear_object (&self->texture);
  self->texture = gdk_memory_texture_new (width * scale, height * scale, GDK_MEMORY_DEFAULT, bytes, stride);
  self->drawn_width = width;
  self->drawn_height = height;
  self->drawn_scale = scale;
}

static void
tri_chart_view_snapshot (GtkWidget *widget, GtkSnapshot *snapshot)
{
  TriChartView *self = TRI_CHART_VIEW (widget);
  int width = gtk_widget_get_width (widget), height = gtk_widget_get_height (widget);
  int scale = gtk_widget_get_scale_factor (widget);
  if (self->chart == NULL || width < 1 || height < 1 || width > 16000 || height > 16000)
    return;
  if (self->texture == NULL || self->drawn_width != width || self->drawn_height != height || self->drawn_scale != scale)
    draw (self, width, height, scale);
  gtk_snapshot_append_texture (snapshot, self->texture, &GRAPHENE_RECT_INIT (0, 0, (float) width, (float) height));
  if (self->button != NULL)
    gtk_widget_snapshot_child (widget, self->button, snapshot);
}

static void
tri_chart_view_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum, int *natural,
                        int *minimum_baseline, int *natural_baseline)
{
  TriChartView *self = TRI_CHART_VIEW (widget);
  gboolean level = orientation == GTK_ORIENTATION_HORIZONTAL;
  *minimum = level ? 120 : 110;
  *natural = level ? 320 : 180;
  /* A row for each bar, so that each has its name. */
  if (!level && self->chart != NULL && self->chart->categories != NULL)
    *minimum = *natural = MAX (*minimum, 18 + 17 * (int) self->chart->categories->len);
}

static gboolean
on_query_tooltip (TriChartView *self, int x, int y, gboolean keyboard, GtkTooltip *tooltip)
{
  g_autofree char *font = NULL;
  if (self->chart == NULL || (self->menu != NULL && gtk_widget_get_visible (self->menu)))
    return FALSE;
  TriPlotStyle style = current_style (self, &font);
  g_autofree char *text = keyboard ? tri_plot_describe (self->chart)
                                   : tri_plot_describe_at (self->chart, gtk_widget_get_width (GTK_WIDGET (self)),
                                                           gtk_widget_get_height (GTK_WIDGET (self)), &style, x, y);
  if (text == NULL)
    return FALSE;
  gtk_tooltip_set_text (tooltip, text);
  if (!keyboard)
    gtk_tooltip_set_tip_area (tooltip, &(GdkRectangle) { x - 4, y - 4, 8, 8 });
  return TRUE;
}

static GBytes *
render (const char *suffix, gpointer data, GError **error)
{
  TriPlotStyle style = { .font = "Cantarell, Sans", .font_size = 14 };
  TriPlotFormat format = g_str_equal (suffix, "svg") ? TRI_PLOT_SVG
                         : g_str_equal (suffix, "pdf") ? TRI_PLOT_PDF : TRI_PLOT_PNG;
  return tri_plot_render (data, format, EXPORT_WIDTH, EXPORT_HEIGHT, &style, error);
}

/* Asks where to, and writes the chart as PNG, SVG or PDF; light, for paper. */
void
tri_chart_view_export (TriChartView *self)
{
  g_return_if_fail (TRI_IS_CHART_VIEW (self));
  if (self->chart != NULL)
    tri_export (GTK_WIDGET (self), _("Export Chart"), self->chart->title ? self->chart->title : _("chart"), formats,
                render, tri_chart_ref (self->chart), (GDestroyNotify) tri_chart_unref);
}

static void
export_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tri_chart_view_export (TRI_CHART_VIEW (widget));
}

/* As a picture, to the clipboard. */
void
tri_chart_view_copy (TriChartView *self)
{
  g_return_if_fail (TRI_IS_CHART_VIEW (self));
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) png = self->chart != NULL ? render ("png", self->chart, &error) : NULL;
  g_autoptr (GdkTexture) texture = png != NULL ? gdk_texture_new_from_bytes (png, &error) : NULL;
  if (texture != NULL)
    gdk_clipboard_set_texture (gtk_widget_get_clipboard (GTK_WIDGET (self)), texture);
  else if (error != NULL)
    g_warning ("%s", error->message);
}

static void
copy_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  tri_chart_view_copy (TRI_CHART_VIEW (widget));
}

/* Returns: (transfer full): what can be done with a chart, as actions of the group "chart" */
GMenuModel *
tri_chart_view_new_menu (void)
{
  GMenu *menu = g_menu_new ();
  g_menu_append (menu, _("_Export Chart…"), "chart.export");
  g_menu_append (menu, _("_Copy as Picture"), "chart.copy");
  return G_MENU_MODEL (menu);
}

static void
open_menu (TriChartView *self, double x, double y)
{
  if (self->menu == NULL)
    {
      g_autoptr (GMenuModel) menu = tri_chart_view_new_menu ();
      self->menu = gtk_popover_menu_new_from_model (menu);
      gtk_popover_set_has_arrow (GTK_POPOVER (self->menu), FALSE);
      gtk_widget_set_halign (self->menu, GTK_ALIGN_START);
      gtk_widget_set_parent (self->menu, GTK_WIDGET (self));
    }
  gtk_popover_set_pointing_to (GTK_POPOVER (self->menu), &(GdkRectangle) { (int) x, (int) y, 1, 1 });
  gtk_popover_popup (GTK_POPOVER (self->menu));
}

static void
menu_action (GtkWidget *widget, const char *name, GVariant *parameter)
{
  open_menu (TRI_CHART_VIEW (widget), gtk_widget_get_width (widget) / 2.0, gtk_widget_get_height (widget) / 2.0);
}

static void
on_pressed (GtkGestureClick *gesture, int n, double x, double y, TriChartView *self)
{
  gtk_gesture_set_state (GTK_GESTURE (gesture), GTK_EVENT_SEQUENCE_CLAIMED);
  open_menu (self, x, y);
}

static void
tri_chart_view_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  TriChartView *self = TRI_CHART_VIEW (widget);
  if (self->menu != NULL)
    gtk_popover_present (GTK_POPOVER (self->menu));
  if (self->button != NULL)
    {
      int w, h;
      gtk_widget_measure (self->button, GTK_ORIENTATION_HORIZONTAL, -1, &w, NULL, NULL, NULL);
      gtk_widget_measure (self->button, GTK_ORIENTATION_VERTICAL, w, &h, NULL, NULL, NULL);
      gboolean mirrored = gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL;
      gtk_widget_size_allocate (self->button, &(GtkAllocation) { mirrored ? 0 : width - w, 0, w, h }, -1);
    }
}

static void
tri_chart_view_css_changed (GtkWidget *widget, GtkCssStyleChange *change)
{
  GTK_WIDGET_CLASS (tri_chart_view_parent_class)->css_changed (widget, change);
  forget_drawing (TRI_CHART_VIEW (widget));
}

static void
tri_chart_view_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TriChartView *self = TRI_CHART_VIEW (object);
  g_value_set_boolean (value, id == PROP_TITLED ? self->titled : self->filled);
}

static void
tri_chart_view_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  tri_chart_view_set_titled (TRI_CHART_VIEW (object), g_value_get_boolean (value));
}

static void
tri_chart_view_dispose (GObject *object)
{
  TriChartView *self = TRI_CHART_VIEW (object);
  g_clear_pointer (&self->menu, gtk_widget_unparent);
  g_clear_pointer (&self->button, gtk_widget_unparent);
  g_clear_object (&self->texture);
  g_clear_pointer (&self->chart, tri_chart_unref);
  G_OBJECT_CLASS (tri_chart_view_parent_class)->dispose (object);
}

static void
tri_chart_view_class_init (TriChartViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->get_property = tri_chart_view_get_property;
  object_class->set_property = tri_chart_view_set_property;
  object_class->dispose = tri_chart_view_dispose;
  widget_class->snapshot = tri_chart_view_snapshot;
  widget_class->measure = tri_chart_view_measure;
  widget_class->size_allocate = tri_chart_view_size_allocate;
  widget_class->css_changed = tri_chart_view_css_changed;
  properties[PROP_TITLED] = g_param_spec_boolean ("titled", NULL, NULL, FALSE,
                                                  G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_FILLED] = g_param_spec_boolean ("filled", NULL, NULL, FALSE,
                                                  G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_css_name (widget_class, "chart");
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_IMG);
  gtk_widget_class_install_action (widget_class, "chart.export", NULL, export_action);
  gtk_widget_class_install_action (widget_class, "chart.copy", NULL, copy_action);
  gtk_widget_class_install_action (widget_class, "chart.menu", NULL, menu_action);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Menu, 0, "chart.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, "chart.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Return, 0, "chart.menu", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_c, GDK_CONTROL_MASK, "chart.copy", NULL);
}

static void
tri_chart_view_init (TriChartView *self)
{
  AdwStyleManager *manager = adw_style_manager_get_default ();
  GtkGesture *click = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect (click, "pressed", G_CALLBACK (on_pressed), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  gtk_widget_set_hexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_vexpand (GTK_WIDGET (self), TRUE);
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
  gtk_widget_set_has_tooltip (GTK_WIDGET (self), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Chart"), -1);
  g_signal_connect (self, "query-tooltip", G_CALLBACK (on_query_tooltip), NULL);
  g_signal_connect_object (manager, "notify::dark", G_CALLBACK (forget_drawing), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (manager, "notify::high-contrast", G_CALLBACK (forget_drawing), self, G_CONNECT_SWAPPED);
}

GtkWidget *
tri_chart_view_new (void)
{
  return g_object_new (TRI_TYPE_CHART_VIEW, NULL);
}

/* The chart's data are not what they were: draws it anew. */
void
tri_chart_view_changed (TriChartView *self)
{
  g_return_if_fail (TRI_IS_CHART_VIEW (self));
  g_autofree char *text = self->chart != NULL ? tri_plot_describe (self->chart) : g_strdup ("");
  const char *title = self->chart != NULL && self->chart->title != NULL ? self->chart->title : _("Chart");
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  forget_drawing (self);
  gtk_widget_queue_resize (GTK_WIDGET (self));
  gboolean filled = self->chart != NULL && tri_plot_has_data (self->chart);
  if (filled == self->filled)
    return;
  self->filled = filled;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FILLED]);
}

/* @chart: (nullable) (transfer none): not changed while it is shown, but with tri_chart_view_changed() */
void
tri_chart_view_set_chart (TriChartView *self, TriChart *chart)
{
  g_return_if_fail (TRI_IS_CHART_VIEW (self));
  TriChart *old = self->chart;
  self->chart = chart != NULL ? tri_chart_ref (chart) : NULL;
  g_clear_pointer (&old, tri_chart_unref);
  tri_chart_view_changed (self);
}

/* Returns: (transfer none) (nullable) */
TriChart *
tri_chart_view_get_chart (TriChartView *self)
{
  g_return_val_if_fail (TRI_IS_CHART_VIEW (self), NULL);
  return self->chart;
}

void
tri_chart_view_set_titled (TriChartView *self, gboolean titled)
{
  g_return_if_fail (TRI_IS_CHART_VIEW (self));
  if (self->titled == titled)
    return;
  self->titled = titled;
  g_clear_pointer (&self->button, gtk_widget_unparent);
  if (titled)
    {
      self->button = tri_chart_button_new (self);
      gtk_widget_set_parent (self->button, GTK_WIDGET (self));
    }
  forget_drawing (self);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLED]);
}
