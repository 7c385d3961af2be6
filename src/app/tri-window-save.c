/* Encrypted, decrypted, and all three as one picture, into PNG files.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-window-private.h"

#include <glib/gi18n-lib.h>

#include "tri-folder.h"
#include "tri-recent.h"
#include "tri-toast.h"

#define POLL_MS 60
#define PATIENCE_MS 250 /* a quicker save shows no progress */

static void choose (TriWindow *self, TriSaveJob *job, const char *name);
static void start (TriWindow *self, TriSaveJob *job);

static void
free_job (gpointer job, GClosure *closure)
{
  tri_save_job_unref (job);
}

static GtkWidget *
ask (TriWindow *self, const char *heading, const char *body)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), heading, body);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"));
  gtk_window_set_destroy_with_parent (GTK_WINDOW (dialog), TRUE);
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  return dialog;
}

/* @job: (transfer full) */
static void
answer_to (GtkWidget *dialog, GCallback callback, TriSaveJob *job)
{
  g_signal_connect_data (dialog, "response", callback, job, free_job, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static TriWindow *
window_of (AdwMessageDialog *dialog)
{
  return TRI_WINDOW (gtk_window_get_transient_for (GTK_WINDOW (dialog)));
}

static void
on_retry_answer (AdwMessageDialog *dialog, const char *response, TriSaveJob *job)
{
  g_autofree char *name = g_file_get_basename (job->file);
  g_autofree char *png = tri_save_name_as_png (name);
  g_autoptr (GFile) folder = g_file_get_parent (job->file);
  g_autoptr (GFile) file = folder != NULL ? g_file_get_child (folder, png) : NULL;
  if (g_str_equal (response, "again"))
    choose (window_of (dialog), job, png);
  else if (g_str_equal (response, "png"))
    {
      tri_save_job_set_file (job, file, FALSE);
      start (window_of (dialog), job);
    }
  else if (g_str_equal (response, "replace"))
    {
      tri_save_job_set_file (job, job->file, TRUE);
      start (window_of (dialog), job);
    }
}

/* Before any work: a name that a PNG must not have. */
static void
refuse_name (TriWindow *self, TriSaveJob *job, const char *name, TriNameKind kind)
{
  const char *why = job->what != TRI_SAVE_ENCRYPTED || kind != TRI_NAME_LOSSY
                        ? _("The picture is saved as a PNG, and a name with another format's ending would promise "
                            "what the file is not. Nothing was written yet.")
                        : _("An encrypted picture must keep every bit. Formats such as JPEG change pixel values to save "
                            "space, and nothing could be decrypted any more. Nothing was written yet.");
  g_autofree char *heading = g_strdup_printf (_("“%s” Can’t Be Used"), name), *png = tri_save_name_as_png (name);
  g_autofree char *offer = g_strdup_printf (_("It can be saved as “%s”."), png);
  g_autofree char *body = g_strdup_printf ("%s\n\n%s", why, offer);
  GtkWidget *dialog = ask (self, heading, body);
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "again", _("_Another Name…"), "png",
                                    _("_Save as PNG"), NULL);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "png");
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "png", ADW_RESPONSE_SUGGESTED);
  answer_to (dialog, G_CALLBACK (on_retry_answer), tri_save_job_ref (job));
}

static void
ask_to_replace (TriWindow *self, TriSaveJob *job)
{
  g_autofree char *name = g_file_get_basename (job->file);
  g_autofree char *heading = g_strdup_printf (_("Replace “%s”?"), name);
  GtkWidget *dialog = ask (self, heading, _("A file of this name is there already. Replacing it loses what is in it."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "again", _("_Another Name…"), "replace", _("_Replace"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "replace", ADW_RESPONSE_DESTRUCTIVE);
  answer_to (dialog, G_CALLBACK (on_retry_answer), tri_save_job_ref (job));
}

/* The run is kept: another place can be tried until it works. */
static void
say_not_saved (TriWindow *self, TriSaveJob *job, const GError *error)
{
  tri_window_status (self, error->message);
  GtkWidget *dialog = ask (self, _("The Picture Was Not Saved"), error->message);
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "again", _("_Another Place…"));
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "again");
  answer_to (dialog, G_CALLBACK (on_retry_answer), tri_save_job_ref (job));
}

