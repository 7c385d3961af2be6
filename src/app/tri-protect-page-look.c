/* The selected file of the Protect page: its preview, and its command. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-protect-page-private.h"

#include <glib/gi18n-lib.h>

#include "tri-age-error.h"
#include "tri-later.h"

static void
show_selected (GtkWidget *widget)
{
  TriProtectPage *self = TRI_PROTECT_PAGE (widget);
  guint place = gtk_single_selection_get_selected (self->selection);
  if (place != GTK_INVALID_LIST_POSITION)
    gtk_widget_activate_action (GTK_WIDGET (self->list), "list.scroll-to-item", "u", place);
}

/* The preview takes its room from the list: the file that it is of stays in view. */
static void
on_room (TriProtectPage *self)
{
  tri_later (GTK_WIDGET (self), show_selected, 0);
}

static void
on_selected (TriProtectPage *self)
{
  tri_protect_preview_set_row (self->preview, gtk_single_selection_get_selected_item (self->selection));
}

static void
look (TriProtectPage *self, GPtrArray *identities, const GError *error)
{
  tri_protect_page_say (self, identities != NULL ? NULL : error->message);
  if (identities != NULL)
    tri_protect_preview_open (self->preview, identities);
  else
    tri_protect_keys_ask (self->keys);
}

static void
on_preview (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriProtectPage *self = TRI_PROTECT_PAGE (widget);
  TriVaultRow *row = gtk_single_selection_get_selected_item (self->selection);
  if (row != NULL && tri_vault_row_get_item (row)->opening)
    tri_protect_page_with_identities (self, look);
}

/* A look with a key that does not fit is a failed opening like any other. The preview says what is wrong. @error: (nullable) */
static void
on_looked (TriProtectPage *self, TriVaultRow *row, const GError *error)
{
  gboolean wrong = g_error_matches (error, TRI_AGE_ERROR, TRI_AGE_ERROR_NO_MATCH);
  tri_vault_queue_note_look (self->queue, row, error);
  if (wrong || error == NULL)
    tri_automatic_note_opening (self->automatic, !wrong);
  if (wrong)
    tri_protect_keys_ask (self->keys);
}

/* Enter on a file. */
static void
on_activated (GtkListView *list, guint place, TriProtectPage *self)
{
  gtk_single_selection_set_selected (self->selection, place);
  gtk_widget_activate_action (GTK_WIDGET (self), "protect.preview", NULL);
}

static void
on_unselect (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriProtectPage *self = TRI_PROTECT_PAGE (widget);
  gtk_single_selection_set_selected (self->selection, GTK_INVALID_LIST_POSITION);
  gtk_widget_grab_focus (GTK_WIDGET (self->list));
}

static void
on_copy (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriProtectPage *self = TRI_PROTECT_PAGE (widget);
  gdk_clipboard_set_text (gtk_widget_get_clipboard (widget), tri_protect_preview_get_command (self->preview));
  tri_protect_page_say (self, _("The command is on the clipboard. Run it in the folder of the file."));
}

void
tri_protect_page_init_look (TriProtectPage *self)
{
  g_signal_connect_object (self->selection, "notify::selected-item", G_CALLBACK (on_selected), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->preview, "looked", G_CALLBACK (on_looked), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->list, "activate", G_CALLBACK (on_activated), self, 0);
  g_signal_connect_object (gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list)), "notify::page-size",
                           G_CALLBACK (on_room), self, G_CONNECT_SWAPPED);
}

void
tri_protect_page_class_add_look (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "protect.preview", NULL, on_preview);
  gtk_widget_class_install_action (klass, "protect.unselect", NULL, on_unselect);
  gtk_widget_class_install_action (klass, "protect.copy-command", NULL, on_copy);
}
