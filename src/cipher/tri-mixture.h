/* Mixtures of Gaussians over weighted points in one or three dimensions.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-colours.h"
#include "tri-progress.h"

G_BEGIN_DECLS

#define TRI_MIXTURE_MAX 32
#define TRI_MIXTURE_ITERATIONS 2000
/* A whole grey level stands for an interval of width 1, whose variance this is: added to every variance, it keeps a
 * component from shrinking onto a single value. */
#define TRI_MIXTURE_FLOOR (1.0 / 12)

/**
 * TriMixture:
 * @d: dimensions, 1 or 3
 * @k: components, 1…TRI_MIXTURE_MAX; those that lose all their points are dropped
 * @cov: upper triangle: rr rg rb gg gb bb; only the first where d is 1
 * @loglik: mean over the pixels, natural logarithm
 */
typedef struct {
  guint d, k, n_iterations;
  double weight[TRI_MIXTURE_MAX], mean[TRI_MIXTURE_MAX][3], cov[TRI_MIXTURE_MAX][6];
  double loglik;
} TriMixture;

/* Where points come from: @fill writes points @begin…@begin+n−1 (x by coordinate) and their weights. */
typedef struct {
  guint d;
  gsize n;
  double total;             /* of the weights */
  const double *scatter;    /* (nullable): [6] what the points hide of the pixels' covariance */
  void (*fill) (gconstpointer data, gsize begin, guint n, double *const x[3], double *weight);
  gconstpointer data;
} TriMixturePoints;

TriMixturePoints tri_mixture_over_counts (const guint64 counts[256]);
TriMixturePoints tri_mixture_over_points (const TriPoints *points, const TriColours *colours);
TriMixturePoints tri_mixture_over_colours (const TriColours *colours);

void tri_mixture_start (TriMixture *mixture, const TriMixturePoints *points, const double (*centre)[3], guint k);
gboolean tri_mixture_fit (TriMixture *mixture, const TriMixturePoints *points, double tolerance, guint max_iterations,
                          TriProgress *progress, GError **error);
gboolean tri_mixture_fit_counts (TriMixture *mixture, const guint64 counts[256], guint k, double tolerance,
                                 TriProgress *progress, GError **error);
gboolean tri_mixture_fit_colours (TriMixture *mixture, const TriColours *colours, const TriPoints *points, guint k,
                                  guint64 seed, double tolerance, guint max_iterations, TriProgress *progress,
                                  GError **error);
double tri_mixture_bic (const TriMixture *mixture, double n_pixels);
double tri_mixture_density (const TriMixture *mixture, guint component, const double direction[3], double at);

void tri_mixture_label_values (const TriMixture *mixture, guint8 labels[256]);
gboolean tri_mixture_label_pixels (const TriMixture *mixture, const TriImage *image, const guint8 *shades, TriImage *out,
                                   TriProgress *progress, GError **error);

G_END_DECLS
