/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-panel-history.h"

#include <glib/gi18n-lib.h>

#include "tri-card.h"
#include "tri-export.h"
#include "tri-narrow.h"
#include "tri-thumbnail.h"
#include "tri-tooltip.h"

#define THUMBNAIL_SIDE 32

struct _TriPanelHistory {
  TriPanel panel;
  GtkStack *stack;
  GtkColumnView *view;
  GPtrArray *wide_only; /* columns that a narrow window has no room for */
};

G_DEFINE_FINAL_TYPE (TriPanelHistory, tri_panel_history, TRI_TYPE_PANEL)

/* Returns: (transfer full): what a cell says of an entry */
typedef char *(*CellFunc) (TriHistoryEntry *entry);

typedef struct {
  const char *title;
  CellFunc text;
  gboolean number, expand, wide_only;
} Column;

static char *
time_text (TriHistoryEntry *entry)
{
  g_autoptr (GDateTime) local = g_date_time_to_local (tri_history_entry_get_time (entry));
  return g_date_time_format (local, "%X");
}

static char *
picture_text (TriHistoryEntry *entry)
{
  const char *name = tri_history_entry_get_picture_name (entry);
  return g_strdup (name != NULL ? name : _("Untitled"));
}

static char *
cipher_text (TriHistoryEntry *entry)
{
  return g_strdup (_(tri_history_entry_get_report (entry)->cipher->title));
}

static char *
params_text (TriHistoryEntry *entry)
{
  g_autofree char *text = tri_report_chosen_params (tri_history_entry_get_report (entry));
  return g_strdup (*text != '\0' ? text : "–");
}

static char *
key_text (TriHistoryEntry *entry)
{
  const TriReport *report = tri_history_entry_get_report (entry);
  const char *kind = tri_key_kind_title (report->key_kind);
  return report->flipped != NULL ? g_strdup_printf (_("%s, one bit changed"), kind)
         : report->other_key     ? g_strdup_printf (_("%s, another to decrypt"), kind) : g_strdup (kind);
}

static char *
hidden_text (TriHistoryEntry *entry)
{
  return tri_metric_format (TRI_METRIC_SSIM, tri_history_entry_get_report (entry)->encrypted.ssim);
}

static char *
psnr_text (TriHistoryEntry *entry)
{
  const TriReport *report = tri_history_entry_get_report (entry);
  return report->refusal != NULL ? g_strdup (_("refused")) : tri_metric_format (TRI_METRIC_PSNR, report->restored.psnr);
}

static char *
entropy_text (TriHistoryEntry *entry)
{
  return tri_metric_format (TRI_METRIC_ENTROPY, tri_history_entry_get_report (entry)->values[TRI_METRIC_ENTROPY]);
}

static char *
duration_text (TriHistoryEntry *entry)
{
  double s = tri_history_entry_get_report (entry)->encrypt_s;
  return s < 1 ? g_strdup_printf (_("%.1f ms"), s * 1000) : g_strdup_printf (_("%.2f s"), s);
}

static const Column columns[] = {
  { N_("Time"), time_text, TRUE, FALSE, FALSE },
  { N_("Cipher"), cipher_text, FALSE, TRUE, FALSE },
  { N_("Parameters"), params_text, FALSE, TRUE, TRUE },
  { N_("Key"), key_text, FALSE, FALSE, TRUE },
  { N_("SSIM encrypted"), hidden_text, TRUE, FALSE, FALSE },
  { N_("PSNR decrypted"), psnr_text, TRUE, FALSE, FALSE },
  { N_("Entropy"), entropy_text, TRUE, FALSE, TRUE },
  { N_("Encryption"), duration_text, TRUE, FALSE, TRUE },
  { N_("Picture"), picture_text, FALSE, FALSE, TRUE },
};

static void
setup_text (GtkSignalListItemFactory *factory, GtkListItem *item, const Column *column)
{
  GtkWidget *label = gtk_label_new ("");
  gtk_label_set_xalign (GTK_LABEL (label), column->number ? 1 : 0);
  gtk_label_set_ellipsize (GTK_LABEL (label), column->number ? PANGO_ELLIPSIZE_NONE : PANGO_ELLIPSIZE_END);
  if (!column->number)
    gtk_label_set_width_chars (GTK_LABEL (label), column->expand ? 12 : 9);
  if (column->number)
    gtk_widget_add_css_class (label, "numeric");
  gtk_list_item_set_child (item, label);
}

static void
bind_text (GtkSignalListItemFactory *factory, GtkListItem *item, const Column *column)
{
  GtkWidget *label = gtk_list_item_get_child (item);
  g_autofree char *text = column->text (gtk_list_item_get_item (item));
  gtk_label_set_label (GTK_LABEL (label), text);
  tri_tooltip_set (label, column->number ? NULL : text);
}

