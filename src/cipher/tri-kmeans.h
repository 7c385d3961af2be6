/* k-means on intensities, exactly, and on colours.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-colours.h"
#include "tri-progress.h"

G_BEGIN_DECLS

#define TRI_KMEANS_MAX 64

/* Entries beyond k stay as they are. Ascending centres; @labels of a value that does not occur: the nearest centre. */
typedef struct {
  guint k;
  double centre[TRI_KMEANS_MAX];
  double inertia; /* sum of squared distances over all pixels */
  guint8 labels[256];
} TriKmeans1d;

typedef struct {
  guint k, n_iterations;
  double centre[TRI_KMEANS_MAX][3];
  double inertia;
} TriKmeansRgb;

void tri_kmeans_1d (const guint64 counts[256], guint k, TriKmeans1d *out);
gboolean tri_kmeans_points (const TriPoints *points, guint k, guint64 seed, TriKmeansRgb *out, TriProgress *progress,
                            GError **error);
gboolean tri_kmeans_rgb (const TriColours *colours, guint k, guint64 seed, TriKmeansRgb *out, TriProgress *progress,
                         GError **error);
gboolean tri_kmeans_rgb_label (const TriKmeansRgb *model, const TriImage *image, const guint8 *shades, TriImage *out,
                               TriProgress *progress, GError **error);

G_END_DECLS
