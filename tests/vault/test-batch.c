/* Many files at once: failures that stop nothing, pause, stop, retry, and progress that never goes back.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "tri-vault-batch.h"

#define N_FILES 300
#define SIZE(i) ((gsize) (i) * 331 % 20000)

typedef struct {
  GFile *folder, *album, *results;
  GPtrArray *recipients, *identities;
  TriVaultOptions options;
} Fixture;

static void
make_file (Fixture *f, guint i)
{
  g_autofree char *name = g_strdup_printf ("%03u.jpg", i), *data = g_malloc0 (SIZE (i) + 1);
  g_autoptr (GFile) file = g_file_get_child (f->album, name);
  memset (data, (int) i, SIZE (i));
  g_assert_true (g_file_replace_contents (file, data, SIZE (i), NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, NULL));
}

static void
set_up (Fixture *f, gconstpointer unused)
{
  TriAgeIdentity *identity = tri_age_identity_generate (TRI_AGE_X25519);
  /* in memory where that is: thousands of syncs are a disk's matter, not this test's */
  gboolean shm = g_access ("/dev/shm", W_OK) == 0;
  g_autofree char *path = shm ? g_mkdtemp (g_strdup ("/dev/shm/triptych-batch-XXXXXX"))
                              : g_dir_make_tmp ("triptych-batch-XXXXXX", NULL);
  f->folder = g_file_new_for_path (path);
  f->album = g_file_get_child (f->folder, "album");
  f->results = g_file_get_child (f->folder, "results");
  g_assert_true (g_file_make_directory (f->album, NULL, NULL) && g_file_make_directory (f->results, NULL, NULL));
  f->identities = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_identity_unref);
  f->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_recipient_unref);
  g_ptr_array_add (f->identities, identity);
  g_ptr_array_add (f->recipients, tri_age_identity_get_recipient (identity));
  f->options = (TriVaultOptions) { .folder = f->results, .conflict = TRI_VAULT_FAIL };
  for (guint i = 0; i < N_FILES; i++)
    make_file (f, i);
}

static void
remove_all (GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  g_autoptr (GDir) dir = g_file_test (path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open (path, 0, NULL);
  const char *name;
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autoptr (GFile) child = g_file_get_child (file, name);
      remove_all (child);
    }
  g_assert_cmpint (g_remove (path), ==, 0);
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  remove_all (f->folder);
  g_object_unref (f->folder);
  g_object_unref (f->album);
  g_object_unref (f->results);
  g_ptr_array_unref (f->identities);
  g_ptr_array_unref (f->recipients);
}

static guint
count_files (GFile *folder)
{
  guint n = 0;
  g_autoptr (GDir) dir = g_dir_open (g_file_peek_path (folder), 0, NULL);
  while (dir != NULL && g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static TriVaultBatch *
protect_album (Fixture *f)
{
  guint n_links = 0;
  TriVaultBatch *batch = tri_vault_batch_new_protect (f->recipients, &f->options);
  g_assert_true (tri_vault_batch_add (batch, f->album, &n_links, NULL, NULL));
  return batch;
}

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
assert_opens (Fixture *f)
{
  g_autoptr (GFile) back = g_file_get_child (f->folder, "back"), sealed = g_file_get_child (f->results, "album");
  g_autoptr (GFile) opened = g_file_get_child (back, "album");
  TriVaultOptions options = { .folder = back, .conflict = TRI_VAULT_FAIL };
  g_autoptr (TriVaultBatch) batch = tri_vault_batch_new_open (f->identities, &options);
  g_autoptr (GError) error = NULL;
  guint n_links = 0;
  g_assert_true (tri_vault_batch_add (batch, sealed, &n_links, NULL, NULL));
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, &error));
  g_assert_no_error (error);
  for (guint i = 0; i < N_FILES; i++)
    {
      g_autofree char *name = g_strdup_printf ("%03u.jpg", i), *data = NULL;
      g_autoptr (GFile) file = g_file_get_child (opened, name);
      gsize size;
      g_assert_true (g_file_load_contents (file, NULL, &data, &size, NULL, NULL));
      g_assert_cmpuint (size, ==, SIZE (i));
      for (gsize k = 0; k < size; k++)
        g_assert_true ((guint8) data[k] == (guint8) i);
    }
}

static void
test_all (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriVaultBatch) batch = protect_album (f);
  g_autoptr (GFile) sealed = g_file_get_child (f->results, "album");
  Log log = { 0 };
  g_autoptr (TriProgress) progress = tri_progress_new (NULL, on_progress, &log);
  guint64 size = 0;
  for (guint i = 0; i < N_FILES; i++)
    size += SIZE (i);
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
  g_assert_cmpuint (count_files (sealed), ==, N_FILES);
  assert_opens (f);
}

/* One that vanished, one whose result's name is taken, and a file that is named and was never there: each fails by name,
 * the others are done, and once the reason is gone a retry does the rest. */
static void
test_failures_and_retry (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriVaultBatch) batch = protect_album (f);
  g_autoptr (GFile) sealed = g_file_get_child (f->results, "album"), taken = g_file_get_child (sealed, "200.jpg.age");
  g_autoptr (GFile) gone = g_file_get_child (f->album, "100.jpg"), absent = g_file_get_child (f->folder, "absent.jpg");
  g_autoptr (GFile) absent_result = g_file_get_child (f->results, "absent.jpg.age");
  guint n_links = 0;
  g_assert_true (tri_vault_batch_add (batch, absent, &n_links, NULL, &error));
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
  make_file (f, 100);
  g_assert_true (g_file_delete (taken, NULL, NULL));
  g_assert_cmpuint (tri_vault_batch_retry (batch), ==, 3);
  g_assert_true (tri_vault_batch_run (batch, on_item, &log, progress, &error));
  g_assert_cmpuint (log.n_working, ==, 3);
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES);
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_FAILED), ==, 1);
  g_assert_false (g_file_query_exists (absent_result, NULL));
  assert_opens (f);
}

