/* The ledger: what happened to one's keys, in a log that only grows and that shows when somebody changed it. Plain files
 * in the layout of c2sp.org/tlog-tiles, which any program copies. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "tri-checkpoint.h"
#include "tri-ledger-event.h"

G_BEGIN_DECLS

/**
 * TriLedger:
 *
 * A log as it was when it was opened, every entry of it checked against the signed checkpoint. Used by one thread.
 *
 * What this can't show: who has the log's secret key can write another history and sign that. Only checkpoints that are
 * elsewhere, exported or cosigned, contradict it then.
 */
typedef struct _TriLedger TriLedger;

typedef enum {
  TRI_LEDGER_SAME,
  TRI_LEDGER_BEHIND,      /* the other one is older and fits */
  TRI_LEDGER_AHEAD,       /* the other one is newer and fits */
  TRI_LEDGER_ROLLED_BACK, /* something signed says that this one had more entries than it has */
  TRI_LEDGER_EDITED,      /* entries of the other one are not those that were signed */
  TRI_LEDGER_FORKED,      /* both are signed, and they contradict each other */
} TriLedgerRelation;

/**
 * TriLedgerDifference:
 * @size, @other_size: numbers of entries
 * @where: for TRI_LEDGER_EDITED and _FORKED the first entry that differs, from 0 on, or −1 when what was given doesn't tell
 * @here, @there: (nullable): that entry in either, as text
 */
typedef struct {
  TriLedgerRelation relation;
  guint64 size, other_size;
  gint64 where;
  char *here, *there;
} TriLedgerDifference;

gboolean tri_ledger_exists (GFile *folder);
TriLedger *tri_ledger_create (GFile *folder, const TriSigner *signer, GFile *memory, GError **error);
TriLedger *tri_ledger_open (GFile *folder, const TriVerifier *verifier, GFile *memory, GError **error);
void tri_ledger_free (TriLedger *ledger);

guint64 tri_ledger_get_size (const TriLedger *ledger);
const TriLedgerEvent *tri_ledger_get_event (const TriLedger *ledger, guint64 index);
const TriVerifier *tri_ledger_get_verifier (const TriLedger *ledger);
const TriNote *tri_ledger_get_checkpoint (const TriLedger *ledger);
const TriNote *tri_ledger_get_cosigned (const TriLedger *ledger);
const TriLedgerDifference *tri_ledger_get_trouble (const TriLedger *ledger);
char *tri_ledger_get_trouble_sentence (const TriLedger *ledger);
guint tri_ledger_get_n_wrong_tiles (const TriLedger *ledger);

gboolean tri_ledger_append (TriLedger *ledger, const TriSigner *signer, const TriLedgerEvent *event, GError **error);
gboolean tri_ledger_add_cosignatures (TriLedger *ledger, const TriNote *note, GPtrArray *witnesses, GError **error);
char *tri_ledger_prove (const TriLedger *ledger, guint64 index);
char *tri_ledger_prove_growth (const TriLedger *ledger, guint64 old_size);
char *tri_ledger_prove_growth_since (const TriLedger *ledger, GFile *checkpoint, GError **error);
void tri_ledger_get_root (const TriLedger *ledger, guint64 size, TriHash *out);

TriLedgerDifference *tri_ledger_compare (const TriLedger *ledger, GFile *copy, GError **error);
char *tri_ledger_difference_to_sentence (const TriLedgerDifference *difference);
const char *tri_ledger_relation_to_id (TriLedgerRelation relation);
void tri_ledger_difference_free (TriLedgerDifference *difference);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriLedger, tri_ledger_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriLedgerDifference, tri_ledger_difference_free)

G_END_DECLS
