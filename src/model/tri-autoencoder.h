/* A convolutional autoencoder of colour pictures, whose code has a fixed number of bytes for each block of 8 × 8 pixels: a
 * half, a quarter or an eighth of the picture's. Everything is convolution: any size fits, and tiles have no seams.
 *
 * Encoder: each block of 8 × 8 × 3 values becomes coefficients (3 × 3 blocks seen), companded and rounded to as many
 * levels as their bits allow. Decoder: the way back, and a residual network at a quarter of the resolution that repairs
 * what rounding and the missing coefficients took.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-graph.h"
#include "tri-params.h"

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
  TRI_AUTOENCODER_BOTH,    /* the rows "latent" and "draft" are kept */
  TRI_AUTOENCODER_ENCODER, /* from −1 … 1 to levels in −1 … 1 */
  TRI_AUTOENCODER_DECODER,
} TriAutoencoderPart;

/**
 * TriAutoencoderCode:
 * @id: names the file of the weights
 * @channels: numbers for a block of 8 × 8 pixels
 * @bits: of each channel, together 8 × @n_bytes
 * @across, @down: how a block's bytes are laid out in the picture that the code is: across × down RGB pixels
 */
typedef struct {
  const char *id;
  guint channels;
  const guint8 *bits;
  guint n_bytes, across, down;
} TriAutoencoderCode;

extern const TriAutoencoderCode tri_autoencoder_codes[TRI_N_AUTOENCODERS];
extern const TriChoice tri_autoencoder_rates[]; /* a parameter's choices */

TriLayer *tri_autoencoder_layers (TriAutoencoderRate rate, TriAutoencoderPart part);
gboolean tri_autoencoder_start (TriNet *net, TriAutoencoderRate rate, const TriTensor *samples, TriProgress *progress,
                                GError **error);
void tri_autoencoder_pack (const TriAutoencoderCode *code, const float *levels, guint8 *bytes, gsize n_blocks);
void tri_autoencoder_unpack (const TriAutoencoderCode *code, const guint8 *bytes, float *levels, gsize n_blocks);
TriTensor *tri_autoencoder_infer_code (TriNet *encoder, TriAutoencoderRate rate, const TriImage *picture,
                                       TriProgress *progress, GError **error);
TriImage *tri_autoencoder_encode (TriNet *encoder, TriAutoencoderRate rate, const TriImage *picture, TriProgress *progress,
                                  GError **error);
gboolean tri_autoencoder_decode (TriNet *decoder, TriAutoencoderRate rate, const TriImage *code, TriImage *out,
                                 TriProgress *progress, GError **error);

G_END_DECLS
