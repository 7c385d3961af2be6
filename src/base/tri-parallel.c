/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-parallel.h"

#ifdef __linux__
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

#define MAX_THREADS TRI_PARALLEL_MAX_THREADS

#define YIELDING 10 /* steps of niceness */

static gint requested; /* atomic; 0: one for each processor */
static GPrivate yields = G_PRIVATE_INIT (NULL); /* of threads that gave up their priority */
static GPrivate alone_here = G_PRIVATE_INIT (NULL); /* of threads that are not helped */

/* Grains of anything, of which whoever is free takes the next. */
typedef struct {
  gatomicrefcount refs;
  TriParallelEachFunc func;
  gpointer user_data;
  gsize n_items, grain;
  GMutex lock;
  GCond finished;
  gsize next;   /* under lock: first item that nobody has */
  guint active; /* under lock: helpers that have some */
} Pile;

/* What tri_parallel_for() does. */
typedef struct {
  TriParallelFunc func;
  gpointer user_data;
  TriProgress *progress;
  gsize n_items, grain, n_done; /* n_done under lock */
  guint n_slots;
  gboolean stopped;             /* atomic */
  GMutex lock;
} Work;

/* How many threads tri_parallel_for() uses, the caller's own included; 0 for one a processor. */
void
tri_parallel_set_threads (guint n)
{
  g_atomic_int_set (&requested, (gint) MIN (n, MAX_THREADS));
}

/* Asked once: the kernel is asked through a file. */
static gpointer
count_processors (gpointer unused)
{
  return GUINT_TO_POINTER (MIN (g_get_num_processors (), MAX_THREADS));
}

guint
tri_parallel_get_threads (void)
{
  static GOnce processors = G_ONCE_INIT;
  gint n = g_atomic_int_get (&requested);
  return n > 0 ? (guint) n : GPOINTER_TO_UINT (g_once (&processors, count_processors, NULL));
}

/* Grains are dealt out in turn by their number: which slot gets which depends on the thread count alone. */
static void
do_slot (Work *work, guint slot)
{
  gsize n_grains = (work->n_items + work->grain - 1) / work->grain;
  for (gsize g = slot; g < n_grains; g += work->n_slots)
    {
      if (g_atomic_int_get (&work->stopped))
        return;
      gsize begin = g * work->grain, end = MIN (begin + work->grain, work->n_items);
      work->func (begin, end, slot, work->user_data);
      g_mutex_lock (&work->lock);
      work->n_done += end - begin;
      double fraction = (double) work->n_done / (double) work->n_items;
      g_mutex_unlock (&work->lock);
      if (!tri_progress_step (work->progress, fraction))
        g_atomic_int_set (&work->stopped, TRUE);
    }
}

static void
do_slots (gsize begin, gsize end, gpointer data)
{
  for (gsize slot = begin; slot < end; slot++)
    do_slot (data, (guint) slot);
}

static void
pile_unref (Pile *pile)
{
  if (!g_atomic_ref_count_dec (&pile->refs))
    return;
  g_mutex_clear (&pile->lock);
  g_cond_clear (&pile->finished);
  g_free (pile);
}

/* Takes grains until none is left. Called with the lock. */
static void
do_pile (Pile *pile)
{
  while (pile->next < pile->n_items)
    {
      gsize begin = pile->next, end = MIN (begin + pile->grain, pile->n_items);
      pile->next = end;
      g_mutex_unlock (&pile->lock);
      pile->func (begin, end, pile->user_data);
      g_mutex_lock (&pile->lock);
    }
}

static void
pool_main (gpointer data, gpointer unused)
{
  Pile *pile = data;
  g_mutex_lock (&pile->lock);
  pile->active++;
  do_pile (pile);
  if (--pile->active == 0)
    g_cond_signal (&pile->finished);
  g_mutex_unlock (&pile->lock);
  pile_unref (pile);
}

static gpointer
make_pool (gpointer unused)
{
  return g_thread_pool_new (pool_main, NULL, MAX_THREADS, FALSE, NULL);
}

static void
yielding_main (gpointer data, gpointer unused)
{
  tri_parallel_give_way ();
  pool_main (data, NULL);
}

/* Of its own threads, for a priority once given up doesn't come back. */
static gpointer
make_yielding_pool (gpointer unused)
{
  return g_thread_pool_new (yielding_main, NULL, CLAMP ((gint) g_get_num_processors () - 1, 1, MAX_THREADS), TRUE, NULL);
}

