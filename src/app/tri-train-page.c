/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-train-page-private.h"

#include <glib/gi18n-lib.h>

#include "tri-name.h"
#include "tri-page.h"
#include "tri-tooltip.h"
#include "tri-trainings.h"

static void tri_train_page_iface_init (TriPageInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (TriTrainPage, tri_train_page, ADW_TYPE_BIN,
                               G_IMPLEMENT_INTERFACE (TRI_TYPE_PAGE, tri_train_page_iface_init))

TriTraining *
tri_train_page_get_training (TriTrainPage *self)
{
  return self->training;
}

TriTrainForm *
tri_train_page_get_form (TriTrainPage *self)
{
  return self->form;
}

/* Said in words, which screen readers announce; the numbers beside it change too often for that. */
void
tri_train_page_say (TriTrainPage *self, const char *text)
{
  gtk_label_set_label (self->status, text);
  tri_tooltip_set (GTK_WIDGET (self->status), text);
  gtk_widget_remove_css_class (GTK_WIDGET (self->status), "error");
  gtk_widget_add_css_class (GTK_WIDGET (self->status), "dim-label");
}

void
tri_train_page_say_error (TriTrainPage *self, const GError *error)
{
  tri_train_page_say (self, error->message);
  gtk_widget_add_css_class (GTK_WIDGET (self->status), "error");
  gtk_widget_remove_css_class (GTK_WIDGET (self->status), "dim-label");
}

static void
show_progress (TriTrainPage *self)
{
  g_autofree char *where = tri_training_describe_step (self->training);
  gtk_label_set_label (self->where, where);
  gtk_widget_set_visible (GTK_WIDGET (self->where), *where != '\0');
  gtk_progress_bar_set_fraction (self->progress, CLAMP (tri_training_get_fraction (self->training), 0, 1));
}

static void
say_state (TriTrainPage *self)
{
  const GError *error = tri_training_get_error (self->training);
  g_autofree char *words = tri_training_describe (self->training);
  if (error != NULL)
    tri_train_page_say_error (self, error);
  else
    tri_train_page_say (self, words);
}

static void
show_state (TriTrainPage *self)
{
  TriTrainingState state = tri_training_get_state (self->training);
  gboolean busy = tri_training_is_busy (self->training), loading = state == TRI_TRAINING_LOADING;
  gboolean rests = state == TRI_TRAINING_PAUSED || state == TRI_TRAINING_PAUSING;
  gtk_widget_set_visible (GTK_WIDGET (self->start), !busy);
  gtk_widget_set_visible (GTK_WIDGET (self->pause), busy && !loading);
  gtk_widget_set_visible (GTK_WIDGET (self->stop), busy);
  gtk_widget_set_visible (self->idle_box, !busy);
  gtk_button_set_label (self->pause, rests ? _("Resume") : _("Pause"));
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "train.start", !busy && tri_train_form_get_source (self->form) != NULL);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "train.saved", !busy);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "train.pause", busy && !loading && state != TRI_TRAINING_STOPPING);
  gtk_widget_action_set_enabled (GTK_WIDGET (self), "train.stop", busy && state != TRI_TRAINING_STOPPING);
  gtk_widget_set_sensitive (GTK_WIDGET (self->form), !busy);
  gtk_widget_set_opacity (GTK_WIDGET (self->progress), busy ? 1 : 0);
  tri_name_buttons (GTK_WIDGET (self->pause));
  tri_train_page_show_weights (self);
  show_progress (self);
}

/* A training that is continued brings its own model, pictures and numbers. */
static void
show_continued (TriTrainPage *self)
{
  TriTrainer *trainer = tri_training_get_trainer (self->training);
  if (!self->shows_continued || trainer == NULL)
    return;
  self->shows_continued = FALSE;
  tri_train_form_show_trainer (self->form, trainer);
}

static void
on_changed (TriTrainPage *self)
{
  show_continued (self);
  say_state (self);
  show_state (self);
}

static void
release (TriTraining *training, GApplication *application)
{
  g_application_release (application);
  g_signal_handlers_disconnect_by_func (training, release, application);
}

/* The program stays until the last checkpoint is written, even when its window closes. */
static void
hold_program (TriTrainPage *self)
{
  GApplication *application = g_application_get_default ();
  if (application == NULL)
    return;
  g_application_hold (application);
  g_signal_connect (self->training, "ended", G_CALLBACK (release), application);
}

static void
on_start (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriTrainPage *self = TRI_TRAIN_PAGE (widget);
  const TriModel *model = tri_train_form_get_model (self->form);
  const char *source = tri_train_form_get_source (self->form);
  g_autofree char *folder = tri_trainings_new_folder (model);
  if (source == NULL || tri_training_is_busy (self->training))
    return;
  hold_program (self);
  tri_training_start (self->training, model, tri_train_form_get_params (self->form), tri_train_form_get_chosen (self->form),
                      source, folder);
}

