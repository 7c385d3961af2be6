/* Calls that wait for a while, for the end of the typing, or for the window's size.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <gtk/gtk.h>

#include "tri-narrow.h"

static guint n_calls, n_others;

static void
count (GtkWidget *widget)
{
  n_calls++;
}

static void
count_other (GtkWidget *widget)
{
  n_others++;
}

static gboolean
on_past (gpointer data)
{
  gboolean *past = data;
  *past = TRUE;
  return G_SOURCE_REMOVE;
}

/* Until all that is due in @ms has been called: the source is added last, and comes last. */
static void
pass (guint ms)
{
  gboolean past = FALSE;
  g_timeout_add_full (G_PRIORITY_LOW, ms, on_past, &past, NULL);
  while (!past)
    g_main_context_iteration (NULL, TRUE);
}

static GtkWidget *
new_widget (void)
{
  n_calls = n_others = 0;
  return g_object_ref_sink (gtk_label_new (""));
}

/* Many wishes, one call, for each of the functions. */
static void
test_once (void)
{
  GtkWidget *widget = new_widget ();
  for (guint i = 0; i < 5; i++)
    {
      tri_later (widget, count, 20);
      tri_later (widget, count_other, 0);
    }
  g_assert_cmpuint (n_calls + n_others, ==, 0);
  pass (60);
  g_assert_cmpuint (n_calls, ==, 1);
  g_assert_cmpuint (n_others, ==, 1);
  tri_later (widget, count, 20);
  pass (60);
  g_assert_cmpuint (n_calls, ==, 2);
  g_object_unref (widget);
}

/* Asked for again and again, one comes in the meantime; but the one that waits for a rest only at the end. */
static void
test_rest (void)
{
  GtkWidget *widget = new_widget ();
  tri_later_rested (widget, count, 600000);
  tri_later (widget, count_other, 20);
  tri_later (widget, count_other, 600000);
  pass (60);
  g_assert_cmpuint (n_calls, ==, 0);
  g_assert_cmpuint (n_others, ==, 1);
  tri_later_rested (widget, count, 20);
  pass (60);
  g_assert_cmpuint (n_calls, ==, 1);
  g_object_unref (widget);
}

static void
test_forget (void)
{
  GtkWidget *widget = new_widget ();
  g_assert_false (tri_later_forget (widget, count));
  tri_later (widget, count, 5);
  g_assert_true (tri_later_forget (widget, count));
  g_assert_false (tri_later_forget (widget, count));
  pass (30);
  g_assert_cmpuint (n_calls, ==, 0);
  g_object_unref (widget);
}

static void
destroy (GtkWidget *widget)
{
  gtk_window_destroy (GTK_WINDOW (widget));
}

/* Not after the widget was disposed of, though somebody holds it still; and a call may end its own widget. */
static void
test_gone (void)
{
  GtkWidget *widget = new_widget ();
  tri_later (widget, count, 5);
  g_object_run_dispose (G_OBJECT (widget));
  pass (30);
  g_assert_cmpuint (n_calls, ==, 0);
  g_object_unref (widget);

  GtkWidget *window = gtk_window_new ();
  g_object_add_weak_pointer (G_OBJECT (window), (gpointer *) &window);
  tri_later (window, count, 30);
  tri_later (window, destroy, 0);
  while (window != NULL)
    g_main_context_iteration (NULL, TRUE);
  pass (60);
  g_assert_cmpuint (n_calls, ==, 0);
}

static int narrow = -1;

static void
on_narrow (GtkWidget *widget, gboolean is)
{
  n_calls++;
  narrow = is;
}

static void
on_size (GtkWidget *widget)
{
  n_others++;
}

/* Told when the window is shown, and when it turns; of its size each time it has another. */
static void
test_narrow (void)
{
  GtkWidget *widget = new_widget (), *window = gtk_window_new ();
  tri_narrow_watch (widget, on_narrow);
  tri_size_watch (widget, on_size);
  gtk_window_set_child (GTK_WINDOW (window), widget);
  gtk_window_set_default_size (GTK_WINDOW (window), 400, 300);
  gtk_window_present (GTK_WINDOW (window));
  while (narrow != TRUE || n_others == 0)
    g_main_context_iteration (NULL, TRUE);
  guint n_before = n_others;
  gtk_window_set_default_size (GTK_WINDOW (window), 500, 300);
  while (n_others == n_before)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_calls, ==, 1);
  gtk_window_set_default_size (GTK_WINDOW (window), TRI_NARROW_WIDTH + 100, 300);
  while (narrow != FALSE)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (n_calls, ==, 2);
  gtk_window_destroy (GTK_WINDOW (window));
  g_object_unref (widget);
}

int
main (int argc, char **argv)
{
  gtk_init ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/later/once", test_once);
  g_test_add_func ("/later/rest", test_rest);
  g_test_add_func ("/later/forget", test_forget);
  g_test_add_func ("/later/gone", test_gone);
  g_test_add_func ("/later/narrow", test_narrow);
  return g_test_run ();
}
