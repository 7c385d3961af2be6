/* The interface of a place that keeps secret keys. Private to the vault. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-keyring.h"

G_BEGIN_DECLS

/* A secret key as a store has it. */
typedef struct {
  TriAgeIdentity *identity;
  char *label, *fingerprint;
  gint64 created; /* seconds since 1970 */
} TriStoredKey;

TriStoredKey *tri_stored_key_new (TriAgeIdentity *identity, const char *label, gint64 created);
void tri_stored_key_free (TriStoredKey *key);

typedef struct _TriKeyStore TriKeyStore;

/**
 * TriKeyStoreClass:
 * @id: as TriKeyringEntry has it
 * @answers: whether it can be used here at all
 * @get_state: what it needs before the functions below work
 * @unlock, @change_passphrase, @lock: (nullable): of a store with a passphrase of its own
 * @load: Returns: (transfer full) (element-type TriStoredKey): the key with this @fingerprint, or all when that is NULL;
 *   none is no error
 * @put: replaces what has the same fingerprint
 * @remove: what is not there is no error
 */
typedef struct {
  const char *id;
  gboolean (*answers) (TriKeyStore *store, GCancellable *cancellable);
  TriKeyringState (*get_state) (TriKeyStore *store);
  gboolean (*unlock) (TriKeyStore *store, const char *passphrase, GError **error);
  gboolean (*change_passphrase) (TriKeyStore *store, const char *passphrase, GError **error);
  void (*lock) (TriKeyStore *store);
  GPtrArray *(*load) (TriKeyStore *store, const char *fingerprint, GCancellable *cancellable, GError **error);
  gboolean (*put) (TriKeyStore *store, const TriStoredKey *key, GCancellable *cancellable, GError **error);
  gboolean (*remove) (TriKeyStore *store, const char *fingerprint, GCancellable *cancellable, GError **error);
  void (*free) (TriKeyStore *store);
} TriKeyStoreClass;

struct _TriKeyStore {
  const TriKeyStoreClass *class;
};

TriKeyStore *tri_key_store_file_new (GFile *file);
void tri_key_store_file_set_work_factor (TriKeyStore *store, guint work_factor);
TriKeyStore *tri_key_store_service_new (void);

char *tri_stored_keys_to_text (GPtrArray *keys, const char *head, gsize *size);
GPtrArray *tri_stored_keys_from_text (char *text, GPtrArray *people, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriStoredKey, tri_stored_key_free)

G_END_DECLS
