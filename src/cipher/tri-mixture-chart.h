/* What a Gaussian mixture shows of its inside. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-chart.h"
#include "tri-mixture.h"

G_BEGIN_DECLS

TriInsight *tri_mixture_insight (const TriMixture *mixture, const guint64 counts[256], guint n_channels, guint channel);
TriInsight *tri_mixture_insight_luminance (const TriMixture *mixture, const TriImage *original, TriProgress *progress,
                                           GError **error);
TriInsight *tri_mixture_insight_bic (const double *bic, guint n_tried, guint chosen, guint n_channels, guint channel);

G_END_DECLS
