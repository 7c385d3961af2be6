/* Keys as people see them: what is public of them, cut to its ends, with its kind. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "tri-age-keys.h"

G_BEGIN_DECLS

char *tri_key_text_short (const char *recipient);
const char *tri_key_text_kind (TriAgeKind kind);
GtkWidget *tri_key_row_new (const char *title, const char *recipient, TriAgeKind kind, GtkWidget *suffix);

G_END_DECLS
