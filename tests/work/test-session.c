/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libglib-testing/signal-logger.h>
#include <math.h>
#include <string.h>

#include "tri-error.h"
#include "tri-session-private.h"
#include "work-fixture.h"

typedef struct {
  TriSession *session;
  TriKey *key;
  GtSignalLogger *logger; /* report and failed */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->session = tri_session_new ();
  fixture->key = fixture_key ("a key");
  fixture->logger = gt_signal_logger_new ();
  gt_signal_logger_connect (fixture->logger, fixture->session, "report");
  gt_signal_logger_connect (fixture->logger, fixture->session, "failed");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  gt_signal_logger_free (fixture->logger);
  g_assert_finalize_object (fixture->session);
  tri_key_unref (fixture->key);
  fixture_drain ();
}

static void
show (Fixture *fixture, guint width, guint height)
{
  g_autoptr (TriImage) picture = fixture_picture (width, height, 3);
  tri_session_set_picture (fixture->session, picture, "p.png");
}

static gboolean
pop_report (Fixture *fixture)
{
  gboolean preview = FALSE;
  gt_signal_logger_assert_emission_pop (fixture->logger, fixture->session, "report", &preview);
  return preview;
}

/* A large picture: first the preview, then full size. A small one: once. */
static void
test_preview_first (Fixture *fixture, gconstpointer data)
{
  show (fixture, 700, 300);
  g_autofree char *why_not = tri_session_why_not_runnable (fixture->session);
  g_assert_nonnull (why_not);
  g_assert_false (tri_session_is_busy (fixture->session));
  tri_session_set_key (fixture->session, fixture->key);
  g_assert_true (tri_session_is_busy (fixture->session));
  fixture_settle (fixture->session);
  g_assert_true (pop_report (fixture));
  g_assert_false (pop_report (fixture));
  gt_signal_logger_assert_no_emissions (fixture->logger);
  TriReport *report = tri_session_get_report (fixture->session);
  g_assert_cmpuint (report->original->width, ==, 700);
  g_assert_false (isnan (report->values[TRI_METRIC_NPCR]));
  g_assert_cmpuint (g_list_model_get_n_items (tri_session_get_history (fixture->session)), ==, 1);

  show (fixture, 512, 512);
  g_assert_null (tri_session_get_report (fixture->session));
  fixture_settle (fixture->session);
  g_assert_false (pop_report (fixture));
  gt_signal_logger_assert_no_emissions (fixture->logger);
}

static void
assert_current (TriSession *session, gboolean preview, gpointer data)
{
  TriReport *report = tri_session_get_report (session);
  guint *n = data;
  ++*n;
  g_assert_cmpint (report->preview, ==, preview);
  g_assert_true (report->cipher == tri_session_get_cipher (session));
  g_assert_true (tri_params_equal (report->params, tri_session_get_params (session)));
  if (!preview)
    g_assert_true (report->original == tri_session_get_picture (session));
}

/* Picture, cipher and parameters change while runs are in flight: only what is still current is ever shown. */
static void
test_stale (Fixture *fixture, gconstpointer data)
{
  guint n = 0;
  tri_session_set_key (fixture->session, fixture->key);
  g_signal_connect (fixture->session, "report", G_CALLBACK (assert_current), &n);
  for (guint i = 0; i < 12; i++)
    {
      show (fixture, 900 + i, 600);
      for (guint k = 0; k < i % 4; k++)
        g_main_context_iteration (NULL, TRUE);
      tri_session_set_cipher (fixture->session, tri_ciphers ()[i % 3]);
      for (guint k = 0; k < i; k++)
        g_main_context_iteration (NULL, FALSE);
    }
  tri_session_set_cipher (fixture->session, fixture_cipher ("kmeans"));
  for (guint k = 3; k < 9; k++)
    {
      g_assert_true (tri_session_set_param (fixture->session, "k", k, NULL));
      g_main_context_iteration (NULL, TRUE);
    }
  fixture_settle (fixture->session);
  g_assert_cmpuint (n, >=, 2);
  TriReport *report = tri_session_get_report (fixture->session);
  g_assert_false (report->preview);
  g_assert_cmpint (tri_params_get_int (report->params, "k"), ==, 8);
}

