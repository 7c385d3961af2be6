/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-later.h"

typedef struct {
  GtkWidget *widget; /* owns the list that holds this */
  TriLaterFunc call;
  guint source;
} Wish;

static GQuark
wishes_quark (void)
{
  return g_quark_from_static_string ("tri-later");
}

static void
wish_free (gpointer data)
{
  Wish *wish = data;
  g_clear_handle_id (&wish->source, g_source_remove);
  g_free (wish);
}

static void
on_destroy (GtkWidget *widget)
{
  g_object_set_qdata (G_OBJECT (widget), wishes_quark (), NULL);
}

/* Returns: (transfer none): all that wait for @widget; those that were due are in it with no source */
static GPtrArray *
get_wishes (GtkWidget *widget)
{
  GPtrArray *wishes = g_object_get_qdata (G_OBJECT (widget), wishes_quark ());
  if (wishes != NULL)
    return wishes;
  wishes = g_ptr_array_new_with_free_func (wish_free);
  g_object_set_qdata_full (G_OBJECT (widget), wishes_quark (), wishes, (GDestroyNotify) g_ptr_array_unref);
  g_signal_connect (widget, "destroy", G_CALLBACK (on_destroy), NULL);
  return wishes;
}

static Wish *
get_wish (GtkWidget *widget, TriLaterFunc call)
{
  GPtrArray *wishes = get_wishes (widget);
  for (guint i = 0; i < wishes->len; i++)
    if (((Wish *) wishes->pdata[i])->call == call)
      return wishes->pdata[i];
  Wish *wish = g_new (Wish, 1);
  *wish = (Wish) { .widget = widget, .call = call };
  g_ptr_array_add (wishes, wish);
  return wish;
}

static gboolean
on_due (gpointer data)
{
  Wish *wish = data;
  wish->source = 0;
  g_autoptr (GtkWidget) widget = g_object_ref (wish->widget);
  wish->call (widget); /* may destroy the widget, and the wish with it */
  return G_SOURCE_REMOVE;
}

/* @call comes @ms milliseconds after it was first asked for; with 0 before the next frame, outside of the layout, where
 * widgets may be changed. */
void
tri_later (GtkWidget *widget, TriLaterFunc call, guint ms)
{
  g_return_if_fail (GTK_IS_WIDGET (widget) && call != NULL);
  if (gtk_widget_in_destruction (widget))
    return;
  Wish *wish = get_wish (widget, call);
  if (wish->source == 0)
    wish->source = ms > 0 ? g_timeout_add (ms, on_due, wish) : g_idle_add_full (G_PRIORITY_HIGH_IDLE, on_due, wish, NULL);
}

/* The same, but @ms after it was last asked for: when somebody stops typing. */
void
tri_later_rested (GtkWidget *widget, TriLaterFunc call, guint ms)
{
  tri_later_forget (widget, call);
  tri_later (widget, call, ms);
}

/* Returns: whether @call waited; it no longer does */
gboolean
tri_later_forget (GtkWidget *widget, TriLaterFunc call)
{
  g_return_val_if_fail (GTK_IS_WIDGET (widget) && call != NULL, FALSE);
  if (gtk_widget_in_destruction (widget))
    return FALSE;
  Wish *wish = get_wish (widget, call);
  gboolean waited = wish->source != 0;
  g_clear_handle_id (&wish->source, g_source_remove);
  return waited;
}
