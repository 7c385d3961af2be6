/* Many files at once: failures that stop nothing, pause, stop, retry, and progress that never goes back.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

#include "batch-fixture.h"

#define N_FILES 300

/* What was told while a batch ran. */
typedef struct {
  guint n_working, n_over, n_busy, most_busy;
  double fraction;
  gboolean went_back;
  /* what to do at an item's end */
  guint after;
  GCancellable *cancellable;
} Log;

static void
on_progress (double fraction, gpointer data)
{
  Log *log = data;
  log->went_back |= fraction < log->fraction;
  log->fraction = fraction;
}

static gpointer
resume (gpointer data)
{
  g_usleep (100000);
  g_assert_cmpuint (tri_vault_batch_count (data, TRI_VAULT_QUEUED), ==, N_FILES);
  tri_vault_batch_set_paused (data, FALSE);
  return NULL;
}

static void
on_item (TriVaultBatch *batch, guint index, gpointer data)
{
  Log *log = data;
  gint state = tri_vault_batch_get_item (batch, index)->state;
  if (state == TRI_VAULT_WORKING)
    {
      log->n_working++;
      log->n_busy++;
      log->most_busy = MAX (log->most_busy, log->n_busy);
    }
  else if (state != TRI_VAULT_STOPPED || log->n_busy > 0)
    {
      log->n_busy--;
      log->n_over++;
    }
  if (state != TRI_VAULT_WORKING && log->n_over == log->after && log->cancellable != NULL)
    g_cancellable_cancel (log->cancellable);
}

static void
test_all (BatchFixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
  g_autoptr (GFile) sealed = g_file_get_child (f->results, "album");
  Log log = { 0 };
  g_autoptr (TriProgress) progress = tri_progress_new (NULL, on_progress, &log);
  guint64 size = 0;
  for (guint i = 0; i < N_FILES; i++)
    size += BATCH_FIXTURE_SIZE (i);
  g_assert_cmpuint (tri_vault_batch_get_n_items (batch), ==, N_FILES);
  g_assert_cmpuint (tri_vault_batch_get_size (batch), ==, size);
  g_assert_true (tri_vault_batch_run (batch, on_item, &log, progress, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES);
  g_assert_cmpuint (log.n_working, ==, N_FILES);
  g_assert_cmpuint (log.n_over, ==, N_FILES);
  g_assert_cmpuint (log.most_busy, <=, TRI_VAULT_IN_FLIGHT);
  g_assert_false (log.went_back);
  g_assert_cmpfloat (log.fraction, >, 0);
  g_assert_cmpfloat (tri_progress_get_fraction (progress), ==, 1);
  g_assert_cmpuint (batch_fixture_count_files (sealed), ==, N_FILES);
  batch_fixture_assert_opens (f);
}

/* One that vanished, one whose result's name is taken, and a file that is named and was never there: each fails by name,
 * the others are done, and once the reason is gone a retry does the rest. */
static void
test_failures_and_retry (BatchFixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
  g_autoptr (GFile) sealed = g_file_get_child (f->results, "album"), taken = g_file_get_child (sealed, "200.jpg.age");
  g_autoptr (GFile) gone = g_file_get_child (f->album, "100.jpg"), absent = g_file_get_child (f->folder, "absent.jpg");
  g_autoptr (GFile) absent_result = g_file_get_child (f->results, "absent.jpg.age");
  TriVaultPassed passed = { 0 };
  g_assert_true (tri_vault_batch_add (batch, absent, &passed, NULL, &error));
  g_assert_true (g_file_delete (gone, NULL, NULL));
  g_assert_true (g_file_make_directory (sealed, NULL, NULL));
  g_assert_true (g_file_replace_contents (taken, "x", 1, NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, NULL));
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES - 2);
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_FAILED), ==, 3);
  const TriVaultItem *items[] = { tri_vault_batch_get_item (batch, 100), tri_vault_batch_get_item (batch, 200),
                                  tri_vault_batch_get_item (batch, N_FILES) };
  static const int codes[] = { G_IO_ERROR_NOT_FOUND, G_IO_ERROR_EXISTS, G_IO_ERROR_NOT_FOUND };
  static const char *const names[] = { "100.jpg", "200.jpg.age", "absent.jpg" };
  for (guint i = 0; i < 3; i++)
    {
      g_assert_cmpint (items[i]->state, ==, TRI_VAULT_FAILED);
      g_assert_error (items[i]->error, G_IO_ERROR, codes[i]);
      g_assert_nonnull (strstr (items[i]->error->message, names[i]));
    }

  Log log = { 0 };
  g_autoptr (TriProgress) progress = tri_progress_new (NULL, on_progress, &log);
  batch_fixture_make_file (f, 100);
  g_assert_true (g_file_delete (taken, NULL, NULL));
  g_assert_cmpuint (tri_vault_batch_retry (batch), ==, 3);
  g_assert_true (tri_vault_batch_run (batch, on_item, &log, progress, &error));
  g_assert_cmpuint (log.n_working, ==, 3);
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES);
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_FAILED), ==, 1);
  g_assert_false (g_file_query_exists (absent_result, NULL));
  batch_fixture_assert_opens (f);
}