/* A result that is waiting in the main loop already when something else is chosen, or the run is stopped. */
static void
test_late_result (Fixture *fixture, gconstpointer data)
{
  guint n = 0;
  tri_session_set_key (fixture->session, fixture->key);
  gulong handler = g_signal_connect (fixture->session, "report", G_CALLBACK (assert_current), &n);
  show (fixture, 30, 20);
  g_usleep (G_USEC_PER_SEC / 5);
  tri_session_set_cipher (fixture->session, fixture_cipher ("kmeans"));
  fixture_settle (fixture->session);
  g_assert_cmpuint (n, ==, 1);
  g_signal_handler_disconnect (fixture->session, handler);
  g_assert_false (pop_report (fixture));

  tri_session_run (fixture->session);
  g_usleep (G_USEC_PER_SEC / 5);
  tri_session_cancel (fixture->session);
  fixture_drain ();
  gt_signal_logger_assert_no_emissions (fixture->logger);
  g_assert_cmpuint (g_list_model_get_n_items (tri_session_get_history (fixture->session)), ==, 1);
}

static void
test_cancel (Fixture *fixture, gconstpointer data)
{
  tri_session_set_key (fixture->session, fixture->key);
  tri_session_set_cipher (fixture->session, fixture_cipher ("kmeans"));
  show (fixture, 2500, 2000);
  g_main_context_iteration (NULL, TRUE);
  tri_session_cancel (fixture->session);
  g_assert_false (tri_session_is_busy (fixture->session));
  while (gt_signal_logger_get_n_emissions (fixture->logger) > 0)
    g_assert_true (pop_report (fixture));
  fixture_drain ();
  gt_signal_logger_assert_no_emissions (fixture->logger);
  g_assert_cmpuint (g_list_model_get_n_items (tri_session_get_history (fixture->session)), ==, 0);

  /* And it runs again. */
  show (fixture, 30, 20);
  fixture_settle (fixture->session);
  g_assert_false (pop_report (fixture));
}

static void
test_preview_sides (void)
{
  g_assert_cmpuint (tri_preview_side_after (512, 0.09), ==, 512);
  g_assert_cmpuint (tri_preview_side_after (512, 0.3), ==, 256);
  g_assert_cmpuint (tri_preview_side_after (256, 0.09), ==, 256);
  g_assert_cmpuint (tri_preview_side_after (128, 9), ==, 128);
  g_assert_cmpuint (tri_preview_side_after (128, 0.01), ==, 256);
  g_assert_cmpuint (tri_preview_side_after (512, 0), ==, 512);
}

/* Where a preview took too long, the next one is smaller, and full size as it was; another cipher begins anew. */
static void
test_preview_shrinks (Fixture *fixture, gconstpointer data)
{
  TriSession *session = fixture->session;
  tri_session_set_key (session, fixture->key);
  tri_session_set_cipher (session, fixture_cipher ("kmeans"));
  show (fixture, 600, 400);
  fixture_settle (session);
  tri_session_begin_change (session);
  TriReport slow = { .preview = TRUE, .cipher = fixture_cipher ("kmeans"), .encrypt_s = 1 };
  session->preview_side = 512;
  tri_session_learn_preview (session, &slow, NULL);
  tri_session_set_param (session, "k", 5, NULL);
  fixture_settle (session);
  g_assert_true (tri_session_get_report (session)->preview);
  g_assert_cmpuint (tri_session_get_report (session)->width, ==, 256);
  tri_session_end_change (session);
  fixture_settle (session);
  g_assert_false (tri_session_get_report (session)->preview);
  g_assert_cmpuint (tri_session_get_report (session)->width, ==, 600);

  tri_session_begin_change (session);
  tri_session_set_cipher (session, fixture_cipher ("pca"));
  fixture_settle (session);
  g_assert_true (tri_session_get_report (session)->preview);
  g_assert_cmpuint (tri_session_get_report (session)->width, ==, 512);
  tri_session_end_change (session);
  fixture_settle (session);
  while (gt_signal_logger_get_n_emissions (fixture->logger) > 0)
    pop_report (fixture);
}

