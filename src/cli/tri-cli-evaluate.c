/* triptych-cli evaluate: ciphers measured on pictures, as tables. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "tri-cli-evaluate.h"
#include "tri-damage.h"
#include "tri-error.h"

/* Of the attackers */
#define BATCH 8
#define SIDE 64
#define MAX_STEPS 100000000

static void
note (const char *text, gpointer data)
{
  tri_cli_note ("%s\n", text);
}

static gboolean
find_ciphers (const TriOptions *options, GPtrArray *ciphers, GError **error)
{
  g_autoptr (GError) why = NULL;
  for (guint i = 0; options->ciphers != NULL && options->ciphers[i] != NULL; i++)
    {
      const TriCipher *cipher = tri_cipher_find_or_error (options->ciphers[i], &why);
      if (cipher == NULL)
        {
          g_set_error_literal (error, TRI_USAGE_ERROR, 0, why->message);
          return FALSE;
        }
      g_ptr_array_add (ciphers, (gpointer) cipher);
    }
  for (const TriCipher *const *c = tri_ciphers (); options->ciphers == NULL && *c != NULL; c++)
    if ((*c)->family == TRI_FAMILY_NEURAL)
      g_ptr_array_add (ciphers, (gpointer) *c);
  return TRUE;
}

/* One of --damage: KIND=VALUE, or several of them with commas, which happen together. */
static gboolean
read_damage (const char *text, TriParams *damage, GError **error)
{
  g_auto (GStrv) kinds = g_strsplit (text, ",", -1);
  if (!tri_cli_set_params (damage, kinds, error))
    return FALSE;
  for (guint i = 0; kinds[i] != NULL; i++)
    if (g_str_has_prefix (kinds[i], "seed="))
      {
        g_set_error_literal (error, TRI_USAGE_ERROR, 0, _("Here the damage of each picture follows from --seed."));
        return FALSE;
      }
  if (!tri_damage_is_on (damage))
    g_set_error (error, TRI_USAGE_ERROR, 0, _("--damage %s does no damage."), text);
  return tri_damage_is_on (damage);
}

static gboolean
read_damages (const TriOptions *options, GPtrArray *damages, GError **error)
{
  for (guint i = 0; options->damage != NULL && options->damage[i] != NULL; i++)
    {
      g_ptr_array_add (damages, tri_params_new (tri_damage_specs));
      if (!read_damage (options->damage[i], damages->pdata[i], error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
read_number (const char *text, const char *name, guint64 low, guint64 high, guint64 *number, GError **error)
{
  g_autoptr (GError) why = NULL;
  if (text == NULL || g_ascii_string_to_unsigned (text, 10, low, high, number, &why))
    return TRUE;
  g_set_error (error, TRI_USAGE_ERROR, 0, _("--%s: %s."), name, why->message);
  return FALSE;
}

static gboolean
gather (const TriOptions *options, TriEvaluateSpec *spec, TriProgress *progress, GError **error)
{
  g_autoptr (GPtrArray) refused = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; options->files[i] != NULL; i++)
    if (!tri_dataset_gather (options->files[i], spec->pictures, spec->names, refused, progress, error))
      return FALSE;
  for (guint i = 0; i < refused->len; i++)
    tri_cli_note (_("passed over: %s\n"), (const char *) refused->pdata[i]);
  return TRUE;
}

/* The pictures that the linear code is fitted to and that attackers learn from. */
static TriDataset *
load_others (const TriOptions *options, guint64 seed, TriProgress *progress, GError **error)
{
  TriDatasetSpec spec = { .channels = 3, .low = -1, .high = 1, .seed = seed, .augment = TRI_AUGMENT_CROP | TRI_AUGMENT_FLIP };
  return tri_dataset_load (options->fit, &spec, progress, error);
}

static gboolean
check_usage (const TriOptions *options, guint64 *seed, TriEveConfig *eve, GError **error)
{
  if (!read_number (options->seed, "seed", 0, G_MAXUINT64, seed, error)
      || !read_number (options->eve, "eve", 1, MAX_STEPS, &eve->steps, error))
    return FALSE;
  eve->seed = *seed;
  if (options->eve == NULL || options->fit != NULL)
    return TRUE;
  g_set_error_literal (error, TRI_USAGE_ERROR, 0, _("Say what the attackers learn from: --fit FOLDER, of other pictures than those to measure."));
  return FALSE;
}

static gboolean
run (const TriOptions *options, TriProgress *progress, GError **error)
{
  TriEveConfig eve = { .batch = BATCH, .side = SIDE };
  g_autoptr (GPtrArray) ciphers = g_ptr_array_new (), pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_image_unref);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GPtrArray) damages = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_params_free);
  TriEvaluateSpec spec = { .ciphers = ciphers, .assignments = options->params, .pictures = pictures, .names = names,
                           .damages = damages, .seed = 1, .note = note };
  g_autoptr (TriProgress) loading = tri_progress_sub (progress, 0, 0), fitting = tri_progress_sub (progress, 0, 0.05);
  g_autoptr (TriProgress) measuring = tri_progress_sub (progress, 0.05, 1);
  if (!check_usage (options, &spec.seed, &eve, error) || !read_damages (options, damages, error)
      || !find_ciphers (options, ciphers, error) || !gather (options, &spec, loading, error))
    return FALSE;
  g_autoptr (TriDataset) others = options->fit != NULL ? load_others (options, spec.seed, loading, error) : NULL;
  g_autoptr (TriKlt) linear = others != NULL ? tri_klt_fit (others, fitting, error) : NULL;
  if (options->fit != NULL && linear == NULL)
    return FALSE;
  spec.linear = linear;
  spec.eve = options->eve != NULL ? &eve : NULL;
  spec.eve_pictures = others;
  g_autoptr (GError) why = NULL;
  g_autoptr (TriEvaluation) evaluation = tri_evaluate (&spec, measuring, &why);
  if (g_error_matches (why, TRI_ERROR, TRI_ERROR_INVALID))
    g_set_error_literal (error, TRI_USAGE_ERROR, 0, why->message);
  else if (evaluation == NULL)
    g_propagate_error (error, g_steal_pointer (&why));
  if (evaluation == NULL)
    return FALSE;
  if (options->json)
    {
      g_autofree char *json = tri_evaluation_to_json (evaluation);
      fputs (json, stdout);
    }
  else
    tri_cli_print_evaluation (evaluation, spec.eve);
  return TRUE;
}

const TriCommand tri_command_evaluate = {
  .name = "evaluate",
  .synopsis = N_("[--cipher ID]… [--param NAME=VALUE]… [--damage KIND=VALUE]… [--fit WHAT [--eve STEPS]] PICTURES…"),
  .summary = N_("Measure ciphers on pictures, with the key, without it, after damage and under attack"),
  .takes = TRI_TAKES_EVALUATION | TRI_TAKES_DAMAGE,
  .n_files = TRI_SOME_FILES,
  .run = run,
};
