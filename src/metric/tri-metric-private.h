/* Shared by the metrics: exact luma and Pearson's r from integer sums.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-metric.h"

G_BEGIN_DECLS

#define TRI_LOCAL_ENTROPY_BLOCKS 30u
#define TRI_LOCAL_ENTROPY_SIDE 44u /* 44 × 44 = 1936 values, the TB of the paper */
#define TRI_CHI2_MIN_VALUES (5u * 256u)
#define TRI_LEAK_SIDE 8u
#define TRI_LEAK_MIN_BLOCKS 16u

/* Σa, Σb, Σa², Σb², Σab over n pairs of luma values; 100 megapixels fit. */
typedef struct { guint64 n, a, b, aa, bb, ab; } TriMoments;

void tri_metric_luma (const TriImage *image, guint x, guint y, guint n, guint32 *out);
double tri_metric_pearson (const TriMoments *m);
gboolean tri_metric_correlations (const TriImage *image, double r[3], TriProgress *progress, GError **error);
gboolean tri_metric_alpha_is_constant (const TriImage *image);

/* SplitMix64 (Steele, Lea, Flood 2014): fixed samples, the same on every machine. */
static inline guint64
tri_metric_draw (guint64 *state)
{
  guint64 z = *state += G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT (0xbf58476d1ce4e5b9);
  z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT (0x94d049bb133111eb);
  return z ^ (z >> 31);
}

G_END_DECLS
