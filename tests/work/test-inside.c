/* What the networks' ciphers show of their inside. SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-cyclegan.h"
#include "tri-error.h"
#include "tri-near-keys.h"
#include "tri-neural-inside.h"
#include "work-fixture.h"

static const TriInsight *
find_card (const GPtrArray *cards, const char *id)
{
  for (guint i = 0; i < cards->len; i++)
    if (g_str_equal (((const TriInsight *) cards->pdata[i])->id, id))
      return cards->pdata[i];
  g_error ("no card “%s”", id);
}

static void
on_tried (TriNearKeys *bits, guint n, gpointer data)
{
  GArray *order = data;
  g_array_append_val (order, n);
}

/* Runs the main loop until @n tries have arrived. */
static void
wait_for_tries (TriNearKeys *bits, guint n)
{
  while (tri_near_keys_count_done (bits) < n)
    {
      g_assert_no_error (tri_near_keys_get_error (bits));
      g_main_context_iteration (NULL, TRUE);
    }
}

static TriNearKeys *
study (const char *cipher, guint width, guint height)
{
  g_autoptr (TriImage) picture = fixture_picture (width, height, 3);
  g_autoptr (TriKey) key = fixture_key ("a key");
  g_autoptr (TriSealed) sealed = fixture_seal (cipher, picture, key);
  return tri_near_keys_new (picture, sealed, key);
}

/* The right key gives the picture back, one wrong bit and more give nothing; what is wanted comes first, then its
 * neighbours, then all others. */
static void
test_key_bits (gconstpointer data)
{
  g_autoptr (TriNearKeys) bits = study (data, 80, 60);
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));
  guint most = tri_near_keys_get_most (bits);
  g_signal_connect (bits, "tried", G_CALLBACK (on_tried), order);
  g_assert_null (tri_near_keys_get_copy (bits));
  tri_near_keys_want (bits, 5);
  wait_for_tries (bits, most + 1);
  g_assert_cmpuint (order->len, ==, most + 1);
  g_assert_cmpuint (g_array_index (order, guint, 0), ==, 5);
  g_assert_true (g_array_index (order, guint, 1) == 4 || g_array_index (order, guint, 1) == 6);
  g_assert_cmpuint (g_array_index (order, guint, most), ==, most);
  g_assert_cmpfloat (tri_near_keys_get (bits, 0)->ssim, >, 0.9);
  for (guint n = 1; n <= most; n++)
    {
      const TriKeyTry *one = tri_near_keys_get (bits, n);
      g_assert_true (tri_image_same_shape (one->picture, tri_near_keys_get_copy (bits)));
      g_assert_cmpfloat (one->ssim, <, 0.15);
    }
  g_autofree char *said = tri_near_keys_describe (bits, 1), *judged = tri_near_keys_judge (bits);
  g_assert_true (g_str_has_prefix (said, "1 wrong bit: SSIM "));
  g_assert_true (g_str_has_prefix (judged, "No wrong key shows anything"));
  g_autoptr (TriChart) chart = tri_near_keys_make_chart (bits, 7);
  const TriSeries *line = chart->series->pdata[0], *shown = chart->series->pdata[1];
  g_assert_cmpuint (line->xs->len, ==, most + 1);
  g_assert_cmpuint (shown->xs->len, ==, 1);
  g_assert_cmpfloat (g_array_index (shown->xs, double, 0), ==, 7);
  g_assert_cmpfloat (g_array_index (shown->ys, double, 0), ==, MAX (tri_near_keys_get (bits, 7)->ssim, 0));
}

/* A cat map as it was published has no key at all, and the picture stays whatever is wrong: it is said. */
static void
test_key_bits_ignored (void)
{
  g_autoptr (TriImage) picture = fixture_picture (64, 64, 3);
  g_autoptr (TriKey) key = fixture_key ("a key");
  const TriCipher *cipher = fixture_cipher ("arnold-cat");
  g_autoptr (TriParams) params = tri_params_new (cipher->params);
  g_assert_true (tri_params_set_text (params, "matrix", "classic", NULL));
  g_autoptr (TriSealed) sealed = tri_cipher_encrypt (cipher, picture, key, params, NULL, NULL, NULL);
  g_autoptr (TriNearKeys) bits = tri_near_keys_new (picture, sealed, key);
  tri_near_keys_want (bits, 0);
  wait_for_tries (bits, tri_near_keys_get_most (bits) + 1);
  g_assert_cmpfloat (tri_near_keys_get (bits, 3)->ssim, >, 0.999);
  g_autofree char *judged = tri_near_keys_judge (bits);
  g_assert_true (g_str_has_prefix (judged, "The network does without 1 bit"));
}

