/* What the advisor chose for protecting files, why, and where a person overrules it. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-automatic.h"

G_BEGIN_DECLS

#define TRI_TYPE_AUTOMATIC_ROW (tri_automatic_row_get_type ())
G_DECLARE_FINAL_TYPE (TriAutomaticRow, tri_automatic_row, TRI, AUTOMATIC_ROW, AdwExpanderRow)

GtkWidget *tri_automatic_row_new (TriAutomatic *automatic);
const char *tri_automatic_row_get_recipient_title (guint kind);

G_END_DECLS
