/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-learner.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"

static void
set_factors (TriLearner *learner, guint net)
{
  guint n_weights;
  const TriWeight *weights = tri_net_get_weights (learner->nets[net], &n_weights);
  for (guint w = 0; learner->model->nets[net].rate_of != NULL && w < n_weights; w++)
    tri_adam_set_factor (learner->adams[net], w, learner->model->nets[net].rate_of (weights[w].name));
}

/**
 * tri_learner_new:
 * @params: (nullable): of the model's table; NULL for the defaults
 * @seed: of the first weights
 */
TriLearner *
tri_learner_new (const TriModel *model, const TriParams *params, guint64 seed, GError **error)
{
  g_autoptr (TriLearner) learner = g_new0 (TriLearner, 1);
  learner->model = model;
  learner->params = params != NULL ? tri_params_copy (params) : tri_params_new (model->params);
  learner->n_nets = tri_model_count_nets (model);
  for (guint i = 0; i < learner->n_nets; i++)
    {
      g_autofree TriLayer *layers = model->nets[i].make_layers (learner->params);
      TriAdamConfig config = { TRI_ADAM_DEFAULTS };
      if ((learner->nets[i] = tri_net_new (layers, error)) == NULL
          || (learner->adams[i] = tri_adam_new (learner->nets[i], &config, error)) == NULL)
        return NULL;
      tri_net_initialise (learner->nets[i], seed + (guint64) i * 0x9E3779B97F4A7C15);
      set_factors (learner, i);
    }
  return g_steal_pointer (&learner);
}

void
tri_learner_drop_passes (TriLearner *learner)
{
  for (guint i = 0; i < TRI_LEARNER_MAX_PASSES; i++)
    g_clear_pointer (&learner->passes[i].pass, tri_pass_free);
}

void
tri_learner_free (TriLearner *learner)
{
  if (learner == NULL)
    return;
  tri_learner_drop_passes (learner);
  for (guint i = 0; i < learner->n_nets; i++)
    {
      tri_adam_free (learner->adams[i]);
      tri_net_free (learner->nets[i]);
    }
  tri_params_free (learner->params);
  g_free (learner);
}

/* Remembers all nets and their optimisers as they are before a step that may be interrupted. */
gboolean
tri_learner_keep (TriLearner *learner, GError **error)
{
  for (guint i = 0; i < learner->n_nets; i++)
    if (!tri_adam_keep (learner->adams[i], error))
      return FALSE;
  return TRUE;
}

/* After tri_learner_keep(). */
void
tri_learner_take_back (TriLearner *learner)
{
  for (guint i = 0; i < learner->n_nets; i++)
    tri_adam_take_back (learner->adams[i]);
}

/* Sets every optimiser to @config, with what the model's table says of each. */
void
tri_learner_set_rates (TriLearner *learner, const TriAdamConfig *config)
{
  for (guint i = 0; i < learner->n_nets; i++)
    {
      const TriModelNet *net = &learner->model->nets[i];
      TriAdamConfig own = *config;
      own.rate *= net->rate > 0 ? net->rate : 1;
      own.beta1 = net->beta1 > 0 ? net->beta1 : config->beta1;
      own.beta2 = net->beta2 > 0 ? net->beta2 : config->beta2;
      tri_adam_set_config (learner->adams[i], &own);
    }
}

/* Returns: how many steps the first net has made */
guint64
tri_learner_get_step (const TriLearner *learner)
{
  return tri_adam_get_step (learner->adams[0]);
}

/* Returns: bytes that programs can still have, or G_MAXUINT64 where the system doesn't tell */
static guint64
available_memory (void)
{
  g_autofree char *text = NULL;
  const char *line = g_file_get_contents ("/proc/meminfo", &text, NULL, NULL) ? strstr (text, "MemAvailable:") : NULL;
  return line != NULL ? g_ascii_strtoull (line + strlen ("MemAvailable:"), NULL, 10) * 1024 : G_MAXUINT64;
}

/* Memory is promised before it is there: what can't be had is said before the system ends some program to find it. */
gboolean
tri_learner_check_memory (guint64 needed, GError **error)
{
  guint64 available = available_memory ();
  if (needed <= available)
    return TRUE;
  g_autofree char *wanted = g_format_size (needed), *there = g_format_size (available);
  g_set_error (error, TRI_ERROR, TRI_ERROR_NO_MEMORY,
               _("Training needs %s more memory and %s are free. Choose a smaller batch or smaller crops, or close other programs."),
               wanted, there);
  return FALSE;
}

