/* A training's curves. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-trainer-private.h"

/* More points than this are means of neighbours: a curve is some hundred pixels wide. */
#define MAX_POINTS 400

static void
add_curve (TriChart *chart, TriTrainer *trainer, guint curve, const char *name, TriHue hue)
{
  g_autoptr (GArray) values = tri_trainer_get_curve (trainer, curve);
  guint n = values->len, run = (n + MAX_POINTS - 1) / MAX_POINTS;
  TriSeries *series = tri_chart_add (chart, name, TRI_MARK_LINE, hue);
  for (guint i = 0; i < n; i += MAX (run, 1))
    {
      guint end = MIN (i + run, n);
      double sum = 0;
      for (guint j = i; j < end; j++)
        sum += g_array_index (values, double, j);
      tri_series_append (series, (i + end + 1) / 2.0, sum / (end - i));
    }
}

static void
add_points (TriChart *chart, TriTrainer *trainer, const char *name, gboolean psnr)
{
  g_autoptr (GArray) points = tri_trainer_get_points (trainer);
  TriSeries *series = tri_chart_add (chart, name, TRI_MARK_LINE, TRI_HUE_ACCENT);
  for (guint i = 0; i < points->len; i++)
    {
      const TriTrainPoint *point = &g_array_index (points, TriTrainPoint, i);
      tri_series_append (series, (double) point->step, psnr ? point->psnr : point->loss);
    }
}

/* The weights of this step are those that are kept. */
static void
mark_best (TriChart *chart, TriTrainer *trainer)
{
  g_autoptr (GArray) points = tri_trainer_get_points (trainer);
  if (points->len < 2)
    return;
  guint best = tri_train_find_best ((const TriTrainPoint *) (gpointer) points->data, points->len);
  TriSeries *series = tri_chart_add (chart, _("Best validation"), TRI_MARK_VRULE, TRI_HUE_MUTED);
  tri_series_append (series, (double) g_array_index (points, TriTrainPoint, best).step, 0);
}

/* Returns: (transfer full): @kind's curves so far. Safe from any thread */
TriChart *
tri_trainer_make_chart (TriTrainer *trainer, TriTrainChart kind)
{
  static const char *const titles[] = { N_("Loss"), N_("Validation PSNR"), N_("Accuracy") };
  static const char *const axes[] = { N_("Loss"), N_("PSNR (dB)"), N_("Share that is right") };
  const TriModelCurve *curves = trainer->model->curves;
  TriChart *chart = tri_chart_new (_(titles[kind]), _("Step"), _(axes[kind]));
  chart->y.logarithmic = kind == TRI_TRAIN_CHART_LOSSES;
  chart->x.min = 0;
  chart->x.max = (double) MAX (tri_trainer_get_step (trainer), 1);
  if (kind == TRI_TRAIN_CHART_SHARES)
    {
      chart->y.min = 0;
      chart->y.max = 1;
    }
  for (guint i = 0; kind != TRI_TRAIN_CHART_PSNR && i < trainer->n_curves; i++)
    if (curves[i].is_share == (kind == TRI_TRAIN_CHART_SHARES))
      add_curve (chart, trainer, i, _(curves[i].title), (TriHue) (TRI_HUE_1 + (i + 1) % 6)); /* 1 is validation's */
  if (kind != TRI_TRAIN_CHART_SHARES)
    add_points (chart, trainer, _("Validation"), kind == TRI_TRAIN_CHART_PSNR);
  mark_best (chart, trainer);
  return chart;
}
