/* What someone who cannot see the window, or has no pointer, finds: names, announcements, keys.
 * SPDX-License-Identifier: GPL-3.0-or-later */
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

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/access/names", test_names);
  g_test_add_func ("/access/announced", test_announced);
  g_test_add_func ("/access/folded", test_folded);
  return fixture_run ();
}
