/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-train-form.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-folder.h"
#include "tri-param-row.h"
#include "tri-tooltip.h"

typedef enum { KIND_SAMPLES, KIND_DIGITS, KIND_FOLDER, KIND_FILE, N_KINDS } Kind;

static const struct {
  const char *source; /* NULL: is chosen */
  const char *title, *note;
} kinds[N_KINDS] = {
  [KIND_SAMPLES] = { "samples", N_("Sample pictures"), N_("The pictures that come with the program.") },
  [KIND_DIGITS] = { "digits", N_("Handwritten digits"), N_("28 × 28 pixels each.") },
  [KIND_FOLDER] = { NULL, N_("A folder"), N_("Every picture in it, and in the folders below.") },
  [KIND_FILE] = { NULL, N_("One file"), N_("A picture that the network learns by heart, or many in one IDX file.") },
};

struct _TriTrainForm {
  AdwBin parent_instance;
  const TriModel *shown;
  TriParams *params, *chosen; /* of the model; of tri_train_params */
  char *paths[N_KINDS];       /* where they are chosen */
  gboolean filling;
  GtkFileChooserNative *chooser;

  GtkListBox *model_list, *first_list, *expert_list;
  GtkDropDown *model, *kind;
  GtkLabel *about, *kind_note, *chosen_name, *summary;
  GtkWidget *chosen_row;
};

G_DEFINE_FINAL_TYPE (TriTrainForm, tri_train_form, ADW_TYPE_BIN)

static guint changed_signal;

const TriModel *
tri_train_form_get_model (TriTrainForm *self)
{
  return tri_models ()[gtk_drop_down_get_selected (self->model)];
}

/* Returns: (transfer none): of the model that is chosen; another object once another is */
const TriParams *
tri_train_form_get_params (TriTrainForm *self)
{
  return self->params;
}

/* Returns: (transfer none): what was chosen of tri_train_params */
const TriParams *
tri_train_form_get_chosen (TriTrainForm *self)
{
  return self->chosen;
}

static Kind
get_kind (TriTrainForm *self)
{
  return MIN (gtk_drop_down_get_selected (self->kind), (guint) KIND_FILE);
}

/* Returns: (transfer none) (nullable): for tri_dataset_load(); %NULL when none was chosen yet */
const char *
tri_train_form_get_source (TriTrainForm *self)
{
  Kind kind = get_kind (self);
  return kinds[kind].source != NULL ? kinds[kind].source : self->paths[kind];
}

/* What "auto" comes to, or what is wrong. */
static char *
describe (TriTrainForm *self)
{
  TriDatasetSpec spec;
  TriTrainConfig config;
  g_autoptr (GError) error = NULL;
  tri_train_setup (self->chosen, self->shown, &spec, &config);
  if (!tri_train_config_check (&config, self->shown, &error))
    return g_strdup (error->message);
  g_autofree char *steps = g_strdup_printf ("%" G_GUINT64_FORMAT, config.steps);
  g_autofree char *rate = g_strdup_printf ("%g", (double) config.rate);
  int epochs = tri_params_get_int (self->chosen, "epochs");
  if (epochs > 0)
    return g_strdup_printf (ngettext ("%d epoch, in steps of %u squares of %u × %u pixels; learning rate %s.",
                                      "%d epochs, in steps of %u squares of %u × %u pixels; learning rate %s.", (gulong) epochs),
                            epochs, config.batch, config.crop, config.crop, rate);
  return g_strdup_printf (_("%s steps, of %u squares of %u × %u pixels each; learning rate %s."), steps, config.batch,
                          config.crop, config.crop, rate);
}

static void
changed (TriTrainForm *self)
{
  if (self->filling)
    return;
  Kind kind = get_kind (self);
  g_autofree char *text = describe (self);
  g_autofree char *name = self->paths[kind] != NULL ? g_filename_display_basename (self->paths[kind]) : NULL;
  gtk_label_set_label (self->summary, text);
  gtk_label_set_label (self->kind_note, _(kinds[kind].note));
  gtk_widget_set_visible (self->chosen_row, kinds[kind].source == NULL);
  gtk_label_set_label (self->chosen_name, name != NULL ? name : _("None chosen"));
  tri_tooltip_set (GTK_WIDGET (self->chosen_name), self->paths[kind]);
  g_signal_emit (self, changed_signal, 0);
}

static void
on_param (TriParamRow *row, double value, TriTrainForm *self)
{
  const TriParamSpec *spec = tri_param_row_get_spec (row);
  gboolean of_model = gtk_widget_is_ancestor (GTK_WIDGET (row), GTK_WIDGET (self->model_list));
  if (tri_params_set (of_model ? self->params : self->chosen, spec->id, value, NULL))
    changed (self);
}

