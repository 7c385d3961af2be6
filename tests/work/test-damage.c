/* Damage on the way: as much as was asked for, the same every time, and what it does to runs and sessions.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "tri-damage.h"
#include "tri-error.h"
#include "tri-picture.h"
#include "work-fixture.h"

static TriParams *
make_damage (const char *id, double value)
{
  g_autoptr (GError) error = NULL;
  TriParams *damage = tri_params_new (tri_damage_specs);
  g_assert_true (tri_params_set (damage, id, value, &error));
  g_assert_no_error (error);
  return damage;
}

static TriImage *
make_grey (guint width, guint height, guint channels)
{
  TriImage *image = tri_image_new (width, height, channels, NULL);
  memset (image->pixels, 128, tri_image_n_bytes (image));
  return image;
}

static TriImage *
strike (const TriParams *damage, const TriImage *picture)
{
  g_autoptr (GError) error = NULL;
  TriImage *out = tri_damage_picture (damage, picture, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (tri_image_same_shape (picture, out));
  return out;
}

static void
test_none (void)
{
  g_autoptr (TriParams) none = tri_params_new (tri_damage_specs), seeded = make_damage ("seed", 7);
  g_autoptr (TriImage) picture = fixture_picture (33, 21, 4), out = strike (none, picture);
  g_assert_false (tri_damage_is_on (none));
  g_assert_false (tri_damage_is_on (seeded));
  g_assert_false (tri_damage_is_on (NULL));
  g_assert_true (tri_image_equal (picture, out));
}

static void
test_gaussian (void)
{
  g_autoptr (TriParams) damage = make_damage ("gaussian", 10);
  g_autoptr (TriImage) picture = make_grey (400, 300, 3), out = strike (damage, picture), again = strike (damage, picture);
  double sum = 0, squares = 0, n = (double) tri_image_n_bytes (picture);
  for (gsize i = 0; i < tri_image_n_bytes (picture); i++)
    {
      double d = out->pixels[i] - 128.0;
      sum += d;
      squares += d * d;
    }
  g_assert_cmpfloat_with_epsilon (sum / n, 0, 0.1);
  g_assert_cmpfloat_with_epsilon (sqrt (squares / n), 10, 0.1);
  g_assert_true (tri_image_equal (out, again));
  g_assert_true (tri_params_set (damage, "seed", 2, NULL));
  g_autoptr (TriImage) other = strike (damage, picture);
  g_assert_false (tri_image_equal (out, other));
}

/* Black or white in all channels together. */
static void
test_pepper (void)
{
  g_autoptr (TriParams) damage = make_damage ("pepper", 20);
  g_autoptr (TriImage) picture = make_grey (400, 300, 2), out = strike (damage, picture);
  gsize n[2] = { 0 };
  for (gsize i = 0; i < tri_image_n_pixels (out); i++)
    {
      const guint8 *p = out->pixels + 2 * i;
      g_assert_true (p[0] == p[1] && (p[0] == 0 || p[0] == 255 || p[0] == 128));
      if (p[0] != 128)
        n[p[0] / 255]++;
    }
  g_assert_cmpfloat_with_epsilon ((double) n[0], 12000, 400);
  g_assert_cmpfloat_with_epsilon ((double) n[1], 12000, 400);
}

/* As many blocks as were asked for, to the block; those at the edges are smaller. */
static void
test_lost (void)
{
  static const struct { guint width, height; double percent; guint lost; } cases[] = {
    { 64, 64, 5, 4 }, { 61, 47, 50, 24 }, { 3, 2, 1, 1 }, { 800, 8, 10, 10 }
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (TriParams) damage = make_damage ("lost", cases[i].percent);
      g_autoptr (TriImage) picture = make_grey (cases[i].width, cases[i].height, 1), out = strike (damage, picture);
      guint lost = 0;
      for (guint y = 0; y < out->height; y += 8)
        for (guint x = 0; x < out->width; x += 8)
          {
            guint8 first = out->pixels[y * out->width + x];
            g_assert_true (first == 0 || first == 128);
            lost += first == 0;
            for (guint v = y; v < MIN (y + 8, out->height); v++)
              for (guint u = x; u < MIN (x + 8, out->width); u++)
                g_assert_cmpuint (out->pixels[v * out->width + u], ==, first);
          }
      g_assert_cmpuint (lost, ==, cases[i].lost);
    }
}

