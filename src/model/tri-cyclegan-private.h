/* What the files of the CycleGAN share: its tables, and what a key expands to. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-cyclegan.h"
#include "tri-learner.h"

G_BEGIN_DECLS

#define TRI_CYCLEGAN_CODE 12u  /* channels of the picture at half the resolution, and of the noise */
#define TRI_CYCLEGAN_WIDTH 32u /* hidden channels: the picture's, the noise's, and eight free ones */
#define TRI_CYCLEGAN_SLOPE 0.1f /* of leaky ReLU below 0 */
#define TRI_CYCLEGAN_BYTES 32u /* of the stream for each position: 24 for noise or the mask, 2 × 32 bits of signs */

typedef enum {
  /* For encryption and decryption, which work in tiles. Inputs: the picture or the hidden values; noise in the first stage, the
   * mask in the second; two planes of signs */
  TRI_CYCLEGAN_HIDE_FIRST,
  TRI_CYCLEGAN_HIDE_SECOND,
  TRI_CYCLEGAN_SHOW_SECOND,
  TRI_CYCLEGAN_SHOW_FIRST,
  /* For training, whole: the picture; the keyed values of the stage that is passed first, then of the other; the order of
   * positions between them. Hiding keeps "g.s2.o", what it rounds and masks, and showing "code", what it unmasks */
  TRI_CYCLEGAN_HIDE,
  TRI_CYCLEGAN_SHOW,
  TRI_CYCLEGAN_D1, /* is this noise? */
  TRI_CYCLEGAN_D2, /* is this a picture? */
  TRI_CYCLEGAN_EVE,
} TriCycleganTable;

const TriLayer *tri_cyclegan_get_table (TriCycleganTable table, guint *n_rows);
guint tri_cyclegan_choose_side (void);

/**
 * TriCycleganKeyed:
 * @noise: of the first stage; [n, h, w, 12]
 * @mask: of the second, to be added modulo 256 levels: hiding takes one, showing the one that undoes it; whole levels
 * @signs: by the stage; [n, h, w, 32]; in the order that hiding takes them
 * @order, @back: [n, h, w, 1]: the permutation of hiding, and the one that undoes it
 *
 * What the keys of @n pictures expand to, whole.
 */
typedef struct {
  TriTensor *noise, *mask[2], *signs[2][2], *order, *back;
} TriCycleganKeyed;

/* What is made of 24 bytes for each position */
typedef enum {
  TRI_CYCLEGAN_NOISE,
  TRI_CYCLEGAN_MASK,
  TRI_CYCLEGAN_UNMASK,
} TriCycleganFill;

void tri_cyclegan_fill_keyed (const guint8 key[TRI_CYCLEGAN_KEY_SIZE], TriCycleganFill what, guint64 first, guint n, guint8 *bytes,
                              float *values, float *signs0, float *signs1);
guint32 *tri_cyclegan_make_permutation (const guint8 key[TRI_CYCLEGAN_KEY_SIZE], guint32 n, TriProgress *progress,
                                        GError **error);
typedef guint8 TriCycleganKey[TRI_CYCLEGAN_KEY_SIZE];

void tri_cyclegan_draw_keys (TriRng *rng, guint n, TriCycleganKey *keys);
void tri_cyclegan_draw_near_keys (TriRng *rng, guint n, const TriCycleganKey *keys, TriCycleganKey *near_keys);
TriCycleganKeyed *tri_cyclegan_keyed_new (const TriCycleganKey *keys, guint n, guint h, guint w, GError **error);
TriCycleganKeyed *tri_cyclegan_keyed_draw (guint n, guint h, guint w, TriRng *rng, GError **error);
void tri_cyclegan_keyed_free (TriCycleganKeyed *keyed);

/* Rows of the model's table. */
enum { TRI_CYCLEGAN_NET_G, TRI_CYCLEGAN_NET_F, TRI_CYCLEGAN_NET_D1, TRI_CYCLEGAN_NET_D2, TRI_CYCLEGAN_NET_EVE };

/* What a step tells, in the order of the model's curves. */
enum {
  TRI_CYCLEGAN_MSE,
  TRI_CYCLEGAN_UNIFORM,
  TRI_CYCLEGAN_FOOL_D1, /* the generators' side */
  TRI_CYCLEGAN_FOOL_D2,
  TRI_CYCLEGAN_HINGE,
  TRI_CYCLEGAN_WRONG, /* by how much a wrong key beats the mean colour */
  TRI_CYCLEGAN_SECOND,
  TRI_CYCLEGAN_JUDGE_D1, /* the adversaries' side */
  TRI_CYCLEGAN_JUDGE_D2,
  TRI_CYCLEGAN_EVE_MSE,
  TRI_CYCLEGAN_D1_RIGHT,
  TRI_CYCLEGAN_D2_RIGHT,
  TRI_CYCLEGAN_EVE_AHEAD,
  TRI_CYCLEGAN_WRONG_AHEAD,
  TRI_CYCLEGAN_N_CURVES
};

/**
 * TriCycleganDraw:
 * @x: pictures
 * @noise: of @x's shape, for D1 to compare with; bytes, as ciphertexts are
 * @second_noise: what the second cycle begins with; @second_keyed are its keys
 * @keyed, @wrong: of the keys of @x, and of keys next to them
 */
typedef struct {
  const TriTensor *x, *noise, *second_noise;
  const TriCycleganKeyed *keyed, *wrong, *second_keyed;
} TriCycleganDraw;

gboolean tri_cyclegan_learn (TriLearner *learner, const TriCycleganDraw *draw, double *values, TriProgress *progress,
                             GError **error);
gboolean tri_cyclegan_cycle (TriLearner *learner, const TriTensor *x, const TriCycleganKeyed *keyed, TriTensor *out,
                             TriProgress *progress, GError **error);
gboolean tri_cyclegan_start (TriNet *g, TriNet *f, const TriTensor *samples, TriProgress *progress, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriCycleganKeyed, tri_cyclegan_keyed_free)

G_END_DECLS
