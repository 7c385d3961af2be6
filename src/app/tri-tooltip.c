/* Tooltips for what changes while work is done. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-tooltip.h"

#define KEY "tri-tooltip"

static gboolean
on_query (GtkWidget *widget, int x, int y, gboolean keyboard, GtkTooltip *tooltip, gpointer unused)
{
  const char *text = g_object_get_data (G_OBJECT (widget), KEY);
  gtk_tooltip_set_text (tooltip, text);
  return text != NULL;
}

/**
 * tri_tooltip_set:
 * @text: (nullable)
 *
 * As gtk_widget_set_tooltip_text(), which asks the display server at each call where every pointer is and waits for the
 * answer: with a table of fifty cells, or with each step of a progress, that holds up the main loop. This one is asked
 * for its text only when a tooltip is about to be shown.
 */
void
tri_tooltip_set (GtkWidget *widget, const char *text)
{
  g_return_if_fail (GTK_IS_WIDGET (widget));
  if (text != NULL && *text == '\0')
    text = NULL;
  if (g_strcmp0 (text, g_object_get_data (G_OBJECT (widget), KEY)) == 0)
    return;
  g_signal_handlers_disconnect_by_func (widget, on_query, NULL);
  if (text != NULL)
    g_signal_connect (widget, "query-tooltip", G_CALLBACK (on_query), NULL);
  g_object_set_data_full (G_OBJECT (widget), KEY, g_strdup (text), g_free);
  gtk_widget_set_has_tooltip (widget, text != NULL);
  if (text != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, text, -1);
  else
    gtk_accessible_reset_property (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_PROPERTY_DESCRIPTION);
}

/* Returns: (transfer none) (nullable): whichever of the two ways it was set by */
const char *
tri_tooltip_get (GtkWidget *widget)
{
  g_return_val_if_fail (GTK_IS_WIDGET (widget), NULL);
  const char *text = g_object_get_data (G_OBJECT (widget), KEY);
  return text != NULL ? text : gtk_widget_get_tooltip_text (widget);
}
