/* The interface of a way to wrap a file key: one file each, ending in one descriptor. Private to the vault.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-age-keys.h"
#include "tri-age-stanza.h"

G_BEGIN_DECLS

typedef struct _TriAgeScheme TriAgeScheme;

struct _TriAgeRecipient {
  gatomicrefcount refs;
  const TriAgeScheme *scheme;
  guint8 *key; /* tri_secret_copy: the public key, or the passphrase */
  gsize key_size;
  guint work_factor;
};

struct _TriAgeIdentity {
  gatomicrefcount refs;
  const TriAgeScheme *scheme;
  guint8 *key; /* tri_secret_copy: the secret key, or the passphrase */
  gsize key_size;
};

typedef enum { TRI_AGE_UNWRAP_MATCH, TRI_AGE_UNWRAP_NO_MATCH, TRI_AGE_UNWRAP_ERROR } TriAgeUnwrap;

/**
 * TriAgeScheme:
 * @stanza: type of its stanzas
 * @recipient_hrp, @identity_hrp: (nullable): of its Bech32 texts
 * @alone: a stanza of this type allows no other beside it
 * @post_quantum: may not share a file with a recipient that is not, for then it would not hold
 * @check_public: (nullable): whether these bytes, of the right number, are a public key at all
 * @wrap: Returns: (transfer full): a stanza
 * @unwrap: of a stanza of this type. TRI_AGE_UNWRAP_ERROR with TRI_AGE_ERROR_HEADER for one that breaks the format
 */
struct _TriAgeScheme {
  TriAgeKind kind;
  const char *stanza, *recipient_hrp, *identity_hrp;
  gsize public_size, secret_size;
  gboolean alone, post_quantum;
  gboolean (*check_public) (const guint8 *public);
  void (*get_public) (const guint8 *secret, guint8 *public);
  TriAgeStanza *(*wrap) (const TriAgeRecipient *recipient, const guint8 file_key[TRI_AGE_FILE_KEY_SIZE], GError **error);
  TriAgeUnwrap (*unwrap) (const TriAgeIdentity *identity, const TriAgeStanza *stanza,
                          guint8 file_key[TRI_AGE_FILE_KEY_SIZE], GError **error);
};

extern const TriAgeScheme tri_age_x25519, tri_age_hybrid, tri_age_scrypt;
extern const TriAgeScheme *const tri_age_schemes[TRI_AGE_N_KINDS];

/* ChaCha20-Poly1305 of a file key under a key that is used once, zero nonce: body of 32 bytes. */
void tri_age_wrap_body (TriAgeStanza *stanza, const guint8 key[32], const guint8 file_key[TRI_AGE_FILE_KEY_SIZE]);
TriAgeUnwrap tri_age_unwrap_body (const TriAgeStanza *stanza, const guint8 key[32],
                                  guint8 file_key[TRI_AGE_FILE_KEY_SIZE], GError **error);
TriAgeUnwrap tri_age_bad_stanza (const TriAgeStanza *stanza, GError **error);
gboolean tri_age_stanza_get_share (const TriAgeStanza *stanza, guint arg, guint8 *out, gsize size);

G_END_DECLS