/* Whose threads help the calling one. */
static GThreadPool *
get_pool (void)
{
  static GOnce pool = G_ONCE_INIT, yielding_pool = G_ONCE_INIT;
  return g_private_get (&yields) != NULL ? g_once (&yielding_pool, make_yielding_pool, NULL)
                                         : g_once (&pool, make_pool, NULL);
}

/* Does all items with so many helpers, of whom those that come late find nothing to do: nobody waits for a thread that is
 * busy otherwise, perhaps with what waits for this. */
static void
do_with_helpers (guint n_helpers, gsize n_items, gsize grain, TriParallelEachFunc func, gpointer user_data)
{
  Pile *pile = g_new0 (Pile, 1);
  *pile = (Pile) { .func = func, .user_data = user_data, .n_items = n_items, .grain = grain };
  g_atomic_ref_count_init (&pile->refs);
  g_mutex_init (&pile->lock);
  g_cond_init (&pile->finished);
  for (guint i = 0; i < n_helpers; i++)
    {
      g_atomic_ref_count_inc (&pile->refs);
      g_thread_pool_push (get_pool (), pile, NULL);
    }
  g_mutex_lock (&pile->lock);
  do_pile (pile);
  while (pile->active > 0)
    g_cond_wait (&pile->finished, &pile->lock);
  g_mutex_unlock (&pile->lock);
  pile_unref (pile);
}

/**
 * tri_parallel_give_way:
 *
 * From now on the calling thread, and those that help it with tri_parallel_for(), leave the processors to everybody else
 * who wants them. For work of minutes and hours beside a window.
 */
void
tri_parallel_give_way (void)
{
  if (g_private_get (&yields) != NULL)
    return;
  g_private_set (&yields, GINT_TO_POINTER (TRUE));
#ifdef __linux__
  /* Beside the first thread's, for a thread begins with its maker's. It may always be lowered. */
  setpriority (PRIO_PROCESS, (id_t) syscall (SYS_gettid), MIN (getpriority (PRIO_PROCESS, (id_t) getpid ()) + YIELDING, 19));
#endif
}

/**
 * tri_parallel_set_alone:
 *
 * Whether the calling thread shall do all by itself, for one of several threads that keep the processors busy anyway: help
 * would only cost them the change from one to the other.
 */
void
tri_parallel_set_alone (gboolean alone)
{
  g_private_set (&alone_here, GINT_TO_POINTER (alone));
}

gboolean
tri_parallel_is_alone (void)
{
  return g_private_get (&alone_here) != NULL;
}

/* How many threads share the grains, the calling one included. */
static guint
count_shares (gsize n_grains)
{
  return tri_parallel_is_alone () ? 1 : (guint) MIN ((gsize) tri_parallel_get_threads (), n_grains);
}

/**
 * tri_parallel_for:
 * @n_items: how many items (rows, blocks)
 * @grain: items a call; choose it so that one call takes a millisecond or two, for that is how fast a
 *   cancellation is seen
 *
 * Calls @func for all items, in grains, on the shared pool and the calling thread, and returns when all are done.
 * The split depends only on @n_items, @grain and the number of threads.
 *
 * Returns: FALSE with G_IO_ERROR_CANCELLED when @progress was cancelled; some items are then undone
 */
gboolean
tri_parallel_for (gsize n_items, gsize grain, TriParallelFunc func, gpointer user_data,
                  TriProgress *progress, GError **error)
{
  g_return_val_if_fail (grain > 0, FALSE);
  if (n_items == 0)
    return tri_progress_check (progress, 1, error);

  Work work = { .func = func, .user_data = user_data, .progress = progress, .n_items = n_items, .grain = grain };
  work.n_slots = count_shares ((n_items + grain - 1) / grain);
  g_mutex_init (&work.lock);
  if (work.n_slots > 1)
    do_with_helpers (work.n_slots - 1, work.n_slots, 1, do_slots, &work);
  else
    do_slot (&work, 0);
  g_mutex_clear (&work.lock);
  return tri_progress_check (progress, 1, error);
}

/**
 * tri_parallel_each:
 * @grain: items a call
 *
 * As tri_parallel_for(), for short work that is asked for again and again: whoever is free takes the next grain, so that on
 * a busy computer the caller does not wait for helpers that have not begun.
 */
void
tri_parallel_each (gsize n_items, gsize grain, TriParallelEachFunc func, gpointer user_data)
{
  g_return_if_fail (grain > 0);
  gsize n_grains = (n_items + grain - 1) / grain;
  if (n_items == 0)
    return;
  guint n_threads = count_shares (n_grains);
  if (n_threads > 1)
    do_with_helpers (n_threads - 1, n_items, grain, func, user_data);
  else
    func (0, n_items, user_data);
}
