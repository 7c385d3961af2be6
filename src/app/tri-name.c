/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-name.h"

#include "tri-tooltip.h"

/* (transfer full) (nullable): without the underscores of mnemonics */
static char *
spoken_label (GtkButton *button)
{
  const char *label = gtk_button_get_label (button);
  if (label == NULL)
    return g_strdup (tri_tooltip_get (GTK_WIDGET (button)));
  if (!gtk_button_get_use_underline (button))
    return NULL;
  g_auto (GStrv) parts = g_strsplit (label, "_", -1);
  return g_strjoinv ("", parts);
}

/* GTK says that a button is labelled by the image in it, which would be read as "GtkImage", and reads a mnemonic's
 * underscore beside the label. Gives every button under @widget the name that is seen or told by its tooltip. */
void
tri_name_buttons (GtkWidget *widget)
{
  if (GTK_IS_BUTTON (widget) && (gtk_button_get_icon_name (GTK_BUTTON (widget)) != NULL
                                 || gtk_button_get_label (GTK_BUTTON (widget)) != NULL))
    {
      g_autofree char *name = spoken_label (GTK_BUTTON (widget));
      if (name != NULL)
        {
          gtk_accessible_reset_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
          gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
        }
    }
  if (GTK_IS_MENU_BUTTON (widget) && gtk_menu_button_get_icon_name (GTK_MENU_BUTTON (widget)) != NULL
      && tri_tooltip_get (widget) != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_LABEL, tri_tooltip_get (widget), -1);
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    tri_name_buttons (child);
}
