/* Files protected and opened again: names, conflicts, hidden names, trouble, and a program killed in the middle.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tri-file.h"
#include "tri-parallel.h"
#include "tri-vault-file.h"

typedef struct {
  char *path;
  GFile *folder;
  GPtrArray *recipients, *identities;
} Fixture;

static void
set_up (Fixture *f, gconstpointer unused)
{
  TriAgeIdentity *identity = tri_age_identity_generate (TRI_AGE_X25519);
  f->path = g_dir_make_tmp ("triptych-vault-XXXXXX", NULL);
  f->folder = g_file_new_for_path (f->path);
  f->identities = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_identity_unref);
  f->recipients = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_recipient_unref);
  g_ptr_array_add (f->identities, identity);
  g_ptr_array_add (f->recipients, tri_age_identity_get_recipient (identity));
}

static void
tear_down (Fixture *f, gconstpointer unused)
{
  g_autoptr (GDir) dir = g_dir_open (f->path, 0, NULL);
  const char *name;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->path, name, NULL);
      g_assert_cmpint (g_remove (path), ==, 0);
    }
  g_assert_cmpint (g_rmdir (f->path), ==, 0);
  g_object_unref (f->folder);
  g_ptr_array_unref (f->identities);
  g_ptr_array_unref (f->recipients);
  g_free (f->path);
}

static guint
count (Fixture *f)
{
  guint n = 0;
  g_autoptr (GDir) dir = g_dir_open (f->path, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static GFile *
make_file (Fixture *f, const char *name, gsize size)
{
  GFile *file = g_file_get_child (f->folder, name);
  g_autofree char *data = g_malloc (size + 1);
  for (gsize i = 0; i < size; i++)
    data[i] = (char) (i * 31 + i / 777);
  g_assert_true (g_file_replace_contents (file, data, size, NULL, FALSE, G_FILE_CREATE_NONE, NULL, NULL, NULL));
  return file;
}

static void
assert_same (GFile *a, GFile *b)
{
  g_autofree char *one = NULL, *two = NULL;
  gsize n, m;
  g_assert_true (g_file_load_contents (a, NULL, &one, &n, NULL, NULL));
  g_assert_true (g_file_load_contents (b, NULL, &two, &m, NULL, NULL));
  g_assert_true (n == m && memcmp (one, two, n) == 0);
}

static void
assert_name (GFile *file, const char *name)
{
  g_autofree char *base = g_file_get_basename (file);
  g_assert_cmpstr (base, ==, name);
}

static void
test_round_trip (Fixture *f, gconstpointer unused)
{
  static const gsize sizes[] = { 0, 1, 65536, 3000001 };
  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    for (guint hide = 0; hide < 2; hide++)
      for (guint armor = 0; armor < 2; armor++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GFile) original = make_file (f, "Ferien am Meer.jpg", sizes[i]);
          TriVaultOptions options = { .conflict = TRI_VAULT_REPLACE, .hide_name = hide, .armor = armor,
                                      .checksum = TRUE };
          g_auto (TriVaultResult) sealed = { 0 }, opened = { 0 };
          g_assert_true (tri_vault_protect (original, f->recipients, &options, &sealed, NULL, &error));
          g_assert_no_error (error);
          g_assert_cmpuint (sealed.bytes, ==, sizes[i]);
          g_autofree char *outside = g_file_get_basename (sealed.file);
          g_assert_cmpint (strcmp (outside, "Ferien am Meer.jpg.age") == 0, ==, !hide);
          options.conflict = TRI_VAULT_NUMBER;
          g_assert_true (tri_vault_open (sealed.file, f->identities, &options, &opened, NULL, &error));
          g_assert_no_error (error);
          assert_name (opened.file, "Ferien am Meer (2).jpg");
          assert_same (original, opened.file);
          g_assert_cmpstr (sealed.sha256, ==, opened.sha256);
          g_autofree char *inside = NULL;
          g_autoptr (GBytes) memory = tri_vault_open_to_memory (sealed.file, f->identities, 1 << 24, &inside, NULL, &error);
          g_assert_cmpuint (g_bytes_get_size (memory), ==, sizes[i]);
          if (hide && sizes[i] > 0)
            g_assert_cmpstr (inside, ==, "Ferien am Meer.jpg");
          g_file_delete (opened.file, NULL, NULL);
          g_file_delete (sealed.file, NULL, NULL);
        }
}

static void
test_conflicts (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) original = make_file (f, "a.tar.gz", 1000), taken = make_file (f, "a.tar.gz.age", 5);
  g_auto (TriVaultResult) skipped = { 0 }, numbered = { 0 }, replaced = { 0 };
  TriVaultOptions options = { .conflict = TRI_VAULT_SKIP };
  g_assert_true (tri_vault_protect (original, f->recipients, &options, &skipped, NULL, &error));
  g_assert_true (skipped.skipped);
  g_autoptr (GFileInfo) info = g_file_query_info (taken, "standard::size", 0, NULL, NULL);
  g_assert_cmpint (g_file_info_get_size (info), ==, 5);
  options.conflict = TRI_VAULT_NUMBER;
  g_assert_true (tri_vault_protect (original, f->recipients, &options, &numbered, NULL, &error));
  assert_name (numbered.file, "a (2).tar.gz.age");
  options.conflict = TRI_VAULT_REPLACE;
  g_assert_true (tri_vault_protect (original, f->recipients, &options, &replaced, NULL, &error));
  assert_name (replaced.file, "a.tar.gz.age");
  g_assert_cmpuint (count (f), ==, 3);
}

static void
test_trouble (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  TriVaultOptions options = { .conflict = TRI_VAULT_SKIP };
  g_auto (TriVaultResult) result = { 0 };
  g_autoptr (GFile) missing = g_file_get_child (f->folder, "gone.jpg");
  g_assert_false (tri_vault_protect (missing, f->recipients, &options, &result, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, "gone.jpg"));
  g_clear_error (&error);
  g_assert_false (tri_vault_protect (f->folder, f->recipients, &options, &result, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);

  g_autoptr (GFile) original = make_file (f, "b.jpg", 5000000);
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  g_cancellable_cancel (cancellable);
  g_assert_false (tri_vault_protect (original, f->recipients, &options, &result, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  tri_vault_result_clear (&result);
  g_assert_cmpuint (count (f), ==, 1);
  g_clear_error (&error);

  /* the wrong key leaves nothing behind */
  g_auto (TriVaultResult) sealed = { 0 }, opened = { 0 };
  g_autoptr (GPtrArray) strangers = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_identity_unref);
  g_ptr_array_add (strangers, tri_age_identity_generate (TRI_AGE_HYBRID));
  g_assert_true (tri_vault_protect (original, f->recipients, &options, &sealed, NULL, &error));
  options.conflict = TRI_VAULT_NUMBER;
  g_assert_false (tri_vault_open (sealed.file, strangers, &options, &opened, NULL, &error));
  g_assert_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_NO_MATCH);
  g_clear_error (&error);
  /* nor does a file that is cut off: what had been decrypted is dropped */
  g_autofree char *path = g_file_get_path (sealed.file);
  g_assert_cmpint (truncate (path, 4000000), ==, 0);
  g_assert_false (tri_vault_open (sealed.file, f->identities, &options, &opened, NULL, &error));
  g_assert_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_TRUNCATED);
  g_assert_cmpuint (count (f), ==, 2);
}

