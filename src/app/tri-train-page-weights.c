/* What becomes of trained weights: used, exported, brought from elsewhere, taken back.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-train-page-private.h"

#include <glib/gi18n-lib.h>

#include "tri-export.h"
#include "tri-train-weights.h"

static const TriExportFormat formats[] = {
  { "safetensors", N_("Safetensors weights") },
  { NULL, NULL },
};

/* Returns: (transfer full) (nullable): the best weights of the training that is shown */
static char *
get_trained (TriTrainPage *self)
{
  const char *folder = tri_training_get_folder (self->training);
  g_autofree char *path = folder != NULL ? g_build_filename (folder, TRI_TRAINER_WEIGHTS, NULL) : NULL;
  return path != NULL && tri_training_get_trainer (self->training) != NULL && g_file_test (path, G_FILE_TEST_EXISTS)
           ? g_steal_pointer (&path) : NULL;
}

/* What can be done with weights now, and which of them new pictures use. */
void
tri_train_page_show_weights (TriTrainPage *self)
{
  const TriModel *model = tri_train_form_get_model (self->form);
  const TriParams *params = tri_train_form_get_params (self->form);
  gboolean busy = tri_training_is_busy (self->training), has_cipher = model->get_store_id != NULL;
  gboolean own = tri_train_weights_are_own (model, params);
  g_autofree char *trained = get_trained (self);
  gtk_label_set_label (self->in_use, !has_cipher ? _("No cipher uses these weights yet.")
                                     : own ? _("New pictures use weights of your own.")
                                           : _("New pictures use the program's weights."));
  gtk_widget_set_visible (GTK_WIDGET (self->install), !busy && trained != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "train.install", !busy && trained != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "train.export", trained != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "train.import", has_cipher);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "train.restore", own);
}

static void
on_installed (GObject *source, GAsyncResult *result, gpointer data)
{
  g_autoptr (TriTrainPage) self = data;
  g_autoptr (GError) error = NULL;
  if (gtk_widget_get_root (GTK_WIDGET (self)) == NULL)
    return;
  if (tri_train_weights_install_finish (result, &error))
    tri_train_page_say (self, _("New pictures use these weights from now on. Whoever decrypts needs them too."));
  else
    tri_train_page_say_error (self, error);
  tri_train_page_show_weights (self);
}

static void
on_install (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriTrainPage *self = TRI_TRAIN_PAGE (widget);
  TriTrainer *trainer = tri_training_get_trainer (self->training);
  g_autofree char *path = get_trained (self);
  if (path != NULL)
    tri_train_weights_install_async (tri_trainer_get_model (trainer), tri_trainer_get_params (trainer), path, NULL,
                                     on_installed, g_object_ref (self));
}

static void
on_restore (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriTrainPage *self = TRI_TRAIN_PAGE (widget);
  g_autoptr (GError) error = NULL;
  if (tri_train_weights_restore (tri_train_form_get_model (self->form), tri_train_form_get_params (self->form), &error))
    tri_train_page_say (self, _("New pictures use the program's weights again. Yours are kept, for pictures that need them."));
  else
    tri_train_page_say_error (self, error);
  tri_train_page_show_weights (self);
}

static GBytes *
read_weights (const char *suffix, gpointer data, GError **error)
{
  char *bytes;
  gsize length;
  return g_file_get_contents (data, &bytes, &length, error) ? g_bytes_new_take (bytes, length) : NULL;
}

static void
on_export (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriTrainPage *self = TRI_TRAIN_PAGE (widget);
  char *path = get_trained (self);
  if (path != NULL)
    tri_export (widget, _("Export Weights"), tri_trainer_get_model (tri_training_get_trainer (self->training))->id, formats,
                read_weights, path, g_free);
}

/* Of the model that is chosen, unless the file says another size of it. */
void
tri_train_page_import (TriTrainPage *self, const char *path)
{
  tri_train_weights_install_async (tri_train_form_get_model (self->form), tri_train_form_get_params (self->form), path, NULL,
                                   on_installed, g_object_ref (self));
}

static void
on_import_chosen (GtkFileChooserNative *chooser, int response, TriTrainPage *self)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  g_clear_object (&self->chooser);
  if (path != NULL)
    tri_train_page_import (self, path);
}

static void
on_import (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriTrainPage *self = TRI_TRAIN_PAGE (widget);
  GtkRoot *root = gtk_widget_get_root (widget);
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  gtk_file_filter_set_name (filter, _(formats[0].title));
  gtk_file_filter_add_suffix (filter, formats[0].suffix);
  g_clear_object (&self->chooser);
  self->chooser = gtk_file_chooser_native_new (_("Import Weights"), GTK_WINDOW (root), GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  gtk_file_chooser_add_filter (GTK_FILE_CHOOSER (self->chooser), filter);
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_import_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

void
tri_train_page_class_add_weights (GtkWidgetClass *klass)
{
  gtk_widget_class_install_action (klass, "train.install", NULL, on_install);
  gtk_widget_class_install_action (klass, "train.restore", NULL, on_restore);
  gtk_widget_class_install_action (klass, "train.export", NULL, on_export);
  gtk_widget_class_install_action (klass, "train.import", NULL, on_import);
}
