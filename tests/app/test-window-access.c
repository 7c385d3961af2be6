/* What someone who cannot see the window, or has no pointer, finds: names, announcements, keys.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-actions.h"
#include "tri-canvas.h"
#include "window-fixture.h"

/* (transfer full): what a screen reader is told, or "" */
static char *
label_property (GtkWidget *widget)
{
  GtkAccessible *accessible = GTK_ACCESSIBLE (widget);
  if (!gtk_test_accessible_has_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL))
    return g_strdup ("");
  char *value = gtk_test_accessible_check_property (accessible, GTK_ACCESSIBLE_PROPERTY_LABEL, "\001");
  return value != NULL ? value : g_strdup ("");
}

static gboolean
holds_words (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget))
    return *gtk_label_get_text (GTK_LABEL (widget)) != '\0';
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (!GTK_IS_POPOVER (child) && holds_words (child))
      return TRUE;
  return FALSE;
}

/* The name of an icon is no name. */
static gboolean
has_name (GtkWidget *widget)
{
  g_autofree char *label = label_property (widget);
  if (*label != '\0' && !g_strstr_len (label, -1, "-symbolic"))
    return TRUE;
  return !GTK_IS_BUTTON (widget) /* which GTK labels by the image in it */
         && gtk_test_accessible_has_relation (GTK_ACCESSIBLE (widget), GTK_ACCESSIBLE_RELATION_LABELLED_BY);
}

/* What GTK puts inside a control: the control is what has a name. */
static gboolean
is_inside_a_control (GtkWidget *widget)
{
  GtkWidget *parent = gtk_widget_get_parent (widget);
  for (; parent != NULL && !GTK_IS_POPOVER (parent); parent = gtk_widget_get_parent (parent))
    if (GTK_IS_EDITABLE (parent) || GTK_IS_DROP_DOWN (parent) || GTK_IS_MENU_BUTTON (parent))
      return has_name (parent) || holds_words (parent) || ADW_IS_ENTRY_ROW (parent);
  return FALSE;
}

/* Only scrolls or frames what has names itself. */
static gboolean
is_frame (GtkWidget *widget)
{
  return GTK_IS_ROOT (widget) || GTK_IS_SCROLLED_WINDOW (widget) || GTK_IS_VIEWPORT (widget) || GTK_IS_POPOVER (widget)
         || GTK_IS_STACK (widget);
}

static gboolean
is_image (GtkWidget *widget)
{
  return gtk_accessible_get_accessible_role (GTK_ACCESSIBLE (widget)) == GTK_ACCESSIBLE_ROLE_IMG && !GTK_IS_IMAGE (widget);
}

static guint
count_nameless (GtkWidget *widget, const char *place)
{
  g_autofree char *path = g_strdup_printf ("%s/%s#%s", place, G_OBJECT_TYPE_NAME (widget), gtk_widget_get_name (widget));
  guint nameless = 0;
  gboolean needs = (gtk_widget_get_focusable (widget) && !is_frame (widget)) || is_image (widget);
  if (needs && !has_name (widget) && !holds_words (widget) && !is_inside_a_control (widget))
    {
      g_test_message ("no name: %s", path);
      nameless++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    nameless += count_nameless (child, path);
  return nameless;
}

static void
test_names (void)
{
  TriWindow *self = fixture_window_with_sample ();
  guint nameless = 0;
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    {
      tri_session_set_cipher (self->session, *c);
      nameless += count_nameless (GTK_WIDGET (self), (*c)->id);
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
