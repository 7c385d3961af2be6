/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-actions.h"

static void
on_new_window (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  g_application_activate (application);
}

static void
on_quit (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  GList *window;
  while ((window = gtk_application_get_windows (application)) != NULL)
    gtk_window_destroy (window->data);
}

static void
set_accel (GtkApplication *application, const char *action, const char *accel)
{
  const char *accels[] = { accel, NULL };
  gtk_application_set_accels_for_action (application, action, accels);
}

/* Before the first window: the application's actions, and the keys of those that are the windows' own. */
void
tri_actions_add (GtkApplication *application)
{
  const GActionEntry actions[] = {
    { "new-window", on_new_window, NULL, NULL, NULL, { 0 } },
    { "quit", on_quit, NULL, NULL, NULL, { 0 } },
  };
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  set_accel (application, "app.quit", "<Control>q");
  set_accel (application, "app.new-window", "<Control>n");
  set_accel (application, "window.close", "<Control>w");
}
