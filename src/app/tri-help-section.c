/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-help-section.h"

#define POINT "• "

struct _TriHelpSectionView {
  GtkWidget parent_instance;
};

G_DEFINE_FINAL_TYPE (TriHelpSectionView, tri_help_section, GTK_TYPE_WIDGET)

static void
dispose (GObject *object)
{
  GtkWidget *child;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);
  G_OBJECT_CLASS (tri_help_section_parent_class)->dispose (object);
}

static void
tri_help_section_class_init (TriHelpSectionViewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dispose;
  gtk_widget_class_set_layout_manager_type (GTK_WIDGET_CLASS (klass), GTK_TYPE_BOX_LAYOUT);
  gtk_widget_class_set_accessible_role (GTK_WIDGET_CLASS (klass), GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
tri_help_section_init (TriHelpSectionView *self)
{
  GtkBoxLayout *layout = GTK_BOX_LAYOUT (gtk_widget_get_layout_manager (GTK_WIDGET (self)));
  gtk_orientable_set_orientation (GTK_ORIENTABLE (layout), GTK_ORIENTATION_VERTICAL);
  gtk_box_layout_set_spacing (layout, 6);
  gtk_widget_add_css_class (GTK_WIDGET (self), "help-section");
}

static GtkWidget *
make_label (const char *text)
{
  return g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0f, "wrap", TRUE, NULL);
}

/* A list's point, with its lines below each other. */
static GtkWidget *
make_point (const char *text)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8), *dot = make_label ("•"), *label = make_label (text);
  gtk_widget_set_valign (dot, GTK_ALIGN_START);
  gtk_widget_set_hexpand (label, TRUE);
  gtk_box_append (GTK_BOX (box), dot);
  gtk_box_append (GTK_BOX (box), label);
  return box;
}

static TriHelpSectionView *
make (const char *heading, int level)
{
  TriHelpSectionView *self = g_object_new (TRI_TYPE_HELP_SECTION, NULL);
  GtkWidget *label = g_object_new (GTK_TYPE_LABEL, "label", heading, "xalign", 0.0f, "wrap", TRUE, "accessible-role",
                                   GTK_ACCESSIBLE_ROLE_HEADING, NULL);
  gtk_widget_add_css_class (label, level == 1 ? "title-1" : "title-4");
  gtk_accessible_update_property (GTK_ACCESSIBLE (label), GTK_ACCESSIBLE_PROPERTY_LEVEL, level, -1);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_LABEL, heading, -1);
  gtk_widget_set_parent (label, GTK_WIDGET (self));
  return self;
}

/* @text: paragraphs, one a line; one that begins with “• ” is of a list. @level: of the heading, 1 or 2 */
GtkWidget *
tri_help_section_new (const char *heading, const char *text, int level)
{
  TriHelpSectionView *self = make (heading, level);
  g_auto (GStrv) paragraphs = g_strsplit (text, "\n", -1);
  for (guint i = 0; paragraphs[i] != NULL; i++)
    gtk_widget_set_parent (g_str_has_prefix (paragraphs[i], POINT) ? make_point (paragraphs[i] + strlen (POINT))
                                                                   : make_label (paragraphs[i]),
                           GTK_WIDGET (self));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  gtk_widget_set_focusable (GTK_WIDGET (self), TRUE);
  return GTK_WIDGET (self);
}

/* @list: whose rows take the focus themselves */
GtkWidget *
tri_help_section_new_list (const char *heading, GtkWidget *list)
{
  TriHelpSectionView *self = make (heading, 2);
  gtk_widget_set_parent (list, GTK_WIDGET (self));
  return GTK_WIDGET (self);
}
