/* Which values a chart's axes span.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tri-plot-private.h"

/* Beyond this a difference of two values may overflow. */
#define LARGEST 1e300
/* Below this share of its size, a range is one value: its ticks would all read the same. */
#define FLAT 1e-12

typedef struct { double min, max; gboolean any; } Range;

static void
range_add (Range *range, double value, gboolean logarithmic)
{
  if (!isfinite (value) || (logarithmic && value <= 0))
    return;
  value = CLAMP (value, logarithmic ? 1 / LARGEST : -LARGEST, LARGEST);
  range->min = range->any ? MIN (range->min, value) : value;
  range->max = range->any ? MAX (range->max, value) : value;
  range->any = TRUE;
}

/**
 * tri_scale_fraction:
 *
 * Returns: 0 at the start of the axis, 1 at its end; NaN for NaN. Held near the axis, so that drawing never leaves
 * what cairo's fixed point numbers can hold.
 */
double
tri_scale_fraction (const TriScale *scale, double value)
{
  if (isnan (value))
    return NAN;
  if (scale->logarithmic)
    value = value > 0 ? (log10 (value) - log10 (scale->min)) / (log10 (scale->max) - log10 (scale->min)) : -1;
  else
    value = isinf (value) ? value : (value / 2 - scale->min / 2) / (scale->max / 2 - scale->min / 2);
  return CLAMP (value, -20, 21);
}

/* Returns: rows of TRI_MARK_HBARS; 0 when the chart has none */
guint
tri_chart_n_categories (const TriChart *chart)
{
  gboolean bars = FALSE;
  guint n = chart->categories != NULL ? chart->categories->len : 0;
  for (guint s = 0; s < chart->series->len; s++)
    {
      const TriSeries *series = tri_chart_series (chart, s);
      if (series->mark != TRI_MARK_HBARS)
        continue;
      bars = TRUE;
      for (guint i = 0; i < series->ys->len; i++)
        if (tri_series_y (series, i) >= 0 && tri_series_y (series, i) < 10000)
          n = MAX (n, (guint) tri_series_y (series, i) + 1);
    }
  return bars ? n : 0;
}

/* Bars of several series at one place stand side by side: which of the places has bar @index of @series? */
guint
tri_chart_bar_slot (const TriChart *chart, guint series, guint index)
{
  const TriSeries *own = tri_chart_series (chart, series);
  gboolean across = own->mark == TRI_MARK_HBARS;
  double at = across ? tri_series_y (own, index) : tri_series_x (own, index);
  guint slot = 0;
  for (guint s = 0; s < series; s++)
    {
      const TriSeries *other = tri_chart_series (chart, s);
      if (other->mark != own->mark)
        continue;
      for (guint i = 0; i < other->xs->len; i++)
        if ((across ? tri_series_y (other, i) : tri_series_x (other, i)) == at)
          {
            slot++;
            break;
          }
    }
  return slot;
}

/* Returns: how many bars stand beside each other at one place, 1 or more */
guint
tri_chart_bar_slots (const TriChart *chart, TriMark mark)
{
  guint slots = 1;
  for (guint s = 1; s < chart->series->len; s++)
    {
      const TriSeries *series = tri_chart_series (chart, s);
      if (series->mark == mark)
        for (guint i = 0; i < MIN (series->xs->len, 256u); i++)
          slots = MAX (slots, tri_chart_bar_slot (chart, s, i) + 1);
    }
  return slots;
}

/* Returns: the least distance along x between two bars of one series; 1 when there is but one bar */
double
tri_chart_bar_gap (const TriChart *chart)
{
  double gap = INFINITY;
  for (guint s = 0; s < chart->series->len; s++)
    {
      const TriSeries *series = tri_chart_series (chart, s);
      if (series->mark != TRI_MARK_BARS && series->mark != TRI_MARK_STEP)
        continue;
      for (guint i = 1; i < series->xs->len; i++)
        {
          double d = fabs (tri_series_x (series, i) - tri_series_x (series, i - 1));
          if (d > 0 && isfinite (d))
            gap = MIN (gap, d);
        }
    }
  return isfinite (gap) ? gap : 1;
}

static gboolean
has_infinity (const TriChart *chart, gboolean along_x)
{
  for (guint s = 0; s < chart->series->len; s++)
    {
      const TriSeries *series = tri_chart_series (chart, s);
      const GArray *values = along_x ? series->xs : series->ys;
      for (guint i = 0; i < values->len && !tri_mark_is_rule (series->mark); i++)
        if (isinf (g_array_index (values, double, i)))
          return TRUE;
    }
  return FALSE;
}

