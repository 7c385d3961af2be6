/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-pca-chart.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define LAYERS 8
#define LAYER_SIDE 256

/* Share of the variance of all channels that component @c has, in percent. */
static double
share (TriPca *const *channels, guint n_channels, guint c)
{
  double part = 0, total = 0;
  for (guint m = 0; m < n_channels; m++)
    {
      part += channels[m]->variance[c];
      total += channels[m]->total_variance;
    }
  return total > 0 ? 100 * part / total : 0;
}

TriInsight *
tri_pca_insight_variance (TriPca *const *channels, guint n_channels, guint k)
{
  TriInsight *card = tri_insight_new ("variance", _("Explained variance"),
                                      _("How much of the picture each component carries. A few carry nearly all of it, "
                                        "which is why so few numbers decrypt to so good a picture."));
  card->chart = tri_chart_new (_("Explained variance"), _("Component"), _("Share of the variance (%)"));
  card->chart->y.min = 0;
  card->chart->y.max = 100;
  TriSeries *each = tri_chart_add (card->chart, _("Each component"), TRI_MARK_BARS, TRI_HUE_1);
  TriSeries *sum = tri_chart_add (card->chart, _("All up to here"), TRI_MARK_LINE, TRI_HUE_ACCENT);
  double cumulative = 0;
  for (guint c = 0; c < k; c++)
    {
      double percent = share (channels, n_channels, c);
      cumulative += percent;
      tri_series_append (each, c + 1, percent);
      tri_series_append (sum, c + 1, cumulative);
    }
  tri_insight_add_fact (card, _("Components"), "%u", k);
  tri_insight_add_fact (card, _("Variance explained by all of them"), "%.3f %%", cumulative);
  return card;
}

static void
take_layer (TriInsight *card, TriImage *picture, guint component, double percent)
{
  g_autofree char *caption = g_strdup_printf (_("%u: %.2f %%"), component + 1, percent);
  tri_insight_take_picture (card, picture, caption);
}

/* The picture's own alphabet: each component as a block of 8×8. */
TriInsight *
tri_pca_insight_blocks (TriPca *const *channels, guint n_channels, guint k)
{
  TriInsight *card = tri_insight_new ("components", _("Eigenblocks"),
                                      _("Every block of the picture is the mean block plus these, each times its score. "
                                        "The first is nearly flat: its scores are a small copy of the picture."));
  for (guint c = 0; c < k; c++)
    {
      double most = 0;
      for (guint m = 0; m < n_channels; m++)
        for (gsize x = 0; x < channels[m]->n; x++)
          most = fmax (most, fabs ((double) channels[m]->component[c * channels[m]->n + x]));
      TriImage *picture = tri_image_new (TRI_PCA_BLOCK, TRI_PCA_BLOCK, n_channels, NULL);
      for (guint m = 0; picture != NULL && m < n_channels; m++)
        for (gsize x = 0; x < channels[m]->n; x++)
          {
            double value = (double) channels[m]->component[c * channels[m]->n + x];
            picture->pixels[x * n_channels + m] = (guint8) lrint (CLAMP (128 + (most > 0 ? 127 * value / most : 0), 0, 255));
          }
      if (picture != NULL)
        take_layer (card, picture, c, share (channels, n_channels, c));
    }
  return card;
}

static double
score_of (const TriPca *pca, guint c, guint8 level)
{
  return pca->low[c] + level * (pca->high[c] - pca->low[c]) / 255;
}

/* Score × component at a reduced size, around middle grey, as strong as the strongest allows. */
static TriImage *
draw_layer (TriPca *const *channels, guint n_channels, guint c, const TriImage *visible)
{
  gsize width = channels[0]->n;
  guint longer = (guint) MAX (width, visible->height), side = MIN (longer, LAYER_SIDE);
  guint w = (guint) MAX (1, width * side / longer), h = (guint) MAX (1, (guint64) visible->height * side / longer);
  TriImage *out = tri_image_new (w, h, n_channels, NULL);
  if (out == NULL)
    return NULL;
  double most = 0;
  for (guint m = 0; m < n_channels; m++)
    for (gsize x = 0; x < width; x++)
      most = fmax (most, fabs ((double) channels[m]->component[c * width + x])
                             * fmax (fabs (channels[m]->low[c]), fabs (channels[m]->high[c])));
  for (guint y = 0; y < h; y++)
    for (guint m = 0; m < n_channels; m++)
      {
        gsize row = (gsize) ((guint64) y * visible->height / h);
        double score = score_of (channels[m], c, visible->pixels[(row * visible->width + c) * n_channels + m]);
        for (guint x = 0; x < w; x++)
          {
            double value = score * (double) channels[m]->component[c * width + (gsize) ((guint64) x * width / w)];
            double shown = 128 + (most > 0 ? 127 * value / most : 0);
            out->pixels[((gsize) y * w + x) * n_channels + m] = (guint8) lrint (CLAMP (shown, 0, 255));
          }
      }
  return out;
}

/* @visible: its width is k, of the channels' number; checked by the caller */
TriInsight *
tri_pca_insight_layers (TriPca *const *channels, guint n_channels, guint k, const TriImage *visible,
                        TriProgress *progress, GError **error)
{
  g_autoptr (TriInsight) card = tri_insight_new ("components", _("Eigenpictures"),
                                                 _("The picture is its mean row plus these layers. In each, every row is "
                                                   "the same pattern, times the score that stands in the visible picture."));
  for (guint c = 0; c < MIN (k, LAYERS); c++)
    {
      if (!tri_progress_check (progress, (double) c / LAYERS, error))
        return NULL;
      TriImage *layer = draw_layer (channels, n_channels, c, visible);
      if (layer != NULL)
        take_layer (card, layer, c, share (channels, n_channels, c));
    }
  return g_steal_pointer (&card);
}
