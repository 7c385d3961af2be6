/* Convolutions over whole batches; internal to this folder.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-kernels.h"
#include "tri-parallel.h"
#include "tri-tensor.h"

G_BEGIN_DECLS

/* Sums over the batch are made in so many parts and added in order, whatever the number of threads. */
#define TRI_CONV_PARTS 8

/* A dense layer is a window of 1 × positions that moves by its own width. */
typedef struct {
  guint n, h, w, ic, oh, ow, oc, groups;
  guint kh, kw, sy, sx, py, px;
} TriConv;

/* Memory for one worker each, taken when first needed. */
typedef struct {
  gsize size; /* floats for each */
  float *slot[TRI_PARALLEL_MAX_THREADS];
} TriScratch;

gsize tri_conv_packed_size (const TriConv *conv);
gsize tri_conv_packed_back_size (const TriConv *conv);
gsize tri_conv_parts_size (const TriConv *conv);
gsize tri_conv_scratch_size (const TriConv *conv, gboolean backward);

void tri_conv_pack (const TriConv *conv, const float *weights, const float *bias, float *packed);
void tri_conv_pack_back (const TriConv *conv, const float *weights, float *packed);

gboolean tri_conv_forward (const TriConv *conv, const float *in, const float *packed, float *out, float slope,
                           TriScratch *scratch, TriProgress *progress, GError **error);
gboolean tri_conv_back_bias (const TriConv *conv, float *g, const float *value, float slope, float *bias_gradient,
                             TriProgress *progress, GError **error);
gboolean tri_conv_back_data (const TriConv *conv, const float *g, const float *packed, float *out, gboolean add,
                             TriScratch *scratch, TriProgress *progress, GError **error);
gboolean tri_conv_back_weights (const TriConv *conv, const float *in, const float *g, float *gradient, float *parts,
                                TriScratch *scratch, TriProgress *progress, GError **error);

float *tri_scratch_get (TriScratch *scratch, guint slot);
void tri_scratch_clear (TriScratch *scratch);

G_END_DECLS
