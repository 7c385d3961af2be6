/* What is shown beside a run: reference figures, charts of its pixels, the table of a sweep.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "tri-evidence.h"
#include "tri-reference.h"
#include "tri-sweep-table.h"
#include "work-fixture.h"

static void
test_reference (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriImage) picture = fixture_picture (128, 96, 3);
  TriReference reference;
  g_assert_true (tri_reference_measure (picture, &reference, NULL, &error));
  g_assert_no_error (error);
  const double *both[] = { reference.aead, reference.noise };
  for (guint i = 0; i < 2; i++)
    {
      /* Far beyond chance: a sound cipher and noise are even, and keep no outline. */
      g_assert_cmpfloat (both[i][TRI_METRIC_ENTROPY], >, 7.98);
      g_assert_cmpfloat (both[i][TRI_METRIC_NPCR], >, 0.99);
      g_assert_cmpfloat (fabs (both[i][TRI_METRIC_CORR_H]), <, 0.1);
      g_assert_cmpfloat (both[i][TRI_METRIC_LEAK], <, 0.5);
    }
  g_assert_cmpfloat (fabs (reference.noise[TRI_METRIC_KEY_BIT_SSIM]), <, 0.1);
  g_assert_true (isnan (reference.aead[TRI_METRIC_KEY_BIT_SSIM])); /* refused */
}

static void
on_reference (GObject *source, GAsyncResult *result, gpointer data)
{
  GError **error = data;
  g_assert_null (tri_reference_finish (result, error));
}

static void
test_reference_cancelled (void)
{
  GError *error = NULL;
  g_autoptr (TriImage) picture = fixture_picture (64, 64, 1);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_cancellable_cancel (cancellable);
  tri_reference_async (picture, cancellable, on_reference, &error);
  while (error == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
}

static TriReport *
report_of (const char *cipher, guint width, guint height, guint channels)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriRunSpec) spec = tri_run_spec_new (fixture_cipher (cipher));
  spec->picture = fixture_picture (width, height, channels);
  spec->key = fixture_key ("a key of some length");
  TriReport *report = tri_run (spec, NULL, &error);
  g_assert_no_error (error);
  return report;
}

static double
sum_of (const TriSeries *series)
{
  double sum = 0;
  for (guint i = 0; i < series->ys->len; i++)
    sum += g_array_index (series->ys, double, i);
  return sum;
}

static void
test_evidence (void)
{
  for (guint channels = 1; channels <= 4; channels++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TriReport) report = report_of ("aes-ctr", 40, 30, channels);
      g_autoptr (TriEvidence) evidence = tri_evidence_new (report, NULL, &error);
      g_assert_no_error (error);
      for (guint pane = 0; pane < TRI_N_PANES; pane++)
        {
          const TriChart *histogram = evidence->histograms[pane];
          g_assert_cmpuint (histogram->series->len, >=, channels < 3 ? 1 : 3);
          for (guint s = 0; s < histogram->series->len; s++)
            {
              const TriSeries *series = g_ptr_array_index (histogram->series, s);
              g_assert_cmpuint (series->ys->len, ==, 256);
              g_assert_cmpfloat (sum_of (series), ==, 40 * 30);
            }
          for (guint d = 0; d < TRI_N_DIRECTIONS; d++)
            {
              g_assert_cmpuint (evidence->scatter[pane][d]->series->len, ==, 1);
              g_assert_true (evidence->scatter[pane][d]->square);
            }
        }
    }
}

static void
test_evidence_tiny (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriReport) report = report_of ("aes-ctr", 1, 1, 3);
  g_autoptr (TriEvidence) evidence = tri_evidence_new (report, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (evidence->scatter[TRI_PANE_ORIGINAL][TRI_DIAGONAL]->series->len, ==, 0);
  g_assert_nonnull (evidence->scatter[TRI_PANE_ORIGINAL][TRI_DIAGONAL]->empty);
}

static void
add_point (TriSweepTable *table, const char *cipher, double value, double mse, const char *error)
{
  TriSweepPoint point = { .cipher = fixture_cipher (cipher), .value = value, .error = (char *) error,
                          .encrypt_s = 0.25, .decrypt_s = 0.5 };
  point.encrypted = point.restored = (TriPair) { .mse = mse, .psnr = tri_metric_psnr (mse), .ssim = 0.5,
                                                 .ssim_uniform = NAN };
  tri_sweep_table_add (table, &point);
}

static void
test_table (void)
{
  g_autoptr (TriSweepTable) table = tri_sweep_table_new (&(TriSweepRange) { (char *) "k", 2, 8, 2 });
  add_point (table, "kmeans", 4, 100, NULL);
  add_point (table, "kmeans", 2, 400, NULL);
  add_point (table, "kmeans", 8, NAN, "no \"room\", sorry");
  add_point (table, "gmm", 2, 500, NULL);
  g_assert_cmpuint (tri_sweep_table_get_n_points (table), ==, 4);
  g_assert_cmpuint (tri_sweep_table_get_n_errors (table), ==, 1);

  g_autoptr (TriChart) chart = tri_sweep_table_make_chart (table, TRI_METRIC_MSE, TRUE, 3);
  g_assert_cmpuint (chart->series->len, ==, 3);
  const TriSeries *curve = g_ptr_array_index (chart->series, 0), *now = g_ptr_array_index (chart->series, 2);
  g_assert_cmpuint (curve->xs->len, ==, 2);
  g_assert_cmpfloat (g_array_index (curve->xs, double, 0), ==, 2); /* sorted */
  g_assert_cmpfloat (g_array_index (curve->ys, double, 0), ==, 400);
  g_assert_cmpint (now->mark, ==, TRI_MARK_VRULE);

  g_autofree char *errors = tri_sweep_table_describe_errors (table, 3);
  g_assert_nonnull (strstr (errors, "k = 8: no \"room\", sorry"));
  g_autofree char *csv = tri_sweep_table_to_csv (table);
  g_auto (GStrv) lines = g_strsplit (csv, "\r\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 6);
  g_assert_cmpstr (lines[2], ==, "kmeans,k,2,400,22.11020369539948,0.5,,400,22.11020369539948,0.5,,0.25,0.5,");
  g_assert_true (g_str_has_suffix (lines[3], ",\"no \"\"room\"\", sorry\""));
}

static void
test_table_lossless (void)
{
  g_autoptr (TriSweepTable) table = tri_sweep_table_new (&(TriSweepRange) { (char *) "k", 2, 8, 2 });
  add_point (table, "kmeans", 4, 0, NULL);
  g_autoptr (TriChart) chart = tri_sweep_table_make_chart (table, TRI_METRIC_PSNR, TRUE, NAN);
  g_assert_cmpuint (chart->series->len, ==, 0);
  g_assert_nonnull (chart->empty);
  g_autofree char *csv = tri_sweep_table_to_csv (table);
  g_assert_nonnull (strstr (csv, ",0,inf,0.5,,0,inf,"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/work/reference/figures", test_reference);
  g_test_add_func ("/work/reference/cancelled", test_reference_cancelled);
  g_test_add_func ("/work/evidence/charts", test_evidence);
  g_test_add_func ("/work/evidence/tiny", test_evidence_tiny);
  g_test_add_func ("/work/sweep-table/points", test_table);
  g_test_add_func ("/work/sweep-table/lossless", test_table_lossless);
  return g_test_run ();
}
