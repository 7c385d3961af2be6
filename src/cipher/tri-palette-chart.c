/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-palette-chart.h"

#include <glib/gi18n-lib.h>

#include "tri-colours.h"

TriHue
tri_channel_hue (guint n_channels, guint channel)
{
  return n_channels == 1 ? TRI_HUE_1 : TRI_HUE_RED + channel;
}

/* Returns: translated */
const char *
tri_channel_name (guint n_channels, guint channel)
{
  static const char *const names[] = { N_("Red"), N_("Green"), N_("Blue") };
  return n_channels == 1 ? _("Grey") : _(names[channel]);
}

void
tri_chart_add_histogram (TriChart *chart, guint n_channels, guint channel, const guint64 counts[256])
{
  TriSeries *series = tri_chart_add (chart, tri_channel_name (n_channels, channel), TRI_MARK_AREA,
                                     tri_channel_hue (n_channels, channel));
  double total = 0;
  for (guint v = 0; v < 256; v++)
    total += (double) counts[v];
  for (guint v = 0; v < 256; v++)
    tri_series_append (series, v, 100 * (double) counts[v] / total);
}

/* Once its histograms are in it: one spike, as of a black background, would leave the rest too low to be seen. */
void
tri_chart_cut_shares (TriChart *chart)
{
  if (!tri_chart_cut_peaks (chart))
    return;
  g_free (chart->y.title);
  chart->y.title = g_strdup (_("Share of pixels (%), peaks cut off"));
}

static void
add_centres (TriChart *chart, const TriPalette *palette, guint map)
{
  g_autofree char *name = palette->n_maps == 1 ? g_strdup (_("Centres"))
      : g_strdup_printf (_("Centres of %s"), tri_channel_name (palette->n_maps, map));
  TriSeries *series = tri_chart_add (chart, name, TRI_MARK_VRULE,
                                     palette->n_maps == 1 ? TRI_HUE_ACCENT : tri_channel_hue (palette->n_maps, map));
  for (guint c = 0; c < palette->k[map]; c++)
    tri_series_append (series, tri_palette_value (palette->entry[map][c][0]), 0);
}

static TriInsight *
intensities_card (const TriPalette *palette, const TriImage *original, TriProgress *progress, GError **error)
{
  guint64 counts[3][256];
  if (!tri_intensities_count (original, counts, progress, error))
    return NULL;
  TriInsight *card = tri_insight_new ("centres", _("Centres over the histogram"),
                                      _("Every value is replaced by the nearest line. The visible picture says which "
                                        "line, and the model where it stands."));
  card->chart = tri_chart_new (_("Centres over the histogram"), _("Intensity"), _("Share of pixels (%)"));
  card->chart->x.min = 0;
  card->chart->x.max = 255;
  card->chart->y.min = 0;
  for (guint m = 0; m < palette->n_maps; m++)
    tri_chart_add_histogram (card->chart, palette->n_maps, m, counts[m]);
  tri_chart_cut_shares (card->chart);
  for (guint m = 0; m < palette->n_maps; m++)
    add_centres (card->chart, palette, m);
  return card;
}

static TriInsight *
colours_card (const TriPalette *palette, const TriSealed *sealed, TriProgress *progress, GError **error)
{
  guint64 counts[3][256];
  if (!tri_intensities_count (sealed->visible, counts, progress, error))
    return NULL;
  TriInsight *card = tri_insight_new ("palette", _("The palette"),
                                      _("The colours that the labels stand for, in the order of their labels, and how "
                                        "much of the picture each covers."));
  card->chart = tri_chart_new (_("The palette"), _("Label"), _("Share of pixels (%)"));
  card->chart->y.min = 0;
  TriSeries *series = tri_chart_add (card->chart, _("Colours"), TRI_MARK_BARS, TRI_HUE_MUTED);
  series->colours = g_array_new (FALSE, FALSE, sizeof (guint32));
  double n = (double) tri_image_n_pixels (sealed->visible);
  for (guint c = 0; c < palette->k[0]; c++)
    {
      guint32 rgb = 0;
      for (guint a = 0; a < 3; a++)
        rgb = rgb << 8 | MIN ((palette->entry[0][c][a] + 128u) >> 8, 255u);
      g_autofree char *label = g_strdup_printf ("#%06x", rgb);
      double count = (double) counts[0][tri_palette_shade (c, palette->k[0])];
      tri_series_append_labelled (series, c, 100 * count / n, label);
      g_array_append_val (series->colours, rgb);
    }
  return card;
}

/* Returns: (transfer full): centres over the histogram, or the palette; with the facts that hold for any palette */
TriInsight *
tri_palette_insight (const TriPalette *palette, const TriImage *original, const TriSealed *sealed, TriProgress *progress,
                     GError **error)
{
  TriInsight *card = palette->depth == 1 ? intensities_card (palette, original, progress, error)
                                         : colours_card (palette, sealed, progress, error);
  if (card == NULL)
    return NULL;
  if (palette->n_maps == 1)
    tri_insight_add_fact (card, _("Labels in use"), "%u", palette->k[0]);
  else
    tri_insight_add_fact (card, _("Labels in use: red, green, blue"), "%u, %u, %u", palette->k[0], palette->k[1],
                          palette->k[2]);
  gboolean sealed_model = tri_params_get_bool (sealed->params, "seal");
  tri_insight_add_fact (card, _("Model"), "%s", sealed_model ? _("sealed with the key")
                                                             : _("lies open: any key opens the picture"));
  return card;
}
