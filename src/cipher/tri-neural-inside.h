/* What the networks' ciphers show of their inside: filters as pictures, and what they find in the picture at hand.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-chart.h"
#include "tri-graph.h"
#include "tri-weights.h"

G_BEGIN_DECLS

TriImage *tri_neural_show_channel (const TriTensor *maps, guint channel);
gboolean tri_neural_add_filters (TriInsight *card, const TriWeights *weights, const char *layer, guint unshuffle,
                                 guint colours, guint n);
void tri_neural_add_maps (TriInsight *card, const TriTensor *maps, guint n);
void tri_neural_add_histogram (TriInsight *card, const char *name, TriHue hue, const TriImage *image);

G_END_DECLS
