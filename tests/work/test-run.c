/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "tri-damage.h"
#include "tri-error.h"
#include "work-fixture.h"

static TriRunSpec *
make_spec (const char *cipher, guint width, guint height, guint channels, const char *key)
{
  TriRunSpec *spec = tri_run_spec_new (fixture_cipher (cipher));
  spec->picture = fixture_picture (width, height, channels);
  spec->key = fixture_key (key);
  return spec;
}

static TriReport *
run (const TriRunSpec *spec)
{
  g_autoptr (GError) error = NULL;
  TriReport *report = tri_run (spec, NULL, &error);
  g_assert_no_error (error);
  return report;
}

/* Every cipher: what the report says agrees with what the pictures are. */
static void
test_every_cipher (void)
{
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    {
      g_autoptr (TriRunSpec) spec = make_spec ((*c)->id, 48, 40, 3, "a key");
      g_autoptr (TriReport) report = run (spec);
      g_test_message ("%s", (*c)->id);
      g_assert_true (report->cipher == *c);
      g_assert_true (report->original == spec->picture);
      g_assert_null (report->refusal);
      g_assert_nonnull (report->decrypted);
      gboolean same = tri_image_equal (report->original, report->decrypted);
      g_assert_cmpint (same, ==, report->restored.mse == 0);
      g_assert_cmpint (same, ==, isinf (report->restored.psnr));
      if (tri_cipher_is_lossless (*c, report->params))
        g_assert_true (same);
      if (same)
        g_assert_true (report->decrypted == report->original); /* shared, not held twice */
      const TriImage *seen = report->sealed->visible;
      g_assert_cmpint (report->encrypted_matched, ==, seen->width != 48 || seen->height != 40);
      g_assert_cmpfloat (report->encrypted.mse, >, 0);
      g_assert_cmpuint (report->bytes_original, ==, 48 * 40 * 3);
      g_assert_cmpuint (report->bytes_sealed, ==, tri_image_n_bytes (report->sealed->visible)
                                                      + tri_sealed_get_side_size (report->sealed));
      for (guint m = 0; m < TRI_N_METRICS; m++)
        if (tri_metric_infos[m].group == TRI_METRIC_GROUP_SECURITY)
          g_assert_cmpint (isnan (report->values[m]), ==, report->undefined[m] != NULL);
      if (((*c)->flags & TRI_CIPHER_AUTHENTICATES) != 0)
        {
          g_assert_null (report->wrong_key);
          g_assert_error (report->wrong_key_refusal, TRI_ERROR, TRI_ERROR_WRONG_KEY);
          g_assert_nonnull (strstr (report->undefined[TRI_METRIC_KEY_BIT_SSIM], "Refused"));
        }
    }
}

/* NPCR: a fresh nonce changes everything, a fixed keystream exactly one byte of one pixel. */
static void
test_npcr (void)
{
  g_autoptr (TriRunSpec) fresh = make_spec ("aes-ctr", 64, 64, 1, "a key");
  g_autoptr (TriReport) random = run (fresh);
  g_assert_cmpfloat (random->values[TRI_METRIC_NPCR], >, 0.98);

  g_autoptr (TriRunSpec) fixed = tri_run_spec_copy (fresh);
  fixed->has_nonce = TRUE;
  memset (fixed->nonce, 7, sizeof fixed->nonce);
  g_autoptr (TriReport) same_stream = run (fixed);
  g_assert_cmpfloat_with_epsilon (same_stream->values[TRI_METRIC_NPCR], 1.0 / (64 * 64), 1e-12);
}

static void
test_other_decrypt_key (void)
{
  g_autoptr (TriRunSpec) spec = make_spec ("xchacha20-poly1305", 20, 10, 4, "a key");
  spec->decrypt_key = fixture_key ("another key");
  g_autoptr (TriReport) report = run (spec);
  g_assert_null (report->decrypted);
  g_assert_error (report->refusal, TRI_ERROR, TRI_ERROR_WRONG_KEY);
  g_assert_true (isnan (report->restored.mse));
  g_autofree char *caption = tri_report_caption (report, 2);
  g_assert_cmpstr (caption, ==, "refused: another key");
}