/* Continues the training in @folder. */
void
tri_train_page_resume (TriTrainPage *self, const char *folder)
{
  g_return_if_fail (TRI_IS_TRAIN_PAGE (self));
  if (tri_training_is_busy (self->training))
    return;
  hold_program (self);
  self->shows_continued = TRUE;
  tri_training_resume (self->training, folder);
}

static void
on_resume (TriTrainPage *self, const char *folder)
{
  tri_train_page_resume (self, folder);
}

static void
on_saved (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriSavedTrainings *saved = tri_saved_trainings_new (GTK_WINDOW (gtk_widget_get_root (widget)));
  g_signal_connect_object (saved, "resume", G_CALLBACK (on_resume), widget, G_CONNECT_SWAPPED);
  gtk_window_present (GTK_WINDOW (saved));
}

static void
on_pause (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriTrainPage *self = TRI_TRAIN_PAGE (widget);
  if (tri_training_get_state (self->training) == TRI_TRAINING_RUNNING)
    tri_training_pause (self->training);
  else
    tri_training_go_on (self->training);
}

static void
on_stop (GtkWidget *widget, const char *action, GVariant *parameter)
{
  tri_training_stop (TRI_TRAIN_PAGE (widget)->training);
}

static void
on_choose (GtkWidget *widget, const char *action, GVariant *parameter)
{
  TriTrainPage *self = TRI_TRAIN_PAGE (widget);
  if (!tri_training_is_busy (self->training))
    tri_train_form_choose (self->form);
}

/* What the window's actions mean here. Escape is pressed easily: it pauses what took hours. */
static gboolean
page_activate (TriPage *page, const char *action)
{
  TriTrainPage *self = TRI_TRAIN_PAGE (page);
  TriTrainingState state = tri_training_get_state (self->training);
  gboolean busy = tri_training_is_busy (self->training), stops = g_str_equal (action, "win.stop");
  const char *here = NULL;
  if (g_str_equal (action, "win.open"))
    here = "train.choose";
  else if (g_str_equal (action, "win.run") || g_str_equal (action, "win.run-or-stop"))
    here = !busy ? "train.start" : state == TRI_TRAINING_PAUSED ? "train.pause" : NULL;
  stops = stops || (g_str_equal (action, "win.run-or-stop") && here == NULL);
  if (stops && state == TRI_TRAINING_LOADING)
    here = "train.stop";
  else if (stops && state == TRI_TRAINING_RUNNING)
    here = "train.pause";
  return here != NULL && gtk_widget_activate_action (GTK_WIDGET (self), here, NULL);
}

static char *
page_why_stay (TriPage *page)
{
  TriTrainPage *self = TRI_TRAIN_PAGE (page);
  return tri_training_is_busy (self->training)
           ? g_strdup (_("A network is being trained. It would stop now, with a checkpoint from which it can be continued.")) : NULL;
}

static void
tri_train_page_iface_init (TriPageInterface *iface)
{
  iface->activate = page_activate;
  iface->why_stay = page_why_stay;
}

static void
dispose (GObject *object)
{
  TriTrainPage *self = TRI_TRAIN_PAGE (object);
  if (self->training != NULL)
    tri_training_stop (self->training);
  g_clear_object (&self->training);
  g_clear_object (&self->chooser);
  G_OBJECT_CLASS (tri_train_page_parent_class)->dispose (object);
}

static void
tri_train_page_class_init (TriTrainPageClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  g_type_ensure (TRI_TYPE_TRAIN_COURSE);
  g_type_ensure (TRI_TYPE_TRAIN_FORM);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-train-page.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriTrainPage, name)
  BIND (course); BIND (form); BIND (progress); BIND (where); BIND (status); BIND (in_use); BIND (start); BIND (pause);
  BIND (stop); BIND (install); BIND (idle_box);
#undef BIND
  gtk_widget_class_install_action (widget_class, "train.start", NULL, on_start);
  gtk_widget_class_install_action (widget_class, "train.pause", NULL, on_pause);
  gtk_widget_class_install_action (widget_class, "train.stop", NULL, on_stop);
  gtk_widget_class_install_action (widget_class, "train.choose", NULL, on_choose);
  gtk_widget_class_install_action (widget_class, "train.saved", NULL, on_saved);
  tri_train_page_class_add_weights (widget_class);
}

static void
tri_train_page_init (TriTrainPage *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->training = tri_training_new ();
  g_signal_connect_object (self->training, "changed", G_CALLBACK (on_changed), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->training, "stepped", G_CALLBACK (show_progress), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->training, "validated", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (self->form, "changed", G_CALLBACK (show_state), self, G_CONNECT_SWAPPED);
  tri_train_course_set_training (self->course, self->training);
  on_changed (self);
}
