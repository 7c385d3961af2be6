/* Files on the page Protect, as a person would bring them and begin. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-protect-page-private.h"
#include "window-fixture.h"

G_BEGIN_DECLS

GFile *protect_write_picture (const char *folder, const char *name, guint side);
GtkEditable *protect_find_entry (GtkWidget *widget, const char *id);
void protect_type (TriProtectPage *page, const char *passphrase);
void protect_drop (TriProtectPage *page, GSList *files);
gboolean protect_is_added (gpointer page);
gboolean protect_is_over (gpointer page);
void protect_run (TriProtectPage *page);
TriVaultTotals protect_totals (TriProtectPage *page);
void protect_spin_frames (TriWindow *window);

G_END_DECLS
