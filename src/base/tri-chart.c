/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-chart.h"

#include <math.h>

static void
series_free (gpointer data)
{
  TriSeries *series = data;
  g_array_unref (series->xs);
  g_array_unref (series->ys);
  g_clear_pointer (&series->labels, g_ptr_array_unref);
  g_clear_pointer (&series->colours, g_array_unref);
  g_free (series->name);
  g_free (series);
}

TriChart *
tri_chart_new (const char *title, const char *x_title, const char *y_title)
{
  TriChart *chart = g_new0 (TriChart, 1);
  g_atomic_ref_count_init (&chart->refs);
  chart->title = g_strdup (title);
  chart->x = (TriAxis) { .title = g_strdup (x_title), .min = NAN, .max = NAN };
  chart->y = (TriAxis) { .title = g_strdup (y_title), .min = NAN, .max = NAN };
  chart->series = g_ptr_array_new_with_free_func (series_free);
  return chart;
}

TriChart *
tri_chart_ref (TriChart *chart)
{
  g_atomic_ref_count_inc (&chart->refs);
  return chart;
}

void
tri_chart_unref (TriChart *chart)
{
  if (!g_atomic_ref_count_dec (&chart->refs))
    return;
  g_ptr_array_unref (chart->series);
  g_clear_pointer (&chart->categories, g_ptr_array_unref);
  g_free (chart->title);
  g_free (chart->empty);
  g_free (chart->x.title);
  g_free (chart->y.title);
  g_free (chart);
}

/* Returns: (transfer none): an empty series of @chart */
TriSeries *
tri_chart_add (TriChart *chart, const char *name, TriMark mark, TriHue hue)
{
  TriSeries *series = g_new0 (TriSeries, 1);
  series->name = g_strdup (name);
  series->mark = mark;
  series->hue = hue;
  series->xs = g_array_new (FALSE, FALSE, sizeof (double));
  series->ys = g_array_new (FALSE, FALSE, sizeof (double));
  g_ptr_array_add (chart->series, series);
  return series;
}

/* @xs: (nullable): NULL counts 0, 1, 2 … */
TriSeries *
tri_chart_add_data (TriChart *chart, const char *name, TriMark mark, TriHue hue,
                    const double *xs, const double *ys, gsize n)
{
  TriSeries *series = tri_chart_add (chart, name, mark, hue);
  for (gsize i = 0; i < n; i++)
    tri_series_append (series, xs != NULL ? xs[i] : (double) i, ys[i]);
  return series;
}

void
tri_series_append (TriSeries *series, double x, double y)
{
  g_array_append_val (series->xs, x);
  g_array_append_val (series->ys, y);
}

void
tri_series_append_labelled (TriSeries *series, double x, double y, const char *label)
{
  if (series->labels == NULL)
    series->labels = g_ptr_array_new_with_free_func (g_free);
  tri_series_append (series, x, y);
  g_ptr_array_add (series->labels, g_strdup (label));
}

static int
compare_values (gconstpointer a, gconstpointer b)
{
  const double *x = a, *y = b;
  return (*x > *y) - (*x < *y);
}

/**
 * tri_chart_cut_peaks:
 *
 * One saturated value would flatten all the rest of a histogram: at three times what 95 of 100 used values stay below, the
 * axis ends; what is only context doesn't count. What stands higher is marked by the drawing; that it is so is for the caller to say in the axis' title.
 *
 * Returns: whether anything is cut
 */
gboolean
tri_chart_cut_peaks (TriChart *chart)
{
  g_return_val_if_fail (chart != NULL, FALSE);
  g_autoptr (GArray) used = g_array_new (FALSE, FALSE, sizeof (double));
  for (guint s = 0; s < chart->series->len; s++)
    {
      const TriSeries *series = g_ptr_array_index (chart->series, s);
      gboolean counts = series->hue != TRI_HUE_MUTED
                        && (series->mark == TRI_MARK_AREA || series->mark == TRI_MARK_STEP || series->mark == TRI_MARK_BARS);
      for (guint i = 0; counts && i < series->ys->len; i++)
        if (g_array_index (series->ys, double, i) > 0)
          g_array_append_val (used, g_array_index (series->ys, double, i));
    }
  if (used->len < 20)
    return FALSE;
  g_array_sort (used, compare_values);
  double limit = 3 * g_array_index (used, double, used->len * 95 / 100);
  if (g_array_index (used, double, used->len - 1) <= limit)
    return FALSE;
  chart->y.max = limit;
  return TRUE;
}

TriInsight *
tri_insight_new (const char *id, const char *title, const char *text)
{
  TriInsight *insight = g_new0 (TriInsight, 1);
  insight->id = g_strdup (id);
  insight->title = g_strdup (title);
  insight->text = g_strdup (text);
  return insight;
}

void
tri_insight_free (TriInsight *insight)
{
  g_clear_pointer (&insight->chart, tri_chart_unref);
  g_clear_pointer (&insight->pictures, g_ptr_array_unref);
  g_clear_pointer (&insight->captions, g_ptr_array_unref);
  g_clear_pointer (&insight->facts, g_ptr_array_unref);
  g_free (insight->id);
  g_free (insight->title);
  g_free (insight->text);
  g_free (insight);
}

/* @picture: (transfer full) */
void
tri_insight_take_picture (TriInsight *insight, TriImage *picture, const char *caption)
{
  if (insight->pictures == NULL)
    {
      insight->pictures = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_image_unref);
      insight->captions = g_ptr_array_new_with_free_func (g_free);
    }
  g_ptr_array_add (insight->pictures, picture);
  g_ptr_array_add (insight->captions, g_strdup (caption));
}

void
tri_insight_add_fact (TriInsight *insight, const char *label, const char *format, ...)
{
  if (insight->facts == NULL)
    insight->facts = g_ptr_array_new_with_free_func (g_free);
  va_list args;
  va_start (args, format);
  g_ptr_array_add (insight->facts, g_strdup (label));
  g_ptr_array_add (insight->facts, g_strdup_vprintf (format, args));
  va_end (args);
}

/* Returns: (transfer full) (element-type TriInsight): an empty array that owns its insights */
GPtrArray *
tri_insights_new (void)
{
  return g_ptr_array_new_with_free_func ((GDestroyNotify) tri_insight_free);
}