static double
error_of (const TriImage *a, const TriImage *b)
{
  double mse;
  guint64 n;
  g_assert_true (tri_metric_mse (a, b, &mse, &n, NULL, NULL));
  return mse;
}

/* A coarser JPEG takes more; alpha, which it doesn't have, stays. */
static void
test_jpeg (void)
{
  for (guint channels = 1; channels <= 4; channels++)
    {
      g_autoptr (TriImage) picture = fixture_picture (61, 47, channels);
      g_autoptr (TriParams) fine = make_damage ("jpeg", 95), coarse = make_damage ("jpeg", 5);
      g_autoptr (TriImage) one = strike (fine, picture), two = strike (coarse, picture);
      g_assert_cmpfloat (error_of (picture, one), >, 0);
      g_assert_cmpfloat (error_of (picture, two), >, 2 * error_of (picture, one));
      for (gsize i = channels - 1; channels % 2 == 0 && i < tri_image_n_bytes (picture); i += channels)
        g_assert_cmpuint (one->pixels[i], ==, picture->pixels[i]);
    }
}

static TriReport *
run (const char *cipher, TriParams *damage)
{
  g_autoptr (TriRunSpec) spec = tri_run_spec_new (fixture_cipher (cipher));
  g_autoptr (GError) error = NULL;
  spec->picture = fixture_picture (96, 80, 3);
  spec->key = fixture_key ("damage");
  spec->damage = damage;
  TriReport *report = tri_run (spec, NULL, &error);
  g_assert_no_error (error);
  return report;
}

/* Authenticated encryption refuses; what endures damage gives a picture; the caption and JSON name the damage. */
static void
test_run (void)
{
  g_autoptr (TriReport) refused = run ("xchacha20-poly1305", make_damage ("lost", 5));
  g_assert_null (refused->decrypted);
  g_assert_error (refused->refusal, TRI_ERROR, TRI_ERROR_WRONG_KEY);
  g_assert_false (tri_image_equal (refused->sealed->visible, refused->arrived->visible));

  g_autoptr (TriReport) enduring = run ("cnn-chaos", make_damage ("lost", 5)), whole = run ("cnn-chaos", NULL);
  g_autofree char *caption = tri_report_caption (enduring, 2), *json = tri_report_to_json (enduring);
  g_assert_cmpfloat (enduring->restored.ssim, >, 0.85);
  g_assert_cmpfloat (enduring->restored.ssim, <, whole->restored.ssim);
  g_assert_nonnull (strstr (caption, "5 %"));
  g_assert_nonnull (strstr (json, "\"lost\": 5"));
  g_assert_null (whole->arrived);
  g_assert_null (whole->damage);
}

/* A JPEG leaves little of noise in colour, and the caption says what to do; it does little to grey planes, and to a grey picture. */
static void
test_jpeg_of_colours (void)
{
  g_autoptr (TriReport) colour = run ("cnn-chaos", make_damage ("jpeg", 90)), noise = run ("cnn-chaos", make_damage ("gaussian", 10));
  g_autofree char *advised = tri_report_caption (colour, 2), *plain = tri_report_caption (noise, 2);
  g_autoptr (TriRunSpec) spec = tri_run_spec_new (fixture_cipher ("cnn-chaos"));
  g_assert_cmpfloat (colour->restored.psnr, <, 20);
  g_assert_nonnull (strstr (advised, "Grey planes"));
  g_assert_null (strstr (plain, "Grey planes"));
  g_assert_true (tri_params_parse (spec->params, "layout=planes", NULL));
  spec->picture = fixture_picture (96, 80, 3);
  spec->key = fixture_key ("damage");
  spec->damage = make_damage ("jpeg", 90);
  g_autoptr (TriReport) planes = tri_run (spec, NULL, NULL);
  g_autofree char *enough = tri_report_caption (planes, 2);
  g_assert_cmpfloat (planes->restored.psnr, >, colour->restored.psnr + 10);
  g_assert_null (strstr (enough, "Grey planes"));
  g_assert_false (planes->encrypted_matched);
}

