/* triptych-cli train: a network learns, line by line. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-cli.h"
#include "tri-model-store.h"
#include "tri-train-weights.h"
#include "tri-trainer.h"

typedef struct {
  TriProgress *progress;
  const TriModel *model;
  double best;
} Watch;

static char *
describe_time (double seconds)
{
  guint64 s = (guint64) seconds;
  return g_strdup_printf ("%02u:%02u:%02u", (guint) (s / 3600), (guint) (s / 60 % 60), (guint) (s % 60));
}

static void
print_validation (const TriTrainEvent *event, Watch *watch)
{
  g_autofree char *time = describe_time (event->seconds);
  g_autofree char *step = g_strdup_printf ("%" G_GUINT64_FORMAT, event->step);
  g_autofree char *n_steps = g_strdup_printf ("%" G_GUINT64_FORMAT, event->n_steps);
  gboolean best = event->validation < watch->best;
  watch->best = best ? event->validation : watch->best;
  if (event->step == 0)
    tri_cli_note (_("step 0 of %s  validation %.6f  PSNR %.2f dB"), n_steps, event->validation, event->psnr);
  else
    tri_cli_note (_("step %s of %s  loss %.6f  validation %.6f  PSNR %.2f dB  rate %.2e  %s"), step, n_steps,
                  event->values[0], event->validation, event->psnr, event->rate, time);
  tri_cli_note ("%s\n", best && event->step > 0 ? _("  best") : "");
  for (guint i = 0; event->step > 0 && i < event->n_values; i++)
    if (watch->model->curves[i].is_share)
      tri_cli_note (_("  %s: %.0f %%\n"), _(watch->model->curves[i].title), 100 * event->values[i]);
    else if (i > 0)
      tri_cli_note (_("  %s: %.6f\n"), _(watch->model->curves[i].title), event->values[i]);
}

static void
watch_training (TriTrainEvent *event, gpointer data)
{
  Watch *watch = data;
  tri_progress_step (watch->progress, (double) event->step / (double) event->n_steps);
  if (event->kind == TRI_TRAIN_VALIDATED)
    print_validation (event, watch);
  if (event->message != NULL)
    tri_cli_note ("%s\n", event->message);
}

static gboolean
usage_error (GError **error, GError *why)
{
  g_set_error_literal (error, TRI_USAGE_ERROR, 0, why->message);
  g_error_free (why);
  return FALSE;
}

static TriParams *
read_training_params (const TriOptions *options, GError **error)
{
  g_autoptr (TriParams) params = tri_params_new (tri_train_params);
  GError *why = NULL;
  for (guint i = 0; tri_train_params[i].id != NULL; i++)
    if (options->training[i] != NULL && !tri_params_set_text (params, tri_train_params[i].id, options->training[i], &why))
      return usage_error (error, why), NULL;
  return g_steal_pointer (&params);
}

static void
note_refused (const TriDataset *dataset)
{
  for (const char *const *refused = tri_dataset_get_refused (dataset); *refused != NULL; refused++)
    tri_cli_note (_("passed over: %s\n"), *refused);
}

static TriTrainer *
begin (const TriOptions *options, TriProgress *progress, GError **error)
{
  GError *why = NULL;
  TriDatasetSpec spec;
  TriTrainConfig config;
  const TriModel *model = tri_model_find (options->files[0], &why);
  if (model == NULL)
    return usage_error (error, why), NULL;
  g_autoptr (TriParams) chosen = read_training_params (options, error), params = tri_params_new (model->params);
  g_autofree char *folder = options->output != NULL ? g_strdup (options->output) : g_strconcat (model->id, ".training", NULL);
  if (chosen == NULL || !tri_cli_set_params (params, options->params, error))
    return NULL;
  tri_train_setup (chosen, model, &spec, &config);
  if (!tri_train_config_check (&config, model, &why))
    return usage_error (error, why), NULL;
  g_autoptr (TriDataset) dataset = tri_dataset_load (options->data, &spec, progress, error);
  if (dataset == NULL)
    return NULL;
  tri_train_set_epochs (&config, chosen, dataset);
  g_autoptr (TriTrainer) trainer = tri_trainer_new (model, params, g_steal_pointer (&dataset), &config, folder, error);
  if (trainer == NULL || (options->weights != NULL && !tri_trainer_start_from (trainer, options->weights, error)))
    return NULL;
  gboolean is_file = strcmp (options->data, "samples") != 0 && strcmp (options->data, "digits") != 0;
  g_autofree char *source = is_file ? g_canonicalize_filename (options->data, NULL) : g_strdup (options->data);
  tri_trainer_set_source (trainer, source);
  return g_steal_pointer (&trainer);
}

/* Of all that can be chosen, a training that goes on can only be made longer or shorter. */
static TriTrainer *
go_on (const TriOptions *options, TriProgress *progress, GError **error)
{
  g_autoptr (TriParams) chosen = read_training_params (options, error);
  if (chosen == NULL)
    return NULL;
  for (guint i = 0; tri_train_params[i].id != NULL; i++)
    if (options->training[i] != NULL && strcmp (tri_train_params[i].id, "steps") != 0)
      {
        g_set_error (error, TRI_USAGE_ERROR, 0, _("A training that is continued keeps what it began with: --%s can't be changed."),
                     tri_train_params[i].id);
        return NULL;
      }
  TriTrainer *trainer = tri_trainer_resume (options->resume, NULL, (guint64) tri_params_get_int (chosen, "steps"), progress, error);
  if (trainer == NULL || !tri_trainer_has_ended_early (trainer))
    return trainer;
  guint patience = tri_trainer_get_config (trainer)->patience;
  g_autofree char *step = g_strdup_printf ("%" G_GUINT64_FORMAT, tri_trainer_get_step (trainer));
  tri_trainer_renew_patience (trainer);
  tri_cli_note (ngettext ("The training ended early at step %s: validation got no better. It goes on until %u more validation is no better.\n",
                          "The training ended early at step %s: validation got no better. It goes on until %u more validations are no better.\n",
                          patience), step, patience);
  return trainer;
}

