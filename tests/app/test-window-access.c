/* What someone who cannot see the window, or has no pointer, finds: names, announcements, keys.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-actions.h"
#include "tri-canvas.h"
#include "window-fixture.h"

static void
test_names (void)
{
  TriWindow *self = fixture_window_with_sample ();
  guint nameless = 0;
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    {
      tri_session_set_cipher (self->session, *c);
      nameless += fixture_count_nameless (GTK_WIDGET (self), (*c)->id);
    }
  g_assert_cmpuint (nameless, ==, 0);
  fixture_close (self);
}

static void
test_announced (void)
{
  TriWindow *self = fixture_window ();
  gtk_test_accessible_assert_role (self->status, GTK_ACCESSIBLE_ROLE_STATUS);
  tri_window_status (self, "AES: identical to the original");
  g_assert_cmpstr (gtk_label_get_label (self->status), ==, "AES: identical to the original");
  g_assert_false (gtk_widget_get_mapped (GTK_WIDGET (self->announcer)));

  gtk_widget_set_visible (self->sidebar_box, FALSE);
  tri_window_status (self, "AES: stopped");
  gtk_test_accessible_assert_role (self->announcer, GTK_ACCESSIBLE_ROLE_STATUS);
  g_assert_true (gtk_widget_get_mapped (GTK_WIDGET (self->announcer)));
  g_assert_cmpstr (gtk_label_get_label (self->announcer), ==, "AES: stopped");
  fixture_close (self);
}

/* A binding of the window's class, with an action that is there. */
static gboolean
window_binds (TriWindow *self, guint key, GdkModifierType modifiers)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (self));
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      guint n = GTK_IS_SHORTCUT_CONTROLLER (controller) ? g_list_model_get_n_items (G_LIST_MODEL (controller)) : 0;
      for (guint j = 0; j < n; j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
          GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);
          GtkShortcutAction *action = gtk_shortcut_get_action (shortcut);
          if (!GTK_IS_KEYVAL_TRIGGER (trigger) || !GTK_IS_NAMED_ACTION (action)
              || gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) != key
              || gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)) != modifiers)
            continue;
          const char *name = gtk_named_action_get_action_name (GTK_NAMED_ACTION (action));
          if (g_str_has_prefix (name, "win."))
            return TRUE;
        }
    }
  return FALSE;
}

static gboolean
application_binds (TriWindow *self, const char *accel)
{
  GtkApplication *application = GTK_APPLICATION (g_application_get_default ());
  g_auto (GStrv) actions = gtk_application_get_actions_for_accel (application, accel);
  for (guint i = 0; actions[i] != NULL; i++)
    if (g_str_equal (actions[i], "window.close")
        || (g_str_has_prefix (actions[i], "app.") && g_action_group_has_action (G_ACTION_GROUP (application), actions[i] + 4)))
      return TRUE;
  return FALSE;
}

static gboolean
takes_key (GtkWidget *widget, guint key)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  gboolean taken = FALSE;
  for (guint i = 0; i < g_list_model_get_n_items (controllers) && !taken; i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      if (GTK_IS_EVENT_CONTROLLER_KEY (controller))
        g_signal_emit_by_name (controller, "key-pressed", key, 0, 0, &taken);
    }
  return taken;
}

static void
check_shortcut (GtkWidget *widget, TriWindow *self)
{
  if (GTK_IS_SHORTCUTS_SHORTCUT (widget))
    {
      g_autofree char *accelerator = NULL, *title = NULL;
      g_object_get (widget, "accelerator", &accelerator, "title", &title, NULL);
      g_auto (GStrv) accels = g_strsplit (accelerator, " ", -1);
      for (guint i = 0; accels[i] != NULL; i++)
        {
          guint key;
          GdkModifierType modifiers;
          g_assert_true (gtk_accelerator_parse (accels[i], &key, &modifiers));
          gboolean works = window_binds (self, key, modifiers) || application_binds (self, accels[i])
                           || (modifiers == 0 && (takes_key (GTK_WIDGET (self), key)
                                                  || takes_key (tri_pane_get_canvas (self->original), key)));
          if (!works)
            g_test_message ("%s: nothing happens on %s", title, accels[i]);
          g_assert_true (works);
        }
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    check_shortcut (child, self);
}

/* Whatever the shortcuts window lists, something happens. */
static void
test_shortcuts (void)
{
  TriWindow *self = fixture_window_with_sample ();
  gtk_widget_activate_action (GTK_WIDGET (self), "win.present", NULL);
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/io/github/triptych/Triptych/ui/tri-shortcuts.ui");
  GtkWidget *shortcuts = GTK_WIDGET (gtk_builder_get_object (builder, "shortcuts"));
  check_shortcut (shortcuts, self);
  gtk_window_destroy (GTK_WINDOW (shortcuts));
  fixture_close (self);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/access/names", test_names);
  g_test_add_func ("/access/announced", test_announced);
  g_test_add_func ("/access/shortcuts", test_shortcuts);
  return fixture_run ();
}
