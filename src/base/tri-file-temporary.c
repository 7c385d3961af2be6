/* Files that are not whole yet: without a name, or with a hidden one. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-file-private.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "tri-file.h"

#define TEMPORARY ".triptych-" /* and sixteen hexadecimal digits */

/* A temporary is locked for as long as its writer lives, so that tri_file_remove_leftovers() knows those of the dead.
 * Returns: FALSE when it was taken for one of those before it was locked */
static gboolean
lock_temporary (int fd)
{
  struct stat st;
  while (flock (fd, LOCK_EX) != 0 && errno == EINTR)
    ;
  return fstat (fd, &st) == 0 && st.st_nlink > 0;
}

/* Returns: (transfer full): a hidden name in @folder, by chance */
char *
tri_file_make_temporary_name (const char *folder)
{
  return g_strdup_printf ("%s/" TEMPORARY "%08x%08x", folder, g_random_int (), g_random_int ());
}

/**
 * tri_file_open_temporary:
 * @name: (out) (transfer full) (nullable): its hidden name, where the file system can't do without one
 *
 * Opens a new file for writing and reading, locked for as long as it is open.
 *
 * Returns: a descriptor, or -1 with errno
 */
int
tri_file_open_temporary (const char *folder, mode_t mode, char **name)
{
  *name = NULL;
  int fd = open (folder, O_TMPFILE | O_RDWR | O_CLOEXEC, mode);
  if (fd >= 0)
    (void) flock (fd, LOCK_EX); /* it may get a hidden name on its way to the final one */
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL && errno != ENOENT))
    return fd;
  for (guint attempt = 0; attempt < 100; attempt++)
    {
      g_autofree char *path = tri_file_make_temporary_name (folder);
      fd = open (path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, mode);
      if (fd >= 0 && lock_temporary (fd))
        *name = g_steal_pointer (&path);
      else if (fd >= 0)
        {
          close (fd);
          continue;
        }
      if (fd >= 0 || errno != EEXIST)
        return fd;
    }
  return -1;
}

static gboolean
is_temporary (const char *name)
{
  gsize prefix = strlen (TEMPORARY);
  return g_str_has_prefix (name, TEMPORARY) && strlen (name) == prefix + 16
         && strspn (name + prefix, "0123456789abcdef") == 16;
}

/* Removes the temporary if nobody writes it: the lock goes with its writer, however that ends. */
static gboolean
remove_if_left (int folder, const char *name)
{
  struct stat opened, named;
  int fd = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0)
    return FALSE;
  gboolean gone = fstat (fd, &opened) == 0 && S_ISREG (opened.st_mode) && opened.st_uid == geteuid ()
                  && flock (fd, LOCK_EX | LOCK_NB) == 0
                  && fstatat (folder, name, &named, AT_SYMLINK_NOFOLLOW) == 0 && named.st_ino == opened.st_ino
                  && unlinkat (folder, name, 0) == 0;
  close (fd);
  return gone;
}

/**
 * tri_file_remove_leftovers:
 *
 * Removes the temporary files that writers of this user's left in @folder when they were killed. Those that are being
 * written now, by this program or another one, stay; so does everything else.
 *
 * Returns: how many
 */
guint
tri_file_remove_leftovers (GFile *folder)
{
  g_autofree char *path = g_file_get_path (folder);
  guint n = 0;
  g_autoptr (GDir) dir = path != NULL ? g_dir_open (path, 0, NULL) : NULL;
  int fd = dir != NULL ? open (path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  const char *name;
  while (fd >= 0 && (name = g_dir_read_name (dir)) != NULL)
    n += is_temporary (name) && remove_if_left (fd, name);
  if (fd >= 0)
    close (fd);
  return n;
}
