/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-card.h"

#include "tri-tooltip.h"

/**
 * TriCard:
 * @title: the heading; empty for none
 * @span: how many columns of a TriCardGrid it would like to have
 *
 * In a .ui file, children of type "end" stand beside the heading.
 */
struct _TriCard {
  GtkBox parent_instance;
  GtkWidget *header, *heading;
  guint span;
};

static void tri_card_buildable_init (GtkBuildableIface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TriCard, tri_card, GTK_TYPE_BOX,
                               G_IMPLEMENT_INTERFACE (GTK_TYPE_BUILDABLE, tri_card_buildable_init))

enum { PROP_0, PROP_TITLE, PROP_SPAN, N_PROPS };
static GParamSpec *properties[N_PROPS];
static GtkBuildableIface *parent_buildable;

static void
tri_card_add_child (GtkBuildable *buildable, GtkBuilder *builder, GObject *child, const char *type)
{
  if (g_strcmp0 (type, "end") == 0)
    tri_card_add_end (TRI_CARD (buildable), GTK_WIDGET (child));
  else
    parent_buildable->add_child (buildable, builder, child, type);
}

static void
tri_card_buildable_init (GtkBuildableIface *iface)
{
  parent_buildable = g_type_interface_peek_parent (iface);
  iface->add_child = tri_card_add_child;
}

static void
tri_card_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  TriCard *self = TRI_CARD (object);
  if (id == PROP_TITLE)
    g_value_set_string (value, gtk_label_get_label (GTK_LABEL (self->heading)));
  else
    g_value_set_uint (value, self->span);
}

static void
tri_card_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  if (id == PROP_TITLE)
    tri_card_set_title (TRI_CARD (object), g_value_get_string (value));
  else
    tri_card_set_span (TRI_CARD (object), g_value_get_uint (value));
}

static void
tri_card_class_init (TriCardClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = tri_card_get_property;
  object_class->set_property = tri_card_set_property;
  properties[PROP_TITLE] = g_param_spec_string ("title", NULL, NULL, "", G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  properties[PROP_SPAN] = g_param_spec_uint ("span", NULL, NULL, 1, 12, 1, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);

  /* The looks of cards, tables and charts come with them, below what the application adds. */
  g_autoptr (GtkCssProvider) looks = gtk_css_provider_new ();
  gtk_css_provider_load_from_resource (looks, "/io/github/triptych/Triptych/ui/tri-card.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (looks),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION - 1);
}

static void
tri_card_init (TriCard *self)
{
  self->span = 1;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self), GTK_ORIENTATION_VERTICAL);
  gtk_box_set_spacing (GTK_BOX (self), 6);
  gtk_widget_add_css_class (GTK_WIDGET (self), "card");
  gtk_widget_add_css_class (GTK_WIDGET (self), "tri-card");

  self->heading = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (self->heading), 0);
  gtk_label_set_ellipsize (GTK_LABEL (self->heading), PANGO_ELLIPSIZE_END);
  gtk_widget_set_hexpand (self->heading, TRUE);
  gtk_widget_add_css_class (self->heading, "caption-heading");
  gtk_widget_add_css_class (self->heading, "dim-label");
  self->header = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);
  gtk_widget_add_css_class (self->header, "tri-card-header");
  gtk_box_append (GTK_BOX (self->header), self->heading);
  gtk_box_append (GTK_BOX (self), self->header);
}

GtkWidget *
tri_card_new (const char *title)
{
  return g_object_new (TRI_TYPE_CARD, "title", title, NULL);
}

/* @title: (nullable) */
void
tri_card_set_title (TriCard *self, const char *title)
{
  g_return_if_fail (TRI_IS_CARD (self));
  gtk_label_set_label (GTK_LABEL (self->heading), title != NULL ? title : "");
  tri_tooltip_set (self->heading, title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, title != NULL ? title : "", -1);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TITLE]);
}

/* @span: columns of the grid, 1 or more; a grid that has fewer gives all it has */
void
tri_card_set_span (TriCard *self, guint span)
{
  g_return_if_fail (TRI_IS_CARD (self) && span >= 1);
  self->span = span;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SPAN]);
  if (gtk_widget_get_parent (GTK_WIDGET (self)) != NULL)
    gtk_widget_queue_resize (gtk_widget_get_parent (GTK_WIDGET (self)));
}

guint
tri_card_get_span (TriCard *self)
{
  g_return_val_if_fail (TRI_IS_CARD (self), 1);
  return self->span;
}

/* Puts @widget at the end of the heading's line. */
void
tri_card_add_end (TriCard *self, GtkWidget *widget)
{
  g_return_if_fail (TRI_IS_CARD (self));
  gtk_widget_set_valign (widget, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self->header), widget);
}
