/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "statistics-fixture.h"
#include "tri-blas.h"
#include "tri-pca.h"

#define VECTOR(array, i) g_array_index (array, double, i)

static TriPca *
fit (const TriImage *picture, TriPcaMode mode, guint k)
{
  g_autoptr (GError) error = NULL;
  TriPcaSource source = tri_pca_source (mode, picture->width, picture->height, 1, 0, picture->pixels);
  TriPca *pca = tri_pca_fit (&source, k, 1, NULL, &error);
  g_assert_no_error (error);
  return pca;
}

/* Mean, variances, shares and the first components (up to sign) of scikit-learn's full decomposition. */
static void
compare_fit (const TriPca *pca, const char *name)
{
  static const char *const parts[] = { "mean", "variance", "ratio", "component" };
  GArray *peer[4];
  for (guint i = 0; i < 4; i++)
    {
      g_autofree char *line = g_strdup_printf ("%s-%s", name, parts[i]);
      peer[i] = statistics_vector (line);
    }
  g_assert_cmpuint (peer[0]->len, ==, pca->n);
  for (gsize x = 0; x < pca->n; x++)
    g_assert_cmpfloat (fabs ((double) pca->mean[x] - VECTOR (peer[0], x)), <, 1e-4);
  for (guint c = 0; c < pca->k; c++)
    {
      g_assert_cmpfloat (fabs (pca->variance[c] / VECTOR (peer[1], c) - 1), <, 1e-4);
      g_assert_cmpfloat (fabs (pca->variance[c] / pca->total_variance / VECTOR (peer[2], c) - 1), <, 1e-4);
    }
  for (guint c = 0; c < 3; c++)
    {
      double dot = 0;
      for (gsize x = 0; x < pca->n; x++)
        dot += (double) pca->component[c * pca->n + x] * VECTOR (peer[3], c * pca->n + x);
      g_assert_cmpfloat (fabs (fabs (dot) - 1), <, 1e-4);
    }
  for (guint i = 0; i < 4; i++)
    g_array_unref (peer[i]);
}

static void
test_peer (void)
{
  g_autoptr (TriImage) picture = statistics_picture (96, 72, 1, 5);
  g_autoptr (TriPca) rows = fit (picture, TRI_PCA_ROWS, 8), blocks = fit (picture, TRI_PCA_BLOCKS, 6);
  compare_fit (rows, "pca-rows-8");
  compare_fit (blocks, "pca-blocks-6");
}

/* The random projection finds what the full decomposition does, in a picture whose variances fall slowly. */
static void
test_randomised (void)
{
  g_autoptr (TriImage) picture = statistics_picture (640, 400, 1, 9);
  g_autoptr (TriPca) pca = fit (picture, TRI_PCA_ROWS, 20);
  g_autoptr (GArray) peer = statistics_vector ("pca-large-20-variance");
  double ours = 0, theirs = 0;
  for (guint c = 0; c < 20; c++)
    {
      g_assert_cmpfloat (pca->variance[c], <=, VECTOR (peer, c) * (1 + 1e-5));
      g_assert_cmpfloat (pca->variance[c], >=, VECTOR (peer, c) * 0.9);
      ours += pca->variance[c];
      theirs += VECTOR (peer, c);
    }
  g_test_message ("variance %.1f, full decomposition %.1f", ours, theirs);
  g_assert_cmpfloat (ours, >=, theirs * 0.9999);
}

static void
check_orthonormal (const double *q, gsize n, guint l)
{
  for (guint i = 0; i < l; i++)
    for (guint j = 0; j <= i; j++)
      {
        double dot = 0;
        for (gsize x = 0; x < n; x++)
          dot += q[x * l + i] * q[x * l + j];
        g_assert_cmpfloat (fabs (dot - (i == j)), <, 1e-10);
      }
}

/* Bases of full rank, of rank one, and of nothing. */
static void
test_orthonormal (void)
{
  for (guint kind = 0; kind < 3; kind++)
    for (guint l = 1; l <= 12; l += 11)
      {
        gsize n = 40;
        g_autofree double *q = g_new (double, n * l), *before = g_new (double, n * l);
        for (gsize i = 0; i < n * l; i++)
          q[i] = kind == 0 ? g_test_rand_double_range (-1, 1) : kind == 1 ? (double) (i / l) + 1 : 0;
        memcpy (before, q, n * l * sizeof *q);
        gboolean plain = tri_orthonormalise (q, n, l);
        g_assert_cmpint (plain, ==, kind == 0 || (kind == 1 && l == 1));
        tri_orthonormalise (q, n, l);
        check_orthonormal (q, n, l);
        for (guint c = 0; c < l; c++) /* what was in the span still is */
          {
            double left = 0;
            for (gsize x = 0; x < n; x++)
              {
                double projected = 0;
                for (guint i = 0; i < l; i++)
                  {
                    double dot = 0;
                    for (gsize z = 0; z < n; z++)
                      dot += q[z * l + i] * before[z * l + c];
                    projected += q[x * l + i] * dot;
                  }
                left = fmax (left, fabs (projected - before[x * l + c]));
              }
            g_assert_cmpfloat (left, <, 1e-9);
          }
      }
}

