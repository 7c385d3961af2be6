/* The names of files whose own are hidden. Private to the vault. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

char *tri_vault_hidden_name (GFile *original, GFileInfo *info, GError **error);
gboolean tri_vault_has_hidden_name (GFile *file);

G_END_DECLS