typedef struct { char *path; gboolean done; } Meddler;

/* Appends to the original once the reading of it has begun. */
static void
meddle (double fraction, gpointer data)
{
  Meddler *meddler = data;
  if (meddler->done)
    return;
  meddler->done = TRUE;
  int fd = open (meddler->path, O_WRONLY | O_APPEND);
  g_assert_cmpint (write (fd, "x", 1), ==, 1);
  close (fd);
}

static void
test_changed_meanwhile (Fixture *f, gconstpointer unused)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) original = make_file (f, "c.jpg", 8000000);
  Meddler meddler = { .path = g_file_get_path (original) };
  g_autoptr (TriProgress) progress = tri_progress_new (NULL, meddle, &meddler);
  TriVaultOptions options = { .conflict = TRI_VAULT_SKIP };
  g_auto (TriVaultResult) result = { 0 };
  g_assert_false (tri_vault_protect (original, f->recipients, &options, &result, progress, &error));
  g_assert_true (meddler.done);
  g_assert_nonnull (strstr (error->message, "c.jpg"));
  g_assert_nonnull (strstr (error->message, "changed"));
  g_assert_cmpuint (count (f), ==, 1);
  g_free (meddler.path);
}

/* In a child process, whose limit on file sizes stands for a disk that is full. */
static void
test_no_space (Fixture *f, gconstpointer unused)
{
  g_autoptr (GFile) original = make_file (f, "d.jpg", 4000000);
  pid_t child = fork ();
  if (child == 0)
    {
      struct rlimit limit = { 1000000, 1000000 };
      TriVaultOptions options = { .conflict = TRI_VAULT_SKIP };
      TriVaultResult result;
      GError *error = NULL;
      signal (SIGXFSZ, SIG_IGN);
      setrlimit (RLIMIT_FSIZE, &limit);
      gboolean good = tri_vault_protect (original, f->recipients, &options, &result, NULL, &error);
      _exit (!good && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? 0 : 1);
    }
  int status;
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  g_assert_cmpuint (count (f), ==, 1);
}

