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

typedef struct {
  TriParallelFunc func;
  gpointer user_data;
  TriProgress *progress;
  gsize n_items, grain, n_done; /* n_done under lock */
  gboolean stopped;             /* atomic */
  guint pending;                /* under lock */
  GMutex lock;
  GCond finished;
} Work;

typedef struct {
  Work *work;
  guint slot, n_slots;
} Share;

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
do_share (Share *share)
{
  Work *work = share->work;
  gsize n_grains = (work->n_items + work->grain - 1) / work->grain;
  for (gsize g = share->slot; g < n_grains; g += share->n_slots)
    {
      if (g_atomic_int_get (&work->stopped))
        return;
      gsize begin = g * work->grain, end = MIN (begin + work->grain, work->n_items);
      work->func (begin, end, share->slot, work->user_data);
      g_mutex_lock (&work->lock);
      work->n_done += end - begin;
      double fraction = (double) work->n_done / (double) work->n_items;
      g_mutex_unlock (&work->lock);
      if (!tri_progress_step (work->progress, fraction))
        g_atomic_int_set (&work->stopped, TRUE);
    }
}

static void
pool_main (gpointer data, gpointer unused)
{
  Share *share = data;
  Work *work = share->work;
  do_share (share);
  g_mutex_lock (&work->lock);
  if (--work->pending == 0)
    g_cond_signal (&work->finished);
  g_mutex_unlock (&work->lock);
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
pile_main (gpointer data, gpointer unused)
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
make_pile_pool (gpointer unused)
{
  return g_thread_pool_new (pile_main, NULL, MAX_THREADS, FALSE, NULL);
}

/* Of its own threads, for a priority once given up doesn't come back. */
static gpointer
make_yielding_pool (gpointer unused)
{
  return g_thread_pool_new (yielding_main, NULL, CLAMP ((gint) g_get_num_processors () - 1, 1, MAX_THREADS), TRUE, NULL);
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
  static GOnce pool = G_ONCE_INIT, yielding_pool = G_ONCE_INIT;
  g_return_val_if_fail (grain > 0, FALSE);
  if (n_items == 0)
    return tri_progress_check (progress, 1, error);

  Work work = { .func = func, .user_data = user_data, .progress = progress, .n_items = n_items, .grain = grain };
  gsize n_grains = (n_items + grain - 1) / grain;
  guint n_slots = count_shares (n_grains);
  Share shares[MAX_THREADS];
  g_mutex_init (&work.lock);
  g_cond_init (&work.finished);
  work.pending = n_slots - 1;
  for (guint s = 0; s < n_slots; s++)
    shares[s] = (Share) { &work, s, n_slots };
  for (guint s = 1; s < n_slots; s++)
    g_thread_pool_push (g_private_get (&yields) != NULL ? g_once (&yielding_pool, make_yielding_pool, NULL)
                                                        : g_once (&pool, make_pool, NULL), &shares[s], NULL);
  do_share (&shares[0]);
  g_mutex_lock (&work.lock);
  while (work.pending > 0)
    g_cond_wait (&work.finished, &work.lock);
  g_mutex_unlock (&work.lock);
  g_mutex_clear (&work.lock);
  g_cond_clear (&work.finished);
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
  static GOnce pool = G_ONCE_INIT;
  g_return_if_fail (grain > 0);
  gsize n_grains = (n_items + grain - 1) / grain;
  guint n_helpers = n_grains > 1 ? count_shares (n_grains) - 1 : 0;
  if (n_helpers == 0)
    {
      if (n_items > 0)
        func (0, n_items, user_data);
      return;
    }
  Pile *pile = g_new0 (Pile, 1);
  *pile = (Pile) { .func = func, .user_data = user_data, .n_items = n_items, .grain = grain };
  g_atomic_ref_count_init (&pile->refs);
  g_mutex_init (&pile->lock);
  g_cond_init (&pile->finished);
  for (guint i = 0; i < n_helpers; i++)
    {
      g_atomic_ref_count_inc (&pile->refs);
      g_thread_pool_push (g_once (&pool, make_pile_pool, NULL), pile, NULL);
    }
  g_mutex_lock (&pile->lock);
  do_pile (pile);
  while (pile->active > 0)
    g_cond_wait (&pile->finished, &pile->lock);
  g_mutex_unlock (&pile->lock);
  pile_unref (pile);
}
