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

/**
 * TriCycleganLook:
 * @hidden: what the first network of hiding hands on, [1, h/2, w/2, 12]: not moved yet
 * @maps: what that network's first block finds in the picture, [1, h/2, w/2, 32]
 * @code: what the second makes of it, moved by the key, before rounding and the mask, [1, h/2, w/2, 12]
 *
 * A small picture on its way to noise. The twelve channels are those of 2 × 2 pixels of a picture: colour × row × column.
 */
typedef struct {
  TriTensor *hidden, *maps, *code;
} TriCycleganLook;

#define TRI_CYCLEGAN_LOOK_SIDE 384u /* pixels; of what tri_cyclegan_look() takes at most */

gboolean tri_cyclegan_look (const TriCyclegan *gan, const TriImage *picture, TriCycleganLook *look, TriProgress *progress,
                            GError **error);
void tri_cyclegan_look_clear (TriCycleganLook *look);
TriImage *tri_cyclegan_show_halved (const TriTensor *halved, GError **error);

typedef enum {
  TRI_CYCLEGAN_IS_NOISE,   /* D1 */
  TRI_CYCLEGAN_IS_PICTURE, /* D2 */
} TriCycleganJudge;

TriTensor *tri_cyclegan_judge (const TriWeights *weights, TriCycleganJudge judge, const TriImage *picture,
                               TriProgress *progress, GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TriCycleganLook, tri_cyclegan_look_clear)

G_END_DECLS