static gboolean
check_pass (TriNet *net, TriPassFlags flags, const TriShape *inputs, GError **error)
{
  guint64 needed = tri_pass_estimate (net, flags, inputs, error);
  return needed > 0 && tri_learner_check_memory (needed, error);
}

/**
 * tri_learner_get_pass:
 * @slot: below TRI_LEARNER_MAX_PASSES; the model's own numbering
 * @net: row in the model's table
 * @inputs: one shape for each input of the net
 *
 * Returns: (transfer none) (nullable): the pass of the last call with this slot if it has these shapes, or a new one
 */
TriPass *
tri_learner_get_pass (TriLearner *learner, guint slot, guint net, TriPassFlags flags, const TriShape *inputs, GError **error)
{
  TriNet *wanted = learner->nets[net];
  guint n_inputs = tri_net_get_n_inputs (wanted);
  g_return_val_if_fail (slot < TRI_LEARNER_MAX_PASSES && n_inputs <= TRI_LEARNER_MAX_INPUTS, NULL);
  TriPass **pass = &learner->passes[slot].pass;
  gboolean same = *pass != NULL && learner->passes[slot].net == wanted && learner->passes[slot].flags == flags;
  for (guint i = 0; same && i < n_inputs; i++)
    same = tri_shape_equal (learner->passes[slot].shapes[i], inputs[i]);
  if (same)
    return *pass;
  g_clear_pointer (pass, tri_pass_free);
  if (!check_pass (wanted, flags, inputs, error))
    return NULL;
  learner->passes[slot].net = wanted;
  learner->passes[slot].flags = flags;
  memcpy (learner->passes[slot].shapes, inputs, n_inputs * sizeof *inputs);
  return *pass = tri_pass_new (wanted, flags, inputs, error);
}

static void
set_texts (TriLearner *learner, TriWeights *weights)
{
  g_autofree char *params = tri_params_to_text (learner->params);
  tri_weights_set_text (weights, "model", learner->model->id);
  tri_weights_set_text (weights, "params", params);
}

/* All that training needs to go on. */
gboolean
tri_learner_add_state (TriLearner *learner, TriWeights *weights, GError **error)
{
  set_texts (learner, weights);
  for (guint i = 0; i < learner->n_nets; i++)
    if (!tri_adam_add_state (learner->adams[i], learner->model->nets[i].name, weights, error))
      return FALSE;
  return TRUE;
}

/* When it fails, some nets may have been read and others not. */
gboolean
tri_learner_read_state (TriLearner *learner, const TriWeights *weights, GError **error)
{
  for (guint i = 0; i < learner->n_nets; i++)
    if (!tri_adam_read_state (learner->adams[i], learner->model->nets[i].name, weights, error))
      return FALSE;
  return TRUE;
}

/* What encrypts and decrypts, under the names that PyTorch gives it. */
gboolean
tri_learner_add_weights (TriLearner *learner, TriWeights *weights, GError **error)
{
  set_texts (learner, weights);
  for (guint i = 0; i < learner->n_nets; i++)
    if ((!learner->model->nets[i].helper || learner->model->nets[i].shown)
        && !tri_net_add_weights (learner->nets[i], weights, error))
      return FALSE;
  return TRUE;
}

/* Helpers are read where the file has them, and begin anew otherwise. */
gboolean
tri_learner_read_weights (TriLearner *learner, const TriWeights *weights, GError **error)
{
  for (guint i = 0; i < learner->n_nets; i++)
    if (!tri_net_read_weights (learner->nets[i], weights, learner->model->nets[i].helper ? NULL : error)
        && !learner->model->nets[i].helper)
      return FALSE;
  return TRUE;
}

/**
 * tri_model_check_file:
 * @params: (out) (transfer full): what the file was trained with
 *
 * Returns: FALSE with TRI_ERROR_UNSUPPORTED when the file says that it belongs to another model
 */
gboolean
tri_model_check_file (const TriModel *model, const TriWeights *weights, TriParams **params, GError **error)
{
  const char *id = tri_weights_get_text (weights, "model"), *text = tri_weights_get_text (weights, "params");
  g_autoptr (TriParams) found = tri_params_new (model->params);
  g_auto (GStrv) assignments = g_strsplit (text != NULL ? text : "", " ", -1);
  if (id != NULL && strcmp (id, model->id) != 0)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED, _("The weights are of the model “%s”, not of “%s”."), id, model->id);
      return FALSE;
    }
  for (guint i = 0; assignments[i] != NULL; i++)
    if (*assignments[i] != '\0' && !tri_params_parse (found, assignments[i], error))
      return FALSE;
  *params = g_steal_pointer (&found);
  return TRUE;
}
