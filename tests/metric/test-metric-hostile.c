/* Odd sizes, constant and identical pictures, thread counts, cancellation.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric-fixture.h"
#include "tri-parallel.h"

#include <math.h>

typedef struct { TriPair pair; TriRandomness random; double npcr, uaci, leak; } All;

static All
measure (const TriImage *a, const TriImage *b)
{
  All all;
  memset (&all, 0, sizeof all);
  g_assert_true (tri_metric_pair (a, b, &all.pair, NULL, NULL));
  g_assert_true (tri_metric_randomness (b, &all.random, NULL, NULL));
  g_assert_true (tri_metric_npcr_uaci (a, b, &all.npcr, &all.uaci, NULL, NULL));
  g_assert_true (tri_metric_leak (a, b, &all.leak, NULL, NULL));
  return all;
}

static void
test_sizes (void)
{
  static const guint sides[] = { 1, 2, 6, 7, 8, 10, 11, 31, 32, 257 };
  for (guint i = 0; i < G_N_ELEMENTS (sides); i++)
    for (guint j = 0; j < G_N_ELEMENTS (sides); j++)
      for (guint ch = 1; ch <= 4; ch++)
        {
          guint w = sides[i], h = sides[j];
          g_autoptr (TriImage) a = metric_noise (w, h, ch, 1), b = metric_noise (w, h, ch, 2);
          All all = measure (a, b);
          g_assert_cmpint (isnan (all.pair.ssim), ==, MIN (w, h) < 11);
          g_assert_cmpint (isnan (all.pair.ssim_uniform), ==, MIN (w, h) < 7);
          g_assert_cmpint (isnan (all.leak), ==, (w / 8) * (h / 8) < 16);
          g_assert_true (isfinite (all.pair.mse) && isfinite (all.random.entropy) && isfinite (all.npcr));
          double x, y;
          g_assert_cmpint (tri_metric_neighbours (a, 0, 1, &x, &y), ==, w > 1);
          g_assert_cmpint (tri_metric_neighbours (a, 1, 1, &x, &y), ==, h > 1);
          g_assert_cmpint (tri_metric_neighbours (a, 2, 1, &x, &y), ==, w > 1 && h > 1);
          if (w == 1)
            g_assert_true (isnan (all.random.corr_h) && isnan (all.random.corr_d));
          for (guint m = 0; m < TRI_N_METRICS; m++)
            g_assert_cmpfloat (tri_metric_expect (m, w, h, ch, 0.05).alpha, ==, 0.05);
        }
}

static void
test_long_rows (void)
{
  g_autoptr (TriImage) wide = metric_noise (100000, 1, 3, 1), tall = metric_noise (1, 100000, 3, 1);
  All a = measure (wide, wide), b = measure (tall, tall);
  g_assert_cmpfloat (a.random.corr_h, ==, b.random.corr_v);
  g_assert_true (isnan (a.random.corr_v) && isnan (b.random.corr_h) && isnan (a.random.local_entropy));
}

static void
test_identical (void)
{
  for (guint ch = 1; ch <= 4; ch++)
    {
      g_autoptr (TriImage) a = metric_scene (301, 77, ch), b = tri_image_copy (a, NULL);
      All all = measure (a, b);
      g_assert_cmpfloat (all.pair.mse, ==, 0);
      g_assert_true (isinf (all.pair.psnr));
      g_assert_cmpfloat (all.pair.ssim, ==, 1);
      g_assert_cmpfloat (all.pair.ssim_uniform, ==, 1);
      g_assert_cmpuint (all.pair.n_differing, ==, 0);
      g_assert_cmpfloat (all.npcr, ==, 0);
      g_assert_cmpfloat_with_epsilon (all.leak, 1, 1e-12);
      b->pixels[tri_image_n_bytes (b) - 1] ^= 1; /* the last channel of the last pixel */
      all = measure (a, b);
      g_assert_cmpuint (all.pair.n_differing, ==, 1);
      g_assert_cmpfloat (all.pair.ssim, <, 1);
    }
}

