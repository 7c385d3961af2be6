/* Turns at the processor: for more workers than processors, most of whom wait for a disk. Private to the vault.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* So many may have a turn at once. Shared by the workers. */
typedef struct _TriTurns TriTurns;

/**
 * TriTurn:
 *
 * One worker's; only its own thread has to do with it.
 */
typedef struct {
  TriTurns *turns;
  gboolean mine;
} TriTurn;

TriTurns *tri_turns_new (guint n);
void tri_turns_free (TriTurns *turns);
guint tri_turns_get_n_resuming (TriTurns *turns);
void tri_turn_begin (TriTurn *turn);
void tri_turn_resume (TriTurn *turn);
void tri_turn_leave (TriTurn *turn);
void tri_turn_fetch (TriTurn *turn, GInputStream *stream);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriTurns, tri_turns_free)

G_END_DECLS
