/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <libglib-testing/signal-logger.h>
#include <string.h>

#include "tri-error.h"
#include "tri-picture.h"
#include "tri-sealed-png.h"
#include "work-fixture.h"

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static gboolean
wait_for (TriSession *session, GAsyncResult **result, GError **error)
{
  while (*result == NULL)
    g_main_context_iteration (NULL, TRUE);
  gboolean good = tri_session_open_finish (session, *result, error);
  g_clear_object (result);
  return good;
}

static gboolean
open_bytes (TriSession *session, GBytes *bytes, GError **error)
{
  GAsyncResult *result = NULL;
  tri_session_open_bytes_async (session, bytes, "given.png", NULL, keep_result, &result);
  return wait_for (session, &result, error);
}

static void
test_picture (void)
{
  g_autoptr (TriSession) session = tri_session_new ();
  g_autoptr (TriImage) picture = fixture_picture (31, 17, 4);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) png = tri_picture_to_png (picture, NULL, &error);
  g_autoptr (GtSignalLogger) logger = gt_signal_logger_new ();
  gt_signal_logger_connect (logger, session, "picture-changed");
  g_assert_true (open_bytes (session, png, &error));
  g_assert_no_error (error);
  gt_signal_logger_assert_emission_pop (logger, session, "picture-changed", NULL);
  g_assert_true (tri_image_equal (tri_session_get_picture (session), picture));
  g_assert_cmpstr (tri_session_get_picture_name (session), ==, "given.png");
  g_assert_null (tri_session_get_opened_sealed (session));
}

/* Noise as a picture is what is left of a sealed one whose chunk was dropped; an ordinary picture is not suspected. */
static void
test_lost_chunk (void)
{
  g_autoptr (TriSession) session = tri_session_new ();
  g_autoptr (TriImage) noise = tri_image_new (64, 48, 3, NULL), plain = fixture_picture (64, 48, 3);
  g_autoptr (GRand) random = g_rand_new_with_seed (7);
  for (gsize i = 0; i < tri_image_n_bytes (noise); i++)
    noise->pixels[i] = (guint8) g_rand_int_range (random, 0, 256);
  const struct { TriImage *picture; gboolean suspected; } cases[] = { { noise, TRUE }, { plain, FALSE } };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) png = tri_picture_to_png (cases[i].picture, NULL, &error);
      g_assert_true (open_bytes (session, png, &error));
      g_assert_no_error (error);
      const char *notes = tri_session_get_picture (session)->notes;
      g_assert_true ((notes != NULL && strstr (notes, "encryption data is missing") != NULL) == cases[i].suspected);
    }
}

/* What can't be read leaves everything as it was. */
static void
test_bad_files (void)
{
  g_autoptr (TriSession) session = tri_session_new ();
  g_autoptr (TriImage) picture = fixture_picture (31, 17, 3);
  g_autoptr (TriKey) key = fixture_key ("k");
  g_autoptr (GtSignalLogger) logger = gt_signal_logger_new ();
  tri_session_set_key (session, key);
  tri_session_set_picture (session, picture, "first");
  fixture_settle (session);
  TriReport *report = tri_session_get_report (session);
  gt_signal_logger_connect (logger, session, "picture-changed");

  g_autoptr (TriSealed) sealed = fixture_seal ("aes-ctr", picture, key);
  g_autoptr (GBytes) png = tri_sealed_to_png (sealed, NULL, NULL);
  g_autoptr (GBytes) cut = g_bytes_new_from_bytes (png, 0, g_bytes_get_size (png) / 2);
  g_autoptr (GBytes) text = g_bytes_new_static ("not a picture", 13), empty = g_bytes_new_static ("", 0);
  GBytes *const bad[] = { cut, text, empty };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_false (open_bytes (session, bad[i], &error));
      g_assert_nonnull (error);
    }
  static const char *const paths[] = { "/nonexistent/file.png", "/" };
  for (guint i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GFile) file = g_file_new_for_path (paths[i]);
      GAsyncResult *result = NULL;
      tri_session_open_async (session, file, NULL, keep_result, &result);
      g_assert_false (wait_for (session, &result, &error));
      g_assert_nonnull (error);
    }
  gt_signal_logger_assert_no_emissions (logger);
  g_assert_true (tri_session_get_picture (session) == picture);
  g_assert_true (tri_session_get_report (session) == report);
  g_assert_cmpstr (tri_session_get_picture_name (session), ==, "first");
}

