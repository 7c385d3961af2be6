/* The program. SPDX-License-Identifier: GPL-3.0-or-later */
#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <locale.h>

#include "tri-actions.h"
#include "tri-datadir.h"
#include "tri-secret.h"
#include "tri-style.h"
#include "tri-stalls.h"
#include "tri-vault-file.h"
#include "tri-window.h"

/* Two environment variables, for measuring: TRIPTYCH_STARTUP_TIME=1, milliseconds from here to the first frame, on
 * stderr; TRIPTYCH_STALLS=FILE, see tri-stalls.c. */
static gint64 started;

static void
on_first_frame (GdkFrameClock *clock, gpointer handler)
{
  g_printerr ("%.0f\n", (double) (g_get_monotonic_time () - started) / 1000);
  g_signal_handlers_disconnect_by_func (clock, on_first_frame, NULL);
}

static void
on_realize (GtkWidget *window)
{
  g_signal_connect (gtk_widget_get_frame_clock (window), "after-paint", G_CALLBACK (on_first_frame), NULL);
}

static TriWindow *
new_window (GtkApplication *application)
{
  GtkWidget *window = tri_window_new (ADW_APPLICATION (application));
  if (g_getenv ("TRIPTYCH_STARTUP_TIME") != NULL)
    g_signal_connect (window, "realize", G_CALLBACK (on_realize), NULL);
  gtk_window_present (GTK_WINDOW (window));
  return TRI_WINDOW (window);
}

static void
on_activate (GtkApplication *application)
{
  tri_window_open_sample (new_window (application));
}

/* A window for each picture, and one for all age files together. */
static void
on_open (GtkApplication *application, GFile **files, int n, const char *hint)
{
  GSList *sealed = NULL;
  for (int i = n - 1; i >= 0; i--)
    if (tri_vault_is_age_name (files[i]))
      sealed = g_slist_prepend (sealed, files[i]);
  for (int i = 0; i < n; i++)
    if (!tri_vault_is_age_name (files[i]))
      tri_window_open (new_window (application), files[i]);
  if (sealed != NULL)
    tri_window_protect (new_window (application), sealed);
  g_slist_free (sealed);
}

static void
on_about (GSimpleAction *action, GVariant *parameter, gpointer application)
{
  adw_show_about_window (gtk_application_get_active_window (application), "application-name", "Triptych",
                         "application-icon", APP_ID, "version", VERSION, "developer-name", _("The Triptych developers"),
                         "license-type", GTK_LICENSE_GPL_3_0,
                         "comments", _("Encrypt pictures; see, measure and break what happened"), NULL);
}

/* The display is open from here on. */
static void
on_startup (GApplication *application)
{
  g_object_set_data_full (G_OBJECT (application), "style", tri_style_follow (G_ACTION_MAP (application)), g_object_unref);
}

int
main (int argc, char **argv)
{
  started = g_get_monotonic_time ();
  tri_secret_forbid_dumps ();
  setlocale (LC_ALL, "");
  tri_datadir_bind_texts ();
  g_autoptr (AdwApplication) application = adw_application_new (APP_ID, G_APPLICATION_HANDLES_OPEN);
  g_application_set_resource_base_path (G_APPLICATION (application), "/io/github/triptych/Triptych");
  const GActionEntry actions[] = {
    { "about", on_about, NULL, NULL, NULL, { 0 } },
  };
  g_action_map_add_action_entries (G_ACTION_MAP (application), actions, G_N_ELEMENTS (actions), application);
  tri_actions_add (GTK_APPLICATION (application));
  g_signal_connect (application, "startup", G_CALLBACK (on_startup), NULL);
  g_signal_connect (application, "activate", G_CALLBACK (on_activate), NULL);
  g_signal_connect (application, "open", G_CALLBACK (on_open), NULL);
  if (g_getenv ("TRIPTYCH_STALLS") != NULL)
    tri_stalls_watch (g_getenv ("TRIPTYCH_STALLS"));
  return g_application_run (G_APPLICATION (application), argc, argv);
}
