/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-train-weights.h"

#include <glib/gi18n-lib.h>

#include "tri-error.h"
#include "tri-learner.h"
#include "tri-model-store.h"

static gboolean
has_cipher (const TriModel *model, GError **error)
{
  if (model->get_store_id != NULL)
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED, _("No cipher uses weights of the model “%s”."), model->id);
  return FALSE;
}

/* Names and shapes must be those of the model. What the file says of its parameters comes before @params. */
static TriParams *
check_file (const TriModel *model, const TriParams *params, const char *path, GError **error)
{
  g_autoptr (TriWeights) weights = tri_weights_load (path, error);
  g_autoptr (TriParams) said = NULL;
  if (weights == NULL || !tri_model_check_file (model, weights, &said, error))
    return NULL;
  gboolean says = tri_weights_get_text (weights, "params") != NULL;
  g_autoptr (TriParams) used = tri_params_copy (says ? said : params);
  g_autoptr (TriLearner) learner = tri_learner_new (model, used, 0, error);
  if (learner == NULL || !tri_learner_read_weights (learner, weights, error))
    return NULL;
  return g_steal_pointer (&used);
}

/**
 * tri_train_weights_install:
 * @params: of the model, where the file doesn't tell
 * @path: of weights that were trained here or in PyTorch; hostile until they are read
 *
 * New pictures use them from now on. Those that they take the place of are kept, for older pictures need them.
 */
gboolean
tri_train_weights_install (const TriModel *model, const TriParams *params, const char *path, GError **error)
{
  if (!has_cipher (model, error))
    return FALSE;
  g_autoptr (TriParams) used = check_file (model, params, path, error);
  return used != NULL && tri_model_store_install (model->get_store_id (used), path, error);
}

/* New pictures use the program's weights again. */
gboolean
tri_train_weights_restore (const TriModel *model, const TriParams *params, GError **error)
{
  return has_cipher (model, error) && tri_model_store_uninstall (model->get_store_id (params), error);
}

gboolean
tri_train_weights_are_own (const TriModel *model, const TriParams *params)
{
  return model->get_store_id != NULL && tri_model_store_is_own (model->get_store_id (params));
}

typedef struct {
  const TriModel *model;
  TriParams *params;
  char *path;
} Install;

static void
install_free (gpointer data)
{
  Install *install = data;
  tri_params_free (install->params);
  g_free (install->path);
  g_free (install);
}

static void
install_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  const Install *install = data;
  GError *error = NULL;
  if (tri_train_weights_install (install->model, install->params, install->path, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

void
tri_train_weights_install_async (const TriModel *model, const TriParams *params, const char *path,
                                 GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  Install *install = g_new (Install, 1);
  *install = (Install) { model, tri_params_copy (params), g_strdup (path) };
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, tri_train_weights_install_async);
  g_task_set_check_cancellable (task, FALSE); /* what is installed is said to be */
  g_task_set_task_data (task, install, install_free);
  g_task_run_in_thread (task, install_thread);
}

gboolean
tri_train_weights_install_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