/* Stopped in the middle: what was begun ends whole or leaves nothing, the rest is not begun; a retry does it. */
static void
test_stop_and_retry (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriVaultBatch) batch = protect_album (f);
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
  g_assert_cmpuint (count_files (sealed), ==, n_done);
  g_assert_cmpuint (tri_vault_batch_retry (batch), ==, n_stopped);
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, &error));
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES);
  g_assert_cmpuint (count_files (sealed), ==, N_FILES);
  assert_opens (f);
}

/* Told to pause before it begins, it begins nothing until it may go on; and a paused one can be stopped. */
static void
test_pause (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriVaultBatch) batch = protect_album (f);
  Log log = { 0 };
  tri_vault_batch_set_paused (batch, TRUE);
  GThread *thread = g_thread_new ("resume", resume, batch);
  g_assert_true (tri_vault_batch_run (batch, on_item, &log, NULL, &error));
  g_thread_join (thread);
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES);

  g_autoptr (TriVaultBatch) other = protect_album (f);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  tri_vault_batch_set_paused (other, TRUE);
  g_cancellable_cancel (cancellable);
  g_assert_false (tri_vault_batch_run (other, NULL, NULL, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (tri_vault_batch_count (other, TRI_VAULT_STOPPED), ==, N_FILES);
}

static void
test_links (Fixture *f, gconstpointer unused)
{
  guint n_links = 0;
  g_autoptr (GFile) link = g_file_get_child (f->album, "link"), outside = g_file_get_child (f->folder, "outside");
  g_assert_true (g_file_make_symbolic_link (link, g_file_peek_path (f->results), NULL, NULL));
  g_assert_true (g_file_make_symbolic_link (outside, "album/001.jpg", NULL, NULL));
  g_autoptr (TriVaultBatch) batch = tri_vault_batch_new_protect (f->recipients, &f->options);
  g_assert_true (tri_vault_batch_add (batch, f->album, &n_links, NULL, NULL));
  g_assert_cmpuint (n_links, ==, 1);
  g_assert_cmpuint (tri_vault_batch_get_n_items (batch), ==, N_FILES);
  g_assert_true (tri_vault_batch_add (batch, outside, &n_links, NULL, NULL)); /* named itself: followed */
  g_assert_cmpuint (n_links, ==, 1);
  g_assert_cmpuint (tri_vault_batch_get_item (batch, N_FILES)->size, ==, SIZE (1));
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
test_ask (Fixture *f, gconstpointer unused)
{
  guint n_asked = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) sealed = g_file_get_child (f->results, "album"), back = g_file_get_child (f->folder, "back");
  f->options.conflict = TRI_VAULT_ASK;
  for (guint run = 0; run < 2; run++)
    {
      g_autoptr (TriVaultBatch) batch = protect_album (f);
      tri_vault_batch_set_ask (batch, on_ask, &n_asked);
      g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, &error));
      g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES);
      g_assert_cmpuint (n_asked, ==, run);
      g_assert_cmpuint (count_files (sealed), ==, N_FILES * (run + 1));
    }
}

/* One batch that protects photos and opens an age file, by their names; what is added while it runs is done too. */
static void
on_ask_replace (TriVaultBatch *batch, guint index, gpointer data)
{
  tri_vault_batch_answer (batch, TRI_VAULT_REPLACE);
}

static GFile *
make_named (Fixture *f, const char *folder, const char *name)
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
test_same_names (Fixture *f, gconstpointer conflict)
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
          guint n_links = 0;
          g_assert_true (tri_vault_batch_add (batch, file, &n_links, NULL, NULL));
        }
      guint n_links = 0;
      if (run == 1) /* results go beside the originals, one of which has the name */
        {
          g_assert_true (tri_vault_batch_add (batch, own, &n_links, NULL, NULL));
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
test_by_name (Fixture *f, gconstpointer unused)
{
  guint n_links = 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (TriVaultBatch) first = protect_album (f), mixed = tri_vault_batch_new (TRI_VAULT_BY_NAME);
  g_autoptr (GFile) sealed = g_file_get_child (f->results, "album"), one = g_file_get_child (sealed, "007.jpg.age");
  g_autoptr (GFile) plain = g_file_get_child (f->album, "008.jpg"), opened = g_file_get_child (f->results, "007.jpg");
  g_autoptr (GFile) result = g_file_get_child (f->results, "008.jpg.age");
  g_assert_true (tri_vault_batch_run (first, NULL, NULL, NULL, &error));
  g_assert_true (tri_vault_batch_add (mixed, one, &n_links, NULL, NULL) && tri_vault_batch_add (mixed, plain, &n_links, NULL, NULL));
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
#define ADD(name, func) g_test_add ("/batch/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("all", test_all);
  ADD ("failures-and-retry", test_failures_and_retry);
  ADD ("stop-and-retry", test_stop_and_retry);
  ADD ("pause", test_pause);
  ADD ("links", test_links);
  ADD ("ask", test_ask);
  ADD ("by-name", test_by_name);
  g_test_add ("/batch/same-names", Fixture, GINT_TO_POINTER (TRI_VAULT_REPLACE), set_up, test_same_names, tear_down);
  g_test_add ("/batch/same-names-asked", Fixture, GINT_TO_POINTER (TRI_VAULT_ASK), set_up, test_same_names, tear_down);
  return g_test_run ();
}
