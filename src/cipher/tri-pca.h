/* Principal components of a picture's rows or 8×8 blocks, one channel at a time.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"
#include "tri-pack.h"
#include "tri-progress.h"

G_BEGIN_DECLS

#define TRI_PCA_MAX 128
#define TRI_PCA_BLOCK 8

typedef enum {
  TRI_PCA_ROWS,   /* a sample is a row, as scikit-learn's PCA takes a picture */
  TRI_PCA_BLOCKS, /* a sample is a block of 8×8; the edge is repeated to fill the last ones */
} TriPcaMode;

/* A picture, which need not be there yet, as samples of features. */
typedef struct {
  TriPcaMode mode;
  guint width, height, channels, channel;
  gsize n_samples, n_features;
  const guint8 *pixels; /* (nullable) */
} TriPcaSource;

/**
 * TriPca:
 * @mean: @n
 * @component: @k × @n, of unit length, sorted by variance
 * @variance: of the scores, divided by samples − 1
 * @low, @high: range of the scores of each component
 * @total_variance: of the picture
 */
typedef struct {
  gsize n;
  guint k;
  float *mean, *component;
  double variance[TRI_PCA_MAX], low[TRI_PCA_MAX], high[TRI_PCA_MAX];
  double total_variance;
} TriPca;

TriPcaSource tri_pca_source (TriPcaMode mode, guint width, guint height, guint channels, guint channel,
                             const guint8 *pixels);
void tri_pca_source_read (const TriPcaSource *source, gsize begin, gsize n, float *out);
void tri_pca_source_write (const TriPcaSource *source, gsize sample, const float *values, guint8 *pixels);

TriPca *tri_pca_new (gsize n, guint k);
void tri_pca_free (TriPca *pca);
TriPca *tri_pca_fit (const TriPcaSource *source, guint k, guint64 seed, TriProgress *progress, GError **error);
gboolean tri_pca_scores (TriPca *pca, const TriPcaSource *source, guint8 *scores, TriProgress *progress, GError **error);
void tri_pca_pack (const TriPca *pca, GByteArray *bytes);
TriPca *tri_pca_unpack (TriUnpacker *unpacker, gsize n, guint k);
gboolean tri_pca_rebuild (const TriPca *pca, const TriPcaSource *shape, const guint8 *scores, guint8 *pixels,
                          TriProgress *progress, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriPca, tri_pca_free)

G_END_DECLS
