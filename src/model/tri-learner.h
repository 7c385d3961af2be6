/* A model with its weights in memory: nets, and for training their optimisers.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-models.h"
#include "tri-weights.h"

G_BEGIN_DECLS

#define TRI_LEARNER_MAX_PASSES 16
#define TRI_LEARNER_MAX_INPUTS 8

/**
 * TriLearner:
 * @nets, @adams: by the row in the model's table
 * @passes: kept from one call to the next; of one shape each. The model numbers them
 */
struct _TriLearner {
  const TriModel *model;
  TriParams *params;
  guint n_nets;
  TriNet *nets[TRI_MODEL_MAX_NETS];
  TriAdam *adams[TRI_MODEL_MAX_NETS];
  struct {
    TriPass *pass;
    TriNet *net;
    TriPassFlags flags;
    TriShape shapes[TRI_LEARNER_MAX_INPUTS];
  } passes[TRI_LEARNER_MAX_PASSES];
};

TriLearner *tri_learner_new (const TriModel *model, const TriParams *params, guint64 seed, GError **error);
void tri_learner_free (TriLearner *learner);
void tri_learner_set_rates (TriLearner *learner, const TriAdamConfig *config);
guint64 tri_learner_get_step (const TriLearner *learner);

TriPass *tri_learner_get_pass (TriLearner *learner, guint slot, guint net, TriPassFlags flags, const TriShape *inputs,
                               GError **error);
void tri_learner_drop_passes (TriLearner *learner);
gboolean tri_learner_keep (TriLearner *learner, GError **error);
void tri_learner_take_back (TriLearner *learner);
gboolean tri_learner_check_memory (guint64 needed, GError **error);

gboolean tri_learner_add_state (TriLearner *learner, TriWeights *weights, GError **error);
gboolean tri_learner_read_state (TriLearner *learner, const TriWeights *weights, GError **error);
gboolean tri_learner_add_weights (TriLearner *learner, TriWeights *weights, GError **error);
gboolean tri_learner_read_weights (TriLearner *learner, const TriWeights *weights, GError **error);

gboolean tri_model_check_file (const TriModel *model, const TriWeights *weights, TriParams **params, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriLearner, tri_learner_free)

G_END_DECLS
