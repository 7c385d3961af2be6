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

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/access/names", test_names);
  g_test_add_func ("/access/announced", test_announced);
  return fixture_run ();
}
