/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-help.h"

#include <glib/gi18n-lib.h>

#include "tri-cipher.h"
#include "tri-help-section.h"
#include "tri-help-text.h"

#define WIDTH 660 /* of a line, at most */
#define ABOVE 12  /* a heading that was chosen */

struct _TriHelp {
  AdwWindow parent_instance;
  GtkSearchEntry *search;
  GtkListBox *parts;
  GtkStack *pages;
  char **needles; /* what is searched for, case-folded */
  GtkWidget *wanted; /* (unowned) (nullable): where to scroll to once it has its place */
  guint scrolling;
};

G_DEFINE_FINAL_TYPE (TriHelp, tri_help, ADW_TYPE_WINDOW)

/* A row of the list: the page, and what of it is shown. */
typedef struct {
  GtkWidget *page, *widget; /* (unowned) */
  char *words;              /* case-folded */
  gboolean whole;           /* the page from its top */
} Part;

static void
part_free (gpointer data)
{
  Part *part = data;
  g_free (part->words);
  g_free (part);
}

static Part *
part_of (GtkListBoxRow *row)
{
  return g_object_get_data (G_OBJECT (row), "part");
}

static GtkWidget *
make_label (const char *text, const char *style)
{
  return g_object_new (GTK_TYPE_LABEL, "label", text, "xalign", 0.0f, "wrap", TRUE, "css-classes",
                       (const char *[]) { style, NULL }, NULL);
}

/* @words: what is found by searching */
static void
add_part (TriHelp *self, GtkWidget *page, GtkWidget *widget, const char *title, const char *words, gboolean whole)
{
  Part *part = g_new0 (Part, 1);
  g_autofree char *all = g_strdup_printf ("%s %s", title, words);
  GtkWidget *row = gtk_list_box_row_new (), *label = make_label (title, whole ? "heading" : "body");
  *part = (Part) { .page = page, .widget = widget, .words = g_utf8_casefold (all, -1), .whole = whole };
  gtk_widget_set_margin_start (label, whole ? 0 : 10);
  gtk_list_box_row_set_child (GTK_LIST_BOX_ROW (row), label);
  g_object_set_data_full (G_OBJECT (row), "part", part, part_free);
  gtk_list_box_append (self->parts, row);
}

static GtkWidget *
make_verdict (const TriCipher *cipher)
{
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 3), *top = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 8);
  GtkWidget *title = make_label (_(cipher->title), "heading"), *badge = gtk_label_new (tri_verdict_title (cipher->verdict));
  g_autofree char *name = g_strdup_printf ("%s: %s", _(cipher->title), tri_verdict_title (cipher->verdict));
  gtk_widget_set_css_classes (badge, (const char *[]) { "badge", tri_verdict_id (cipher->verdict), NULL });
  gtk_widget_set_valign (badge, GTK_ALIGN_CENTER);
  gtk_widget_set_hexpand (title, TRUE);
  gtk_box_append (GTK_BOX (top), title);
  gtk_box_append (GTK_BOX (top), badge);
  gtk_box_append (GTK_BOX (box), top);
  gtk_box_append (GTK_BOX (box), make_label (_(cipher->why), "dim-label"));
  gtk_widget_add_css_class (box, "param");
  GtkWidget *row = g_object_new (GTK_TYPE_LIST_BOX_ROW, "activatable", FALSE, "child", box, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, _(cipher->why), -1);
  return row;
}

/* The best first; by what the ciphers say of themselves. @words: (out caller-allocates): all of it */
static GtkWidget *
make_verdicts (GString *words)
{
  GtkWidget *list = g_object_new (GTK_TYPE_LIST_BOX, "selection-mode", GTK_SELECTION_NONE, "css-classes",
                                  (const char *[]) { "boxed-list", NULL }, NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("The ciphers and their verdicts"), -1);
  for (guint verdict = 0; verdict <= TRI_VERDICT_NOT_ENCRYPTION; verdict++)
    for (const TriCipher *const *cipher = tri_ciphers (); *cipher != NULL; cipher++)
      if ((*cipher)->verdict == verdict)
        {
          gtk_list_box_append (GTK_LIST_BOX (list), make_verdict (*cipher));
          g_string_append_printf (words, "%s: %s. %s ", _((*cipher)->title), tri_verdict_title (verdict), _((*cipher)->why));
        }
  return list;
}

