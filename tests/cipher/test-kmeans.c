/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "statistics-fixture.h"
#include "tri-kmeans.h"
#include "tri-parallel.h"

static TriImage *
grey_picture (void)
{
  return statistics_picture (96, 72, 1, 5);
}

static double
sum (const TriImage *picture)
{
  double total = 0;
  for (gsize i = 0; i < tri_image_n_bytes (picture); i++)
    total += picture->pixels[i];
  return total;
}

/* The formula here and in make-statistics.py is one. */
static void
test_picture (void)
{
  g_autoptr (TriImage) grey = grey_picture (), colour = statistics_picture (96, 72, 3, 5);
  g_assert_cmpfloat (sum (grey), ==, statistics_number ("picture-grey-sum"));
  g_assert_cmpfloat (sum (colour), ==, statistics_number ("picture-colour-sum"));
}

/* The best of scikit-learn's twenty starts is no better than the optimum. */
static void
test_1d_peer (void)
{
  static const guint ks[] = { 2, 5, 16 };
  g_autoptr (TriImage) picture = grey_picture ();
  guint64 counts[3][256];
  g_assert_true (tri_intensities_count (picture, counts, NULL, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (ks); i++)
    {
      TriKmeans1d fit;
      g_autofree char *name = g_strdup_printf ("kmeans-grey-%u", ks[i]);
      double peer = statistics_number (name);
      tri_kmeans_1d (counts[0], ks[i], &fit);
      g_test_message ("k %u: %.6f, scikit-learn %.6f", ks[i], fit.inertia, peer);
      g_assert_cmpfloat (fit.inertia, <=, peer * (1 + 1e-9));
      g_assert_cmpfloat (fit.inertia, >=, peer * 0.9);
    }
}

/* Every partition of a few values into runs, by brute force. */
static double
brute_force (const guint64 *counts, guint from, guint n, guint k)
{
  double best = INFINITY;
  if (k == 0 || from == n)
    return from == n ? 0 : INFINITY;
  for (guint to = from + 1; to <= n; to++)
    {
      double w = 0, s = 0, ss = 0;
      for (guint v = from; v < to; v++)
        {
          w += (double) counts[v];
          s += (double) counts[v] * v;
          ss += (double) counts[v] * v * v;
        }
      best = fmin (best, (w > 0 ? ss - s * s / w : 0) + brute_force (counts, to, n, k - 1));
    }
  return best;
}

static void
test_1d_brute_force (void)
{
  for (guint trial = 0; trial < 200; trial++)
    {
      guint64 counts[256] = { 0 };
      guint n = 1 + trial % 11, k = 1 + trial % 5;
      for (guint v = 0; v < n; v++)
        counts[v] = (guint64) g_test_rand_int_range (0, 20) * (guint64) g_test_rand_int_range (0, 2);
      counts[0]++;
      TriKmeans1d fit;
      tri_kmeans_1d (counts, k, &fit);
      g_assert_cmpfloat (fabs (fit.inertia - brute_force (counts, 0, n, k)), <, 1e-6);
      for (guint c = 1; c < fit.k; c++)
        g_assert_cmpfloat (fit.centre[c], >, fit.centre[c - 1]);
    }
}

static double
inertia_of (const TriImage *picture, const TriKmeansRgb *fit)
{
  double total = 0;
  for (gsize i = 0; i < tri_image_n_pixels (picture); i++)
    {
      double best = INFINITY;
      for (guint c = 0; c < fit->k; c++)
        {
          double d = 0;
          for (guint a = 0; a < 3; a++)
            d += pow (picture->pixels[3 * i + a] - fit->centre[c][a], 2);
          best = fmin (best, d);
        }
      total += best;
    }
  return total;
}

static void
test_rgb_peer (void)
{
  static const guint ks[] = { 2, 5, 16 };
  g_autoptr (TriImage) picture = statistics_picture (96, 72, 3, 5);
  g_autoptr (TriColours) colours = tri_colours_count (picture, NULL, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (ks); i++)
    {
      TriKmeansRgb fit = { 0 };
      g_autofree char *name = g_strdup_printf ("kmeans-colour-%u", ks[i]);
      double peer = statistics_number (name);
      g_assert_true (tri_kmeans_rgb (colours, ks[i], 1, &fit, NULL, NULL));
      g_test_message ("k %u: %.2f, scikit-learn %.2f", ks[i], fit.inertia, peer);
      g_assert_cmpuint (fit.k, ==, ks[i]);
      g_assert_cmpfloat (fit.inertia, <=, peer * 1.001);
      g_assert_cmpfloat (fabs (inertia_of (picture, &fit) / fit.inertia - 1), <, 1e-3);
    }
}

/* Colours and weights against a plain count, in a picture where many coincide. */
static void
test_colours (void)
{
  g_autoptr (TriImage) picture = tri_image_new (300, 200, 4, NULL);
  g_autofree guint32 *plain = g_new0 (guint32, 1 << 24);
  gsize distinct = 0;
  for (gsize i = 0; i < tri_image_n_pixels (picture); i++)
    {
      guint8 *p = picture->pixels + 4 * i;
      for (guint c = 0; c < 4; c++)
        p[c] = (guint8) (g_test_rand_int_range (0, 24) * 11);
      distinct += plain[p[0] | (guint) p[1] << 8 | (guint) p[2] << 16]++ == 0;
    }
  g_autoptr (TriColours) colours = tri_colours_count (picture, NULL, NULL);
  g_assert_cmpuint (colours->n, ==, distinct);
  for (gsize i = 0; i < colours->n; i++)
    g_assert_cmpuint (colours->weight[i], ==, plain[colours->packed[i]]);
}

/* What is seen and what comes back: as many greys as clusters, and an error that is the inertia's, up to rounding. */
static void
test_cipher (void)
{
  g_autoptr (TriKey) key = statistics_key ("k");
  g_autoptr (TriImage) picture = grey_picture (), colour = statistics_picture (96, 72, 3, 5);
  g_autoptr (TriSealed) sealed = statistics_seal ("kmeans", picture, key, "k=5");
  g_autoptr (TriImage) back = statistics_open (sealed, key);
  guint64 counts[3][256];
  guint shades = 0;
  g_assert_true (tri_intensities_count (sealed->visible, counts, NULL, NULL));
  for (guint v = 0; v < 256; v++)
    shades += counts[0][v] > 0;
  g_assert_cmpuint (shades, ==, 5);
  double mse = statistics_number ("kmeans-grey-5") / (96 * 72);
  g_assert_cmpfloat (fabs (statistics_mse (picture, back) - mse), <, 0.26);

  g_autoptr (TriSealed) by_colour = statistics_seal ("kmeans", colour, key, "k=5 mode=colour");
  g_autoptr (TriImage) colour_back = statistics_open (by_colour, key);
  g_assert_cmpuint (by_colour->visible->channels, ==, 1);
  mse = statistics_number ("kmeans-colour-5") / (3 * 96 * 72);
  g_assert_cmpfloat (fabs (statistics_mse (colour, colour_back) - mse), <, 0.3);
}

static double
rank_agreement (const TriSealed *sealed, const TriImage *back)
{
  double agree = 0, n = 0;
  for (gsize i = 1; i < tri_image_n_bytes (back); i++)
    if (back->pixels[i] != back->pixels[i - 1])
      {
        agree += (back->pixels[i] > back->pixels[i - 1])
                 == (sealed->visible->pixels[i] > sealed->visible->pixels[i - 1]);
        n++;
      }
  return agree / n;
}

/* By brightness the labels rise with the greys; shuffled they depend on the key, and decrypt to the same. */
static void
test_label_order (void)
{
  g_autoptr (TriKey) key = statistics_key ("k"), other = statistics_key ("l");
  g_autoptr (TriImage) picture = grey_picture ();
  g_autoptr (TriSealed) plain = statistics_seal ("kmeans", picture, key, "k=8 labels=brightness");
  g_autoptr (TriSealed) shuffled = statistics_seal ("kmeans", picture, key, "k=8");
  g_autoptr (TriSealed) another = statistics_seal ("kmeans", picture, other, "k=8");
  g_autoptr (TriImage) a = statistics_open (plain, key), b = statistics_open (shuffled, key);
  g_assert_true (tri_image_equal (a, b));
  g_assert_cmpfloat (rank_agreement (plain, a), ==, 1);
  g_assert_cmpfloat (rank_agreement (shuffled, b), <, 0.95);
  g_assert_false (tri_image_equal (shuffled->visible, another->visible));
}

static void
test_shared (void)
{
  static const char *const variants[] = { "", "k=3 labels=brightness", "mode=colour k=4", NULL };
  statistics_check_shared ("kmeans", variants);
}

static void
test_inspect (void)
{
  g_autoptr (TriKey) key = statistics_key ("k");
  g_autoptr (TriImage) picture = grey_picture (), colour = statistics_picture (96, 72, 3, 5);
  g_autoptr (TriSealed) sealed = statistics_seal ("kmeans", picture, key, "k=16");
  g_autoptr (GPtrArray) cards = statistics_inspect (picture, sealed, key);
  g_autofree char *inertia = g_strdup_printf ("%.6g", statistics_number ("kmeans-grey-16"));
  g_test_message ("inertia %s, scikit-learn %s", statistics_fact (cards, "Inertia"), inertia);
  g_assert_cmpfloat (g_ascii_strtod (statistics_fact (cards, "Inertia"), NULL), <=, g_ascii_strtod (inertia, NULL));
  g_autoptr (TriSealed) by_colour = statistics_seal ("kmeans", colour, key, "k=5 mode=colour");
  g_autoptr (GPtrArray) palette = statistics_inspect (colour, by_colour, key);
  const TriSeries *bars = ((TriInsight *) palette->pdata[0])->chart->series->pdata[0];
  double share = 0;
  g_assert_cmpuint (bars->colours->len, ==, 5);
  for (guint i = 0; i < 5; i++)
    share += g_array_index (bars->ys, double, i);
  g_assert_cmpfloat (fabs (share - 100), <, 1e-9);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/kmeans/picture", test_picture);
  g_test_add_func ("/kmeans/1d/peer", test_1d_peer);
  g_test_add_func ("/kmeans/1d/brute-force", test_1d_brute_force);
  g_test_add_func ("/kmeans/rgb/peer", test_rgb_peer);
  g_test_add_func ("/kmeans/colours", test_colours);
  g_test_add_func ("/kmeans/cipher", test_cipher);
  g_test_add_func ("/kmeans/label-order", test_label_order);
  g_test_add_func ("/kmeans/shared", test_shared);
  g_test_add_func ("/kmeans/inspect", test_inspect);
  return g_test_run ();
}
