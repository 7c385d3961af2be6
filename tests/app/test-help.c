/* The help: opened where it fits, with every verdict as the ciphers give it, found by words, and read by keyboard.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"
#include "tri-help-section.h"
#include "tri-help-text.h"
#include "tri-help.h"
#include "window-fixture.h"

/* The first of a type below @widget, by its builder id where one is given. */
static GtkWidget *
find (GtkWidget *widget, GType type, const char *id)
{
  GtkWidget *found = NULL;
  if (g_type_is_a (G_OBJECT_TYPE (widget), type)
      && (id == NULL || g_strcmp0 (gtk_buildable_get_buildable_id (GTK_BUILDABLE (widget)), id) == 0))
    return widget;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find (child, type, id);
  return found;
}

static GtkStack *
pages_of (GtkWidget *help)
{
  return GTK_STACK (find (help, GTK_TYPE_STACK, "pages"));
}

static GtkListBox *
parts_of (GtkWidget *help)
{
  return GTK_LIST_BOX (find (help, GTK_TYPE_LIST_BOX, "parts"));
}

static double
scrolled_to (GtkWidget *help)
{
  GtkScrolledWindow *page = GTK_SCROLLED_WINDOW (gtk_stack_get_visible_child (pages_of (help)));
  return gtk_adjustment_get_value (gtk_scrolled_window_get_vadjustment (page));
}

static gboolean
count_down (GtkWidget *widget, GdkFrameClock *clock, gpointer frames)
{
  (*(guint *) frames)--;
  return *(guint *) frames > 0;
}

static gboolean
is_zero (gpointer number)
{
  return *(guint *) number == 0;
}

static void
spin_frames (GtkWidget *widget)
{
  guint frames = 6;
  gtk_widget_add_tick_callback (widget, count_down, &frames, NULL);
  fixture_spin_until (is_zero, &frames);
}

static GtkWidget *
open_help (void)
{
  GtkWidget *help = tri_help_new ();
  gtk_window_present (GTK_WINDOW (help));
  spin_frames (help);
  return help;
}

/* F1 shows what is said of the page that is shown, with the focus in the text. */
static void
test_fits (void)
{
  TriWindow *self = fixture_window ();
  g_autoptr (GtkSelectionModel) pages = adw_view_stack_get_pages (self->pages);
  guint n = g_list_model_get_n_items (G_LIST_MODEL (pages));
  g_assert_cmpuint (n, ==, 3);
  for (guint i = 0; i < n; i++)
    {
      g_autoptr (AdwViewStackPage) page = g_list_model_get_item (G_LIST_MODEL (pages), i);
      const char *name = adw_view_stack_page_get_name (page);
      tri_window_show_page (self, name);
      gtk_widget_activate_action (GTK_WIDGET (self), "win.help", NULL);
      g_assert_cmpstr (gtk_stack_get_visible_child_name (pages_of (self->help)), ==, name);
      g_assert_true (TRI_IS_HELP_SECTION (gtk_window_get_focus (GTK_WINDOW (self->help))));
      if (i == 1) /* once by a new window, and once by the one that is open */
        gtk_window_close (GTK_WINDOW (self->help));
    }
  fixture_close (self);
}

static gboolean
shows (GtkWidget *widget, const char *text)
{
  if (GTK_IS_LABEL (widget) && strcmp (gtk_label_get_text (GTK_LABEL (widget)), text) == 0)
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (shows (child, text))
      return TRUE;
  return FALSE;
}

static gboolean
shows_verdict (GtkWidget *widget, const TriCipher *cipher)
{
  if (GTK_IS_LIST_BOX_ROW (widget) && shows (widget, cipher->title) && shows (widget, cipher->why)
      && shows (widget, tri_verdict_title (cipher->verdict)))
    return TRUE;
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL; child = gtk_widget_get_next_sibling (child))
    if (shows_verdict (child, cipher))
      return TRUE;
  return FALSE;
}

static void
test_verdicts (void)
{
  GtkWidget *help = open_help ();
  tri_help_show_page (TRI_HELP (help), "secure");
  GtkWidget *page = gtk_stack_get_visible_child (pages_of (help));
  for (const TriCipher *const *cipher = tri_ciphers (); *cipher != NULL; cipher++)
    g_assert_true (shows_verdict (page, *cipher));
  gtk_window_destroy (GTK_WINDOW (help));
}

/* Each section has a heading and words, names for screen readers, and shows what the data has. */
static void
test_sections (void)
{
  GtkWidget *help = open_help ();
  guint n;
  const TriHelpPage *pages = tri_help_pages (&n);
  g_assert_cmpuint (n, ==, 4);
  for (guint i = 0; i < n; i++)
    {
      GtkWidget *page = gtk_stack_get_child_by_name (pages_of (help), pages[i].id);
      g_assert_true (shows (page, pages[i].title) && shows (page, pages[i].lead));
      for (const TriHelpSection *s = pages[i].sections; s->heading != NULL; s++)
        {
          g_auto (GStrv) paragraphs = g_strsplit (s->text, "\n", -1);
          g_assert_true (shows (page, s->heading));
          for (guint j = 0; paragraphs[j] != NULL; j++)
            g_assert_true (shows (page, g_str_has_prefix (paragraphs[j], "• ") ? paragraphs[j] + 4 : paragraphs[j]));
        }
    }
  GtkWidget *section = find (help, TRI_TYPE_HELP_SECTION, NULL);
  gtk_test_accessible_assert_role (gtk_widget_get_first_child (section), GTK_ACCESSIBLE_ROLE_HEADING);
  gtk_test_accessible_assert_property (section, GTK_ACCESSIBLE_PROPERTY_LABEL, pages[0].title);
  gtk_test_accessible_assert_property (section, GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, pages[0].lead);
  g_assert_cmpuint (fixture_count_nameless (help, "help"), ==, 0);
  gtk_window_destroy (GTK_WINDOW (help));
}

