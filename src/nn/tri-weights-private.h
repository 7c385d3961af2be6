/* Shared by the files of weights.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-weights.h"

G_BEGIN_DECLS

struct _TriWeights {
  GPtrArray *tensors; /* TriNamed */
  GHashTable *by_name; /* borrowed from tensors */
  GPtrArray *texts;   /* name, text, name, text … */
};

TriNamed *tri_weights_append (TriWeights *weights, const char *name, guint n_dims, const guint64 *dims, GError **error);

G_END_DECLS
