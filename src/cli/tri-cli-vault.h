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

GInputStream *tri_cli_open_input (const char *name, GCancellable *cancellable, GError **error);

/* Reads all of @in, and writes the result to @out, or where that is NULL to the file that @how names.
 * @file: (nullable): what @in reads */
typedef gboolean (*TriCliFilterFunc) (GInputStream *in, GFile *file, GOutputStream *out, GPtrArray *keys,
                                      const TriVaultOptions *how, TriVaultResult *result, TriProgress *progress,
                                      GError **error);

/**
 * TriCliVaultWork:
 * @find_keys: Returns: (transfer full): what the options name, or NULL with an error
 * @filter: for standard input, standard output or both
 * @make_batch: for files
 */
typedef struct {
  GPtrArray *(*find_keys) (const TriOptions *options, GError **error);
  TriCliFilterFunc filter;
  TriVaultBatch *(*make_batch) (GPtrArray *keys, const TriVaultOptions *how);
} TriCliVaultWork;

gboolean tri_cli_vault_run (const TriOptions *options, const TriCliVaultWork *work, TriProgress *progress, GError **error);

G_END_DECLS