static void
add_verdicts (TriHelp *self, GtkWidget *page, GtkWidget *article)
{
  g_autoptr (GString) words = g_string_new (NULL);
  GtkWidget *section = tri_help_section_new_list (_("The ciphers and their verdicts"), make_verdicts (words));
  gtk_box_append (GTK_BOX (article), section);
  add_part (self, page, section, _("The ciphers and their verdicts"), words->str, FALSE);
}

/* Keys scroll wherever the focus is in the text. */
static void
add_scroll_keys (GtkWidget *scrolled)
{
  static const struct { guint key; GtkScrollType scroll; } keys[] = {
    { GDK_KEY_Up, GTK_SCROLL_STEP_UP },         { GDK_KEY_Down, GTK_SCROLL_STEP_DOWN }, { GDK_KEY_Page_Up, GTK_SCROLL_PAGE_UP },
    { GDK_KEY_Page_Down, GTK_SCROLL_PAGE_DOWN }, { GDK_KEY_Home, GTK_SCROLL_START },     { GDK_KEY_End, GTK_SCROLL_END },
    { GDK_KEY_space, GTK_SCROLL_PAGE_DOWN },
  };
  GtkEventController *controller = gtk_shortcut_controller_new ();
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (controller),
                                          gtk_shortcut_new_with_arguments (gtk_keyval_trigger_new (keys[i].key, 0),
                                                                           gtk_signal_action_new ("scroll-child"), "(ib)",
                                                                           (int) keys[i].scroll, FALSE));
  gtk_widget_add_controller (scrolled, controller);
}

static void
add_page (TriHelp *self, const TriHelpPage *page)
{
  GtkWidget *article = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18), *clamp = adw_clamp_new ();
  GtkWidget *scrolled = gtk_scrolled_window_new (), *top = tri_help_section_new (_(page->title), _(page->lead), 1);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), article);
  gtk_widget_add_css_class (article, "help-article");
  add_scroll_keys (scrolled);
  gtk_stack_add_titled (self->pages, scrolled, page->id, _(page->title));
  gtk_box_append (GTK_BOX (article), top);
  add_part (self, scrolled, top, _(page->title), _(page->lead), TRUE);
  if (page->verdicts)
    add_verdicts (self, scrolled, article);
  for (const TriHelpSection *s = page->sections; s->heading != NULL; s++)
    {
      GtkWidget *section = tri_help_section_new (_(s->heading), _(s->text), 2);
      gtk_box_append (GTK_BOX (article), section);
      add_part (self, scrolled, section, _(s->heading), _(s->text), FALSE);
    }
}

/* A page that was never shown has its places only after the next layout. */
static gboolean
scroll_when_placed (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  TriHelp *self = TRI_HELP (widget);
  GtkWidget *page = gtk_stack_get_visible_child (self->pages);
  GtkWidget *article = gtk_widget_get_ancestor (self->wanted, ADW_TYPE_CLAMP);
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (GTK_SCROLLED_WINDOW (page));
  graphene_rect_t place;
  if (!gtk_widget_get_mapped (self->wanted) || gtk_widget_get_height (self->wanted) == 0)
    return G_SOURCE_CONTINUE;

  if (gtk_widget_compute_bounds (self->wanted, article, &place))
    gtk_adjustment_set_value (adjustment, place.origin.y - ABOVE);
  self->scrolling = 0;
  return G_SOURCE_REMOVE;
}

static void
show_part (TriHelp *self, const Part *part)
{
  gtk_stack_set_visible_child (self->pages, part->page);
  self->wanted = part->widget;
  if (self->scrolling == 0)
    self->scrolling = gtk_widget_add_tick_callback (GTK_WIDGET (self), scroll_when_placed, NULL, NULL);
}

static void
on_part (TriHelp *self, GtkListBoxRow *row)
{
  if (row != NULL)
    show_part (self, part_of (row));
}