/* Makes a range that is not empty out of what the data and the axis say. */
static void
settle (TriScale *scale, Range range, const TriAxis *axis, gboolean from_zero, double pad)
{
  gboolean fixed_min = isfinite (axis->min) && !(scale->logarithmic && axis->min <= 0);
  gboolean fixed_max = isfinite (axis->max) && !(scale->logarithmic && axis->max <= 0);
  if (!range.any)
    range = scale->logarithmic ? (Range) { 1, 10, TRUE } : (Range) { 0, 1, TRUE };
  if (from_zero && !scale->logarithmic)
    range_add (&range, 0, FALSE);
  if (fixed_min)
    range.min = CLAMP (axis->min, scale->logarithmic ? 1 / LARGEST : -LARGEST, LARGEST);
  if (fixed_max)
    range.max = CLAMP (axis->max, scale->logarithmic ? 1 / LARGEST : -LARGEST, LARGEST);
  if (range.min > range.max)
    {
      double swap = range.min;
      range.min = range.max;
      range.max = swap;
    }

  double size = MAX (fabs (range.min), fabs (range.max));
  if (scale->logarithmic)
    {
      if (range.max / range.min < 1 + 1e-6)
        range = (Range) { range.min / 3, range.max * 3, TRUE };
      else
        {
          double ratio = pow (range.max / range.min, pad);
          range.min /= fixed_min || !isfinite (ratio) ? 1 : ratio;
          range.max *= fixed_max || !isfinite (ratio) ? 1 : ratio;
        }
    }
  else if (range.max - range.min <= size * FLAT || size < 1e-290)
    {
      double half = size < 1e-290 ? 1 : size * 0.5;
      range.min = from_zero && range.min >= 0 ? 0 : range.min - half;
      range.max = range.max + half;
    }
  else
    {
      double span = range.max - range.min;
      range.min -= fixed_min || (from_zero && range.min == 0) ? 0 : span * pad;
      range.max += fixed_max || (from_zero && range.max == 0) ? 0 : span * pad;
    }
  scale->min = scale->logarithmic ? MAX (range.min, 1 / LARGEST / 10) : range.min;
  scale->max = scale->logarithmic ? MIN (range.max, LARGEST * 10) : range.max;
}

/* Is there anything but axes to draw? */
gboolean
tri_plot_has_data (const TriChart *chart)
{
  g_return_val_if_fail (chart != NULL, FALSE);
  TriScale x, y;
  return tri_scales_from_chart (chart, &x, &y);
}

/**
 * tri_scales_from_chart:
 *
 * Returns: FALSE when there is nothing to draw; the scales are good all the same
 */
gboolean
tri_scales_from_chart (const TriChart *chart, TriScale *x, TriScale *y)
{
  Range xs = { 0 }, ys = { 0 };
  gboolean x_zero = FALSE, y_zero = FALSE, x_pad = FALSE, labels = FALSE, drawable = FALSE;
  *x = (TriScale) { .logarithmic = chart->x.logarithmic };
  *y = (TriScale) { .logarithmic = chart->y.logarithmic };

  for (guint s = 0; s < chart->series->len; s++)
    {
      const TriSeries *series = tri_chart_series (chart, s);
      double half = series->mark == TRI_MARK_BARS || series->mark == TRI_MARK_STEP ? tri_chart_bar_gap (chart) / 2 : 0;
      x_zero |= series->mark == TRI_MARK_HBARS;
      y_zero |= series->mark == TRI_MARK_BARS || series->mark == TRI_MARK_AREA || series->mark == TRI_MARK_STEP;
      x_pad |= series->mark == TRI_MARK_POINTS;
      labels |= series->mark == TRI_MARK_BARS && series->labels != NULL;
      for (guint i = 0; i < series->xs->len; i++)
        {
          double xi = tri_series_x (series, i), yi = tri_series_y (series, i);
          if (series->mark == TRI_MARK_VRULE)
            range_add (&xs, xi, x->logarithmic);
          else if (series->mark == TRI_MARK_HRULE)
            range_add (&ys, yi, y->logarithmic);
          else if (!isnan (xi) && !isnan (yi))
            {
              range_add (&xs, xi - (x->logarithmic ? 0 : half), x->logarithmic);
              range_add (&xs, xi + (x->logarithmic ? 0 : half), x->logarithmic);
              range_add (&ys, yi, y->logarithmic);
              drawable = TRUE;
            }
        }
    }

  guint n = tri_chart_n_categories (chart);
  settle (x, xs, &chart->x, x_zero, x_pad ? 0.04 : has_infinity (chart, TRUE) ? 0.05 : 0);
  if (n > 0)
    *y = (TriScale) { .min = -0.5, .max = n - 0.5 };
  else
    settle (y, ys, &chart->y, y_zero, labels ? 0.15 : 0.05);
  return drawable;
}
