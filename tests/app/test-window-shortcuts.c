/* The shortcuts window and the keys that the program takes are the same: each that is bound is listed, and something
 * happens on each that is listed. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-help.h"
#include "tri-keyring-dialog.h"
#include "tri-ledger-dialog.h"
#include "window-fixture.h"

/* Actions of GTK's own widgets, whose keys are the desktop's; of "window." only closing has a key of ours. */
static const char *const gtk_prefixes[] = { "clipboard.", "color.", "default.", "focus.", "list.", "listitem.", "menu.", "misc.",
                                            "navigation.", "page.", "selection.", "tab.", "text.", "toplevel." };

/* What the desktop does with keys that are worth a line: the menu, and Enter in a list. */
static const char *const gtk_keys[] = { "F10", "Return" };

/* Keys that a widget may take by itself, without an action. */
static const char *const probes[] = { "BackSpace", "Delete", "Down", "End", "Escape", "F1", "F2", "F3", "F4", "F5", "F6", "F7",
                                      "F8", "F9", "F10", "F11", "F12", "Home", "Insert", "Left", "Menu", "Page_Down", "Page_Up",
                                      "Return", "Right", "Up", "comma", "equal", "minus", "period", "plus", "slash", "space",
                                      "a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n", "o", "p", "q", "r",
                                      "s", "t", "u", "v", "w", "x", "y", "z", "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" };

/* Returns: (transfer full): one name for what is one key to a person */
static char *
name_key (guint key, GdkModifierType modifiers)
{
  if (key == GDK_KEY_KP_Delete)
    key = GDK_KEY_Delete;
  if (key == GDK_KEY_question) /* which has Shift in it on some keyboards, and not on others */
    modifiers &= ~(guint) GDK_SHIFT_MASK;
  return gtk_accelerator_name (key, modifiers);
}

/* @keys: what they do, by name_key() */
static void
note (GHashTable *keys, guint key, GdkModifierType modifiers, const char *what)
{
  g_hash_table_replace (keys, name_key (key, modifiers), g_strdup (what));
}

static gboolean
is_of_gtk (const char *action)
{
  for (guint i = 0; i < G_N_ELEMENTS (gtk_prefixes); i++)
    if (g_str_has_prefix (action, gtk_prefixes[i]))
      return TRUE;
  return FALSE;
}

static void
note_shortcuts (GListModel *shortcuts, GHashTable *keys)
{
  for (guint i = 0; i < g_list_model_get_n_items (shortcuts); i++)
    {
      g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (shortcuts, i);
      GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);
      GtkShortcutAction *action = gtk_shortcut_get_action (shortcut);
      const char *name = GTK_IS_NAMED_ACTION (action) ? gtk_named_action_get_action_name (GTK_NAMED_ACTION (action)) : NULL;
      if (name == NULL || is_of_gtk (name))
        continue;
      g_assert_true (GTK_IS_KEYVAL_TRIGGER (trigger));
      note (keys, gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)),
            gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)), name);
    }
}

/* By trying them. */
static void
note_taken (GtkEventController *controller, const char *what, GHashTable *keys)
{
  for (guint i = 0; i < G_N_ELEMENTS (probes); i++)
    {
      guint key = gdk_keyval_from_name (probes[i]);
      gboolean taken = FALSE;
      g_assert_cmpuint (key, !=, GDK_KEY_VoidSymbol);
      g_signal_emit_by_name (controller, "key-pressed", key, 0, 0, &taken);
      if (taken)
        note (keys, key, 0, what);
    }
}

static void
note_widget (GtkWidget *widget, GHashTable *keys)
{
  const char *type = G_OBJECT_TYPE_NAME (widget);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      if (GTK_IS_SHORTCUT_CONTROLLER (controller))
        note_shortcuts (G_LIST_MODEL (controller), keys);
      else if (GTK_IS_EVENT_CONTROLLER_KEY (controller) && g_str_has_prefix (type, "Tri"))
        note_taken (controller, type, keys);
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    note_widget (child, keys);
}

static void
note_application (GHashTable *keys)
{
  GtkApplication *application = GTK_APPLICATION (g_application_get_default ());
  g_auto (GStrv) actions = gtk_application_list_action_descriptions (application);
  for (guint i = 0; actions[i] != NULL; i++)
    {
      g_auto (GStrv) accels = gtk_application_get_accels_for_action (application, actions[i]);
      for (guint j = 0; accels[j] != NULL; j++)
        {
          guint key;
          GdkModifierType modifiers;
          g_assert_true (gtk_accelerator_parse (accels[j], &key, &modifiers));
          note (keys, key, modifiers, actions[i]);
        }
    }
}

static void
note_listed (GtkWidget *widget, GHashTable *keys)
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
          note (keys, key, modifiers, title);
        }
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    note_listed (child, keys);
}

/* The window has more bindings for pages than it has pages. */
static gboolean
is_beyond_pages (TriWindow *self, const char *key)
{
  guint n = g_list_model_get_n_items (G_LIST_MODEL (adw_view_stack_get_pages (self->pages)));
  return g_str_has_prefix (key, "<Alt>") && g_ascii_isdigit (key[5]) && (guint) (key[5] - '0') > n;
}

static void
check_missing (GHashTable *these, GHashTable *those, const char *words, TriWindow *self)
{
  GHashTableIter iter;
  gpointer key, what;
  g_hash_table_iter_init (&iter, these);
  while (g_hash_table_iter_next (&iter, &key, &what))
    if (!g_hash_table_contains (those, key) && !is_beyond_pages (self, key))
      {
        g_test_message ("%s: “%s” %s", (char *) key, (char *) what, words);
        g_test_fail ();
      }
}

static GHashTable *
dup_bound (TriWindow *self)
{
  GHashTable *keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GtkWidget *dialogs[] = { tri_keyring_dialog_new (GTK_WINDOW (self)), tri_ledger_dialog_new (tri_ledger_watch_get_default ()),
                           tri_help_new () };
  note_application (keys);
  note_widget (GTK_WIDGET (self), keys);
  for (guint i = 0; i < G_N_ELEMENTS (dialogs); i++)
    {
      note_widget (dialogs[i], keys);
      gtk_window_destroy (GTK_WINDOW (dialogs[i]));
    }
  return keys;
}

static void
test_same (void)
{
  TriWindow *self = fixture_window_with_sample ();
  gtk_widget_activate_action (GTK_WIDGET (self), "win.present", NULL); /* which takes keys of its own */
  g_autoptr (GHashTable) bound = dup_bound (self);
  g_autoptr (GHashTable) listed = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_autoptr (GtkBuilder) builder = gtk_builder_new_from_resource ("/io/github/triptych/Triptych/ui/tri-shortcuts.ui");
  GtkWidget *shortcuts = GTK_WIDGET (gtk_builder_get_object (builder, "shortcuts"));
  note_listed (shortcuts, listed);
  g_assert_cmpuint (g_hash_table_size (bound), >, 30);
  for (guint i = 0; i < G_N_ELEMENTS (gtk_keys); i++)
    g_hash_table_replace (bound, g_strdup (gtk_keys[i]), g_strdup ("GTK"));
  check_missing (bound, listed, "is bound, but not in the shortcuts window", self);
  check_missing (listed, bound, "is in the shortcuts window, but nothing happens on it", self);
  gtk_window_destroy (GTK_WINDOW (shortcuts));
  fixture_close (self);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/shortcuts/same", test_same);
  return fixture_run ();
}
