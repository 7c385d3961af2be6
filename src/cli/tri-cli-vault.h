/* What protect, open, inspect, keygen and recipients share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-cli.h"
#include "tri-file.h"
#include "tri-keyring.h"
#include "tri-ledger-event.h"
#include "tri-vault-batch.h"

G_BEGIN_DECLS

GPtrArray *tri_cli_recipients (const TriOptions *options, GError **error);
GPtrArray *tri_cli_identities (const TriOptions *options, GError **error);
char *tri_cli_read_passphrase (const TriOptions *options, gboolean confirm, GError **error);

typedef enum { TRI_CLI_PUBLIC, TRI_CLI_USE_SECRETS, TRI_CLI_MAKE_SECRETS } TriCliSecrets;

TriKeyring *tri_cli_keyring (const TriOptions *options, TriCliSecrets secrets, GError **error);
gboolean tri_cli_add_ring_recipients (const TriOptions *options, GPtrArray *keys, GError **error);
gboolean tri_cli_add_ring_identities (const TriOptions *options, GPtrArray *keys, GError **error);
void tri_cli_record (TriLedgerKind kind, const char *fingerprint, const char *label);
void tri_cli_ring_entry_to_json (TriJson *json, const char *key, const TriKeyringEntry *entry);

gboolean tri_cli_vault_options (const TriOptions *options, TriVaultOptions *out, GError **error);
gboolean tri_cli_is_filter (const TriOptions *options);
GInputStream *tri_cli_open_input (const char *name, GCancellable *cancellable, GError **error);

/* Reads all of @in, and writes the result to @out, or where that is NULL to the file that @how names.
 * @file: (nullable): what @in reads */
typedef gboolean (*TriCliFilterFunc) (GInputStream *in, GFile *file, GOutputStream *out, GPtrArray *keys,
                                      const TriVaultOptions *how, TriVaultResult *result, TriProgress *progress,
                                      GError **error);

gboolean tri_cli_filter (const TriOptions *options, const TriVaultOptions *how, TriCliFilterFunc work, GPtrArray *keys,
                         TriProgress *progress, GError **error);
gboolean tri_cli_vault_batch (const TriOptions *options, TriVaultBatch *batch, TriProgress *progress, GError **error);

G_END_DECLS
