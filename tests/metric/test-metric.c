/* The metrics against scikit-image, NumPy and SciPy (vectors/metric.txt).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric-fixture.h"

#include <math.h>

/* The value that a line of the vectors gives for @name. */
static double
expected (char **words, const char *name)
{
  g_autofree char *prefix = g_strconcat (name, "=", NULL);
  for (char **w = words + 4; *w != NULL; w++)
    if (g_str_has_prefix (*w, prefix))
      return g_ascii_strtod (*w + strlen (prefix), NULL);
  g_error ("the vectors have no %s", name);
}

static void
check (char **words, const char *name, double value, double tolerance)
{
  double want = expected (words, name);
  g_test_message ("%s %s×%s×%s %s: %.12g, wanted %.12g", words[0], words[1], words[2], words[3], name, value, want);
  if (isnan (want))
    g_assert_true (isnan (value));
  else
    g_assert_cmpfloat_with_epsilon (value, want, tolerance * MAX (1, fabs (want)));
}

static void
check_pair (char **words, const TriImage *a, const TriImage *b)
{
  TriPair pair;
  double npcr, uaci, leak;
  g_assert_true (tri_metric_pair (a, b, &pair, NULL, NULL));
  g_assert_true (tri_metric_npcr_uaci (a, b, &npcr, &uaci, NULL, NULL));
  g_assert_true (tri_metric_leak (a, b, &leak, NULL, NULL));
  check (words, "mse", pair.mse, 1e-12);
  check (words, "psnr", pair.psnr, 1e-12);
  check (words, "ssim", pair.ssim, 1e-11);
  check (words, "ssim_uniform", pair.ssim_uniform, 1e-7);
  check (words, "differing", pair.differing, 1e-12);
  check (words, "npcr", npcr, 1e-12);
  check (words, "uaci", uaci, 1e-12);
  check (words, "leak", leak, 1e-9);
}

static void
check_alone (char **words, const TriImage *image)
{
  TriRandomness random;
  g_assert_true (tri_metric_randomness (image, &random, NULL, NULL));
  check (words, "entropy", random.entropy, 1e-12);
  check (words, "chi2", random.chi2, 1e-12);
  check (words, "chi2_p", random.chi2_p, 1e-9);
  check (words, "corr_h", random.corr_h, 1e-10);
  check (words, "corr_v", random.corr_v, 1e-10);
  check (words, "corr_d", random.corr_d, 1e-10);
}

static void
test_vectors (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "metric.txt", NULL);
  g_autofree char *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (g_strstrip (text), "\n", -1);
  g_assert_cmpuint (g_strv_length (lines), ==, 32);
  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) words = g_strsplit (*line, " ", -1);
      guint w = (guint) atoi (words[1]), h = (guint) atoi (words[2]), ch = (guint) atoi (words[3]);
      g_autoptr (TriImage) scene = metric_scene (w, h, ch);
      g_autoptr (TriImage) noise = metric_noise (w, h, ch, 99);
      g_autoptr (TriImage) faint = metric_faint (scene, noise);
      if (g_str_equal (words[0], "scene-faint"))
        check_pair (words, scene, faint);
      else if (g_str_equal (words[0], "scene-noise"))
        check_pair (words, scene, noise);
      else
        check_alone (words, g_str_equal (words[0], "scene") ? scene : noise);
    }
}

/* Block by block by the definition, for the blocks can be told apart: block k of a channel uses 2^k levels. */
static void
test_local_entropy (void)
{
  g_autoptr (TriImage) image = metric_noise (44 * 6 + 10, 44 * 5 + 43, 1, 5);
  for (guint y = 0; y < image->height; y++)
    for (guint x = 0; x < image->width; x++)
      {
        guint block = x / 44 + 6 * (y / 44), i = x % 44 + 44 * (y % 44);
        image->pixels[y * image->width + x] = (guint8) (x < 264 && y < 220 ? i % (1 + block % 4) : 0);
      }
  double sum = 0;
  for (guint block = 0; block < 30; block++)
    for (guint level = 0, n = 1 + block % 4; level < n; level++)
      {
        double p = (1936 / n + (level < 1936 % n)) / 1936.0;
        sum -= p * log2 (p);
      }
  TriRandomness random;
  g_assert_true (tri_metric_randomness (image, &random, NULL, NULL)); /* 30 blocks: all are taken */
  g_assert_cmpfloat_with_epsilon (random.local_entropy, sum / 30, 1e-12);
}

