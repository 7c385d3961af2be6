/* Inference of pictures of any size in bounded memory: tiles that overlap by what the network sees around a pixel, so that
 * no seam can be.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-graph.h"

G_BEGIN_DECLS

/**
 * TriTileInput:
 * @tensor: one whole picture
 * @step: pixels of the first input to one of this one (2 for keyed planes after unshuffling by 2); the first input's is 1
 */
typedef struct {
  const TriTensor *tensor;
  guint step;
} TriTileInput;

guint tri_tile_choose_side (TriNet *net, const TriTileInput *inputs, guint64 max_bytes, GError **error);
gboolean tri_tile_infer (TriNet *net, const TriTileInput *inputs, TriTensor *out, guint side, TriProgress *progress,
                         GError **error);

G_END_DECLS
