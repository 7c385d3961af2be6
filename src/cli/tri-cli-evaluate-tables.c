/* The tables that triptych-cli evaluate prints. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-cli-evaluate.h"
#include "tri-damage.h"

/* A column: which mean it shows, by TriEvaluated or TriDamaged, and how */
typedef struct {
  const char *title; /* marked for translation */
  guint value;
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

static const Column damaged_columns[] = {
  { N_("PSNR"), TRI_DAMAGED_PSNR, 1, 1, " dB" },
  { N_("SSIM"), TRI_DAMAGED_SSIM, 3, 1, "" },
  { N_("its code, filtered"), TRI_DAMAGED_CODE_PSNR, 1, 1, " dB" },
  { N_("SSIM"), TRI_DAMAGED_CODE_SSIM, 3, 1, "" },
  { N_("picture, filtered"), TRI_DAMAGED_BARE_PSNR, 1, 1, " dB" },
  { N_("SSIM"), TRI_DAMAGED_BARE_SSIM, 3, 1, "" },
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

static GPtrArray *
add_head (GPtrArray *rows, const char *heading, const Column *columns)
{
  GPtrArray *head = add_row (rows, heading);
  for (const Column *column = columns; column->title != NULL; column++)
    g_ptr_array_add (head, g_strdup (_(column->title)));
  return head;
}

/* @values: by the columns' values */
static GPtrArray *
add_values (GPtrArray *rows, const char *name, const Column *columns, const double *values)
{
  GPtrArray *row = add_row (rows, name);
  for (const Column *column = columns; column->title != NULL; column++)
    g_ptr_array_add (row, format_value (column, values[column->value]));
  return row;
}

/* @attacked: with what only trained attackers have */
static void
print_cases (const TriEvaluation *evaluation, const char *heading, const Column *columns, gboolean attacked)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  GPtrArray *head = add_head (rows, heading, columns);
  if (attacked)
    g_ptr_array_add (head, g_strdup (_("critic right")));
  for (guint i = 0; i < evaluation->cases->len; i++)
    {
      const TriEvaluatedCase *one = evaluation->cases->pdata[i];
      g_autofree char *name = tri_evaluated_case_name (one);
      GPtrArray *row = add_values (rows, name, columns, one->mean);
      if (attacked)
        g_ptr_array_add (row, g_strdup_printf ("%.1f %%", 100 * one->eve.accuracy));
    }
  print_table (rows);
  tri_cli_print ("\n");
}

/* A row for each cipher and damage. What decryption refuses gives no picture. */
static void
print_damaged (const TriEvaluation *evaluation)
{
  g_autoptr (GPtrArray) rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_ptr_array_unref);
  add_head (rows, _("After damage, with the key"), damaged_columns);
  for (guint i = 0; i < evaluation->cases->len * evaluation->damages->len; i++)
    {
      const TriEvaluatedCase *one = evaluation->cases->pdata[i / evaluation->damages->len];
      guint d = i % evaluation->damages->len;
      g_autofree char *name = tri_evaluated_case_name (one), *damage = tri_damage_describe (evaluation->damages->pdata[d]);
      g_autofree char *both = g_strdup_printf (_("%s: %s"), name, damage);
      GPtrArray *row = add_values (rows, both, damaged_columns, one->damaged_mean[d]);
      if (one->damaged_mean[d][TRI_DAMAGED_REFUSED] < 1)
        continue;
      g_free (row->pdata[1]);
      row->pdata[1] = g_strdup (_("refused"));
    }
  print_table (rows);
  tri_cli_print ("\n");
}

/* @eve: (nullable): what attacked */
void
tri_cli_print_evaluation (const TriEvaluation *evaluation, const TriEveConfig *eve)
{
  guint n = evaluation->names->len;
  g_autofree char *seed = g_strdup_printf ("%" G_GUINT64_FORMAT, evaluation->seed);
  tri_cli_print (ngettext ("%'u picture, seed %s", "Mean of %'u pictures, seed %s", n), n, seed);
  tri_cli_print ("\n\n");
  print_cases (evaluation, _("With the key"), restored_columns, FALSE);
  if (evaluation->damages->len > 0)
    print_damaged (evaluation);
  print_cases (evaluation, _("Without it"), seen_columns, FALSE);
  if (eve == NULL)
    return;
  g_autofree char *steps = g_strdup_printf ("%" G_GUINT64_FORMAT, eve->steps);
  g_autofree char *heading = g_strdup_printf (_("Attacked, %s steps"), steps);
  print_cases (evaluation, heading, attacked_columns, TRUE);
}