/* Into the text, to read on with the keyboard. */
static void
on_part_activated (TriHelp *self, GtkListBoxRow *row)
{
  Part *part = part_of (row);
  show_part (self, part);
  gtk_widget_child_focus (part->widget, GTK_DIR_TAB_FORWARD);
}

static gboolean
has_needles (TriHelp *self, const Part *part)
{
  for (guint i = 0; self->needles != NULL && self->needles[i] != NULL; i++)
    if (strstr (part->words, self->needles[i]) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
is_found (GtkListBoxRow *row, gpointer data)
{
  return has_needles (TRI_HELP (data), part_of (row));
}

static GtkListBoxRow *
find_first (TriHelp *self)
{
  GtkListBoxRow *row;
  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->parts, i)) != NULL; i++)
    if (has_needles (self, part_of (row)))
      return row;
  return NULL;
}

/* The text follows, so that the first of what is found is seen at once. */
static void
on_search (TriHelp *self)
{
  g_autofree char *folded = g_utf8_casefold (gtk_editable_get_text (GTK_EDITABLE (self->search)), -1);
  g_strfreev (self->needles);
  self->needles = g_strsplit (g_strstrip (folded), " ", -1);
  gtk_list_box_invalidate_filter (self->parts);
  GtkListBoxRow *chosen = gtk_list_box_get_selected_row (self->parts), *first = find_first (self);
  if (first != NULL && (chosen == NULL || !has_needles (self, part_of (chosen))))
    gtk_list_box_select_row (self->parts, first);
}

static void
on_search_activate (TriHelp *self)
{
  GtkListBoxRow *row = gtk_list_box_get_selected_row (self->parts);
  if (row != NULL && has_needles (self, part_of (row)))
    on_part_activated (self, row);
}

static void
on_search_stop (TriHelp *self)
{
  if (*gtk_editable_get_text (GTK_EDITABLE (self->search)) != '\0')
    gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  else
    gtk_window_close (GTK_WINDOW (self));
}

static void
on_find (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gtk_widget_grab_focus (GTK_WIDGET (TRI_HELP (widget)->search));
}

/* @id: of a page of the window, or "secure". The focus is on its text, and nothing is searched for. */
void
tri_help_show_page (TriHelp *self, const char *id)
{
  g_return_if_fail (TRI_IS_HELP (self));
  GtkWidget *page = gtk_stack_get_child_by_name (self->pages, id);
  GtkListBoxRow *row;
  gtk_editable_set_text (GTK_EDITABLE (self->search), "");
  on_search (self); /* which GTK says only after a while */
  for (int i = 0; (row = gtk_list_box_get_row_at_index (self->parts, i)) != NULL; i++)
    if (part_of (row)->whole && (part_of (row)->page == page || page == NULL))
      {
        gtk_list_box_select_row (self->parts, row);
        on_part_activated (self, row);
        return;
      }
}

static void
dispose (GObject *object)
{
  TriHelp *self = TRI_HELP (object);
  g_clear_pointer (&self->needles, g_strfreev);
  G_OBJECT_CLASS (tri_help_parent_class)->dispose (object);
}

static void
tri_help_class_init (TriHelpClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-help.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriHelp, name)
  BIND (search); BIND (parts); BIND (pages);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_part);
  gtk_widget_class_bind_template_callback (widget_class, on_part_activated);
  gtk_widget_class_bind_template_callback (widget_class, on_search);
  gtk_widget_class_bind_template_callback (widget_class, on_search_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_search_stop);
  gtk_widget_class_install_action (widget_class, "help.find", NULL, on_find);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_f, GDK_CONTROL_MASK, "help.find", NULL);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
tri_help_init (TriHelp *self)
{
  guint n;
  const TriHelpPage *pages = tri_help_pages (&n);
  gtk_widget_init_template (GTK_WIDGET (self));
  for (guint i = 0; i < n; i++)
    add_page (self, &pages[i]);
  gtk_list_box_set_filter_func (self->parts, is_found, self, NULL);
}

GtkWidget *
tri_help_new (void)
{
  return g_object_new (TRI_TYPE_HELP, NULL);
}
