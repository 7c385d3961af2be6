/* What true noise gives, computed for the size of the picture; quantiles from GSL.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-metric-private.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#define F 255.0

/* Local Shannon entropy of a block of 1936 uniform values: mean and standard deviation (Wu and others 2013). */
#define LOCAL_MEAN 7.902469317
#define LOCAL_SD 0.00869423

static TriExpectation
around (double mean, double half)
{
  return (TriExpectation) { .mean = mean, .low = mean - half, .high = mean + half };
}

/* Wu, Noonan, Agaian 2011: of @n values, each pair of which differs with probability F/(F+1). A picture fails by too
 * few only. */
static TriExpectation
expect_npcr (double n, double alpha)
{
  double mean = F / (F + 1), sd = sqrt (F / n) / (F + 1);
  return (TriExpectation) { .mean = mean, .low = mean + gsl_cdf_ugaussian_Pinv (alpha) * sd, .high = NAN };
}

static TriExpectation
expect_uaci (double n, double alpha)
{
  double sd = sqrt ((F + 2) * (F * F + 2 * F + 3) / (18 * (F + 1) * (F + 1) * F * n));
  return around ((F + 2) / (3 * F + 3), gsl_cdf_ugaussian_Qinv (alpha / 2) * sd);
}

/* For a nearly flat histogram H = 8 − χ²/(2·n·ln 2) with 255 degrees of freedom, so the mean is below 8 by Miller's
 * bias 255/(2·n·ln 2) (and 65535/(12·n²·ln 2)), and the quantiles are those of χ². */
static TriExpectation
expect_entropy (double n, double alpha)
{
  double bits = 1 / (2 * n * G_LN2), second = 65535 / (12 * n * n * G_LN2);
  return (TriExpectation) { .mean = 8 - 255 * bits - second,
                            .low = 8 - gsl_cdf_chisq_Qinv (alpha / 2, 255) * bits - second,
                            .high = 8 - gsl_cdf_chisq_Pinv (alpha / 2, 255) * bits - second };
}

/* Student's t for r of @pairs independent pairs, two-sided. */
static double
critical_r (double pairs, double alpha)
{
  double t = gsl_cdf_tdist_Qinv (alpha / 2, pairs - 2);
  return t / sqrt (pairs - 2 + t * t);
}

static TriExpectation
expect_correlation (guint64 pairs, double alpha)
{
  if (pairs < 10)
    return (TriExpectation) { NAN, NAN, NAN, alpha };
  return around (0, critical_r ((double) pairs, alpha));
}

/* The largest of four |r| over n blocks. Noise's block means and deviations are independent of the original and
 * nearly normal, so each r is one of n pairs. Were the four independent, the bound would be that of one r at
 * 1 − (1 − α)^¼; as the two maps of the original are correlated it is an upper bound (Šidák 1967), and so is the
 * mean: 1.46473 is the mean of the largest of four |z|, z standard normal (1.12838 = 2/√π for two). */
static TriExpectation
expect_leak (guint width, guint height, double alpha)
{
  double n = (double) (width / TRI_LEAK_SIDE) * (height / TRI_LEAK_SIDE);
  if (n < TRI_LEAK_MIN_BLOCKS)
    return (TriExpectation) { NAN, NAN, NAN, alpha };
  return (TriExpectation) { .mean = 1.46473 / sqrt (n), .low = NAN,
                            .high = critical_r (n, 1 - pow (1 - alpha, 0.25)) };
}

static gboolean
has_local_blocks (guint width, guint height, guint channels)
{
  guint64 blocks = (guint64) (width / TRI_LOCAL_ENTROPY_SIDE) * (height / TRI_LOCAL_ENTROPY_SIDE) * channels;
  return blocks >= TRI_LOCAL_ENTROPY_BLOCKS;
}

static TriExpectation
expect (TriMetric metric, guint width, guint height, guint channels, double alpha)
{
  TriExpectation none = { NAN, NAN, NAN, alpha };
  double n = (double) width * height * channels;
  gboolean enough = n >= TRI_CHI2_MIN_VALUES;
  switch (metric)
    {
    case TRI_METRIC_DIFFERING:
      return (TriExpectation) { .mean = 1 - pow (256, -(double) channels), .low = NAN, .high = NAN };
    case TRI_METRIC_ENTROPY:
      return enough ? expect_entropy (n, alpha) : none;
    case TRI_METRIC_LOCAL_ENTROPY:
      return has_local_blocks (width, height, channels)
               ? around (LOCAL_MEAN, gsl_cdf_ugaussian_Qinv (alpha / 2) * LOCAL_SD / sqrt (TRI_LOCAL_ENTROPY_BLOCKS))
               : none;
    case TRI_METRIC_CHI2:
      return enough ? (TriExpectation) { .mean = 255, .low = NAN, .high = gsl_cdf_chisq_Qinv (alpha, 255) } : none;
    case TRI_METRIC_CHI2_P:
      return enough ? (TriExpectation) { .mean = 0.5, .low = alpha, .high = NAN } : none;
    case TRI_METRIC_CORR_H:
      return expect_correlation ((guint64) (width - 1) * height, alpha);
    case TRI_METRIC_CORR_V:
      return expect_correlation ((guint64) width * (height - 1), alpha);
    case TRI_METRIC_CORR_D:
      return expect_correlation ((guint64) (width - 1) * (height - 1), alpha);
    case TRI_METRIC_LEAK:
      return expect_leak (width, height, alpha);
    case TRI_METRIC_NPCR:
      return expect_npcr (n, alpha);
    case TRI_METRIC_UACI:
      return expect_uaci (n, alpha);
    default: /* depends on the original */
      return none;
    }
}

/**
 * tri_metric_expect:
 * @channels: that count, see tri_metric_counted_channels()
 * @alpha: share of truly random pictures that fall outside, 0.05 say
 */
TriExpectation
tri_metric_expect (TriMetric metric, guint width, guint height, guint channels, double alpha)
{
  g_return_val_if_fail (width > 0 && height > 0 && channels > 0 && alpha > 0 && alpha < 1,
                        ((TriExpectation) { NAN, NAN, NAN, alpha }));
  TriExpectation e = expect (metric, width, height, channels, alpha);
  e.alpha = alpha;
  return e;
}

/* The interval for local entropy as papers print it, [7.901901305, 7.903037329] at 5 %: it divides the deviation of
 * one block by 30, where the mean of 30 blocks has 1/√30. Only about one truly random picture in four passes. */
TriExpectation
tri_metric_expect_local_entropy_as_printed (double alpha)
{
  g_return_val_if_fail (alpha > 0 && alpha < 1, ((TriExpectation) { NAN, NAN, NAN, alpha }));
  TriExpectation e = around (LOCAL_MEAN, gsl_cdf_ugaussian_Qinv (alpha / 2) * LOCAL_SD / TRI_LOCAL_ENTROPY_BLOCKS);
  e.alpha = alpha;
  return e;
}
