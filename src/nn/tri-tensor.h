/* Tensors of 32-bit floats, one layout: [picture][row][column][channel], tightly packed (NHWC).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"

G_BEGIN_DECLS

/* Most elements of one tensor (8 GiB), checked before memory is taken. */
#define TRI_TENSOR_MAX (G_GUINT64_CONSTANT (1) << 31)

typedef struct {
  guint n, h, w, c; /* pictures, rows, columns, channels; each 1 or more */
} TriShape;

/**
 * TriTensor:
 * @data: n × h × w × c floats, aligned to 64 bytes
 *
 * Tensors that tri_pass_get_output() and the like return are views of the pass: not to be freed.
 */
typedef struct {
  TriShape shape;
  float *data;
} TriTensor;

/* Of zeros, and a copy. Returns: (transfer full), or NULL with an error: TRI_ERROR_TOO_LARGE, TRI_ERROR_NO_MEMORY */
TriTensor *tri_tensor_new (TriShape shape, GError **error);
TriTensor *tri_tensor_copy (const TriTensor *tensor, GError **error);
void tri_tensor_free (TriTensor *tensor);

gboolean tri_shape_check (TriShape shape, GError **error);
gboolean tri_shape_equal (TriShape a, TriShape b);
gsize tri_shape_size (TriShape shape);
gsize tri_shape_pixels (TriShape shape);
gsize tri_tensor_size (const TriTensor *tensor);
float *tri_tensor_at (const TriTensor *tensor, guint n, guint y, guint x);
void tri_tensor_fill (TriTensor *tensor, float value);
gboolean tri_tensor_is_finite (const TriTensor *tensor);

void tri_tensor_put_image (TriTensor *tensor, guint n, const TriImage *image, guint x, guint y, float low, float high);
void tri_tensor_get_image (const TriTensor *tensor, guint n, TriImage *image, guint x, guint y, float low, float high);

void tri_nn_no_memory (guint64 bytes, GError **error);
float *tri_floats_new (gsize count, GError **error);
void tri_floats_free (float *floats);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriTensor, tri_tensor_free)

G_END_DECLS