/* Killed at random moments: under the final name lies the whole file or nothing, nothing else is left, and the original
 * is as it was. */
static void
test_killed (Fixture *f, gconstpointer unused)
{
  g_autoptr (GFile) original = make_file (f, "e.jpg", 3000000), wanted = g_file_get_child (f->folder, "e.jpg.age");
  g_autofree char *before = NULL;
  gsize size;
  guint n_whole = 0;
  gint64 usual = 0; /* microseconds that it takes when it is left alone */
  g_assert_true (g_file_load_contents (original, NULL, &before, &size, NULL, NULL));
  for (guint i = 0; i < 200; i++)
    {
      pid_t child = fork ();
      if (child == 0)
        {
          TriVaultOptions options = { .conflict = TRI_VAULT_SKIP };
          TriVaultResult result;
          _exit (tri_vault_protect (original, f->recipients, &options, &result, NULL, NULL) ? 0 : 1);
        }
      gint64 start = g_get_monotonic_time ();
      if (i > 0)
        {
          g_usleep ((gulong) g_test_rand_int_range (0, (gint32) usual * 5 / 4));
          kill (child, SIGKILL);
        }
      g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
      if (i == 0)
        usual = g_get_monotonic_time () - start;
      gboolean there = g_file_query_exists (wanted, NULL);
      usual = there ? usual * 4 / 5 + 1 : usual * 5 / 4 + 1; /* the first one may take another time than the others */
      g_assert_cmpuint (count (f), ==, there ? 2 : 1);
      if (there)
        {
          TriVaultOptions options = { .conflict = TRI_VAULT_NUMBER };
          g_auto (TriVaultResult) opened = { 0 };
          g_autoptr (GError) error = NULL;
          g_assert_true (tri_vault_open (wanted, f->identities, &options, &opened, NULL, &error));
          g_assert_no_error (error);
          assert_same (original, opened.file);
          g_file_delete (opened.file, NULL, NULL);
          g_file_delete (wanted, NULL, NULL);
          n_whole++;
        }
    }
  g_autofree char *after = NULL;
  gsize size_after;
  g_assert_true (g_file_load_contents (original, NULL, &after, &size_after, NULL, NULL));
  g_assert_true (size == size_after && memcmp (before, after, size) == 0);
  g_test_message ("%u of 200 were whole", n_whole);
  g_assert_cmpuint (n_whole, >, 0);
}

/* Killed while it replaces: under the name lies the old file or the new one, whole; what else is left goes at the next
 * cleaning. */
static void
test_killed_replacing (Fixture *f, gconstpointer unused)
{
  static const char old[] = "the old one";
  g_autoptr (GFile) original = make_file (f, "e.jpg", 300000), wanted = g_file_get_child (f->folder, "e.jpg.age");
  gint64 usual = 20000;
  guint n_old = 0, n_new = 0;
  for (guint i = 0; i < 60; i++)
    {
      g_autofree char *now = NULL;
      gsize size;
      g_assert_true (g_file_replace_contents (wanted, old, sizeof old, NULL, FALSE, 0, NULL, NULL, NULL));
      gint64 start = g_get_monotonic_time ();
      pid_t child = fork ();
      if (child == 0)
        {
          TriVaultOptions options = { .conflict = TRI_VAULT_REPLACE };
          TriVaultResult result;
          _exit (tri_vault_protect (original, f->recipients, &options, &result, NULL, NULL) ? 0 : 1);
        }
      if (i > 0)
        {
          g_usleep ((gulong) g_test_rand_int_range (0, (gint32) usual * 5 / 4));
          kill (child, SIGKILL);
        }
      g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
      if (i == 0)
        usual = g_get_monotonic_time () - start;
      tri_file_remove_leftovers (f->folder);
      g_assert_cmpuint (count (f), ==, 2);
      g_assert_true (g_file_load_contents (wanted, NULL, &now, &size, NULL, NULL));
      gboolean is_old = size == sizeof old && memcmp (now, old, size) == 0;
      n_old += is_old;
      n_new += !is_old;
      usual = is_old ? usual * 5 / 4 + 1 : usual * 4 / 5 + 1; /* the first one may take much longer than the others */
      if (!is_old)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GBytes) opened = tri_vault_open_to_memory (wanted, f->identities, 1000000, NULL, NULL, &error);
          g_assert_no_error (error);
          g_assert_cmpuint (g_bytes_get_size (opened), ==, 300000);
        }
    }
  g_assert_cmpuint (n_old, >, 0);
  g_assert_cmpuint (n_new, >, 0);
}

