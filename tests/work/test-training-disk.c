/* Trainings on a disk that is full, and programs that are killed while they write. What the program asks of the C library
 * passes through here. `test-training-disk --train FOLDER N` goes on with the training in a folder and is killed at event N.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trainer-fixture.h"
#include "tri-trainings.h"

#define BEFORE 5 /* step of the checkpoint that everything here begins with */
#define ALL 6

static const char *self;
static gint64 room = -1;     /* bytes on the disk; -1: enough */
static gint64 n_events = -1; /* until the program is killed; -1: never */

/* What is being done with the disk, before it is done. */
static void
event (void)
{
  if (n_events >= 0 && n_events-- == 0)
    raise (SIGKILL);
}

static gboolean
is_file (int fd)
{
  struct stat st;
  return fstat (fd, &st) == 0 && S_ISREG (st.st_mode);
}

ssize_t
write (int fd, const void *data, size_t size)
{
  if ((room < 0 && n_events < 0) || !is_file (fd))
    return syscall (SYS_write, fd, data, size);
  if (room >= 0 && size > (size_t) room)
    size = (size_t) room;
  if (room == 0)
    {
      errno = ENOSPC;
      return -1;
    }
  if (n_events == 0 && size > 1)
    (void) syscall (SYS_write, fd, data, size / 2);
  event ();
  ssize_t written = syscall (SYS_write, fd, data, size);
  if (room >= 0 && written > 0)
    room -= written;
  return written;
}

int
fsync (int fd)
{
  event ();
  return (int) syscall (SYS_fsync, fd);
}

int
linkat (int from, const char *old, int to, const char *new, int flags)
{
  event ();
  return (int) syscall (SYS_linkat, from, old, to, new, flags);
}

int
rename (const char *from, const char *to)
{
  event ();
  return (int) syscall (SYS_rename, from, to);
}

/* From random weights, which every validation finds better, so that they are written each time. */
static void
train_until (Scene *scene, guint64 step)
{
  g_autoptr (GError) error = NULL;
  TriModel plain = *scene_get_model ();
  plain.prepare = NULL;
  scene_open (scene, ALL, TRUE);
  scene->stop_at = step;
  scene->config.warm_up = 0;
  scene->trainer = tri_trainer_new (&plain, NULL, scene_make_data (7), &scene->config, scene->folder, &error);
  g_assert_no_error (error);
  scene_run (scene);
  g_clear_pointer (&scene->trainer, tri_trainer_unref);
}

static guint64
resume (Scene *scene)
{
  scene_resume (scene);
  return tri_trainer_get_step (scene->trainer);
}

/* Returns: how many files are in the folder and its pictures' folder */
static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;
  for (const char *name = NULL; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      n += g_file_test (path, G_FILE_TEST_IS_DIR) ? count_files (path) : 1;
    }
  return n;
}

/* From no room at all to enough, in steps that end in every file that a validation and a checkpoint write. */
static void
test_full (void)
{
  Scene through, scene;
  train_until (&through, ALL);
  train_until (&scene, BEFORE);
  guint n_failed = 0, n_files = count_files (scene.folder);
  gboolean pictures = FALSE, weights = FALSE, checkpoint = FALSE;
  for (gint64 there = 0;; there += 1 + there / 3)
    {
      g_autoptr (GError) error = NULL;
      g_assert_cmpuint (resume (&scene), ==, BEFORE);
      room = there;
      gboolean good = tri_trainer_run (scene.trainer, scene_watch, &scene, NULL, &error);
      room = -1;
      if (good)
        break;
      n_failed++;
      g_test_message ("%" G_GINT64_FORMAT " bytes: %s", there, error->message);
      g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NO_SPACE);
      g_assert_nonnull (strstr (error->message, "The training ended at step 6."));
      g_assert_nonnull (strstr (error->message, "Make room"));
      g_assert_nonnull (strstr (error->message, "The checkpoint of step 5 in"));
      g_assert_nonnull (strstr (error->message, scene.folder));
      pictures = pictures || strstr (error->message, ".png”") != NULL;
      weights = weights || strstr (error->message, "“" TRI_TRAINER_WEIGHTS) != NULL;
      checkpoint = checkpoint || strstr (error->message, "“" TRI_TRAINER_CHECKPOINT) != NULL;
      g_assert_cmpuint (count_files (scene.folder), <=, n_files + 2); /* this validation's pictures, and nothing torn */
    }
  g_assert_cmpuint (n_failed, >, 20);
  g_assert_true (pictures && weights && checkpoint);
  scene_assert_same (&through, &scene);
  scene_close (&through);
  scene_close (&scene);
}

/* Returns: whether the child came to its end, and was not killed */
static gboolean
train_in_child (const Scene *scene, guint at)
{
  g_autofree char *number = g_strdup_printf ("%u", at);
  const char *const arguments[] = { self, "--train", scene->folder, number, NULL };
  g_autoptr (GError) error = NULL;
  int status;
  g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL, &status, &error);
  g_assert_no_error (error);
  g_assert_true (WIFEXITED (status) ? WEXITSTATUS (status) == 0 : WTERMSIG (status) == SIGKILL);
  return WIFEXITED (status);
}

static int
train_as_child (const char *folder, guint at)
{
  Scene scene = { .folder = (char *) folder, .stop_at = G_MAXUINT64 };
  scene_resume (&scene);
  n_events = at;
  scene_run (&scene);
  n_events = -1;
  tri_trainer_unref (scene.trainer);
  g_free (scene.message);
  return 0;
}

/* Killed at each moment while it writes: what is on disk is the checkpoint before or the one after, and goes on to the same
 * weights. What the dead left behind is gone in the end. */
static void
test_killed (void)
{
  Scene through, scene;
  train_until (&through, ALL);
  train_until (&scene, BEFORE);
  g_autofree char *path = scene_get_path (&scene, TRI_TRAINER_CHECKPOINT), *bytes = NULL;
  gsize size;
  guint n_before = 0, n_after = 0, leaves = 0;
  g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
  for (guint at = 0; !train_in_child (&scene, at); at++)
    {
      guint64 step = resume (&scene);
      g_assert_true (step == BEFORE || step == ALL);
      n_before += step == BEFORE;
      n_after += step == ALL;
      leaves = count_files (scene.folder) > count_files (through.folder) ? at : leaves;
      if (step == BEFORE)
        continue;
      scene_assert_same (&through, &scene);
      g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
    }
  g_test_message ("killed %u times before the new checkpoint, %u times after", n_before, n_after);
  g_assert_cmpuint (n_before, >, 20);
  g_assert_cmpuint (n_after, >, 0);
  scene_assert_same (&through, &scene);
  g_assert_cmpuint (count_files (scene.folder), ==, count_files (through.folder));

  /* A training that is removed is removed with it. */
  g_assert_true (g_file_set_contents (path, bytes, (gssize) size, NULL));
  g_assert_false (train_in_child (&scene, leaves));
  g_assert_cmpuint (count_files (scene.folder), >, count_files (through.folder));
  g_assert_true (tri_trainings_remove (scene.folder, NULL));
  g_assert_false (g_file_test (scene.folder, G_FILE_TEST_EXISTS));
  scene_close (&through);
  scene_close (&scene);
}

int
main (int argc, char **argv)
{
  self = argv[0];
  if (argc == 4 && strcmp (argv[1], "--train") == 0)
    return train_as_child (argv[2], (guint) g_ascii_strtoull (argv[3], NULL, 10));
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/work/training-disk/full", test_full);
  g_test_add_func ("/work/training-disk/killed", test_killed);
  return g_test_run ();
}
