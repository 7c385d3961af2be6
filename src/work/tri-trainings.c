/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-trainings.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "tri-trainer-private.h"
#include "tri-weights.h"

void
tri_saved_training_free (TriSavedTraining *training)
{
  g_free (training->folder);
  g_free (training->params);
  g_free (training->source);
  g_free (training->why);
  g_free (training);
}

/* Returns: (transfer full): where all of them are */
char *
tri_trainings_folder (void)
{
  return g_build_filename (g_get_user_data_dir (), "triptych", "trainings", NULL);
}

/* Returns: (transfer full): one that isn't there yet; named by the model and the time */
char *
tri_trainings_new_folder (const TriModel *model)
{
  g_autofree char *all = tri_trainings_folder ();
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format (now, "%Y-%m-%d-%H%M%S"), *stem = g_strconcat (model->id, "-", time, NULL);
  char *folder = g_build_filename (all, stem, NULL);
  for (guint i = 2; g_file_test (folder, G_FILE_TEST_EXISTS); i++)
    {
      g_autofree char *name = g_strdup_printf ("%s-%u", stem, i);
      g_free (folder);
      folder = g_build_filename (all, name, NULL);
    }
  return folder;
}

static void
read_numbers (TriSavedTraining *training, const TriWeights *weights, GKeyFile *file)
{
  const TriNamed *curves = tri_weights_find (weights, TRI_TRAINER_CURVES), *points = tri_weights_find (weights, TRI_TRAINER_POINTS);
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (TriTrainPoint));
  training->step = curves != NULL && curves->n_dims == 2 ? curves->dims[0] : 0;
  for (gsize i = 0; points != NULL && points->n_dims == 2 && points->dims[1] == 4 && i < points->dims[0]; i++)
    {
      TriTrainPoint point = tri_trainer_read_point (points, i, training->step);
      g_array_append_val (all, point);
    }
  const TriTrainPoint *found = (const TriTrainPoint *) (gpointer) all->data;
  if (all->len > 0)
    training->psnr = found[tri_train_find_best (found, all->len)].psnr;
  training->ended_early = training->step < training->steps
                          && tri_train_has_lost_patience (found, all->len,
                                                          g_key_file_get_uint64 (file, TRI_TRAINER_GROUP, "patience", NULL),
                                                          g_key_file_get_uint64 (file, TRI_TRAINER_GROUP, "patient-since", NULL));
}

static gboolean
read_training (TriSavedTraining *training, GError **error)
{
  g_autofree char *path = g_build_filename (training->folder, TRI_TRAINER_CHECKPOINT, NULL);
  g_autoptr (TriWeights) weights = tri_weights_load (path, error);
  g_autoptr (GKeyFile) file = g_key_file_new ();
  if (weights == NULL)
    return FALSE;
  const char *id = tri_weights_get_text (weights, "model"), *settings = tri_weights_get_text (weights, TRI_TRAINER_SETTINGS);
  const TriModel *model = tri_model_find (id != NULL ? id : "", error);
  if (model == NULL || !g_key_file_load_from_data (file, settings != NULL ? settings : "", settings != NULL ? strlen (settings) : 0,
                                                   G_KEY_FILE_NONE, error)
      || !tri_trainer_check_curves (model, weights, file, error))
    return FALSE;
  training->params = g_strdup (tri_weights_get_text (weights, "params"));
  training->source = g_key_file_get_string (file, TRI_TRAINER_DATA_GROUP, "source", NULL);
  training->steps = g_key_file_get_uint64 (file, TRI_TRAINER_GROUP, "steps", NULL);
  read_numbers (training, weights, file);
  training->model = model;
  return TRUE;
}

static TriSavedTraining *
look_at (const char *folder)
{
  g_autofree char *checkpoint = g_build_filename (folder, TRI_TRAINER_CHECKPOINT, NULL);
  g_autoptr (GError) error = NULL;
  GStatBuf about;
  if (g_stat (checkpoint, &about) != 0)
    return NULL;
  TriSavedTraining *training = g_new0 (TriSavedTraining, 1);
  training->folder = g_strdup (folder);
  training->saved = (gint64) about.st_mtime;
  training->psnr = NAN;
  if (!read_training (training, &error))
    training->why = g_strdup (error->message);
  return training;
}

static int
compare_newest (gconstpointer a, gconstpointer b)
{
  const TriSavedTraining *x = *(const TriSavedTraining *const *) a, *y = *(const TriSavedTraining *const *) b;
  return x->saved != y->saved ? (x->saved < y->saved ? 1 : -1) : strcmp (y->folder, x->folder);
}

/* Returns: (transfer full) (element-type TriSavedTraining): newest first. Reads every checkpoint: on a worker */
GPtrArray *
tri_trainings_list (void)
{
  GPtrArray *list = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_saved_training_free);
  g_autofree char *all = tri_trainings_folder ();
  g_autoptr (GDir) dir = g_dir_open (all, 0, NULL);
  for (const char *name = NULL; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *folder = g_build_filename (all, name, NULL);
      TriSavedTraining *training = look_at (folder);
      if (training != NULL)
        g_ptr_array_add (list, training);
    }
  g_ptr_array_sort (list, compare_newest);
  return list;
}

static gboolean
remove_file (const char *folder, const char *name, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  if (g_remove (path) == 0 || errno == ENOENT)
    return TRUE;
  int code = errno;
  g_set_error (error, G_IO_ERROR, (gint) g_io_error_from_errno (code), _("“%s” can't be removed: %s."), path, g_strerror (code));
  return FALSE;
}

/* Removes what trainings write into @folder, and @folder when nothing else is in it. Checkpoint last: a training that
 * can't be removed as a whole stays in the list. */
gboolean
tri_trainings_remove (const char *folder, GError **error)
{
  g_autofree char *pictures = g_build_filename (folder, TRI_TRAINER_PICTURES, NULL);
  tri_trainer_tidy (folder);
  g_autoptr (GDir) dir = g_dir_open (pictures, 0, NULL);
  for (const char *name = NULL; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    if (g_str_has_suffix (name, ".png") && !remove_file (pictures, name, error))
      return FALSE;
  g_rmdir (pictures);
  if (!remove_file (folder, TRI_TRAINER_WEIGHTS, error) || !remove_file (folder, TRI_TRAINER_CHECKPOINT, error))
    return FALSE;
  g_rmdir (folder);
  return TRUE;
}
