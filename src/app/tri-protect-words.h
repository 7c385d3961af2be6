/* What the Protect page says. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-vault-queue.h"

G_BEGIN_DECLS

char *tri_protect_words_of_row (TriVaultRow *row);
const char *tri_protect_words_of_state (TriVaultRow *row, const char **style);
char *tri_protect_words_of_progress (const TriVaultTotals *totals, gboolean paused);
char *tri_protect_words_of_plan (const TriVaultTotals *totals);
char *tri_protect_words_of_end (const TriVaultTotals *totals);
char *tri_protect_words_of_added (const TriVaultAdded *added);
char *tri_protect_words_of_run (const TriVaultTotals *totals);

G_END_DECLS
