/* Files into the queue and out of it: dropped, chosen, pasted, cleared. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-protect-page-private.h"

#include <glib/gi18n-lib.h>

#include "tri-folder.h"
#include "tri-protect-words.h"

static void
added (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriProtectPage) self = data;
  g_autoptr (GError) error = NULL;
  TriVaultAdded what;
  gboolean good = tri_vault_queue_add_finish (TRI_VAULT_QUEUE (source), result, &what, &error);
  if (!good || self->queue == NULL)
    return;
  g_autofree char *words = tri_protect_words_of_added (&what);
  tri_protect_page_say (self, words);
}

/* @files: (element-type GFile): also folders */
void
tri_protect_page_add (TriProtectPage *self, GSList *files)
{
  tri_protect_page_say_end (self, NULL, NULL);
  tri_vault_queue_add_async (self->queue, files, self->gone, added, g_object_ref (self));
}

static void
on_chosen (GtkFileChooserNative *chooser, int response, TriProtectPage *self)
{
  g_autoptr (GListModel) files = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_files (GTK_FILE_CHOOSER (chooser)) : NULL;
  GSList *list = NULL;
  g_clear_object (&self->chooser);
  for (guint i = files != NULL ? g_list_model_get_n_items (files) : 0; i-- > 0;)
    list = g_slist_prepend (list, g_list_model_get_item (files, i));
  if (list == NULL)
    return;
  tri_folder_remember (list->data);
  tri_protect_page_add (self, list);
  g_slist_free_full (list, g_object_unref);
}

static void
on_choose (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriProtectPage *self = TRI_PROTECT_PAGE (widget);
  gboolean folder = g_str_equal (action, "protect.choose-folder");
  GtkWindow *window = GTK_WINDOW (gtk_widget_get_root (widget));
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (folder ? _("Add Folders") : _("Add Files"), window,
                                               folder ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER : GTK_FILE_CHOOSER_ACTION_OPEN,
                                               _("_Add"), NULL);
  gtk_file_chooser_set_select_multiple (GTK_FILE_CHOOSER (self->chooser), TRUE);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  tri_folder_restore (GTK_FILE_CHOOSER (self->chooser));
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (on_chosen), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, TriProtectPage *self)
{
  if (!G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST) || g_value_get_boxed (value) == NULL)
    return FALSE;
  tri_protect_page_add (self, g_value_get_boxed (value));
  return TRUE;
}

static void
pasted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriProtectPage) self = data;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, NULL);
  if (self->queue == NULL)
    return;
  if (value != NULL && G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST) && g_value_get_boxed (value) != NULL)
    tri_protect_page_add (self, g_value_get_boxed (value));
  else
    tri_protect_page_say (self, _("There are no files on the clipboard. Copy some in the file manager first."));
}

static void
on_paste (GtkWidget *widget, const char *action, GVariant *parameter)
{
  gdk_clipboard_read_value_async (gtk_widget_get_clipboard (widget), GDK_TYPE_FILE_LIST, G_PRIORITY_DEFAULT, NULL, pasted,
                                  g_object_ref (widget));
}

static void
on_clear (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriProtectPage *self = TRI_PROTECT_PAGE (widget);
  tri_protect_page_say_end (self, NULL, NULL);
  tri_vault_queue_clear (self->queue, g_str_equal (action, "protect.clear-done"));
}

static void
on_remove (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriProtectPage *self = TRI_PROTECT_PAGE (widget);
  TriVaultRow *row = gtk_single_selection_get_selected_item (self->selection);
  if (row != NULL)
    tri_vault_queue_remove (self->queue, row);
}

/* Delete, while the list has the focus: elsewhere on the page it belongs to what is typed. */
static void
add_delete (TriProtectPage *self)
{
  static const guint keys[] = { GDK_KEY_Delete, GDK_KEY_KP_Delete };
  GtkEventController *shortcuts = gtk_shortcut_controller_new ();
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (shortcuts),
                                          gtk_shortcut_new (gtk_keyval_trigger_new (keys[i], 0),
                                                            gtk_named_action_new ("protect.remove")));
  gtk_widget_add_controller (GTK_WIDGET (self->list), shortcuts);
}

void
tri_protect_page_init_files (TriProtectPage *self)
{
  GtkDropTarget *target = gtk_drop_target_new (GDK_TYPE_FILE_LIST, GDK_ACTION_COPY);
  g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
  gtk_widget_add_controller (self->left, GTK_EVENT_CONTROLLER (target));
  add_delete (self);
  self->gone = g_cancellable_new ();
}

void
tri_protect_page_class_add_files (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "protect.choose", NULL, on_choose);
  gtk_widget_class_install_action (klass, "protect.choose-folder", NULL, on_choose);
  gtk_widget_class_install_action (klass, "protect.paste", NULL, on_paste);
  gtk_widget_class_install_action (klass, "protect.clear", NULL, on_clear);
  gtk_widget_class_install_action (klass, "protect.clear-done", NULL, on_clear);
  gtk_widget_class_install_action (klass, "protect.remove", NULL, on_remove);
}
