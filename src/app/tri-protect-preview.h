/* The selected file: what is in an age file, in memory only, and how to open it without this program.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-vault-queue.h"

G_BEGIN_DECLS

#define TRI_TYPE_PROTECT_PREVIEW (tri_protect_preview_get_type ())
G_DECLARE_FINAL_TYPE (TriProtectPreview, tri_protect_preview, TRI, PROTECT_PREVIEW, AdwBin)

void tri_protect_preview_set_row (TriProtectPreview *self, TriVaultRow *row);
void tri_protect_preview_open (TriProtectPreview *self, GPtrArray *identities);
GdkPaintable *tri_protect_preview_get_picture (TriProtectPreview *self);
const char *tri_protect_preview_get_command (TriProtectPreview *self);

G_END_DECLS
