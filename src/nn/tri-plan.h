/* Where the values, gradients and working memory of a pass lie; internal to this folder.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-net-private.h"

G_BEGIN_DECLS

#define TRI_NO_BLOCK G_MAXUINT

/* Floats in use from step @begin to step @end, both included. */
typedef struct {
  gsize size, offset;
  guint begin, end;
} TriBlock;

/**
 * TriSlot:
 * @value, @gradient: blocks; a value that is changed in place shares its block. TRI_NO_BLOCK: the caller's, or none
 * @fused: this row is a ReLU that the convolution before it does
 * @slope: of a convolution, of the ReLU that it does; 1 for none
 * @packed: weights as the inner loops want them; of a normalisation: its moments
 */
typedef struct {
  TriShape shape;
  guint value, gradient, packed;
  gboolean needs_gradient, fused;
  float slope;
  TriConv conv;
} TriSlot;

typedef struct {
  TriSlot *slots; /* one for each row of the net */
  GArray *blocks; /* TriBlock */
  gboolean learns; /* gradients of weights are wanted */
  guint parts, packed_back; /* shared by all convolutions */
  gsize arena, scratch;     /* floats: in all, and for each worker */
} TriPlan;

gboolean tri_plan_make (TriPlan *plan, const TriNet *net, TriPassFlags flags, const TriShape *inputs, GError **error);
void tri_plan_clear (TriPlan *plan);

G_END_DECLS
