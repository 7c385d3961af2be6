/* Bob, who has the key, beside Eve, who learns without it: against a cipher that hides everything and one that doesn't.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "tri-bob-eve.h"
#include "tri-metric.h"
#include "tri-model-store.h"
#include "work-fixture.h"

#define WIDTH 48u
#define HEIGHT 40u

typedef struct {
  TriBobEve *duel;
  guint n_sighted, n_learned, n_ended;
} Fixture;

static void
count (TriBobEve *duel, guint *n)
{
  (*n)++;
}

static TriSealed *
seal (const TriImage *picture, const TriKey *key, guint rounds)
{
  const TriCipher *cipher = fixture_cipher ("cnn-feistel");
  g_autoptr (TriParams) params = tri_params_new (cipher->params);
  g_assert_true (tri_params_set (params, "rounds", rounds, NULL));
  return tri_cipher_encrypt (cipher, picture, key, params, NULL, NULL, NULL);
}

static void
set_up (Fixture *f, gconstpointer rounds)
{
  g_autoptr (TriImage) picture = fixture_picture (WIDTH, HEIGHT, 3);
  g_autoptr (TriKey) key = fixture_key ("a key");
  g_autoptr (TriSealed) sealed = seal (picture, key, GPOINTER_TO_UINT (rounds));
  f->duel = tri_bob_eve_new (sealed);
  g_signal_connect (f->duel, "sighted", G_CALLBACK (count), &f->n_sighted);
  g_signal_connect (f->duel, "learned", G_CALLBACK (count), &f->n_learned);
  g_signal_connect (f->duel, "ended", G_CALLBACK (count), &f->n_ended);
  tri_bob_eve_look (f->duel, picture, sealed, key);
  while (f->n_sighted == 0)
    g_main_context_iteration (NULL, TRUE);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  g_assert_finalize_object (g_steal_pointer (&f->duel));
  fixture_drain ();
}

static void
learn (Fixture *f, guint64 steps)
{
  guint n_ended = f->n_ended;
  tri_bob_eve_train (f->duel, steps);
  g_assert_true (tri_bob_eve_is_training (f->duel));
  while (f->n_ended == n_ended)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (tri_bob_eve_get_error (f->duel));
  g_assert_false (tri_bob_eve_is_training (f->duel));
}

static void
assert_says (Fixture *f, const char *beginning)
{
  g_autofree char *words = tri_bob_eve_describe (f->duel);
  if (!g_str_has_prefix (words, beginning))
    g_error ("“%s” is no “%s”", words, beginning);
}

/* Bob sees all from the first; Eve, after some steps, no more than a colour. The figures are those of what is shown. */
static void
test_closed (Fixture *f, gconstpointer unused)
{
  const TriSight *sight = tri_bob_eve_get_sight (f->duel);
  g_assert_true (tri_image_equal (sight->copy, sight->bob));
  g_assert_true (isinf (sight->bob_psnr));
  g_assert_cmpfloat (sight->bob_ssim, ==, 1);
  g_assert_null (sight->eve);
  assert_says (f, "No Eve comes with this cipher");
  learn (f, 12);
  sight = tri_bob_eve_get_sight (f->duel);
  g_assert_cmpuint (tri_bob_eve_get_step (f->duel), ==, 12);
  g_assert_cmpfloat (tri_bob_eve_get_fraction (f->duel), ==, 1);
  g_assert_cmpuint (f->n_learned, ==, 13);
  g_assert_true (sight->eve->width == WIDTH && sight->eve->height == HEIGHT);
  TriPair pair;
  g_assert_true (tri_metric_pair (sight->copy, sight->eve, &pair, NULL, NULL));
  g_assert_cmpfloat (pair.psnr, ==, sight->eve_psnr);
  g_assert_cmpfloat (sight->eve_psnr, <, sight->flat_psnr + 0.3);
  assert_says (f, "Without the key Eve sees nothing: after 12 steps");
  g_autoptr (TriChart) chart = tri_bob_eve_make_chart (f->duel);
  const TriSeries *eve = chart->series->pdata[1];
  g_assert_cmpuint (eve->xs->len, ==, 12);
}

