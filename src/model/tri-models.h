/* Networks that are trained: their tables, and what one step of training and of validation is.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-graph.h"
#include "tri-optim.h"
#include "tri-params.h"
#include "tri-rng.h"

G_BEGIN_DECLS

#define TRI_MODEL_MAX_NETS 8
#define TRI_MODEL_MAX_CURVES 14

/* A model with its weights in memory, in tri-learner.h. */
typedef struct _TriLearner TriLearner;

/**
 * TriModelNet:
 * @name: tells the nets of one model apart in checkpoints
 * @make_layers: Returns: (transfer full): a table that ends with {0}; g_free() it. Rows that have weights have names
 *   that no other net of the model uses
 * @rate: factor of the learning rate; 0 for 1
 * @beta1, @beta2: of Adam; 0 for 0.9 and 0.999
 * @rate_of: (nullable): another factor, by the name of a weight
 * @helper: needed for training only: weights without it are whole
 * @shown: a helper that is among the weights that are given away, for people look at what it says
 */
typedef struct {
  const char *name;
  TriLayer *(*make_layers) (const TriParams *params);
  float rate, beta1, beta2;
  float (*rate_of) (const char *weight);
  gboolean helper, shown;
} TriModelNet;

/**
 * TriModelCurve:
 * @id: in checkpoints and JSON; never changes
 * @title: marked for translation
 * @is_share: 0 … 1, as an accuracy is; else a loss
 */
typedef struct {
  const char *id, *title;
  gboolean is_share;
} TriModelCurve;

/**
 * TriModel:
 * @id: for the command line and checkpoints; never changes
 * @title, @about: marked for translation
 * @params: (nullable): what the networks' shapes depend on; ends with {0}
 * @channels: of a batch: 1 or 3
 * @low, @high: what the bytes 0 and 255 are in a batch
 * @alignment: the sides of a batch's pictures are multiples of it
 * @steps, @batch, @crop, @rate: good choices when nothing is known
 * @nets: ends with {0}
 * @curves: what a step tells, first what is compared with validation; ends with {0}
 * @get_store_id: (nullable): the name that tri_model_store_load() knows weights of these parameters by
 * @prepare: (nullable): makes better first weights than the random ones, of a large batch of what it will be trained on
 * @step: one step of every net along its gradients. Weights depend on @batch, @rng and the state alone. @values: one for
 *   each curve. When it fails, also because it was cancelled, some nets have made the step and others not:
 *   tri_learner_take_back() undoes it
 * @validate: changes nothing. @out: of @batch's shape: what the receiver gets, of 8-bit ciphertexts. Returns the loss that
 *   is compared with the first curve's
 * @render: @visible: what would be seen of @picture, without a key; @restored: of @picture's shape
 */
typedef struct {
  const char *id, *title, *about;
  const TriParamSpec *params;
  guint channels;
  float low, high;
  guint alignment;
  guint64 steps;
  guint batch, crop;
  float rate;
  const TriModelNet *nets;
  const TriModelCurve *curves;
  const char *(*get_store_id) (const TriParams *params);
  gboolean (*prepare) (TriLearner *learner, const TriTensor *samples, TriProgress *progress, GError **error);
  gboolean (*step) (TriLearner *learner, const TriTensor *batch, TriRng *rng, double *values, TriProgress *progress,
                    GError **error);
  gboolean (*validate) (TriLearner *learner, const TriTensor *batch, TriTensor *out, double *loss, TriProgress *progress,
                        GError **error);
  gboolean (*render) (TriLearner *learner, const TriImage *picture, TriImage **visible, TriImage **restored,
                      TriProgress *progress, GError **error);
} TriModel;

const TriModel *const *tri_models (void);
const TriModel *tri_model_find (const char *id, GError **error);
guint tri_model_count_nets (const TriModel *model);
guint tri_model_count_curves (const TriModel *model);

G_END_DECLS