static void
test_constant (void)
{
  g_autoptr (TriImage) black = metric_flat (64, 64, 3, 0), white = metric_flat (64, 64, 3, 255);
  g_autoptr (TriImage) noise = metric_noise (64, 64, 3, 9);
  All all = measure (black, white);
  g_assert_cmpfloat (all.pair.mse, ==, 65025);
  g_assert_cmpfloat (all.pair.psnr, ==, 0);
  g_assert_cmpfloat_with_epsilon (all.pair.ssim, 6.5025 / (65025 + 6.5025), 1e-12);
  g_assert_cmpfloat (all.npcr, ==, 1);
  g_assert_cmpfloat (all.uaci, ==, 1);
  g_assert_cmpfloat (all.random.entropy, ==, 0);
  g_assert_cmpfloat (all.random.chi2, ==, 255.0 * 64 * 64 * 3);
  g_assert_cmpfloat (all.random.chi2_p, ==, 0);
  g_assert_true (isnan (all.random.corr_h) && isnan (all.leak));
  g_assert_true (isnan (measure (black, noise).leak) && isnan (measure (noise, white).leak));
}

/* The same bits for any number of threads. */
static void
test_threads (void)
{
  g_autoptr (TriImage) a = metric_scene (1021, 777, 3), n = metric_noise (1021, 777, 3, 4);
  g_autoptr (TriImage) b = metric_faint (a, n);
  tri_parallel_set_threads (1);
  All one = measure (a, b);
  for (guint threads = 2; threads <= 7; threads++)
    {
      tri_parallel_set_threads (threads);
      All many = measure (a, b);
      g_assert_cmpmem (&one, sizeof one, &many, sizeof many);
    }
  tri_parallel_set_threads (0);
}

typedef gboolean (*Measure) (const TriImage *a, const TriImage *b, TriProgress *progress, GError **error);

static gboolean
do_pair (const TriImage *a, const TriImage *b, TriProgress *progress, GError **error)
{
  TriPair pair;
  return tri_metric_pair (a, b, &pair, progress, error);
}

static gboolean
do_ssim (const TriImage *a, const TriImage *b, TriProgress *progress, GError **error)
{
  double ssim;
  return tri_metric_ssim (a, b, &ssim, progress, error);
}

static gboolean
do_uniform (const TriImage *a, const TriImage *b, TriProgress *progress, GError **error)
{
  double ssim;
  return tri_metric_ssim_uniform (a, b, &ssim, progress, error);
}

static gboolean
do_random (const TriImage *a, const TriImage *b, TriProgress *progress, GError **error)
{
  TriRandomness random;
  return tri_metric_randomness (a, &random, progress, error);
}

static gboolean
do_npcr (const TriImage *a, const TriImage *b, TriProgress *progress, GError **error)
{
  double npcr, uaci;
  return tri_metric_npcr_uaci (a, b, &npcr, &uaci, progress, error);
}

static gboolean
do_leak (const TriImage *a, const TriImage *b, TriProgress *progress, GError **error)
{
  double leak;
  return tri_metric_leak (a, b, &leak, progress, error);
}

static void
cancel_now (double fraction, gpointer cancellable)
{
  g_assert_cmpfloat (fraction, <, 0.9); /* midway */
  g_cancellable_cancel (cancellable);
}

static void
test_cancel (void)
{
  static const Measure measures[] = { do_pair, do_ssim, do_uniform, do_random, do_npcr, do_leak };
  g_autoptr (TriImage) a = metric_scene (1500, 1500, 1), b = metric_noise (1500, 1500, 1, 4);
  for (guint i = 0; i < G_N_ELEMENTS (measures); i++)
    {
      g_autoptr (GCancellable) cancellable = g_cancellable_new ();
      g_autoptr (TriProgress) progress = tri_progress_new (cancellable, cancel_now, cancellable);
      g_autoptr (GError) error = NULL;
      g_assert_false (measures[i] (a, b, progress, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metric/sizes", test_sizes);
  g_test_add_func ("/metric/long-rows", test_long_rows);
  g_test_add_func ("/metric/identical", test_identical);
  g_test_add_func ("/metric/constant", test_constant);
  g_test_add_func ("/metric/threads", test_threads);
  g_test_add_func ("/metric/cancel", test_cancel);
  return g_test_run ();
}
