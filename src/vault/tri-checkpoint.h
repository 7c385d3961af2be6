/* Checkpoints (c2sp.org/tlog-checkpoint): the state of a log, in a signed note. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-merkle.h"
#include "tri-note.h"

G_BEGIN_DECLS

/**
 * TriCheckpoint:
 * @origin: the log's name
 * @size: number of its entries
 */
typedef struct {
  char *origin;
  guint64 size;
  TriHash root;
} TriCheckpoint;

TriCheckpoint *tri_checkpoint_parse (const TriNote *note, GError **error);
void tri_checkpoint_free (TriCheckpoint *checkpoint);
TriNote *tri_checkpoint_to_note (const TriCheckpoint *checkpoint);
gboolean tri_parse_decimal (const char *text, gsize size, guint64 *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriCheckpoint, tri_checkpoint_free)

G_END_DECLS
