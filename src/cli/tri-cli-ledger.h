/* What the files of triptych-cli ledger share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-cli.h"
#include "tri-ledger.h"

G_BEGIN_DECLS

TriVerifier *tri_cli_log_key (const TriOptions *options, GError **error);
TriLedger *tri_cli_open_ledger (const TriOptions *options, TriSigner **signer, GError **error);
gboolean tri_cli_check_trouble (const TriLedger *ledger, GError **error);
gboolean tri_cli_write_ledger_text (const TriOptions *options, const char *text, GError **error);
guint tri_cli_show_witnesses (const TriNote *note, GPtrArray *witnesses, TriJson *json, gboolean text, GError **error);
gboolean tri_cli_prove_growth (const TriOptions *options, GError **error);
gboolean tri_cli_verify_growth (const TriOptions *options, GBytes *bytes, const TriVerifier *verifier, GPtrArray *witnesses,
                                GError **error);
void tri_cli_print_ledger (const TriOptions *options, const TriVerifier *verifier, guint64 entries, guint added);
gboolean tri_cli_ledger_follow (const TriOptions *options, char **args, GError **error);
gboolean tri_cli_ledger_key (const TriOptions *options, char **args, GError **error);

G_END_DECLS
