/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-narrow.h"

typedef struct {
  GtkWidget *widget; /* owns this */
  TriLaterFunc changed;
  GdkSurface *surface;
  gulong layout;
  int width, height;
} Watch;

typedef struct {
  TriNarrowFunc apply;
  int narrow; /* −1: not yet known */
} Narrow;

static void
on_layout (GdkSurface *surface, int width, int height, Watch *watch)
{
  if (width == watch->width && height == watch->height)
    return;
  watch->width = width;
  watch->height = height;
  tri_later (watch->widget, watch->changed, 0);
}

static void
on_unrealize (GtkWidget *widget, Watch *watch)
{
  if (watch->surface != NULL)
    g_clear_signal_handler (&watch->layout, watch->surface);
  g_clear_object (&watch->surface);
  tri_later_forget (widget, watch->changed);
}

static void
on_realize (GtkWidget *widget, Watch *watch)
{
  on_unrealize (widget, watch);
  watch->surface = g_object_ref (gtk_native_get_surface (gtk_widget_get_native (widget)));
  watch->layout = g_signal_connect (watch->surface, "layout", G_CALLBACK (on_layout), watch);
  watch->width = watch->height = 0;
  if (gdk_surface_get_width (watch->surface) > 1)
    on_layout (watch->surface, gdk_surface_get_width (watch->surface), gdk_surface_get_height (watch->surface), watch);
}

/* @changed: called when @widget's window has another size than before, and once when it is first known */
void
tri_size_watch (GtkWidget *widget, TriLaterFunc changed)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && changed != NULL);
  Watch *watch = g_new0 (Watch, 1);
  *watch = (Watch) { .widget = widget, .changed = changed };
  g_signal_connect_data (widget, "realize", G_CALLBACK (on_realize), watch, (GClosureNotify) (GCallback) g_free, G_CONNECT_AFTER);
  g_signal_connect (widget, "unrealize", G_CALLBACK (on_unrealize), watch);
}

static void
on_size (GtkWidget *widget)
{
  Narrow *narrow = g_object_get_data (G_OBJECT (widget), "tri-narrow");
  gboolean is = gdk_surface_get_width (gtk_native_get_surface (gtk_widget_get_native (widget))) < TRI_NARROW_WIDTH;
  if (narrow->narrow == is)
    return;
  narrow->narrow = is;
  narrow->apply (widget, is);
}

/* @apply: called when @widget's window turns narrow or wide, and once when it is first known. One for a widget. */
void
tri_narrow_watch (GtkWidget *widget, TriNarrowFunc apply)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && apply != NULL);
  Narrow *narrow = g_new (Narrow, 1);
  *narrow = (Narrow) { .apply = apply, .narrow = -1 };
  g_object_set_data_full (G_OBJECT (widget), "tri-narrow", narrow, g_free);
  tri_size_watch (widget, on_size);
}