/* To the Trash goes what has a verified copy, and nothing else. */
static void
test_trash (Fixture *f, gconstpointer unused)
{
  TriVaultOptions options = { .conflict = TRI_VAULT_SKIP, .trash = TRUE };
  g_autoptr (GFile) original = make_file (f, "t.jpg", 5000), copy = make_file (f, "t2.jpg", 5000);
  g_autofree char *trashed = g_build_filename (g_get_user_data_dir (), "Trash", "files", "t.jpg", NULL);
  g_autoptr (GFile) in_trash = g_file_new_for_path (trashed);
  g_auto (TriVaultResult) result = { 0 }, again = { 0 };
  g_autoptr (GError) error = NULL;
  g_assert_true (tri_vault_protect (original, f->recipients, &options, &result, NULL, &error));
  g_assert_no_error (result.not_trashed);
  g_assert_true (result.trashed);
  g_assert_false (g_file_query_exists (original, NULL));
  assert_same (copy, in_trash);
  g_assert_true (g_file_query_exists (result.file, NULL));
  /* a skipped one has no copy that this run verified */
  g_autoptr (GFile) other = make_file (f, "t.jpg", 4000);
  g_assert_true (tri_vault_protect (other, f->recipients, &options, &again, NULL, &error));
  g_assert_true (again.skipped && !again.trashed);
  g_assert_true (g_file_query_exists (other, NULL));
}

/* Whatever may be replaced, the original may not, by whatever way it is named. */
static void
test_onto_itself (Fixture *f, gconstpointer unused)
{
  g_autoptr (GFile) original = make_file (f, "o.jpg", 5000), copy = make_file (f, "o2.jpg", 5000);
  g_autoptr (GFile) link = g_file_get_child (f->folder, "link"), sealed = g_file_get_child (f->folder, "o.age");
  g_auto (TriVaultResult) first = { 0 };
  TriVaultOptions options = { .conflict = TRI_VAULT_REPLACE, .output = sealed };
  g_assert_true (g_file_make_symbolic_link (link, "o.jpg", NULL, NULL));
  g_assert_true (tri_vault_protect (original, f->recipients, &options, &first, NULL, NULL));
  GFile *targets[] = { original, link, sealed };
  for (guint i = 0; i < G_N_ELEMENTS (targets); i++)
    {
      g_autoptr (GError) error = NULL;
      g_auto (TriVaultResult) result = { 0 };
      options.output = targets[i];
      if (targets[i] == sealed)
        g_assert_false (tri_vault_open (sealed, f->identities, &options, &result, NULL, &error));
      else
        g_assert_false (tri_vault_protect (original, f->recipients, &options, &result, NULL, &error));
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
    }
  assert_same (original, copy);
  g_autoptr (GBytes) opened = tri_vault_open_to_memory (sealed, f->identities, 10000, NULL, NULL, NULL);
  g_assert_cmpuint (g_bytes_get_size (opened), ==, 5000);
}

int
main (int argc, char **argv)
{
  g_autofree char *home = g_dir_make_tmp ("triptych-home-XXXXXX", NULL); /* and a Trash */
  g_setenv ("HOME", home, TRUE);
  g_setenv ("XDG_DATA_HOME", home, TRUE);
  g_test_init (&argc, &argv, NULL);
  tri_parallel_set_threads (1); /* a child of fork() has none of its parent's threads */
#define ADD(name, func) g_test_add ("/vault-file/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("no-space", test_no_space);
  ADD ("killed", test_killed);
  ADD ("killed-replacing", test_killed_replacing);
  ADD ("trash", test_trash);
  ADD ("onto-itself", test_onto_itself);
  ADD ("round-trip", test_round_trip);
  ADD ("conflicts", test_conflicts);
  ADD ("trouble", test_trouble);
  ADD ("changed-meanwhile", test_changed_meanwhile);
  int status = g_test_run ();
  g_autofree char *clean = g_strdup_printf ("rm -r '%s'", home);
  g_assert_cmpint (system (clean), ==, 0);
  return status;
}
