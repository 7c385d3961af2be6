/* Encrypted, decrypted, and all three as one picture, into PNG files on a worker.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-window-private.h"

#include <glib/gi18n-lib.h>

#include "tri-folder.h"
#include "tri-picture.h"
#include "tri-sealed-png.h"
#include "tri-slide.h"

typedef enum { SAVE_ENCRYPTED, SAVE_DECRYPTED, SAVE_SLIDE } What;

typedef struct {
  What what;
  TriReport *report;
  GFile *file;
} Saving;

static void
saving_free (gpointer data)
{
  Saving *saving = data;
  tri_report_unref (saving->report);
  g_clear_object (&saving->file);
  g_free (saving);
}

/* The chooser has asked whether an existing file may be replaced. */
static gboolean
save (const Saving *saving, TriProgress *progress, GError **error)
{
  switch (saving->what)
    {
    case SAVE_ENCRYPTED: return tri_sealed_save (saving->report->sealed, saving->file, TRUE, progress, error);
    case SAVE_DECRYPTED: return tri_picture_save_png (saving->report->decrypted, saving->file, TRUE, progress, error);
    case SAVE_SLIDE:
      {
        g_autoptr (TriImage) slide = tri_slide_new (saving->report, error);
        return slide != NULL && tri_picture_save_png (slide, saving->file, TRUE, progress, error);
      }
    default: g_assert_not_reached ();
    }
}

static void
save_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  if (save (data, progress, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

static void
saved (GObject *source, GAsyncResult *result, gpointer data)
{
  TriWindow *self = TRI_WINDOW (source);
  g_autoptr (GError) error = NULL;
  Saving *saving = g_task_get_task_data (G_TASK (result));
  if (!g_task_propagate_boolean (G_TASK (result), &error))
    {
      tri_window_show_error (self, error);
      return;
    }
  g_autofree char *name = g_file_get_basename (saving->file);
  g_autofree char *text = g_strdup_printf (_("Saved %s"), name);
  tri_window_status (self, text);
}

static void
on_chosen (GtkFileChooserNative *chooser, int response, TriWindow *self)
{
  Saving *saving = g_object_steal_data (G_OBJECT (chooser), "saving");
  saving->file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  g_clear_object (&self->chooser);
  if (saving->file == NULL)
    {
      saving_free (saving);
      return;
    }
  tri_folder_remember (saving->file);
  g_autoptr (GTask) task = g_task_new (self, NULL, saved, NULL);
  g_task_set_task_data (task, saving, saving_free);
  g_task_run_in_thread (task, save_thread);
}

static void
choose (TriWindow *self, What what)
{
  static const char *const titles[] = { N_("Save Encrypted Picture"), N_("Save Decrypted Picture"), N_("Save Slide") };
  static const char *const suffixes[] = { "encrypted", "decrypted", "triptych" };
  const char *name = tri_session_get_picture_name (self->session);
  const char *dot = name != NULL ? strrchr (name, '.') : NULL;
  g_autofree char *stem = name == NULL ? g_strdup ("picture") : dot != NULL ? g_strndup (name, (gsize) (dot - name)) : g_strdup (name);
  g_autofree char *file = g_strdup_printf ("%s-%s.png", stem, suffixes[what]);
  Saving *saving = g_new0 (Saving, 1);
  saving->what = what;
  saving->report = tri_report_ref (tri_session_get_report (self->session));
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_(titles[what]), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  tri_folder_restore (GTK_FILE_CHOOSER (self->chooser));
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), file);
  g_object_set_data_full (G_OBJECT (self->chooser), "saving", saving, saving_free);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
on_demo_answer (TriWindow *self, const char *response)
{
  if (g_strcmp0 (response, "save") == 0 && tri_session_get_report (self->session) != NULL)
    choose (self, SAVE_ENCRYPTED);
}

static void
warn_of_demo_key (TriWindow *self)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Save With the Demonstration Key?"),
      _("Everybody knows this key: “demonstration”. Type a passphrase of your own to keep the picture private."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "save", _("_Save Anyway"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_swapped (dialog, "response", G_CALLBACK (on_demo_answer), self);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriWindow *self = TRI_WINDOW (widget);
  const TriReport *report = tri_session_get_report (self->session);
  What what = g_str_equal (action, "win.save-encrypted") ? SAVE_ENCRYPTED
              : g_str_equal (action, "win.save-decrypted") ? SAVE_DECRYPTED : SAVE_SLIDE;
  if (report == NULL || report->preview || report->sealed == NULL)
    tri_window_status (self, _("There is no finished run to save yet."));
  else if (what == SAVE_DECRYPTED && report->decrypted == NULL)
    tri_window_status (self, _("Nothing was decrypted, so there is nothing to save."));
  else if (what == SAVE_ENCRYPTED && tri_sidebar_uses_demo_key (self->sidebar))
    warn_of_demo_key (self);
  else
    choose (self, what);
}

void
tri_window_class_add_save (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.save-encrypted", NULL, on_save);
  gtk_widget_class_install_action (klass, "win.save-decrypted", NULL, on_save);
  gtk_widget_class_install_action (klass, "win.save-slide", NULL, on_save);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_s, GDK_CONTROL_MASK, "win.save-encrypted", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_s, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.save-decrypted", NULL);
}
