/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-tab-stop.h"

struct _TriTabStop {
  AdwBin parent_instance;
};

G_DEFINE_FINAL_TYPE (TriTabStop, tri_tab_stop, ADW_TYPE_BIN)

static gboolean
focus (GtkWidget *widget, GtkDirectionType direction)
{
  gboolean tab = direction == GTK_DIR_TAB_FORWARD || direction == GTK_DIR_TAB_BACKWARD;
  if (tab && gtk_widget_get_focus_child (widget) != NULL)
    return FALSE;
  return GTK_WIDGET_CLASS (tri_tab_stop_parent_class)->focus (widget, direction);
}

static void
tri_tab_stop_class_init (TriTabStopClass *klass)
{
  GTK_WIDGET_CLASS (klass)->focus = focus;
}

static void
tri_tab_stop_init (TriTabStop *self)
{
}
