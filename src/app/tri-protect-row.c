/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-protect-row.h"

#include <glib/gi18n-lib.h>

#include "tri-lazy-thumbnail.h"
#include "tri-protect-words.h"
#include "tri-tooltip.h"

#define SIDE 40
#define ICON 24
#define MARGIN 3 /* rows above and below what is seen that are ready */
#define HEIGHT 54 /* of the parts, whatever they are: a list of rows of one height does not jump when scrolled */

struct _TriProtectRow {
  GtkBox parent_instance;
  GtkImage *image;
  GtkLabel *name, *words, *badge;
  GtkProgressBar *bar;
  GtkListItem *item; /* (unowned): that has this */
  TriVaultRow *row; /* NULL while it shows none */
  const char *style;
  gboolean shown; /* is in the part of the list that is seen */
  GCancellable *loading;
};

G_DEFINE_FINAL_TYPE (TriProtectRow, tri_protect_row, GTK_TYPE_BOX)

/* What is said of the file as a whole, when the focus comes to it. */
static void
name_item (TriProtectRow *self, const char *words, const char *badge)
{
  GtkWidget *item = gtk_widget_get_parent (GTK_WIDGET (self));
  g_autofree char *name = g_strdup_printf ("%s: %s. %s", gtk_label_get_label (self->name), badge, words);
  if (item != NULL)
    gtk_accessible_update_property (GTK_ACCESSIBLE (item), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
}

static void
on_changed (TriProtectRow *self)
{
  TriVaultState state = tri_vault_row_get_state (self->row);
  g_autofree char *words = tri_protect_words_of_row (self->row);
  const char *style, *badge = tri_protect_words_of_state (self->row, &style);
  gtk_label_set_label (self->words, words);
  tri_tooltip_set (GTK_WIDGET (self->words), state == TRI_VAULT_FAILED ? words : NULL);
  gtk_label_set_label (self->badge, badge);
  name_item (self, words, badge);
  if (self->style != NULL)
    gtk_widget_remove_css_class (GTK_WIDGET (self->badge), self->style);
  gtk_widget_add_css_class (GTK_WIDGET (self->badge), self->style = style);
  gtk_progress_bar_set_fraction (self->bar, tri_vault_row_get_fraction (self->row));
  gtk_widget_set_visible (GTK_WIDGET (self->bar), state == TRI_VAULT_WORKING);
}

static void
show_texture (TriProtectRow *self, GdkTexture *texture)
{
  gtk_image_set_pixel_size (self->image, SIDE);
  gtk_image_set_from_paintable (self->image, GDK_PAINTABLE (texture));
}

/* A row that was taken for another file meanwhile has cancelled this. */
static void
on_thumbnail (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriProtectRow) self = data;
  g_autoptr (GdkTexture) texture = tri_lazy_thumbnail_load_finish (result);
  if (texture == NULL || self->row == NULL || self->loading != g_task_get_cancellable (G_TASK (result)))
    return;
  show_texture (self, texture);
  g_object_set_data_full (G_OBJECT (self->row), "thumbnail", g_object_ref (texture), g_object_unref);
}

static void
show_image (TriProtectRow *self)
{
  const TriVaultItem *item = tri_vault_row_get_item (self->row);
  GdkTexture *texture = g_object_get_data (G_OBJECT (self->row), "thumbnail");
  gboolean picture = !item->opening && !item->unlisted && tri_lazy_thumbnail_is_picture (item->source);
  if (texture != NULL)
    {
      show_texture (self, texture);
      return;
    }
  gtk_image_set_pixel_size (self->image, ICON);
  gtk_image_set_from_icon_name (self->image, item->opening    ? "channel-secure-symbolic"
                                             : item->unlisted ? "folder-symbolic"
                                             : picture        ? "image-x-generic-symbolic"
                                                              : "text-x-generic-symbolic");
  if (!picture)
    return;
  self->loading = g_cancellable_new ();
  tri_lazy_thumbnail_load_async (item->source, SIDE * (guint) gtk_widget_get_scale_factor (GTK_WIDGET (self)), self->loading,
                                 on_thumbnail, g_object_ref (self));
}

static void
fill (TriProtectRow *self)
{
  const TriVaultItem *item = tri_vault_row_get_item (self->row);
  g_autofree char *base = g_file_get_basename (item->source);
  g_autofree char *below = item->subfolder != NULL ? g_build_filename (item->subfolder, base, NULL) : g_strdup (base);
  g_autofree char *shown = g_filename_display_name (item->unlisted ? base : below);
  gtk_label_set_label (self->name, shown);
  g_signal_connect_swapped (self->row, "changed", G_CALLBACK (on_changed), self);
  show_image (self);
  on_changed (self);
}

static void
empty (TriProtectRow *self)
{
  g_cancellable_cancel (self->loading);
  g_clear_object (&self->loading);
  if (self->row != NULL)
    g_signal_handlers_disconnect_by_func (self->row, on_changed, self);
}

static void make_parts (TriProtectRow *self);

/* A list view makes two hundred rows at once, of which a dozen are seen: only those get parts, and are kept up to date. */
static void
set_shown (TriProtectRow *self, gboolean shown)
{
  if (shown == self->shown)
    return;
  self->shown = shown;
  if (shown && self->name == NULL)
    make_parts (self);
  if (shown && self->row != NULL)
    fill (self);
  else
    empty (self);
}

/* @row: (nullable) */
static void
show (TriProtectRow *self, TriVaultRow *row)
{
  empty (self);
  g_set_object (&self->row, row);
  if (self->shown && row != NULL)
    fill (self);
}

