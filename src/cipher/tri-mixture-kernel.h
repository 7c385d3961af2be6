/* The inner loops of expectation–maximisation, on small blocks of points.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-mixture.h"

G_BEGIN_DECLS

#define TRI_MIXTURE_BLOCK 128 /* points */
#define TRI_MIXTURE_LANES 4
#define TRI_MIXTURE_STEPS (TRI_MIXTURE_BLOCK / TRI_MIXTURE_LANES)
#define TRI_MIXTURE_SUMS 10 /* 1, x (3), x xᵀ (6) */

typedef double TriLanes __attribute__ ((vector_size (8 * TRI_MIXTURE_LANES)));

/* Lives on the stack, for its alignment. What lies beyond the points of a short block must have weight 0. */
typedef struct {
  TriLanes x[3][TRI_MIXTURE_STEPS], weight[TRI_MIXTURE_STEPS];
  TriLanes p[TRI_MIXTURE_MAX][TRI_MIXTURE_STEPS]; /* log densities, then responsibilities */
  TriLanes most[TRI_MIXTURE_STEPS], sum[TRI_MIXTURE_STEPS];
} TriMixtureBlock;

/* A component ready for use: inverse of the lower Cholesky factor by rows, and the logarithm of what stands before. */
typedef struct {
  double mean[3], inverse[6], log_factor;
} TriMixtureForm;

void tri_mixture_form (const TriMixture *mixture, guint component, TriMixtureForm *form);
void tri_mixture_block_densities (TriMixtureBlock *block, const TriMixtureForm *forms, guint d, guint k);
double tri_mixture_block_responsibilities (TriMixtureBlock *block, guint k, guint n);
void tri_mixture_block_sums (const TriMixtureBlock *block, guint d, guint k, double (*sums)[TRI_MIXTURE_SUMS]);

G_END_DECLS
