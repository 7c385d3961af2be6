/* The inner loops of convolutions, compiled once for each instruction set from tri-kernels-body.c.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TRI_KERNELS_MAX_LANES 16

/**
 * TriConvRow:
 * @in: first input of the first pixel; readable for 2 vectors past the end of the last run
 * @row_stride: floats between the @n_rows rows of the window
 * @run: floats of one row of the window: columns × channels, contiguous because channels come last
 * @in_step, @out_step: floats from one pixel to the next
 * @weights: conv_row: [row][run][vectors × lanes]; dot_row: [output][row][run, rounded up to lanes]
 * @bias: (nullable): padded to the vectors
 * @n_out: valid outputs, at most @n_vectors × lanes (conv_row)
 * @add: add to @out in place of writing it
 * @slope: of a leaky ReLU, 0 … 1; 1 for none
 */
typedef struct {
  const float *in;
  gsize row_stride;
  guint n_rows, run;
  gsize in_step;
  const float *weights, *bias;
  float *out;
  gsize out_step;
  guint n_pixels, n_out, n_vectors;
  gboolean add;
  float slope;
} TriConvRow;

/* c[i][j] += Σ over pixels of a[pixel × a_step + i] × b[pixel × b_step + j]; j over whole vectors. */
typedef struct {
  const float *a, *b;
  gsize a_step, b_step, c_step;
  float *c;
  guint n_pixels, n_a, n_vectors;
} TriOuter;

typedef struct {
  const char *id;
  guint lanes;
  void (*conv_row) (const TriConvRow *row);
  void (*dot_row) (const TriConvRow *row);
  void (*outer) (const TriOuter *outer);
  /* g ×= (value > 0 ? 1 : slope), and sums[channel] += g */
  void (*bias_row) (float *g, const float *value, float slope, gsize n_pixels, guint n_channels, float *sums);
} TriKernels;

const TriKernels *tri_kernels_get (void);
gboolean tri_kernels_select (const char *id);
const char *const *tri_kernels_list (void);

G_END_DECLS
