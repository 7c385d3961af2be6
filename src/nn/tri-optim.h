/* Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019), with warm-up, cosine decay and clipping.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-graph.h"

G_BEGIN_DECLS

/**
 * TriAdamConfig:
 * @rate: learning rate after the warm-up
 * @decay: of weights by themselves (AdamW); 0 for Adam
 * @clip: largest Euclidean norm of all gradients together; 0: any
 * @warm_up: steps over which the rate rises linearly
 * @n_steps: after so many the rate has fallen to @end × rate along half a cosine; 0: it stays
 */
typedef struct {
  float rate, beta1, beta2, epsilon, decay, clip, end;
  guint64 warm_up, n_steps;
} TriAdamConfig;

/* All but the rate, in an initialiser */
#define TRI_ADAM_DEFAULTS .beta1 = 0.9f, .beta2 = 0.999f, .epsilon = 1e-8f

typedef struct _TriAdam TriAdam;

TriAdam *tri_adam_new (TriNet *net, const TriAdamConfig *config, GError **error);
void tri_adam_free (TriAdam *adam);
TriNet *tri_adam_get_net (TriAdam *adam);
void tri_adam_set_factor (TriAdam *adam, guint weight, float factor);
void tri_adam_set_config (TriAdam *adam, const TriAdamConfig *config);
float tri_adam_get_rate (const TriAdam *adam);
double tri_adam_get_norm (const TriAdam *adam);
guint64 tri_adam_get_step (const TriAdam *adam);
void tri_adam_set_step (TriAdam *adam, guint64 step);
float *tri_adam_get_moments (TriAdam *adam, guint which);
gboolean tri_adam_step (TriAdam *adam, GError **error);
gboolean tri_adam_keep (TriAdam *adam, GError **error);
void tri_adam_take_back (TriAdam *adam);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriAdam, tri_adam_free)

G_END_DECLS
