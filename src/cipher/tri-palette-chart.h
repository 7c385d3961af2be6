/* What k-means and mixtures show of their inside. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-chart.h"
#include "tri-palette.h"

G_BEGIN_DECLS

TriHue tri_channel_hue (guint n_channels, guint channel);
const char *tri_channel_name (guint n_channels, guint channel);
void tri_chart_cut_shares (TriChart *chart);
void tri_chart_add_histogram (TriChart *chart, guint n_channels, guint channel, const guint64 counts[256]);
TriInsight *tri_palette_insight (const TriPalette *palette, const TriImage *original, const TriSealed *sealed,
                                 TriProgress *progress, GError **error);

G_END_DECLS
