/* The pages of the window, and what its actions and its closing mean on each. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-window-private.h"

#include <glib/gi18n-lib.h>

#include "tri-narrow.h"
#include "tri-page.h"

/* Whether the page Explore is shown, which the panes and their keys are on. */
gboolean
tri_window_explores (TriWindow *self)
{
  return g_strcmp0 (adw_view_stack_get_visible_child_name (self->pages), "explore") == 0;
}

/* @name: of the page in the stack: "explore", "protect" or "train" */
void
tri_window_show_page (TriWindow *self, const char *name)
{
  adw_view_stack_set_visible_child_name (self->pages, name);
}

/* @action is not for Explore to act on: the page that is shown has done so, or has nothing to do */
gboolean
tri_window_page_takes (TriWindow *self, const char *action)
{
  GtkWidget *page = adw_view_stack_get_visible_child (self->pages);
  if (tri_window_explores (self))
    return FALSE;
  if (TRI_IS_PAGE (page))
    tri_page_activate (TRI_PAGE (page), action);
  return TRUE;
}

static void
on_page_shown (TriWindow *self)
{
  static const char *const of_explore[] = {
    "win.save-encrypted", "win.save-decrypted", "win.save-slide", "win.zoom", "win.difference",
  };
  gboolean explore = tri_window_explores (self);
  for (guint i = 0; i < G_N_ELEMENTS (of_explore); i++)
    gtk_widget_action_set_enabled (GTK_WIDGET (self), of_explore[i], explore);
  gtk_widget_set_visible (self->explore_start, explore);
  gtk_widget_set_visible (self->explore_end, explore);
}

static void
on_page (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriWindow *self = TRI_WINDOW (widget);
  g_autoptr (GListModel) pages = G_LIST_MODEL (adw_view_stack_get_pages (self->pages));
  g_autoptr (AdwViewStackPage) page = g_list_model_get_item (pages, (guint) g_variant_get_int32 (parameter));
  if (page != NULL)
    tri_window_show_page (self, adw_view_stack_page_get_name (page));
}

static char *
why_stay (TriWindow *self)
{
  g_autoptr (GListModel) pages = G_LIST_MODEL (adw_view_stack_get_pages (self->pages));
  for (guint i = 0; i < g_list_model_get_n_items (pages); i++)
    {
      g_autoptr (AdwViewStackPage) page = g_list_model_get_item (pages, i);
      GtkWidget *child = adw_view_stack_page_get_child (page);
      char *why = TRI_IS_PAGE (child) ? tri_page_why_stay (TRI_PAGE (child)) : NULL;
      if (why != NULL)
        return why;
    }
  return NULL;
}

static void
on_close_response (AdwMessageDialog *dialog, const char *response, TriWindow *self)
{
  if (g_str_equal (response, "close"))
    gtk_window_destroy (GTK_WINDOW (self));
}

static gboolean
on_close_request (GtkWindow *window)
{
  TriWindow *self = TRI_WINDOW (window);
  g_autofree char *why = why_stay (self);
  if (why == NULL)
    return FALSE;
  GtkWidget *dialog = adw_message_dialog_new (window, _("Close the Window?"), why);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "stay", _("_Go On"), "close", _("_Stop and Close"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "close", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "stay");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "stay");
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_close_response), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
  return TRUE;
}

static void
on_narrow (GtkWidget *widget, gboolean narrow)
{
  adw_view_switcher_set_policy (TRI_WINDOW (widget)->switcher,
                                narrow ? ADW_VIEW_SWITCHER_POLICY_NARROW : ADW_VIEW_SWITCHER_POLICY_WIDE);
}

/* After the pages are made. */
void
tri_window_init_pages (TriWindow *self)
{
  g_autofree char *last = g_settings_get_string (self->settings, "page");
  if (adw_view_stack_get_child_by_name (self->pages, last) == NULL)
    g_settings_reset (self->settings, "page");
  g_signal_connect_object (self->pages, "notify::visible-child", G_CALLBACK (on_page_shown), self, G_CONNECT_SWAPPED);
  g_settings_bind (self->settings, "page", self->pages, "visible-child-name", G_SETTINGS_BIND_DEFAULT);
  tri_narrow_watch (GTK_WIDGET (self), on_narrow);
  g_signal_connect (self, "close-request", G_CALLBACK (on_close_request), NULL);
  on_page_shown (self);
}

void
tri_window_class_add_pages (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.page", "i", on_page);
  for (int i = 0; i < 9; i++)
    gtk_widget_class_add_binding_action (klass, (guint) (GDK_KEY_1 + i), GDK_ALT_MASK, "win.page", "i", i);
}
