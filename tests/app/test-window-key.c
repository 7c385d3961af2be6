/* Files as keys, dropped on the sidebar. SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-picture.h"
#include "tri-sidebar-private.h"
#include "window-fixture.h"

static GFile *
file_in_tmp (const char *name)
{
  g_autofree char *path = g_build_filename (g_get_tmp_dir (), name, NULL);
  return g_file_new_for_path (path);
}

static GFile *
write_text (const char *name)
{
  GFile *file = file_in_tmp (name);
  g_assert_true (g_file_replace_contents (file, "thirty-two bytes of a key file..", 32, NULL, FALSE, 0, NULL, NULL, NULL));
  return file;
}

typedef struct {
  TriSession *session;
  TriKey *before;
} Wait;

static gboolean
key_is_another (gpointer data)
{
  Wait *wait = data;
  TriKey *key = tri_session_get_key (wait->session);
  return key != NULL && key != wait->before;
}

static void
drop (TriWindow *self, GFile *file, TriKeyKind kind)
{
  Wait wait = { self->session, tri_session_get_key (self->session) };
  tri_sidebar_key_drop (self->sidebar, file);
  fixture_spin_until (key_is_another, &wait);
  g_assert_cmpuint (gtk_drop_down_get_selected (self->sidebar->key_kind), ==, kind);
  g_assert_cmpint (tri_key_get_kind (tri_session_get_key (self->session)), ==, kind);
  g_autofree char *name = g_file_get_basename (file);
  g_assert_cmpstr (gtk_label_get_label (self->sidebar->chosen_name), ==, name);
  g_assert_true (gtk_widget_get_visible (self->sidebar->chosen_row));
  g_assert_false (tri_sidebar_uses_demo_key (self->sidebar));
}

static void
test_kinds (void)
{
  TriWindow *self = fixture_window_with_sample ();
  g_autoptr (GFile) picture = file_in_tmp ("key.png"), text = write_text ("key.bin");
  g_autoptr (TriImage) image = tri_image_new (8, 8, 3, NULL);
  g_assert_true (tri_picture_save_png (image, picture, TRUE, NULL, NULL));
  g_assert_cmpuint (gtk_drop_down_get_selected (self->sidebar->key_kind), ==, TRI_KEY_PASSPHRASE);
  drop (self, picture, TRI_KEY_PICTURE);
  gtk_drop_down_set_selected (self->sidebar->key_kind, TRI_KEY_FILE);
  g_assert_null (tri_session_get_key (self->session));
  drop (self, picture, TRI_KEY_FILE); /* asked for: any file is one, a picture's bytes too */
  gtk_drop_down_set_selected (self->sidebar->key_kind, TRI_KEY_PASSPHRASE);
  drop (self, text, TRI_KEY_FILE);
  g_assert_true (g_file_delete (picture, NULL, NULL) && g_file_delete (text, NULL, NULL));
  fixture_close (self);
}

static gboolean
refused (gpointer data)
{
  return strstr (gtk_label_get_label (TRI_WINDOW (data)->status), "fake.png") != NULL;
}

/* What can't be a key leaves kind and key as they were. */
static void
test_refused (void)
{
  TriWindow *self = fixture_window_with_sample ();
  g_autoptr (GFile) fake = write_text ("fake.png");
  TriKey *before = tri_session_get_key (self->session);
  tri_sidebar_key_drop (self->sidebar, fake);
  fixture_spin_until (refused, self);
  g_assert_true (tri_session_get_key (self->session) == before);
  g_assert_cmpuint (gtk_drop_down_get_selected (self->sidebar->key_kind), ==, TRI_KEY_PASSPHRASE);
  g_assert_true (gtk_widget_get_visible (self->sidebar->passphrase_row));
  g_assert_true (g_file_delete (fake, NULL, NULL));
  fixture_close (self);
}

static GtkWidget *
find_spin (GtkWidget *widget)
{
  if (GTK_IS_SPIN_BUTTON (widget))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = find_spin (child);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
says (GtkWidget *widget, const char *text)
{
  if (!gtk_widget_get_visible (widget))
    return FALSE;
  if (GTK_IS_LABEL (widget) && strstr (gtk_label_get_label (GTK_LABEL (widget)), text) != NULL)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (says (child, text))
      return TRUE;
  return FALSE;
}

/* What can't be a number of the key leaves it as it was, and the row says what can be. */
static void
test_typed (void)
{
  TriWindow *self = fixture_window_with_sample ();
  tri_session_set_cipher (self->session, tri_cipher_find ("logistic"));
  gtk_drop_down_set_selected (self->sidebar->key_kind, TRI_KEY_RAW);
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->sidebar->raw_list)), *spin = find_spin (row);
  const TriParams *raw = self->sidebar->raw;
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (spin)), ==, "3.99");
  const char *const wrong[] = { "abc", "9", "" };
  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      gtk_editable_set_text (GTK_EDITABLE (spin), wrong[i]);
      gtk_spin_button_update (GTK_SPIN_BUTTON (spin));
      g_assert_cmpfloat (tri_params_get (raw, "r"), ==, 3.99);
      g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (spin)), ==, "3.99");
      g_assert_true (says (row, "From 3.57 to 4"));
    }
  gtk_editable_set_text (GTK_EDITABLE (spin), "3.8");
  gtk_spin_button_update (GTK_SPIN_BUTTON (spin));
  g_assert_cmpfloat (tri_params_get (raw, "r"), ==, 3.8);
  g_assert_false (says (row, "From 3.57 to 4"));
  fixture_close (self);
}

