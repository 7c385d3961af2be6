/* The public half of the key ring: labels, recipients and dates, in a plain JSON file. Private to the vault.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-keyring.h"

G_BEGIN_DECLS

TriKeyringEntry *tri_keyring_entry_new (const TriAgeRecipient *recipient, const char *label, const char *store,
                                        gint64 created);
GPtrArray *tri_keyring_index_parse (const char *text, gsize size, const char *path, GError **error);
char *tri_keyring_index_to_text (GPtrArray *entries);
GPtrArray *tri_keyring_index_read (GFile *file, GError **error);
gboolean tri_keyring_index_write (GFile *file, GPtrArray *entries, GError **error);

G_END_DECLS