static guint
count_shown_rows (GtkListBox *parts)
{
  guint n = 0;
  GtkListBoxRow *row;
  for (int i = 0; (row = gtk_list_box_get_row_at_index (parts, i)) != NULL; i++)
    n += gtk_widget_get_child_visible (GTK_WIDGET (row));
  return n;
}

static void
search (GtkWidget *help, const char *words)
{
  GtkWidget *entry = find (help, GTK_TYPE_SEARCH_ENTRY, NULL);
  gtk_editable_set_text (GTK_EDITABLE (entry), words);
  g_signal_emit_by_name (entry, "search-changed"); /* which waits for the end of typing */
}

/* What is searched for is found in any case and order, also in what the ciphers say, and its text follows. */
static void
test_search (void)
{
  GtkWidget *help = open_help ();
  GtkListBox *parts = parts_of (help);
  guint all = count_shown_rows (parts);
  g_assert_cmpuint (all, >, 20);
  search (help, "SHRED original");
  g_assert_cmpuint (count_shown_rows (parts), ==, 1);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (pages_of (help)), ==, "protect");
  search (help, "autoencoder keystream");
  g_assert_cmpuint (count_shown_rows (parts), ==, 1);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (pages_of (help)), ==, "secure");
  search (help, "xyzzy");
  g_assert_cmpuint (count_shown_rows (parts), ==, 0);
  g_signal_emit_by_name (find (help, GTK_TYPE_SEARCH_ENTRY, NULL), "stop-search"); /* Escape: back to all */
  search (help, "");
  g_assert_cmpuint (count_shown_rows (parts), ==, all);
  gtk_window_destroy (GTK_WINDOW (help));
}

/* A part that is chosen is scrolled to, on a page that was never laid out, too. */
static void
test_goes_to (void)
{
  GtkWidget *help = open_help ();
  GtkListBoxRow *row;
  search (help, "ledger");
  for (int i = 0; (row = gtk_list_box_get_row_at_index (parts_of (help), i)) != NULL; i++)
    if (shows (GTK_WIDGET (row), "The key ledger"))
      gtk_list_box_select_row (parts_of (help), row);
  spin_frames (help);
  g_assert_cmpstr (gtk_stack_get_visible_child_name (pages_of (help)), ==, "protect");
  g_assert_cmpfloat (scrolled_to (help), >, 200);
  tri_help_show_page (TRI_HELP (help), "protect");
  spin_frames (help);
  g_assert_cmpfloat (scrolled_to (help), <, 40);
  gtk_window_destroy (GTK_WINDOW (help));
}

/* As if the key were pressed in the text. */
static void
press (GtkWidget *help, guint key)
{
  GtkWidget *page = gtk_stack_get_visible_child (pages_of (help));
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (page);
  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);
      guint n = GTK_IS_SHORTCUT_CONTROLLER (controller) ? g_list_model_get_n_items (G_LIST_MODEL (controller)) : 0;
      for (guint j = 0; j < n; j++)
        {
          g_autoptr (GtkShortcut) shortcut = g_list_model_get_item (G_LIST_MODEL (controller), j);
          GtkShortcutTrigger *trigger = gtk_shortcut_get_trigger (shortcut);
          if (GTK_IS_KEYVAL_TRIGGER (trigger) && gtk_keyval_trigger_get_keyval (GTK_KEYVAL_TRIGGER (trigger)) == key
              && gtk_keyval_trigger_get_modifiers (GTK_KEYVAL_TRIGGER (trigger)) == 0)
            {
              gtk_shortcut_action_activate (gtk_shortcut_get_action (shortcut), 0, page, gtk_shortcut_get_arguments (shortcut));
              return;
            }
        }
    }
  g_assert_not_reached ();
}

static void
test_scrolls (void)
{
  static const guint keys[] = { GDK_KEY_Down, GDK_KEY_Page_Down, GDK_KEY_space };
  GtkWidget *help = open_help ();
  tri_help_show_page (TRI_HELP (help), "protect");
  spin_frames (help);
  double before = scrolled_to (help);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    {
      press (help, keys[i]);
      g_assert_cmpfloat (scrolled_to (help), >, before);
      before = scrolled_to (help);
    }
  press (help, GDK_KEY_Up);
  g_assert_cmpfloat (scrolled_to (help), <, before);
  press (help, GDK_KEY_Page_Up);
  press (help, GDK_KEY_Home);
  g_assert_cmpfloat (scrolled_to (help), ==, 0);
  press (help, GDK_KEY_End);
  g_assert_cmpfloat (scrolled_to (help), >=, before);
  gtk_window_destroy (GTK_WINDOW (help));
}

int
main (int argc, char **argv)
{
  fixture_init (&argc, &argv);
  g_object_set (gtk_settings_get_default (), "gtk-enable-animations", FALSE, NULL);
  g_test_add_func ("/help/fits", test_fits);
  g_test_add_func ("/help/verdicts", test_verdicts);
  g_test_add_func ("/help/sections", test_sections);
  g_test_add_func ("/help/search", test_search);
  g_test_add_func ("/help/goes-to", test_goes_to);
  g_test_add_func ("/help/scrolls", test_scrolls);
  return fixture_run ();
}
