/* Weights in files: safetensors, the format that PyTorch users exchange. Files are hostile until they are read.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-graph.h"
#include "tri-optim.h"

G_BEGIN_DECLS

#define TRI_WEIGHTS_MAX_DIMS 8
#define TRI_WEIGHTS_MAX_TENSORS 16384
#define TRI_WEIGHTS_MAX_HEADER (16u * 1024 * 1024)
#define TRI_WEIGHTS_MAX_FILE (G_GUINT64_CONSTANT (1) << 32)

typedef enum {
  TRI_DTYPE_F32,
  TRI_DTYPE_F16, /* rounded when written; 32 bits in memory */
} TriDtype;

typedef struct {
  char *name;
  guint n_dims;
  guint64 dims[TRI_WEIGHTS_MAX_DIMS];
  gsize size; /* product of dims */
  float *values;
} TriNamed;

/**
 * TriWeights:
 *
 * Named tensors, in the order of the file, and texts about them ("__metadata__").
 */
typedef struct _TriWeights TriWeights;

TriWeights *tri_weights_new (void);
void tri_weights_free (TriWeights *weights);
guint tri_weights_get_n (const TriWeights *weights);
const TriNamed *tri_weights_get (const TriWeights *weights, guint i);
const TriNamed *tri_weights_find (const TriWeights *weights, const char *name);
gboolean tri_weights_add (TriWeights *weights, const char *name, guint n_dims, const guint64 *dims, const float *values,
                          GError **error);
const char *tri_weights_get_text (const TriWeights *weights, const char *name);
void tri_weights_set_text (TriWeights *weights, const char *name, const char *text);
gboolean tri_weights_get_number (const TriWeights *weights, const char *name, guint64 *number, GError **error);

TriWeights *tri_weights_read (const guint8 *bytes, gsize length, GError **error);
TriWeights *tri_weights_load (const char *path, GError **error);
GBytes *tri_weights_write (const TriWeights *weights, TriDtype dtype, GError **error);
gboolean tri_weights_save (const TriWeights *weights, TriDtype dtype, const char *path, GError **error);

/* Nets: all names and shapes must agree; what else is in the file is left alone. */
gboolean tri_net_read_weights (TriNet *net, const TriWeights *weights, GError **error);
gboolean tri_net_add_weights (TriNet *net, TriWeights *weights, GError **error);

/* Checkpoints of several nets and their optimisers in one file, told apart by a prefix ("g", "d1"). */
gboolean tri_adam_add_state (TriAdam *adam, const char *prefix, TriWeights *weights, GError **error);
gboolean tri_adam_read_state (TriAdam *adam, const char *prefix, const TriWeights *weights, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriWeights, tri_weights_free)

G_END_DECLS