/* An opaque picture's alpha is no sign of structure, one that varies counts. */
static void
test_alpha (void)
{
  g_autoptr (TriImage) rgb = metric_noise (90, 80, 3, 3);
  g_autoptr (TriImage) opaque = tri_image_match (rgb, 90, 80, 4, NULL);
  TriRandomness plain, with_alpha;
  g_assert_cmpuint (tri_metric_counted_channels (rgb), ==, 3);
  g_assert_cmpuint (tri_metric_counted_channels (opaque), ==, 3);
  g_assert_true (tri_metric_randomness (rgb, &plain, NULL, NULL));
  g_assert_true (tri_metric_randomness (opaque, &with_alpha, NULL, NULL));
  g_assert_cmpmem (&plain, sizeof plain, &with_alpha, sizeof with_alpha);

  g_autoptr (TriImage) other = metric_noise (90, 80, 3, 4);
  g_autoptr (TriImage) other_opaque = tri_image_match (other, 90, 80, 4, NULL);
  double n3, u3, n4, u4;
  g_assert_true (tri_metric_npcr_uaci (rgb, other, &n3, &u3, NULL, NULL));
  g_assert_true (tri_metric_npcr_uaci (opaque, other_opaque, &n4, &u4, NULL, NULL));
  g_assert_cmpfloat (n3, ==, n4);
  g_assert_cmpfloat (u3, ==, u4);

  opaque->pixels[7] ^= 1;
  g_assert_cmpuint (tri_metric_counted_channels (opaque), ==, 4);
  g_assert_true (tri_metric_randomness (opaque, &with_alpha, NULL, NULL));
  g_assert_cmpfloat (with_alpha.entropy, <, 7.9);
}

static void
test_histogram (void)
{
  g_autoptr (TriImage) image = metric_noise (701, 503, 3, 11);
  guint64 counts[4][256], by_hand[4][256] = { 0 };
  tri_metric_histogram (image, counts);
  for (gsize i = 0; i < tri_image_n_bytes (image); i++)
    by_hand[i % 3][image->pixels[i]]++;
  g_assert_cmpmem (counts, sizeof counts, by_hand, sizeof by_hand);
}

/* Every sampled pair is one of the picture's, and the sample is the same each time. */
static void
test_neighbours (void)
{
  g_autoptr (TriImage) image = metric_flat (13, 9, 1, 0);
  for (guint i = 0; i < 13 * 9; i++)
    image->pixels[i] = (guint8) i; /* position = value */
  for (guint d = 0; d < 3; d++)
    {
      static const guint step[3] = { 1, 13, 14 };
      double xs[500], ys[500], again[500];
      guint largest = 0;
      g_assert_true (tri_metric_neighbours (image, d, 500, xs, ys));
      g_assert_true (tri_metric_neighbours (image, d, 500, again, ys));
      g_assert_cmpmem (xs, sizeof xs, again, sizeof again);
      for (guint i = 0; i < 500; i++)
        {
          g_assert_cmpfloat (ys[i] - xs[i], ==, step[d]);
          largest = MAX (largest, (guint) ys[i]);
        }
      g_assert_cmpuint (largest, ==, 116); /* the last pair is within reach */
    }
}

static void
test_format (void)
{
  static const struct { TriMetric metric; double value; const char *text; } cases[] = {
    { TRI_METRIC_PSNR, INFINITY, "∞" }, { TRI_METRIC_SSIM, NAN, "not defined" },
    { TRI_METRIC_PSNR, 31.204, "31.20 dB" }, { TRI_METRIC_MSE, 0, "0.00" },
    { TRI_METRIC_NPCR, 0.99609375, "99.6094 %" }, { TRI_METRIC_DIFFERING, 1, "100.000 %" },
    { TRI_METRIC_DIFFERING, 0, "0.000 %" }, { TRI_METRIC_DIFFERING, 1e-8, "< 0.001 %" },
    { TRI_METRIC_DIFFERING, 0.999999, "> 99.999 %" }, { TRI_METRIC_CORR_H, -0.00001, "0.0000" },
    { TRI_METRIC_CHI2_P, 0, "0.000" }, { TRI_METRIC_CHI2_P, 3.2e-7, "3.2e-07" },
    { TRI_METRIC_ENTROPY, 7.9993, "7.99930 bits" },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = tri_metric_format (cases[i].metric, cases[i].value);
      g_assert_cmpstr (text, ==, cases[i].text);
    }
  for (guint m = 0; m < TRI_N_METRICS; m++)
    {
      const TriMetricInfo *info = &tri_metric_infos[m];
      g_assert_true (info->id != NULL && info->title != NULL && info->undefined != NULL);
      g_assert_true (g_str_has_suffix (info->sentence, "."));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/metric/vectors", test_vectors);
  g_test_add_func ("/metric/local-entropy", test_local_entropy);
  g_test_add_func ("/metric/alpha", test_alpha);
  g_test_add_func ("/metric/histogram", test_histogram);
  g_test_add_func ("/metric/neighbours", test_neighbours);
  g_test_add_func ("/metric/format", test_format);
  return g_test_run ();
}
