/* Damage on the way, from the sidebar to the decrypted pane. SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-param-row.h"
#include "tri-sidebar-private.h"
#include "window-fixture.h"

static gboolean
is_damaged (gpointer data)
{
  TriReport *report = tri_session_get_report (data);
  return report != NULL && !report->preview && report->damage != NULL && !tri_session_is_busy (data);
}

static gboolean
is_whole (gpointer data)
{
  TriReport *report = tri_session_get_report (data);
  return report != NULL && !report->preview && report->damage == NULL && !tri_session_is_busy (data);
}

static TriParamRow *
find_row (TriSidebar *sidebar, const char *id)
{
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (sidebar->damage_list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    if (g_str_equal (tri_param_row_get_spec (TRI_PARAM_ROW (row))->id, id))
      return TRI_PARAM_ROW (row);
  g_assert_not_reached ();
}

/* Off and folded away at first; setting one runs, and the button takes it away again. */
static void
test_set_and_reset (void)
{
  TriWindow *self = fixture_window_with_sample ();
  TriSidebar *sidebar = self->sidebar;
  tri_session_set_cipher (self->session, tri_cipher_find ("xchacha20-poly1305"));
  fixture_spin_until (is_whole, self->session);
  g_assert_false (gtk_expander_get_expanded (sidebar->damage_group));
  g_assert_false (gtk_widget_get_sensitive (sidebar->damage_reset));

  g_signal_emit_by_name (find_row (sidebar, "lost"), "changed", 5.0);
  fixture_spin_until (is_damaged, self->session);
  TriReport *report = tri_session_get_report (self->session);
  g_autofree char *caption = tri_report_caption (report, 2);
  g_assert_nonnull (report->refusal);
  g_assert_nonnull (strstr (caption, "after damage"));
  g_assert_true (gtk_expander_get_expanded (sidebar->damage_group));

  g_signal_emit_by_name (sidebar->damage_reset, "clicked");
  fixture_spin_until (is_whole, self->session);
  g_assert_null (tri_session_get_report (self->session)->refusal);
  g_assert_false (gtk_widget_get_sensitive (sidebar->damage_reset));
  fixture_close (self);
}

int
main (int argc, char *argv[])
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/window/damage/set-and-reset", test_set_and_reset);
  return fixture_run ();
}
