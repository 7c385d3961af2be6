/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "statistics-fixture.h"
#include "tri-mixture.h"
#include "tri-mixture-kernel.h"

#define TOLERANCE 1e-9

static void
count (const TriImage *picture, guint64 counts[256])
{
  guint64 all[3][256];
  g_assert_true (tri_intensities_count (picture, all, NULL, NULL));
  memcpy (counts, all[0], sizeof all[0]);
}

/* Two far blobs: only one answer, to six digits. */
static void
test_one_answer (void)
{
  g_autoptr (TriImage) picture = statistics_picture (96, 72, 1, 5);
  g_autoptr (GArray) peer = statistics_vector ("gmm-grey-2");
  guint64 counts[256];
  TriMixture fit;
  count (picture, counts);
  g_assert_true (tri_mixture_fit_counts (&fit, counts, 2, 1e-13, NULL, NULL));
  for (guint c = 0; c < 2; c++)
    {
      double ours[3] = { fit.weight[c], fit.mean[c][0], fit.cov[c][0] };
      for (guint i = 0; i < 3; i++)
        g_assert_cmpfloat (fabs (ours[i] / g_array_index (peer, double, 2 * i + c) - 1), <, 1e-5);
    }
}

static void
compare (const TriMixture *fit, const char *which, guint k, double n_pixels)
{
  g_autofree char *loglik = g_strdup_printf ("gmm-%s-%u-loglik", which, k), *bic = g_strdup_printf ("gmm-%s-%u-bic", which, k);
  double peer = statistics_number (loglik);
  g_test_message ("%s, k %u: %.7f after %u iterations, scikit-learn %.7f", which, k, fit->loglik, fit->n_iterations, peer);
  g_assert_cmpuint (fit->k, ==, k);
  g_assert_cmpfloat (fit->loglik, >=, peer - 1e-5);
  g_assert_cmpfloat (tri_mixture_bic (fit, n_pixels), <=, statistics_number (bic) + 2 * n_pixels * 1e-5);
  if (k == 1) /* closed form */
    {
      g_assert_cmpfloat (fabs (fit->loglik - peer), <, 1e-9);
      g_assert_cmpfloat (fabs (tri_mixture_bic (fit, n_pixels) / statistics_number (bic) - 1), <, 1e-9);
    }
}

/* What is told of the best start counts its own iterations, not only those after it was chosen. */
static void
test_iterations (void)
{
  g_autoptr (TriImage) picture = statistics_picture (96, 72, 1, 5);
  guint64 counts[256];
  TriMixture fit;
  count (picture, counts);
  g_assert_true (tri_mixture_fit_counts (&fit, counts, 6, 1e-4, NULL, NULL));
  g_assert_cmpuint (fit.n_iterations, >, 2);
}

static void
test_peer_grey (void)
{
  static const guint ks[] = { 1, 3, 6 };
  g_autoptr (TriImage) picture = statistics_picture (96, 72, 1, 5);
  guint64 counts[256];
  count (picture, counts);
  for (guint i = 0; i < G_N_ELEMENTS (ks); i++)
    {
      TriMixture fit;
      g_assert_true (tri_mixture_fit_counts (&fit, counts, ks[i], TOLERANCE, NULL, NULL));
      compare (&fit, "grey", ks[i], 96 * 72);
    }
}

static void
test_peer_colour (void)
{
  static const guint ks[] = { 1, 3, 5 };
  g_autoptr (TriImage) picture = statistics_picture (96, 72, 3, 5);
  g_autoptr (TriColours) colours = tri_colours_count (picture, NULL, NULL);
  g_autoptr (TriPoints) points = tri_points_new (colours);
  for (guint i = 0; i < G_N_ELEMENTS (ks); i++)
    {
      TriMixture fit;
      g_assert_true (tri_mixture_fit_colours (&fit, colours, points, ks[i], 1, TOLERANCE, TRI_MIXTURE_ITERATIONS, NULL,
                                              NULL));
      compare (&fit, "colour", ks[i], 96 * 72);
    }
}

/* Many colours go through cells first: what cells hide is put back, so one Gaussian has the pixels' own covariance. */
static void
test_cells (void)
{
  g_autoptr (TriImage) picture = tri_image_new (400, 300, 3, NULL);
  for (gsize i = 0; i < tri_image_n_bytes (picture); i++)
    picture->pixels[i] = (guint8) g_test_rand_int_range (i % 3 == 0 ? 100 : 0, 256);
  g_autoptr (TriColours) colours = tri_colours_count (picture, NULL, NULL);
  g_autoptr (TriPoints) points = tri_points_new (colours);
  g_assert_cmpuint (points->n, <, colours->n / 4);
  TriMixturePoints few = tri_mixture_over_points (points, colours), all = tri_mixture_over_colours (colours);
  TriMixture a, b;
  const double centre[1][3] = { { 0 } };
  tri_mixture_start (&a, &few, centre, 1);
  tri_mixture_start (&b, &all, centre, 1);
  for (guint p = 0; p < 6; p++)
    g_assert_cmpfloat (fabs (a.cov[0][p] - b.cov[0][p]), <, 1e-6);
}

