/* The logistic cipher against NumPy's keystreams; its flaws, which are kept; diffusion by NPCR and UACI.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <sodium.h>
#include <string.h>

#include "tri-cipher.h"
#include "tri-logistic-inside.h"
#include "tri-logistic-map.h"

static TriKey *
raw_key (const char *r, const char *x0)
{
  g_autoptr (TriParams) raw = tri_params_new (tri_logistic_raw_key);
  g_assert_true (tri_params_set_text (raw, "r", r, NULL));
  g_assert_true (tri_params_set_text (raw, "x0", x0, NULL));
  return tri_key_new_raw (raw);
}

/* @assignments: "a=b c=d" */
static TriParams *
make_params (const char *assignments)
{
  TriParams *params = tri_params_new (tri_cipher_find ("logistic")->params);
  g_auto (GStrv) each = g_strsplit (assignments, " ", -1);
  for (guint i = 0; each[i] != NULL; i++)
    g_assert_true (tri_params_parse (params, each[i], NULL));
  return params;
}

static TriSealed *
seal (const TriImage *picture, const TriKey *key, const char *assignments, const TriFresh *fresh)
{
  g_autoptr (TriParams) params = make_params (assignments);
  g_autoptr (GError) error = NULL;
  TriSealed *sealed = tri_cipher_encrypt (tri_cipher_find ("logistic"), picture, key, params, fresh, NULL, &error);
  g_assert_no_error (error);
  return sealed;
}

/* A black picture shows the keystream; a white one under addition shows it less one. */
static void
check_line (const char *line)
{
  g_auto (GStrv) field = g_strsplit (line, " ", -1);
  g_autoptr (TriKey) key = raw_key (field[1], field[2]);
  g_autoptr (TriImage) black = tri_image_new (64, 1, 1, NULL), white = tri_image_new (64, 1, 1, NULL);
  memset (white->pixels, 255, 64);
  for (guint coarse = 0; coarse < 2; coarse++)
    {
      guint8 expected[64];
      g_autofree char *how = g_strdup_printf ("precision=%s burn-in=%s quantiser=%s", field[0], field[3],
                                              coarse ? "x256" : "x1e14");
      g_autofree char *add = g_strconcat (how, " combine=add", NULL);
      g_assert_cmpint (sodium_hex2bin (expected, 64, field[coarse ? 4 : 5], 128, NULL, NULL, NULL), ==, 0);
      g_autoptr (TriSealed) by_xor = seal (black, key, how, NULL), by_add = seal (white, key, add, NULL);
      g_assert_cmpmem (by_xor->visible->pixels, 64, expected, 64);
      for (guint i = 0; i < 64; i++)
        g_assert_cmpuint (by_add->visible->pixels[i], ==, (guint8) (expected[i] - 1));
    }
}

static void
test_numpy (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "logistic.txt", NULL), *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  guint n = 0;
  for (guint i = 0; lines[i] != NULL; i++)
    if (lines[i][0] != '#' && lines[i][0] != '\0')
      {
        g_test_message ("%.60s", lines[i]);
        check_line (lines[i]);
        n++;
      }
  g_assert_cmpuint (n, ==, 18);
}

/* One key, one keystream, whatever salt and nonce; rounds go on along the orbit. */
static void
test_classic_flaws (void)
{
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "key", 3, NULL);
  g_autoptr (TriImage) black = tri_image_new (100, 200, 1, NULL), grey = tri_image_new (50, 200, 1, NULL);
  memset (grey->pixels, 77, 10000);
  g_autoptr (TriSealed) a = seal (black, key, "rounds=1", NULL), b = seal (grey, key, "rounds=1", NULL);
  for (guint i = 0; i < 10000; i++)
    g_assert_cmpuint (a->visible->pixels[i] ^ b->visible->pixels[i], ==, 77);
  g_autoptr (TriSealed) twice = seal (grey, key, "rounds=2", NULL);
  for (guint i = 0; i < 10000; i++)
    g_assert_cmpuint (twice->visible->pixels[i], ==, 77 ^ a->visible->pixels[i] ^ a->visible->pixels[10000 + i]);

  /* r = 4 and x0 = 1/2 go to 1, then 0: the picture is not hidden at all. */
  static const char *const precisions[] = { "float32", "double", "fixed64" };
  g_autoptr (TriKey) half = raw_key ("4", "0.5");
  for (guint i = 0; i < 3; i++)
    {
      g_autofree char *how = g_strconcat ("burn-in=0 precision=", precisions[i], NULL);
      g_autoptr (TriSealed) open = seal (grey, half, how, NULL);
      g_assert_true (memcmp (open->visible->pixels + 2, grey->pixels + 2, 9998) == 0);
    }
}

