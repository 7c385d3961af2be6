/* The integer Feistel network against a plain implementation of its definition (vectors/make-feistel.py), and its
 * diffusion. SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <sodium.h>
#include <string.h>

#include "tri-feistel.h"
#include "tri-parallel.h"

static guint8 key[32], nonce[24];

static void
test_vectors (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "feistel.txt", NULL), *text = NULL;
  guint n_lines = 0;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint l = 0; lines[l] != NULL && lines[l][0] != '\0'; l++)
    {
      guint size, n_rounds, width, at = 0;
      if (lines[l][0] == '#')
        continue;
      g_assert_cmpint (sscanf (lines[l], "%u %u %u %n", &size, &n_rounds, &width, &at), ==, 3);
      g_autofree guint8 *data = g_malloc (size), *plain = g_malloc (size), *expected = g_malloc (size);
      g_assert_cmpint (sodium_hex2bin (expected, size, lines[l] + at, strlen (lines[l] + at), NULL, NULL, NULL), ==, 0);
      for (guint i = 0; i < size; i++)
        plain[i] = (guint8) (3 * i);
      memcpy (data, plain, size);
      g_assert_true (tri_feistel_run (data, size, key, nonce, 24, n_rounds, width, FALSE, NULL, NULL));
      g_assert_true (memcmp (data, expected, size) == 0);
      g_assert_true (tri_feistel_run (data, size, key, nonce, 24, n_rounds, width, TRUE, NULL, NULL));
      g_assert_true (memcmp (data, plain, size) == 0);
      n_lines++;
    }
  g_assert_cmpuint (n_lines, ==, 4);
}

/* One changed bit under the same key and nonce: NPCR and UACI of the two ciphertexts inside the intervals of Wu, Noonan
 * and Agaian at α = 0.001, by the default of twelve rounds. */
static void
test_diffusion (void)
{
  gsize size = tri_feistel_padded_size (256 * 256 * 3);
  double n = (double) size, f = 255;
  g_autofree guint8 *one = g_malloc0 (size), *two = g_malloc0 (size);
  for (guint place = 0; place < 4; place++)
    {
      gsize differing = 0, sum = 0;
      for (gsize i = 0; i < size; i++)
        one[i] = two[i] = (guint8) (i % 768 / 3);
      two[place * (size / 4) + 17] ^= (guint8) (1u << 2 * place);
      g_assert_true (tri_feistel_run (one, size, key, nonce, 24, 12, 8, FALSE, NULL, NULL));
      g_assert_true (tri_feistel_run (two, size, key, nonce, 24, 12, 8, FALSE, NULL, NULL));
      for (gsize i = 0; i < size; i++)
        {
          differing += one[i] != two[i];
          sum += (gsize) ABS (one[i] - two[i]);
        }
      double npcr = (double) differing / n, uaci = (double) sum / (255 * n);
      double npcr_sd = sqrt (f / ((f + 1) * (f + 1) * n));
      double uaci_sd = sqrt ((f + 2) * (f * f + 2 * f + 3) / (18 * (f + 1) * (f + 1) * f * n));
      g_test_message ("NPCR %.6f UACI %.6f", npcr, uaci);
      g_assert_cmpfloat (npcr, >, f / (f + 1) - 3.1 * npcr_sd);
      g_assert_cmpfloat (fabs (uaci - (f + 2) / (3 * f + 3)), <, 3.3 * uaci_sd);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < 32; i++)
    key[i] = (guint8) i;
  for (guint i = 0; i < 24; i++)
    nonce[i] = (guint8) (100 + i);
  g_test_add_func ("/feistel/vectors", test_vectors);
  g_test_add_func ("/feistel/diffusion", test_diffusion);
  return g_test_run ();
}