static void
setup_picture (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkWidget *picture = g_object_new (GTK_TYPE_PICTURE, "accessible-role", GTK_ACCESSIBLE_ROLE_PRESENTATION, NULL);
  gtk_widget_set_size_request (picture, THUMBNAIL_SIDE, THUMBNAIL_SIDE);
  gtk_widget_set_halign (picture, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (picture, "tri-thumbnail");
  gtk_widget_set_overflow (picture, GTK_OVERFLOW_HIDDEN);
  gtk_list_item_set_child (item, picture);
}

static void
bind_picture (GtkSignalListItemFactory *factory, GtkListItem *item)
{
  GtkPicture *picture = GTK_PICTURE (gtk_list_item_get_child (item));
  TriHistoryEntry *entry = gtk_list_item_get_item (item);
  TriImage *image = tri_history_entry_get_thumbnail (entry);
  g_autoptr (GdkTexture) texture = image != NULL ? tri_thumbnail_new (image, 2 * THUMBNAIL_SIDE) : NULL;
  g_autofree char *text = g_strdup_printf (_("Encrypted with %s"), _(tri_history_entry_get_report (entry)->cipher->title));
  gtk_picture_set_paintable (picture, GDK_PAINTABLE (texture));
  gtk_picture_set_alternative_text (picture, text);
}

static void
add_column (TriPanelHistory *self, const Column *column)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (setup_text), (gpointer) column);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_text), (gpointer) column);
  g_autoptr (GtkColumnViewColumn) view_column = gtk_column_view_column_new (_(column->title), factory);
  gtk_column_view_column_set_expand (view_column, column->expand);
  gtk_column_view_column_set_resizable (view_column, TRUE);
  if (column->wide_only)
    g_ptr_array_add (self->wide_only, g_object_ref (view_column));
  gtk_column_view_append_column (self->view, view_column);
}

static void
add_columns (TriPanelHistory *self)
{
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  g_signal_connect (factory, "setup", G_CALLBACK (setup_picture), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (bind_picture), NULL);
  g_autoptr (GtkColumnViewColumn) column = gtk_column_view_column_new ("", factory);
  gtk_column_view_append_column (self->view, column);
  for (guint i = 0; i < G_N_ELEMENTS (columns); i++)
    add_column (self, &columns[i]);
}

static void
on_activate (TriPanelHistory *self, guint position)
{
  g_autoptr (TriHistoryEntry) entry = g_list_model_get_item (tri_session_get_history (self->panel.session), position);
  if (entry != NULL)
    tri_session_restore (self->panel.session, entry);
}

static void
on_csv (TriPanelHistory *self)
{
  static const TriExportFormat csv = { "csv", N_("Table of comma-separated values (CSV)") };
  tri_export_text (GTK_WIDGET (self), _("Export History"), _("history"), &csv,
                   tri_session_history_to_csv (self->panel.session));
}

static void
on_json (TriPanelHistory *self)
{
  static const TriExportFormat json = { "json", N_("JSON") };
  tri_export_text (GTK_WIDGET (self), _("Export History"), _("history"), &json,
                   tri_session_history_to_json (self->panel.session));
}

static gboolean
scroll_to_top (gpointer data)
{
  TriPanelHistory *self = data;
  gtk_adjustment_set_value (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view)), 0);
  return G_SOURCE_REMOVE;
}

/* A new run comes in at the top, and the list would keep what it showed in its place: whoever looks at the top stays
 * there. */
static void
on_items_changed (TriPanelHistory *self)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->view));
  if (adjustment == NULL || gtk_adjustment_get_value (adjustment) < 1)
    g_idle_add_full (G_PRIORITY_LOW, scroll_to_top, g_object_ref (self), g_object_unref);
  guint n = g_list_model_get_n_items (tri_session_get_history (self->panel.session));
  gtk_stack_set_visible_child_name (self->stack, n > 0 ? "runs" : "empty");
}

static void
tri_panel_history_constructed (GObject *object)
{
  TriPanelHistory *self = TRI_PANEL_HISTORY (object);
  G_OBJECT_CLASS (tri_panel_history_parent_class)->constructed (object);
  GListModel *history = tri_session_get_history (self->panel.session);
  g_autoptr (GtkSingleSelection) selection = gtk_single_selection_new (g_object_ref (history));
  gtk_single_selection_set_autoselect (selection, FALSE);
  gtk_single_selection_set_can_unselect (selection, TRUE);
  gtk_column_view_set_model (self->view, GTK_SELECTION_MODEL (selection));
  g_signal_connect_object (history, "items-changed", G_CALLBACK (on_items_changed), self, G_CONNECT_SWAPPED);
  on_items_changed (self);
}

/* The row is restored by activating it, which shows what is left out here. */
static void
apply_narrow (GtkWidget *widget, gboolean narrow)
{
  TriPanelHistory *self = TRI_PANEL_HISTORY (widget);
  for (guint i = 0; self->wide_only != NULL && i < self->wide_only->len; i++)
    gtk_column_view_column_set_visible (g_ptr_array_index (self->wide_only, i), !narrow);
}

static void
tri_panel_history_dispose (GObject *object)
{
  TriPanelHistory *self = TRI_PANEL_HISTORY (object);
  g_clear_pointer (&self->wide_only, g_ptr_array_unref);
  G_OBJECT_CLASS (tri_panel_history_parent_class)->dispose (object);
}

static void
tri_panel_history_class_init (TriPanelHistoryClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  object_class->constructed = tri_panel_history_constructed;
  object_class->dispose = tri_panel_history_dispose;
  g_type_ensure (TRI_TYPE_CARD);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-panel-history.ui");
  gtk_widget_class_bind_template_child (widget_class, TriPanelHistory, stack);
  gtk_widget_class_bind_template_child (widget_class, TriPanelHistory, view);
  gtk_widget_class_bind_template_callback (widget_class, on_activate);
  gtk_widget_class_bind_template_callback (widget_class, on_csv);
  gtk_widget_class_bind_template_callback (widget_class, on_json);
}

static void
tri_panel_history_init (TriPanelHistory *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->wide_only = g_ptr_array_new_with_free_func (g_object_unref);
  add_columns (self);
  tri_narrow_watch (GTK_WIDGET (self), apply_narrow);
}
