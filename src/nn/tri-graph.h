/* Networks as data: a table of layers, the weights that it asks for, and passes over it. A new model is one table and
 * its loss; backward passes follow from the table.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-progress.h"
#include "tri-tensor.h"

G_BEGIN_DECLS

typedef enum {
  TRI_OP_END,
  TRI_OP_INPUT,      /* channels */
  TRI_OP_CONV,       /* channels out, kernel (square), stride, padding (zeros), groups; weight [out, in/groups, k, k], bias */
  TRI_OP_DENSE,      /* channels out, kernel: positions (h × w) flattened; weight [out, in × h × w], bias */
  TRI_OP_UPSAMPLE,   /* nearest, stride times */
  TRI_OP_SHUFFLE,    /* pixel shuffle: stride² channels become stride × stride pixels */
  TRI_OP_UNSHUFFLE,  /* its inverse */
  TRI_OP_NORM,       /* groups: 0 instance normalisation, else group normalisation; weight, bias [channels] */
  TRI_OP_RELU,
  TRI_OP_LEAKY_RELU, /* slope */
  TRI_OP_TANH,
  TRI_OP_SIGMOID,
  TRI_OP_ADD,        /* from + with */
  TRI_OP_CONCAT,     /* channels of from, then of with */
  TRI_OP_MULTIPLY,   /* from × with, element by element; with may have one picture for all */
  TRI_OP_PERMUTE,    /* out[p] = from[with[p]] over positions p; with: [n or 1, h, w, 1], whole numbers 0 … h × w − 1 */
  TRI_OP_POOL,       /* mean over all positions */
  TRI_OP_COMPRESS,   /* sign (x) · ln (1 + |x|) */
  TRI_OP_EXPAND,     /* its inverse, sign (x) · (e^|x| − 1) */
  TRI_OP_QUANTISE,   /* clamps to low … high and rounds to 256 levels; backward as if it only clamped. With bits, channel c
                        has 2^bits[c] − 1 levels: an odd number, so that the middle is one of them */
  TRI_OP_WRAP,       /* modulo the 256 levels of low … high: what is beyond the last goes on at the first; backward as if it
                        did nothing */
} TriOp;

typedef enum {
  TRI_LAYER_KEEP = 1 << 0,  /* its value can be read after the pass, and gradients added to it; the last row always is */
  TRI_LAYER_PLAIN = 1 << 1, /* no bias (convolution, dense), no weights at all (normalisation) */
  TRI_LAYER_KEYED = 1 << 2, /* an input that never needs a gradient: keyed planes, signs, permutations */
} TriLayerFlags;

/**
 * TriLayer:
 * @name: unique; names the weights as in PyTorch ("enc.0" has "enc.0.weight"). May be NULL where nothing needs it
 * @from: (nullable): name of the row whose value comes in; NULL: the row before
 * @with: (nullable): name of the other operand
 * @bits: (nullable): for TRI_OP_QUANTISE, 2 … 8 for each channel; must live as long as the net
 *
 * A table ends with {0}. Rows only refer to rows above them. 0 in kernel, stride or groups means 1, except for
 * TRI_OP_NORM's groups.
 */
typedef struct {
  const char *name;
  TriOp op;
  const char *from, *with;
  guint channels, kernel, stride, padding, groups;
  float slope, low, high;
  TriLayerFlags flags;
  const guint8 *bits;
} TriLayer;

/**
 * TriWeight:
 * @dims: as PyTorch's; the file has the same
 * @value, @gradient: in the order of the file
 */
typedef struct {
  char *name;
  guint n_dims, dims[4];
  gsize size;
  float *value, *gradient;
  guint fan_in; /* 0 for biases and normalisation */
  float start;  /* gain of the He initialisation, or the constant */
} TriWeight;

typedef struct _TriNet TriNet;

void tri_layers_keep (TriLayer *layers, const char *name);
TriNet *tri_net_new (const TriLayer *layers, GError **error);
void tri_net_free (TriNet *net);
void tri_net_initialise (TriNet *net, guint64 seed);
guint tri_net_get_n_inputs (const TriNet *net);
guint tri_net_get_input_channels (const TriNet *net, guint input);
TriWeight *tri_net_get_weights (TriNet *net, guint *n_weights);
gsize tri_net_count_weights (const TriNet *net);
void tri_net_zero_gradients (TriNet *net);
void tri_net_changed (TriNet *net); /* call after writing to weights */
guint tri_net_get_radius (const TriNet *net);
guint tri_net_get_alignment (const TriNet *net);

typedef enum {
  TRI_PASS_INFER = 0,                 /* keeps no activations: backward is impossible */
  TRI_PASS_TRAIN = 1 << 0,
  TRI_PASS_INPUT_GRADIENTS = 1 << 1,  /* also for the inputs that aren't TRI_LAYER_KEYED */
  TRI_PASS_FROZEN = 1 << 2,           /* no gradients of weights */
} TriPassFlags;

/**
 * TriPass:
 *
 * The memory of one forward and backward pass at one size. Several passes may share a net, also at the same time as
 * long as none of them trains; gradients of weights add up in the net. The bits that come out depend on the
 * instruction set, not on the number of threads.
 */
typedef struct _TriPass TriPass;

guint64 tri_pass_estimate (TriNet *net, TriPassFlags flags, const TriShape *inputs, GError **error);
TriPass *tri_pass_new (TriNet *net, TriPassFlags flags, const TriShape *inputs, GError **error);
void tri_pass_free (TriPass *pass);
void tri_pass_set_input (TriPass *pass, guint input, const TriTensor *tensor);
gboolean tri_pass_forward (TriPass *pass, TriProgress *progress, GError **error);
const TriTensor *tri_pass_get_output (TriPass *pass, const char *name);
TriTensor *tri_pass_get_output_gradient (TriPass *pass, const char *name);
gboolean tri_pass_backward (TriPass *pass, TriProgress *progress, GError **error);
const TriTensor *tri_pass_get_input_gradient (TriPass *pass, guint input);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriNet, tri_net_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriPass, tri_pass_free)

G_END_DECLS
