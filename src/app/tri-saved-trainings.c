/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-saved-trainings.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-name.h"
#include "tri-tooltip.h"
#include "tri-training.h"
#include "tri-trainings.h"

struct _TriSavedTrainings {
  AdwWindow parent_instance;
  GCancellable *cancellable;
  guint count;

  GtkStack *stack;
  GtkListBox *list;
  GtkLabel *error;
};

G_DEFINE_FINAL_TYPE (TriSavedTrainings, tri_saved_trainings, ADW_TYPE_WINDOW)

static guint resume_signal;

static void refresh (TriSavedTrainings *self);

static void
list_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  g_task_return_pointer (task, tri_trainings_list (), (GDestroyNotify) g_ptr_array_unref);
}

static const char *
folder_of (GtkWidget *button)
{
  return g_object_get_data (G_OBJECT (gtk_widget_get_ancestor (button, ADW_TYPE_ACTION_ROW)), "folder");
}

static void
on_continue (TriSavedTrainings *self, GtkWidget *button)
{
  g_autofree char *folder = g_strdup (folder_of (button));
  g_signal_emit (self, resume_signal, 0, folder);
  gtk_window_close (GTK_WINDOW (self));
}

static void
on_remove_answer (AdwMessageDialog *dialog, const char *response, TriSavedTrainings *self)
{
  g_autoptr (GError) error = NULL;
  if (!g_str_equal (response, "remove"))
    return;
  gboolean removed = tri_trainings_remove (g_object_get_data (G_OBJECT (dialog), "folder"), &error);
  gtk_label_set_label (self->error, removed ? "" : error->message);
  gtk_widget_set_visible (GTK_WIDGET (self->error), !removed);
  refresh (self);
}

static void
on_remove (TriSavedTrainings *self, GtkWidget *button)
{
  GtkWidget *dialog = adw_message_dialog_new (GTK_WINDOW (self), _("Remove This Training?"),
      _("Its checkpoint, its best weights and the pictures of its course are deleted. Weights that are in use stay."));
  adw_message_dialog_add_responses (ADW_MESSAGE_DIALOG (dialog), "cancel", _("_Cancel"), "remove", _("_Remove"), NULL);
  adw_message_dialog_set_response_appearance (ADW_MESSAGE_DIALOG (dialog), "remove", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  adw_message_dialog_set_close_response (ADW_MESSAGE_DIALOG (dialog), "cancel");
  g_object_set_data_full (G_OBJECT (dialog), "folder", g_strdup (folder_of (button)), g_free);
  g_signal_connect_object (dialog, "response", G_CALLBACK (on_remove_answer), self, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}

static char *
describe_source (const char *source)
{
  if (source == NULL || *source == '\0')
    return g_strdup (_("pictures from elsewhere"));
  if (g_str_equal (source, "samples"))
    return g_strdup (_("sample pictures"));
  if (g_str_equal (source, "digits"))
    return g_strdup (_("handwritten digits"));
  return g_filename_display_basename (source);
}

/* The model, and which size of it. */
static char *
describe_model (const TriSavedTraining *training)
{
  g_autofree char *name = g_path_get_basename (training->folder);
  if (training->model == NULL)
    return g_steal_pointer (&name);
  GString *text = g_string_new (_(training->model->title));
  g_autoptr (TriParams) params = tri_params_new (training->model->params);
  g_auto (GStrv) assignments = g_strsplit (training->params != NULL ? training->params : "", " ", -1);
  for (guint i = 0; assignments[i] != NULL; i++)
    tri_params_parse (params, assignments[i], NULL);
  for (const TriParamSpec *spec = training->model->params; spec != NULL && spec->id != NULL; spec++)
    {
      g_autofree char *value = tri_params_value_to_text (params, spec->id);
      g_string_append_printf (text, " · %s", spec->type == TRI_PARAM_CHOICE
                                                ? _(spec->choices[tri_params_get_choice (params, spec->id)].title) : value);
    }
  return g_string_free (text, FALSE);
}

static char *
describe (const TriSavedTraining *training)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_local (training->saved);
  g_autofree char *when = time != NULL ? g_date_time_format (time, "%x %H:%M") : g_strdup ("");
  if (training->model == NULL)
    return g_strdup_printf ("%s · %s", when, training->why);
  g_autofree char *source = describe_source (training->source);
  g_autofree char *step = g_strdup_printf ("%" G_GUINT64_FORMAT, training->step);
  g_autofree char *steps = g_strdup_printf ("%" G_GUINT64_FORMAT, training->steps);
  g_autofree char *where = training->ended_early ? g_strdup_printf (_("ended early at step %s of %s"), step, steps)
                           : training->step < training->steps ? g_strdup_printf (_("step %s of %s"), step, steps)
                                                              : g_strdup_printf (_("all %s steps"), steps);
  g_autofree char *best = isfinite (training->psnr) ? g_strdup_printf (_(" · PSNR %.2f dB"), training->psnr) : g_strdup ("");
  return g_strdup_printf ("%s · %s%s · %s", source, where, best, when);
}

static void
add_row (TriSavedTrainings *self, const TriSavedTraining *training)
{
  GtkWidget *row = adw_action_row_new (), *go_on = gtk_button_new_with_label (_("Continue"));
  GtkWidget *remove = gtk_button_new_from_icon_name ("user-trash-symbolic");
  g_autofree char *about = describe (training), *title = describe_model (training);
  g_object_set_data_full (G_OBJECT (row), "folder", g_strdup (training->folder), g_free);
  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), about);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 3);
  tri_tooltip_set (row, training->folder);
  tri_tooltip_set (go_on, training->ended_early ? _("It ended because validation got no better: goes on, patient anew")
                          : training->step < training->steps ? _("Goes on from the last checkpoint, as if it had never stopped")
                                                           : _("Trains as many steps again"));
  tri_tooltip_set (remove, _("Remove this training"));
  gboolean works = tri_training_is_at_work (training->folder);
  gtk_widget_set_sensitive (go_on, training->model != NULL && !works);
  gtk_widget_set_sensitive (remove, !works);
  gtk_widget_add_css_class (remove, "flat");
  GtkWidget *const buttons[] = { go_on, remove };
  for (guint i = 0; i < G_N_ELEMENTS (buttons); i++)
    {
      gtk_widget_set_valign (buttons[i], GTK_ALIGN_CENTER);
      adw_action_row_add_suffix (ADW_ACTION_ROW (row), buttons[i]);
    }
  g_signal_connect_object (go_on, "clicked", G_CALLBACK (on_continue), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (remove, "clicked", G_CALLBACK (on_remove), self, G_CONNECT_SWAPPED);
  gtk_list_box_append (self->list, row);
  tri_name_buttons (row);
}