/* After one round half of the picture lies open: it is said, with how much. */
static void
test_open (Fixture *f, gconstpointer unused)
{
  learn (f, 120);
  g_test_message ("%g dB", tri_bob_eve_get_gain (f->duel));
  g_assert_cmpfloat (tri_bob_eve_get_gain (f->duel), >, 0.3);
  assert_says (f, "Eve sees something without the key: after 120 steps");
}

/* Stopped at once and in the middle; what she looks at next is seen nevertheless. */
static void
test_cancelled (Fixture *f, gconstpointer unused)
{
  tri_bob_eve_train (f->duel, 1000000);
  tri_bob_eve_cancel (f->duel);
  while (f->n_ended == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (tri_bob_eve_is_training (f->duel));
  tri_bob_eve_train (f->duel, 200 * 100); /* each hundredth is told */
  while (tri_bob_eve_get_step (f->duel) < 100)
    g_main_context_iteration (NULL, TRUE);
  tri_bob_eve_cancel (f->duel);
  while (f->n_ended == 1)
    g_main_context_iteration (NULL, TRUE);
  g_assert_no_error (tri_bob_eve_get_error (f->duel));
  g_assert_cmpuint (tri_bob_eve_get_step (f->duel), <, 300);
  guint n_sighted = f->n_sighted;
  g_autoptr (TriImage) other = fixture_picture (30, 30, 1);
  g_autoptr (TriKey) key = fixture_key ("another key");
  g_autoptr (TriSealed) sealed = seal (other, key, 8);
  g_assert_true (tri_bob_eve_fits (f->duel, sealed));
  tri_bob_eve_look (f->duel, other, sealed, key);
  while (f->n_sighted == n_sighted)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (tri_image_equal (tri_bob_eve_get_sight (f->duel)->bob, other));
  g_assert_null (tri_bob_eve_get_sight (f->duel)->eve);
  assert_says (f, "Stopped at step");
}

/* What she learned against one cipher says nothing of another, nor of other parameters. */
static void
test_fits (Fixture *f, gconstpointer unused)
{
  g_autoptr (TriImage) picture = fixture_picture (WIDTH, HEIGHT, 3);
  g_autoptr (TriKey) key = fixture_key ("a key");
  g_autoptr (TriSealed) same = seal (picture, key, 8), fewer = seal (picture, key, 4), other = fixture_seal ("autoencoder", picture, key);
  g_assert_true (tri_bob_eve_fits (f->duel, same));
  g_assert_false (tri_bob_eve_fits (f->duel, fewer));
  g_assert_false (tri_bob_eve_fits (f->duel, other));
  g_autoptr (TriBobEve) duel = tri_bob_eve_new (other);
  g_autoptr (TriSealed) again = fixture_seal ("autoencoder", picture, key);
  g_assert_true (tri_bob_eve_fits (duel, again));
  guint8 side[TRI_STORED_HASH_SIZE + 12] = { 1 };
  tri_sealed_set_side (again, "weights", side, sizeof side);
  g_assert_false (tri_bob_eve_fits (duel, again));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/bob-eve/closed", Fixture, GUINT_TO_POINTER (8), set_up, test_closed, tear_down);
  g_test_add ("/bob-eve/open", Fixture, GUINT_TO_POINTER (1), set_up, test_open, tear_down);
  g_test_add ("/bob-eve/cancelled", Fixture, GUINT_TO_POINTER (8), set_up, test_cancelled, tear_down);
  g_test_add ("/bob-eve/fits", Fixture, GUINT_TO_POINTER (8), set_up, test_fits, tear_down);
  return g_test_run ();
}
