/* Between reading pictures and making batches of them, for this folder only. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-dataset.h"

G_BEGIN_DECLS

/* What is being read. */
typedef struct {
  const TriDatasetSpec *spec; /* with channels 0, pictures keep theirs */
  GPtrArray *pictures, *names; /* TriImage; what to call each: unique, and the same wherever the folder lies */
  GPtrArray *refused;          /* sentences */
  guint64 n_bytes;
} TriDatasetReader;

gboolean tri_dataset_read (TriDatasetReader *reader, const char *source, TriProgress *progress, GError **error);
gboolean tri_dataset_take (TriDatasetReader *reader, TriImage *picture, char *name, GError **error);
gboolean tri_dataset_read_idx (TriDatasetReader *reader, GFile *file, const char *name, gboolean *is_idx,
                               GCancellable *cancellable, GError **error);

G_END_DECLS
