/* What "inside the cipher" shows of "cnn-chaos".
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-chaos-mask.h"
#include "tri-chart.h"
#include "tri-graph.h"
#include "tri-weights.h"

G_BEGIN_DECLS

GPtrArray *tri_chaos_inside (const TriChaosMask *mask, const TriWeights *weights, const TriImage *picture,
                             const TriImage *code, const TriImage *masked, TriNet *decoder, TriProgress *progress,
                             GError **error);

G_END_DECLS
