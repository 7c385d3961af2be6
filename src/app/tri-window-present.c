/* Zoom, difference, flipping, and F11: controls away, words large. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-window-private.h"

#include <glib/gi18n-lib.h>

#include "tri-narrow.h"

#define GAIN 8
#define STYLED_WIDTH 1280 /* what the sizes in style.css are made for */
#define STYLED_HEIGHT 800

/* An audience sits as far from a large screen as from a small one: the words grow with the window. */
static void
scale_words (GtkWidget *widget)
{
  TriWindow *self = TRI_WINDOW (widget);
  double width = gtk_widget_get_width (GTK_WIDGET (self)), height = gtk_widget_get_height (GTK_WIDGET (self));
  double scale = self->presenting ? CLAMP (MIN (MAX (width, height) / STYLED_WIDTH, MIN (width, height) / STYLED_HEIGHT), 1, 4)
                                  : 1;
  g_autofree char *css = g_strdup_printf (".panes { font-size: %d%%; }", (int) (100 * scale));
  gboolean tall = self->presenting && height > width;
  gtk_orientable_set_orientation (GTK_ORIENTABLE (self->panes_box),
                                  tall ? GTK_ORIENTATION_VERTICAL : GTK_ORIENTATION_HORIZONTAL);
  gtk_css_provider_load_from_data (self->words_css, css, -1);
}

static void
on_size (GtkWidget *widget)
{
  if (TRI_WINDOW (widget)->presenting)
    scale_words (widget);
}

static void
set_presenting (TriWindow *self, gboolean presenting)
{
  if (presenting && !self->presenting) /* hiding what has it moves the focus */
    g_set_weak_pointer (&self->focus_before, gtk_root_get_focus (GTK_ROOT (self)));
  self->presenting = presenting;
  gtk_widget_set_visible (self->header, !presenting);
  tri_window_place_parts (self);
  tri_window_update_panes (self);
  gtk_window_set_focus_visible (GTK_WINDOW (self), FALSE);
  tri_later (GTK_WIDGET (self), scale_words, 0);
  for (guint i = 0; i < 3; i++)
    tri_pane_set_presenting (self->panes[i], presenting);
  if (presenting)
    {
      self->presented = 0;
      gtk_widget_add_css_class (GTK_WIDGET (self), "presenting");
      gtk_window_fullscreen (GTK_WINDOW (self));
      if (tri_window_explores (self))
        gtk_widget_grab_focus (tri_pane_get_canvas (self->original));
      tri_window_status (self, _("Presenting. Page Up and Page Down change the cipher, Escape leaves."));
    }
  else
    {
      gtk_widget_remove_css_class (GTK_WIDGET (self), "presenting");
      gtk_window_unfullscreen (GTK_WINDOW (self));
      if (self->focus_before != NULL)
        gtk_widget_grab_focus (self->focus_before);
    }
}

static void
on_present (GtkWidget *widget, const char *action, GVariant *parameter)
{
  set_presenting (TRI_WINDOW (widget), !TRI_WINDOW (widget)->presenting);
}

static void
on_stop_or_leave (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriWindow *self = TRI_WINDOW (widget);
  if (tri_window_cancel_saving (self))
    return;
  if (self->presenting && !tri_window_explores (self))
    set_presenting (self, FALSE);
  else if (tri_window_page_takes (self, action))
    return;
  else if (tri_session_is_busy (self->session))
    {
      tri_session_cancel (self->session);
      tri_window_status (self, _("Stopped"));
    }
  else if (self->presenting)
    set_presenting (self, FALSE);
}

static void
on_zoom (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tri_view_set_zoom (TRI_WINDOW (widget)->view, g_variant_get_double (parameter));
}

/* Returns: (transfer full): what an audience reads above the encrypted picture: the cipher, what was chosen of it, and
 * which of the runs this is */
