/* What a result is called, and whether the name is free. Private to the vault. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-vault-file.h"

G_BEGIN_DECLS

GFile *tri_vault_protected_name (GFile *original, GFileInfo *info, const TriVaultOptions *options, GError **error);
GFile *tri_vault_opened_name (GFile *file, const TriVaultOptions *options);
GFile *tri_vault_in_folder (GFile *source, const TriVaultOptions *options, const char *name);
GFile *tri_vault_choose (GFile *source, GFile *wanted, const TriVaultOptions *options, gboolean *skip, gboolean *replace,
                         GError **error);
GFile *tri_vault_file_of_stream (GInputStream *in);

G_END_DECLS
