/* Which ciphers, with which parameters and weights, are measured. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-evaluate-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-error.h"

/* Sets those of the assignments that the cipher has; marks them in @used. Returns: FALSE with an error */
static gboolean
assign (const TriEvaluateSpec *spec, TriParams *params, gboolean *used, GError **error)
{
  for (guint i = 0; spec->assignments != NULL && spec->assignments[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (spec->assignments[i], "=", 2);
      if (parts[0] == NULL || tri_params_find_spec (params, parts[0]) == NULL)
        continue;
      used[i] = TRUE;
      if (!tri_params_parse (params, spec->assignments[i], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_assigned (const TriEvaluateSpec *spec, const char *id)
{
  g_autofree char *start = g_strconcat (id, "=", NULL);
  for (guint i = 0; spec->assignments != NULL && spec->assignments[i] != NULL; i++)
    if (g_str_has_prefix (spec->assignments[i], start))
      return TRUE;
  return FALSE;
}

/* Returns: (nullable): the parameter of which each choice is a case */
static const TriParamSpec *
find_choice (const TriEvaluateSpec *spec, const TriCipher *cipher)
{
  for (const TriParamSpec *param = cipher->params; param != NULL && param->id != NULL; param++)
    if ((param->flags & TRI_PARAM_CHOOSES_WEIGHTS) != 0 && !is_assigned (spec, param->id))
      return param;
  return NULL;
}

/* @choice: (nullable): set to @value */
static gboolean
add_case (const TriEvaluateSpec *spec, const TriCipher *cipher, const TriParamSpec *choice, guint value, TriEvaluation *evaluation,
          gboolean *used, GError **error)
{
  TriEvaluatedCase *one = g_new0 (TriEvaluatedCase, 1);
  one->cipher = cipher;
  one->params = tri_params_new (cipher->params);
  one->values = g_malloc0_n (spec->pictures->len, sizeof *one->values);
  one->damaged = g_malloc0_n (spec->pictures->len * spec->damages->len, sizeof *one->damaged);
  one->damaged_mean = g_malloc0_n (spec->damages->len, sizeof *one->damaged_mean);
  one->eve.accuracy = NAN;
  g_ptr_array_add (evaluation->cases, one);
  return assign (spec, one->params, used, error) && (choice == NULL || tri_params_set (one->params, choice->id, value, error));
}

static gboolean
add_cases (const TriEvaluateSpec *spec, const TriCipher *cipher, TriEvaluation *evaluation, gboolean *used, GError **error)
{
  const TriParamSpec *choice = find_choice (spec, cipher);
  if (choice == NULL)
    return add_case (spec, cipher, NULL, 0, evaluation, used, error);
  for (guint i = 0; choice->choices[i].id != NULL; i++)
    if (strcmp (choice->choices[i].id, "auto") != 0 && !add_case (spec, cipher, choice, i, evaluation, used, error))
      return FALSE;
  return TRUE;
}

/* A case for each cipher and each choice of its weights. Returns: FALSE with TRI_ERROR_INVALID for bad assignments */
gboolean
tri_evaluate_make_cases (const TriEvaluateSpec *spec, TriEvaluation *evaluation, GError **error)
{
  guint n = spec->assignments != NULL ? g_strv_length (spec->assignments) : 0;
  g_autofree gboolean *used = g_new0 (gboolean, n + 1);
  for (guint i = 0; i < spec->ciphers->len; i++)
    if (!add_cases (spec, spec->ciphers->pdata[i], evaluation, used, error))
      return FALSE;
  for (guint i = 0; i < n; i++)
    if (!used[i])
      {
        g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("None of these ciphers has a parameter as in “%s”."), spec->assignments[i]);
        return FALSE;
      }
  return TRUE;
}
