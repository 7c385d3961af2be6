/* What noise gives: critical values against published and recomputed figures, and against noise itself.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric-fixture.h"

#include <math.h>

/* Wu, Noonan, Agaian 2011, recomputed with SciPy's normal quantiles, in percent to four digits. */
static void
test_critical_values (void)
{
  static const struct { guint side; double alpha, npcr, low, high; } table[] = {
    { 256, 0.05, 99.5693, 33.2824, 33.6447 }, { 512, 0.05, 99.5893, 33.3730, 33.5541 },
    { 256, 0.01, 99.5527, 33.2255, 33.7016 }, { 512, 0.01, 99.5810, 33.3445, 33.5826 },
    { 256, 0.001, 99.5341, 33.1594, 33.7677 }, { 512, 0.001, 99.5717, 33.3115, 33.6156 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      guint side = table[i].side;
      TriExpectation npcr = tri_metric_expect (TRI_METRIC_NPCR, side, side, 1, table[i].alpha);
      TriExpectation uaci = tri_metric_expect (TRI_METRIC_UACI, side, side, 1, table[i].alpha);
      g_assert_cmpfloat_with_epsilon (100 * npcr.mean, 99.609375, 1e-9);
      g_assert_cmpfloat_with_epsilon (100 * npcr.low, table[i].npcr, 6e-5);
      g_assert_true (isnan (npcr.high));
      g_assert_cmpfloat_with_epsilon (100 * uaci.mean, 33.4635, 6e-5);
      g_assert_cmpfloat_with_epsilon (100 * uaci.low, table[i].low, 6e-5);
      g_assert_cmpfloat_with_epsilon (100 * uaci.high, table[i].high, 6e-5);
      g_assert_cmpfloat (uaci.alpha, ==, table[i].alpha);
    }
}

static void
test_entropy (void)
{
  TriExpectation small = tri_metric_expect (TRI_METRIC_ENTROPY, 256, 256, 1, 0.05);
  TriExpectation large = tri_metric_expect (TRI_METRIC_ENTROPY, 512, 512, 1, 0.05);
  g_assert_cmpfloat_with_epsilon (small.mean, 7.99719, 5e-6);
  g_assert_cmpfloat_with_epsilon (large.mean, 7.99930, 5e-6);
  g_assert_cmpfloat_with_epsilon ((small.high - small.low) / (2 * 1.96), 0.00025, 5e-6);
  g_assert_cmpfloat (large.high, <, 8);
  g_assert_true (isnan (tri_metric_expect (TRI_METRIC_ENTROPY, 30, 30, 1, 0.05).mean));

  TriExpectation local = tri_metric_expect (TRI_METRIC_LOCAL_ENTROPY, 512, 512, 1, 0.05);
  TriExpectation printed = tri_metric_expect_local_entropy_as_printed (0.05);
  g_assert_cmpfloat_with_epsilon (local.low, 7.899358, 1e-6);
  g_assert_cmpfloat_with_epsilon (local.high, 7.905580, 1e-6);
  g_assert_cmpfloat_with_epsilon (printed.low, 7.901901305, 1e-8);
  g_assert_cmpfloat_with_epsilon (printed.high, 7.903037329, 1e-8);
  g_assert_true (isnan (tri_metric_expect (TRI_METRIC_LOCAL_ENTROPY, 200, 200, 1, 0.05).mean));

  TriExpectation chi2 = tri_metric_expect (TRI_METRIC_CHI2, 512, 512, 1, 0.05);
  g_assert_cmpfloat_with_epsilon (chi2.high, 293.248, 5e-4);
  g_assert_cmpfloat_with_epsilon (tri_metric_expect (TRI_METRIC_CHI2, 9, 999, 1, 0.01).high, 310.457, 5e-4);
}

typedef struct { double sum; guint inside, inside_printed, n; } Tally;

static void
tally (Tally *t, TriExpectation e, double value)
{
  g_assert_false (isnan (value));
  t->sum += value;
  t->inside += (isnan (e.low) || value >= e.low) && (isnan (e.high) || value <= e.high);
  t->n++;
}

/* 400 pairs of noise pictures of 264 × 220 from a good generator, seeded: of each interval at 5 % about 95 in 100
 * must hold (380 ± 4.4, here ± 5 deviations), and the means must be where they are said to be. */
static void
test_noise (void)
{
  static const TriMetric metrics[] = {
    TRI_METRIC_ENTROPY, TRI_METRIC_LOCAL_ENTROPY, TRI_METRIC_CHI2, TRI_METRIC_CHI2_P, TRI_METRIC_CORR_H,
    TRI_METRIC_CORR_V, TRI_METRIC_CORR_D, TRI_METRIC_NPCR, TRI_METRIC_UACI,
  };
  enum { RUNS = 400, W = 264, H = 220 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (20260);
  g_autoptr (TriImage) scene = metric_scene (W, H, 1);
  Tally tallies[TRI_N_METRICS] = { 0 };
  guint printed_holds = 0;
  TriExpectation printed = tri_metric_expect_local_entropy_as_printed (0.05);
  for (guint run = 0; run < RUNS; run++)
    {
      g_autoptr (TriImage) a = metric_flat (W, H, 1, 0), b = metric_flat (W, H, 1, 0);
      for (guint i = 0; i < W * H; i += 2)
        {
          guint32 bits = g_rand_int (rand);
          memcpy (a->pixels + i, &bits, 2);
          memcpy (b->pixels + i, (guint8 *) &bits + 2, 2);
        }
      double v[TRI_N_METRICS];
      TriRandomness r;
      g_assert_true (tri_metric_randomness (a, &r, NULL, NULL));
      g_assert_true (tri_metric_npcr_uaci (a, b, &v[TRI_METRIC_NPCR], &v[TRI_METRIC_UACI], NULL, NULL));
      g_assert_true (tri_metric_leak (scene, a, &v[TRI_METRIC_LEAK], NULL, NULL));
      v[TRI_METRIC_ENTROPY] = r.entropy, v[TRI_METRIC_LOCAL_ENTROPY] = r.local_entropy;
      v[TRI_METRIC_CHI2] = r.chi2, v[TRI_METRIC_CHI2_P] = r.chi2_p;
      v[TRI_METRIC_CORR_H] = r.corr_h, v[TRI_METRIC_CORR_V] = r.corr_v, v[TRI_METRIC_CORR_D] = r.corr_d;
      for (guint m = 0; m < G_N_ELEMENTS (metrics); m++)
        tally (&tallies[metrics[m]], tri_metric_expect (metrics[m], W, H, 1, 0.05), v[metrics[m]]);
      tally (&tallies[TRI_METRIC_LEAK], tri_metric_expect (TRI_METRIC_LEAK, W, H, 1, 0.05), v[TRI_METRIC_LEAK]);
      printed_holds += r.local_entropy >= printed.low && r.local_entropy <= printed.high;
    }
  for (guint m = 0; m < G_N_ELEMENTS (metrics); m++)
    {
      g_test_message ("%s: %u of %u inside", tri_metric_infos[metrics[m]].id, tallies[metrics[m]].inside, RUNS);
      g_assert_cmpuint (tallies[metrics[m]].inside, >=, 358);
      g_assert_cmpuint (tallies[metrics[m]].inside, <, RUNS);
    }
  TriExpectation entropy = tri_metric_expect (TRI_METRIC_ENTROPY, W, H, 1, 0.05);
  g_assert_cmpfloat_with_epsilon (tallies[TRI_METRIC_ENTROPY].sum / RUNS, entropy.mean, (entropy.high - entropy.low) / 4 / 4);
  g_test_message ("local entropy as printed: %u inside", printed_holds);
  g_assert_cmpuint (printed_holds, <, RUNS / 2);

  /* Bounds from above: the two maps of a picture are correlated. */
  const Tally *leak = &tallies[TRI_METRIC_LEAK];
  TriExpectation e = tri_metric_expect (TRI_METRIC_LEAK, W, H, 1, 0.05);
  g_test_message ("leak: mean %.4f, said %.4f; %u inside", leak->sum / RUNS, e.mean, leak->inside);
  g_assert_cmpuint (leak->inside, >=, 358);
  g_assert_cmpfloat (leak->sum / RUNS, <, 1.03 * e.mean);
  g_assert_cmpfloat (leak->sum / RUNS, >, 0.75 * e.mean); /* 1.128/1.465 = 0.77 when wholly correlated */
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/expect/critical-values", test_critical_values);
  g_test_add_func ("/expect/entropy", test_entropy);
  g_test_add_func ("/expect/noise", test_noise);
  return g_test_run ();
}
