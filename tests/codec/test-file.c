/* Files appear whole or not at all, and nothing is left behind.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tri-error.h"
#include "tri-file.h"

typedef struct {
  char *folder;
  GFile *file;
  GBytes *one, *two;
} Fixture;

static void
set_up (Fixture *f, gconstpointer data)
{
  f->folder = g_dir_make_tmp ("triptych-file-XXXXXX", NULL);
  f->file = g_file_new_build_filename (f->folder, "out.bin", NULL);
  f->one = g_bytes_new_static ("one", 3);
  f->two = g_bytes_new_static ("two!", 4);
}

static guint
count_entries (const char *folder)
{
  guint n = 0;
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
tear_down (Fixture *f, gconstpointer data)
{
  g_autoptr (GDir) dir = g_dir_open (f->folder, 0, NULL);
  const char *name;
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (f->folder, name, NULL);
      g_remove (path);
    }
  g_assert_cmpint (g_rmdir (f->folder), ==, 0);
  g_free (f->folder);
  g_object_unref (f->file);
  g_bytes_unref (f->one);
  g_bytes_unref (f->two);
}

static void
assert_contents (GFile *file, GBytes *expected)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = tri_file_read (file, 1000, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (bytes, expected));
}

static void
test_replace (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_assert_true (tri_file_write (f->file, f->one, FALSE, NULL, &error));
  assert_contents (f->file, f->one);
  g_assert_false (tri_file_write (f->file, f->two, FALSE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_assert_nonnull (strstr (error->message, "out.bin"));
  assert_contents (f->file, f->one);
  g_clear_error (&error);

  g_assert_cmpint (g_chmod (g_file_peek_path (f->file), 0600), ==, 0);
  g_assert_true (tri_file_write (f->file, f->two, TRUE, NULL, &error));
  assert_contents (f->file, f->two);
  struct stat st;
  g_assert_cmpint (stat (g_file_peek_path (f->file), &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0600);
  g_assert_cmpuint (count_entries (f->folder), ==, 1);
}

/* A file that appears between opening and committing is not overwritten. */
static void
test_race (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriFileWriter) writer = tri_file_writer_new (f->file, FALSE, &error);
  g_assert_true (tri_file_writer_write (writer, "mine", 4, &error));
  g_assert_cmpuint (count_entries (f->folder), <=, 1); /* its own temporary at most */
  g_assert_true (g_file_set_contents (g_file_peek_path (f->file), "one", 3, NULL));
  g_assert_false (tri_file_writer_commit (writer, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  assert_contents (f->file, f->one);
}

/* Not committed, cancelled: no trace. */
static void
test_abandoned (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  TriFileWriter *writer = tri_file_writer_new (f->file, FALSE, &error);
  g_assert_true (tri_file_writer_write (writer, "mine", 4, &error));
  tri_file_writer_free (writer);
  g_assert_cmpuint (count_entries (f->folder), ==, 0);

  g_cancellable_cancel (cancelled);
  g_assert_false (tri_file_write (f->file, f->one, FALSE, cancelled, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (count_entries (f->folder), ==, 0);
}

static void
test_places (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) folder = g_file_new_for_path (f->folder), nowhere = g_file_new_build_filename (f->folder, "no", "x", NULL);
  g_autoptr (GFile) remote = g_file_new_for_uri ("nosuchscheme://host/x.png");
  g_autoptr (GFile) device = g_file_new_for_path ("/dev/null");
  g_assert_false (tri_file_write (folder, f->one, TRUE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  g_clear_error (&error);
  g_assert_false (tri_file_write (nowhere, f->one, TRUE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_clear_error (&error);
  g_assert_false (tri_file_write (remote, f->one, TRUE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED);
  g_clear_error (&error);
  g_assert_false (tri_file_write (device, f->one, TRUE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
}

/* Writing to a link changes the file behind it; the link stays. */
static void
test_link (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) link = g_file_new_build_filename (f->folder, "link", NULL);
  g_assert_true (tri_file_write (f->file, f->one, FALSE, NULL, NULL));
  g_assert_true (g_file_make_symbolic_link (link, "out.bin", NULL, NULL));
  g_assert_true (tri_file_write (link, f->two, TRUE, NULL, NULL));
  assert_contents (f->file, f->two);
  g_assert_true (g_file_test (g_file_peek_path (link), G_FILE_TEST_IS_SYMLINK));
}

/* A disk that fills up while writing: the old file stays whole. In a child, for the limit is the whole process's. */
static void
test_full_disk (Fixture *f, gconstpointer data)
{
  g_assert_true (tri_file_write (f->file, f->one, FALSE, NULL, NULL));
  pid_t child = fork ();
  if (child == 0)
    {
      struct rlimit limit = { 100000, 100000 };
      g_autoptr (GError) error = NULL;
      g_autofree guint8 *zeros = g_malloc0 (200000);
      g_autoptr (GBytes) large = g_bytes_new_static (zeros, 200000);
      signal (SIGXFSZ, SIG_IGN);
      setrlimit (RLIMIT_FSIZE, &limit);
      gboolean written = tri_file_write (f->file, large, TRUE, NULL, &error);
      _exit (!written && g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE) ? 0 : 1);
    }
  int status;
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_cmpint (status, ==, 0);
  assert_contents (f->file, f->one);
  g_assert_cmpuint (count_entries (f->folder), ==, 1);
}

static void
assert_unreadable (GFile *file, guint64 max, GQuark domain, int code)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *name = tri_file_get_name (file);
  g_assert_null (tri_file_read (file, max, NULL, &error));
  g_assert_error (error, domain, code);
  g_assert_nonnull (strstr (error->message, name));
}

static void
test_read (Fixture *f, gconstpointer data)
{
  g_autoptr (GFile) folder = g_file_new_for_path (f->folder), device = g_file_new_for_path ("/dev/zero");
  g_autoptr (GFile) grows = g_file_new_for_path ("/proc/self/status"); /* claims to have no bytes */
  g_autoptr (GError) error = NULL;
  assert_unreadable (f->file, 10, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  assert_unreadable (folder, 10, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY);
  assert_unreadable (device, 10, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  assert_unreadable (grows, 10, TRI_ERROR, TRI_ERROR_TOO_LARGE);
  g_assert_true (tri_file_write (f->file, f->two, FALSE, NULL, NULL));
  assert_unreadable (f->file, 3, TRI_ERROR, TRI_ERROR_TOO_LARGE);
  g_autoptr (GBytes) whole = tri_file_read (f->file, 4, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (whole, f->two));
  g_autoptr (GBytes) grown = tri_file_read (grows, 100000, NULL, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (grown), >, 500);
  if (geteuid () != 0)
    {
      g_assert_cmpint (g_chmod (g_file_peek_path (f->file), 0), ==, 0);
      assert_unreadable (f->file, 10, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
    }
}

/* For its owner only, whatever the umask and whatever was there before. */
static void
test_private (Fixture *f, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  struct stat st;
  mode_t before = umask (0);
  g_assert_true (tri_file_write_private (f->file, f->one, FALSE, NULL, &error));
  g_assert_cmpint (stat (g_file_peek_path (f->file), &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0600);
  g_assert_cmpint (g_chmod (g_file_peek_path (f->file), 0644), ==, 0);
  g_assert_true (tri_file_write_private (f->file, f->two, TRUE, NULL, &error));
  umask (before);
  g_assert_cmpint (stat (g_file_peek_path (f->file), &st), ==, 0);
  g_assert_cmpuint (st.st_mode & 0777, ==, 0600);
  assert_contents (f->file, f->two);
  g_assert_false (tri_file_write_private (f->file, f->one, FALSE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
}

/* Only files of this kind that nobody writes any more. */
static void
test_leftovers (Fixture *f, gconstpointer data)
{
  static const char *const stay[] = { ".triptych-0123456789abcde", ".triptych-0123456789abcdeX", "triptych-0123456789abcdef" };
  g_autoptr (GFile) folder = g_file_new_for_path (f->folder);
  g_autofree char *dead = g_build_filename (f->folder, ".triptych-0123456789abcdef", NULL);
  g_autofree char *alive = g_build_filename (f->folder, ".triptych-00000000000000aa", NULL);
  g_autofree char *link = g_build_filename (f->folder, ".triptych-00000000000000bb", NULL);
  for (guint i = 0; i < G_N_ELEMENTS (stay); i++)
    {
      g_autofree char *path = g_build_filename (f->folder, stay[i], NULL);
      g_assert_true (g_file_set_contents (path, "x", 1, NULL));
    }
  g_assert_true (g_file_set_contents (dead, "x", 1, NULL) && g_file_set_contents (alive, "x", 1, NULL));
  g_assert_cmpint (symlink (dead, link), ==, 0);
  int fd = open (alive, O_RDWR | O_CLOEXEC);
  g_assert_cmpint (flock (fd, LOCK_EX), ==, 0);
  g_assert_cmpuint (tri_file_remove_leftovers (folder), ==, 1);
  g_assert_false (g_file_test (dead, G_FILE_TEST_EXISTS));
  g_assert_cmpuint (count_entries (f->folder), ==, 5);
  close (fd);
  g_assert_cmpuint (tri_file_remove_leftovers (folder), ==, 1);
  g_assert_cmpuint (count_entries (f->folder), ==, 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add ("/file/" name, Fixture, NULL, set_up, func, tear_down)
  ADD ("private", test_private);
  ADD ("replace", test_replace);
  ADD ("race", test_race);
  ADD ("abandoned", test_abandoned);
  ADD ("places", test_places);
  ADD ("link", test_link);
  ADD ("leftovers", test_leftovers);
  ADD ("full-disk", test_full_disk);
  ADD ("read", test_read);
  return g_test_run ();
}
