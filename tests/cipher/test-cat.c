/* The cat map: a permutation for every shape, the same as stepping one pixel at a time, and its periods (Dyson and Falk
 * 1992 for Arnold's own; the others by a set and Python's lcm).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-cat-map.h"
#include "tri-cipher.h"

/* A picture whose pixels are their own numbers. */
static TriImage *
numbered (guint width, guint height)
{
  TriImage *image = tri_image_new (width, height, 4, NULL);
  for (guint32 i = 0; i < width * height; i++)
    memcpy (image->pixels + 4 * i, &i, 4);
  return image;
}

static guint32
number_at (const TriImage *image, guint x, guint y)
{
  guint32 n;
  memcpy (&n, image->pixels + 4 * ((gsize) y * image->width + x), 4);
  return n;
}

static void
check_steps (guint width, guint height, guint64 a, guint64 b, guint iterations)
{
  TriCatMap map = tri_cat_map (width, height, a, b);
  g_autoptr (TriImage) in = numbered (width, height), out = tri_image_new (width, height, 4, NULL);
  g_autoptr (TriImage) back = tri_image_new (width, height, 4, NULL);
  g_autofree guint8 *seen = g_malloc0 ((gsize) width * height);
  g_assert_true (tri_cat_map_apply (&map, FALSE, iterations, in, out, NULL, NULL));
  for (guint y0 = 0; y0 < height; y0++)
    for (guint x0 = 0; x0 < width; x0++)
      {
        guint x = x0, y = y0;
        for (guint k = 0; k < iterations; k++)
          {
            x = (guint) ((x + a * y) % width);
            y = (guint) ((y + b * x) % height);
          }
        g_assert_cmpuint (number_at (out, x, y), ==, y0 * width + x0);
        g_assert_cmpuint (seen[(gsize) y * width + x]++, ==, 0); /* no two go to one place */
      }
  g_assert_true (tri_cat_map_apply (&map, TRUE, iterations, out, back, NULL, NULL));
  g_assert_true (tri_image_equal (in, back));
}

static void
test_steps (void)
{
  for (guint width = 1; width <= 9; width++)
    for (guint height = 1; height <= 9; height++)
      for (guint a = 1; a <= 3; a++)
        check_steps (width, height, a, 4 - a, 1 + width);
  check_steps (64, 64, 1, 1, 200);
  check_steps (64, 48, 1000, 999, 200);
  check_steps (301, 7, 3, 1000, 17);
  check_steps (1, 500, 2, 2, 5);
  check_steps (313, 313, 1000, 77, 31); /* more than one grain */
}

/* Arnold's matrix: (x, y) goes to (x + y, x + 2y). */
static void
test_arnold (void)
{
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "key", 3, NULL);
  g_autoptr (TriParams) params = tri_params_new (tri_cipher_find ("arnold-cat")->params);
  g_autoptr (TriImage) in = numbered (100, 100);
  g_assert_true (tri_params_parse (params, "matrix=classic", NULL));
  g_assert_true (tri_params_parse (params, "iterations=1", NULL));
  g_autoptr (TriSealed) sealed = tri_cipher_encrypt (tri_cipher_find ("arnold-cat"), in, key, params, NULL, NULL, NULL);
  for (guint y = 0; y < 100; y++)
    for (guint x = 0; x < 100; x++)
      g_assert_cmpuint (number_at (sealed->visible, (x + y) % 100, (x + 2 * y) % 100), ==, 100 * y + x);
}

static guint64
period_of (guint width, guint height, guint64 a, guint64 b, double *digits)
{
  TriCatMap map = tri_cat_map (width, height, a, b);
  TriCatPeriod period;
  g_assert_true (tri_cat_map_find_period (&map, &period, NULL, NULL));
  if (digits != NULL)
    *digits = period.digits;
  return period.iterations;
}

