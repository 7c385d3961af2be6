/* What the security figures are for a picture under a sound cipher, and for noise of its size: to be shown beside
 * those of a run, since looking random proves little.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-run.h"

G_BEGIN_DECLS

/* By TriMetric, of the security group; NaN where not defined. */
typedef struct {
  double aead[TRI_N_METRICS], noise[TRI_N_METRICS];
} TriReference;

gboolean tri_reference_measure (TriImage *picture, TriReference *out, TriProgress *progress, GError **error);
/* Measures on a worker. tri_reference_finish() returns memory for g_free(). */
void tri_reference_async (TriImage *picture, GCancellable *cancellable, GAsyncReadyCallback callback,
                          gpointer user_data);
TriReference *tri_reference_finish (GAsyncResult *result, GError **error);

G_END_DECLS
