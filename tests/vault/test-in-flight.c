/* Many files, several of which wait for the disk at the moment when something happens: what was not synced, read back and
 * compared never has a name, and nothing of it is left. SPDX-License-Identifier: GPL-3.0-or-later */
#include <dlfcn.h>
#include <errno.h>
#include <glib/gstdio.h>
#include <openssl/evp.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "batch-fixture.h"
#include "disk-watch.h"

#define N_FILES 24
#define N_KILLS 200

/* What a test does about its batch while files are held. */
typedef struct {
  BatchFixture *f;
  TriVaultBatch *batch;
  GCancellable *cancellable;
  gint n_synced, n_asked;
  gboolean unsafe; /* one was done whose name was not synced */
  GThread *thread;
} Story;

static guint
count_results (BatchFixture *f)
{
  g_autoptr (GFile) sealed = g_file_get_child (f->results, "album");
  return batch_fixture_count_files (sealed);
}

static GFile *
result_of (BatchFixture *f, guint i)
{
  g_autofree char *name = g_strdup_printf ("album/%03u.jpg.age", i);
  return g_file_resolve_relative_path (f->results, name);
}

static void
on_item (TriVaultBatch *batch, guint index, gpointer data)
{
  Story *story = data;
  const TriVaultItem *item = tri_vault_batch_get_item (batch, index);
  if (tri_vault_item_get_state (item) == TRI_VAULT_DONE && !disk_watch_is_name_synced (g_file_peek_path (item->result.file)))
    story->unsafe = TRUE;
}

/* Eight wait for the disk at once; no more than have a turn read or write; and each is done when the disk has it and its
 * name. */
static void
test_together (BatchFixture *f, gconstpointer unused)
{
  g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
  Story story = { .f = f, .batch = batch };
  DiskCounts *counts = disk_watch_begin (&(DiskWatch) { .hold = TRI_VAULT_IN_FLIGHT, .slow = 300 });
  g_assert_true (tri_vault_batch_run (batch, on_item, &story, NULL, NULL));
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES);
  g_assert_cmpint (counts->most_syncing, ==, TRI_VAULT_IN_FLIGHT);
  g_assert_cmpint (counts->most_busy, <=, TRI_VAULT_TURNS);
  g_assert_cmpint (counts->most_busy, >, 1);
  g_assert_cmpint (counts->n_unsynced, ==, 0);
  g_assert_cmpint (counts->n_syncing, ==, 0);
  g_assert_false (story.unsafe);
  g_assert_true (disk_watch_end ());
  g_assert_cmpuint (count_results (f), ==, N_FILES);
  batch_fixture_assert_opens (f);
}

/* Every third file is not what was written when it comes back from the disk. */
static int
spoil (int fd, gpointer data)
{
  Story *story = data;
  char byte;
  if (g_atomic_int_add (&story->n_synced, 1) % 3 != 0)
    return 0;
  off_t last = lseek (fd, 0, SEEK_END) - 1; /* in the last chunk's tag, which even an empty file has */
  g_assert_cmpint (pread (fd, &byte, 1, last), ==, 1);
  byte ^= 1;
  g_assert_cmpint (pwrite (fd, &byte, 1, last), ==, 1);
  return 0;
}

/* @n_failed: of all. Those are named, and leave nothing; a retry does them. */
static void
assert_failed_and_retry (BatchFixture *f, TriVaultBatch *batch, guint n_failed, int code)
{
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_FAILED), ==, n_failed);
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES - n_failed);
  g_assert_cmpuint (count_results (f), ==, N_FILES - n_failed);
  for (guint i = 0; i < N_FILES; i++)
    {
      const TriVaultItem *item = tri_vault_batch_get_item (batch, i);
      g_autoptr (GFile) result = result_of (f, i);
      gboolean failed = tri_vault_item_get_state (item) == TRI_VAULT_FAILED;
      g_assert_cmpint (failed, !=, g_file_query_exists (result, NULL));
      if (failed && code >= 0)
        g_assert_error (item->error, G_IO_ERROR, code);
      if (failed && code >= 0)
        g_assert_nonnull (strstr (item->error->message, ".jpg.age"));
    }
  g_assert_cmpuint (tri_vault_batch_retry (batch), ==, n_failed);
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, NULL));
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES);
  batch_fixture_assert_opens (f);
}

static void
test_spoilt (BatchFixture *f, gconstpointer unused)
{
  g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
  Story story = { .f = f };
  disk_watch_begin (&(DiskWatch) { .hold = TRI_VAULT_IN_FLIGHT, .after_sync = spoil, .data = &story });
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, NULL));
  g_assert_true (disk_watch_end ());
  assert_failed_and_retry (f, batch, N_FILES / 3, -1);
}

