/* The metrics of two pictures, no cipher between them. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <math.h>

#include "tri-report-private.h"

/**
 * tri_run_compare:
 *
 * Measures @b against @a. One of another geometry is brought to @a's first (@encrypted_matched). @b takes both roles:
 * the pair is in @encrypted and in @restored; NPCR and UACI are of @a and @b, as of two encryptions.
 *
 * Returns: (transfer full): a report without cipher, parameters and pictures
 */
TriReport *
tri_run_compare (const TriImage *a, const TriImage *b, TriProgress *progress, GError **error)
{
  gint64 start = g_get_monotonic_time ();
  TriRandomness random;
  g_autoptr (TriReport) report = tri_report_new ();
  double *values = report->values;
  report->encrypted_matched = !tri_image_same_shape (a, b);
  g_autoptr (TriImage) matched = tri_image_match (b, a->width, a->height, a->channels, error);
  g_autoptr (TriProgress) pair = tri_progress_sub (progress, 0, 0.5), rest = tri_progress_sub (progress, 0.5, 1);
  if (matched == NULL || !tri_metric_pair (a, matched, &report->encrypted, pair, error)
      || !tri_metric_leak (a, matched, &values[TRI_METRIC_LEAK], rest, error)
      || !tri_metric_npcr_uaci (a, matched, &values[TRI_METRIC_NPCR], &values[TRI_METRIC_UACI], rest, error)
      || !tri_metric_randomness (b, &random, rest, error))
    return NULL;
  report->restored = report->encrypted;
  tri_report_set_randomness (report, &random);
  for (guint m = 0; m < TRI_N_METRICS; m++)
    if (tri_metric_infos[m].group == TRI_METRIC_GROUP_SECURITY && isnan (values[m]))
      tri_report_set_undefined (report, m, m == TRI_METRIC_KEY_BIT_SSIM
                                               ? _("Two pictures were compared; there is no key.")
                                               : tri_report_general_reason (m));
  report->has_original = TRUE;
  report->width = a->width;
  report->height = a->height;
  report->channels = a->channels;
  report->bytes_original = tri_image_n_bytes (a);
  report->bytes_sealed = tri_image_n_bytes (b);
  report->encrypt_s = report->decrypt_s = NAN;
  report->metrics_s = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
  return g_steal_pointer (&report);
}