static void
test_periods (void)
{
  /* Dyson and Falk: 3N for N = 2·5ᵏ, 2N for 5ᵏ and 6·5ᵏ, at most 12N/7 for all others. */
  for (guint n = 5; n <= 3125; n *= 5)
    {
      g_assert_cmpuint (period_of (n, n, 1, 1, NULL), ==, 2 * n);
      g_assert_cmpuint (period_of (2 * n, 2 * n, 1, 1, NULL), ==, 6 * n);
      g_assert_cmpuint (period_of (6 * n, 6 * n, 1, 1, NULL), ==, 12 * n);
    }
  for (guint n = 7; n <= 300; n++)
    if (n % 5 != 0)
      g_assert_cmpuint (period_of (n, n, 1, 1, NULL), <=, 12 * n / 7);
  g_assert_cmpuint (period_of (124, 124, 1, 1, NULL), ==, 15);
  g_assert_cmpuint (period_of (512, 512, 1, 1, NULL), ==, 384);
  g_assert_cmpuint (period_of (1, 1, 1, 1, NULL), ==, 1);
  g_assert_cmpuint (period_of (1, 9, 1, 1, NULL), ==, 1);
  g_assert_cmpuint (period_of (37, 23, 5, 7, NULL), ==, G_GUINT64_CONSTANT (163695840));
  g_assert_cmpuint (period_of (97, 64, 3, 11, NULL), ==, G_GUINT64_CONSTANT (108314256960));
  g_assert_cmpuint (period_of (200, 150, 1, 1, NULL), ==, G_GUINT64_CONSTANT (4158000));
  g_assert_cmpuint (period_of (101, 101, 17, 40, NULL), ==, G_GUINT64_CONSTANT (17));
  double digits;
  g_assert_cmpuint (period_of (300, 211, 3, 100, &digits), ==, 0);
  g_assert_cmpfloat (digits, ==, 45); /* 111729713498092242590163697052117871277442400 */
}

/* After one period everything is back, and not after a part of it. */
static void
test_back (void)
{
  static const guint shapes[][4] = { { 30, 30, 7, 11 }, { 12, 8, 1, 1 }, { 9, 10, 1, 1 }, { 6, 4, 2, 3 } };
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      TriCatMap map = tri_cat_map (shapes[i][0], shapes[i][1], shapes[i][2], shapes[i][3]);
      g_autoptr (TriImage) in = numbered (map.width, map.height), out = tri_image_copy (in, NULL);
      guint64 period = period_of (map.width, map.height, map.a, map.b, NULL);
      g_test_message ("%u × %u: %" G_GUINT64_FORMAT, map.width, map.height, period);
      g_assert_cmpuint (period, >, 1);
      g_assert_true (tri_cat_map_apply (&map, FALSE, period, in, out, NULL, NULL));
      g_assert_true (tri_image_equal (in, out));
      for (guint64 part = 1; part < period; part++)
        if (period % part == 0)
          {
            g_assert_true (tri_cat_map_apply (&map, FALSE, part, in, out, NULL, NULL));
            g_assert_false (tri_image_equal (in, out));
          }
    }
}

/* The strip of a small square: the original first, the original again at its period; "none" where there is no key. */
static void
test_inside (void)
{
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "key", 3, NULL);
  g_autoptr (TriParams) params = tri_params_new (tri_cipher_find ("arnold-cat")->params);
  g_autoptr (TriImage) in = numbered (50, 50);
  g_assert_true (tri_params_parse (params, "matrix=classic", NULL));
  g_autoptr (TriSealed) sealed = tri_cipher_encrypt (tri_cipher_find ("arnold-cat"), in, key, params, NULL, NULL, NULL);
  g_autoptr (GPtrArray) cards = tri_cipher_inspect (in, sealed, key, NULL, NULL);
  const TriInsight *card = cards->pdata[0];
  guint n = card->pictures->len;
  g_assert_cmpuint (n, ==, 9); /* 0, 1, 2, 3, 5, 10, 75, 149, 150 */
  g_assert_true (tri_image_equal (card->pictures->pdata[0], in));
  g_assert_true (tri_image_equal (card->pictures->pdata[n - 1], in));
  g_assert_true (tri_image_equal (card->pictures->pdata[5], sealed->visible));
  g_assert_cmpstr (card->captions->pdata[n - 1], ==, "After 150: back");
  g_assert_cmpstr (card->facts->pdata[3], ==, "150");
  g_assert_cmpstr (card->facts->pdata[5], ==, "none");

  /* Nothing is hidden from the histogram. */
  const TriChart *chart = ((TriInsight *) cards->pdata[1])->chart;
  const TriSeries *before = chart->series->pdata[0], *after = chart->series->pdata[1];
  g_assert_cmpmem (before->ys->data, 256 * sizeof (double), after->ys->data, 256 * sizeof (double));

  /* Whole periods move nothing, and the card warns. */
  g_assert_true (tri_params_parse (params, "iterations=150", NULL));
  g_autoptr (TriSealed) open = tri_cipher_encrypt (tri_cipher_find ("arnold-cat"), in, key, params, NULL, NULL, NULL);
  g_assert_true (tri_image_equal (open->visible, in));
  g_autoptr (GPtrArray) warned = tri_cipher_inspect (in, open, key, NULL, NULL);
  g_assert_cmpstr (((TriInsight *) warned->pdata[0])->facts->pdata[4], ==, "Beware");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cat/steps", test_steps);
  g_test_add_func ("/cat/arnold", test_arnold);
  g_test_add_func ("/cat/periods", test_periods);
  g_test_add_func ("/cat/back", test_back);
  g_test_add_func ("/cat/inside", test_inside);
  return g_test_run ();
}
