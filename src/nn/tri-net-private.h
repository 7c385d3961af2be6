/* A checked table of layers; shared by nets, passes and their operations.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-conv.h"
#include "tri-graph.h"

G_BEGIN_DECLS

#define TRI_NET_MAX_INPUTS 16

typedef struct {
  TriLayer layer; /* strings interned; from and with resolved below, zeros replaced by what they mean */
  int from, with; /* rows; -1: none */
  guint channels; /* of the value */
  int weight, bias; /* -1: none */
  guint n_uses;
  int input;      /* which input; -1: none */
} TriNode;

struct _TriNet {
  TriNode *nodes;
  guint n_nodes;
  GArray *weights; /* TriWeight */
  float *values, *gradients; /* of all weights, one after the other */
  gsize n_values;
  int inputs[TRI_NET_MAX_INPUTS];
  guint n_inputs;
  gint version; /* atomic: goes up when weights change */
};

int tri_net_find (const TriNet *net, const char *name);
gboolean tri_net_infer_shape (const TriNet *net, guint row, const TriShape *shapes, TriShape *out, GError **error);

G_END_DECLS