/* Derived r and x0 use the key and stay in their ranges. */
static void
test_derived (void)
{
  double mean = 0;
  for (guint i = 0; i < 1000; i++)
    {
      TriLogisticKey numbers;
      guint8 salt[TRI_SALT_SIZE] = { (guint8) i, (guint8) (i >> 8) };
      g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "key", 3, NULL);
      g_assert_true (tri_logistic_key (key, salt, &numbers, NULL));
      g_assert_true (numbers.r >= 3.9 && numbers.r <= 4 && numbers.x0 > 0 && numbers.x0 < 1);
      g_assert_cmpfloat (fabs ((double) numbers.r_fixed * 0x1p-61 - numbers.r), <, 1e-14);
      g_assert_cmpfloat (fabs ((double) numbers.x_fixed * 0x1p-64 - numbers.x0), <, 1e-14);
      mean += numbers.x0 / 1000;
      TriLogisticKey moved = tri_logistic_key_move (&numbers, -numbers.x_fixed);
      g_assert_cmpfloat (moved.x0, >, 0);
      moved = tri_logistic_key_move (&numbers, G_GUINT64_CONSTANT (1) << 63);
      g_assert_cmpfloat (fabs (fabs (moved.x0 - numbers.x0) - 0.5), <, 1e-14);
    }
  g_assert_cmpfloat (fabs (mean - 0.5), <, 0.03); /* σ = 0.009 */
}

/* In float32 with r = 4 no x near ½ leaves 0…1, nor do the neighbours of the ends. */
static void
test_range (void)
{
  static const float centres[] = { 0.5f, 0x1p-20f, 1 - 0x1p-20f };
  for (guint c = 0; c < 3; c++)
    for (int i = -40000; i < 40000; i++)
      {
        union { float f; gint32 bits; } x = { .f = centres[c] };
        TriLogisticMap map = { .precision = TRI_LOGISTIC_FLOAT32, .r.f = 4 };
        x.bits += i;
        map.x.f = MIN (x.f, 1);
        guint32 index;
        tri_logistic_skip (&map, 1);
        g_assert_true (map.x.f >= 0 && map.x.f <= 1);
        tri_logistic_indices (&map, 9, &index, 1);
        g_assert_cmpuint (index, <=, 9);
      }
}

/* The wider chain: a pixel changed by one changes everything, by differences as of independent pictures. */
static void
test_diffusion (void)
{
  static const guint8 salt[TRI_SALT_SIZE] = { 7 }, nonce[TRI_NONCE_SIZE] = { 9 };
  const TriFresh fresh = { salt, nonce };
  static const gsize places[] = { 0, 1, 32768 + 128, 65535 };
  static const char *const hows[] = { "variant=diffuse quantiser=x1e14", "variant=diffuse quantiser=x1e14 combine=add",
                                      "variant=diffuse quantiser=x1e14 precision=fixed64 rounds=2" };
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "key", 3, NULL);
  g_autoptr (TriImage) picture = tri_image_new (256, 256, 1, NULL);
  for (guint i = 0; i < 65536; i++)
    picture->pixels[i] = (guint8) (i / 256 + i % 16);
  for (guint h = 0; h < G_N_ELEMENTS (hows); h++)
    for (guint i = 0; i < 2 * G_N_ELEMENTS (places); i++)
      {
        g_autoptr (TriImage) near = tri_image_copy (picture, NULL);
        near->pixels[places[i / 2]] ^= i % 2 ? 1 : 0x80;
        g_autoptr (TriSealed) a = seal (picture, key, hows[h], &fresh), b = seal (near, key, hows[h], &fresh);
        double npcr = 0, uaci = 0;
        for (guint k = 0; k < 65536; k++)
          {
            npcr += a->visible->pixels[k] != b->visible->pixels[k];
            uaci += ABS (a->visible->pixels[k] - b->visible->pixels[k]) / 255.0;
          }
        g_test_message ("%s at %zu: NPCR %.4f UACI %.4f", hows[h], places[i / 2], npcr / 655.36, uaci / 655.36);
        g_assert_cmpfloat (npcr / 655.36, >=, 99.5341); /* α = 0.001 for 256² */
        g_assert_cmpfloat (uaci / 655.36, >=, 33.1594);
        g_assert_cmpfloat (uaci / 655.36, <=, 33.7677);
      }
}

