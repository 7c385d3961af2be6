/* A passphrase that is all there is to open the files with. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TRI_TYPE_PROTECT_PASSPHRASE (tri_protect_passphrase_get_type ())
G_DECLARE_FINAL_TYPE (TriProtectPassphrase, tri_protect_passphrase, TRI, PROTECT_PASSPHRASE, AdwBin)

GtkWidget *tri_protect_passphrase_new (void);
void tri_protect_passphrase_type (TriProtectPassphrase *self, const char *passphrase);
GPtrArray *tri_protect_passphrase_dup_recipients (TriProtectPassphrase *self, GError **error);
GPtrArray *tri_protect_passphrase_dup_identities (TriProtectPassphrase *self, GError **error);

G_END_DECLS
