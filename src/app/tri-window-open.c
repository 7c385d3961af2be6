/* Pictures into the window: chooser, samples, drop, paste. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-window-private.h"

#include <glib/gi18n-lib.h>

#include "tri-datadir.h"
#include "tri-folder.h"
#include "tri-gallery.h"
#include "tri-recent.h"
#include "tri-vault-file.h"

static void
opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriWindow) self = data;
  g_autoptr (GError) error = NULL;
  if (tri_session_open_finish (TRI_SESSION (source), result, &error))
    {
      g_autofree char *text = g_strdup_printf (_("Opened %s"), tri_session_get_picture_name (self->session));
      tri_window_status (self, text);
      if (tri_session_get_lost_chunk (self->session))
        tri_window_toast (self, _("What decrypts this picture was lost when another program saved it again. Open the "
                                  "file that Triptych wrote."));
      if (tri_session_get_opened_sealed (self->session) != NULL && tri_session_get_key (self->session) == NULL)
        {
          tri_window_status (self, _("This picture is encrypted. Give its key to decrypt it."));
          tri_sidebar_ask_for_key (self->sidebar);
        }
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tri_window_show_error (self, error);
}

typedef struct {
  TriWindow *window;
  GFile *file;
} Chosen;

/* What somebody chose is remembered once it proved to be a picture. Not the samples, and not what was pasted. */
static void
chosen_opened (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autofree Chosen *chosen = data;
  g_autoptr (GFile) file = chosen->file;
  gboolean good = !g_task_had_error (G_TASK (result));
  opened (source, result, chosen->window);
  if (good)
    tri_recent_add (file, tri_session_get_opened_sealed (TRI_SESSION (source)) != NULL);
}

/* @files: (element-type GFile): onto the Protect page */
void
tri_window_protect (TriWindow *self, GSList *files)
{
  tri_window_show_page (self, "protect");
  tri_protect_page_add (self->protect, files);
}

/* A picture, sealed or not, on the page Explore; an age file on the page Protect. */
void
tri_window_open (TriWindow *self, GFile *file)
{
  GSList alone = { file, NULL };
  if (tri_vault_is_age_name (file))
    {
      tri_window_protect (self, &alone);
      return;
    }
  tri_window_show_page (self, "explore");
  Chosen *chosen = g_new (Chosen, 1);
  chosen->window = g_object_ref (self);
  chosen->file = g_object_ref (file);
  tri_session_open_async (self->session, file, NULL, chosen_opened, chosen);
}

static void
load_sample (TriWindow *self, const char *name)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *relative = g_build_filename ("samples", name, NULL);
  g_autofree char *path = tri_datadir_find (relative, &error);
  g_autoptr (GFile) file = path != NULL ? g_file_new_for_path (path) : NULL;
  if (file == NULL)
    tri_window_show_error (self, error);
  else
    tri_session_open_async (self->session, file, NULL, opened, g_object_ref (self));
}

static void
open_sample (TriWindow *self, const char *name)
{
  tri_window_show_page (self, "explore");
  load_sample (self, name);
}

/* For a window that begins: on the page that was shown last. */
void
tri_window_open_sample (TriWindow *self)
{
  load_sample (self, tri_gallery_get_first_sample ());
}

static void
on_sample (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tri_window_show_page (TRI_WINDOW (widget), "explore");
  open_sample (TRI_WINDOW (widget), g_variant_get_string (parameter, NULL));
}

static void
on_chosen (GtkFileChooserNative *chooser, int response, TriWindow *self)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  g_clear_object (&self->chooser);
  if (file == NULL)
    return;
  tri_folder_remember (file);
  tri_window_open (self, file);
}

