/* The interface of a picture cipher, and the front door that every caller uses.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-chart.h"
#include "tri-key.h"
#include "tri-params.h"
#include "tri-progress.h"
#include "tri-sealed.h"
#include "tri-tensor.h"

G_BEGIN_DECLS

typedef enum {
  TRI_VERDICT_SECURE,
  TRI_VERDICT_CONFIDENTIAL,   /* hides the content, does not notice changes */
  TRI_VERDICT_BREAKABLE,
  TRI_VERDICT_NOT_ENCRYPTION,
} TriVerdict;

typedef enum {
  TRI_CIPHER_LOSSLESS = 1 << 0,       /* always bit-exact */
  TRI_CIPHER_LOSSY_UNLESS_KEPT = 1 << 1, /* has a boolean parameter "lossless" that makes it bit-exact */
  TRI_CIPHER_AUTHENTICATES = 1 << 2,  /* refuses a wrong key and changed data */
  TRI_CIPHER_FRESH_NONCE = 1 << 3,    /* uses the nonce: two encryptions of one picture differ */
  TRI_CIPHER_RAW_KEY = 1 << 4,        /* takes a TRI_KEY_RAW after its raw_key table */
} TriCipherFlags;

typedef enum {
  TRI_FAMILY_PROVEN,
  TRI_FAMILY_CHAOS,
  TRI_FAMILY_STATISTICAL,
  TRI_FAMILY_NEURAL,
} TriFamily;

typedef struct _TriCipher TriCipher;

/**
 * TriCipher:
 * @id: for the command line and the file; never changes
 * @title, @summary, @why: marked for translation; @why gives the verdict's reason in one sentence
 * @reference: paper, RFC or book; not translated
 * @params: ends with {0}; NULL when there are none
 * @raw_key: the numbers of a raw key, ends with {0}; NULL unless TRI_CIPHER_RAW_KEY
 * @raw_bit: (nullable): the lowest bit, see tri_key_flip_bit(), of these numbers whose change another result follows from
 *   with these parameters: one below it is lost in rounding. NULL: 0
 * @uses_key: (nullable): whether the key matters at all with these parameters (the cat map as published has none);
 *   NULL: it always does
 * @uses_salt: (nullable): whether the key is derived with the header's salt with these parameters, and not with zeros;
 *   NULL: it always is
 * @encrypt: fills @out's visible picture and side data. @out has cipher, params, key kind, salt, nonce and geometry
 *   already. On failure what it left in @out is dropped.
 * @decrypt: sees nothing but @in and @key. Geometry, parameters and key kind have been checked against this
 *   descriptor; the visible picture's geometry and the side data have not, and may be hostile.
 * @inspect: (nullable): what "inside the cipher" shows of a run: cards for a finished @sealed of @original
 * @unmask: (nullable): where damage on the way stays what and as much it was: the code that arrives, before a network restores the
 *   picture from it. One value for each of the original's colours, 0 … 255 as the picture's, and beyond; @gain: how much larger
 *   an error of the encrypted picture is in it
 * @lay: (nullable): how a visible picture of another geometry than the original's lies over it, for what compares the two: of its
 *   width and height where it does, else as it is. NULL: scaled
 *
 * A module has no static mutable state, polls @progress at least every 20 ms, and gives the same bytes for the same
 * input, key, parameters, salt and nonce whatever the number of threads.
 */
struct _TriCipher {
  const char *id, *title, *summary, *reference;
  TriFamily family;
  TriVerdict verdict;
  const char *why;
  TriCipherFlags flags;
  const TriParamSpec *params;
  const TriParamSpec *raw_key;
  guint (*raw_bit) (const TriKey *key, const TriParams *params);
  gboolean (*uses_key) (const TriParams *params);
  gboolean (*uses_salt) (const TriParams *params);
  gboolean (*encrypt) (const TriImage *in, const TriKey *key, const TriParams *params, TriSealed *out,
                       TriProgress *progress, GError **error);
  gboolean (*decrypt) (const TriSealed *in, const TriKey *key, TriImage **out, TriProgress *progress, GError **error);
  GPtrArray *(*inspect) (const TriImage *original, const TriSealed *sealed, const TriKey *key, TriProgress *progress,
                         GError **error);
  TriTensor *(*unmask) (const TriSealed *in, const TriKey *key, double *gain, TriProgress *progress, GError **error);
  TriImage *(*lay) (const TriParams *params, const TriImage *visible, guint width, guint height, GError **error);
};

/* What would be drawn at random for each encryption, fixed by the caller: for tests, and for a salt that is kept
 * over live changes. NULL members are drawn. */
typedef struct {
  const guint8 *salt;  /* TRI_SALT_SIZE */
  const guint8 *nonce; /* TRI_NONCE_SIZE */
} TriFresh;

const TriCipher *const *tri_ciphers (void);
const TriCipher *tri_cipher_find (const char *id);
const TriCipher *tri_cipher_find_or_error (const char *id, GError **error);

gboolean tri_cipher_find_specs (const char *id, const TriParamSpec **specs, GError **error);

TriSealed *tri_cipher_encrypt (const TriCipher *cipher, const TriImage *in, const TriKey *key,
                               const TriParams *params, const TriFresh *fresh, TriProgress *progress, GError **error);
TriImage *tri_cipher_decrypt (const TriSealed *in, const TriKey *key, TriProgress *progress, GError **error);
TriTensor *tri_cipher_unmask (const TriSealed *in, const TriKey *key, double *gain, TriProgress *progress, GError **error);
GPtrArray *tri_cipher_inspect (const TriImage *original, const TriSealed *sealed, const TriKey *key,
                               TriProgress *progress, GError **error);
TriImage *tri_cipher_lay (const TriCipher *cipher, const TriParams *params, const TriImage *visible, guint width, guint height,
                          guint channels, gboolean *scaled, GError **error);
gboolean tri_cipher_is_lossless (const TriCipher *cipher, const TriParams *params);
guint tri_cipher_lowest_bit (const TriCipher *cipher, const TriKey *key, const TriParams *params);
gboolean tri_cipher_uses_key (const TriCipher *cipher, const TriParams *params);
const char *tri_verdict_id (TriVerdict verdict);
const char *tri_verdict_title (TriVerdict verdict);
const char *tri_family_title (TriFamily family);

G_END_DECLS