/* A new nonce is a new permutation and keystream, for raw keys too. */
static void
test_fresh_nonce (void)
{
  g_autoptr (TriKey) key = raw_key ("3.99", "0.3117");
  g_autoptr (TriImage) black = tri_image_new (256, 256, 1, NULL);
  g_autoptr (TriSealed) a = seal (black, key, "variant=diffuse", NULL), b = seal (black, key, "variant=diffuse", NULL);
  guint same = 0;
  for (guint i = 0; i < 65536; i++)
    same += a->visible->pixels[i] == b->visible->pixels[i];
  g_assert_cmpuint (same, <, 655); /* 256 of independent ones, more of uneven bytes */
}

/* Every pixel is somewhere: the shuffle is a permutation of whole pixels, and far from the identity. */
static void
test_shuffle (void)
{
  for (guint precision = 0; precision < 3; precision++)
    {
      TriLogisticKey numbers = { .r = 3.99, .x0 = 0.3, .r_fixed = (guint64) (3.99 * 0x1p61), .x_fixed = 1u << 30 };
      TriLogisticMap map = tri_logistic_map (&numbers, precision);
      guint32 with[50000];
      guint far = 0;
      tri_logistic_indices (&map, 1, with, 50000);
      for (guint i = 0; i < 50000; i++)
        {
          g_assert_cmpuint (with[i], <=, i + 1);
          far += with[i] + 100 < i;
        }
      g_assert_cmpuint (far, >, 40000);
    }
}

static gsize
brute_cycle (TriLogisticMap map, gsize *tail)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  for (gsize i = 1;; i++)
    {
      gpointer first = g_hash_table_lookup (seen, GSIZE_TO_POINTER (map.x.q));
      if (first != NULL)
        {
          *tail = GPOINTER_TO_SIZE (first) - 1;
          return i - GPOINTER_TO_SIZE (first);
        }
      g_hash_table_insert (seen, GSIZE_TO_POINTER (map.x.q), GSIZE_TO_POINTER (i));
      tri_logistic_skip (&map, 1);
    }
}

static void
test_cycles (void)
{
  TriLogisticCycle cycle;
  for (guint i = 0; i < 40; i++)
    {
      gsize tail;
      TriLogisticMap map = { .precision = TRI_LOGISTIC_FLOAT32 };
      map.r.f = 3.9f + 0.0025f * (float) i;
      map.x.f = 0.3117f;
      gsize length = brute_cycle (map, &tail);
      g_assert_true (tri_logistic_find_cycle (&map, 1 << 20, &cycle, NULL, NULL));
      g_assert_cmpuint (cycle.length, ==, length);
      g_assert_cmpuint (cycle.tail, ==, tail);
    }
  TriLogisticMap window = { .precision = TRI_LOGISTIC_DOUBLE, .r.d = 3.83, .x.d = 0.3117 };
  g_assert_true (tri_logistic_find_cycle (&window, 1 << 20, &cycle, NULL, NULL));
  g_assert_cmpuint (cycle.length, ==, 3); /* the great window of period 3, 3.8284…3.8415 */
  TriLogisticMap chaos = { .precision = TRI_LOGISTIC_DOUBLE, .r.d = 3.99, .x.d = 0.3117 };
  g_assert_true (tri_logistic_find_cycle (&chaos, 1 << 16, &cycle, NULL, NULL));
  g_assert_cmpuint (cycle.length, ==, 0);
  g_assert_cmpuint (cycle.searched, ==, (1 << 15) - 1);
}