/* A cipher that refuses wrong keys shows no picture for them. */
static void
test_key_bits_refused (void)
{
  g_autoptr (TriNearKeys) bits = study ("xchacha20-poly1305", 40, 30);
  tri_near_keys_want (bits, 1);
  wait_for_tries (bits, tri_near_keys_get_most (bits) + 1);
  g_assert_cmpfloat (tri_near_keys_get (bits, 0)->ssim, >, 0.999);
  g_assert_null (tri_near_keys_get (bits, 1)->picture);
  g_autofree char *said = tri_near_keys_describe (bits, 1), *judged = tri_near_keys_judge (bits);
  g_assert_cmpstr (said, ==, "1 wrong bit: refused");
  g_assert_cmpstr (judged, ==, "Every wrong key was refused.");
}

/* Wanted in a row, as a slider is dragged: only the last is waited for, and what was being tried is left. */
static void
test_key_bits_superseded (void)
{
  g_autoptr (TriNearKeys) bits = study ("cyclegan", 128, 128);
  g_autoptr (GArray) order = g_array_new (FALSE, FALSE, sizeof (guint));
  g_signal_connect (bits, "tried", G_CALLBACK (on_tried), order);
  for (guint n = 1; n <= 20; n++)
    tri_near_keys_want (bits, n);
  wait_for_tries (bits, 1);
  g_assert_cmpuint (g_array_index (order, guint, 0), ==, 20);
  tri_near_keys_stop (bits);
  guint n_done = tri_near_keys_count_done (bits);
  fixture_drain ();
  g_assert_cmpuint (tri_near_keys_count_done (bits), <=, n_done + 1); /* one was on its way */
  tri_near_keys_want (bits, 2);
  while (!tri_near_keys_get (bits, 2)->done)
    g_main_context_iteration (NULL, TRUE);
}

/* Dropped while it works: nothing arrives, nothing is left behind. */
static void
test_key_bits_dropped (void)
{
  TriNearKeys *bits = study ("cyclegan", 128, 128);
  tri_near_keys_want (bits, 3);
  g_object_add_weak_pointer (G_OBJECT (bits), (gpointer *) &bits);
  g_object_unref (bits);
  g_assert_null (bits);
  fixture_drain ();
}

/* Two filters of 3 × 3 positions over blocks of 2 × 2 pixels, each with one weight: where pixel_unshuffle puts it. */
static void
test_filters (void)
{
  const guint64 dims[] = { 2, 12, 3, 3 };
  float values[2 * 12 * 9] = { 0 };
  g_autoptr (TriWeights) weights = tri_weights_new ();
  g_autoptr (TriInsight) card = tri_insight_new ("filters", "", "");
  values[0 * 9 + 4] = 0.5f;               /* red, the block in the middle, its first pixel */
  values[12 * 9 + (4 + 3) * 9 + 2] = -2; /* green, the last block of the first row, its last pixel */
  g_assert_true (tri_weights_add (weights, "first.weight", G_N_ELEMENTS (dims), dims, values, NULL));
  g_assert_false (tri_neural_add_filters (card, weights, "second", 2, 3, 12));
  g_assert_false (tri_neural_add_filters (card, weights, "first", 4, 3, 12));
  g_assert_true (tri_neural_add_filters (card, weights, "first", 2, 3, 12));
  g_assert_cmpuint (card->pictures->len, ==, 2);
  const TriImage *red = card->pictures->pdata[0], *green = card->pictures->pdata[1];
  g_assert_cmpuint (red->width, ==, 6);
  g_assert_cmpuint (red->pixels[(2 * 6 + 2) * 3], ==, 255);
  g_assert_cmpuint (red->pixels[(2 * 6 + 2) * 3 + 1], ==, 128);
  g_assert_cmpuint (red->pixels[(2 * 6 + 3) * 3], ==, 128);
  g_assert_cmpuint (green->pixels[(1 * 6 + 5) * 3 + 1], ==, 1);
  g_assert_cmpuint (green->pixels[(1 * 6 + 5) * 3], ==, 128);
}

