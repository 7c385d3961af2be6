/* Where the user's own ledger is, and the keys that sign. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-keyring.h"
#include "tri-ledger.h"

G_BEGIN_DECLS

typedef enum {
  TRI_LEDGER_STATE_READING,     /* for the first time */
  TRI_LEDGER_STATE_NONE,        /* none was begun */
  TRI_LEDGER_STATE_INTACT,
  TRI_LEDGER_STATE_ROLLED_BACK,
  TRI_LEDGER_STATE_FORKED,
  TRI_LEDGER_STATE_BROKEN,      /* edited, or files of it are gone */
  TRI_LEDGER_STATE_UNREADABLE,  /* the disk or its permissions: nothing speaks for somebody else's hand */
  TRI_LEDGER_STATE_FOREIGN,     /* another computer's, whose key is not known here */
  TRI_LEDGER_STATE_AWAITED,     /* another computer's, whose key is known, and that isn't here yet */
} TriLedgerState;

GFile *tri_ledger_home_file (const char *name);
TriLedger *tri_ledger_home_begin (GFile *folder, gboolean force, TriSigner **signer, GError **error);
TriLedger *tri_ledger_home_open (GFile *folder, TriSigner **signer, GError **error);
gboolean tri_ledger_home_follow (const TriVerifier *verifier, gboolean force, TriLedger **ledger, GError **error);
gboolean tri_ledger_home_go_on (GError **error);
gboolean tri_ledger_home_is_followed (void);
gboolean tri_ledger_home_is_awaited (void);
gboolean tri_ledger_home_export_key (GFile *file, const char *passphrase, GError **error);
TriVerifier *tri_ledger_home_import_key (GFile *file, const char *passphrase, GError **error);
const char *tri_ledger_home_get_fork_warning (void);
TriLedgerState tri_ledger_home_read (TriLedger **ledger, char **sentence);
gboolean tri_ledger_state_is_broken (TriLedgerState state);
gboolean tri_ledger_home_record (TriLedgerKind kind, const char *fingerprint, const char *label, GError **error);
gboolean tri_ledger_home_record_ring (TriKeyringEvent event, const TriKeyringEntry *entry, GError **error);
gboolean tri_ledger_home_record_older (TriLedger *ledger, const TriSigner *signer, guint *n, GError **error);
char *tri_ledger_home_older_to_sentence (guint n);
GPtrArray *tri_ledger_home_get_witnesses (GError **error);
gboolean tri_ledger_home_accept (GFile *file, const TriVerifier *witness, GError **error);
TriNote *tri_ledger_home_cosign (GFile *copy, const TriVerifier *log, TriVerifier **witness, gboolean *first, GError **error);
TriCheckpoint *tri_ledger_home_get_cosigned (const TriVerifier *log);
TriVerifier *tri_ledger_home_get_verifier (GError **error);

G_END_DECLS
