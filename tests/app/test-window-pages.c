/* The window's pages: shown, remembered, asked before the window closes. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-page.h"
#include "window-fixture.h"

/* A page that writes down what it was asked. */
#define TEST_TYPE_PAGE (test_page_get_type ())
G_DECLARE_FINAL_TYPE (TestPage, test_page, TEST, PAGE, GtkWidget)

struct _TestPage {
  GtkWidget parent_instance;
  GString *asked;
  gboolean busy;
};

static gboolean
test_page_activate (TriPage *page, const char *action)
{
  g_string_append_printf (TEST_PAGE (page)->asked, "%s ", action);
  return TRUE;
}

static char *
test_page_why_stay (TriPage *page)
{
  return TEST_PAGE (page)->busy ? g_strdup ("Work is under way.") : NULL;
}

static void
test_page_iface_init (TriPageInterface *iface)
{
  iface->activate = test_page_activate;
  iface->why_stay = test_page_why_stay;
}

G_DEFINE_FINAL_TYPE_WITH_CODE (TestPage, test_page, GTK_TYPE_WIDGET,
                               G_IMPLEMENT_INTERFACE (TRI_TYPE_PAGE, test_page_iface_init))

static void
finalize (GObject *object)
{
  g_string_free (TEST_PAGE (object)->asked, TRUE);
  G_OBJECT_CLASS (test_page_parent_class)->finalize (object);
}

static void
test_page_class_init (TestPageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = finalize;
}

static void
test_page_init (TestPage *self)
{
  self->asked = g_string_new (NULL);
}

static TestPage *
add_page (TriWindow *self)
{
  TestPage *page = g_object_new (TEST_TYPE_PAGE, NULL);
  adw_view_stack_add_titled (self->pages, GTK_WIDGET (page), "test", "Test");
  return page;
}

static gboolean
is_idle (gpointer session)
{
  return !tri_session_is_busy (session);
}

static void
test_actions (void)
{
  TriWindow *self = fixture_window_with_sample ();
  fixture_spin_until (is_idle, self->session);
  TestPage *page = add_page (self);
  g_assert_true (gtk_widget_get_visible (self->explore_start));
  tri_window_show_page (self, "test");
  g_assert_false (gtk_widget_get_visible (self->explore_start));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.run", NULL);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.open", NULL);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.paste", NULL);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.stop", NULL);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.difference", NULL); /* of Explore alone */
  g_assert_cmpuint (self->gain, ==, 0);
  g_assert_cmpstr (page->asked->str, ==, "win.run win.open win.paste win.stop ");
  g_assert_false (tri_session_is_busy (self->session));
  g_assert_null (self->chooser);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.page", "i", 0);
  g_assert_true (tri_window_explores (self));
  gtk_widget_activate_action (GTK_WIDGET (self), "win.difference", NULL);
  g_assert_cmpuint (self->gain, >, 0);
  gtk_widget_activate_action (GTK_WIDGET (self), "win.run", NULL);
  g_assert_true (tri_session_is_busy (self->session));
  g_assert_cmpstr (page->asked->str, ==, "win.run win.open win.paste win.stop ");
  fixture_close (self);
}

static void
test_unknown_remembered (void)
{
  g_autoptr (GSettings) settings = g_settings_new ("io.github.triptych.Triptych");
  g_settings_set_string (settings, "page", "from the future");
  TriWindow *self = fixture_window ();
  g_assert_true (tri_window_explores (self));
  fixture_close (self);
}

/* The sample of the first start takes nobody away from the page of the last. */
static void
test_remembered (void)
{
  g_autoptr (GSettings) settings = g_settings_new ("io.github.triptych.Triptych");
  g_settings_set_string (settings, "page", "train");
  TriWindow *self = fixture_window_with_sample ();
  g_assert_cmpstr (adw_view_stack_get_visible_child_name (self->pages), ==, "train");
  fixture_close (self);
  g_settings_reset (settings, "page");
}

static void
test_close_asks (void)
{
  TriWindow *self = fixture_window ();
  TestPage *page = add_page (self);
  page->busy = TRUE;
  gtk_window_close (GTK_WINDOW (self));
  GtkWindow *dialog = fixture_find_message_dialog ();
  g_assert_nonnull (dialog);
  g_assert_cmpstr (adw_message_dialog_get_body (ADW_MESSAGE_DIALOG (dialog)), ==, "Work is under way.");
  adw_message_dialog_response (ADW_MESSAGE_DIALOG (dialog), "stay");
  gtk_window_destroy (dialog);
  g_assert_nonnull (gtk_window_get_application (GTK_WINDOW (self)));
  g_object_ref (self);
  page->busy = FALSE;
  gtk_window_close (GTK_WINDOW (self));
  g_assert_null (fixture_find_message_dialog ());
  g_assert_null (gtk_window_get_application (GTK_WINDOW (self)));
  g_object_unref (self);
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_test_add_func ("/window/pages/actions", test_actions);
  g_test_add_func ("/window/pages/unknown-remembered", test_unknown_remembered);
  g_test_add_func ("/window/pages/remembered", test_remembered);
  g_test_add_func ("/window/pages/close-asks", test_close_asks);
  return fixture_run ();
}
