/* Where the user's own ledger is, and the keys that sign. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-keyring.h"
#include "tri-ledger.h"

G_BEGIN_DECLS

GFile *tri_ledger_home_file (const char *name);
TriLedger *tri_ledger_home_begin (GFile *folder, TriSigner **signer, GError **error);
TriLedger *tri_ledger_home_open (GFile *folder, TriSigner **signer, GError **error);
gboolean tri_ledger_home_record (TriLedgerKind kind, const char *fingerprint, const char *label, GError **error);
gboolean tri_ledger_home_record_ring (TriKeyringEvent event, const TriKeyringEntry *entry, GError **error);
GPtrArray *tri_ledger_home_get_witnesses (GError **error);
gboolean tri_ledger_home_accept (GFile *file, const TriVerifier *witness, GError **error);
TriNote *tri_ledger_home_cosign (GFile *copy, const TriVerifier *log, TriVerifier **witness, GError **error);

G_END_DECLS