/* Stopped in the middle: what was begun ends whole or leaves nothing, the rest is not begun; a retry does it. */
static void
test_stop_and_retry (BatchFixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  g_autoptr (GFile) sealed = g_file_get_child (f->results, "album");
  Log log = { .after = 50, .cancellable = cancellable };
  g_assert_false (tri_vault_batch_run (batch, on_item, &log, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  guint n_done = tri_vault_batch_count (batch, TRI_VAULT_DONE), n_stopped = tri_vault_batch_count (batch, TRI_VAULT_STOPPED);
  g_assert_cmpuint (n_done + n_stopped, ==, N_FILES);
  g_assert_cmpuint (n_done, >=, 50);
  g_assert_cmpuint (n_done, <, 50 + TRI_VAULT_IN_FLIGHT);
  g_assert_cmpuint (batch_fixture_count_files (sealed), ==, n_done);
  g_assert_cmpuint (tri_vault_batch_retry (batch), ==, n_stopped);
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, &error));
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES);
  g_assert_cmpuint (batch_fixture_count_files (sealed), ==, N_FILES);
  batch_fixture_assert_opens (f);
}

/* Told to pause before it begins, it begins nothing until it may go on; and a paused one can be stopped. */
static void
test_pause (BatchFixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
  Log log = { 0 };
  tri_vault_batch_set_paused (batch, TRUE);
  GThread *thread = g_thread_new ("resume", resume, batch);
  g_assert_true (tri_vault_batch_run (batch, on_item, &log, NULL, &error));
  g_thread_join (thread);
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES);

  g_autoptr (TriVaultBatch) other = batch_fixture_protect_album (f);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  tri_vault_batch_set_paused (other, TRUE);
  g_cancellable_cancel (cancellable);
  g_assert_false (tri_vault_batch_run (other, NULL, NULL, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (tri_vault_batch_count (other, TRI_VAULT_STOPPED), ==, N_FILES);
}

static void
test_links (BatchFixture *f, gconstpointer unused)
{
  TriVaultPassed passed = { 0 };
  g_autoptr (GFile) link = g_file_get_child (f->album, "link"), outside = g_file_get_child (f->folder, "outside");
  g_assert_true (g_file_make_symbolic_link (link, g_file_peek_path (f->results), NULL, NULL));
  g_assert_true (g_file_make_symbolic_link (outside, "album/001.jpg", NULL, NULL));
  g_autofree char *pipe = g_build_filename (g_file_peek_path (f->album), "pipe", NULL);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_autoptr (TriVaultBatch) batch = tri_vault_batch_new_protect (f->recipients, &f->options);
  g_assert_true (tri_vault_batch_add (batch, f->album, &passed, NULL, NULL));
  g_assert_cmpuint (passed.n_links, ==, 1);
  g_assert_cmpuint (passed.n_specials, ==, 1);
  g_assert_cmpuint (tri_vault_batch_get_n_items (batch), ==, N_FILES);
  g_assert_true (tri_vault_batch_add (batch, outside, &passed, NULL, NULL)); /* named itself: followed */
  g_assert_cmpuint (passed.n_links, ==, 1);
  g_assert_cmpuint (tri_vault_batch_get_item (batch, N_FILES)->size, ==, BATCH_FIXTURE_SIZE (1));
}

/* What was named, or lies below what was, and is not done fails by its name. */
static void
test_not_followed (BatchFixture *f, gconstpointer unused)
{
  TriVaultPassed passed = { 0 };
  g_autoptr (GFile) link = g_file_get_child (f->folder, "link"), deep = g_object_ref (f->album);
  g_assert_true (g_file_make_symbolic_link (link, "album", NULL, NULL));
  g_autoptr (TriVaultBatch) batch = tri_vault_batch_new_protect (f->recipients, &f->options);
  g_assert_true (tri_vault_batch_add (batch, link, &passed, NULL, NULL));
  g_assert_cmpuint (tri_vault_batch_get_n_items (batch), ==, 1);
  const TriVaultItem *item = tri_vault_batch_get_item (batch, 0);
  g_assert_true (item->unlisted && item->state == TRI_VAULT_FAILED);
  g_assert_nonnull (strstr (item->error->message, "link"));

  for (guint i = 1; i <= 66; i++)
    {
      g_autofree char *name = g_strdup_printf ("d%u", i);
      GFile *below = g_file_get_child (deep, name);
      g_assert_true (g_file_make_directory (below, NULL, NULL));
      g_set_object (&deep, below);
      g_object_unref (below);
    }
  g_autoptr (TriVaultBatch) all = tri_vault_batch_new_protect (f->recipients, &f->options);
  g_assert_true (tri_vault_batch_add (all, f->album, &passed, NULL, NULL));
  g_assert_cmpuint (tri_vault_batch_get_n_items (all), ==, N_FILES + 1);
  item = tri_vault_batch_get_item (all, N_FILES);
  g_assert_true (item->unlisted && item->state == TRI_VAULT_FAILED);
  g_assert_nonnull (strstr (item->error->message, "“d65”"));
  g_assert_true (passed.n_links == 0 && passed.n_specials == 0);
}

static void
on_ask (TriVaultBatch *batch, guint index, gpointer data)
{
  guint *n_asked = data;
  (*n_asked)++;
  tri_vault_batch_answer (batch, TRI_VAULT_NUMBER);
}

/* Names that are taken are asked about once, and the answer is for all. */
static void
test_ask (BatchFixture *f, gconstpointer unused)
{
  guint n_asked = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) sealed = g_file_get_child (f->results, "album"), back = g_file_get_child (f->folder, "back");
  f->options.conflict = TRI_VAULT_ASK;
  for (guint run = 0; run < 2; run++)
    {
      g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
      tri_vault_batch_set_ask (batch, on_ask, &n_asked);
      g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, &error));
      g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES);
      g_assert_cmpuint (n_asked, ==, run);
      g_assert_cmpuint (batch_fixture_count_files (sealed), ==, N_FILES * (run + 1));
    }
}

