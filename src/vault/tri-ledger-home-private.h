/* Private to the user's own ledger. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-ledger-home.h"

G_BEGIN_DECLS

/**
 * TriLedgerWhose:
 * @verifier: (nullable): what the user's ledger is checked with; NULL where no key is known
 * @follows: there is no key here that signs it
 * @awaited: it was begun on another computer, from which it comes
 */
typedef struct {
  TriVerifier *verifier;
  gboolean follows, awaited;
} TriLedgerWhose;

gboolean tri_ledger_whose_read (TriLedgerWhose *whose, GError **error);
void tri_ledger_whose_clear (TriLedgerWhose *whose);
void tri_ledger_explain (GFile *place, GFile *memory, const TriLedgerWhose *whose, GError **why);
guint64 tri_ledger_count_seen (GFile *memory, const TriVerifier *verifier);
void tri_ledger_set_follows_error (const TriVerifier *verifier, GError **error);
void tri_ledger_set_lost_error (guint64 size, GError **error);
gboolean tri_ledger_check_expected (const TriVerifier *verifier, gboolean force, GError **error);
gboolean tri_ledger_expect (const TriVerifier *verifier, GError **error);
gboolean tri_ledger_forget (GError **error);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TriLedgerWhose, tri_ledger_whose_clear)

G_END_DECLS
