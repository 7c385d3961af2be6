/* What a window remembers, and what it must not. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-sidebar-private.h"
#include "tri-style.h"
#include "window-fixture.h"

#define SECRET "correct horse battery staple"

static GSettings *
fresh_settings (void)
{
  GSettings *settings = g_settings_new ("io.github.triptych.Triptych");
  g_autoptr (GSettingsSchema) schema = NULL;
  g_object_get (settings, "settings-schema", &schema, NULL);
  g_auto (GStrv) keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++)
    g_settings_reset (settings, keys[i]);
  return settings;
}

static void
activate (TriWindow *self, const char *action)
{
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (self), action, NULL));
}

static void
test_reopened (void)
{
  g_autoptr (GSettings) settings = fresh_settings ();
  TriWindow *self = fixture_window ();
  g_assert_true (gtk_widget_get_visible (self->sidebar_box));
  tri_session_set_cipher (self->session, tri_cipher_find ("kmeans"));
  g_assert_true (tri_session_set_param (self->session, "k", 5, NULL));
  tri_session_set_cipher (self->session, tri_cipher_find ("arnold-cat"));
  g_assert_true (tri_session_set_param (self->session, "iterations", 7, NULL));
  activate (self, "win.show-sidebar");
  activate (self, "win.show-grid");
  gtk_stack_set_visible_child_name (self->panels, "history");
  gtk_window_set_default_size (GTK_WINDOW (self), 1010, 710);
  fixture_close (self);

  self = fixture_window ();
  gboolean can_undo;
  g_object_get (self->session, "can-undo", &can_undo, NULL);
  g_assert_false (can_undo);
  g_assert_cmpstr (tri_session_get_cipher (self->session)->id, ==, "arnold-cat");
  g_assert_cmpint (tri_params_get_int (tri_session_get_params (self->session), "iterations"), ==, 7);
  g_assert_false (gtk_widget_get_visible (self->sidebar_box));
  g_assert_true (gtk_widget_get_visible (self->bottom));
  g_assert_cmpstr (gtk_stack_get_visible_child_name (self->panels), ==, "history");
  int width, height;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  g_assert_cmpint (width, ==, 1010);
  g_assert_cmpint (height, ==, 710);
  tri_session_set_cipher (self->session, tri_cipher_find ("kmeans"));
  g_assert_cmpint (tri_params_get_int (tri_session_get_params (self->session), "k"), ==, 5);
  fixture_close (self);
}

static void
test_reset_forgets (void)
{
  g_autoptr (GSettings) settings = fresh_settings ();
  TriWindow *self = fixture_window ();
  tri_session_set_cipher (self->session, tri_cipher_find ("kmeans"));
  g_assert_true (tri_session_set_param (self->session, "k", 5, NULL));
  tri_session_reset_params (self->session);
  fixture_close (self);
  g_autoptr (GVariant) params = g_settings_get_value (settings, "params");
  g_assert_cmpuint (g_variant_n_children (params), ==, 0);
}

/* Other versions' ciphers, parameters and pages, and values out of range. */
static void
test_odd_settings (void)
{
  g_autoptr (GSettings) settings = fresh_settings ();
  g_settings_set_string (settings, "last-cipher", "rot13");
  g_settings_set_string (settings, "panel-page", "fortune");
  g_settings_set_value (settings, "params", g_variant_new_parsed ("@a{sa{sd}} {"
      "'rot13': {'n': 13.0}, 'kmeans': {'k': -4.0, 'wheels': 3.0}, 'arnold-cat': {'iterations': 9.0}}"));
  TriWindow *self = fixture_window ();
  g_assert_cmpstr (gtk_stack_get_visible_child_name (self->panels), ==, "quality");
  const TriCipher *kmeans = tri_cipher_find ("kmeans");
  g_autoptr (TriParams) defaults = tri_params_new (kmeans->params);
  g_assert_true (tri_params_equal (tri_session_get_params_of (self->session, kmeans), defaults));
  tri_session_set_cipher (self->session, tri_cipher_find ("arnold-cat"));
  g_assert_cmpint (tri_params_get_int (tri_session_get_params (self->session), "iterations"), ==, 9);
  fixture_close (self);
  g_autoptr (GVariant) params = g_settings_get_value (settings, "params");
  g_autoptr (GVariant) kept = g_variant_lookup_value (params, "rot13", NULL);
  g_assert_nonnull (kept);
}