static void
dispose (GObject *object)
{
  show (TRI_PROTECT_ROW (object), NULL);
  G_OBJECT_CLASS (tri_protect_row_parent_class)->dispose (object);
}

static void
tri_protect_row_class_init (TriProtectRowClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = dispose;
}

static GtkLabel *
add_label (GtkBox *box, const char *style)
{
  GtkWidget *label = gtk_label_new (NULL);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  gtk_box_append (box, label);
  return GTK_LABEL (label);
}

static void
tri_protect_row_init (TriProtectRow *self)
{
  gtk_box_set_spacing (GTK_BOX (self), 12);
  gtk_widget_set_size_request (GTK_WIDGET (self), -1, HEIGHT);
  gtk_widget_add_css_class (GTK_WIDGET (self), "protect-row");
}

static void
make_parts (TriProtectRow *self)
{
  GtkWidget *column = gtk_box_new (GTK_ORIENTATION_VERTICAL, 2);
  self->image = g_object_new (GTK_TYPE_IMAGE, "pixel-size", SIDE, "overflow", GTK_OVERFLOW_HIDDEN, "valign", GTK_ALIGN_CENTER,
                              "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_add_css_class (GTK_WIDGET (self->image), "stamp");
  gtk_box_append (GTK_BOX (self), GTK_WIDGET (self->image));
  gtk_widget_set_hexpand (column, TRUE);
  gtk_widget_set_valign (column, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (self), column);
  self->name = add_label (GTK_BOX (column), NULL);
  gtk_label_set_ellipsize (self->name, PANGO_ELLIPSIZE_MIDDLE);
  self->words = add_label (GTK_BOX (column), "caption");
  gtk_widget_add_css_class (GTK_WIDGET (self->words), "dim-label");
  gtk_label_set_wrap (self->words, TRUE);
  gtk_label_set_wrap_mode (self->words, PANGO_WRAP_WORD_CHAR);
  gtk_label_set_lines (self->words, 2);
  gtk_label_set_ellipsize (self->words, PANGO_ELLIPSIZE_END);
  self->bar = GTK_PROGRESS_BAR (gtk_progress_bar_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bar), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Progress of this file"), -1);
  gtk_box_append (GTK_BOX (column), GTK_WIDGET (self->bar));
  self->badge = add_label (GTK_BOX (self), "badge");
  gtk_widget_set_valign (GTK_WIDGET (self->badge), GTK_ALIGN_CENTER);
}

/* The part of a list that is seen, in places. */
typedef struct {
  guint first, last;
} Seen;

static gboolean
is_seen (const Seen *seen, GtkListItem *item)
{
  guint place = gtk_list_item_get_position (item);
  return place >= seen->first && place <= seen->last;
}

static void
on_setup (GtkSignalListItemFactory *factory, GtkListItem *item, Seen *seen)
{
  TriProtectRow *row = g_object_new (TRI_TYPE_PROTECT_ROW, NULL);
  row->item = item;
  gtk_list_item_set_child (item, GTK_WIDGET (row));
}

static void
on_bind (GtkSignalListItemFactory *factory, GtkListItem *item, Seen *seen)
{
  TriProtectRow *row = TRI_PROTECT_ROW (gtk_list_item_get_child (item));
  show (row, gtk_list_item_get_item (item));
  set_shown (row, is_seen (seen, item));
}

static void
on_unbind (GtkSignalListItemFactory *factory, GtkListItem *item, Seen *seen)
{
  show (TRI_PROTECT_ROW (gtk_list_item_get_child (item)), NULL);
}

/* All rows have one height. Before the next layout, so that what comes into view is there when it does. Rows that are
 * added later below few move no adjustment, so as many count as there is room for, whether there are so many or not. */
static void
on_scrolled (GtkListView *list)
{
  Seen *seen = g_object_get_data (G_OBJECT (list), "seen");
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));
  GListModel *model = G_LIST_MODEL (gtk_list_view_get_model (list));
  guint n = model != NULL ? g_list_model_get_n_items (model) : 0;
  double value = gtk_adjustment_get_value (adjustment), page = gtk_adjustment_get_page_size (adjustment);
  double height = n > 0 ? MAX (HEIGHT, gtk_adjustment_get_upper (adjustment) / n) : HEIGHT;
  seen->first = (guint) MAX (0, value / height - MARGIN);
  seen->last = seen->first + (guint) (page / HEIGHT) + 2 * MARGIN;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (list)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *row = gtk_widget_get_first_child (child);
      if (TRI_IS_PROTECT_ROW (row))
        set_shown (TRI_PROTECT_ROW (row), is_seen (seen, TRI_PROTECT_ROW (row)->item));
    }
}

static void
on_adjustment (GtkListView *list)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));
  if (adjustment == NULL)
    return;
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_scrolled), list, G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (on_scrolled), list, G_CONNECT_SWAPPED);
}

/* Makes @list, which is in its scrolled window, one of such rows. */
void
tri_protect_row_set_up (GtkListView *list)
{
  Seen *seen = g_new0 (Seen, 1);
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();
  g_object_set_data_full (G_OBJECT (list), "seen", seen, g_free);
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), seen);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), seen);
  g_signal_connect (factory, "unbind", G_CALLBACK (on_unbind), seen);
  gtk_list_view_set_factory (list, factory);
  g_signal_connect (list, "notify::vadjustment", G_CALLBACK (on_adjustment), NULL);
  on_adjustment (list);
}
