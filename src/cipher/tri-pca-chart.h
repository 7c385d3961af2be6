/* What principal components show of their inside. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-chart.h"
#include "tri-pca.h"

G_BEGIN_DECLS

TriInsight *tri_pca_insight_variance (TriPca *const *channels, guint n_channels, guint k);
TriInsight *tri_pca_insight_blocks (TriPca *const *channels, guint n_channels, guint k);
TriInsight *tri_pca_insight_layers (TriPca *const *channels, guint n_channels, guint k, const TriImage *visible,
                                    TriProgress *progress, GError **error);

G_END_DECLS
