/* The ledger on several computers: following it, and moving the key that signs it. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-ledger-watch.h"

G_BEGIN_DECLS

/* Emits "job" with a TriLedgerJob, valid meanwhile, when something is to be done. */
#define TRI_TYPE_LEDGER_COMPUTERS (tri_ledger_computers_get_type ())
G_DECLARE_FINAL_TYPE (TriLedgerComputers, tri_ledger_computers, TRI, LEDGER_COMPUTERS, AdwBin)

void tri_ledger_computers_show (TriLedgerComputers *self, TriLedgerWatch *watch, gboolean busy);
void tri_ledger_computers_focus_follow (TriLedgerComputers *self);
void tri_ledger_computers_move_key (TriLedgerComputers *self, GFile *file);

G_END_DECLS