static void
test_sealed_only (void)
{
  g_autoptr (TriImage) picture = fixture_picture (33, 21, 3);
  g_autoptr (TriKey) key = fixture_key ("k");
  g_autoptr (TriRunSpec) spec = tri_run_spec_new (fixture_cipher ("aes-ecb"));
  spec->sealed = fixture_seal ("aes-ecb", picture, key);
  spec->decrypt_key = tri_key_ref (key);
  g_autoptr (TriReport) report = run (spec);
  g_assert_null (report->original);
  g_assert_true (tri_image_equal (report->decrypted, picture));
  g_assert_true (isnan (report->encrypted.mse) && isnan (report->restored.mse));
  g_assert_false (isnan (report->values[TRI_METRIC_ENTROPY]));
  g_assert_nonnull (report->undefined[TRI_METRIC_LEAK]);
  g_assert_cmpuint (report->width, ==, 33);
}

static void
test_preview_flags (void)
{
  g_autoptr (TriRunSpec) spec = make_spec ("xchacha20-poly1305", 16, 16, 3, "k");
  spec->flags = 0;
  g_autoptr (TriReport) report = run (spec);
  g_assert_true (isnan (report->values[TRI_METRIC_NPCR]));
  g_assert_cmpstr (report->undefined[TRI_METRIC_NPCR], ==, "Not measured in a preview.");
  g_assert_null (report->insights);
  g_assert_null (report->wrong_key_refusal);
}

static void
test_tiny (void)
{
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    for (guint channels = 1; channels <= 4; channels++)
      {
        g_autoptr (TriRunSpec) spec = make_spec ((*c)->id, 1, 1, channels, "k");
        g_autoptr (TriReport) report = run (spec);
        g_assert_nonnull (report->sealed);
      }
}

