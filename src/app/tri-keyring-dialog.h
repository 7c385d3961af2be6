/* The key ring: one's own secret keys and other people's recipients. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TRI_TYPE_KEYRING_DIALOG (tri_keyring_dialog_get_type ())
G_DECLARE_FINAL_TYPE (TriKeyringDialog, tri_keyring_dialog, TRI, KEYRING_DIALOG, AdwWindow)

GtkWidget *tri_keyring_dialog_new (GtkWindow *parent);
void tri_keyring_dialog_unlock (TriKeyringDialog *self);

G_END_DECLS
