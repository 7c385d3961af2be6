/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-sweep-table.h"

#include <glib/gi18n-lib.h>
#include <math.h>

struct _TriSweepTable {
  TriSweepRange range;
  GArray *points; /* TriSweepPoint, in the order of arrival */
};

static void
point_clear (gpointer data)
{
  g_free (((TriSweepPoint *) data)->error);
}

TriSweepTable *
tri_sweep_table_new (const TriSweepRange *range)
{
  TriSweepTable *table = g_new0 (TriSweepTable, 1);
  table->range = *range;
  table->range.param = g_strdup (range->param);
  table->points = g_array_new (FALSE, FALSE, sizeof (TriSweepPoint));
  g_array_set_clear_func (table->points, point_clear);
  return table;
}

void
tri_sweep_table_free (TriSweepTable *table)
{
  tri_sweep_range_clear (&table->range);
  g_array_unref (table->points);
  g_free (table);
}

void
tri_sweep_table_add (TriSweepTable *table, const TriSweepPoint *point)
{
  TriSweepPoint copy = *point;
  copy.error = g_strdup (point->error);
  g_array_append_val (table->points, copy);
}

guint
tri_sweep_table_get_n_points (const TriSweepTable *table)
{
  return table->points->len;
}

static const TriSweepPoint *
get_point (const TriSweepTable *table, guint i)
{
  return &g_array_index (table->points, TriSweepPoint, i);
}

guint
tri_sweep_table_get_n_errors (const TriSweepTable *table)
{
  guint n = 0;
  for (guint i = 0; i < table->points->len; i++)
    n += get_point (table, i)->error != NULL;
  return n;
}

static const TriParamSpec *
find_spec (const TriCipher *cipher, const char *id)
{
  for (const TriParamSpec *spec = cipher->params; spec != NULL && spec->id != NULL; spec++)
    if (g_str_equal (spec->id, id))
      return spec;
  return NULL;
}

/* Returns: (transfer full): one line for each of the first @at_most points that failed: where, and why */
char *
tri_sweep_table_describe_errors (const TriSweepTable *table, guint at_most)
{
  GString *out = g_string_new (NULL);
  guint n = 0;
  for (guint i = 0; i < table->points->len && n < at_most; i++)
    {
      const TriSweepPoint *point = get_point (table, i);
      if (point->error == NULL)
        continue;
      g_string_append_printf (out, _("%s%s, %s = %g: %s"), n > 0 ? "\n" : "", _(point->cipher->title), table->range.param,
                              point->value, point->error);
      n++;
    }
  return g_string_free (out, FALSE);
}

static double
value_of (const TriPair *pair, TriMetric metric)
{
  return metric == TRI_METRIC_MSE ? pair->mse : metric == TRI_METRIC_PSNR ? pair->psnr : pair->ssim;
}

/* The points of one cipher, in the order of the parameter: they may arrive in any. */
static int
compare_points (gconstpointer a, gconstpointer b)
{
  const TriSweepPoint *p = *(const TriSweepPoint *const *) a, *q = *(const TriSweepPoint *const *) b;
  return (p->value > q->value) - (p->value < q->value);
}

static GPtrArray *
points_of (const TriSweepTable *table, const TriCipher *cipher)
{
  GPtrArray *points = g_ptr_array_new ();
  for (guint i = 0; i < table->points->len; i++)
    if (get_point (table, i)->cipher == cipher && get_point (table, i)->error == NULL)
      g_ptr_array_add (points, (gpointer) get_point (table, i));
  g_ptr_array_sort (points, compare_points);
  return points;
}

static void
set_x_axis (const TriSweepTable *table, TriChart *chart)
{
  const TriParamSpec *spec = table->points->len > 0 ? find_spec (get_point (table, 0)->cipher, table->range.param) : NULL;
  chart->x.min = MIN (table->range.from, table->range.to);
  chart->x.max = MAX (table->range.from, table->range.to);
  if (spec == NULL)
    return;
  chart->x.logarithmic = (spec->flags & TRI_PARAM_LOGARITHMIC) != 0 && chart->x.min > 0
                         && chart->x.max / chart->x.min >= 50;
  g_free (chart->x.title);
  chart->x.title = spec->unit != NULL ? g_strdup_printf ("%s (%s)", _(spec->title), _(spec->unit)) : g_strdup (_(spec->title));
}

