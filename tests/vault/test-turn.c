/* Turns at the processor: never more than there are, none lost, and who has begun goes on first.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>

#include "tri-turn.h"

#define N_THREADS 8
#define N_ROUNDS 3000

typedef struct {
  TriTurns *turns;
  gint n_inside, most_inside, n_rounds;
} Crowd;

static void
be_inside (Crowd *crowd)
{
  gint n = g_atomic_int_add (&crowd->n_inside, 1) + 1, most = g_atomic_int_get (&crowd->most_inside);
  while (n > most && !g_atomic_int_compare_and_exchange (&crowd->most_inside, most, n))
    most = g_atomic_int_get (&crowd->most_inside);
  g_thread_yield ();
  g_atomic_int_add (&crowd->n_inside, -1);
}

static gpointer
go_round (gpointer data)
{
  Crowd *crowd = data;
  TriTurn turn = { crowd->turns, FALSE };
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      tri_turn_begin (&turn);
      be_inside (crowd);
      tri_turn_leave (&turn);
      if (i % 3 == 0)
        tri_turn_leave (&turn); /* there is none to give back: that must not make one */
      tri_turn_resume (&turn);
      if (i % 5 == 0)
        tri_turn_resume (&turn); /* nor does this wait for a second one */
      be_inside (crowd);
      tri_turn_leave (&turn);
      g_atomic_int_inc (&crowd->n_rounds);
    }
  return NULL;
}

static void
test_crowd (void)
{
  for (guint n = 1; n <= 3; n++)
    {
      GThread *threads[N_THREADS];
      Crowd crowd = { .turns = tri_turns_new (n) };
      for (guint i = 0; i < N_THREADS; i++)
        threads[i] = g_thread_new ("crowd", go_round, &crowd);
      for (guint i = 0; i < N_THREADS; i++)
        g_thread_join (threads[i]);
      g_assert_cmpint (crowd.n_rounds, ==, N_THREADS * N_ROUNDS);
      g_assert_cmpint (crowd.most_inside, <=, (gint) n);
      /* and all of them are back */
      TriTurn all[3] = { { crowd.turns, FALSE }, { crowd.turns, FALSE }, { crowd.turns, FALSE } };
      for (guint i = 0; i < n; i++)
        tri_turn_begin (&all[i]);
      tri_turns_free (crowd.turns);
    }
}

typedef struct {
  TriTurns *turns;
  gboolean resumes;
  gint *n_waiting, *place;
  gint came_as; /* 1: first */
} Queuer;

static gpointer
queue (gpointer data)
{
  Queuer *queuer = data;
  TriTurn turn = { queuer->turns, FALSE };
  g_atomic_int_inc (queuer->n_waiting);
  if (queuer->resumes)
    tri_turn_resume (&turn);
  else
    tri_turn_begin (&turn);
  queuer->came_as = ++*queuer->place; /* with the one turn */
  tri_turn_leave (&turn);
  return NULL;
}

/* Three wait to begin and then three to go on: those are first. */
static void
test_order (void)
{
  g_autoptr (TriTurns) turns = tri_turns_new (1);
  TriTurn mine = { turns, FALSE };
  gint n_waiting = 0, place = 0;
  Queuer queuers[6];
  GThread *threads[6];
  tri_turn_begin (&mine);
  for (guint i = 0; i < 6; i++)
    {
      queuers[i] = (Queuer) { turns, i >= 3, &n_waiting, &place, 0 };
      threads[i] = g_thread_new ("queuer", queue, &queuers[i]);
    }
  while (g_atomic_int_get (&n_waiting) < 6 || tri_turns_get_n_resuming (turns) < 3)
    g_usleep (1000);
  tri_turn_leave (&mine);
  for (guint i = 0; i < 6; i++)
    g_thread_join (threads[i]);
  for (guint i = 0; i < 6; i++)
    if (queuers[i].resumes)
      g_assert_cmpint (queuers[i].came_as, <=, 3);
    else
      g_assert_cmpint (queuers[i].came_as, >, 3);
}

/* Alone, nobody waits. */
static void
test_alone (void)
{
  tri_turn_resume (NULL);
  tri_turn_leave (NULL);
  g_autofree char *path = NULL;
  g_autoptr (GError) error = NULL;
  int fd = g_file_open_tmp ("triptych-turn-XXXXXX", &path, &error);
  g_assert_no_error (error);
  g_close (fd, NULL);
  for (guint size = 0; size < 2; size++) /* an empty file has nothing to wait for */
    {
      g_autoptr (GFile) file = g_file_new_for_path (path);
      g_assert_true (g_file_set_contents (path, "x", (gssize) size, NULL));
      g_autoptr (GFileInputStream) in = g_file_read (file, NULL, NULL);
      tri_turn_fetch (NULL, G_INPUT_STREAM (in));
      char byte;
      g_assert_cmpint (g_input_stream_read (G_INPUT_STREAM (in), &byte, 1, NULL, NULL), ==, (gssize) size);
    }
  g_autoptr (GInputStream) memory = g_memory_input_stream_new ();
  tri_turn_fetch (NULL, memory);
  g_assert_cmpint (g_remove (path), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/turn/crowd", test_crowd);
  g_test_add_func ("/turn/order", test_order);
  g_test_add_func ("/turn/alone", test_alone);
  return g_test_run ();
}
