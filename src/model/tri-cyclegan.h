/* A pair of key-conditioned networks after CycleGAN (Zhu, Park, Isola, Efros 2017): one turns a picture into noise, the
 * other turns it back. Each works in two stages at half the resolution; between them a keyed permutation moves every
 * position of the whole picture. In each stage hidden values are multiplied by keyed signs; the first has keyed noise beside
 * the picture. What the second makes is rounded to bytes, and keyed bytes are added modulo 256: they alone make the result
 * even, and hide, as a stream cipher does. Showing subtracts them first, exactly.
 *
 * All keyed values come from a stream that can be read from any position on, so that tiles need no more memory than
 * their own.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-graph.h"
#include "tri-weights.h"

G_BEGIN_DECLS

#define TRI_CYCLEGAN_KEY_SIZE 32

typedef struct {
  guint8 key[TRI_CYCLEGAN_KEY_SIZE]; /* for this picture alone */
  const TriWeights *weights;
} TriCyclegan;

TriImage *tri_cyclegan_hide (const TriCyclegan *gan, const TriImage *picture, TriProgress *progress, GError **error);
gboolean tri_cyclegan_show (const TriCyclegan *gan, const TriImage *hidden, TriImage *out, TriProgress *progress,
                            GError **error);

G_END_DECLS
