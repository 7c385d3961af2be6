/* A convolutional autoencoder with a code of 8-bit numbers, an eighth to a half of an RGB picture's bytes.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-graph.h"

G_BEGIN_DECLS

/* Pixels of a side of the blocks whose values become channels. */
#define TRI_AUTOENCODER_BLOCK 8

typedef enum {
  TRI_AUTOENCODER_HALF,
  TRI_AUTOENCODER_QUARTER,
  TRI_AUTOENCODER_EIGHTH,
  TRI_N_AUTOENCODERS
} TriAutoencoderRate;

/* The encoder and the decoder alone have the same weights as both together, under the same names. */
typedef enum {
  TRI_AUTOENCODER_BOTH,
  TRI_AUTOENCODER_ENCODER, /* from −1 … 1 to codes in −1 … 1, quantised */
  TRI_AUTOENCODER_DECODER,
} TriAutoencoderPart;

/**
 * TriAutoencoderCode:
 * @channels: numbers for a block of 8 × 8 pixels
 * @across, @down: how a block's numbers are laid out in the picture that the code is: across × down RGB pixels
 * @width, @n_blocks: channels of the hidden layers, residual blocks in the encoder and again in the decoder
 */
typedef struct {
  const char *id;
  guint channels, across, down, width, n_blocks;
} TriAutoencoderCode;

extern const TriAutoencoderCode tri_autoencoder_codes[TRI_N_AUTOENCODERS];

TriLayer *tri_autoencoder_layers (TriAutoencoderRate rate, TriAutoencoderPart part);
TriImage *tri_autoencoder_encode (TriNet *encoder, TriAutoencoderRate rate, const TriImage *picture, TriProgress *progress,
                                  GError **error);
TriImage *tri_autoencoder_decode (TriNet *decoder, TriAutoencoderRate rate, const TriImage *code, guint width, guint height,
                                  TriProgress *progress, GError **error);

G_END_DECLS
