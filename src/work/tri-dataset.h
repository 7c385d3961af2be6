/* Pictures for training and validation, and batches of them that are a function of seed and step.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-progress.h"
#include "tri-tensor.h"

G_BEGIN_DECLS

/* All pictures of a set together, in memory; checked before more are read. */
#define TRI_DATASET_MAX_BYTES (G_GUINT64_CONSTANT (2) << 30)
#define TRI_DATASET_MAX_PICTURES 1000000u

typedef enum {
  TRI_DATASET_TRAIN,
  TRI_DATASET_VALIDATE,
} TriDatasetPart;

typedef enum {
  TRI_AUGMENT_FLIP = 1 << 0, /* left and right changed over, every second time */
  TRI_AUGMENT_CROP = 1 << 1, /* from anywhere in the picture; without it, from its middle */
} TriAugment;

/**
 * TriDatasetSpec:
 * @channels: 1 grey (the rounded mean of the colours), or 3 RGB; alpha is dropped
 * @low, @high: what the bytes 0 and 255 become in a batch, such as −1 and 1
 * @max_side: a larger picture is scaled down to it by whole pixels' means; 0: none is
 * @validation: share of the source pictures that are kept back, 0 … 0.9; at least one of two or more when not 0
 * @seed: of the split, the order and the augmentation
 */
typedef struct {
  guint channels, max_side;
  float low, high;
  double validation;
  guint64 seed;
  TriAugment augment;
} TriDatasetSpec;

/**
 * TriDataset:
 *
 * A source picture is in one part only, so that no crop of a validation picture is ever trained on. Where nothing was
 * kept back, or there is but one picture, validation uses the pictures of training: tri_dataset_is_split() tells.
 * Used by one thread at a time.
 */
typedef struct _TriDataset TriDataset;

TriDataset *tri_dataset_load (const char *source, const TriDatasetSpec *spec, TriProgress *progress, GError **error);
TriDataset *tri_dataset_new (GPtrArray *pictures, GPtrArray *names, const TriDatasetSpec *spec, GError **error);
void tri_dataset_free (TriDataset *dataset);
gboolean tri_dataset_gather (const char *source, GPtrArray *pictures, GPtrArray *names, GPtrArray *refused, TriProgress *progress,
                             GError **error);

guint tri_dataset_get_n (const TriDataset *dataset, TriDatasetPart part);
const TriImage *tri_dataset_get_picture (const TriDataset *dataset, TriDatasetPart part, guint i);
const char *tri_dataset_get_name (const TriDataset *dataset, TriDatasetPart part, guint i);
gboolean tri_dataset_is_split (const TriDataset *dataset);
const char *const *tri_dataset_get_refused (const TriDataset *dataset);
const TriDatasetSpec *tri_dataset_get_spec (const TriDataset *dataset);
char *tri_dataset_get_fingerprint (const TriDataset *dataset);

guint64 tri_dataset_steps_in_epoch (const TriDataset *dataset, guint batch);
void tri_dataset_fill (TriDataset *dataset, guint64 step, TriTensor *batch);
void tri_dataset_fill_validation (TriDataset *dataset, guint first, TriTensor *batch);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriDataset, tri_dataset_free)

G_END_DECLS
