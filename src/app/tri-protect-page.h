/* The page on which people's own files become age files, and age files are opened.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define TRI_TYPE_PROTECT_PAGE (tri_protect_page_get_type ())
G_DECLARE_FINAL_TYPE (TriProtectPage, tri_protect_page, TRI, PROTECT_PAGE, AdwBin)

void tri_protect_page_add (TriProtectPage *self, GSList *files);

G_END_DECLS
