/* Where the program's data files are.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void tri_datadir_bind_texts (void);
char *tri_datadir_find (const char *relative, GError **error);

G_END_DECLS
