/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-mixture-chart.h"

#include <glib/gi18n-lib.h>

#include "tri-palette-chart.h"

#define STEPS_PER_LEVEL 2

static void
add_curves (TriChart *chart, const TriMixture *mixture, const double direction[3])
{
  TriSeries *sum = tri_chart_add (chart, _("The mixture"), TRI_MARK_LINE, TRI_HUE_ACCENT);
  for (guint c = 0; c < mixture->k; c++)
    {
      g_autofree char *name = g_strdup_printf (_("Component %u"), c + 1);
      /* The first hue looks like the accent, which is the sum's. */
      TriSeries *curve = tri_chart_add (chart, name, TRI_MARK_LINE, TRI_HUE_2 + c % 5);
      for (guint i = 0; i <= 255 * STEPS_PER_LEVEL; i++)
        {
          double at = (double) i / STEPS_PER_LEVEL;
          tri_series_append (curve, at, 100 * tri_mixture_density (mixture, c, direction, at));
        }
    }
  for (guint i = 0; i <= 255 * STEPS_PER_LEVEL; i++)
    {
      double at = (double) i / STEPS_PER_LEVEL, density = 0;
      for (guint c = 0; c < mixture->k; c++)
        density += tri_mixture_density (mixture, c, direction, at);
      tri_series_append (sum, at, 100 * density);
    }
}

static TriInsight *
new_card (const char *id, const char *title, const char *text, const char *x_title)
{
  TriInsight *card = tri_insight_new (id, title, text);
  card->chart = tri_chart_new (title, x_title, _("Share of pixels (%)"));
  card->chart->x.min = 0;
  card->chart->x.max = 255;
  card->chart->y.min = 0;
  return card;
}

/* The Gaussians over the histogram of one channel. */
TriInsight *
tri_mixture_insight (const TriMixture *mixture, const guint64 counts[256], guint n_channels, guint channel)
{
  static const double grey[3] = { 1, 0, 0 };
  g_autofree char *id = n_channels == 1 ? g_strdup ("gaussians") : g_strdup_printf ("gaussians-%u", channel + 1);
  g_autofree char *title = n_channels == 1 ? g_strdup (_("The Gaussians over the histogram"))
      : g_strdup_printf (_("The Gaussians over the histogram: %s"), tri_channel_name (n_channels, channel));
  TriInsight *card = new_card (id, title, _("Every value takes the label of the curve that is highest above it, and is "
                                            "decrypted to that curve's mean."), _("Intensity"));
  tri_chart_add_histogram (card->chart, n_channels, channel, counts);
  tri_chart_cut_shares (card->chart);
  add_curves (card->chart, mixture, grey);
  return card;
}

/* The Gaussians of colours, seen along the axis of brightness. */
TriInsight *
tri_mixture_insight_luminance (const TriMixture *mixture, const TriImage *original, TriProgress *progress, GError **error)
{
  static const double luminance[3] = { 0.299, 0.587, 0.114 };
  guint64 counts[256] = { 0 };
  g_autofree float *row = g_new (float, original->width);
  for (guint y = 0; y < original->height; y++)
    {
      tri_image_luminance_row (original, y, row);
      for (guint x = 0; x < original->width; x++)
        counts[MIN ((guint) (row[x] + 0.5f), 255)]++;
      if (!tri_progress_check (progress, (double) y / original->height, error))
        return NULL;
    }
  TriInsight *card = new_card ("gaussians", _("The Gaussians along brightness"),
                               _("Each component is a cloud in the space of colours, here seen from the side. Every pixel "
                                 "takes the label of the cloud it most likely comes from."), _("Luminance"));
  tri_chart_add_histogram (card->chart, 1, 0, counts);
  tri_chart_cut_shares (card->chart);
  add_curves (card->chart, mixture, luminance);
  return card;
}

/* How the number of components was chosen: @bic [k − 1] for each k that was tried. */
TriInsight *
tri_mixture_insight_bic (const double *bic, guint n_tried, guint chosen, guint n_channels, guint channel)
{
  g_autofree char *id = n_channels == 1 ? g_strdup ("bic") : g_strdup_printf ("bic-%u", channel + 1);
  g_autofree char *title = n_channels == 1 ? g_strdup (_("How many Gaussians"))
      : g_strdup_printf (_("How many Gaussians: %s"), tri_channel_name (n_channels, channel));
  TriInsight *card = tri_insight_new (id, title, _("The Bayesian information criterion weighs how well the picture is "
                                                   "explained against how many numbers that takes. The lowest wins."));
  card->chart = tri_chart_new (title, _("Components"), _("BIC"));
  TriSeries *line = tri_chart_add (card->chart, _("BIC"), TRI_MARK_LINE, TRI_HUE_1);
  for (guint k = 1; k <= n_tried; k++)
    tri_series_append (line, k, bic[k - 1]);
  TriSeries *rule = tri_chart_add (card->chart, _("Chosen"), TRI_MARK_VRULE, TRI_HUE_ACCENT);
  tri_series_append (rule, chosen, 0);
  return card;
}
