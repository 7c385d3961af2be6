/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-export.h"

#include <adwaita.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-folder.h"
#include "tri-toast.h"

typedef struct {
  GWeakRef parent;
  const TriExportFormat *formats;
  TriExportFormat own[2]; /* of an export that has but one format */
  TriExportFunc func;
  gpointer data;
  GDestroyNotify destroy;
  char *name;
} Export;

static void
export_free (Export *export)
{
  g_weak_ref_clear (&export->parent);
  if (export->destroy != NULL)
    export->destroy (export->data);
  g_free (export->name);
  g_free (export);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Export, export_free)

static void
show_error (Export *export, const GError *error)
{
  g_autoptr (GtkWidget) parent = g_weak_ref_get (&export->parent);
  if (parent == NULL)
    return;
  GtkRoot *root = gtk_widget_get_root (parent);
  GtkWidget *dialog = adw_message_dialog_new (GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, _("The File Was Not Saved"),
                                              error->message);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "close", _("_Close"));
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
show_saved (Export *export, GFile *file)
{
  g_autoptr (GtkWidget) parent = g_weak_ref_get (&export->parent);
  GtkWidget *overlay = parent != NULL ? gtk_widget_get_ancestor (parent, ADW_TYPE_TOAST_OVERLAY) : NULL;
  g_autofree char *base = g_file_get_basename (file);
  g_autofree char *shown = g_filename_display_name (base);
  g_autofree char *text = g_strdup_printf (_("Saved %s"), shown);
  if (overlay != NULL)
    tri_toast_add (ADW_TOAST_OVERLAY (overlay), text);
}

static void
on_written (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (Export) export = data;
  g_autoptr (GError) error = NULL;
  if (g_file_replace_contents_finish (G_FILE (source), result, NULL, &error))
    show_saved (export, G_FILE (source));
  else
    show_error (export, error);
}

static const TriExportFormat *
format_of_name (Export *export, const char *name)
{
  for (const TriExportFormat *format = export->formats; format->suffix != NULL; format++)
    {
      g_autofree char *end = g_strconcat (".", format->suffix, NULL);
      g_autofree char *lower = g_ascii_strdown (name, -1);
      if (g_str_has_suffix (lower, end))
        return format;
    }
  return NULL;
}

/* The format that the dialog's list shows. */
static const TriExportFormat *
format_of_filter (Export *export, GtkFileChooser *chooser)
{
  g_autoptr (GtkFileFilter) filter = NULL;
  g_object_get (chooser, "filter", &filter, NULL);
  const char *suffix = filter != NULL ? g_object_get_data (G_OBJECT (filter), "suffix") : NULL;
  for (const TriExportFormat *format = export->formats; format->suffix != NULL; format++)
    if (g_strcmp0 (format->suffix, suffix) == 0)
      return format;
  return export->formats;
}

/* The name's ending decides, unless it is still the proposed one and another format was chosen in the list: then, and
 * where the ending is none of ours, the list does. A file that this makes must not be there yet, for the dialog has
 * asked about another one. */
static GFile *
choose_file (Export *export, GtkFileChooser *chooser, const TriExportFormat **format, GError **error)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (chooser);
  g_autofree char *name = g_file_get_basename (file);
  const TriExportFormat *named = format_of_name (export, name), *listed = format_of_filter (export, chooser);
  *format = named != NULL && (named != export->formats || listed == export->formats) ? named : listed;
  if (*format == named)
    return g_steal_pointer (&file);

  if (named != NULL)
    name[strlen (name) - strlen (named->suffix) - 1] = '\0';
  g_autofree char *full = g_strconcat (name, ".", (*format)->suffix, NULL);
  g_autoptr (GFile) folder = g_file_get_parent (file);
  g_autoptr (GFile) renamed = g_file_get_child (folder, full);
  if (g_file_query_exists (renamed, NULL))
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS,
                   _("“%s” is there already. Choose another name, or type this one in full to replace it."), full);
      return NULL;
    }
  return g_steal_pointer (&renamed);
}

