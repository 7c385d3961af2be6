/* The table of metrics: names and one plain sentence each, and how a value is written.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-metric.h"

#include <glib/gi18n-lib.h>
#include <math.h>

#define PAIR TRI_METRIC_GROUP_PAIR
#define SECURITY TRI_METRIC_GROUP_SECURITY
#define SMALL_FOR_CHI2 N_("Too small: a fair test needs at least 1280 values, five for each of the 256 levels.")
#define NO_NEIGHBOURS N_("There are no such neighbours here, or every pixel has the same brightness.")
#define NO_SECOND N_("Needs the original and a second encryption, which this run doesn't have.")

const TriMetricInfo tri_metric_infos[TRI_N_METRICS] = {
  [TRI_METRIC_MSE] = { "mse", N_("Mean squared error"), NULL,
    N_("The average of the squared differences between the values of two pictures: 0 means identical."),
    N_("The pictures can't be compared value by value."), PAIR, 2, FALSE },
  [TRI_METRIC_PSNR] = { "psnr", N_("Peak signal-to-noise ratio"), N_("dB"),
    N_("The mean squared error on a logarithmic scale: above 40 dB hardly anyone sees a difference, and ∞ means "
       "identical."),
    N_("The pictures can't be compared value by value."), PAIR, 2, FALSE },
  [TRI_METRIC_SSIM] = { "ssim", N_("Structural similarity"), NULL,
    N_("How alike two pictures look in brightness, contrast and structure, from 1 for identical to about 0 for "
       "unrelated (Wang 2004, Gaussian window 11×11)."),
    N_("Too small: the window is 11×11 pixels."), PAIR, 4, FALSE },
  [TRI_METRIC_SSIM_UNIFORM] = { "ssim_uniform", N_("Structural similarity, scikit-image default"), NULL,
    N_("The same idea with a plain 7×7 window, as scikit-image computes it by default; compare it only with figures "
       "made the same way."),
    N_("Too small: the window is 7×7 pixels."), PAIR, 4, FALSE },
  [TRI_METRIC_DIFFERING] = { "differing", N_("Differing pixels"), NULL,
    N_("The share of pixels in which at least one value, alpha included, is not the same."),
    N_("The pictures can't be compared value by value."), PAIR, 3, TRUE },
  [TRI_METRIC_ENTROPY] = { "entropy", N_("Entropy"), N_("bits"),
    N_("How evenly the 256 levels are used, 8 bits at most; true noise stays a little below 8, and passing says "
       "nothing about where the levels are."),
    N_("There are no values to count."), SECURITY, 5, FALSE },
  [TRI_METRIC_LOCAL_ENTROPY] = { "local_entropy", N_("Local entropy"), N_("bits"),
    N_("The average entropy of 30 blocks of 44×44 values, which notices flat regions that the whole picture's entropy "
       "hides."),
    N_("Too small: thirty separate blocks of 44×44 values are needed."), SECURITY, 5, FALSE },
  [TRI_METRIC_CHI2] = { "chi2", N_("χ² of the histogram"), NULL,
    N_("How far the histogram is from perfectly flat: true noise gives about 255, a photo thousands."),
    SMALL_FOR_CHI2, SECURITY, 1, FALSE },
  [TRI_METRIC_CHI2_P] = { "chi2_p", N_("p-value of χ²"), NULL,
    N_("How often true noise would have a histogram at least this uneven: below 0.05 is suspicious, below 0.001 is "
       "hardly chance."),
    SMALL_FOR_CHI2, SECURITY, 3, FALSE },
  [TRI_METRIC_CORR_H] = { "corr_h", N_("Correlation, horizontal"), NULL,
    N_("Whether the brightness of a pixel predicts that of the pixel to its right: near 1 in photos, near 0 in "
       "noise."), NO_NEIGHBOURS, SECURITY, 4, FALSE },
  [TRI_METRIC_CORR_V] = { "corr_v", N_("Correlation, vertical"), NULL,
    N_("Whether the brightness of a pixel predicts that of the pixel below it: near 1 in photos, near 0 in noise."),
    NO_NEIGHBOURS, SECURITY, 4, FALSE },
  [TRI_METRIC_CORR_D] = { "corr_d", N_("Correlation, diagonal"), NULL,
    N_("Whether the brightness of a pixel predicts that of the pixel below and to the right: near 1 in photos, near "
       "0 in noise."), NO_NEIGHBOURS, SECURITY, 4, FALSE },
  [TRI_METRIC_LEAK] = { "leak", N_("Outline leak"), NULL,
    N_("How strongly bright or busy regions of the original can be told from the encrypted picture; it can find "
       "outlines that entropy and similarity miss."),
    N_("Too small (16 blocks of 8×8 pixels are needed), or a picture is the same everywhere."), SECURITY, 4, FALSE },
  [TRI_METRIC_NPCR] = { "npcr", N_("NPCR, values that change"), NULL,
    /* xgettext:no-c-format */
    N_("The share of encrypted values that change when one pixel of the original does: 99.609 % if the result is "
       "like fresh noise."), NO_SECOND, SECURITY, 4, TRUE },
  [TRI_METRIC_UACI] = { "uaci", N_("UACI, size of the change"), NULL,
    /* xgettext:no-c-format */
    N_("How much encrypted values change on average when one pixel of the original does: 33.464 % of the range if "
       "the result is like fresh noise."), NO_SECOND, SECURITY, 4, TRUE },
  [TRI_METRIC_KEY_BIT_SSIM] = { "key_bit_ssim", N_("Similarity with one key bit wrong"), NULL,
    N_("How much of the original appears when decrypting with a key that is wrong in a single bit: it should be about "
       "0."),
    N_("Decryption with the wrong key gave no picture of this shape, or the picture is smaller than 11×11 pixels."),
    SECURITY, 4, FALSE },
};

/* "< 0.001" for what is not zero but would be written so, and "> 99.999" for what is not quite all. */
static char *
format_number (double value, guint digits, gboolean percent)
{
  double step = pow (10, -(double) digits), shown = percent ? 100 * value : value;
  if (percent && value < 1 && shown > 100 - step / 2)
    return g_strdup_printf ("> %.*f", (int) digits, 100 - step);
  if (percent && value > 0 && shown < step / 2)
    return g_strdup_printf ("< %.*f", (int) digits, step);
  if (fabs (shown) < step / 2)
    shown = 0; /* never "-0.0000" */
  return g_strdup_printf ("%.*f", (int) digits, shown);
}

/* Returns: (transfer full): "∞", "not defined", "99.609 %", "31.20 dB", in the locale */
char *
tri_metric_format (TriMetric metric, double value)
{
  g_return_val_if_fail (metric < TRI_N_METRICS, NULL);
  const TriMetricInfo *info = &tri_metric_infos[metric];
  if (isnan (value))
    return g_strdup (_("not defined"));
  if (isinf (value))
    return g_strdup (value > 0 ? "∞" : "−∞");
  g_autofree char *number = metric == TRI_METRIC_CHI2_P && value > 0 && value < 0.001
                              ? g_strdup_printf ("%.1e", value)
                              : format_number (value, info->digits, info->percent);
  if (info->percent)
    return g_strdup_printf ("%s %%", number);
  return info->unit != NULL ? g_strdup_printf ("%s %s", number, _(info->unit)) : g_steal_pointer (&number);
}
