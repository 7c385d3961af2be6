/* The ledger of keys in one row, which opens the dialog with all of it. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-ledger-watch.h"

G_BEGIN_DECLS

#define TRI_TYPE_LEDGER_ROW (tri_ledger_row_get_type ())
G_DECLARE_FINAL_TYPE (TriLedgerRow, tri_ledger_row, TRI, LEDGER_ROW, AdwActionRow)

GtkWidget *tri_ledger_row_new (TriLedgerWatch *watch);

char *tri_ledger_row_get_state_title (TriLedgerWatch *watch);
char *tri_ledger_row_get_state_subtitle (TriLedgerWatch *watch);
void tri_ledger_row_set_badge (GtkLabel *badge, TriLedgerState state);

G_END_DECLS