/* The disk says at the sync that it has no room, or that it is broken, for every third file. */
static int
refuse (int fd, gpointer data)
{
  Story *story = data;
  return g_atomic_int_add (&story->n_synced, 1) % 3 == 0 ? EIO : 0;
}

static void
test_refused (BatchFixture *f, gconstpointer unused)
{
  g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
  Story story = { .f = f };
  disk_watch_begin (&(DiskWatch) { .hold = TRI_VAULT_IN_FLIGHT, .after_sync = refuse, .data = &story });
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, NULL));
  g_assert_true (disk_watch_end ());
  assert_failed_and_retry (f, batch, N_FILES / 3, G_IO_ERROR_FAILED);
}

/* A disk on which one file has room at a time, while it has no name: of those that are in flight together, each is done
 * after all. */
static int
cramp (int fd, gpointer data)
{
  Story *story = data;
  gint n = g_atomic_int_add (&story->n_synced, 1);
  return n < TRI_VAULT_IN_FLIGHT && n != 3 ? ENOSPC : 0;
}

static void
test_cramped (BatchFixture *f, gconstpointer unused)
{
  g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
  Story story = { .f = f };
  disk_watch_begin (&(DiskWatch) { .hold = TRI_VAULT_IN_FLIGHT, .after_sync = cramp, .data = &story });
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, NULL));
  g_assert_true (disk_watch_end ());
  g_assert_cmpint (story.n_synced, ==, N_FILES + TRI_VAULT_IN_FLIGHT - 1);
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES);
  batch_fixture_assert_opens (f);
}

static int
fill (int fd, gpointer data)
{
  g_atomic_int_inc (&((Story *) data)->n_synced);
  return ENOSPC;
}

/* Each is tried once more at most. */
static void
test_full (BatchFixture *f, gconstpointer unused)
{
  g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
  Story story = { .f = f };
  disk_watch_begin (&(DiskWatch) { .hold = TRI_VAULT_IN_FLIGHT, .after_sync = fill, .data = &story });
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, NULL));
  g_assert_true (disk_watch_end ());
  g_assert_cmpint (story.n_synced, <=, 2 * N_FILES);
  assert_failed_and_retry (f, batch, N_FILES, G_IO_ERROR_NO_SPACE);
}

static void
stop (gpointer data)
{
  g_cancellable_cancel (((Story *) data)->cancellable);
}

/* Those that wait are given up, and leave nothing. */
static void
test_stopped (BatchFixture *f, gconstpointer unused)
{
  g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  Story story = { .f = f, .cancellable = cancellable };
  disk_watch_begin (&(DiskWatch) { .hold = TRI_VAULT_IN_FLIGHT, .at_hold = stop, .data = &story });
  g_assert_false (tri_vault_batch_run (batch, NULL, NULL, progress, &error));
  g_assert_true (disk_watch_end ());
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_STOPPED), ==, N_FILES);
  g_assert_cmpuint (count_results (f), ==, 0);
  g_assert_cmpuint (tri_vault_batch_retry (batch), ==, N_FILES);
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, NULL));
  batch_fixture_assert_opens (f);
}

static gpointer
resume (gpointer data)
{
  Story *story = data;
  while (tri_vault_batch_count (story->batch, TRI_VAULT_DONE) < TRI_VAULT_IN_FLIGHT)
    g_usleep (1000);
  g_usleep (100000); /* for another one to begin, if it would */
  g_assert_cmpuint (tri_vault_batch_count (story->batch, TRI_VAULT_QUEUED), ==, N_FILES - TRI_VAULT_IN_FLIGHT);
  tri_vault_batch_set_paused (story->batch, FALSE);
  return NULL;
}

static void
pause_it (gpointer data)
{
  Story *story = data;
  tri_vault_batch_set_paused (story->batch, TRUE);
  story->thread = g_thread_new ("resume", resume, story);
}

/* Those that wait are finished, and none is begun until it goes on. */
static void
test_paused (BatchFixture *f, gconstpointer unused)
{
  g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
  Story story = { .f = f, .batch = batch };
  disk_watch_begin (&(DiskWatch) { .hold = TRI_VAULT_IN_FLIGHT, .at_hold = pause_it, .data = &story });
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, NULL));
  g_assert_true (disk_watch_end ());
  g_thread_join (story.thread);
  g_assert_cmpuint (tri_vault_batch_count (batch, TRI_VAULT_DONE), ==, N_FILES);
  batch_fixture_assert_opens (f);
}

