/* Numbers about pictures. Every figure that the window, the command line, the history and the export show is a row of
 * one table. Definitions and sources are in each function's comment.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"
#include "tri-progress.h"

G_BEGIN_DECLS

typedef enum {
  /* Two pictures of one shape; measured twice a run: original–encrypted and original–decrypted. */
  TRI_METRIC_MSE,
  TRI_METRIC_PSNR,         /* dB; infinite when equal */
  TRI_METRIC_SSIM,         /* Wang 2004: Gaussian 11×11, σ 1.5 */
  TRI_METRIC_SSIM_UNIFORM, /* scikit-image's default: uniform 7×7, sample covariance */
  TRI_METRIC_DIFFERING,    /* share of pixels that differ, 0…1 */
  /* The encrypted picture alone, or with the original. */
  TRI_METRIC_ENTROPY,
  TRI_METRIC_LOCAL_ENTROPY,
  TRI_METRIC_CHI2,
  TRI_METRIC_CHI2_P,
  TRI_METRIC_CORR_H,
  TRI_METRIC_CORR_V,
  TRI_METRIC_CORR_D,
  TRI_METRIC_LEAK,
  /* Two encryptions. */
  TRI_METRIC_NPCR,         /* share of values, 0…1 */
  TRI_METRIC_UACI,
  TRI_METRIC_KEY_BIT_SSIM, /* SSIM of the original and what a key with one wrong bit gives */
  TRI_N_METRICS
} TriMetric;

typedef enum { TRI_METRIC_GROUP_PAIR, TRI_METRIC_GROUP_SECURITY } TriMetricGroup;

/**
 * TriMetricInfo:
 * @id: JSON and CSV key; never changes
 * @title, @sentence, @undefined: marked for translation; @undefined says why it may be "not defined"
 * @unit: (nullable): "dB", "bits"
 * @percent: shown × 100 with a % sign
 */
typedef struct {
  const char *id, *title, *unit, *sentence, *undefined;
  TriMetricGroup group;
  guint digits;
  gboolean percent;
} TriMetricInfo;

extern const TriMetricInfo tri_metric_infos[TRI_N_METRICS];

/**
 * TriExpectation:
 *
 * What true noise of the same size gives, and the interval that it stays in with the given confidence. NaN: no such
 * bound.
 */
typedef struct { double mean, low, high, alpha; } TriExpectation;

/* A value and where it stands. NaN in a value anywhere in this header: not defined. */
TriExpectation tri_metric_expect (TriMetric metric, guint width, guint height, guint channels, double alpha);
TriExpectation tri_metric_expect_local_entropy_as_printed (double alpha);
guint tri_metric_counted_channels (const TriImage *image);
char *tri_metric_format (TriMetric metric, double value); /* "∞", "not defined", "99.609 %" */

typedef struct {
  double mse, psnr, ssim, ssim_uniform, differing;
  guint64 n_differing; /* pixels */
} TriPair;

typedef struct {
  double entropy, local_entropy, chi2, chi2_p, corr_h, corr_v, corr_d;
} TriRandomness;

gboolean tri_metric_pair (const TriImage *a, const TriImage *b, TriPair *out, TriProgress *progress, GError **error);
gboolean tri_metric_mse (const TriImage *a, const TriImage *b, double *mse, guint64 *n_differing, TriProgress *progress,
                         GError **error);
gboolean tri_metric_ssim (const TriImage *a, const TriImage *b, double *ssim, TriProgress *progress, GError **error);
gboolean tri_metric_ssim_uniform (const TriImage *a, const TriImage *b, double *ssim, TriProgress *progress,
                                  GError **error);
double tri_metric_psnr (double mse);
double tri_metric_flat_mse (const TriImage *image);
gboolean tri_metric_randomness (const TriImage *image, TriRandomness *out, TriProgress *progress, GError **error);
gboolean tri_metric_npcr_uaci (const TriImage *c1, const TriImage *c2, double *npcr, double *uaci,
                               TriProgress *progress, GError **error);
gboolean tri_metric_leak (const TriImage *original, const TriImage *other, double *leak, TriProgress *progress,
                          GError **error);

/* counts[channel][value], of the channels that the picture has, alpha last. */
void tri_metric_histogram (const TriImage *image, guint64 counts[4][256]);
/* A fixed sample of @n neighbouring pairs of luminance values: direction 0 horizontal, 1 vertical, 2 diagonal. */
gboolean tri_metric_neighbours (const TriImage *image, guint direction, gsize n, double *xs, double *ys);

G_END_DECLS
