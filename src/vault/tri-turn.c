/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-turn.h"

#include "tri-file.h"

struct _TriTurns {
  GMutex lock;
  GCond for_new, for_begun;
  guint n_free;     /* under lock */
  guint n_resuming; /* under lock: who wait to go on */
};

TriTurns *
tri_turns_new (guint n)
{
  TriTurns *turns = g_new0 (TriTurns, 1);
  turns->n_free = n;
  g_mutex_init (&turns->lock);
  g_cond_init (&turns->for_new);
  g_cond_init (&turns->for_begun);
  return turns;
}

/* When nobody has a turn or waits for one. */
void
tri_turns_free (TriTurns *turns)
{
  g_mutex_clear (&turns->lock);
  g_cond_clear (&turns->for_new);
  g_cond_clear (&turns->for_begun);
  g_free (turns);
}

/* How many wait to go on with what they began. */
guint
tri_turns_get_n_resuming (TriTurns *turns)
{
  g_mutex_lock (&turns->lock);
  guint n = turns->n_resuming;
  g_mutex_unlock (&turns->lock);
  return n;
}

/* Waits for a turn to begin something: behind all who go on, so that no more is begun than keeps the processor busy. */
void
tri_turn_begin (TriTurn *turn)
{
  TriTurns *turns = turn->turns;
  if (turn->mine)
    return;
  g_mutex_lock (&turns->lock);
  while (turns->n_free == 0 || turns->n_resuming > 0)
    g_cond_wait (&turns->for_new, &turns->lock);
  turns->n_free--;
  turn->mine = TRUE;
  g_mutex_unlock (&turns->lock);
}

/* Waits for a turn to go on with what was begun. @turn: (nullable): NULL: where nobody shares the processor */
void
tri_turn_resume (TriTurn *turn)
{
  if (turn == NULL || turn->mine)
    return;
  TriTurns *turns = turn->turns;
  g_mutex_lock (&turns->lock);
  turns->n_resuming++;
  while (turns->n_free == 0)
    g_cond_wait (&turns->for_begun, &turns->lock);
  turns->n_resuming--;
  turns->n_free--;
  turn->mine = TRUE;
  if (turns->n_free > 0 && turns->n_resuming == 0)
    g_cond_signal (&turns->for_new);
  g_mutex_unlock (&turns->lock);
}

/* Gives the turn back, if there is one: before a wait, and at the end. @turn: (nullable) */
void
tri_turn_leave (TriTurn *turn)
{
  if (turn == NULL || !turn->mine)
    return;
  TriTurns *turns = turn->turns;
  g_mutex_lock (&turns->lock);
  turns->n_free++;
  turn->mine = FALSE;
  g_cond_signal (turns->n_resuming > 0 ? &turns->for_begun : &turns->for_new);
  g_mutex_unlock (&turns->lock);
}

/* Waits for the beginning of a file, while others work. @turn: (nullable) */
void
tri_turn_fetch (TriTurn *turn, GInputStream *stream)
{
  if (tri_file_fetch (stream, FALSE))
    return;
  tri_turn_leave (turn);
  tri_file_fetch (stream, TRUE);
  tri_turn_resume (turn);
}
