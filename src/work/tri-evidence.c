/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-evidence.h"

#include <glib/gi18n-lib.h>
#include <stdlib.h>

#define N_PAIRS 3000

static TriChart *
scatter_chart (const TriImage *image, guint pane, guint direction)
{
  static const char *const titles[TRI_N_PANES] = { N_("Neighbours in the original"), N_("Neighbours in the encrypted picture"),
                                                   N_("Neighbours in the decrypted picture") };
  static const char *const neighbours[TRI_N_DIRECTIONS] = { N_("pixel at its right"), N_("pixel below"),
                                                            N_("pixel below, at its right") };
  g_autofree double *xs = g_new (double, N_PAIRS), *ys = g_new (double, N_PAIRS);
  TriChart *chart = tri_chart_new (_(titles[pane]), _("pixel"), _(neighbours[direction]));
  chart->square = TRUE;
  chart->x.min = chart->y.min = 0;
  chart->x.max = chart->y.max = 255;
  chart->empty = g_strdup (_("The picture is too small to have neighbours in this direction."));
  if (tri_metric_neighbours (image, direction, N_PAIRS, xs, ys))
    tri_chart_add_data (chart, NULL, TRI_MARK_DOTS, TRI_HUE_1, xs, ys, N_PAIRS);
  return chart;
}

static void
cut_peaks (TriChart *chart)
{
  if (!tri_chart_cut_peaks (chart))
    return;
  g_free (chart->y.title);
  chart->y.title = g_strdup (_("pixels, peaks cut off"));
}

static TriChart *
histogram_chart (const TriImage *image, guint pane)
{
  static const char *const titles[TRI_N_PANES] = { N_("Histogram of the original"), N_("Histogram of the encrypted picture"),
                                                   N_("Histogram of the decrypted picture") };
  static const char *const colours[] = { N_("Red"), N_("Green"), N_("Blue") };
  guint64 counts[4][256];
  guint n_colours = tri_image_n_colours (image);
  TriChart *chart = tri_chart_new (_(titles[pane]), _("value"), _("pixels"));
  tri_metric_histogram (image, counts);
  chart->x.min = -0.5;
  chart->x.max = 255.5;
  for (guint c = 0; c < image->channels; c++)
    {
      gboolean alpha = c >= n_colours;
      /* Opaque all over: one spike that would flatten the rest. */
      if (alpha && counts[c][255] == tri_image_n_pixels (image))
        continue;
      const char *name = alpha ? _("Alpha") : n_colours == 1 ? _("Grey") : _(colours[c]);
      TriHue hue = alpha ? TRI_HUE_MUTED : n_colours == 1 ? TRI_HUE_1 : (TriHue) (TRI_HUE_RED + c);
      TriSeries *series = tri_chart_add (chart, name, TRI_MARK_STEP, hue);
      for (guint v = 0; v < 256; v++)
        tri_series_append (series, v, (double) counts[c][v]);
    }
  cut_peaks (chart);
  return chart;
}

/**
 * tri_evidence_new:
 *
 * Returns: (transfer full): the charts of @report; NULL when cancelled
 */
TriEvidence *
tri_evidence_new (const TriReport *report, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (report != NULL, NULL);
  const TriImage *images[TRI_N_PANES] = { report->original, report->sealed != NULL ? report->sealed->visible : NULL,
                                          report->decrypted };
  g_autoptr (TriEvidence) evidence = g_new0 (TriEvidence, 1);
  for (guint pane = 0; pane < TRI_N_PANES; pane++)
    {
      if (!tri_progress_check (progress, (double) pane / TRI_N_PANES, error))
        return NULL;
      if (images[pane] == NULL)
        continue;
      for (guint d = 0; d < TRI_N_DIRECTIONS; d++)
        evidence->scatter[pane][d] = scatter_chart (images[pane], pane, d);
      evidence->histograms[pane] = histogram_chart (images[pane], pane);
    }
  return g_steal_pointer (&evidence);
}

void
tri_evidence_free (TriEvidence *evidence)
{
  for (guint pane = 0; pane < TRI_N_PANES; pane++)
    {
      for (guint d = 0; d < TRI_N_DIRECTIONS; d++)
        g_clear_pointer (&evidence->scatter[pane][d], tri_chart_unref);
      g_clear_pointer (&evidence->histograms[pane], tri_chart_unref);
    }
  g_free (evidence);
}

static void
evidence_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  GError *error = NULL;
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  TriEvidence *evidence = tri_evidence_new (data, progress, &error);
  if (evidence != NULL)
    g_task_return_pointer (task, evidence, (GDestroyNotify) tri_evidence_free);
  else
    g_task_return_error (task, error);
}

void
tri_evidence_async (TriReport *report, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (report != NULL);
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);
  g_task_set_source_tag (task, tri_evidence_async);
  g_task_set_task_data (task, tri_report_ref (report), (GDestroyNotify) tri_report_unref);
  g_task_run_in_thread (task, evidence_thread);
}

/* Returns: (transfer full) */
TriEvidence *
tri_evidence_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), NULL);
  return g_task_propagate_pointer (G_TASK (result), error);
}