/**
 * tri_sweep_table_make_chart:
 * @metric: TRI_METRIC_MSE, TRI_METRIC_PSNR or TRI_METRIC_SSIM
 * @decrypted: of what comes back; otherwise of what is seen
 * @now: what the parameter is now, or NaN: marked by a line
 *
 * Returns: (transfer full): a curve for each cipher
 */
TriChart *
tri_sweep_table_make_chart (const TriSweepTable *table, TriMetric metric, gboolean decrypted, double now)
{
  const TriMetricInfo *info = &tri_metric_infos[metric];
  const char *name = metric == TRI_METRIC_MSE ? _("MSE") : metric == TRI_METRIC_PSNR ? _("PSNR") : _("SSIM");
  g_autofree char *title = g_strdup_printf (decrypted ? _("%s of what comes back") : _("%s of what is seen"), name);
  g_autofree char *y_title = info->unit != NULL ? g_strdup_printf ("%s (%s)", name, _(info->unit)) : g_strdup (name);
  TriChart *chart = tri_chart_new (title, table->range.param, y_title);
  guint hue = 0, finite = 0, infinite = 0;
  double least = INFINITY, largest = 0;
  set_x_axis (table, chart);
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    {
      g_autoptr (GPtrArray) points = points_of (table, *c);
      if (points->len == 0)
        continue;
      TriSeries *series = tri_chart_add (chart, _((*c)->title), TRI_MARK_LINE, (TriHue) (TRI_HUE_1 + hue++ % 6));
      for (guint i = 0; i < points->len; i++)
        {
          const TriSweepPoint *point = g_ptr_array_index (points, i);
          double value = value_of (decrypted ? &point->restored : &point->encrypted, metric);
          tri_series_append (series, point->value, value);
          least = MIN (least, value);
          largest = MAX (largest, value);
          finite += isfinite (value) != 0;
          infinite += isinf (value) != 0;
        }
    }
  chart->y.logarithmic = metric == TRI_METRIC_MSE && least > 0 && largest / least >= 50;
  if (metric == TRI_METRIC_MSE && !chart->y.logarithmic)
    chart->y.min = 0;
  if (finite == 0 && infinite > 0)
    {
      g_ptr_array_set_size (chart->series, 0);
      chart->empty = g_strdup (_("∞ everywhere: nothing is lost."));
    }
  else if (finite > 0 && now > chart->x.min && now < chart->x.max)
    tri_chart_add_data (chart, _("now"), TRI_MARK_VRULE, TRI_HUE_MUTED, &now, &now, 1);
  return chart;
}

static void
append_number (GString *csv, double value)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_string_append_c (csv, ',');
  if (isinf (value))
    g_string_append (csv, value < 0 ? "-inf" : "inf");
  else if (!isnan (value))
    g_string_append (csv, g_ascii_dtostr (text, sizeof text, value));
}

static void
append_pair (GString *csv, const TriPair *pair)
{
  append_number (csv, pair->mse);
  append_number (csv, pair->psnr);
  append_number (csv, pair->ssim);
  append_number (csv, pair->ssim_uniform);
}

static void
append_quoted (GString *csv, const char *text)
{
  g_string_append_c (csv, ',');
  if (text == NULL)
    return;
  g_string_append_c (csv, '"');
  for (const char *c = text; *c != '\0'; c++)
    {
      if (*c == '"')
        g_string_append_c (csv, '"');
      g_string_append_c (csv, *c);
    }
  g_string_append_c (csv, '"');
}

/* Returns: (transfer full): RFC 4180, a row for each point; in the C locale, "inf", and empty where not defined */
char *
tri_sweep_table_to_csv (const TriSweepTable *table)
{
  GString *csv = g_string_new ("cipher,param,value,encrypted_mse,encrypted_psnr,encrypted_ssim,encrypted_ssim_uniform,"
                               "decrypted_mse,decrypted_psnr,decrypted_ssim,decrypted_ssim_uniform,encrypt_s,decrypt_s,"
                               "error\r\n");
  for (guint i = 0; i < table->points->len; i++)
    {
      const TriSweepPoint *point = get_point (table, i);
      g_string_append_printf (csv, "%s,%s", point->cipher->id, table->range.param);
      append_number (csv, point->value);
      append_pair (csv, &point->encrypted);
      append_pair (csv, &point->restored);
      append_number (csv, point->encrypt_s);
      append_number (csv, point->decrypt_s);
      append_quoted (csv, point->error);
      g_string_append (csv, "\r\n");
    }
  return g_string_free (csv, FALSE);
}
