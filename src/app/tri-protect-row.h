/* A file of the queue: a small picture, its name, what happens to it. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "tri-vault-queue.h"

G_BEGIN_DECLS

#define TRI_TYPE_PROTECT_ROW (tri_protect_row_get_type ())
G_DECLARE_FINAL_TYPE (TriProtectRow, tri_protect_row, TRI, PROTECT_ROW, GtkBox)

void tri_protect_row_set_up (GtkListView *list);

G_END_DECLS
