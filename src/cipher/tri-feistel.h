/* A Feistel network whose round functions are integer convolutional networks, weights drawn from the key.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-progress.h"

G_BEGIN_DECLS

#define TRI_FEISTEL_KEY_SIZE 32
#define TRI_FEISTEL_COLUMNS 64u
#define TRI_FEISTEL_TAPS 9
#define TRI_FEISTEL_MAX_WIDTH 16u

/**
 * TriFeistelRound:
 * @first: weights of the 3×3 convolutions from the half to @width feature maps, and their biases
 * @second: weights of the 3×3 convolution from the feature maps back
 * @stride, @offset: position p of the network's input is byte (stride·p + offset) mod n of the half
 * @noise: key of the noise that is XORed onto the input
 */
typedef struct {
  guint width;
  gint8 first[TRI_FEISTEL_MAX_WIDTH][TRI_FEISTEL_TAPS];
  gint16 bias[TRI_FEISTEL_MAX_WIDTH];
  gint8 second[TRI_FEISTEL_MAX_WIDTH][TRI_FEISTEL_TAPS];
  guint64 stride, offset;
  guint8 noise[TRI_FEISTEL_KEY_SIZE];
} TriFeistelRound;

gsize tri_feistel_padded_size (gsize n_bytes);
void tri_feistel_make_round (TriFeistelRound *round, const guint8 key[TRI_FEISTEL_KEY_SIZE], const guint8 *nonce,
                             gsize nonce_size, guint number, guint width, gsize half);
gboolean tri_feistel_run (guint8 *data, gsize size, const guint8 key[TRI_FEISTEL_KEY_SIZE], const guint8 *nonce,
                          gsize nonce_size, guint n_rounds, guint width, gboolean backward, TriProgress *progress,
                          GError **error);
void tri_feistel_features (const guint8 *half, gsize n, const TriFeistelRound *round, guint8 *maps);

G_END_DECLS
