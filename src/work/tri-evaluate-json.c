/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-evaluate.h"

#include <math.h>

const TriEvaluatedInfo tri_evaluated_infos[TRI_N_EVALUATED] = {
  [TRI_EVALUATED_PSNR] = { "psnr" },
  [TRI_EVALUATED_SSIM] = { "ssim" },
  [TRI_EVALUATED_LINEAR_PSNR] = { "linear_psnr" },
  [TRI_EVALUATED_LINEAR_SSIM] = { "linear_ssim" },
  [TRI_EVALUATED_ENTROPY] = { "entropy" },
  [TRI_EVALUATED_LEAK] = { "leak" },
  [TRI_EVALUATED_LEAK_NOISE] = { "leak_of_noise" },
  [TRI_EVALUATED_WRONG_LEAK] = { "wrong_key_leak" },
  [TRI_EVALUATED_WRONG_NOISE] = { "wrong_key_leak_of_noise" },
  [TRI_EVALUATED_WRONG_SSIM] = { "wrong_key_ssim" },
  [TRI_EVALUATED_NPCR] = { "npcr" },
  [TRI_EVALUATED_UACI] = { "uaci" },
  [TRI_EVALUATED_INSIDE] = { "inside_intervals" },
  [TRI_EVALUATED_ENCRYPT_S] = { "encrypt_s" },
  [TRI_EVALUATED_DECRYPT_S] = { "decrypt_s" },
  [TRI_EVALUATED_BYTES] = { "bytes" },
  [TRI_EVALUATED_EVE_PSNR] = { "eve_psnr" },
  [TRI_EVALUATED_EVE_FLAT] = { "flat_psnr" },
  [TRI_EVALUATED_EVE_SSIM] = { "eve_ssim" },
  [TRI_EVALUATED_EVE_LEAK] = { "eve_leak" },
  [TRI_EVALUATED_EVE_NOISE] = { "eve_leak_of_noise" },
};

const TriEvaluatedInfo tri_damaged_infos[TRI_N_DAMAGED] = {
  [TRI_DAMAGED_PSNR] = { "psnr" },
  [TRI_DAMAGED_SSIM] = { "ssim" },
  [TRI_DAMAGED_CODE_PSNR] = { "filtered_code_psnr" },
  [TRI_DAMAGED_CODE_SSIM] = { "filtered_code_ssim" },
  [TRI_DAMAGED_BARE_PSNR] = { "filtered_picture_psnr" },
  [TRI_DAMAGED_BARE_SSIM] = { "filtered_picture_ssim" },
  [TRI_DAMAGED_REFUSED] = { "refused" },
};

/* Returns: (transfer full): the cipher, and the parameter that chooses the weights; not translated */
char *
tri_evaluated_case_name (const TriEvaluatedCase *one)
{
  for (const TriParamSpec *param = one->cipher->params; param != NULL && param->id != NULL; param++)
    if ((param->flags & TRI_PARAM_CHOOSES_WEIGHTS) != 0)
      {
        g_autofree char *value = tri_params_value_to_text (one->params, param->id);
        return g_strdup_printf ("%s %s", one->cipher->id, value);
      }
  return g_strdup (one->cipher->id);
}

static void
write_values (TriJson *json, const double values[TRI_N_EVALUATED])
{
  for (guint v = 0; v < TRI_N_EVALUATED; v++)
    tri_json_number (json, tri_evaluated_infos[v].id, values[v]);
}

static void
write_damaged (TriJson *json, const double values[TRI_N_DAMAGED])
{
  for (guint v = 0; v < TRI_N_DAMAGED; v++)
    tri_json_number (json, tri_damaged_infos[v].id, values[v]);
}

/* The kinds alone: the seed is another one for each picture. */
static void
write_kinds (TriJson *json, const TriParams *damage)
{
  tri_json_begin_object (json, "damage");
  for (const TriParamSpec *spec = tri_params_get_specs (damage); spec->id != NULL; spec++)
    if ((spec->flags & TRI_PARAM_SEED) == 0 && tri_params_get (damage, spec->id) != 0)
      tri_json_number (json, spec->id, tri_params_get (damage, spec->id));
  tri_json_end (json);
}

static void
write_damages (TriJson *json, const TriEvaluation *evaluation, const TriEvaluatedCase *one)
{
  guint n = evaluation->damages->len;
  tri_json_begin_array (json, "damaged");
  for (guint d = 0; d < n; d++)
    {
      tri_json_begin_object (json, NULL);
      write_kinds (json, evaluation->damages->pdata[d]);
      tri_json_begin_object (json, "mean");
      write_damaged (json, one->damaged_mean[d]);
      tri_json_end (json);
      tri_json_begin_array (json, "pictures");
      for (guint i = 0; i < evaluation->names->len; i++)
        {
          tri_json_begin_object (json, NULL);
          tri_json_string (json, "name", evaluation->names->pdata[i]);
          write_damaged (json, one->damaged[(gsize) i * n + d]);
          tri_json_end (json);
        }
      tri_json_end (json);
      tri_json_end (json);
    }
  tri_json_end (json);
}

static void
write_attackers (TriJson *json, const TriEveResult *eve)
{
  if (eve->steps == 0)
    {
      tri_json_null (json, "attackers");
      return;
    }
  tri_json_begin_object (json, "attackers");
  tri_json_integer (json, "steps", eve->steps);
  tri_json_number (json, "loss", eve->loss);
  tri_json_number (json, "flat_loss", eve->flat_loss);
  tri_json_number (json, "critic_accuracy", eve->accuracy);
  tri_json_integer (json, "critic_pieces", eve->n_told);
  tri_json_number (json, "seconds", eve->seconds);
  tri_json_end (json);
}

static void
write_case (TriJson *json, const TriEvaluation *evaluation, const TriEvaluatedCase *one)
{
  tri_json_begin_object (json, NULL);
  tri_json_string (json, "cipher", one->cipher->id);
  tri_json_params (json, "params", one->params);
  tri_json_begin_object (json, "mean");
  write_values (json, one->mean);
  tri_json_end (json);
  write_damages (json, evaluation, one);
  write_attackers (json, &one->eve);
  tri_json_begin_array (json, "pictures");
  for (guint i = 0; i < evaluation->names->len; i++)
    {
      tri_json_begin_object (json, NULL);
      tri_json_string (json, "name", evaluation->names->pdata[i]);
      write_values (json, one->values[i]);
      tri_json_end (json);
    }
  tri_json_end (json);
  tri_json_end (json);
}

/* Returns: (transfer full): one object, see the manual page for its keys */
char *
tri_evaluation_to_json (const TriEvaluation *evaluation)
{
  TriJson *json = tri_json_new ();
  tri_json_begin_object (json, NULL);
  tri_json_integer (json, "seed", evaluation->seed);
  if (evaluation->linear_pictures > 0)
    tri_json_integer (json, "linear_fitted_to", evaluation->linear_pictures);
  else
    tri_json_null (json, "linear_fitted_to");
  tri_json_begin_array (json, "cases");
  for (guint i = 0; i < evaluation->cases->len; i++)
    write_case (json, evaluation, evaluation->cases->pdata[i]);
  tri_json_end (json);
  tri_json_end (json);
  return tri_json_free_to_text (json);
}
