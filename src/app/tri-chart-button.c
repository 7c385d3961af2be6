/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-chart-button.h"

#include <glib/gi18n-lib.h>

#include "tri-tooltip.h"

/**
 * TriChartButton:
 * @chart: the view whose chart it exports, set once; it may lie elsewhere, and go before
 *
 * Stands beside a card's heading, or in the corner of a chart that has its title within. It is gone with a view that is
 * not shown, and can't be pressed while there is nothing drawn.
 */
struct _TriChartButton {
  AdwBin parent_instance;
  GtkMenuButton *button;
  TriChartView *chart; /* (nullable): a weak pointer */
};

G_DEFINE_FINAL_TYPE (TriChartButton, tri_chart_button, ADW_TYPE_BIN)

enum { PROP_0, PROP_CHART, N_PROPS };
static GParamSpec *properties[N_PROPS];

static void
on_action (GSimpleAction *action, GVariant *parameter, gpointer data)
{
  TriChartButton *self = data;
  if (self->chart == NULL)
    return;
  if (g_str_equal (g_action_get_name (G_ACTION (action)), "export"))
    tri_chart_view_export (self->chart);
  else
    tri_chart_view_copy (self->chart);
}

static void
get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  g_value_set_object (value, TRI_CHART_BUTTON (object)->chart);
}

static void
set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  TriChartButton *self = TRI_CHART_BUTTON (object);
  TriChartView *chart = g_value_get_object (value);
  g_return_if_fail (self->chart == NULL);
  if (chart == NULL)
    return;
  g_set_weak_pointer (&self->chart, chart);
  g_object_bind_property (chart, "visible", self, "visible", G_BINDING_SYNC_CREATE);
  g_object_bind_property (chart, "filled", self->button, "sensitive", G_BINDING_SYNC_CREATE);
}

static void
dispose (GObject *object)
{
  g_clear_weak_pointer (&TRI_CHART_BUTTON (object)->chart);
  G_OBJECT_CLASS (tri_chart_button_parent_class)->dispose (object);
}

static void
tri_chart_button_class_init (TriChartButtonClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = get_property;
  object_class->set_property = set_property;
  object_class->dispose = dispose;
  properties[PROP_CHART] = g_param_spec_object ("chart", NULL, NULL, TRI_TYPE_CHART_VIEW,
                                                G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
tri_chart_button_init (TriChartButton *self)
{
  static const GActionEntry entries[] = { { .name = "export", .activate = on_action },
                                          { .name = "copy", .activate = on_action } };
  g_autoptr (GSimpleActionGroup) actions = g_simple_action_group_new ();
  g_action_map_add_action_entries (G_ACTION_MAP (actions), entries, G_N_ELEMENTS (entries), self);
  gtk_widget_insert_action_group (GTK_WIDGET (self), "chart", G_ACTION_GROUP (actions));

  g_autoptr (GMenuModel) menu = tri_chart_view_new_menu ();
  self->button = GTK_MENU_BUTTON (gtk_menu_button_new ());
  gtk_menu_button_set_icon_name (self->button, "view-more-symbolic");
  gtk_menu_button_set_menu_model (self->button, menu);
  gtk_widget_add_css_class (GTK_WIDGET (self->button), "flat");
  gtk_widget_add_css_class (GTK_WIDGET (self->button), "tri-chart-menu");
  tri_tooltip_set (GTK_WIDGET (self->button), _("Export or copy the chart"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->button), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Export Chart"), -1);
  /* It would cover the menu. */
  g_object_bind_property (gtk_menu_button_get_popover (self->button), "visible", self->button, "has-tooltip",
                          G_BINDING_SYNC_CREATE | G_BINDING_INVERT_BOOLEAN);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->button));
}

/* @chart: (transfer none) */
GtkWidget *
tri_chart_button_new (TriChartView *chart)
{
  return g_object_new (TRI_TYPE_CHART_BUTTON, "chart", chart, NULL);
}