static void
say_saved (TriWindow *self, TriSaveJob *job)
{
  g_autofree char *name = g_file_get_basename (job->file);
  g_autofree char *text = g_strdup_printf (_("Saved %s"), name);
  tri_window_status (self, text);
  tri_toast_add (self->toasts, text);
  tri_folder_remember (job->file);
  if (job->what == TRI_SAVE_ENCRYPTED)
    tri_recent_add (job->file, TRUE);
}

static void
saved (GObject *source, GAsyncResult *result, gpointer data)
{
  TriWindow *self = TRI_WINDOW (source);
  g_autoptr (GApplication) application = data;
  g_autoptr (GError) error = NULL;
  gboolean good = tri_save_job_run_finish (result, &error);
  if (application != NULL)
    g_application_release (application);
  if (self->session == NULL) /* closed meanwhile */
    return;
  TriSaveJob *job = tri_save_job_of_result (result);
  g_clear_handle_id (&self->saving_poll, g_source_remove);
  g_clear_pointer (&self->saving, tri_save_job_unref);
  gtk_revealer_set_reveal_child (self->saving_bar, FALSE);
  if (good)
    say_saved (self, job);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    tri_window_status (self, _("Nothing was saved."));
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_EXISTS) && !job->replace)
    ask_to_replace (self, job);
  else
    say_not_saved (self, job, error);
}

static gboolean
poll_saving (gpointer data)
{
  TriWindow *self = data;
  gtk_progress_bar_set_fraction (self->saving_progress, tri_save_job_get_fraction (self->saving));
  if (g_get_monotonic_time () - self->saving_since > PATIENCE_MS * 1000)
    gtk_revealer_set_reveal_child (self->saving_bar, TRUE);
  return G_SOURCE_CONTINUE;
}

/* The program stays until the file is there, even when its window closes. */
static void
start (TriWindow *self, TriSaveJob *job)
{
  GtkApplication *application = gtk_window_get_application (GTK_WINDOW (self));
  g_autofree char *name = g_file_get_basename (job->file), *text = g_strdup_printf (_("Saving %s"), name);
  if (application != NULL)
    g_application_hold (G_APPLICATION (application));
  self->saving = tri_save_job_ref (job);
  self->saving_since = g_get_monotonic_time ();
  self->saving_poll = g_timeout_add (POLL_MS, poll_saving, self);
  gtk_label_set_label (self->saving_label, text);
  tri_save_job_run_async (job, self, saved, application != NULL ? g_object_ref (application) : NULL);
}

/* What the chooser gave. It has asked whether a file of this very name may be replaced. */
void
tri_window_save_to (TriWindow *self, TriSaveJob *job, GFile *file)
{
  g_autofree char *name = g_file_get_basename (file), *png = tri_save_name_as_png (name);
  g_autoptr (GFile) folder = g_file_get_parent (file);
  TriNameKind kind = tri_save_name_kind (name);
  tri_save_job_set_file (job, file, kind == TRI_NAME_PNG);
  if (kind == TRI_NAME_LOSSY || kind == TRI_NAME_OTHER)
    {
      refuse_name (self, job, name, kind);
      return;
    }
  if (kind == TRI_NAME_BARE && folder != NULL)
    {
      g_autoptr (GFile) full = g_file_get_child (folder, png);
      tri_save_job_set_file (job, full, FALSE);
    }
  start (self, job);
}

static void
on_chosen (GtkFileChooserNative *chooser, int response, TriWindow *self)
{
  g_autoptr (TriSaveJob) job = g_object_steal_data (G_OBJECT (chooser), "job");
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  g_clear_object (&self->chooser);
  if (file != NULL)
    tri_window_save_to (self, job, file);
}

