/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "window-fixture.h"

#include "tri-actions.h"

static AdwApplication *application;

static gboolean
message_dialog_is_open (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWidget) window = g_list_model_get_item (windows, i);
      if (ADW_IS_MESSAGE_DIALOG (window))
        return TRUE;
    }
  return FALSE;
}

/* A warning ends the test, but for libadwaita's own: its message dialog tries widths that are too narrow for the
 * labels that it made, which GTK says from 4.18 on. */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") && g_str_has_prefix (fields[i].value, "Trying to measure GtkLabel")
        && message_dialog_is_open ())
      return G_LOG_WRITER_HANDLED;
  return g_log_writer_default (level, fields, n_fields, data);
}

void
fixture_init (int *argc, char ***argv)
{
  g_test_init (argc, argv, NULL);
  g_log_set_writer_func (write_log, NULL, NULL);
  adw_init ();
  application = adw_application_new ("io.github.triptych.Triptych.Test", G_APPLICATION_NON_UNIQUE);
  tri_actions_add (GTK_APPLICATION (application));
  g_assert_true (g_application_register (G_APPLICATION (application), NULL, NULL));
}

int
fixture_run (void)
{
  int status = g_test_run ();
  g_clear_object (&application);
  return status;
}

void
fixture_spin_until (gboolean (*done) (gpointer), gpointer data)
{
  while (!done (data))
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
has_full_report (gpointer data)
{
  const TriReport *report = tri_session_get_report (TRI_WINDOW (data)->session);
  return report != NULL && !report->preview && !tri_session_is_busy (TRI_WINDOW (data)->session);
}

static gboolean
panes_filled (gpointer data)
{
  TriWindow *self = data;
  return tri_pane_get_pyramid (self->original) != NULL && tri_pane_get_pyramid (self->encrypted) != NULL
         && tri_pane_get_pyramid (self->decrypted) != NULL;
}

TriWindow *
fixture_window (void)
{
  TriWindow *self = TRI_WINDOW (tri_window_new (application));
  gtk_window_present (GTK_WINDOW (self));
  return self;
}

TriWindow *
fixture_window_with_sample (void)
{
  TriWindow *self = fixture_window ();
  tri_window_open_sample (self);
  fixture_spin_until (has_full_report, self);
  fixture_spin_until (panes_filled, self);
  return self;
}

/* Fails when anything holds the window after it is closed. */
void
fixture_close (TriWindow *self)
{
  gpointer gone = self;
  g_object_add_weak_pointer (G_OBJECT (self), &gone);
  gtk_window_destroy (GTK_WINDOW (self));
  while (gone != NULL && g_main_context_iteration (NULL, FALSE))
    ;
  g_assert_null (gone);
}
