/* The post-quantum recipient: HPKE base mode (RFC 9180) with the KEM MLKEM768-X25519 (0x647a, draft-ietf-hpke-pq, the
 * same combiner as X-Wing), HKDF-SHA-256 and ChaCha20-Poly1305. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age-scheme.h"

#include <glib/gi18n-lib.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <string.h>

#include "tri-age-error.h"
#include "tri-hkdf.h"
#include "tri-mlkem.h"
#include "tri-secret.h"

#define X25519_SIZE crypto_scalarmult_BYTES
#define SEED_SIZE 32
#define PUBLIC_SIZE (TRI_MLKEM_EK_SIZE + X25519_SIZE)
#define ENC_SIZE (TRI_MLKEM_CT_SIZE + X25519_SIZE)
#define BODY_SIZE (TRI_AGE_FILE_KEY_SIZE + crypto_aead_chacha20poly1305_ietf_ABYTES)
#define INFO "age-encryption.org/mlkem768x25519"

static const guint8 suite_id[] = { 'H', 'P', 'K', 'E', 0x64, 0x7a, 0x00, 0x01, 0x00, 0x03 };

/* What a wrapping or unwrapping passes through, in locked memory */
typedef struct {
  guint8 expanded[TRI_MLKEM_SEED_SIZE + X25519_SIZE], dk[TRI_MLKEM_DK_SIZE]; /* of the identity */
  guint8 m[TRI_MLKEM_M_SIZE], ephemeral[X25519_SIZE];
  guint8 ss_pq[TRI_MLKEM_SHARED_SIZE], ss_t[X25519_SIZE], shared[32], key[32], nonce[12];
} Secrets;

/* SHAKE-256 of the seed: 64 bytes for ML-KEM, 32 for X25519 */
static void
expand_seed (const guint8 seed[SEED_SIZE], guint8 out[TRI_MLKEM_SEED_SIZE + X25519_SIZE])
{
  EVP_MD_CTX *shake = EVP_MD_CTX_new ();
  if (shake == NULL || EVP_DigestInit_ex (shake, EVP_shake256 (), NULL) != 1 || EVP_DigestUpdate (shake, seed, SEED_SIZE) != 1
      || EVP_DigestFinalXOF (shake, out, TRI_MLKEM_SEED_SIZE + X25519_SIZE) != 1)
    g_error ("libcrypto has no SHAKE-256");
  EVP_MD_CTX_free (shake);
}

static void
get_public (const guint8 *seed, guint8 *public)
{
  Secrets *s = tri_secret_new (sizeof *s);
  expand_seed (seed, s->expanded);
  tri_mlkem_get ()->keygen (s->expanded, public, s->dk);
  crypto_scalarmult_base (public + TRI_MLKEM_EK_SIZE, s->expanded + TRI_MLKEM_SEED_SIZE);
  tri_secret_free (s);
}

/* SHA3-256 (ss_PQ ‖ ss_T ‖ ct_T ‖ pk_T ‖ label) */
static void
combine (const guint8 *ss_pq, const guint8 *ss_t, const guint8 *ct_t, const guint8 *pk_t, guint8 shared[32])
{
  static const char label[] = "\\.//^\\";
  EVP_MD_CTX *hash = EVP_MD_CTX_new ();
  if (hash == NULL || EVP_DigestInit_ex (hash, EVP_sha3_256 (), NULL) != 1 || EVP_DigestUpdate (hash, ss_pq, 32) != 1
      || EVP_DigestUpdate (hash, ss_t, 32) != 1 || EVP_DigestUpdate (hash, ct_t, 32) != 1
      || EVP_DigestUpdate (hash, pk_t, 32) != 1 || EVP_DigestUpdate (hash, label, sizeof label - 1) != 1
      || EVP_DigestFinal_ex (hash, shared, NULL) != 1)
    g_error ("libcrypto has no SHA3-256");
  EVP_MD_CTX_free (hash);
}

/* LabeledExtract of RFC 9180, section 4 */
static void
labeled_extract (const guint8 *salt, gsize salt_size, const char *label, const void *ikm, gsize ikm_size,
                 guint8 prk[TRI_HKDF_SIZE])
{
  g_autoptr (GByteArray) labeled = g_byte_array_new ();
  g_byte_array_append (labeled, (const guint8 *) "HPKE-v1", 7);
  g_byte_array_append (labeled, suite_id, sizeof suite_id);
  g_byte_array_append (labeled, (const guint8 *) label, (guint) strlen (label));
  g_byte_array_append (labeled, ikm, (guint) ikm_size);
  tri_hkdf_extract (salt, salt_size, labeled->data, labeled->len, prk);
}

/* LabeledExpand */
static void
labeled_expand (const guint8 prk[TRI_HKDF_SIZE], const char *label, const guint8 *info, gsize info_size, guint8 *out,
                guint8 out_size)
{
  const guint8 length[2] = { 0, out_size };
  g_autoptr (GByteArray) labeled = g_byte_array_new ();
  g_byte_array_append (labeled, length, sizeof length);
  g_byte_array_append (labeled, (const guint8 *) "HPKE-v1", 7);
  g_byte_array_append (labeled, suite_id, sizeof suite_id);
  g_byte_array_append (labeled, (const guint8 *) label, (guint) strlen (label));
  g_byte_array_append (labeled, info, (guint) info_size);
  tri_hkdf_expand (prk, labeled->data, labeled->len, out, out_size);
}