/* One batch that protects photos and opens an age file, by their names; what is added while it runs is done too. */
static void
on_ask_replace (TriVaultBatch *batch, guint index, gpointer data)
{
  tri_vault_batch_answer (batch, TRI_VAULT_REPLACE);
}

static GFile *
make_named (BatchFixture *f, const char *folder, const char *name)
{
  g_autoptr (GFile) below = g_file_get_child (f->album, folder);
  GFile *file = g_file_get_child (below, name);
  g_file_make_directory (below, NULL, NULL);
  g_assert_true (g_file_replace_contents (file, folder, strlen (folder), NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, NULL));
  return file;
}

/* Files of one name from several folders each get a result of their own, also where names that are taken are replaced, and
 * none of them replaces an original of the run. */
static void
test_same_names (BatchFixture *f, gconstpointer conflict)
{
  static const char *const folders[] = { "one", "two", "three", "four", "five" };
  static const char *const names[] = { "x.jpg", "x.jpg", "X.JPG", "x.jpg", "x.jpg" };
  g_autoptr (GFile) taken = g_file_get_child (f->results, "x.jpg.age"), own = make_named (f, "six", "x.jpg.age");
  g_autoptr (GFile) here = g_file_get_parent (own);
  g_autoptr (GHashTable) found = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  f->options.conflict = (TriVaultConflict) GPOINTER_TO_INT (conflict);
  g_assert_true (g_file_replace_contents (taken, "old", 3, NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, NULL));
  for (guint run = 0; run < 2; run++)
    {
      g_autoptr (TriVaultBatch) batch = tri_vault_batch_new_protect (f->recipients, &f->options);
      tri_vault_batch_set_ask (batch, on_ask_replace, NULL);
      for (guint i = 0; i < G_N_ELEMENTS (folders); i++)
        {
          g_autoptr (GFile) file = make_named (f, run == 0 ? folders[i] : "six", run == 0 ? names[i] : i == 0 ? "x.jpg" : "y.jpg");
          TriVaultPassed passed = { 0 };
          g_assert_true (tri_vault_batch_add (batch, file, &passed, NULL, NULL));
        }
      TriVaultPassed passed = { 0 };
      if (run == 1) /* results go beside the originals, one of which has the name */
        {
          g_assert_true (tri_vault_batch_add (batch, own, &passed, NULL, NULL));
          f->options.folder = here;
          tri_vault_batch_set_keys (batch, f->recipients, NULL, &f->options);
        }
      g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, NULL));
      g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, tri_vault_batch_get_n_items (batch));
      for (guint i = 0; i < tri_vault_batch_get_n_items (batch); i++)
        {
          const TriVaultItem *item = tri_vault_batch_get_item (batch, i);
          g_autoptr (GBytes) opened = tri_vault_open_to_memory (item->result.file, f->identities, 100, NULL, NULL, NULL);
          g_autofree char *text = g_strndup (g_bytes_get_data (opened, NULL), g_bytes_get_size (opened));
          g_autofree char *path = g_file_get_path (item->result.file);
          g_assert_true (g_hash_table_add (found, g_steal_pointer (&path))); /* each has its own */
          if (run == 0)
            g_assert_cmpstr (text, ==, folders[i]);
        }
    }
  g_autofree char *still = NULL;
  g_assert_true (g_file_load_contents (own, NULL, &still, NULL, NULL, NULL));
  g_assert_cmpstr (still, ==, "six");
  g_autofree char *replaced = NULL;
  g_assert_true (g_file_load_contents (taken, NULL, &replaced, NULL, NULL, NULL));
  g_assert_cmpstr (replaced, !=, "old");
  f->options.folder = f->results;
}

