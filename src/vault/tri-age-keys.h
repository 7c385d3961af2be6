/* Recipients (who can open) and identities (what opens), of every kind that age v1 and its post-quantum extension know.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define TRI_AGE_WORK_FACTOR 18     /* log₂ N of scrypt: about a second */
#define TRI_AGE_WORK_FACTOR_MAX 22 /* 4 GiB; what asks for more is refused */

#define TRI_AGE_FINGERPRINT_LENGTH 32

typedef enum {
  TRI_AGE_X25519,
  TRI_AGE_HYBRID,     /* ML-KEM-768 and X25519: post-quantum */
  TRI_AGE_PASSPHRASE, /* scrypt */
  TRI_AGE_N_KINDS
} TriAgeKind;

/* Both immutable and reference counted; secrets in locked memory, wiped. */
typedef struct _TriAgeRecipient TriAgeRecipient;
typedef struct _TriAgeIdentity TriAgeIdentity;

TriAgeRecipient *tri_age_recipient_parse (const char *text, GError **error);
TriAgeRecipient *tri_age_recipient_new_passphrase (const char *passphrase, guint work_factor, GError **error);
TriAgeRecipient *tri_age_recipient_ref (TriAgeRecipient *recipient);
void tri_age_recipient_unref (TriAgeRecipient *recipient);
TriAgeKind tri_age_recipient_get_kind (const TriAgeRecipient *recipient);
char *tri_age_recipient_to_text (const TriAgeRecipient *recipient);
char *tri_age_recipient_get_fingerprint (const TriAgeRecipient *recipient);

TriAgeIdentity *tri_age_identity_generate (TriAgeKind kind);
TriAgeIdentity *tri_age_identity_parse (const char *text, GError **error);
TriAgeIdentity *tri_age_identity_new_passphrase (const char *passphrase, GError **error);
TriAgeIdentity *tri_age_identity_ref (TriAgeIdentity *identity);
void tri_age_identity_unref (TriAgeIdentity *identity);
TriAgeKind tri_age_identity_get_kind (const TriAgeIdentity *identity);
TriAgeRecipient *tri_age_identity_get_recipient (const TriAgeIdentity *identity);
char *tri_age_identity_to_text (const TriAgeIdentity *identity);

GPtrArray *tri_age_recipients_parse_file (const char *text, GError **error);
GPtrArray *tri_age_identities_parse_file (const char *text, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriAgeRecipient, tri_age_recipient_unref)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriAgeIdentity, tri_age_identity_unref)

G_END_DECLS