/* The block's exponential against libm's, over all that can come. */
static void
test_exponential (void)
{
  TriMixtureBlock block;
  for (guint trial = 0; trial < 50; trial++)
    {
      double x[TRI_MIXTURE_BLOCK];
      for (guint i = 0; i < TRI_MIXTURE_BLOCK; i++)
        {
          x[i] = -g_test_rand_double_range (0, trial < 10 ? 700 : 5);
          ((double *) block.most)[i] = 0;
          ((double *) block.weight)[i] = 1;
          ((double *) block.p[0])[i] = 0;
          ((double *) block.p[1])[i] = x[i];
        }
      double loglik = tri_mixture_block_responsibilities (&block, 2, TRI_MIXTURE_BLOCK), expected = 0;
      for (guint i = 0; i < TRI_MIXTURE_BLOCK; i++)
        {
          double share = exp (x[i]) / (1 + exp (x[i]));
          expected += log (1 + exp (x[i]));
          g_assert_cmpfloat (fabs (((double *) block.p[1])[i] / share - 1), <, 1e-14);
        }
      g_assert_cmpfloat (fabs (loglik - expected), <, 1e-10);
    }
}

static void
test_auto (void)
{
  g_autoptr (TriKey) key = statistics_key ("k");
  g_autoptr (TriImage) picture = statistics_picture (96, 72, 3, 5);
  g_autoptr (TriSealed) grey = statistics_seal ("gmm", picture, key, "k=auto");
  g_autoptr (GPtrArray) cards = statistics_inspect (picture, grey, key);
  g_assert_cmpuint (cards->len, ==, 6);
  g_autoptr (TriSealed) colour = statistics_seal ("gmm", picture, key, "k=auto mode=colour");
  g_autoptr (GPtrArray) colour_cards = statistics_inspect (picture, colour, key);
  g_assert_cmpuint (colour_cards->len, ==, 3);
  const TriChart *chart = ((TriInsight *) colour_cards->pdata[2])->chart;
  const TriSeries *bic = chart->series->pdata[0], *chosen = chart->series->pdata[1];
  guint k = (guint) g_array_index (chosen->xs, double, 0);
  g_test_message ("chosen: %u", k);
  for (guint i = 0; i < bic->ys->len; i++)
    g_assert_cmpfloat (g_array_index (bic->ys, double, i), >=, g_array_index (bic->ys, double, k - 1));
  g_assert_cmpfloat (fabs (g_array_index (bic->ys, double, 0) / statistics_number ("gmm-colour-1-bic") - 1), <, 1e-6);
  g_assert_cmpfloat (g_array_index (bic->ys, double, 2), <=, statistics_number ("gmm-colour-3-bic") * 1.0001);
}

/* Decryption gives the means, whatever the order of the labels. */
static void
test_cipher (void)
{
  g_autoptr (TriKey) key = statistics_key ("k");
  g_autoptr (TriImage) picture = statistics_picture (96, 72, 1, 5);
  guint64 counts[256];
  TriMixture fit;
  count (picture, counts);
  g_assert_true (tri_mixture_fit_counts (&fit, counts, 3, 1e-4, NULL, NULL));
  g_autoptr (TriSealed) shuffled = statistics_seal ("gmm", picture, key, "k=3");
  g_autoptr (TriSealed) plain = statistics_seal ("gmm", picture, key, "k=3 labels=brightness");
  g_autoptr (TriImage) a = statistics_open (shuffled, key), b = statistics_open (plain, key);
  g_assert_true (tri_image_equal (a, b));
  for (gsize i = 0; i < tri_image_n_bytes (a); i++)
    {
      double most = 0, mean = 0;
      const double grey[3] = { 1, 0, 0 };
      for (guint c = 0; c < 3; c++)
        if (tri_mixture_density (&fit, c, grey, picture->pixels[i]) > most)
          most = tri_mixture_density (&fit, c, grey, picture->pixels[i]), mean = fit.mean[c][0];
      g_assert_cmpfloat (fabs (a->pixels[i] - mean), <=, 0.51);
    }
}

/* One value, or fewer than components: no component without pixels is left, nothing is NaN. */
static void
test_degenerate (void)
{
  guint64 counts[256] = { 0 };
  TriMixture fit;
  counts[255] = 5;
  g_assert_true (tri_mixture_fit_counts (&fit, counts, 32, TOLERANCE, NULL, NULL));
  g_assert_cmpuint (fit.k, ==, 1);
  g_assert_cmpfloat (fit.mean[0][0], ==, 255);
  g_assert_cmpfloat (fabs (fit.cov[0][0] - TRI_MIXTURE_FLOOR), <, 1e-9);
  counts[0] = 1000000;
  counts[254] = 1;
  g_assert_true (tri_mixture_fit_counts (&fit, counts, 32, TOLERANCE, NULL, NULL));
  g_assert_cmpuint (fit.k, <=, 3);
  g_assert_true (isfinite (fit.loglik));
}

static void
test_shared (void)
{
  static const char *const variants[] = { "", "k=auto labels=brightness", "mode=colour k=4", "mode=colour k=32", NULL };
  statistics_check_shared ("gmm", variants);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/gmm/one-answer", test_one_answer);
  g_test_add_func ("/gmm/peer/grey", test_peer_grey);
  g_test_add_func ("/gmm/iterations", test_iterations);
  g_test_add_func ("/gmm/peer/colour", test_peer_colour);
  g_test_add_func ("/gmm/cells", test_cells);
  g_test_add_func ("/gmm/exponential", test_exponential);
  g_test_add_func ("/gmm/auto", test_auto);
  g_test_add_func ("/gmm/cipher", test_cipher);
  g_test_add_func ("/gmm/degenerate", test_degenerate);
  g_test_add_func ("/gmm/shared", test_shared);
  return g_test_run ();
}
