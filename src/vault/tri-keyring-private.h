/* What the files of the key ring share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-key-store.h"

G_BEGIN_DECLS

enum { TRI_STORE_SERVICE, TRI_STORE_FILE, TRI_N_STORES };

struct _TriKeyring {
  GFile *folder, *index;
  TriKeyringPlace place;
  GMutex mutex; /* held while the stores work and while the index is changed; the index is read without it */
  TriKeyStore *stores[TRI_N_STORES];
  gboolean asked, answers; /* whether the Secret Service was asked, and did */
  TriKeyringFunc func;
  gpointer user_data;
};

TriKeyStore *tri_keyring_preferred (TriKeyring *keyring, GCancellable *cancellable);
TriKeyStore *tri_keyring_store_of (TriKeyring *keyring, const TriKeyringEntry *entry, GError **error);
const TriKeyringEntry *tri_keyring_find_fingerprint (GPtrArray *entries, const char *fingerprint);
const TriKeyringEntry *tri_keyring_find_label (GPtrArray *entries, const char *label);
const TriKeyringEntry *tri_keyring_need (GPtrArray *entries, const char *fingerprint, GError **error);

G_END_DECLS