static void
on_response (GtkNativeDialog *dialog, int response, gpointer data)
{
  g_autoptr (Export) export = data;
  g_autoptr (GError) error = NULL;
  const TriExportFormat *format;
  if (response == GTK_RESPONSE_ACCEPT)
    {
      g_autoptr (GFile) file = choose_file (export, GTK_FILE_CHOOSER (dialog), &format, &error);
      if (file != NULL)
        tri_folder_remember (file);
      g_autoptr (GBytes) bytes = file != NULL ? export->func (format->suffix, export->data, &error) : NULL;
      if (bytes == NULL)
        show_error (export, error);
      else
        g_file_replace_contents_bytes_async (file, bytes, NULL, FALSE, G_FILE_CREATE_NONE, NULL, on_written,
                                             g_steal_pointer (&export));
    }
  g_object_unref (dialog);
}

static void
add_filters (GtkFileChooser *chooser, const TriExportFormat *formats)
{
  for (const TriExportFormat *format = formats; format->suffix != NULL; format++)
    {
      g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
      g_autofree char *pattern = g_strconcat ("*.", format->suffix, NULL);
      gtk_file_filter_set_name (filter, _(format->title));
      gtk_file_filter_add_pattern (filter, pattern);
      g_object_set_data_full (G_OBJECT (filter), "suffix", g_strdup (format->suffix), g_free);
      gtk_file_chooser_add_filter (chooser, filter);
    }
}

/* A name that any file system takes. */
static char *
file_name (const char *name, const char *suffix)
{
  g_autofree char *ascii = g_str_to_ascii (name, NULL);
  GString *out = g_string_new (NULL);
  for (const char *c = ascii; *c != '\0' && out->len < 60; c++)
    if (g_ascii_isalnum (*c))
      g_string_append_c (out, g_ascii_tolower (*c));
    else if (out->len > 0 && out->str[out->len - 1] != '-')
      g_string_append_c (out, '-');
  while (out->len > 0 && out->str[out->len - 1] == '-')
    g_string_truncate (out, out->len - 1);
  g_string_append_printf (out, "%s.%s", out->len > 0 ? "" : "triptych", suffix);
  return g_string_free (out, FALSE);
}

static void
start (Export *export, GtkWidget *parent, const char *title, const char *name)
{
  GtkRoot *root = gtk_widget_get_root (parent);
  g_weak_ref_init (&export->parent, parent);
  g_autofree char *proposed = file_name (name, export->formats[0].suffix);
  GtkFileChooserNative *dialog = gtk_file_chooser_native_new (title, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                                              GTK_FILE_CHOOSER_ACTION_SAVE, _("_Save"), _("_Cancel"));
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (dialog), TRUE);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (dialog), proposed);
  tri_folder_restore (GTK_FILE_CHOOSER (dialog));
  add_filters (GTK_FILE_CHOOSER (dialog), export->formats);
  g_signal_connect (dialog, "response", G_CALLBACK (on_response), export);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (dialog));
}

/**
 * tri_export:
 * @title: of the dialog
 * @name: proposed, without its ending
 * @formats: stays valid
 * @data: freed with @destroy when all is done
 *
 * Asks where to, makes the bytes, and writes them beside the old file before they take its place.
 */
void
tri_export (GtkWidget *parent, const char *title, const char *name, const TriExportFormat *formats, TriExportFunc func,
            gpointer data, GDestroyNotify destroy)
{
  g_return_if_fail (GTK_IS_WIDGET (parent) && formats != NULL && formats->suffix != NULL);
  Export *export = g_new0 (Export, 1);
  export->formats = formats;
  export->func = func;
  export->data = data;
  export->destroy = destroy;
  start (export, parent, title, name);
}

static GBytes *
bytes_of_text (const char *suffix, gpointer data, GError **error)
{
  return g_bytes_new (data, strlen (data));
}

/* @text: (transfer full) */
void
tri_export_text (GtkWidget *parent, const char *title, const char *name, const TriExportFormat *format, char *text)
{
  g_return_if_fail (GTK_IS_WIDGET (parent) && format != NULL && text != NULL);
  Export *export = g_new0 (Export, 1);
  export->own[0] = *format;
  export->formats = export->own;
  export->func = bytes_of_text;
  export->data = text;
  export->destroy = g_free;
  start (export, parent, title, name);
}