static void
take_names (gpointer data)
{
  Story *story = data;
  for (guint i = 0; i < TRI_VAULT_IN_FLIGHT; i++)
    {
      g_autoptr (GFile) result = result_of (story->f, i);
      g_assert_true (g_file_set_contents (g_file_peek_path (result), "theirs", 6, NULL));
    }
}

static void
answer (TriVaultBatch *batch, guint index, gpointer data)
{
  ((Story *) data)->n_asked++;
  tri_vault_batch_answer (batch, TRI_VAULT_NUMBER);
}

/* Another program takes the names of those that wait: what was asked for is done about them, and theirs stay. */
static void
test_names_taken (BatchFixture *f, gconstpointer unused)
{
  static const TriVaultConflict conflicts[] = { TRI_VAULT_SKIP, TRI_VAULT_NUMBER, TRI_VAULT_FAIL, TRI_VAULT_ASK };
  static const TriVaultState states[] = { TRI_VAULT_SKIPPED, TRI_VAULT_DONE, TRI_VAULT_FAILED, TRI_VAULT_DONE };
  for (guint c = 0; c < G_N_ELEMENTS (conflicts); c++)
    {
      f->options.conflict = conflicts[c];
      g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
      Story story = { .f = f, .batch = batch };
      tri_vault_batch_set_ask (batch, answer, &story);
      disk_watch_begin (&(DiskWatch) { .hold = TRI_VAULT_IN_FLIGHT, .at_hold = take_names, .data = &story });
      g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, NULL));
      g_assert_true (disk_watch_end ());
      g_assert_cmpint (story.n_asked, ==, conflicts[c] == TRI_VAULT_ASK);
      for (guint i = 0; i < N_FILES; i++)
        {
          TriVaultState state = tri_vault_item_get_state (tri_vault_batch_get_item (batch, i));
          g_autoptr (GFile) result = result_of (f, i);
          g_autofree char *content = NULL;
          g_assert_cmpint (state, ==, i < TRI_VAULT_IN_FLIGHT ? states[c] : TRI_VAULT_DONE);
          g_assert_true (g_file_get_contents (g_file_peek_path (result), &content, NULL, NULL));
          g_assert_cmpint (strncmp (content, "theirs", 6) == 0, ==, i < TRI_VAULT_IN_FLIGHT);
          g_assert_cmpint (g_remove (g_file_peek_path (result)), ==, 0);
        }
      g_assert_cmpuint (count_results (f), ==, states[c] == TRI_VAULT_DONE ? TRI_VAULT_IN_FLIGHT : 0);
      batch_fixture_tear_down (f, NULL);
      batch_fixture_set_up (f, GUINT_TO_POINTER (N_FILES));
    }
}

static gint n_digests; /* atomic; until one is made wrong */

/* Libcrypto's, which is wrong once. */
int
EVP_DigestFinal_ex (EVP_MD_CTX *context, unsigned char *digest, unsigned int *size)
{
  int (*real) (EVP_MD_CTX *, unsigned char *, unsigned int *) = dlsym (RTLD_NEXT, "EVP_DigestFinal_ex");
  int result = real (context, digest, size);
  if (g_atomic_int_add (&n_digests, -1) == 1)
    digest[5] ^= 4;
  return result;
}

/* A file whose copy is sound as an age file, but has not the hash of the original, is not done. */
static void
test_differs (BatchFixture *f, gconstpointer unused)
{
  g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
  n_digests = N_FILES;
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, NULL));
  assert_failed_and_retry (f, batch, 1, -1);
}

static gint n_deriving, most_deriving; /* atomic */

/* In place of libsodium's, which takes a second and 256 MiB. */
int
crypto_pwhash_scryptsalsa208sha256_ll (const uint8_t *passphrase, size_t size, const uint8_t *salt, size_t salt_size,
                                       uint64_t N, uint32_t r, uint32_t p, uint8_t *key, size_t key_size)
{
  gint n = g_atomic_int_add (&n_deriving, 1) + 1;
  if (n > g_atomic_int_get (&most_deriving))
    g_atomic_int_set (&most_deriving, n);
  g_usleep (5000);
  memset (key, 7, key_size);
  g_atomic_int_add (&n_deriving, -1);
  return 0;
}

/* However many files are begun, two at most derive a key from the passphrase, which takes much memory. */
static void
test_passphrase (BatchFixture *f, gconstpointer unused)
{
  g_ptr_array_set_size (f->recipients, 0);
  g_ptr_array_set_size (f->identities, 0);
  g_ptr_array_add (f->recipients, tri_age_recipient_new_passphrase ("six words", 18, NULL));
  g_ptr_array_add (f->identities, tri_age_identity_new_passphrase ("six words", NULL));
  g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, NULL));
  batch_fixture_assert_opens (f);
  g_assert_cmpint (most_deriving, <=, 2);
  g_assert_cmpint (most_deriving, >, 0);
}