static void
test_by_name (BatchFixture *f, gconstpointer unused)
{
  TriVaultPassed passed = { 0 };
  g_autoptr (GError) error = NULL;
  g_autoptr (TriVaultBatch) first = batch_fixture_protect_album (f), mixed = tri_vault_batch_new (TRI_VAULT_BY_NAME);
  g_autoptr (GFile) sealed = g_file_get_child (f->results, "album"), one = g_file_get_child (sealed, "007.jpg.age");
  g_autoptr (GFile) plain = g_file_get_child (f->album, "008.jpg"), opened = g_file_get_child (f->results, "007.jpg");
  g_autoptr (GFile) result = g_file_get_child (f->results, "008.jpg.age");
  g_assert_true (tri_vault_batch_run (first, NULL, NULL, NULL, &error));
  g_assert_true (tri_vault_batch_add (mixed, one, &passed, NULL, NULL) && tri_vault_batch_add (mixed, plain, &passed, NULL, NULL));
  g_assert_true (tri_vault_batch_get_item (mixed, 0)->opening);
  g_assert_false (tri_vault_batch_get_item (mixed, 1)->opening);
  tri_vault_batch_set_keys (mixed, f->recipients, f->identities, &f->options);
  g_assert_true (tri_vault_batch_run (mixed, NULL, NULL, NULL, &error));
  g_assert_cmpuint (tri_vault_batch_count (mixed, TRI_VAULT_DONE), ==, 2);
  g_assert_true (g_file_query_exists (opened, NULL) && g_file_query_exists (result, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/batch/" name, BatchFixture, GUINT_TO_POINTER (N_FILES), batch_fixture_set_up, func, batch_fixture_tear_down)
  ADD ("all", test_all);
  ADD ("failures-and-retry", test_failures_and_retry);
  ADD ("stop-and-retry", test_stop_and_retry);
  ADD ("pause", test_pause);
  ADD ("links", test_links);
  ADD ("not-followed", test_not_followed);
  ADD ("ask", test_ask);
  ADD ("by-name", test_by_name);
#define ADD_NAMES(name, conflict) \
  g_test_add ("/batch/" name, BatchFixture, GINT_TO_POINTER (conflict), batch_fixture_set_up, test_same_names, \
              batch_fixture_tear_down)
  ADD_NAMES ("same-names", TRI_VAULT_REPLACE);
  ADD_NAMES ("same-names-asked", TRI_VAULT_ASK);
  return g_test_run ();
}