/* Neither a passphrase nor the numbers of a raw key reach the settings. */
static void
test_no_keys (void)
{
  g_autoptr (GSettings) settings = fresh_settings ();
  TriWindow *self = fixture_window ();
  tri_session_set_cipher (self->session, tri_cipher_find ("logistic"));
  g_autoptr (TriKey) passphrase = tri_key_new_passphrase (SECRET, NULL);
  tri_session_set_key (self->session, passphrase);
  g_autoptr (TriParams) numbers = tri_params_new (tri_cipher_find ("logistic")->raw_key);
  g_assert_true (tri_params_set (numbers, "r", 3.98765432, NULL));
  g_autoptr (TriKey) raw = tri_key_new_raw (numbers);
  tri_session_set_key (self->session, raw);
  g_assert_true (tri_session_set_param (self->session, "rounds", 3, NULL));
  fixture_close (self);
  g_autoptr (GSettingsSchema) schema = NULL;
  g_object_get (settings, "settings-schema", &schema, NULL);
  g_auto (GStrv) keys = g_settings_schema_list_keys (schema);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      g_autoptr (GVariant) value = g_settings_get_value (settings, keys[i]);
      g_autofree char *text = g_variant_print (value, FALSE);
      g_assert_null (strstr (text, SECRET));
      g_assert_null (strstr (text, "3.98765"));
    }
  g_autoptr (GVariant) params = g_settings_get_value (settings, "params");
  g_assert_cmpuint (g_variant_n_children (params), ==, 1);
}

static void
test_style (void)
{
  g_autoptr (GSettings) settings = fresh_settings ();
  AdwStyleManager *manager = adw_style_manager_get_default ();
  g_autoptr (GSimpleActionGroup) group = g_simple_action_group_new ();
  g_autoptr (GSettings) followed = tri_style_follow (G_ACTION_MAP (group));
  g_assert_cmpint (adw_style_manager_get_color_scheme (manager), ==, ADW_COLOR_SCHEME_DEFAULT);
  g_action_group_activate_action (G_ACTION_GROUP (group), "style", g_variant_new_string ("dark"));
  g_assert_cmpint (adw_style_manager_get_color_scheme (manager), ==, ADW_COLOR_SCHEME_FORCE_DARK);
  g_action_map_remove_action (G_ACTION_MAP (group), "style");
  g_clear_object (&followed);
  adw_style_manager_set_color_scheme (manager, ADW_COLOR_SCHEME_DEFAULT);
  g_autoptr (GSimpleActionGroup) next = g_simple_action_group_new ();
  followed = tri_style_follow (G_ACTION_MAP (next));
  g_assert_cmpint (adw_style_manager_get_color_scheme (manager), ==, ADW_COLOR_SCHEME_FORCE_DARK);
  g_action_map_remove_action (G_ACTION_MAP (next), "style");
}

static gboolean
arnold_has_run (gpointer session)
{
  const TriReport *report = tri_session_get_report (session);
  return report != NULL && !report->preview && g_str_equal (report->cipher->id, "arnold-cat");
}

/* Another cipher while a slider is dragged takes the slider away: what waited for the pointer's release runs, and the
 * drag is one step to undo. */
static void
test_dragged_away (void)
{
  g_autoptr (GSettings) settings = fresh_settings ();
  TriWindow *self = fixture_window_with_sample ();
  tri_session_set_cipher (self->session, tri_cipher_find ("kmeans"));
  double before = tri_params_get (tri_session_get_params (self->session), "k");
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->sidebar->params_list));
  g_signal_emit_by_name (row, "drag", TRUE);
  g_assert_true (tri_session_set_param (self->session, "k", before + 1, NULL));
  g_assert_true (tri_session_set_param (self->session, "k", before + 2, NULL));
  tri_session_set_cipher (self->session, tri_cipher_find ("arnold-cat"));
  fixture_spin_until (arnold_has_run, self->session);
  tri_session_undo (self->session);
  g_assert_cmpstr (tri_session_get_cipher (self->session)->id, ==, "kmeans");
  g_assert_cmpfloat (tri_params_get (tri_session_get_params (self->session), "k"), ==, before);
  fixture_close (self);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/app/state/reopened", test_reopened);
  g_test_add_func ("/app/state/reset", test_reset_forgets);
  g_test_add_func ("/app/state/odd-settings", test_odd_settings);
  g_test_add_func ("/app/state/no-keys", test_no_keys);
  g_test_add_func ("/app/state/style", test_style);
  g_test_add_func ("/app/state/dragged-away", test_dragged_away);
  return fixture_run ();
}