static void
test_missing (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriRunSpec) spec = tri_run_spec_new (fixture_cipher ("aes-ctr"));
  g_assert_null (tri_run (spec, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
  g_clear_error (&error);
  spec->picture = fixture_picture (4, 4, 1);
  g_assert_null (tri_run (spec, NULL, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
}

typedef struct {
  GCancellable *cancellable;
  double at, last;
} CancelAt;

static void
cancel_at (double fraction, gpointer data)
{
  CancelAt *when = data;
  g_assert_cmpfloat (fraction, >=, when->last);
  when->last = fraction;
  if (fraction >= when->at)
    g_cancellable_cancel (when->cancellable);
}

static void
assert_cancelled (const char *cipher, guint side, double at)
{
  g_autoptr (TriRunSpec) spec = make_spec (cipher, side, side, 3, "k");
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  CancelAt when = { cancellable, at, 0 };
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, cancel_at, &when);
  g_autoptr (GError) error = NULL;
  g_assert_null (tri_run (spec, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
}

static void
test_cancel (void)
{
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    assert_cancelled ((*c)->id, 64, 0);
  assert_cancelled ("kmeans", 2000, 0.2);
  assert_cancelled ("kmeans", 2000, 0.6);
}

static void
test_compare (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriImage) a = fixture_picture (64, 48, 3), small = fixture_picture (20, 20, 1);
  g_autoptr (TriReport) same = tri_run_compare (a, a, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpfloat (same->encrypted.mse, ==, 0);
  g_assert_true (isinf (same->encrypted.psnr));
  g_assert_cmpfloat (same->values[TRI_METRIC_NPCR], ==, 0);
  g_assert_false (same->encrypted_matched);
  g_autofree char *json = tri_report_to_json (same);
  g_assert_nonnull (strstr (json, "\"cipher\": null"));
  g_assert_nonnull (strstr (json, "\"psnr\": \"inf\""));
  g_autoptr (TriReport) other = tri_run_compare (a, small, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (other->encrypted_matched);
}

/* One bit of raw numbers: in every precision and variant the one that is turned shows, although rounding merges orbits
 * that start closer to each other. */
static void
test_raw_bit (void)
{
  for (guint variant = 0; variant < 2; variant++)
    for (guint precision = 0; precision < 3; precision++)
      {
        g_autoptr (TriRunSpec) spec = make_spec ("logistic", 48, 40, 3, "unused");
        g_autoptr (TriParams) numbers = tri_params_new (spec->cipher->raw_key);
        tri_key_unref (spec->key);
        spec->key = tri_key_new_raw (numbers);
        spec->flip_bit = TRUE;
        tri_params_set (spec->params, "variant", variant, NULL);
        tri_params_set (spec->params, "precision", precision, NULL);
        g_autoptr (TriReport) report = run (spec);
        g_assert_cmpfloat (report->restored.ssim, <, 0.5);
        g_assert_cmpfloat (report->values[TRI_METRIC_KEY_BIT_SSIM], <, 0.5);
        g_assert_nonnull (strstr (report->flipped, "0.3117"));
        g_assert_cmpstr (report->flipped, ==, report->key_bit);
        g_autofree char *caption = tri_report_caption (report, 2);
        g_assert_nonnull (strstr (caption, report->flipped));
      }
}

/* A refusal names what was done to the run, and blames key and file only where nothing was. */
static void
test_refusal (void)
{
  g_autoptr (TriRunSpec) spec = make_spec ("xchacha20-poly1305", 40, 30, 3, "a key");
  g_autoptr (TriReport) good = run (spec);
  g_assert_null (tri_report_refusal (good));
  spec->flip_bit = TRUE;
  g_autoptr (TriReport) flipped = run (spec);
  g_autofree char *bit = tri_report_refusal (flipped), *caption = tri_report_caption (flipped, 2);
  g_assert_nonnull (strstr (bit, "one bit"));
  g_assert_cmpstr (caption, ==, "refused: one bit of the key changed");
  spec->flip_bit = FALSE;
  spec->damage = tri_params_new (tri_damage_specs);
  tri_params_set (spec->damage, "lost", 5, NULL);
  g_autoptr (TriReport) damaged = run (spec);
  g_autofree char *why = tri_report_refusal (damaged), *before = tri_report_caption (damaged, 1);
  g_assert_nonnull (strstr (why, "damaged on the way"));
  g_assert_nonnull (strstr (before, "before damage"));
  g_clear_pointer (&spec->damage, tri_params_free);
  spec->decrypt_key = fixture_key ("another");
  g_autoptr (TriReport) other = run (spec);
  g_autofree char *another = tri_report_refusal (other);
  g_assert_nonnull (strstr (another, "not the one that encrypted"));
  spec->picture = (tri_image_unref (spec->picture), NULL);
  spec->sealed = tri_sealed_ref (good->sealed);
  g_autoptr (TriReport) opened = run (spec);
  g_autofree char *file = tri_report_refusal (opened);
  g_assert_cmpstr (file, ==, opened->refusal->message);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/run/every-cipher", test_every_cipher);
  g_test_add_func ("/run/npcr", test_npcr);
  g_test_add_func ("/run/other-decrypt-key", test_other_decrypt_key);
  g_test_add_func ("/run/sealed-only", test_sealed_only);
  g_test_add_func ("/run/preview-flags", test_preview_flags);
  g_test_add_func ("/run/tiny", test_tiny);
  g_test_add_func ("/run/missing", test_missing);
  g_test_add_func ("/run/cancel", test_cancel);
  g_test_add_func ("/run/compare", test_compare);
  g_test_add_func ("/run/raw-bit", test_raw_bit);
  g_test_add_func ("/run/refusal", test_refusal);
  return g_test_run ();
}