static gboolean
check_usage (const TriOptions *options, GError **error)
{
  guint n_files = options->files != NULL ? g_strv_length (options->files) : 0;
  gboolean resumes = options->resume != NULL;
  if (resumes && (n_files > 0 || options->data != NULL || options->output != NULL || options->weights != NULL || options->params != NULL))
    g_set_error_literal (error, TRI_USAGE_ERROR, 0,
                         _("--resume takes the model, its parameters, the pictures and the folder from the training that it continues."));
  else if (!resumes && n_files != 1)
    g_set_error_literal (error, TRI_USAGE_ERROR, 0, _("Name one model to train. triptych-cli train --help lists them."));
  else if (!resumes && options->data == NULL)
    g_set_error_literal (error, TRI_USAGE_ERROR, 0,
                         _("Say what to train on: --data FOLDER, --data PICTURE, --data samples or --data digits."));
  else
    return TRUE;
  return FALSE;
}

static void
print_start (TriTrainer *trainer)
{
  const TriDataset *dataset = tri_trainer_get_dataset (trainer);
  g_autofree char *params = tri_params_to_text (tri_trainer_get_params (trainer));
  tri_cli_note ("%s  %s\n", _(tri_trainer_get_model (trainer)->title), params);
  note_refused (dataset);
  if (tri_dataset_is_split (dataset))
    tri_cli_note (_("Pictures to train on: %u; others, to validate with: %u\n"), tri_dataset_get_n (dataset, TRI_DATASET_TRAIN),
                  tri_dataset_get_n (dataset, TRI_DATASET_VALIDATE));
  else
    tri_cli_note (_("Pictures to train on, and to validate with: %u. How good it is on others is not measured.\n"),
                  tri_dataset_get_n (dataset, TRI_DATASET_TRAIN));
}

static void
write_point (TriJson *json, const char *key, const TriTrainPoint *point)
{
  tri_json_begin_object (json, key);
  tri_json_integer (json, "step", point->step);
  tri_json_number (json, "training_loss", point->train);
  tri_json_number (json, "validation_loss", point->loss);
  tri_json_number (json, "psnr", point->psnr);
  tri_json_end (json);
}

/* What the last step told, of each curve. */
static void
write_last_step (TriJson *json, TriTrainer *trainer)
{
  const TriModel *model = tri_trainer_get_model (trainer);
  tri_json_begin_object (json, "last_step");
  for (guint i = 0; i < tri_model_count_curves (model); i++)
    {
      g_autoptr (GArray) curve = tri_trainer_get_curve (trainer, i);
      tri_json_number (json, model->curves[i].id, curve->len > 0 ? g_array_index (curve, double, curve->len - 1) : NAN);
    }
  tri_json_end (json);
}