static void
on_open (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriWindow *self = TRI_WINDOW (widget);
  if (tri_window_page_takes (self, action))
    return;
  g_set_object (&self->chooser, NULL);
  self->chooser = gtk_file_chooser_native_new (_("Open Picture"), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  tri_folder_restore (GTK_FILE_CHOOSER (self->chooser));
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  gtk_file_filter_set_name (filter, _("Pictures"));
  gtk_file_filter_add_mime_type (filter, "image/*");
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* Worker: a texture from a browser or the clipboard, as PNG bytes. */
static void
encode_texture (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, gdk_texture_save_to_png_bytes (data), (GDestroyNotify) g_bytes_unref);
}

static void
texture_encoded (GObject *source, GAsyncResult *result, gpointer data)
{
  TriWindow *self = TRI_WINDOW (source);
  g_autoptr (GBytes) bytes = g_task_propagate_pointer (G_TASK (result), NULL);
  tri_session_open_bytes_async (self->session, bytes, _("Pasted picture"), NULL, opened, g_object_ref (self));
}

/* Explore shows one picture. Several files, a folder and age files are what the page Protect is for. */
static gboolean
are_for_protect (GSList *files)
{
  return files->next != NULL || tri_vault_is_age_name (files->data)
         || g_file_query_file_type (files->data, G_FILE_QUERY_INFO_NONE, NULL) == G_FILE_TYPE_DIRECTORY;
}

static gboolean
take_value (TriWindow *self, const GValue *value)
{
  if (G_VALUE_HOLDS (value, GDK_TYPE_FILE_LIST))
    {
      GSList *files = g_value_get_boxed (value);
      if (files == NULL)
        return FALSE;
      if (are_for_protect (files))
        tri_window_protect (self, files);
      else
        tri_window_open (self, files->data);
      return TRUE;
    }
  if (G_VALUE_HOLDS (value, G_TYPE_FILE))
    {
      tri_window_open (self, g_value_get_object (value));
      return TRUE;
    }
  if (!G_VALUE_HOLDS (value, GDK_TYPE_TEXTURE))
    return FALSE;
  g_autoptr (GTask) task = g_task_new (self, NULL, texture_encoded, NULL);
  g_task_set_task_data (task, g_value_dup_object (value), g_object_unref);
  g_task_run_in_thread (task, encode_texture);
  return TRUE;
}

static gboolean
on_drop (GtkDropTarget *target, const GValue *value, double x, double y, TriWindow *self)
{
  return take_value (self, value);
}

static void
pasted (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriWindow) self = data;
  g_autoptr (GError) error = NULL;
  const GValue *value = gdk_clipboard_read_value_finish (GDK_CLIPBOARD (source), result, &error);
  if (value == NULL || !take_value (self, value))
    tri_window_status (self, _("There is no picture on the clipboard."));
}

static void
on_paste (GtkWidget *widget, const char *action, GVariant *parameter)
{
  if (tri_window_page_takes (TRI_WINDOW (widget), action))
    return;
  GdkClipboard *clipboard = gtk_widget_get_clipboard (widget);
  GdkContentFormats *formats = gdk_clipboard_get_formats (clipboard);
  GType type = gdk_content_formats_contain_gtype (formats, GDK_TYPE_FILE_LIST)
                       || gdk_content_formats_contain_mime_type (formats, "text/uri-list")
                   ? GDK_TYPE_FILE_LIST : GDK_TYPE_TEXTURE;
  gdk_clipboard_read_value_async (clipboard, type, G_PRIORITY_DEFAULT, NULL, pasted, g_object_ref (widget));
}

void
tri_window_init_open (TriWindow *self)
{
  GType types[] = { GDK_TYPE_FILE_LIST, G_TYPE_FILE, GDK_TYPE_TEXTURE };
  for (guint i = 0; i < 3; i++)
    {
      GtkDropTarget *target = gtk_drop_target_new (G_TYPE_INVALID, GDK_ACTION_COPY);
      gtk_drop_target_set_gtypes (target, types, G_N_ELEMENTS (types));
      g_signal_connect (target, "drop", G_CALLBACK (on_drop), self);
      gtk_widget_add_controller (GTK_WIDGET (self->panes[i]), GTK_EVENT_CONTROLLER (target));
    }
  GtkWidget *gallery = tri_gallery_new ();
  g_signal_connect_object (gallery, "sample", G_CALLBACK (open_sample), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (gallery, "recent", G_CALLBACK (tri_window_open), self, G_CONNECT_SWAPPED);
  gtk_menu_button_set_popover (self->samples, gallery);
}

void
tri_window_class_add_open (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.open", NULL, on_open);
  gtk_widget_class_install_action (klass, "win.open-sample", "s", on_sample);
  gtk_widget_class_install_action (klass, "win.paste", NULL, on_paste);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_o, GDK_CONTROL_MASK, "win.open", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_v, GDK_CONTROL_MASK, "win.paste", NULL);
}
