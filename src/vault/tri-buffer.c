/* The C library keeps a heap for each thread, with room for the largest buffers that the thread ever freed: with a few
 * threads, memory that is several times what is needed at once. New pages each time would cost a tenth of the work.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-buffer.h"

#include <sodium.h>
#include <sys/mman.h>

#define KEPT_MAX 16

static GMutex lock;
static guint8 *kept[KEPT_MAX]; /* under lock */
static guint n_kept, n_used;   /* under lock */

/* Returns: (transfer full): TRI_BUFFER_SIZE bytes of anything but secrets, on pages of their own */
guint8 *
tri_buffer_new (void)
{
  g_mutex_lock (&lock);
  guint8 *buffer = n_kept > 0 ? kept[--n_kept] : NULL;
  n_used++;
  g_mutex_unlock (&lock);
  if (buffer != NULL)
    return buffer;
  buffer = mmap (NULL, TRI_BUFFER_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (buffer == MAP_FAILED)
    g_error ("no memory for a buffer of %u bytes", TRI_BUFFER_SIZE);
  return buffer;
}

/* @buffer: (nullable)
 * @used: bytes from its start that may be secret: they are wiped
 *
 * When the last one comes back, none are kept. */
void
tri_buffer_free (guint8 *buffer, gsize used)
{
  guint8 *dropped[KEPT_MAX + 1];
  guint n_dropped = 0;
  if (buffer == NULL)
    return;
  sodium_memzero (buffer, used);
  g_mutex_lock (&lock);
  if (n_kept < KEPT_MAX)
    kept[n_kept++] = buffer;
  else
    dropped[n_dropped++] = buffer;
  if (--n_used == 0)
    while (n_kept > 0)
      dropped[n_dropped++] = kept[--n_kept];
  g_mutex_unlock (&lock);
  for (guint i = 0; i < n_dropped; i++)
    munmap (dropped[i], TRI_BUFFER_SIZE);
}
