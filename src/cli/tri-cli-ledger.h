/* What the files of triptych-cli ledger share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-cli.h"
#include "tri-note.h"

G_BEGIN_DECLS

TriVerifier *tri_cli_log_key (const TriOptions *options, GError **error);
void tri_cli_print_ledger (const TriOptions *options, const TriVerifier *verifier, guint64 entries);
gboolean tri_cli_ledger_follow (const TriOptions *options, char **args, GError **error);
gboolean tri_cli_ledger_key (const TriOptions *options, char **args, GError **error);

G_END_DECLS
