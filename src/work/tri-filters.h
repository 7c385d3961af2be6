/* Filters that take noise from pictures and know no more than the picture: what a network that restores is compared with.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-progress.h"
#include "tri-tensor.h"

G_BEGIN_DECLS

#define TRI_FILTER_MAX_STRENGTHS 8

/**
 * TriNlMeans:
 * @sigma: deviation of the noise, in the picture's units
 * @strengths: how far apart two patches may be, in σ: what is called h, as a multiple; @n_strengths of them
 * @gaussian: a patch's pixels count by a Gaussian of deviation 1 (Buades, Coll, Morel 2005); FALSE: all alike (IPOL 2011)
 *
 * Patches of 5 × 5 pixels, looked for up to 6 pixels away in each direction.
 */
typedef struct {
  float sigma;
  const float *strengths;
  guint n_strengths;
  gboolean gaussian;
} TriNlMeans;

gboolean tri_filter_median (const TriTensor *in, guint side, TriTensor *out, TriProgress *progress, GError **error);
gboolean tri_filter_nl_means (const TriTensor *in, const TriNlMeans *how, TriTensor *const *outs, TriProgress *progress,
                              GError **error);

G_END_DECLS
