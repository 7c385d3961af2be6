/* What someone who cannot see the window, or has no pointer, finds: names, announcements, keys.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-param-row.h"
#include "tri-sidebar-private.h"
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

/* What is folded away is out of the tree, and newer GTK asks it for a root when Tab comes by: only what is not visible is passed
 * over. Returns: how many were looked at */
static guint
check_folded (GtkWidget *widget)
{
  guint n = 0;
  if (GTK_IS_EXPANDER (widget))
    {
      GtkExpander *expander = GTK_EXPANDER (widget);
      gboolean expanded = gtk_expander_get_expanded (expander);
      for (guint i = 0; i < 2; i++)
        {
          gtk_expander_set_expanded (expander, i == 0);
          g_assert_true (gtk_widget_get_visible (gtk_expander_get_child (expander)) == (i == 0));
        }
      gtk_expander_set_expanded (expander, expanded);
      n++;
    }
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    n += check_folded (child);
  return n;
}

static void
test_folded (void)
{
  TriWindow *self = fixture_window_with_sample ();
  g_assert_cmpuint (check_folded (GTK_WIDGET (self)), >=, 3);
  for (guint i = 0; i < 100; i++)
    gtk_widget_child_focus (GTK_WIDGET (self), GTK_DIR_TAB_FORWARD);
  fixture_close (self);
}

static int
least_width (GtkWidget *widget)
{
  int least;
  gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, &least, NULL, NULL, NULL);
  return least;
}

/* The side bar stays as wide as it is: the pictures keep their place when another cipher is chosen, or what is chosen of a
 * parameter has a longer name. */
static void
test_width (void)
{
  TriWindow *self = fixture_window_with_sample ();
  GtkWidget *sidebar = GTK_WIDGET (self->sidebar);
  int room;
  gtk_widget_get_size_request (self->sidebar_box, &room, NULL);
  g_assert_cmpint (room, >, 0);
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    {
      tri_session_set_cipher (self->session, *c);
      for (const TriParamSpec *spec = (*c)->params; spec != NULL && spec->id != NULL; spec++)
        for (guint i = 0; spec->type == TRI_PARAM_CHOICE && spec->choices[i].id != NULL; i++)
          {
            g_assert_true (tri_session_set_param (self->session, spec->id, i, NULL));
            g_assert_cmpint (least_width (sidebar), <=, room);
          }
      g_assert_cmpint (least_width (sidebar), <=, room);
    }
  static const TriChoice choices[] = { { "long", "What is chosen has a name that is much too long for the side bar" }, { NULL, NULL } };
  static const TriParamSpec spec = { .id = "choice", .title = "Choice", .type = TRI_PARAM_CHOICE, .choices = choices };
  gtk_list_box_append (self->sidebar->key_list, GTK_WIDGET (tri_param_row_new (&spec)));
  g_assert_cmpint (least_width (sidebar), <=, room);
  fixture_close (self);
}

/* The number on a pane's picture: the last of its chips. */
static GtkWidget *
find_chip (GtkWidget *widget)
{
  if (GTK_IS_LABEL (widget) && gtk_widget_has_css_class (widget, "chip"))
    return widget;
  for (GtkWidget *child = gtk_widget_get_last_child (widget); child != NULL; child = gtk_widget_get_prev_sibling (child))
    {
      GtkWidget *found = find_chip (child);
      if (found != NULL)
        return found;
    }
  return NULL;
}

static gboolean
has_numbers (gpointer chip)
{
  return gtk_widget_get_visible (chip) && *gtk_label_get_label (GTK_LABEL (chip)) != '\0';
}

/* Numbers fade from a picture that is looked at, and stay for those who don't see it, and for an audience. */
static void
test_chips (void)
{
  TriWindow *self = fixture_window_with_sample ();
  GtkWidget *chip = find_chip (GTK_WIDGET (self->decrypted));
  fixture_spin_until (has_numbers, chip);
  g_assert_false (gtk_widget_has_css_class (chip, "away"));
  tri_view_set_crosshair (self->view, 0.5, 0.5);
  g_assert_true (gtk_widget_has_css_class (chip, "away"));
  g_assert_true (gtk_widget_get_visible (chip));
  tri_view_set_crosshair (self->view, -1, -1);
  g_assert_false (gtk_widget_has_css_class (chip, "away"));
  tri_view_set_zoom (self->view, 16);
  g_assert_true (gtk_widget_has_css_class (chip, "away"));
  tri_pane_set_presenting (self->decrypted, TRUE);
  g_assert_false (gtk_widget_has_css_class (chip, "away"));
  tri_pane_set_presenting (self->decrypted, FALSE);
  tri_view_set_zoom (self->view, 0);
  g_assert_false (gtk_widget_has_css_class (chip, "away"));
  fixture_close (self);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/access/names", test_names);
  g_test_add_func ("/access/announced", test_announced);
  g_test_add_func ("/access/folded", test_folded);
  g_test_add_func ("/access/width", test_width);
  g_test_add_func ("/access/chips", test_chips);
  return fixture_run ();
}
