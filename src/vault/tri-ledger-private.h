/* Private to the ledger. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-ledger-store.h"
#include "tri-ledger.h"

G_BEGIN_DECLS

/**
 * TriLogState:
 * @entries: (element-type GBytes): as many as the checkpoint says; NULL when only the checkpoint was read
 * @tree: of those entries
 */
typedef struct {
  TriNote *note;
  TriCheckpoint *checkpoint;
  GPtrArray *entries;
  TriMerkle *tree;
} TriLogState;

struct _TriLedger {
  GFile *folder, *memory;
  TriVerifier *verifier;
  TriLogState *state;
  GPtrArray *events; /* TriLedgerEvent */
  TriNote *cosigned; /* nullable */
  TriLedgerDifference *trouble; /* nullable */
  guint n_wrong_tiles;
};

TriNote *tri_log_read_note (GFile *file, GError **error);
TriCheckpoint *tri_log_check_note (const TriNote *note, const TriVerifier *verifier, GFile *file, GError **error);
TriLogState *tri_log_state_read (GFile *folder, const TriVerifier *verifier, GError **error);
TriLogState *tri_log_state_read_entries (GFile *folder, TriNote *note, TriCheckpoint *checkpoint, GError **error);
gboolean tri_log_state_is_whole (const TriLogState *state);
void tri_log_state_free (TriLogState *state);
TriLedgerDifference *tri_log_compare_checkpoint (const TriLogState *here, const TriCheckpoint *there);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriLogState, tri_log_state_free)

G_END_DECLS
