/* A ledger in the test's own home, and what people and programs do to it. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-ledger-watch.h"

G_BEGIN_DECLS

void ledger_clear_home (void);
void ledger_begin (guint n_entries);
void ledger_append (const char *label);
char *ledger_copy (const char *name);
void ledger_replace (const char *copy);
void ledger_forget (void);
void ledger_edit (const char *from, const char *to);
char *ledger_cosign (char **key);

TriLedgerWatch *ledger_watch (void);
void ledger_wait (TriLedgerWatch *watch);
char *ledger_do (TriLedgerWatch *watch, TriLedgerAction action, const char *path, const char *key,
                 TriLedgerRelation *relation, GError **error);

G_END_DECLS
