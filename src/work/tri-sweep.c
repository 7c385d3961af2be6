/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-sweep.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-error.h"

void
tri_sweep_range_clear (TriSweepRange *range)
{
  g_clear_pointer (&range->param, g_free);
}

/* From + i·step, the end included when a step lands on it but for rounding. 0 when the range is not usable. */
guint
tri_sweep_range_n_points (const TriSweepRange *range)
{
  if (!isfinite (range->from) || !isfinite (range->to) || !isfinite (range->step))
    return 0;
  if (range->from == range->to)
    return 1;
  double steps = (range->to - range->from) / range->step;
  if (range->step == 0 || !(steps >= 0))
    return 0;
  double n = floor (steps + 1e-9) + 1;
  return n > G_MAXINT ? G_MAXINT : (guint) n;
}

/* The @i-th value; the last is @to itself where only rounding parts them, for that may be the end of what is allowed. */
static double
value_at (const TriSweepRange *range, guint i)
{
  double value = range->from + i * range->step;
  return fabs (value - range->to) <= 1e-9 * fabs (range->step) ? range->to : value;
}

static gboolean
check_range (const TriSweepRange *range, GError **error)
{
  guint n = tri_sweep_range_n_points (range);
  if (n == 0)
    g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID,
                 _("A sweep from %g to %g in steps of %g never arrives. Give a step that leads there."),
                 range->from, range->to, range->step);
  else if (n > TRI_SWEEP_MAX_POINTS)
    g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE,
                 _("A sweep from %g to %g in steps of %g has %u points or more; at most %d are done. Choose a larger step."),
                 range->from, range->to, range->step, n, TRI_SWEEP_MAX_POINTS);
  return n > 0 && n <= TRI_SWEEP_MAX_POINTS;
}

static gboolean
parse_number (const char *text, double *out)
{
  char *end;
  *out = g_ascii_strtod (text, &end);
  return end != text && *end == '\0' && isfinite (*out);
}

/* @out: filled on success; clear it with tri_sweep_range_clear() */
gboolean
tri_sweep_range_parse (const char *text, TriSweepRange *out, GError **error)
{
  const char *equals = strchr (text, '=');
  g_auto (GStrv) parts = g_strsplit (equals != NULL ? equals + 1 : "", ":", -1);
  TriSweepRange range = { 0 };
  if (equals == NULL || equals == text || g_strv_length (parts) != 3 || !parse_number (parts[0], &range.from)
      || !parse_number (parts[1], &range.to) || !parse_number (parts[2], &range.step))
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("“%s” is not of the form NAME=FROM:TO:STEP, such as k=2:32:2."),
                   text);
      return FALSE;
    }
  if (!check_range (&range, error))
    return FALSE;
  range.param = g_strndup (text, (gsize) (equals - text));
  *out = range;
  return TRUE;
}

/* Sweeps a number, or what steps like one: a choice by its index is not a curve. */
static gboolean
check_specs (GPtrArray *specs, const TriSweepRange *range, GError **error)
{
  for (guint i = 0; i < specs->len; i++)
    {
      const TriRunSpec *spec = g_ptr_array_index (specs, i);
      const TriParamSpec *param = tri_params_find_spec (spec->params, range->param);
      if (param != NULL && (param->type == TRI_PARAM_INT || param->type == TRI_PARAM_DOUBLE))
        continue;
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("%s has no numeric parameter “%s” to sweep."),
                   _(spec->cipher->title), range->param);
      return FALSE;
    }
  return TRUE;
}

/* Returns: FALSE when the whole sweep should end */
static gboolean
do_point (const TriRunSpec *base, const TriSweepRange *range, double value, TriSweepFunc func, gpointer user_data,
          TriProgress *progress, GError **error)
{
  g_autoptr (TriRunSpec) spec = tri_run_spec_copy (base);
  g_autoptr (GError) why = NULL;
  g_autoptr (TriReport) report = NULL;
  spec->flags = 0;
  if (tri_params_set (spec->params, range->param, value, &why))
    report = tri_run (spec, progress, &why);
  if (report == NULL && g_error_matches (why, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  TriPair none = { .mse = NAN, .psnr = NAN, .ssim = NAN, .ssim_uniform = NAN, .differing = NAN };
  TriSweepPoint point = { .cipher = base->cipher, .value = value, .encrypted = none, .restored = none };
  if (report != NULL)
    {
      point.encrypted = report->encrypted;
      point.restored = report->restored;
      point.encrypt_s = report->encrypt_s;
      point.decrypt_s = report->decrypt_s;
      why = report->refusal != NULL ? g_error_copy (report->refusal) : NULL;
    }
  point.error = why != NULL ? why->message : NULL;
  func (&point, user_data);
  return TRUE;
}

/**
 * tri_sweep:
 *
 * The ciphers take turns at each value, so that their curves grow together. A point that fails says so and the sweep
 * goes on.
 *
 * Returns: FALSE with TRI_ERROR_INVALID, _TOO_LARGE or G_IO_ERROR_CANCELLED
 */
gboolean
tri_sweep (GPtrArray *specs, const TriSweepRange *range, TriSweepFunc func, gpointer user_data, TriProgress *progress,
           GError **error)
{
  if (!check_range (range, error) || !check_specs (specs, range, error))
    return FALSE;
  guint n_values = tri_sweep_range_n_points (range), n = n_values * specs->len;
  for (guint i = 0; i < n; i++)
    {
      double value = value_at (range, i / specs->len);
      g_autoptr (TriProgress) part = tri_progress_sub (progress, (double) i / n, (double) (i + 1) / n);
      if (!do_point (g_ptr_array_index (specs, i % specs->len), range, value, func, user_data, part, error))
        return FALSE;
    }
  return tri_progress_check (progress, 1, error);
}