/* A drag: previews only, one step of undo, full size at its end. */
static void
test_drag (Fixture *fixture, gconstpointer data)
{
  TriSession *session = fixture->session;
  tri_session_set_key (session, fixture->key);
  tri_session_set_cipher (session, fixture_cipher ("kmeans"));
  g_autoptr (TriParams) before = tri_params_copy (tri_session_get_params (session));
  show (fixture, 800, 600);
  fixture_settle (session);
  g_assert_true (pop_report (fixture));
  g_assert_false (pop_report (fixture));
  guint n_runs = g_list_model_get_n_items (tri_session_get_history (session));

  tri_session_begin_change (session);
  for (guint k = 20; k < 30; k++)
    {
      g_assert_true (tri_session_set_param (session, "k", k, NULL));
      g_main_context_iteration (NULL, TRUE);
    }
  fixture_settle (session);
  g_assert_cmpuint (gt_signal_logger_get_n_emissions (fixture->logger), >=, 1);
  while (gt_signal_logger_get_n_emissions (fixture->logger) > 0)
    g_assert_true (pop_report (fixture));
  g_assert_cmpint (tri_params_get_int (tri_session_get_report (session)->params, "k"), ==, 29);
  g_assert_cmpuint (g_list_model_get_n_items (tri_session_get_history (session)), ==, n_runs);

  tri_session_end_change (session);
  fixture_settle (session);
  g_assert_false (pop_report (fixture));
  gt_signal_logger_assert_no_emissions (fixture->logger);

  tri_session_undo (session);
  g_assert_true (tri_params_equal (tri_session_get_params (session), before));
  fixture_settle (session);

  /* A drag that comes back to where it began is no step. */
  tri_session_redo (session);
  gboolean can_undo = FALSE;
  guint undos = 0;
  tri_session_begin_change (session);
  tri_session_set_param (session, "k", 5, NULL);
  tri_session_set_param (session, "k", 29, NULL);
  tri_session_end_change (session);
  for (g_object_get (session, "can-undo", &can_undo, NULL); can_undo; g_object_get (session, "can-undo", &can_undo, NULL))
    {
      tri_session_undo (session);
      undos++;
    }
  g_assert_cmpuint (undos, ==, 2);
  fixture_settle (session);
}

/* Without a picture or a key a drag changes parameters, and nothing fails. */
static void
test_drag_of_nothing (Fixture *fixture, gconstpointer data)
{
  TriSession *session = fixture->session;
  tri_session_set_cipher (session, fixture_cipher ("kmeans"));
  for (guint turn = 0; turn < 2; turn++)
    {
      tri_session_begin_change (session);
      g_assert_true (tri_session_set_param (session, "k", 11 + turn, NULL));
      tri_session_end_change (session);
      g_assert_false (tri_session_is_busy (session));
      show (fixture, 20, 20);
    }
  fixture_drain ();
  gt_signal_logger_assert_no_emissions (fixture->logger);
  tri_session_undo (session);
  g_assert_cmpint (tri_params_get_int (tri_session_get_params (session), "k"), ==, 11);
}

