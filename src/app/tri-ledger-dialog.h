/* All of the ledger: its events, whether it is whole, and what shows that to others. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-ledger-watch.h"

G_BEGIN_DECLS

#define TRI_TYPE_LEDGER_DIALOG (tri_ledger_dialog_get_type ())
G_DECLARE_FINAL_TYPE (TriLedgerDialog, tri_ledger_dialog, TRI, LEDGER_DIALOG, AdwWindow)

GtkWidget *tri_ledger_dialog_new (TriLedgerWatch *watch);
void tri_ledger_dialog_compare (TriLedgerDialog *self, GFile *copy);
void tri_ledger_dialog_accept (TriLedgerDialog *self, GFile *cosigned);
char *tri_ledger_dialog_prove (TriLedgerDialog *self);
char *tri_ledger_dialog_prove_growth (TriLedgerDialog *self, GFile *checkpoint);

G_END_DECLS
