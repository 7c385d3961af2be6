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

static const struct {
  const char *title, *axis;
} kinds[TRI_TRAIN_N_CHARTS] = {
  [TRI_TRAIN_CHART_LOSSES] = { N_("Loss"), N_("Loss") },
  [TRI_TRAIN_CHART_PSNR] = { N_("Validation PSNR"), N_("PSNR (dB)") },
  [TRI_TRAIN_CHART_SHARES] = { N_("Accuracy"), N_("Share that is right") },
  [TRI_TRAIN_CHART_OTHERS] = { N_("Other losses"), N_("Loss") },
};

const char *
tri_train_chart_title (TriTrainChart kind)
{
  return _(kinds[kind].title);
}

/* Whether the model's curve @i belongs into @kind */
static gboolean
is_in (const TriModel *model, guint i, TriTrainChart kind)
{
  return kind == (model->curves[i].is_share ? TRI_TRAIN_CHART_SHARES : i > 0 ? TRI_TRAIN_CHART_OTHERS : TRI_TRAIN_CHART_LOSSES);
}

gboolean
tri_model_has_chart (const TriModel *model, TriTrainChart kind)
{
  for (guint i = 0; i < tri_model_count_curves (model); i++)
    if (is_in (model, i, kind))
      return TRUE;
  return kind == TRI_TRAIN_CHART_PSNR;
}

/* Validation's is the first hue. */
static TriHue
hue_of (guint i)
{
  static const TriHue hues[] = { TRI_HUE_2, TRI_HUE_3, TRI_HUE_4, TRI_HUE_5, TRI_HUE_6, TRI_HUE_RED, TRI_HUE_GREEN, TRI_HUE_BLUE, TRI_HUE_1 };
  return hues[i % G_N_ELEMENTS (hues)];
}

/* Returns: (transfer full): @kind's curves so far. Safe from any thread */
TriChart *
tri_trainer_make_chart (TriTrainer *trainer, TriTrainChart kind)
{
  gboolean validated = kind == TRI_TRAIN_CHART_LOSSES || kind == TRI_TRAIN_CHART_PSNR;
  TriChart *chart = tri_chart_new (_(kinds[kind].title), _("Step"), _(kinds[kind].axis));
  guint n = 0;
  chart->y.logarithmic = kind == TRI_TRAIN_CHART_LOSSES || kind == TRI_TRAIN_CHART_OTHERS;
  chart->x.min = 0;
  chart->x.max = (double) MAX (tri_trainer_get_step (trainer), 1);
  if (kind == TRI_TRAIN_CHART_SHARES)
    {
      chart->y.min = 0;
      chart->y.max = 1;
    }
  for (guint i = 0; i < trainer->n_curves; i++)
    if (is_in (trainer->model, i, kind))
      add_curve (chart, trainer, i, _(trainer->model->curves[i].title), hue_of (n++));
  if (validated)
    {
      add_points (chart, trainer, _("Validation"), kind == TRI_TRAIN_CHART_PSNR);
      mark_best (chart, trainer);
    }
  return chart;
}