/* KeySchedule of RFC 9180, section 5.1, base mode: key and nonce of the first message */
static void
key_schedule (const guint8 shared[32], guint8 key[32], guint8 nonce[12])
{
  guint8 context[1 + 2 * TRI_HKDF_SIZE] = { 0 }, *secret = tri_secret_new (TRI_HKDF_SIZE);
  labeled_extract (NULL, 0, "psk_id_hash", "", 0, context + 1);
  labeled_extract (NULL, 0, "info_hash", INFO, sizeof INFO - 1, context + 1 + TRI_HKDF_SIZE);
  labeled_extract (shared, 32, "secret", "", 0, secret);
  labeled_expand (secret, "key", context, sizeof context, key, 32);
  labeled_expand (secret, "base_nonce", context, sizeof context, nonce, 12);
  tri_secret_free (secret);
}

static TriAgeStanza *
wrap (const TriAgeRecipient *recipient, const guint8 file_key[TRI_AGE_FILE_KEY_SIZE], GError **error)
{
  const guint8 *pk_t = recipient->key + TRI_MLKEM_EK_SIZE;
  Secrets *s = tri_secret_new (sizeof *s);
  guint8 enc[ENC_SIZE], body[BODY_SIZE];
  TriAgeStanza *stanza = NULL;
  randombytes_buf (s->m, sizeof s->m);
  randombytes_buf (s->ephemeral, sizeof s->ephemeral);
  crypto_scalarmult_base (enc + TRI_MLKEM_CT_SIZE, s->ephemeral);
  if (tri_mlkem_get ()->encapsulate (recipient->key, s->m, enc, s->ss_pq)
      && crypto_scalarmult (s->ss_t, s->ephemeral, pk_t) == 0)
    {
      combine (s->ss_pq, s->ss_t, enc + TRI_MLKEM_CT_SIZE, pk_t, s->shared);
      key_schedule (s->shared, s->key, s->nonce);
      crypto_aead_chacha20poly1305_ietf_encrypt (body, NULL, file_key, TRI_AGE_FILE_KEY_SIZE, NULL, 0, NULL, s->nonce,
                                                 s->key);
      g_autofree char *text = tri_age_base64_encode (enc, sizeof enc);
      stanza = tri_age_stanza_new (tri_age_hybrid.stanza, text, NULL);
      g_byte_array_append (stanza->body, body, sizeof body);
    }
  else
    g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT,
                         _("A post-quantum recipient's key is not valid. Ask for the right one."));
  tri_secret_free (s);
  return stanza;
}

static TriAgeUnwrap
unwrap (const TriAgeIdentity *identity, const TriAgeStanza *stanza, guint8 file_key[TRI_AGE_FILE_KEY_SIZE],
        GError **error)
{
  guint8 enc[ENC_SIZE], ek[TRI_MLKEM_EK_SIZE], pk_t[X25519_SIZE];
  if (stanza->args->len != 2 || !tri_age_stanza_get_share (stanza, 1, enc, ENC_SIZE) || stanza->body->len != BODY_SIZE)
    return tri_age_bad_stanza (stanza, error);
  Secrets *s = tri_secret_new (sizeof *s);
  expand_seed (identity->key, s->expanded);
  tri_mlkem_get ()->keygen (s->expanded, ek, s->dk);
  crypto_scalarmult_base (pk_t, s->expanded + TRI_MLKEM_SEED_SIZE);
  TriAgeUnwrap result = TRI_AGE_UNWRAP_ERROR;
  if (tri_mlkem_get ()->decapsulate (s->dk, enc, s->ss_pq)
      && crypto_scalarmult (s->ss_t, s->expanded + TRI_MLKEM_SEED_SIZE, enc + TRI_MLKEM_CT_SIZE) == 0)
    {
      combine (s->ss_pq, s->ss_t, enc + TRI_MLKEM_CT_SIZE, pk_t, s->shared);
      key_schedule (s->shared, s->key, s->nonce);
      result = crypto_aead_chacha20poly1305_ietf_decrypt (file_key, NULL, NULL, stanza->body->data, BODY_SIZE, NULL, 0,
                                                          s->nonce, s->key) == 0
                   ? TRI_AGE_UNWRAP_MATCH : TRI_AGE_UNWRAP_NO_MATCH;
    }
  else
    tri_age_bad_stanza (stanza, error);
  tri_secret_free (s);
  return result;
}

const TriAgeScheme tri_age_hybrid = {
  .kind = TRI_AGE_HYBRID,
  .stanza = "mlkem768x25519",
  .recipient_hrp = "age1pq",
  .identity_hrp = "AGE-SECRET-KEY-PQ-",
  .public_size = PUBLIC_SIZE,
  .secret_size = SEED_SIZE,
  .post_quantum = TRUE,
  .check_public = tri_mlkem_check_ek,
  .get_public = get_public,
  .wrap = wrap,
  .unwrap = unwrap,
};
