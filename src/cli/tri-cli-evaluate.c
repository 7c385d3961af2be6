/* triptych-cli evaluate: ciphers measured on pictures, as tables. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "tri-cli.h"
#include "tri-error.h"
#include "tri-evaluate.h"

/* Of the attackers */
#define BATCH 8
#define SIDE 64
#define MAX_STEPS 100000000

/* A column: which mean it shows, and how */
typedef struct {
  const char *title; /* marked for translation */
  TriEvaluated value;
  guint digits;
  double factor;
  const char *unit;
} Column;

static const Column restored_columns[] = {
  { N_("PSNR"), TRI_EVALUATED_PSNR, 1, 1, " dB" },
  { N_("SSIM"), TRI_EVALUATED_SSIM, 3, 1, "" },
  { N_("linear code"), TRI_EVALUATED_LINEAR_PSNR, 1, 1, " dB" },
  { N_("SSIM"), TRI_EVALUATED_LINEAR_SSIM, 3, 1, "" },
  { N_("bytes"), TRI_EVALUATED_BYTES, 1, 100, " %" },
  { N_("encrypted in"), TRI_EVALUATED_ENCRYPT_S, 2, 1, " s" },
  { N_("decrypted in"), TRI_EVALUATED_DECRYPT_S, 2, 1, " s" },
  { NULL },
};
static const Column seen_columns[] = {
  { N_("entropy"), TRI_EVALUATED_ENTROPY, 3, 1, "" },
  { N_("leak"), TRI_EVALUATED_LEAK, 3, 1, "" },
  { N_("of noise"), TRI_EVALUATED_LEAK_NOISE, 3, 1, "" },
  { N_("wrong bit: leak"), TRI_EVALUATED_WRONG_LEAK, 3, 1, "" },
  { N_("of noise"), TRI_EVALUATED_WRONG_NOISE, 3, 1, "" },
  { N_("SSIM"), TRI_EVALUATED_WRONG_SSIM, 3, 1, "" },
  { N_("NPCR"), TRI_EVALUATED_NPCR, 3, 100, " %" },
  { N_("UACI"), TRI_EVALUATED_UACI, 3, 100, " %" },
  { N_("both inside"), TRI_EVALUATED_INSIDE, 0, 100, " %" },
  { NULL },
};
static const Column attacked_columns[] = {
  { N_("Eve's PSNR"), TRI_EVALUATED_EVE_PSNR, 2, 1, " dB" },
  { N_("flat picture"), TRI_EVALUATED_EVE_FLAT, 2, 1, " dB" },
  { N_("SSIM"), TRI_EVALUATED_EVE_SSIM, 3, 1, "" },
  { N_("leak"), TRI_EVALUATED_EVE_LEAK, 3, 1, "" },
  { N_("from noise"), TRI_EVALUATED_EVE_NOISE, 3, 1, "" },
  { NULL },
};

static char *
format_value (const Column *column, double value)
{
  if (isnan (value))
    return g_strdup ("–");
  if (isinf (value))
    return g_strdup ("∞");
  return g_strdup_printf ("%.*f%s", (int) column->digits, value * column->factor, column->unit);
}

/* @rows: (element-type GPtrArray): of as many texts each, the first the headings; in Markdown, which is read as it is, too */
static void
print_table (GPtrArray *rows)
{
  guint n = ((GPtrArray *) rows->pdata[0])->len;
  g_autofree int *widths = g_new0 (int, n);
  for (guint r = 0; r < rows->len; r++)
    for (guint c = 0; c < n; c++)
      widths[c] = MAX (widths[c], (int) g_utf8_strlen (((GPtrArray *) rows->pdata[r])->pdata[c], -1));
  for (guint r = 0; r < rows->len; r++)
    {
      for (guint c = 0; c < n; c++)
        {
          const char *text = ((GPtrArray *) rows->pdata[r])->pdata[c];
          int pad = widths[c] - (int) g_utf8_strlen (text, -1);
          tri_cli_print ("| %*s%s%*s ", c > 0 ? pad : 0, "", text, c > 0 ? 0 : pad, "");
        }
      tri_cli_print ("|\n");
      for (guint c = 0; r == 0 && c < n; c++)
        {
          g_autofree char *rule = g_strnfill (MAX (widths[c], 3), '-');
          tri_cli_print ("| %.*s%s ", widths[c] - 1, rule, c > 0 ? ":" : "-");
        }
      if (r == 0)
        tri_cli_print ("|\n");
    }
}

static GPtrArray *
add_row (GPtrArray *rows, const char *first)
{
  GPtrArray *row = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (row, g_strdup (first));
  g_ptr_array_add (rows, row);
  return row;
}

/* @attacked: with what only trained attackers have */
static void
print_cases (const TriEvaluation *evaluation, const char *heading, const Column *columns, gboolean attacked)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  GPtrArray *head = add_row (rows, heading);
  for (const Column *column = columns; column->title != NULL; column++)
    g_ptr_array_add (head, g_strdup (_(column->title)));
  if (attacked)
    g_ptr_array_add (head, g_strdup (_("critic right")));
  for (guint i = 0; i < evaluation->cases->len; i++)
    {
      const TriEvaluatedCase *one = evaluation->cases->pdata[i];
      g_autofree char *name = tri_evaluated_case_name (one);
      GPtrArray *row = add_row (rows, name);
      for (const Column *column = columns; column->title != NULL; column++)
        g_ptr_array_add (row, format_value (column, one->mean[column->value]));
      if (attacked)
        g_ptr_array_add (row, g_strdup_printf ("%.1f %%", 100 * one->eve.accuracy));
    }
  print_table (rows);
  tri_cli_print ("\n");
}

static void
print_evaluation (const TriEvaluation *evaluation, const TriEveConfig *eve)
{
  guint n = evaluation->names->len;
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, evaluation->seed);
  tri_cli_print (ngettext ("%u picture, seed %s", "Mean of %u pictures, seed %s", n), n, seed);
  tri_cli_print ("\n\n");
  print_cases (evaluation, _("With the key"), restored_columns, FALSE);
  print_cases (evaluation, _("Without it"), seen_columns, FALSE);
  if (eve == NULL)
    return;
  g_autofree char *steps = g_strdup_printf ("%" G_GUINT64_FORMAT, eve->steps);
  g_autofree char *heading = g_strdup_printf (_("Attacked, %s steps"), steps);
  print_cases (evaluation, heading, attacked_columns, TRUE);
}

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
  TriEvaluateSpec spec = { .ciphers = ciphers, .assignments = options->params, .pictures = pictures, .names = names,
                           .seed = 1, .note = note };
  g_autoptr (TriProgress) loading = tri_progress_sub (progress, 0, 0), fitting = tri_progress_sub (progress, 0, 0.05);
  g_autoptr (TriProgress) measuring = tri_progress_sub (progress, 0.05, 1);
  if (!check_usage (options, &spec.seed, &eve, error) || !find_ciphers (options, ciphers, error)
      || !gather (options, &spec, loading, error))
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
    print_evaluation (evaluation, spec.eve);
  return TRUE;
}

const TriCommand tri_command_evaluate = {
  .name = "evaluate",
  .synopsis = N_("[--cipher ID]… [--param NAME=VALUE]… [--fit WHAT [--eve STEPS]] PICTURES…"),
  .summary = N_("Measure ciphers on pictures, with the key, without it, and under attack"),
  .takes = TRI_TAKES_EVALUATION,
  .n_files = TRI_SOME_FILES,
  .run = run,
};
