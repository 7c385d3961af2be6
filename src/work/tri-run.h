/* One run: encrypt, decrypt, measure. No threads of its own; called from a worker.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-cipher.h"
#include "tri-metric.h"

G_BEGIN_DECLS

typedef enum {
  TRI_RUN_SECURITY = 1 << 0, /* the second encryption and the wrong-key decryption too */
  TRI_RUN_INSPECT = 1 << 1,  /* "inside the cipher" */
  TRI_RUN_ALL = TRI_RUN_SECURITY | TRI_RUN_INSPECT,
} TriRunFlags;

/**
 * TriRunSpec:
 * @picture: the original, or NULL when @sealed is given and only decryption is wanted
 * @sealed: (nullable): a sealed picture that was opened, to be decrypted
 * @cipher, @params: what to encrypt with
 * @key: to encrypt; NULL when only decrypting
 * @decrypt_key: to decrypt; NULL for @key
 * @flip_bit: decrypt with a key that differs from it in the lowest bit that the cipher notices
 * @damage: (nullable): what happens to the encrypted picture before it is decrypted, of tri_damage_specs
 * @has_salt, @has_nonce, @salt, @nonce: what is fixed instead of random
 */
typedef struct {
  TriImage *picture;
  TriSealed *sealed;
  const TriCipher *cipher;
  TriParams *params, *damage;
  TriKey *key, *decrypt_key;
  gboolean flip_bit, has_salt, has_nonce;
  guint8 salt[TRI_SALT_SIZE], nonce[TRI_NONCE_SIZE];
  TriRunFlags flags;
} TriRunSpec;

TriRunSpec *tri_run_spec_new (const TriCipher *cipher);
TriRunSpec *tri_run_spec_copy (const TriRunSpec *spec);
void tri_run_spec_free (TriRunSpec *spec);

/**
 * TriReport:
 * @original: NULL when only decrypting
 * @sealed: what encryption gave, or what was opened
 * @arrived, @damage: (nullable): what is left of @sealed after damage on the way, which was decrypted, and the damage; NULL
 *   when there was none
 * @decrypted: NULL when decryption was refused; @refusal then says why
 * @wrong_key: (nullable): what a key with one wrong bit gives; NULL when refused or not asked for
 * @encrypted, @restored: against the original; NaN members when there is no original
 * @encrypted_matched: the visible picture has another size, doesn't lie over the original, and was compared scaled to it
 * @values: by TriMetric, of the security group; NaN where not defined or not asked for
 * @undefined: (nullable) by TriMetric: why a value is not defined, translated
 * @insights: (nullable) (element-type TriInsight)
 * @key_kind, @key_mark: of the key that encrypted, or that decrypted what was opened: see tri_key_get_mark()
 * @decrypt_mark: of the key that decrypted, its bit turned; @other_key: another than the one that encrypted
 * @flipped: (nullable): the bit that was turned to decrypt, in words; NULL when none was
 * @key_bit: (nullable): the bit of TRI_METRIC_KEY_BIT_SSIM, in words
 * @bytes_sealed: size of the sealed PNG's pixels and side data before compression
 * @encrypt_s, @decrypt_s: without deriving the key from a passphrase, nor, where TRI_RUN_SECURITY is asked for and it is
 *   little work, the time in which others had the processors
 * @preview: of a scaled picture, or without what TRI_RUN_SECURITY adds
 * @has_original: the original was known, even if its pixels have been dropped since
 * @width, @height, @channels: of the original
 *
 * An old report of the history may have lost @original, @sealed, @arrived, @decrypted, @wrong_key and @insights
 * together to save
 * memory; a fresh one always has @sealed.
 *
 * Immutable, reference counted. Holds no key.
 */
typedef struct {
  gatomicrefcount refs;
  const TriCipher *cipher;
  TriParams *params, *damage;
  TriImage *original;
  TriSealed *sealed, *arrived;
  TriImage *decrypted, *wrong_key;
  GError *refusal, *wrong_key_refusal;
  TriPair encrypted, restored;
  gboolean encrypted_matched;
  double values[TRI_N_METRICS];
  char *undefined[TRI_N_METRICS];
  TriKeyKind key_kind;
  guint64 key_mark, decrypt_mark;
  gboolean other_key;
  char *flipped, *key_bit;
  double encrypt_s, decrypt_s, metrics_s, inspect_s;
  guint64 bytes_original, bytes_sealed;
  GPtrArray *insights;
  gboolean preview, has_original;
  guint width, height, channels;
} TriReport;

TriReport *tri_run (const TriRunSpec *spec, TriProgress *progress, GError **error);
TriReport *tri_run_compare (const TriImage *a, const TriImage *b, TriProgress *progress, GError **error);
TriReport *tri_report_ref (TriReport *report);
void tri_report_unref (TriReport *report);
char *tri_report_to_json (const TriReport *report);
gboolean tri_report_is_comparable (const TriReport *a, const TriReport *b);
char *tri_report_chosen_params (const TriReport *report);
char *tri_report_refusal (const TriReport *report);
char *tri_report_caption (const TriReport *report, guint pane); /* 0 original, 1 encrypted, 2 decrypted; in words */

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriRunSpec, tri_run_spec_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriReport, tri_report_unref)

G_END_DECLS