static void
print_json (TriTrainer *trainer, const char *folder)
{
  g_autoptr (GArray) points = tri_trainer_get_points (trainer);
  TriDataset *dataset = tri_trainer_get_dataset (trainer);
  g_autofree char *weights = g_build_filename (folder, TRI_TRAINER_WEIGHTS, NULL);
  const TriTrainPoint *best = NULL;
  TriJson *json = tri_json_new ();
  tri_json_begin_object (json, NULL);
  tri_json_string (json, "model", tri_trainer_get_model (trainer)->id);
  tri_json_params (json, "params", tri_trainer_get_params (trainer));
  tri_json_string (json, "folder", folder);
  tri_json_string (json, "weights", weights);
  tri_json_integer (json, "training_pictures", tri_dataset_get_n (dataset, TRI_DATASET_TRAIN));
  tri_json_integer (json, "validation_pictures",
                    tri_dataset_is_split (dataset) ? tri_dataset_get_n (dataset, TRI_DATASET_VALIDATE) : 0);
  tri_json_begin_array (json, "passed_over");
  for (const char *const *refused = tri_dataset_get_refused (dataset); *refused != NULL; refused++)
    tri_json_string (json, NULL, *refused);
  tri_json_end (json);
  tri_json_integer (json, "steps", tri_trainer_get_step (trainer));
  tri_json_number (json, "seconds", tri_trainer_get_seconds (trainer));
  tri_json_begin_array (json, "validations");
  for (guint i = 0; i < points->len; i++)
    {
      const TriTrainPoint *point = &g_array_index (points, TriTrainPoint, i);
      write_point (json, NULL, point);
      best = best == NULL || point->loss < best->loss ? point : best;
    }
  tri_json_end (json);
  if (best != NULL)
    write_point (json, "best", best);
  write_last_step (json, trainer);
  tri_json_boolean (json, "overfitting",
                    tri_dataset_is_split (dataset)
                      && tri_train_find_overfitting ((const TriTrainPoint *) (gpointer) points->data, points->len, NULL));
  tri_json_end (json);
  tri_cli_print_json (json);
}

/* Says how to go on. */
static void
explain_interruption (TriTrainer *trainer, const char *folder, GError **error)
{
  g_autofree char *step = g_strdup_printf ("%" G_GUINT64_FORMAT, tri_trainer_get_step (trainer));
  g_autofree char *quoted = g_shell_quote (folder);
  g_clear_error (error);
  g_set_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED,
               _("Interrupted at step %s, with a good checkpoint. This continues it: triptych-cli train --resume %s"), step, quoted);
}

/* Where the cipher of this model finds its weights. */
static gboolean
install (TriTrainer *trainer, const char *folder, GError **error)
{
  const TriModel *model = tri_trainer_get_model (trainer);
  g_autofree char *weights = g_build_filename (folder, TRI_TRAINER_WEIGHTS, NULL), *store = tri_model_store_user_folder ();
  if (!tri_train_weights_install (model, tri_trainer_get_params (trainer), weights, error))
    return FALSE;
  tri_cli_note (_("New pictures use these weights from now on: a copy of them is in %s. Whoever decrypts needs them too.\n"), store);
  return TRUE;
}

static gboolean
run (const TriOptions *options, TriProgress *progress, GError **error)
{
  if (!check_usage (options, error))
    return FALSE;
  g_autoptr (TriTrainer) trainer = options->resume != NULL ? go_on (options, progress, error) : begin (options, progress, error);
  if (trainer == NULL)
    return FALSE;
  g_autofree char *folder = options->resume != NULL ? g_strdup (options->resume)
                            : options->output != NULL ? g_strdup (options->output)
                                                      : g_strconcat (options->files[0], ".training", NULL);
  Watch watch = { progress, tri_trainer_get_model (trainer), INFINITY };
  print_start (trainer);
  if (!tri_trainer_run (trainer, watch_training, &watch, tri_progress_get_cancellable (progress), error))
    {
      if (error != NULL && g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
        explain_interruption (trainer, folder, error);
      return FALSE;
    }
  if (options->install && !install (trainer, folder, error))
    return FALSE;
  if (options->json)
    print_json (trainer, folder);
  else
    tri_cli_print (_("The weights are in %s%c%s.\n"), folder, G_DIR_SEPARATOR, TRI_TRAINER_WEIGHTS);
  return TRUE;
}

const TriCommand tri_command_train = {
  .name = "train",
  .synopsis = N_("MODEL --data WHAT [OPTION…] | --resume FOLDER"),
  .summary = N_("Train a network on pictures"),
  .takes = TRI_TAKES_TRAINING,
  .n_files = TRI_ANY_FILES,
  .run = run,
};