/* The decrypted picture is as near as scikit-learn's inverse transform, but for the 255 steps. */
static void
test_error (void)
{
  static const struct { const char *params, *peer; guint width, height; } cases[] = {
    { "k=8", "pca-rows-8-mse", 8, 72 }, { "k=6 mode=blocks", "pca-blocks-6-mse", 3 * 12, 2 * 9 },
  };
  g_autoptr (TriKey) key = statistics_key ("k");
  g_autoptr (TriImage) picture = statistics_picture (96, 72, 1, 5);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (TriSealed) sealed = statistics_seal ("pca", picture, key, cases[i].params);
      g_autoptr (TriImage) back = statistics_open (sealed, key);
      double mse = statistics_mse (picture, back), peer = statistics_number (cases[i].peer);
      g_test_message ("%s: MSE %.4f, scikit-learn %.4f", cases[i].params, mse, peer);
      g_assert_cmpuint (sealed->visible->width, ==, cases[i].width);
      g_assert_cmpuint (sealed->visible->height, ==, cases[i].height);
      g_assert_cmpfloat (mse, >, peer - 0.5);
      g_assert_cmpfloat (mse, <, peer + 0.6);
    }
}

/* By blocks the first tile is the picture, eight times smaller: the leak that the verdict names. */
static void
test_thumbnail (void)
{
  g_autoptr (TriKey) key = statistics_key ("k");
  g_autoptr (TriImage) picture = statistics_picture (160, 120, 1, 5);
  g_autoptr (TriSealed) sealed = statistics_seal ("pca", picture, key, "k=4 mode=blocks");
  double n = 20 * 15, x = 0, y = 0, xx = 0, yy = 0, xy = 0;
  for (guint v = 0; v < 15; v++)
    for (guint u = 0; u < 20; u++)
      {
        double mean = 0, score = sealed->visible->pixels[v * sealed->visible->width + u];
        for (guint i = 0; i < 64; i++)
          mean += picture->pixels[(8 * v + i / 8) * 160 + 8 * u + i % 8] / 64.0;
        x += mean, y += score, xx += mean * mean, yy += score * score, xy += mean * score;
      }
  double r = (n * xy - x * y) / sqrt ((n * xx - x * x) * (n * yy - y * y));
  g_assert_cmpfloat (fabs (r), >, 0.99);
}

/* More components than there are: all of them, and then only rounding is lost. */
static void
test_all_components (void)
{
  static const guint sizes[][2] = { { 1, 1 }, { 1, 40 }, { 40, 1 }, { 60, 33 }, { 33, 60 }, { 150, 20 }, { 140, 300 } };
  g_autoptr (TriKey) key = statistics_key ("k");
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      g_autoptr (TriImage) picture = statistics_picture (sizes[i][0], sizes[i][1], 3, 5);
      g_autoptr (TriSealed) sealed = statistics_seal ("pca", picture, key, "k=128");
      g_autoptr (TriImage) back = statistics_open (sealed, key);
      double mse = statistics_mse (picture, back);
      g_test_message ("%u × %u: MSE %.3f", sizes[i][0], sizes[i][1], mse);
      g_assert_cmpfloat (mse, <, sizes[i][0] == 140 ? 3 : 1);
      g_assert_cmpuint (sealed->visible->width, ==, MIN (128, MIN (sizes[i][0], sizes[i][1])));
    }
}

static void
test_shared (void)
{
  static const char *const variants[] = { "k=7", "k=5 mode=blocks", "k=128", "k=64 mode=blocks", NULL };
  statistics_check_shared ("pca", variants);
}

static void
test_inspect (void)
{
  g_autoptr (TriKey) key = statistics_key ("k");
  g_autoptr (TriImage) picture = statistics_picture (96, 72, 1, 5);
  g_autoptr (GArray) ratio = statistics_vector ("pca-rows-8-ratio");
  g_autoptr (TriSealed) rows = statistics_seal ("pca", picture, key, "k=8");
  g_autoptr (GPtrArray) cards = statistics_inspect (picture, rows, key);
  const TriInsight *layers = cards->pdata[0], *variance = cards->pdata[1];
  const TriSeries *bars = variance->chart->series->pdata[0];
  g_assert_cmpuint (layers->pictures->len, ==, 8);
  for (guint c = 0; c < 8; c++)
    g_assert_cmpfloat (fabs (VECTOR (bars->ys, c) - 100 * VECTOR (ratio, c)), <, 0.01);
  g_autoptr (TriSealed) blocks = statistics_seal ("pca", picture, key, "k=64 mode=blocks");
  g_autoptr (GPtrArray) block_cards = statistics_inspect (picture, blocks, key);
  g_assert_cmpuint (((TriInsight *) block_cards->pdata[0])->pictures->len, ==, 64);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/pca/peer", test_peer);
  g_test_add_func ("/pca/randomised", test_randomised);
  g_test_add_func ("/pca/orthonormal", test_orthonormal);
  g_test_add_func ("/pca/error", test_error);
  g_test_add_func ("/pca/thumbnail", test_thumbnail);
  g_test_add_func ("/pca/all-components", test_all_components);
  g_test_add_func ("/pca/shared", test_shared);
  g_test_add_func ("/pca/inspect", test_inspect);
  return g_test_run ();
}