static void
choose (TriWindow *self, TriSaveJob *job, const char *name)
{
  static const char *const titles[] = { N_("Save Encrypted Picture"), N_("Save Decrypted Picture"), N_("Save Slide") };
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  gtk_file_filter_set_name (filter, _("PNG pictures"));
  gtk_file_filter_add_suffix (filter, "png");
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_(titles[job->what]), GTK_WINDOW (self), GTK_FILE_CHOOSER_ACTION_SAVE, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  tri_folder_restore (GTK_FILE_CHOOSER (self->chooser));
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), name);
  g_object_set_data_full (G_OBJECT (self->chooser), "job", tri_save_job_ref (job), (GDestroyNotify) tri_save_job_unref);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static void
begin (TriWindow *self, TriSaveWhat what)
{
  g_autoptr (TriSaveJob) job = tri_save_job_new (what, tri_session_get_report (self->session));
  g_autofree char *name = tri_save_propose (tri_session_get_picture_name (self->session), what);
  choose (self, job, name);
}

static void
on_demo_answer (TriWindow *self, const char *response)
{
  if (g_strcmp0 (response, "save") == 0 && tri_session_get_report (self->session) != NULL)
    begin (self, TRI_SAVE_ENCRYPTED);
}

static void
warn_of_demo_key (TriWindow *self)
{
  GtkWidget *dialog = ask (self, _("Save With the Demonstration Key?"),
      _("Everybody knows this key: “demonstration”. Type a passphrase of your own to keep the picture private."));
  adw_message_dialog_add_response (ADW_MESSAGE_DIALOG (dialog), "save", _("_Save Anyway"));
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "save", ADW_RESPONSE_DESTRUCTIVE);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_demo_answer), self, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
on_save (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriWindow *self = TRI_WINDOW (widget);
  const TriReport *report = tri_session_get_report (self->session);
  TriSaveWhat what = g_str_equal (action, "win.save-encrypted") ? TRI_SAVE_ENCRYPTED
                     : g_str_equal (action, "win.save-decrypted") ? TRI_SAVE_DECRYPTED : TRI_SAVE_SLIDE;
  if (self->saving != NULL)
    tri_window_status (self, _("Another picture is still being saved."));
  else if (report == NULL || report->preview || report->sealed == NULL)
    tri_window_status (self, _("There is no finished run to save yet."));
  else if (what == TRI_SAVE_DECRYPTED && report->decrypted == NULL)
    tri_window_status (self, _("Nothing was decrypted, so there is nothing to save."));
  else if (what == TRI_SAVE_ENCRYPTED && tri_sidebar_uses_demo_key (self->sidebar))
    warn_of_demo_key (self);
  else
    begin (self, what);
}

/* Returns: FALSE when nothing is being saved */
gboolean
tri_window_cancel_saving (TriWindow *self)
{
  if (self->saving != NULL)
    g_cancellable_cancel (self->saving->cancellable);
  return self->saving != NULL;
}

static void
on_cancel (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tri_window_cancel_saving (TRI_WINDOW (widget));
}

void
tri_window_dispose_save (TriWindow *self)
{
  g_clear_handle_id (&self->saving_poll, g_source_remove);
  g_clear_pointer (&self->saving, tri_save_job_unref);
}

void
tri_window_class_add_save (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "win.save-encrypted", NULL, on_save);
  gtk_widget_class_install_action (klass, "win.save-decrypted", NULL, on_save);
  gtk_widget_class_install_action (klass, "win.save-slide", NULL, on_save);
  gtk_widget_class_install_action (klass, "win.cancel-saving", NULL, on_cancel);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_s, GDK_CONTROL_MASK, "win.save-encrypted", NULL);
  gtk_widget_class_add_binding_action (klass, GDK_KEY_s, GDK_CONTROL_MASK | GDK_SHIFT_MASK, "win.save-decrypted", NULL);
}