static void
on_listed (GObject *source, GAsyncResult *result, gpointer data)
{
  TriSavedTrainings *self = TRI_SAVED_TRAININGS (source);
  g_autoptr (GPtrArray) list = g_task_propagate_pointer (G_TASK (result), NULL);
  GtkListBoxRow *row;
  if (list == NULL)
    return;
  while ((row = gtk_list_box_get_row_at_index (self->list, 0)) != NULL)
    gtk_list_box_remove (self->list, GTK_WIDGET (row));
  for (guint i = 0; i < list->len; i++)
    add_row (self, list->pdata[i]);
  self->count = list->len;
  gtk_stack_set_visible_child_name (self->stack, list->len > 0 ? "list" : "empty");
}

static void
refresh (TriSavedTrainings *self)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, on_listed, NULL);
  g_task_set_source_tag (task, refresh);
  g_task_run_in_thread (task, list_thread);
}

/* How many rows it shows; 0 while it reads. */
guint
tri_saved_trainings_count (TriSavedTrainings *self)
{
  return self->count;
}

TriSavedTrainings *
tri_saved_trainings_new (GtkWindow *parent)
{
  TriSavedTrainings *self = g_object_new (TRI_TYPE_SAVED_TRAININGS, "transient-for", parent, NULL);
  refresh (self);
  return self;
}

static void
dispose (GObject *object)
{
  TriSavedTrainings *self = TRI_SAVED_TRAININGS (object);
  g_cancellable_cancel (self->cancellable);
  G_OBJECT_CLASS (tri_saved_trainings_parent_class)->dispose (object);
}

static void
finalize (GObject *object)
{
  g_clear_object (&TRI_SAVED_TRAININGS (object)->cancellable);
  G_OBJECT_CLASS (tri_saved_trainings_parent_class)->finalize (object);
}

static void
tri_saved_trainings_class_init (TriSavedTrainingsClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  G_OBJECT_CLASS (klass)->finalize = finalize;
  resume_signal = g_signal_new ("resume", TRI_TYPE_SAVED_TRAININGS, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 1,
                                G_TYPE_STRING);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-saved-trainings.ui");
  gtk_widget_class_bind_template_child (widget_class, TriSavedTrainings, stack);
  gtk_widget_class_bind_template_child (widget_class, TriSavedTrainings, list);
  gtk_widget_class_bind_template_child (widget_class, TriSavedTrainings, error);
}

static void
tri_saved_trainings_init (TriSavedTrainings *self)
{
  self->cancellable = g_cancellable_new ();
  gtk_widget_init_template (GTK_WIDGET (self));
}