char *
tri_window_presented_title (TriWindow *self, const TriReport *report)
{
  g_autofree char *chosen = tri_report_chosen_params (report);
  g_autoptr (GString) title = g_string_new (_(report->cipher->title));
  if (*chosen != '\0')
    g_string_append_printf (title, " · %s", chosen);
  g_string_append_printf (title, " · %s", tri_verdict_title (report->cipher->verdict));
  GListModel *history = tri_session_get_history (self->session);
  guint n = g_list_model_get_n_items (history);
  for (guint i = 0; n > 1 && i < n; i++)
    {
      g_autoptr (TriHistoryEntry) entry = g_list_model_get_item (history, i);
      if (tri_history_entry_get_report (entry) != report)
        continue;
      g_autofree char *place = g_strdup_printf (_("%u of %u"), n - i, n);
      g_string_append_printf (title, " · %s", place);
      break;
    }
  return g_strdup (title->str);
}

static void
on_difference (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriWindow *self = TRI_WINDOW (widget);
  self->gain = self->gain == 0 ? GAIN : 0;
  tri_window_update_panes (self);
}

static gboolean
step_history (TriWindow *self, int by)
{
  GListModel *history = tri_session_get_history (self->session);
  guint n = g_list_model_get_n_items (history);
  if (!self->presenting || n == 0)
    return FALSE;
  self->presented = (guint) CLAMP ((int) self->presented + by, 0, (int) n - 1);
  g_autoptr (TriHistoryEntry) entry = g_list_model_get_item (history, self->presented);
  tri_session_restore (self->session, entry);
  return TRUE;
}

static void
flip (TriWindow *self, gboolean on)
{
  TriPyramid *left = tri_pane_get_pyramid (self->original), *right = tri_pane_get_pyramid (self->decrypted);
  if (left == NULL || right == NULL)
    return;
  tri_pane_borrow (self->original, on ? right : NULL);
  tri_pane_borrow (self->decrypted, on ? left : NULL);
}

static gboolean
on_key_pressed (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, TriWindow *self)
{
  if (!tri_window_explores (self))
    return FALSE;
  switch (key)
    {
    case GDK_KEY_space: flip (self, TRUE); return TRUE;
    case GDK_KEY_Page_Up: return step_history (self, 1);
    case GDK_KEY_Page_Down: return step_history (self, -1);
    default: return FALSE;
    }
}

static void
on_key_released (GtkEventControllerKey *controller, guint key, guint code, GdkModifierType state, TriWindow *self)
{
  if (key == GDK_KEY_space)
    flip (self, FALSE);
}

void
tri_window_init_present (TriWindow *self)
{
  GtkEventController *keys = gtk_event_controller_key_new ();
  g_signal_connect (keys, "key-pressed", G_CALLBACK (on_key_pressed), self);
  g_signal_connect (keys, "key-released", G_CALLBACK (on_key_released), self);
  gtk_widget_add_controller (GTK_WIDGET (self), keys);
  self->words_css = gtk_css_provider_new ();
  gtk_style_context_add_provider (gtk_widget_get_style_context (self->panes_box), GTK_STYLE_PROVIDER (self->words_css),
                                  GTK_STYLE_PROVIDER_PRIORITY_APPLICATION + 1);
  tri_size_watch (GTK_WIDGET (self), on_size);
}

void
tri_window_dispose_present (TriWindow *self)
{
  g_clear_object (&self->words_css);
}

void
tri_window_class_add_present (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.present", NULL, on_present);
  gtk_widget_class_install_action (klass, "win.stop", NULL, on_stop_or_leave);
  gtk_widget_class_install_action (klass, "win.zoom", "d", on_zoom);
  gtk_widget_class_install_action (klass, "win.difference", NULL, on_difference);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F11, 0, "win.present", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_Escape, 0, "win.stop", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_F5, GDK_SHIFT_MASK, "win.stop", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_d, GDK_CONTROL_MASK, "win.difference", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_0, GDK_CONTROL_MASK, "win.zoom", "d", 0.0);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_1, GDK_CONTROL_MASK, "win.zoom", "d", 1.0);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_2, GDK_CONTROL_MASK, "win.zoom", "d", 2.0);
}
