/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-narrow.h"

typedef struct {
  GtkWidget *widget; /* owns this */
  TriNarrowFunc apply;
  GdkSurface *surface;
  gulong layout;
  guint idle;
  int narrow; /* −1: not yet known */
  gboolean wanted;
} Watch;

static gboolean
on_idle (gpointer data)
{
  Watch *watch = data;
  watch->idle = 0;
  if (watch->narrow != watch->wanted)
    {
      watch->narrow = watch->wanted;
      watch->apply (watch->widget, watch->wanted);
    }
  return G_SOURCE_REMOVE;
}

/* Not at once: widgets may not change while they are laid out. */
static void
on_layout (GdkSurface *surface, int width, int height, Watch *watch)
{
  watch->wanted = width < TRI_NARROW_WIDTH;
  if (watch->wanted != watch->narrow && watch->idle == 0)
    watch->idle = g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_idle, watch, NULL);
}

static void
on_unrealize (GtkWidget *widget, Watch *watch)
{
  if (watch->surface != NULL)
    g_clear_signal_handler (&watch->layout, watch->surface);
  g_clear_object (&watch->surface);
  g_clear_handle_id (&watch->idle, g_source_remove);
}

static void
on_realize (GtkWidget *widget, Watch *watch)
{
  on_unrealize (widget, watch);
  watch->surface = g_object_ref (gtk_native_get_surface (gtk_widget_get_native (widget)));
  watch->layout = g_signal_connect (watch->surface, "layout", G_CALLBACK (on_layout), watch);
  int width = gdk_surface_get_width (watch->surface);
  if (width > 1)
    on_layout (watch->surface, width, 0, watch);
}

/* @apply: called when @widget's window turns narrow or wide, and once when it is first known */
void
tri_narrow_watch (GtkWidget *widget, TriNarrowFunc apply)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && apply != NULL);
  Watch *watch = g_new0 (Watch, 1);
  *watch = (Watch) { .widget = widget, .apply = apply, .narrow = -1 };
  g_object_set_data_full (G_OBJECT (widget), "tri-narrow", watch, g_free);
  g_signal_connect_after (widget, "realize", G_CALLBACK (on_realize), watch);
  g_signal_connect (widget, "unrealize", G_CALLBACK (on_unrealize), watch);
}