static const TriInsight *
find_card (const GPtrArray *cards, const char *id)
{
  for (guint i = 0; i < cards->len; i++)
    if (strcmp (((TriInsight *) cards->pdata[i])->id, id) == 0)
      return cards->pdata[i];
  g_assert_not_reached ();
}

static char *
all_facts (const GPtrArray *cards)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < cards->len; i++)
    {
      const TriInsight *card = cards->pdata[i];
      for (guint f = 0; card->facts != NULL && f < card->facts->len; f++)
        g_string_append_printf (text, "%s\n", (char *) card->facts->pdata[f]);
    }
  return g_string_free (text, FALSE);
}

static void
test_inside (void)
{
  g_autoptr (TriKey) raw = raw_key ("3.99", "0.3117"), derived = tri_key_new_file ((const guint8 *) "key", 3, NULL);
  g_autoptr (TriImage) picture = tri_image_new (64, 64, 3, NULL);
  g_autoptr (TriSealed) a = seal (picture, raw, "precision=float32", NULL);
  g_autoptr (TriSealed) b = seal (picture, derived, "precision=float32", NULL);
  g_autoptr (GPtrArray) of_raw = tri_cipher_inspect (picture, a, raw, NULL, NULL);
  g_autoptr (GPtrArray) of_derived = tri_cipher_inspect (picture, b, derived, NULL, NULL);
  g_autofree char *shown = all_facts (of_raw), *hidden = all_facts (of_derived);
  g_assert_nonnull (strstr (shown, "3.99\n"));
  g_assert_nonnull (strstr (shown, "0.3117\n"));
  g_assert_nonnull (strstr (hidden, "derived from the key"));
  g_assert_null (strstr (hidden, "3.9"));

  const TriSeries *rule = find_card (of_raw, "bifurcation")->chart->series->pdata[1];
  g_assert_cmpfloat (fabs (g_array_index (rule->xs, double, 0) - 3.99), <, 1e-6);
  const TriSeries *bytes = find_card (of_raw, "keystream")->chart->series->pdata[0];
  double sum = 0;
  for (guint i = 0; i < 256; i++)
    sum += g_array_index (bytes->ys, double, i);
  g_assert_cmpfloat (sum, ==, 64 * 64 * 3);
  const TriSeries *orbit = find_card (of_raw, "orbit")->chart->series->pdata[0];
  for (guint i = 0; i < 100; i++) /* 256·x is the keystream, which on black is the ciphertext */
    g_assert_cmpuint ((guint) (256 * g_array_index (orbit->ys, double, i)), ==, a->visible->pixels[i]);
  g_assert_true (find_card (of_raw, "cobweb")->chart->square);
  g_assert_nonnull (find_card (of_raw, "cycle")->facts);

  g_autoptr (TriKey) half = raw_key ("4", "0.5");
  g_autoptr (TriSealed) fallen = seal (picture, half, "precision=float32", NULL);
  g_autoptr (GPtrArray) of_fallen = tri_cipher_inspect (picture, fallen, half, NULL, NULL);
  g_assert_nonnull (strstr (find_card (of_fallen, "cycle")->text, "falls to 0"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/logistic/numpy", test_numpy);
  g_test_add_func ("/logistic/classic-flaws", test_classic_flaws);
  g_test_add_func ("/logistic/derived", test_derived);
  g_test_add_func ("/logistic/range", test_range);
  g_test_add_func ("/logistic/diffusion", test_diffusion);
  g_test_add_func ("/logistic/fresh-nonce", test_fresh_nonce);
  g_test_add_func ("/logistic/shuffle", test_shuffle);
  g_test_add_func ("/logistic/cycles", test_cycles);
  g_test_add_func ("/logistic/inside", test_inside);
  return g_test_run ();
}
