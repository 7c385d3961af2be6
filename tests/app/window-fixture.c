/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "window-fixture.h"

#include "tri-actions.h"

static AdwApplication *application;

/* (transfer none) (nullable) */
GtkWindow *
fixture_find_message_dialog (void)
{
  GListModel *windows = gtk_window_get_toplevels ();
  for (guint i = 0; i < g_list_model_get_n_items (windows); i++)
    {
      g_autoptr (GtkWindow) window = g_list_model_get_item (windows, i);
      if (ADW_IS_MESSAGE_DIALOG (window))
        return window;
    }
  return NULL;
}

/* A warning ends the test, but for libadwaita's own: its message dialog tries widths that are too narrow for the
 * labels that it made, which GTK says from 4.18 on. */
static GLogWriterOutput
write_log (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer data)
{
  for (gsize i = 0; i < n_fields; i++)
    if (g_str_equal (fields[i].key, "MESSAGE") && g_str_has_prefix (fields[i].value, "Trying to measure GtkLabel")
        && fixture_find_message_dialog () != NULL)
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
    else if (ADW_IS_COMBO_ROW (parent))
      return *adw_preferences_row_get_title (ADW_PREFERENCES_ROW (parent)) != '\0';
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

/* What can have the focus, or shows something, and has no name for a screen reader. */
guint
fixture_count_nameless (GtkWidget *widget, const char *place)
{
  g_autofree char *path = g_strdup_printf ("%s/%s#%s", place, G_OBJECT_TYPE_NAME (widget), gtk_widget_get_name (widget));
  guint nameless = 0;
  gboolean needs = (gtk_widget_get_focusable (widget) && !is_frame (widget)) || is_image (widget);
  g_autofree char *label = label_property (widget);
  if (strchr (label, '_') != NULL || (GTK_IS_EXPANDER (widget) && *label == '\0')) /* mnemonics are not spoken */
    {
      g_test_message ("named “%s”: %s", label, path);
      nameless++;
    }
  if (needs && !has_name (widget) && !holds_words (widget) && !is_inside_a_control (widget))
    {
      g_test_message ("no name: %s", path);
      nameless++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    nameless += fixture_count_nameless (child, path);
  return nameless;
}
