/* The functions of the C library that the vault calls, by their own names: the linker takes these.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "disk-watch.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define PATIENCE (30 * G_TIME_SPAN_SECOND)

static DiskWatch the_watch;
static DiskCounts *counts; /* NULL while nobody watches */
static _Thread_local gboolean mine; /* what the test itself does meanwhile */
static GMutex lock;
static GCond changed;
static guint n_held;        /* under lock */
static gboolean open_gate;  /* under lock */
static gboolean too_late;   /* under lock: they did not come */
static guint serial;        /* under lock: grows with each name and each folder that is synced */
static GHashTable *synced;  /* under lock: inode to size, as it was synced */
static GHashTable *named;   /* under lock: path to serial */
static GHashTable *folders; /* under lock: inode to serial */

/* Returns: shared with child processes; valid until disk_watch_end() */
DiskCounts *
disk_watch_begin (const DiskWatch *watch)
{
  g_assert_null (counts);
  the_watch = *watch;
  n_held = serial = 0;
  open_gate = watch->hold == 0;
  too_late = FALSE;
  synced = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  folders = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  named = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  counts = mmap (NULL, sizeof *counts, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  g_assert_true (counts != MAP_FAILED);
  return counts;
}

/* Returns: whether as many as were to be held came together */
gboolean
disk_watch_end (void)
{
  munmap (g_steal_pointer (&counts), sizeof *counts);
  g_clear_pointer (&synced, g_hash_table_unref);
  g_clear_pointer (&folders, g_hash_table_unref);
  g_clear_pointer (&named, g_hash_table_unref);
  return open_gate && !too_late;
}

/* Whether the folder was synced since the file got its name. */
gboolean
disk_watch_is_name_synced (const char *path)
{
  struct stat st;
  g_autofree char *folder = g_path_get_dirname (path);
  g_assert_cmpint (stat (folder, &st), ==, 0);
  gint64 inode = (gint64) st.st_ino;
  g_mutex_lock (&lock);
  guint at = GPOINTER_TO_UINT (g_hash_table_lookup (named, path));
  gboolean is = at > 0 && GPOINTER_TO_UINT (g_hash_table_lookup (folders, &inode)) > at;
  g_mutex_unlock (&lock);
  return is;
}

static void
count_in (gint *now, gint *most)
{
  gint n = g_atomic_int_add (now, 1) + 1, before = g_atomic_int_get (most);
  while (n > before && !g_atomic_int_compare_and_exchange (most, before, n))
    before = g_atomic_int_get (most);
}

/* Until as many are here as are to be held. */
static void
wait_at_gate (void)
{
  gint64 end = g_get_monotonic_time () + PATIENCE;
  g_mutex_lock (&lock);
  if (!open_gate && ++n_held == the_watch.hold)
    {
      g_mutex_unlock (&lock);
      mine = TRUE;
      if (the_watch.at_hold != NULL)
        the_watch.at_hold (the_watch.data);
      mine = FALSE;
      g_mutex_lock (&lock);
      open_gate = TRUE;
      g_cond_broadcast (&changed);
    }
  while (!open_gate && !too_late)
    too_late = !g_cond_wait_until (&changed, &lock, end);
  g_mutex_unlock (&lock);
}

static void
remember (GHashTable *table, const struct stat *st, guint value)
{
  gint64 inode = (gint64) st->st_ino;
  g_mutex_lock (&lock);
  g_hash_table_replace (table, g_memdup2 (&inode, sizeof inode), GUINT_TO_POINTER (value));
  g_mutex_unlock (&lock);
}

static int
sync_file (int fd, const struct stat *st)
{
  int code = 0;
  g_atomic_int_inc (&counts->n_events);
  count_in (&counts->n_syncing, &counts->most_syncing);
  wait_at_gate ();
  if (the_watch.slow > 0)
    g_usleep (10 * the_watch.slow);
  int result = (int) syscall (SYS_fsync, fd);
  remember (synced, st, (guint) st->st_size + 1);
  g_atomic_int_add (&counts->n_syncing, -1);
  g_atomic_int_inc (&counts->n_events);
  if (the_watch.after_sync != NULL)
    code = the_watch.after_sync (fd, the_watch.data);
  errno = code != 0 ? code : errno;
  return code != 0 ? -1 : result;
}

int
fsync (int fd)
{
  struct stat st;
  if (counts == NULL || mine || fstat (fd, &st) != 0)
    return (int) syscall (SYS_fsync, fd);
  if (S_ISREG (st.st_mode))
    return sync_file (fd, &st);
  g_mutex_lock (&lock);
  guint now = ++serial;
  g_mutex_unlock (&lock);
  int result = (int) syscall (SYS_fsync, fd);
  remember (folders, &st, now);
  return result;
}

int
linkat (int from, const char *old, int to, const char *new, int flags)
{
  struct stat st;
  if (counts != NULL && fstatat (from, old, &st, 0) == 0)
    {
      gint64 inode = (gint64) st.st_ino;
      g_mutex_lock (&lock);
      if (GPOINTER_TO_UINT (g_hash_table_lookup (synced, &inode)) != (guint) st.st_size + 1)
        g_atomic_int_inc (&counts->n_unsynced);
      g_hash_table_replace (named, g_strdup (new), GUINT_TO_POINTER (++serial));
      g_mutex_unlock (&lock);
      g_atomic_int_inc (&counts->n_events);
    }
  int result = (int) syscall (SYS_linkat, from, old, to, new, flags);
  if (counts != NULL)
    g_atomic_int_inc (&counts->n_events);
  return result;
}

/* Reading and writing of files without a name: only the vault has those. */
static ssize_t
move (long number, int fd, void *data, size_t size)
{
  struct stat st;
  gboolean is_ours = counts != NULL && fstat (fd, &st) == 0 && S_ISREG (st.st_mode) && st.st_nlink == 0;
  if (is_ours)
    {
      count_in (&counts->n_busy, &counts->most_busy);
      if (the_watch.slow > 0)
        g_usleep (the_watch.slow);
    }
  ssize_t result = syscall (number, fd, data, size);
  int code = errno;
  if (is_ours)
    g_atomic_int_add (&counts->n_busy, -1);
  errno = code;
  return result;
}

ssize_t
read (int fd, void *data, size_t size)
{
  return move (SYS_read, fd, data, size);
}

ssize_t
write (int fd, const void *data, size_t size)
{
  return move (SYS_write, fd, (void *) data, size);
}
