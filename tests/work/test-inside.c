/* What the networks' ciphers show of their inside. SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-error.h"
#include "tri-key-bits.h"
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

/* The right key gives the picture back, one wrong bit and more give nothing. */
static void
test_key_bits (gconstpointer data)
{
  g_autoptr (TriImage) picture = fixture_picture (80, 60, 3);
  g_autoptr (TriRunSpec) spec = tri_run_spec_new (fixture_cipher (data));
  spec->picture = tri_image_ref (picture);
  spec->key = fixture_key ("a key");
  spec->flags = TRI_RUN_INSPECT;
  g_autoptr (GError) error = NULL;
  g_autoptr (TriReport) report = tri_run (spec, NULL, &error);
  g_assert_no_error (error);
  const TriInsight *card = find_card (report->insights, "key-bits");
  const TriSeries *curve = card->chart->series->pdata[0];
  g_assert_cmpuint (curve->ys->len, ==, 9);
  g_assert_cmpuint (card->pictures->len, ==, 9);
  g_assert_cmpfloat (g_array_index (curve->ys, double, 0), >, 0.9);
  for (guint n = 1; n < 9; n++)
    {
      g_assert_cmpfloat (g_array_index (curve->xs, double, n), ==, n);
      g_assert_cmpfloat (g_array_index (curve->ys, double, n), <, 0.15);
    }
}

/* A cipher that refuses wrong keys shows no picture for them. */
static void
test_key_bits_refused (void)
{
  g_autoptr (TriImage) picture = fixture_picture (40, 30, 3);
  g_autoptr (TriKey) key = fixture_key ("a key");
  g_autoptr (TriSealed) sealed = fixture_seal ("xchacha20-poly1305", picture, key);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriInsight) card = tri_key_bits_inspect (picture, sealed, key, NULL, &error);
  g_assert_no_error (error);
  const TriSeries *curve = card->chart->series->pdata[0];
  g_assert_cmpuint (card->pictures->len, ==, 1);
  g_assert_cmpfloat (g_array_index (curve->ys, double, 0), >, 0.999);
  g_assert_cmpfloat (g_array_index (curve->ys, double, 1), ==, 0);

  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_cancellable_cancel (cancellable);
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  g_assert_null (tri_key_bits_inspect (picture, sealed, key, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
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
  g_assert_false (tri_neural_add_filters (card, weights, "second", 2, 12));
  g_assert_false (tri_neural_add_filters (card, weights, "first", 4, 12));
  g_assert_true (tri_neural_add_filters (card, weights, "first", 2, 12));
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
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/inside/key-bits/autoencoder", "autoencoder", test_key_bits);
  g_test_add_data_func ("/inside/key-bits/cyclegan", "cyclegan", test_key_bits);
  g_test_add_data_func ("/inside/key-bits/cnn-feistel", "cnn-feistel", test_key_bits);
  g_test_add_func ("/inside/key-bits/refused", test_key_bits_refused);
  g_test_add_func ("/inside/filters", test_filters);
  g_test_add_func ("/inside/maps", test_maps);
  g_test_add_func ("/inside/cards", test_cards);
  return g_test_run ();
}
