/* Who can open the files: a passphrase, or people and keys. age allows one or the other in a file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "tri-age-keys.h"

G_BEGIN_DECLS

#define TRI_TYPE_PROTECT_KEYS (tri_protect_keys_get_type ())
G_DECLARE_FINAL_TYPE (TriProtectKeys, tri_protect_keys, TRI, PROTECT_KEYS, AdwBin)

GtkWidget *tri_protect_keys_new (void);
void tri_protect_keys_set_opening (TriProtectKeys *self, gboolean opening);
void tri_protect_keys_set_work_factor (TriProtectKeys *self, guint work_factor);

gboolean tri_protect_keys_is_ready (TriProtectKeys *self);
const char *tri_protect_keys_why_not (TriProtectKeys *self);
gboolean tri_protect_keys_uses_passphrase (TriProtectKeys *self);
void tri_protect_keys_use_passphrase (TriProtectKeys *self, gboolean passphrase);
gboolean tri_protect_keys_is_begun (TriProtectKeys *self);
void tri_protect_keys_set_offer (TriProtectKeys *self, GtkWidget *offer);
void tri_protect_keys_ask (TriProtectKeys *self);

GPtrArray *tri_protect_keys_dup_recipients (TriProtectKeys *self, GError **error);
GPtrArray *tri_protect_keys_dup_identities (TriProtectKeys *self, GError **error);
void tri_protect_keys_load_identities_async (TriProtectKeys *self, GCancellable *cancellable,
                                             GAsyncReadyCallback callback, gpointer user_data);
GPtrArray *tri_protect_keys_load_identities_finish (TriProtectKeys *self, GAsyncResult *result, GError **error);

G_END_DECLS