static void
test_undo (Fixture *fixture, gconstpointer data)
{
  TriSession *session = fixture->session;
  gboolean can_undo, can_redo;
  const TriCipher *first = tri_session_get_cipher (session), *kmeans = fixture_cipher ("kmeans");
  g_autoptr (GtSignalLogger) logger = gt_signal_logger_new ();
  g_autoptr (GError) error = NULL;
  tri_session_set_cipher (session, kmeans);
  int def = tri_params_get_int (tri_session_get_params (session), "k");
  g_assert_true (tri_session_set_param (session, "k", def + 1, &error));
  g_assert_true (tri_session_set_param (session, "k", def + 2, &error));
  g_assert_true (tri_session_set_param (session, "k", def + 2, &error)); /* no change, no step */
  tri_session_set_cipher (session, first);
  tri_session_set_cipher (session, kmeans);
  g_assert_cmpint (tri_params_get_int (tri_session_get_params (session), "k"), ==, def + 2); /* kept for each cipher */

  g_assert_false (tri_session_set_param (session, "k", -5, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
  g_assert_cmpint (tri_params_get_int (tri_session_get_params (session), "k"), ==, def + 2);

  gt_signal_logger_connect (logger, session, "cipher-changed");
  tri_session_undo (session);
  gt_signal_logger_assert_emission_pop (logger, session, "cipher-changed", NULL);
  g_assert_true (tri_session_get_cipher (session) == first);
  tri_session_undo (session);
  g_assert_true (tri_session_get_cipher (session) == kmeans);
  tri_session_undo (session);
  g_assert_cmpint (tri_params_get_int (tri_session_get_params (session), "k"), ==, def + 1);
  tri_session_redo (session);
  g_assert_cmpint (tri_params_get_int (tri_session_get_params (session), "k"), ==, def + 2);
  tri_session_undo (session);
  tri_session_undo (session);
  g_assert_cmpint (tri_params_get_int (tri_session_get_params (session), "k"), ==, def);
  tri_session_undo (session);
  g_assert_true (tri_session_get_cipher (session) == first);
  g_object_get (session, "can-undo", &can_undo, "can-redo", &can_redo, NULL);
  g_assert_false (can_undo);
  g_assert_true (can_redo);
  tri_session_undo (session); /* nothing left */
  tri_session_set_cipher (session, kmeans);
  g_object_get (session, "can-redo", &can_redo, NULL);
  g_assert_false (can_redo); /* a new change ends what could be redone */
  tri_session_reset_params (session);
  g_assert_cmpint (tri_params_get_int (tri_session_get_params (session), "k"), ==, def);
}

/* Another decryption key, and one bit of the first. */
static void
test_decrypt_keys (Fixture *fixture, gconstpointer data)
{
  TriSession *session = fixture->session;
  g_autoptr (TriKey) other = fixture_key ("another");
  gboolean linked;
  tri_session_set_key (session, fixture->key);
  show (fixture, 40, 30);
  fixture_settle (session);
  g_assert_nonnull (tri_session_get_report (session)->decrypted);

  tri_session_set_flip_bit (session, TRUE);
  fixture_settle (session);
  g_assert_error (tri_session_get_report (session)->refusal, TRI_ERROR, TRI_ERROR_WRONG_KEY);
  tri_session_set_flip_bit (session, FALSE);
  fixture_settle (session);
  g_assert_nonnull (tri_session_get_report (session)->decrypted);

  tri_session_set_decrypt_key (session, other);
  g_object_get (session, "decrypt-linked", &linked, NULL);
  g_assert_false (linked);
  fixture_settle (session);
  g_assert_error (tri_session_get_report (session)->refusal, TRI_ERROR, TRI_ERROR_WRONG_KEY);
  tri_session_set_decrypt_key (session, NULL);
  g_object_get (session, "decrypt-linked", &linked, NULL);
  g_assert_true (linked);
  fixture_settle (session);
  g_assert_nonnull (tri_session_get_report (session)->decrypted);
}

/* One salt for a key, so that Argon2id runs once; another for another key. */
static void
test_salt (Fixture *fixture, gconstpointer data)
{
  TriSession *session = fixture->session;
  g_autoptr (TriKey) other = fixture_key ("another");
  tri_session_set_key (session, fixture->key);
  show (fixture, 40, 30);
  fixture_settle (session);
  g_autoptr (TriSealed) first = tri_sealed_ref (tri_session_get_report (session)->sealed);
  tri_session_run (session);
  fixture_settle (session);
  g_autoptr (TriSealed) second = tri_sealed_ref (tri_session_get_report (session)->sealed);
  g_assert_cmpmem (first->salt, TRI_SALT_SIZE, second->salt, TRI_SALT_SIZE);
  g_assert_true (memcmp (first->nonce, second->nonce, TRI_NONCE_SIZE) != 0);
  tri_session_set_key (session, other);
  fixture_settle (session);
  g_assert_true (memcmp (first->salt, tri_session_get_report (session)->sealed->salt, TRI_SALT_SIZE) != 0);
}

/* Without live, nothing runs before it is asked for. */
static void
test_not_live (Fixture *fixture, gconstpointer data)
{
  g_object_set (fixture->session, "live", FALSE, NULL);
  tri_session_set_key (fixture->session, fixture->key);
  show (fixture, 40, 30);
  g_assert_false (tri_session_is_busy (fixture->session));
  tri_session_run (fixture->session);
  fixture_settle (fixture->session);
  g_assert_false (pop_report (fixture));
  TriReport *report = tri_session_get_report (fixture->session);
  tri_session_set_cipher (fixture->session, fixture_cipher ("kmeans"));
  g_assert_false (tri_session_is_busy (fixture->session));
  g_assert_true (tri_session_get_report (fixture->session) == report);
}

static void
test_nothing_to_run (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  tri_session_run (fixture->session);
  gt_signal_logger_assert_emission_pop (fixture->logger, fixture->session, "failed", &error);
  g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
  g_clear_error (&error);
  show (fixture, 4, 4);
  tri_session_run_all (fixture->session);
  gt_signal_logger_assert_emission_pop (fixture->logger, fixture->session, "failed", &error);
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
}

static void
count (TriSession *session, guint *n)
{
  ++*n;
}

static void
test_run_all (Fixture *fixture, gconstpointer data)
{
  TriSession *session = fixture->session;
  guint n_ciphers = 0, n_changes = 0;
  while (tri_ciphers ()[n_ciphers] != NULL)
    n_ciphers++;
  g_object_set (session, "live", FALSE, NULL);
  tri_session_set_key (session, fixture->key);
  show (fixture, 60, 40);
  g_signal_connect (session, "comparisons-changed", G_CALLBACK (count), &n_changes);
  tri_session_run_all (session);
  fixture_settle (session);
  g_assert_false (pop_report (fixture)); /* of the cipher that is chosen */
  gt_signal_logger_assert_no_emissions (fixture->logger);
  GPtrArray *comparisons = tri_session_get_comparisons (session);
  g_assert_cmpuint (comparisons->len, ==, n_ciphers);
  g_assert_cmpuint (n_changes, ==, n_ciphers); /* they came one by one */
  for (guint i = 0; i < n_ciphers; i++)
    g_assert_true (((TriReport *) g_ptr_array_index (comparisons, i))->cipher == tri_ciphers ()[i]);
  g_assert_true (tri_session_get_report (session)->cipher == tri_session_get_cipher (session));

  /* Once more replaces each; another picture begins a new table. */
  tri_session_run_all (session);
  fixture_settle (session);
  g_assert_cmpuint (tri_session_get_comparisons (session)->len, ==, n_ciphers);
  g_assert_cmpuint (g_list_model_get_n_items (tri_session_get_history (session)), ==, 2 * n_ciphers);

  /* What was measured under other conditions is not put side by side. */
  tri_session_set_flip_bit (session, TRUE);
  tri_session_run (session);
  fixture_settle (session);
  g_assert_cmpuint (tri_session_get_comparisons (session)->len, ==, 1);
  tri_session_set_flip_bit (session, FALSE);
  tri_session_set_damage (session, "lost", 5, NULL);
  tri_session_run_all (session);
  fixture_settle (session);
  g_assert_cmpuint (tri_session_get_comparisons (session)->len, ==, n_ciphers);
  tri_session_reset_damage (session);
  tri_session_run (session);
  fixture_settle (session);
  g_assert_cmpuint (tri_session_get_comparisons (session)->len, ==, 1);
  show (fixture, 61, 40);
  g_assert_cmpuint (tri_session_get_comparisons (session)->len, ==, 0);
}

/* A raw key fits some ciphers only: the others are left out, and a run with one says why it can't. */
static void
test_raw_key (Fixture *fixture, gconstpointer data)
{
  TriSession *session = fixture->session;
  const TriCipher *logistic = fixture_cipher ("logistic");
  g_autoptr (TriParams) numbers = tri_params_new (logistic->raw_key);
  g_autoptr (TriKey) raw = tri_key_new_raw (numbers);
  show (fixture, 30, 30);
  tri_session_set_key (session, raw);
  g_autofree char *why_not = tri_session_why_not_runnable (session);
  g_assert_nonnull (why_not);
  tri_session_set_cipher (session, logistic);
  fixture_settle (session);
  g_assert_true (tri_image_equal (tri_session_get_report (session)->decrypted, tri_session_get_picture (session)));
  tri_session_run_all (session);
  fixture_settle (session);
  GPtrArray *comparisons = tri_session_get_comparisons (session);
  g_assert_cmpuint (comparisons->len, >=, 1);
  while (gt_signal_logger_get_n_emissions (fixture->logger) > 0)
    g_assert_false (pop_report (fixture)); /* and nothing failed */
  for (guint i = 0; i < comparisons->len; i++)
    g_assert_nonnull (((TriReport *) g_ptr_array_index (comparisons, i))->cipher->raw_key);
}

static void
on_point (const TriSweepPoint *point, gpointer data)
{
  guint *n = data;
  g_assert_null (point->error);
  g_assert_true (g_main_context_is_owner (g_main_context_default ()));
  ++*n;
}

static void
keep_result (GObject *source, GAsyncResult *result, gpointer data)
{
  *(GAsyncResult **) data = g_object_ref (result);
}

static void
test_sweep (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GAsyncResult) result = NULL;
  g_autoptr (GPtrArray) ciphers = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  guint n = 0;
  TriSweepRange range = { (char *) "k", 2, 8, 2 };
  g_ptr_array_add (ciphers, (gpointer) fixture_cipher ("kmeans"));
  tri_session_sweep_async (fixture->session, ciphers, &range, on_point, &n, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_false (tri_session_sweep_finish (fixture->session, result, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
  g_clear_error (&error);
  g_clear_object (&result);

  g_object_set (fixture->session, "live", FALSE, NULL);
  tri_session_set_key (fixture->session, fixture->key);
  show (fixture, 40, 30);
  tri_session_sweep_async (fixture->session, ciphers, &range, on_point, &n, NULL, keep_result, &result);
  while (result == NULL)
    g_main_context_iteration (NULL, TRUE);
  g_assert_true (tri_session_sweep_finish (fixture->session, result, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (n, ==, 4); /* all before the end is reported */
  g_clear_object (&result);
  fixture_drain (); /* the worker lets go of the session */
}

static void
not_to_be_called (TriSession *session, gboolean preview, gpointer data)
{
  g_assert_not_reached ();
}

/* The window goes away in the middle of a run: the session goes at once, and nothing of it comes any more. */
static void
test_dispose_while_running (void)
{
  for (guint turns = 0; turns < 4; turns++)
    {
      TriSession *session = tri_session_new ();
      g_autoptr (TriImage) picture = fixture_picture (1500, 1200, 3);
      g_autoptr (TriKey) key = fixture_key ("k");
      tri_session_set_cipher (session, fixture_cipher ("kmeans"));
      tri_session_set_picture (session, picture, "p");
      tri_session_set_key (session, key);
      for (guint i = 0; i < turns; i++)
        g_main_context_iteration (NULL, TRUE);
      g_assert_true (tri_session_is_busy (session));
      g_signal_connect (session, "report", G_CALLBACK (not_to_be_called), NULL);
      g_signal_connect (session, "failed", G_CALLBACK (not_to_be_called), NULL);
      g_assert_finalize_object (session);
      fixture_drain ();
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/session/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("preview-first", test_preview_first);
  g_test_add_func ("/session/preview-sides", test_preview_sides);
  ADD ("preview-shrinks", test_preview_shrinks);
  ADD ("stale", test_stale);
  ADD ("late-result", test_late_result);
  ADD ("cancel", test_cancel);
  ADD ("drag", test_drag);
  ADD ("drag-of-nothing", test_drag_of_nothing);
  ADD ("undo", test_undo);
  ADD ("decrypt-keys", test_decrypt_keys);
  ADD ("salt", test_salt);
  ADD ("not-live", test_not_live);
  ADD ("nothing-to-run", test_nothing_to_run);
  ADD ("run-all", test_run_all);
  ADD ("raw-key", test_raw_key);
  ADD ("sweep", test_sweep);
  g_test_add_func ("/session/dispose-while-running", test_dispose_while_running);
  return g_test_run ();
}