static void
add_row (TriTrainForm *self, GtkListBox *list, const TriParamSpec *spec)
{
  TriParamRow *row = tri_param_row_new_plain (spec);
  g_signal_connect (row, "changed", G_CALLBACK (on_param), self);
  gtk_list_box_append (list, GTK_WIDGET (row));
}

static void
show_values (GtkListBox *list, const TriParams *params)
{
  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (list)); row != NULL; row = gtk_widget_get_next_sibling (row))
    if (TRI_IS_PARAM_ROW (row))
      {
        const TriParamSpec *spec = tri_param_row_get_spec (TRI_PARAM_ROW (row));
        tri_param_row_show (TRI_PARAM_ROW (row), tri_params_get (params, spec->id), tri_params_is_relevant (params, spec));
      }
}

static void
on_model (TriTrainForm *self)
{
  const TriModel *model = tri_train_form_get_model (self);
  GtkListBoxRow *row;
  if (model == self->shown)
    return;
  self->shown = model;
  g_clear_pointer (&self->params, tri_params_free);
  self->params = tri_params_new (model->params);
  while ((row = gtk_list_box_get_row_at_index (self->model_list, 1)) != NULL)
    gtk_list_box_remove (self->model_list, GTK_WIDGET (row));
  for (const TriParamSpec *spec = model->params; spec != NULL && spec->id != NULL; spec++)
    add_row (self, self->model_list, spec);
  show_values (self->model_list, self->params);
  gtk_label_set_label (self->about, _(model->about));
  changed (self);
}

static void
show_chosen (TriTrainForm *self)
{
  show_values (self->first_list, self->chosen);
  show_values (self->expert_list, self->chosen);
}

/* A mirrored digit is another sign. */
static void
on_kind (TriTrainForm *self)
{
  if (self->filling)
    return;
  if (get_kind (self) == KIND_DIGITS)
    tri_params_set (self->chosen, "flips", 0, NULL);
  show_chosen (self);
  changed (self);
  if (tri_train_form_get_source (self) == NULL && gtk_widget_get_mapped (GTK_WIDGET (self)))
    tri_train_form_choose (self);
}

static void
on_reset (TriTrainForm *self)
{
  g_clear_pointer (&self->chosen, tri_params_free);
  self->chosen = tri_params_new (tri_train_params);
  show_chosen (self);
  changed (self);
}

static void
on_chosen (GtkFileChooserNative *chooser, int response, TriTrainForm *self)
{
  g_autoptr (GFile) file = response == GTK_RESPONSE_ACCEPT ? gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser)) : NULL;
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;
  if (path != NULL)
    {
      tri_folder_remember (file);
      tri_train_form_set_source (self, path);
    }
  g_clear_object (&self->chooser);
}

