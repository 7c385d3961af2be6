/* Signed notes (c2sp.org/signed-note): a text and the signatures of keys that have names; cosignatures
 * (c2sp.org/tlog-cosignature), which also say when. Ed25519. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TRI_NOTE_SIZE_MAX (1024u * 1024)
#define TRI_NOTE_SIGNATURES_MAX 100

typedef enum {
  TRI_NOTE_ED25519 = 1,     /* of the text */
  TRI_NOTE_COSIGNATURE = 4, /* of a time and a checkpoint: a witness saw it, and nothing that contradicts it */
} TriNoteType;

/**
 * TriVerifier:
 *
 * What a signature is checked with. As text: "name+hash+base64".
 */
typedef struct {
  char *name;
  guint32 id;
  TriNoteType type;
  guint8 public_key[32];
} TriVerifier;

gboolean tri_note_name_is_valid (const char *name, gsize size);
TriVerifier *tri_verifier_new (const char *name, TriNoteType type, const guint8 public_key[32]);
TriVerifier *tri_verifier_parse (const char *text, GError **error);
TriVerifier *tri_verifier_copy (const TriVerifier *verifier);
void tri_verifier_free (TriVerifier *verifier);
char *tri_verifier_to_text (const TriVerifier *verifier);
gboolean tri_verifier_equal (const TriVerifier *a, const TriVerifier *b);

/* What signs; the secret key is in locked memory. As text: "PRIVATE+KEY+name+hash+base64". */
typedef struct _TriSigner TriSigner;

TriSigner *tri_signer_generate (const char *name, TriNoteType type);
TriSigner *tri_signer_parse (const char *text, GError **error);
void tri_signer_free (TriSigner *signer);
const TriVerifier *tri_signer_get_verifier (const TriSigner *signer);
char *tri_signer_to_text (const TriSigner *signer);
void tri_signer_sign (const TriSigner *signer, const void *data, gsize size, guint8 signature[64]);

/**
 * TriNoteSignature:
 * @bytes: without the key's id
 */
typedef struct {
  char *name;
  guint32 id;
  GBytes *bytes;
} TriNoteSignature;

/**
 * TriNote:
 * @text: valid UTF-8 that ends in a line feed; nothing in it is to be believed before a signature is checked
 * @signatures: (element-type TriNoteSignature)
 */
typedef struct {
  char *text;
  GPtrArray *signatures;
} TriNote;

typedef enum {
  TRI_NOTE_UNSIGNED, /* no signature of this key */
  TRI_NOTE_GOOD,
  TRI_NOTE_BAD,      /* a signature under the key's name that the key didn't make */
} TriNoteCheck;

TriNote *tri_note_new (const char *text);
TriNote *tri_note_parse (const char *data, gsize size, GError **error);
TriNote *tri_note_copy (const TriNote *note);
void tri_note_free (TriNote *note);
char *tri_note_to_text (const TriNote *note);
void tri_note_sign (TriNote *note, const TriSigner *signer, gint64 time);
guint tri_note_add_signatures (TriNote *note, const TriNote *from);
TriNoteCheck tri_note_check (const TriNote *note, const TriVerifier *verifier, gint64 *time);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriVerifier, tri_verifier_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriSigner, tri_signer_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriNote, tri_note_free)

G_END_DECLS
