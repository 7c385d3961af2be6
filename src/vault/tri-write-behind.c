/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-write-behind.h"

#include "tri-buffer.h"
#include "tri-parallel.h"

#define N_BUFFERS 4 /* so that neither thread waits for the other each time on a busy computer */

struct _TriWriteBehind {
  TriWriteFunc func;
  gpointer user_data;
  gsize size;
  guint8 *buffers[N_BUFFERS]; /* NULL until one is needed */
  gsize used; /* most bytes that were in a buffer */
  GThread *thread; /* NULL until there is more than one buffer to write */
  GMutex lock;
  GCond changed;
  gsize pending[N_BUFFERS]; /* under lock: bytes that are to be written, in the order of the ring */
  guint filling;            /* which one the caller has */
  guint n_pending;          /* under lock: those before it in the ring */
  gboolean over;            /* under lock: no more comes */
  GError *error;            /* under lock */
};

/* @size: of a buffer, at most TRI_BUFFER_SIZE */
TriWriteBehind *
tri_write_behind_new (gsize size, TriWriteFunc func, gpointer user_data)
{
  g_return_val_if_fail (size <= TRI_BUFFER_SIZE, NULL);
  TriWriteBehind *self = g_new0 (TriWriteBehind, 1);
  self->func = func;
  self->user_data = user_data;
  self->size = size;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  return self;
}

/* Returns: (transfer none): the buffer to be filled now */
guint8 *
tri_write_behind_get_buffer (TriWriteBehind *self)
{
  if (self->buffers[self->filling] == NULL)
    self->buffers[self->filling] = tri_buffer_new ();
  return self->buffers[self->filling];
}

static gpointer
write_pending (gpointer data)
{
  TriWriteBehind *self = data;
  g_mutex_lock (&self->lock);
  for (guint i = 0;; i = (i + 1) % N_BUFFERS)
    {
      while (self->n_pending == 0 && !self->over)
        g_cond_wait (&self->changed, &self->lock);
      if (self->n_pending == 0)
        break;
      gsize n = self->pending[i];
      if (self->error == NULL)
        {
          GError *error = NULL;
          g_mutex_unlock (&self->lock);
          self->func (self->buffers[i], n, self->user_data, &error);
          g_mutex_lock (&self->lock);
          self->error = error;
        }
      self->n_pending--;
      g_cond_signal (&self->changed);
    }
  g_mutex_unlock (&self->lock);
  return NULL;
}

/* Waits until no more than @n buffers are pending. Returns: FALSE with what went wrong */
static gboolean
wait_until (TriWriteBehind *self, guint n, GError **error)
{
  while (self->n_pending > n && self->error == NULL)
    g_cond_wait (&self->changed, &self->lock);
  if (self->error != NULL && error != NULL)
    *error = g_error_copy (self->error);
  return self->error == NULL;
}

/* Hands over the first @n bytes of the buffer, of which there is at least one. An error may be that of an earlier
 * piece. */
gboolean
tri_write_behind_push (TriWriteBehind *self, gsize n, GError **error)
{
  g_return_val_if_fail (n > 0 && n <= self->size, FALSE);
  self->used = MAX (self->used, n);
  if (self->thread == NULL && (n < self->size || tri_parallel_is_alone ())) /* most files are small */
    return self->func (self->buffers[self->filling], n, self->user_data, error);
  if (self->thread == NULL)
    self->thread = g_thread_new ("write-behind", write_pending, self);
  g_mutex_lock (&self->lock);
  gboolean good = wait_until (self, N_BUFFERS - 2, error); /* the one after this is free then */
  if (good)
    {
      self->pending[self->filling] = n;
      self->filling = (self->filling + 1) % N_BUFFERS;
      self->n_pending++;
      g_cond_signal (&self->changed);
    }
  g_mutex_unlock (&self->lock);
  return good;
}

/* Waits until all is written. */
gboolean
tri_write_behind_finish (TriWriteBehind *self, GError **error)
{
  g_mutex_lock (&self->lock);
  gboolean good = wait_until (self, 0, error);
  g_mutex_unlock (&self->lock);
  return good;
}

void
tri_write_behind_free (TriWriteBehind *self)
{
  g_mutex_lock (&self->lock);
  self->over = TRUE;
  g_cond_signal (&self->changed);
  g_mutex_unlock (&self->lock);
  if (self->thread != NULL)
    g_thread_join (self->thread);
  for (guint i = 0; i < N_BUFFERS; i++)
    tri_buffer_free (self->buffers[i], self->used);
  g_clear_error (&self->error);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  g_free (self);
}