/* Asks for the folder or the file. */
void
tri_train_form_choose (TriTrainForm *self)
{
  g_return_if_fail (TRI_IS_TRAIN_FORM (self));
  Kind kind = get_kind (self);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));
  g_clear_object (&self->chooser);
  if (kinds[kind].source != NULL)
    {
      kind = KIND_FOLDER;
      gtk_drop_down_set_selected (self->kind, kind);
    }
  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (kind == KIND_FOLDER ? _("Choose Pictures to Train On") : _("Choose a Picture or an IDX File"),
                                               GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL,
                                               kind == KIND_FOLDER ? GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER
                                                                   : GTK_FILE_CHOOSER_ACTION_OPEN, NULL, NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  tri_folder_restore (GTK_FILE_CHOOSER (self->chooser));
  g_signal_connect (self->chooser, "response", G_CALLBACK (on_chosen), self);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* @model: one of tri_models() */
void
tri_train_form_set_model (TriTrainForm *self, const TriModel *model)
{
  for (guint i = 0; tri_models ()[i] != NULL; i++)
    if (tri_models ()[i] == model)
      gtk_drop_down_set_selected (self->model, i);
}

/* @source: "samples", "digits", or the whole path of a folder or file */
void
tri_train_form_set_source (TriTrainForm *self, const char *source)
{
  Kind kind = strcmp (source, "samples") == 0 ? KIND_SAMPLES : strcmp (source, "digits") == 0 ? KIND_DIGITS
              : g_file_test (source, G_FILE_TEST_IS_DIR) ? KIND_FOLDER : KIND_FILE;
  g_return_if_fail (TRI_IS_TRAIN_FORM (self));
  if (kinds[kind].source == NULL)
    {
      g_free (self->paths[kind]);
      self->paths[kind] = g_strdup (source);
    }
  if (get_kind (self) != kind)
    gtk_drop_down_set_selected (self->kind, kind);
  else
    changed (self);
}

/* Sets one of tri_train_params. */
gboolean
tri_train_form_set (TriTrainForm *self, const char *id, double value, GError **error)
{
  if (!tri_params_set (self->chosen, id, value, error))
    return FALSE;
  show_chosen (self);
  changed (self);
  return TRUE;
}

/* The choices that a training was begun with. */
void
tri_train_form_show_trainer (TriTrainForm *self, TriTrainer *trainer)
{
  const TriTrainConfig *config = tri_trainer_get_config (trainer);
  const TriDatasetSpec *data = tri_dataset_get_spec (tri_trainer_get_dataset (trainer));
  const struct { const char *id; double value; } values[] = {
    { "steps", (double) config->steps }, { "epochs", 0 }, { "batch", config->batch }, { "crop", config->crop },
    { "rate", (double) config->rate }, { "warm-up", (double) config->warm_up }, { "decay", (double) config->decay },
    { "clip", (double) config->clip }, { "validation", data->validation }, { "every", (double) config->every },
    { "patience", config->patience }, { "flips", (data->augment & TRI_AUGMENT_FLIP) != 0 },
    { "crops", (data->augment & TRI_AUGMENT_CROP) != 0 }, { "max-side", data->max_side }, { "seed", (double) config->seed },
  };
  self->filling = TRUE;
  tri_train_form_set_model (self, tri_trainer_get_model (trainer));
  if (tri_trainer_get_source (trainer) != NULL)
    tri_train_form_set_source (self, tri_trainer_get_source (trainer));
  g_clear_pointer (&self->params, tri_params_free);
  self->params = tri_params_copy (tri_trainer_get_params (trainer));
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    tri_params_set (self->chosen, values[i].id, values[i].value, NULL);
  show_values (self->model_list, self->params);
  show_chosen (self);
  self->filling = FALSE;
  changed (self);
}

static void
fill_drop_downs (TriTrainForm *self)
{
  g_autoptr (GtkStringList) models = gtk_string_list_new (NULL), sources = gtk_string_list_new (NULL);
  for (const TriModel *const *model = tri_models (); *model != NULL; model++)
    gtk_string_list_append (models, _((*model)->title));
  for (guint i = 0; i < N_KINDS; i++)
    gtk_string_list_append (sources, _(kinds[i].title));
  gtk_drop_down_set_model (self->model, G_LIST_MODEL (models));
  gtk_drop_down_set_model (self->kind, G_LIST_MODEL (sources));
}

static void
dispose (GObject *object)
{
  TriTrainForm *self = TRI_TRAIN_FORM (object);
  g_clear_object (&self->chooser);
  g_clear_pointer (&self->params, tri_params_free);
  g_clear_pointer (&self->chosen, tri_params_free);
  for (guint i = 0; i < N_KINDS; i++)
    g_clear_pointer (&self->paths[i], g_free);
  G_OBJECT_CLASS (tri_train_form_parent_class)->dispose (object);
}

static void
tri_train_form_class_init (TriTrainFormClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);
  G_OBJECT_CLASS (klass)->dispose = dispose;
  changed_signal = g_signal_new ("changed", TRI_TYPE_TRAIN_FORM, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
  gtk_widget_class_set_template_from_resource (widget_class, "/io/github/triptych/Triptych/ui/tri-train-form.ui");
#define BIND(name) gtk_widget_class_bind_template_child (widget_class, TriTrainForm, name)
  BIND (model_list); BIND (first_list); BIND (expert_list); BIND (model); BIND (kind); BIND (about); BIND (kind_note);
  BIND (chosen_name); BIND (summary); BIND (chosen_row);
#undef BIND
  gtk_widget_class_bind_template_callback (widget_class, on_reset);
  gtk_widget_class_bind_template_callback (widget_class, tri_train_form_choose);
}

static void
tri_train_form_init (TriTrainForm *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  self->filling = TRUE;
  self->chosen = tri_params_new (tri_train_params);
  fill_drop_downs (self);
  for (const TriParamSpec *spec = tri_train_params; spec->id != NULL; spec++)
    add_row (self, (spec->flags & TRI_PARAM_EXPERT) != 0 ? self->expert_list : self->first_list, spec);
  g_signal_connect_swapped (self->model, "notify::selected", G_CALLBACK (on_model), self);
  g_signal_connect_swapped (self->kind, "notify::selected", G_CALLBACK (on_kind), self);
  on_model (self);
  show_chosen (self);
  self->filling = FALSE;
  changed (self);
}
