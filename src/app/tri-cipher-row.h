/* A cipher with its verdict, as a row of the chooser. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "tri-cipher.h"

G_BEGIN_DECLS

GtkWidget *tri_cipher_row_new (const TriCipher *cipher);
const TriCipher *tri_cipher_row_get (GtkListBoxRow *row);
void tri_cipher_row_add_family (GtkListBoxRow *row, GtkListBoxRow *before, gpointer unused);
void tri_verdict_badge (GtkLabel *label, TriVerdict verdict);

G_END_DECLS