/* What the shipped weights restore of samples that they were not trained on, after the damage that they are meant for. */
static void
test_floors (void)
{
  static const struct { const char *sample, *damage; double value, psnr, ssim; } floors[] = {
    { "astronaut.png", "jpeg", 90, 36, 0.93 },
    { "brain.png", "lost", 5, 43, 0.98 },      { "brain.png", "gaussian", 10, 34.5, 0.9 },
    { "brain.png", "pepper", 5, 41, 0.97 },    { "brain.png", "jpeg", 90, 38.5, 0.95 },
    { "digits.png", "lost", 5, 40, 0.98 },     { "digits.png", "gaussian", 10, 34, 0.9 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (floors); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (TriRunSpec) spec = tri_run_spec_new (fixture_cipher ("cnn-chaos"));
      g_autofree char *path = g_build_filename (g_getenv ("TRIPTYCH_DATA_DIR"), "samples", floors[i].sample, NULL);
      g_autoptr (GFile) file = g_file_new_for_path (path);
      g_autoptr (TriImage) whole = tri_picture_load (file, NULL, &error);
      g_assert_no_error (error);
      spec->picture = tri_image_scale_down (whole, g_str_has_prefix (floors[i].sample, "brain") ? 128 : 448, NULL);
      spec->key = fixture_key ("floors");
      spec->damage = make_damage (floors[i].damage, floors[i].value);
      spec->has_salt = spec->has_nonce = TRUE;
      spec->flags = 0;
      g_assert_true (tri_params_parse (spec->params, "layout=planes", NULL));
      g_autoptr (TriReport) report = tri_run (spec, NULL, &error);
      g_assert_no_error (error);
      g_test_message ("%s, %s: %.2f dB, SSIM %.4f", floors[i].sample, floors[i].damage, report->restored.psnr, report->restored.ssim);
      g_assert_cmpfloat (report->restored.psnr, >=, floors[i].psnr);
      g_assert_cmpfloat (report->restored.ssim, >=, floors[i].ssim);
    }
}

static void
count (TriSession *session, guint *n)
{
  (*n)++;
}

/* Off at first; setting it runs anew, a drag leaves no step of undo, and a run of the past brings its damage back. */
static void
test_session (void)
{
  g_autoptr (TriSession) session = tri_session_new ();
  g_autoptr (TriImage) picture = fixture_picture (96, 80, 1);
  g_autoptr (TriKey) key = fixture_key ("session");
  g_autoptr (GError) error = NULL;
  guint n_changes = 0;
  g_signal_connect (session, "damage-changed", G_CALLBACK (count), &n_changes);
  tri_session_set_cipher (session, fixture_cipher ("cnn-chaos"));
  gboolean could_undo, can_undo;
  g_object_get (session, "can-undo", &could_undo, NULL);
  tri_session_set_key (session, key);
  tri_session_set_picture (session, picture, "a picture");
  fixture_settle (session);
  g_assert_false (tri_damage_is_on (tri_session_get_damage (session)));
  g_assert_null (tri_session_get_report (session)->damage);
  g_autoptr (TriHistoryEntry) before = g_list_model_get_item (tri_session_get_history (session), 0);

  tri_session_begin_change (session);
  g_assert_true (tri_session_set_damage (session, "gaussian", 3, &error));
  g_assert_true (tri_session_set_damage (session, "gaussian", 10, &error));
  tri_session_end_change (session);
  fixture_settle (session);
  g_assert_cmpuint (n_changes, ==, 2);
  g_assert_cmpfloat (tri_params_get (tri_session_get_report (session)->damage, "gaussian"), ==, 10);
  g_object_get (session, "can-undo", &can_undo, NULL);
  g_assert_cmpint (could_undo, ==, can_undo);

  tri_session_restore (session, before);
  g_assert_false (tri_damage_is_on (tri_session_get_damage (session)));
  g_assert_true (tri_session_set_damage (session, "lost", 5, &error));
  tri_session_reset_damage (session);
  fixture_settle (session);
  g_assert_null (tri_session_get_report (session)->damage);
  g_assert_false (tri_session_set_damage (session, "none such", 5, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/work/damage/none", test_none);
  g_test_add_func ("/work/damage/gaussian", test_gaussian);
  g_test_add_func ("/work/damage/pepper", test_pepper);
  g_test_add_func ("/work/damage/lost", test_lost);
  g_test_add_func ("/work/damage/jpeg", test_jpeg);
  g_test_add_func ("/work/damage/run", test_run);
  g_test_add_func ("/work/damage/jpeg-of-colours", test_jpeg_of_colours);
  g_test_add_func ("/work/damage/floors", test_floors);
  g_test_add_func ("/work/damage/session", test_session);
  return g_test_run ();
}