/* A sealed PNG on disk: its cipher and parameters are taken, the key is waited for, and then it is decrypted. */
static void
test_sealed_file (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriSession) session = tri_session_new ();
  g_autoptr (TriImage) picture = fixture_picture (50, 40, 3);
  g_autoptr (TriKey) key = fixture_key ("the key"), wrong = fixture_key ("wrong");
  g_autoptr (TriParams) params = tri_params_new (fixture_cipher ("kmeans")->params);
  tri_params_set (params, "k", 5, &error);
  tri_params_set (params, "lossless", 1, &error);
  g_autoptr (TriSealed) sealed = tri_cipher_encrypt (fixture_cipher ("kmeans"), picture, key, params, NULL, NULL, &error);
  g_assert_no_error (error);
  g_autofree char *folder = g_dir_make_tmp ("triptych-test-XXXXXX", &error);
  g_autofree char *path = g_build_filename (folder, "a sealed.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_assert_true (tri_sealed_save (sealed, file, FALSE, NULL, &error));

  GAsyncResult *result = NULL;
  tri_session_open_async (session, file, NULL, keep_result, &result);
  g_assert_true (wait_for (session, &result, &error));
  g_assert_no_error (error);
  g_assert_null (tri_session_get_picture (session));
  g_assert_nonnull (tri_session_get_opened_sealed (session));
  g_assert_cmpstr (tri_session_get_picture_name (session), ==, "a sealed.png");
  g_assert_true (tri_session_get_cipher (session) == fixture_cipher ("kmeans"));
  g_assert_true (tri_params_equal (tri_session_get_params (session), params));
  g_assert_false (tri_session_is_busy (session));
  g_autofree char *why_not = tri_session_why_not_runnable (session);
  g_assert_nonnull (why_not);

  /* Its parameters can't be changed before it is decrypted. */
  g_assert_false (tri_session_set_param (session, "k", 9, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED);
  g_clear_error (&error);
  tri_session_set_cipher (session, fixture_cipher ("aes-ctr"));
  g_assert_true (tri_session_get_cipher (session) == fixture_cipher ("kmeans"));

  /* The wrong key is refused, and everything stays. */
  tri_session_set_key (session, wrong);
  fixture_settle (session);
  TriReport *report = tri_session_get_report (session);
  g_assert_error (report->refusal, TRI_ERROR, TRI_ERROR_WRONG_KEY);
  g_assert_true (report->sealed == tri_session_get_opened_sealed (session));
  g_assert_null (report->decrypted);

  tri_session_set_key (session, key);
  fixture_settle (session);
  report = tri_session_get_report (session);
  g_assert_true (tri_image_equal (report->decrypted, picture));
  g_assert_null (report->original);

  /* From here on another cipher takes what was decrypted as its original. */
  tri_session_set_cipher (session, fixture_cipher ("aes-ctr"));
  g_assert_true (tri_session_get_cipher (session) == fixture_cipher ("aes-ctr"));
  g_assert_true (tri_image_equal (tri_session_get_picture (session), picture));
  g_assert_null (tri_session_get_opened_sealed (session));
  fixture_settle (session);
  g_assert_true (tri_image_equal (tri_session_get_report (session)->decrypted, picture));
  g_unlink (path);
  g_rmdir (folder);
}

/* The last one that was asked for wins, whatever the order in which they are read. */
static void
test_newer_wins (void)
{
  g_autoptr (TriSession) session = tri_session_new ();
  g_autoptr (TriImage) large = fixture_picture (1500, 1000, 3), small = fixture_picture (5, 5, 3);
  g_autoptr (GBytes) large_png = tri_picture_to_png (large, NULL, NULL), small_png = tri_picture_to_png (small, NULL, NULL);
  GAsyncResult *first = NULL, *second = NULL;
  g_autoptr (GError) error = NULL;
  tri_session_open_bytes_async (session, large_png, "large", NULL, keep_result, &first);
  tri_session_open_bytes_async (session, small_png, "small", NULL, keep_result, &second);
  g_assert_true (wait_for (session, &second, &error));
  g_assert_no_error (error);
  g_assert_false (wait_for (session, &first, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpstr (tri_session_get_picture_name (session), ==, "small");
}

static void
test_cancel (void)
{
  g_autoptr (TriSession) session = tri_session_new ();
  g_autoptr (TriImage) large = fixture_picture (1500, 1000, 3);
  g_autoptr (GBytes) png = tri_picture_to_png (large, NULL, NULL);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (GError) error = NULL;
  GAsyncResult *result = NULL;
  tri_session_open_bytes_async (session, png, "large", cancellable, keep_result, &result);
  g_cancellable_cancel (cancellable);
  g_assert_false (wait_for (session, &result, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_null (tri_session_get_picture (session));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/open/lost-chunk", test_lost_chunk);
  g_test_add_func ("/session/open/picture", test_picture);
  g_test_add_func ("/session/open/bad-files", test_bad_files);
  g_test_add_func ("/session/open/sealed-file", test_sealed_file);
  g_test_add_func ("/session/open/newer-wins", test_newer_wins);
  g_test_add_func ("/session/open/cancel", test_cancel);
  return g_test_run ();
}