/* The channel that varies most comes first, stretched over all greys; one that doesn't vary is grey. */
static void
test_maps (void)
{
  g_autoptr (TriTensor) maps = tri_tensor_new ((TriShape) { 1, 1, 3, 3 }, NULL);
  const float values[] = { 5, 0, 1, 5, 10, 2, 5, 20, 3 };
  g_autoptr (TriInsight) card = tri_insight_new ("maps", "", "");
  memcpy (maps->data, values, sizeof values);
  tri_neural_add_maps (card, maps, 2);
  g_assert_cmpuint (card->pictures->len, ==, 2);
  const TriImage *first = card->pictures->pdata[0];
  g_assert_cmpuint (first->channels, ==, 1);
  g_assert_cmpuint (first->pixels[0], ==, 0);
  g_assert_cmpuint (first->pixels[1], ==, 128);
  g_assert_cmpuint (first->pixels[2], ==, 255);
  g_autoptr (TriImage) flat = tri_neural_show_channel (maps, 0);
  g_assert_cmpuint (flat->pixels[1], ==, 128);
}

/* Every network shows filters, or says nothing of them; the autoencoder its maps too. */
static void
test_cards (void)
{
  g_autoptr (TriImage) picture = fixture_picture (64, 64, 3);
  g_autoptr (TriKey) key = fixture_key ("a key");
  g_autoptr (TriSealed) sealed = fixture_seal ("autoencoder", picture, key), gan = fixture_seal ("cyclegan", picture, key);
  g_autoptr (GPtrArray) cards = tri_cipher_inspect (picture, sealed, key, NULL, NULL);
  g_autoptr (GPtrArray) of_gan = tri_cipher_inspect (picture, gan, key, NULL, NULL);
  g_assert_cmpuint (find_card (cards, "filters")->pictures->len, ==, 12);
  g_assert_cmpuint (find_card (cards, "maps")->pictures->len, ==, 12);
  g_assert_cmpuint (find_card (cards, "latents")->pictures->len, ==, 12);
  g_assert_cmpuint (find_card (of_gan, "filters")->pictures->len, ==, 16);
  g_assert_cmpuint (find_card (of_gan, "maps")->pictures->len, ==, 12);
  g_assert_cmpuint (find_card (of_gan, "steps")->pictures->len, ==, 5);
  g_assert_cmpuint (find_card (of_gan, "judges")->pictures->len, ==, 4);
  g_autoptr (TriSealed) chaos = fixture_seal ("cnn-chaos", picture, key), feistel = fixture_seal ("cnn-feistel", picture, key);
  g_autoptr (GPtrArray) of_chaos = tri_cipher_inspect (picture, chaos, key, NULL, NULL);
  g_autoptr (GPtrArray) of_feistel = tri_cipher_inspect (picture, feistel, key, NULL, NULL);
  g_assert_cmpuint (find_card (of_chaos, "filters")->pictures->len, ==, 12);
  g_assert_cmpuint (((TriImage *) find_card (of_chaos, "filters")->pictures->pdata[0])->channels, ==, 1);
  g_assert_cmpuint (find_card (of_chaos, "maps")->pictures->len, ==, 12);
  g_assert_cmpuint (find_card (of_feistel, "features")->pictures->len, ==, 16); /* 8 maps, 8 filters */
}

/* Weights from before the discriminators came with them */
static void
test_no_judges (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriWeights) none = tri_weights_new ();
  g_autoptr (TriImage) picture = fixture_picture (64, 64, 3);
  g_autoptr (TriTensor) scores = tri_cyclegan_judge (none, TRI_CYCLEGAN_IS_NOISE, picture, NULL, &error);
  g_assert_null (scores);
  g_assert_nonnull (error);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/inside/key-bits/autoencoder", "autoencoder", test_key_bits);
  g_test_add_data_func ("/inside/key-bits/cyclegan", "cyclegan", test_key_bits);
  g_test_add_data_func ("/inside/key-bits/cnn-feistel", "cnn-feistel", test_key_bits);
  g_test_add_func ("/inside/key-bits/ignored", test_key_bits_ignored);
  g_test_add_func ("/inside/key-bits/refused", test_key_bits_refused);
  g_test_add_func ("/inside/key-bits/superseded", test_key_bits_superseded);
  g_test_add_func ("/inside/key-bits/dropped", test_key_bits_dropped);
  g_test_add_func ("/inside/filters", test_filters);
  g_test_add_func ("/inside/maps", test_maps);
  g_test_add_func ("/inside/cards", test_cards);
  g_test_add_func ("/inside/no-judges", test_no_judges);
  return g_test_run ();
}
