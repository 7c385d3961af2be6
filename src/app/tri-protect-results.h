/* Where results go, what they are called, and what becomes of the originals: remembered from one start to the next.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-vault-file.h"

G_BEGIN_DECLS

#define TRI_TYPE_PROTECT_RESULTS (tri_protect_results_get_type ())
G_DECLARE_FINAL_TYPE (TriProtectResults, tri_protect_results, TRI, PROTECT_RESULTS, AdwBin)

GtkWidget *tri_protect_results_new (void);
void tri_protect_results_set_opening (TriProtectResults *self, gboolean opening);
GFile *tri_protect_results_get_options (TriProtectResults *self, TriVaultOptions *options);

G_END_DECLS
