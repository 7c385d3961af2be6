/* The two networks of the cipher "cnn-chaos". One makes a code of a plane of a picture, a byte for each pixel; the other
 * restores the plane from what arrives of it. Both work at half the resolution, in convolutions: any size fits.
 *
 * Codes keep clear of the lowest and the highest 32 values. A mask that is added modulo 256 then wraps none of the noise
 * that comes on the way, unless it is as large as that.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-graph.h"
#include "tri-params.h"
#include "tri-weights.h"

G_BEGIN_DECLS

#define TRI_CNN_CHAOS_ALIGNMENT 2u
#define TRI_CNN_CHAOS_GUARD 32u

typedef enum {
  TRI_CNN_CHAOS_DIGITS,
  TRI_CNN_CHAOS_BRAIN,
  TRI_N_CNN_CHAOS
} TriCnnChaosKind;

typedef enum {
  TRI_CNN_CHAOS_ENCODER, /* from −1 … 1 to about the same */
  TRI_CNN_CHAOS_DECODER, /* inputs: what arrived, −1.34 … 1.34; and how far each pixel is to be trusted */
} TriCnnChaosPart;

/* What the networks see beyond a picture's edges. */
typedef enum {
  TRI_CNN_CHAOS_EDGES_END,  /* nothing: so they can tell an edge, and what they learnt of edges shows in noise, too */
  TRI_CNN_CHAOS_EDGES_MEET, /* the opposite edge: every place is as every other, and noise gives noise everywhere */
} TriCnnChaosEdges;

/* How far a pixel is to be trusted, as the decoder takes it in halves: one that was lost, one that has a value as salt and
 * pepper do, any other. */
typedef enum {
  TRI_TRUST_NONE = 0,
  TRI_TRUST_HALF = 1,
  TRI_TRUST_FULL = 2,
} TriTrust;

extern const char *const tri_cnn_chaos_ids[TRI_N_CNN_CHAOS]; /* of the weights */
extern const TriChoice tri_cnn_chaos_kinds[];                /* a parameter's choices, in the order of TriCnnChaosKind */

TriLayer *tri_cnn_chaos_layers (TriCnnChaosPart part);
float tri_cnn_chaos_value (guint level);
guint8 tri_cnn_chaos_level (float code);
TriImage *tri_cnn_chaos_encode (TriNet *encoder, const TriImage *picture, TriCnnChaosEdges edges, TriProgress *progress,
                                GError **error);
TriTensor *tri_cnn_chaos_look (const TriWeights *weights, const TriImage *picture, TriProgress *progress, GError **error);
gboolean tri_cnn_chaos_decode (TriNet *decoder, const TriImage *levels, const TriImage *trust, TriImage *out,
                               TriCnnChaosEdges edges, TriProgress *progress, GError **error);

G_END_DECLS
