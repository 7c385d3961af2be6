/* The operations besides convolution, forward and backward, over whole batches; internal to this folder.
 * Backward functions write the gradient of their input, or add to it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-graph.h"
#include "tri-progress.h"

G_BEGIN_DECLS

typedef struct {
  const TriLayer *layer;
  TriShape in, out;  /* of from, and of the value */
  TriShape with;
  TriProgress *progress;
} TriOpCall;

gboolean tri_op_is_pointwise (TriOp op);
gboolean tri_op_pointwise (const TriOpCall *call, const float *from, const float *with, float *out, GError **error);
gboolean tri_op_pointwise_back (const TriOpCall *call, const float *g, const float *from, const float *with,
                                const float *value, float *out, gboolean add, GError **error);
gboolean tri_op_multiply_back_with (const TriOpCall *call, const float *g, const float *from, float *out, gboolean add,
                                    GError **error);

gboolean tri_op_move (const TriOpCall *call, const float *from, const float *with, float *out, GError **error);
gboolean tri_op_move_back (const TriOpCall *call, const float *g, const float *with, float *out, gboolean add,
                           GError **error);
gboolean tri_op_concat_back (const TriOpCall *call, const float *g, guint first, guint channels, float *out,
                             gboolean add, GError **error);

/* Normalisation keeps mean and 1 / deviation of each picture and group in @saved (2 × n × groups). */
gboolean tri_op_norm (const TriOpCall *call, const float *from, const float *weight, const float *bias, float *saved,
                      float *out, GError **error);
gboolean tri_op_norm_back (const TriOpCall *call, const float *g, const float *from, const float *weight,
                           const float *saved, float *weight_gradient, float *bias_gradient, float *out, gboolean add,
                           GError **error);

G_END_DECLS
