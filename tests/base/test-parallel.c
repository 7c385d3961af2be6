/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tri-parallel.h"

static void
add (gsize begin, gsize end, guint slot, gpointer data)
{
  guint64 *sums = data;
  for (gsize i = begin; i < end; i++)
    sums[slot] += i;
}

static void
test_covers (void)
{
  for (guint threads = 1; threads <= 5; threads++)
    for (gsize n = 0; n < 70; n += 3)
      {
        guint64 sums[64] = { 0 }, all = 0;
        tri_parallel_set_threads (threads);
        g_assert_true (tri_parallel_for (n, 4, add, sums, NULL, NULL));
        for (guint s = 0; s < 64; s++)
          all += sums[s];
        g_assert_cmpuint (all, ==, n * (n - (n > 0)) / 2);
      }
  tri_parallel_set_threads (0);
}

static void
touch (gsize begin, gsize end, gpointer data)
{
  guint8 *times = data;
  for (gsize i = begin; i < end; i++)
    times[i]++;
}

static void
test_each (void)
{
  for (guint threads = 1; threads <= 5; threads++)
    for (gsize n = 0; n < 70; n++)
      {
        guint8 times[70] = { 0 };
        tri_parallel_set_threads (threads);
        tri_parallel_each (n, 4, touch, times);
        for (gsize i = 0; i < 70; i++)
          g_assert_cmpuint (times[i], ==, i < n);
      }
  tri_parallel_set_threads (0);
}

static void
note_other (gsize begin, gsize end, gpointer data)
{
  struct { GThread *mine; gint n_other; } *note = data;
  if (g_thread_self () != note->mine)
    g_atomic_int_inc (&note->n_other);
  g_usleep (200); /* time for a helper to come */
}

static void
note_other_for (gsize begin, gsize end, guint slot, gpointer data)
{
  g_assert_cmpuint (slot, ==, 0);
  note_other (begin, end, data);
}

/* Who wants no help gets none, until it is wanted again. */
static void
test_alone (void)
{
  struct { GThread *mine; gint n_other; } note = { g_thread_self (), 0 };
  tri_parallel_set_threads (4);
  tri_parallel_set_alone (TRUE);
  g_assert_true (tri_parallel_is_alone ());
  tri_parallel_each (200, 4, note_other, &note);
  g_assert_true (tri_parallel_for (200, 4, note_other_for, &note, NULL, NULL));
  g_assert_cmpint (note.n_other, ==, 0);
  tri_parallel_set_alone (FALSE);
  g_assert_false (tri_parallel_is_alone ());
  for (guint i = 0; note.n_other == 0 && i < 1000; i++)
    tri_parallel_each (200, 4, note_other, &note);
  g_assert_cmpint (note.n_other, >, 0);
  tri_parallel_set_threads (0);
}

static void
nest (gsize begin, gsize end, guint slot, gpointer data)
{
  guint64 sums[64] = { 0 };
  for (gsize i = begin; i < end; i++)
    g_assert_true (tri_parallel_for (20, 1, add, sums, NULL, NULL));
  for (guint s = 0; s < 64; s++)
    ((guint64 *) data)[slot] += sums[s];
}

static gpointer
nest_on_thread (gpointer gives_way)
{
  guint64 sums[64] = { 0 }, all = 0;
  if (gives_way != NULL)
    tri_parallel_give_way ();
  g_assert_true (tri_parallel_for (50, 1, nest, sums, NULL, NULL));
  for (guint s = 0; s < 64; s++)
    all += sums[s];
  g_assert_cmpuint (all, ==, 50 * 190);
  return NULL;
}

/* Work within work ends, however few helpers there are. */
static void
test_nested (void)
{
  tri_parallel_set_threads (8);
  for (guint gives_way = 0; gives_way < 2; gives_way++)
    {
      GThread *threads[6];
      for (guint i = 0; i < 6; i++)
        threads[i] = g_thread_new ("nest", nest_on_thread, GUINT_TO_POINTER (gives_way));
      for (guint i = 0; i < 6; i++)
        g_thread_join (threads[i]);
    }
  tri_parallel_set_threads (0);
}

static void
cancel_at_third (gsize begin, gsize end, guint slot, gpointer data)
{
  if (begin == 3)
    g_cancellable_cancel (data);
  g_assert_cmpuint (begin, <, 40);
}

static void
test_cancel (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  g_autoptr (GError) error = NULL;
  tri_parallel_set_threads (1);
  g_assert_false (tri_parallel_for (1000000, 1, cancel_at_third, cancellable, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  tri_parallel_set_threads (0);
}

typedef struct {
  gint niceness[TRI_PARALLEL_MAX_THREADS]; /* of those who helped; G_MININT: nobody */
  guint64 sums[TRI_PARALLEL_MAX_THREADS];
} Yielding;

static gint
get_niceness (void)
{
  return getpriority (PRIO_PROCESS, (id_t) syscall (SYS_gettid));
}

static void
add_and_look (gsize begin, gsize end, guint slot, gpointer data)
{
  Yielding *yielding = data;
  add (begin, end, slot, yielding->sums);
  yielding->niceness[slot] = get_niceness ();
}

static gpointer
give_way (gpointer data)
{
  tri_parallel_give_way ();
  tri_parallel_give_way ();
  g_assert_true (tri_parallel_for (1000, 1, add_and_look, data, NULL, NULL));
  return NULL;
}

/* Whoever gives way has helpers who do so too, and nobody else does. */
static void
test_give_way (void)
{
  Yielding yielding = { { 0 }, { 0 } }, other = { { 0 }, { 0 } };
  gint before = get_niceness ();
  guint64 all = 0;
  tri_parallel_set_threads (4);
  g_thread_join (g_thread_new ("yielding", give_way, &yielding));
  g_assert_true (tri_parallel_for (1000, 1, add_and_look, &other, NULL, NULL));
  for (guint s = 0; s < 4; s++)
    {
      all += yielding.sums[s];
      g_assert_cmpint (yielding.niceness[s], ==, MIN (before + 10, 19));
      g_assert_cmpint (other.niceness[s], ==, before);
    }
  g_assert_cmpuint (all, ==, 499500);
  tri_parallel_set_threads (0);
}

static void
test_sub_progress (void)
{
  g_autoptr (TriProgress) progress = tri_progress_new (NULL, NULL, NULL);
  g_autoptr (TriProgress) half = tri_progress_sub (progress, 0.5, 1);
  g_assert_true (tri_progress_step (half, 0.5));
  g_assert_cmpfloat (tri_progress_get_fraction (progress), ==, 0.75);
  g_assert_true (tri_progress_step (progress, 0.1));
  g_assert_cmpfloat (tri_progress_get_fraction (progress), ==, 0.75); /* never runs backwards */
  g_assert_null (tri_progress_sub (NULL, 0, 1));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/parallel/covers", test_covers);
  g_test_add_func ("/parallel/each", test_each);
  g_test_add_func ("/parallel/alone", test_alone);
  g_test_add_func ("/parallel/nested", test_nested);
  g_test_add_func ("/parallel/cancel", test_cancel);
  g_test_add_func ("/parallel/give-way", test_give_way);
  g_test_add_func ("/parallel/sub-progress", test_sub_progress);
  return g_test_run ();
}