/* What the keys do that @widget takes before what is in it. */
static gboolean
press (GtkWidget *widget, const char *keys)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (widget);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      if (!GTK_IS_SHORTCUT_CONTROLLER (controller) || gtk_event_controller_get_propagation_phase (controller) != GTK_PHASE_CAPTURE)
        continue;
      for (guint j = 0; j < g_list_model_get_n_items (G_LIST_MODEL (controller)); j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
          g_autofree char *trigger = gtk_shortcut_trigger_to_string (gtk_shortcut_get_trigger (shortcut));
          if (g_str_equal (trigger, keys))
            return gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, widget, NULL);
        }
    }
  return FALSE;
}

/* Ctrl+Z in a number takes back what was typed there; the session's last change, when nothing was. */
static void
test_undo (void)
{
  TriWindow *self = fixture_window_with_sample ();
  tri_session_set_cipher (self->session, tri_cipher_find ("kmeans"));
  GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->sidebar->params_list)), *spin = find_spin (row);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (spin)), ==, "16");
  gtk_editable_set_text (GTK_EDITABLE (spin), "5");
  gtk_spin_button_update (GTK_SPIN_BUTTON (spin));
  g_assert_cmpfloat (tri_params_get (tri_session_get_params (self->session), "k"), ==, 5);

  gtk_editable_set_text (GTK_EDITABLE (spin), "99x");
  g_assert_true (press (spin, "<Control>z"));
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (spin)), ==, "5");
  g_assert_cmpfloat (tri_params_get (tri_session_get_params (self->session), "k"), ==, 5);
  g_assert_true (press (spin, "<Control>z"));
  g_assert_cmpfloat (tri_params_get (tri_session_get_params (self->session), "k"), ==, 16);
  g_assert_cmpstr (gtk_editable_get_text (GTK_EDITABLE (spin)), ==, "16");
  g_assert_true (press (spin, "<Shift><Control>z"));
  g_assert_cmpfloat (tri_params_get (tri_session_get_params (self->session), "k"), ==, 5);
  fixture_close (self);
}

static gboolean
has_report (gpointer data)
{
  TriReport *report = tri_session_get_report (data);
  return report != NULL && !report->preview && !tri_session_is_busy (data);
}

static gboolean
says_other_key (gpointer data)
{
  return says (GTK_WIDGET (((TriWindow *) data)->sidebar->key_state), "another");
}

static gboolean
says_no_other_key (gpointer data)
{
  return !says_other_key (data);
}

/* What is shown says so when it was run with another key than the one that is given now. */
static void
test_of_another_key (void)
{
  TriWindow *self = fixture_window_with_sample ();
  fixture_spin_until (has_report, self->session);
  fixture_spin_until (says_no_other_key, self);
  gtk_drop_down_set_selected (self->sidebar->key_kind, TRI_KEY_PICTURE);
  fixture_spin_until (says_other_key, self);
  g_assert_true (says (GTK_WIDGET (self->sidebar->key_state), "Choose the picture that is the key."));
  gtk_drop_down_set_selected (self->sidebar->key_kind, TRI_KEY_PASSPHRASE);
  fixture_spin_until (has_report, self->session);
  fixture_spin_until (says_no_other_key, self);

  g_object_set (self->session, "live", FALSE, NULL);
  g_autoptr (TriKey) key = tri_key_new_passphrase ("another", NULL);
  tri_session_set_key (self->session, key);
  fixture_spin_until (says_other_key, self);
  g_assert_true (says (GTK_WIDGET (self->sidebar->key_state), "F5"));
  g_object_set (self->session, "live", TRUE, NULL); /* which the next window remembers */
  fixture_close (self);
}

/* The words beside a switch turn it, and the second passphrase says what decrypts without it. */
static void
test_rows (void)
{
  TriWindow *self = fixture_window_with_sample ();
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (self->sidebar->own_key), GTK_TYPE_LIST_BOX_ROW);
  g_assert_true (gtk_list_box_row_get_activatable (GTK_LIST_BOX_ROW (row)));
  g_signal_emit_by_name (self->sidebar->key_list, "row-activated", row);
  g_assert_true (gtk_switch_get_active (self->sidebar->own_key));
  g_autofree char *hint = NULL;
  g_object_get (self->sidebar->second, "placeholder-text", &hint, NULL);
  g_assert_cmpstr (hint, ==, "empty: the same passphrase");
  fixture_close (self);
}

static gboolean
is_at_top (gpointer data)
{
  return gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (data)) <= 0;
}

/* Another cipher's name and verdict are seen, wherever its list of parameters was left. */
static void
test_scrolled (void)
{
  TriWindow *self = fixture_window_with_sample ();
  tri_session_set_cipher (self->session, tri_cipher_find ("logistic"));
  fixture_spin_until (is_at_top, self->sidebar->scrolled);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->sidebar->scrolled);
  gtk_adjustment_configure (adjustment, 90, 0, 1000, 1, 10, 100);
  g_assert_cmpfloat (gtk_adjustment_get_value (adjustment), ==, 90);
  tri_session_set_cipher (self->session, tri_cipher_find ("kmeans"));
  fixture_spin_until (is_at_top, self->sidebar->scrolled);
  fixture_close (self);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/app/key/kinds", test_kinds);
  g_test_add_func ("/app/key/refused", test_refused);
  g_test_add_func ("/app/key/typed", test_typed);
  g_test_add_func ("/app/key/undo", test_undo);
  g_test_add_func ("/app/key/scrolled", test_scrolled);
  g_test_add_func ("/app/key/of-another", test_of_another_key);
  g_test_add_func ("/app/key/rows", test_rows);
  return fixture_run ();
}