/* Every result is whole and what the original is. @seen: those that were looked at before. Returns: how many there are */
static guint
check_results (BatchFixture *f, gboolean seen[N_FILES])
{
  guint n = 0;
  for (guint i = 0; i < N_FILES; i++)
    {
      g_autoptr (GFile) result = result_of (f, i);
      if (!g_file_query_exists (result, NULL))
        continue;
      n++;
      if (seen[i])
        continue;
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = tri_vault_open_to_memory (result, f->identities, 1 << 20, NULL, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (bytes), ==, BATCH_FIXTURE_SIZE (i));
      for (gsize k = 0; k < g_bytes_get_size (bytes); k++)
        g_assert_cmpint (((const guint8 *) g_bytes_get_data (bytes, NULL))[k], ==, (guint8) i);
      seen[i] = TRUE;
    }
  g_assert_cmpuint (count_results (f), ==, n); /* and nothing else is there */
  return n;
}

static void
remove_results (BatchFixture *f, gboolean seen[N_FILES])
{
  for (guint i = 0; i < N_FILES; i++)
    {
      g_autoptr (GFile) result = result_of (f, i);
      g_assert_cmpint (g_remove (g_file_peek_path (result)), ==, 0);
      seen[i] = FALSE;
    }
}

/* A program that protects the album is killed after so many events, wherever its files are, and now and then when as many as
 * can be wait for their sync. The next one goes on with what is left. */
static void
test_killed (BatchFixture *f, gconstpointer unused)
{
  gboolean seen[N_FILES] = { FALSE };
  guint n_killed = 0, n_halfway = 0, n_held = 0, n = 0;
  f->options.conflict = TRI_VAULT_SKIP;
  for (guint i = 0; i < N_KILLS; i++)
    {
      gboolean hold = i % 5 == 0 && n + TRI_VAULT_IN_FLIGHT <= N_FILES; /* for one more, who does not come */
      DiskCounts *counts = disk_watch_begin (&(DiskWatch) { .slow = 200, .hold = hold ? TRI_VAULT_IN_FLIGHT + 1 : 0 });
      gint end = hold ? TRI_VAULT_IN_FLIGHT : g_test_rand_int_range (1, 3 * N_FILES), status;
      pid_t child = fork ();
      if (child == 0)
        {
          g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
          _exit (tri_vault_batch_run (batch, NULL, NULL, NULL, NULL) ? 0 : 1);
        }
      while (g_atomic_int_get (&counts->n_events) < end && waitpid (child, &status, WNOHANG) == 0)
        g_usleep (20);
      kill (child, SIGKILL);
      n_held += hold;
      n_killed += waitpid (child, &status, 0) == child && WIFSIGNALED (status);
      disk_watch_end ();
      guint before = n;
      n = check_results (f, seen);
      if (hold)
        g_assert_cmpuint (n, ==, before);
      n_halfway += n > 0 && n < N_FILES;
      if (n == N_FILES)
        remove_results (f, seen);
      n %= N_FILES;
    }
  g_test_message ("%u of %u were killed, %u of them with all in a sync, %u halfway", n_killed, N_KILLS, n_held, n_halfway);
  g_assert_cmpuint (n_killed, >, N_KILLS / 4);
  g_assert_cmpuint (n_held, >, 0);
  g_assert_cmpuint (n_halfway, >, 0);
  g_autoptr (TriVaultBatch) batch = batch_fixture_protect_album (f);
  g_assert_true (tri_vault_batch_run (batch, NULL, NULL, NULL, NULL));
  g_assert_cmpuint (check_results (f, seen), ==, N_FILES);
  g_assert_cmpuint (batch_fixture_count_files (f->album), ==, N_FILES);
  batch_fixture_assert_opens (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) \
  g_test_add ("/in-flight/" name, BatchFixture, GUINT_TO_POINTER (N_FILES), batch_fixture_set_up, func, batch_fixture_tear_down)
  ADD ("killed", test_killed); /* before there are threads: a child of fork() has none of its parent's */
  ADD ("together", test_together);
  ADD ("spoilt", test_spoilt);
  ADD ("differs", test_differs);
  ADD ("refused", test_refused);
  ADD ("cramped", test_cramped);
  ADD ("full", test_full);
  ADD ("stopped", test_stopped);
  ADD ("paused", test_paused);
  ADD ("names-taken", test_names_taken);
  ADD ("passphrase", test_passphrase);
  return g_test_run ();
}
