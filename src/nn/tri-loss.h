/* Losses: each returns its mean and adds weight × its derivative to a gradient. Sums in double, in a fixed order.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-tensor.h"

G_BEGIN_DECLS

typedef enum {
  TRI_LOSS_MSE,           /* mean (x − target)² */
  TRI_LOSS_L1,            /* mean |x − target| */
  TRI_LOSS_CONSTANT,      /* mean (x − number)²: least-squares GAN with number 1 (genuine) or 0 (made) */
  TRI_LOSS_CROSS_ENTROPY, /* x: logits over channels; target: [n, h, w, 1], whole numbers of classes */
  TRI_LOSS_UNIFORM,       /* each picture's sorted values against those of the uniform distribution on low … high: mean square */
  TRI_LOSS_LOG,           /* mean over pictures of ln (mean square error + number) */
  TRI_LOSS_AHEAD,         /* mean over pictures of by how much x beats the target's mean colour: max (0, 1 − mean square
                             error / (mean square deviation + number)) */
  TRI_LOSS_OUTSIDE,       /* mean of how far x is below low or above high */
  TRI_LOSS_INJECT,        /* Σ x × target: hands on a gradient (target) that another network gave */
} TriLossKind;

/**
 * TriLoss:
 * @x: what the network made
 * @gradient: (nullable): of @x's shape; added to
 * @weight: factor in the sum; may be negative
 * @value: out: the unweighted loss
 * @starved: out: it found no memory, and @value is NaN
 */
typedef struct {
  TriLossKind kind;
  const TriTensor *x, *target;
  TriTensor *gradient;
  float weight, number, low, high;
  double value;
  gboolean starved;
} TriLoss;

double tri_loss (TriLoss *loss);
gboolean tri_losses (TriLoss *losses, guint n_losses, double *sum, GError **error);
double tri_psnr_of_mse (double mse, double range);

G_END_DECLS
