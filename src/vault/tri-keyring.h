/* One's own secret keys and other people's recipients, each with a label. The secret keys are with the Secret Service of
 * the desktop, where one answers, else in an age file under a passphrase; what is public is in a plain file.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-age-keys.h"

G_BEGIN_DECLS

/**
 * TriKeyringEntry:
 * @label: one line of text; no two entries have the same
 * @recipient: "age1…"
 * @fingerprint: of the recipient; names the entry in the functions below
 * @created: when it was made, or imported, in seconds since 1970
 * @revoked: since when it is not to be used any more for protecting files, in seconds since 1970; 0 while it is
 * @store: (nullable): where its secret key is, "secret-service" or "file"; NULL for another person's recipient
 */
typedef struct {
  char *label, *recipient, *fingerprint;
  TriAgeKind kind;
  gint64 created, revoked;
  char *store;
} TriKeyringEntry;

TriKeyringEntry *tri_keyring_entry_copy (const TriKeyringEntry *entry);
void tri_keyring_entry_free (TriKeyringEntry *entry);

typedef enum {
  TRI_KEYRING_AUTOMATIC, /* the Secret Service where one answers, else the file */
  TRI_KEYRING_SECRET_SERVICE,
  TRI_KEYRING_FILE,
} TriKeyringPlace;

typedef enum {
  TRI_KEYRING_OPEN,   /* no passphrase is needed */
  TRI_KEYRING_LOCKED, /* the file's passphrase is needed */
  TRI_KEYRING_NEW,    /* there is no file, so nothing to unlock for opening; before a secret key is made or imported,
                         tri_keyring_unlock() sets the passphrase that the file will have */
} TriKeyringState;

typedef enum {
  TRI_KEYRING_CREATED,
  TRI_KEYRING_IMPORTED,
  TRI_KEYRING_RENAMED,
  TRI_KEYRING_REMOVED,
  TRI_KEYRING_EXPORTED,
  TRI_KEYRING_REVOKED,
} TriKeyringEvent;

/**
 * TriKeyring:
 *
 * May be used from several threads. What touches secret keys can take a second and ask the user something through the
 * desktop, so it belongs on a worker. Other programs, and other copies of this one, may change the same ring meanwhile.
 */
typedef struct _TriKeyring TriKeyring;

/* After something happened, on the thread that did it; it may use the ring. For a ledger. */
typedef void (*TriKeyringFunc) (TriKeyringEvent event, const TriKeyringEntry *entry, gpointer user_data);

TriKeyring *tri_keyring_new (GFile *folder, TriKeyringPlace place);
void tri_keyring_free (TriKeyring *keyring);
void tri_keyring_watch (TriKeyring *keyring, TriKeyringFunc func, gpointer user_data);
void tri_keyring_set_work_factor (TriKeyring *keyring, guint work_factor);

TriKeyringState tri_keyring_get_state (TriKeyring *keyring, GCancellable *cancellable);
gboolean tri_keyring_uses_service (TriKeyring *keyring, GCancellable *cancellable);
gboolean tri_keyring_unlock (TriKeyring *keyring, const char *passphrase, GError **error);
void tri_keyring_lock (TriKeyring *keyring);
gboolean tri_keyring_change_passphrase (TriKeyring *keyring, const char *passphrase, GError **error);

GPtrArray *tri_keyring_list (TriKeyring *keyring, GError **error);
TriKeyringEntry *tri_keyring_find (TriKeyring *keyring, const char *text, GError **error);
TriAgeIdentity *tri_keyring_get_identity (TriKeyring *keyring, const char *fingerprint, GCancellable *cancellable,
                                          GError **error);
GPtrArray *tri_keyring_get_identities (TriKeyring *keyring, GCancellable *cancellable, GError **error);

TriKeyringEntry *tri_keyring_create (TriKeyring *keyring, TriAgeKind kind, const char *label, GCancellable *cancellable,
                                     GError **error);
GPtrArray *tri_keyring_import (TriKeyring *keyring, const char *text, const char *label, GCancellable *cancellable,
                               GError **error);
GPtrArray *tri_keyring_import_file (TriKeyring *keyring, GFile *file, const char *label, GCancellable *cancellable,
                                    GError **error);
gboolean tri_keyring_is_sealed (GFile *file, GCancellable *cancellable);
GPtrArray *tri_keyring_import_sealed (TriKeyring *keyring, GFile *file, const char *passphrase, const char *label,
                                      GCancellable *cancellable, GError **error);
gboolean tri_keyring_rename (TriKeyring *keyring, const char *fingerprint, const char *label, GCancellable *cancellable,
                             GError **error);
gboolean tri_keyring_remove (TriKeyring *keyring, const char *fingerprint, GCancellable *cancellable, GError **error);
gboolean tri_keyring_export (TriKeyring *keyring, const char *fingerprint, GFile *file, GCancellable *cancellable,
                             GError **error);
void tri_keyring_was_exported (TriKeyring *keyring, const TriKeyringEntry *entry);
gboolean tri_keyring_revoke (TriKeyring *keyring, const char *fingerprint, GCancellable *cancellable, GError **error);
gboolean tri_keyring_recover (TriKeyring *keyring, guint *n_found, GCancellable *cancellable, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriKeyring, tri_keyring_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriKeyringEntry, tri_keyring_entry_free)

G_END_DECLS
