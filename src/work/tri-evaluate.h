/* What ciphers do to pictures, in figures: what comes back with the key, also after damage, what can be seen without it, what it
 * costs; the mean over the pictures. Everything is a function of the seed but the times.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-eve.h"
#include "tri-json.h"
#include "tri-klt.h"
#include "tri-run.h"

G_BEGIN_DECLS

/* The chance that true noise falls outside of the intervals of NPCR and UACI. */
#define TRI_EVALUATE_ALPHA 0.001

typedef enum {
  TRI_EVALUATED_PSNR, /* with the key */
  TRI_EVALUATED_SSIM,
  TRI_EVALUATED_LINEAR_PSNR, /* of the linear code of as many bytes */
  TRI_EVALUATED_LINEAR_SSIM,
  TRI_EVALUATED_ENTROPY,
  TRI_EVALUATED_LEAK, /* of the encrypted picture, and of as large a picture of noise */
  TRI_EVALUATED_LEAK_NOISE,
  TRI_EVALUATED_WRONG_LEAK, /* of what a key with one wrong bit gives, and of noise of the original's size */
  TRI_EVALUATED_WRONG_NOISE,
  TRI_EVALUATED_WRONG_SSIM,
  TRI_EVALUATED_NPCR, /* under one key, salt and nonce */
  TRI_EVALUATED_UACI,
  TRI_EVALUATED_INSIDE, /* 1 where both are inside their intervals, else 0 */
  TRI_EVALUATED_ENCRYPT_S,
  TRI_EVALUATED_DECRYPT_S,
  TRI_EVALUATED_BYTES, /* of the encrypted picture and what is kept beside it, for one of the original's */
  TRI_EVALUATED_EVE_PSNR, /* of what Eve makes of the encrypted picture; of a flat picture in the mean colour */
  TRI_EVALUATED_EVE_FLAT,
  TRI_EVALUATED_EVE_SSIM,
  TRI_EVALUATED_EVE_LEAK, /* of the same, and of what she makes of noise in place of the encrypted picture */
  TRI_EVALUATED_EVE_NOISE,
  TRI_N_EVALUATED
} TriEvaluated;

/* dB that an undamaged picture counts as in a mean: a part of black that is lost leaves some pictures as they are. */
#define TRI_DAMAGED_MOST 80

/* After damage of the encrypted picture: what comes back with the key; the best that filters make of the code that arrives, where
 * a cipher has one; and of the picture itself, where it is sent in place of the encrypted one, with the same damage. */
typedef enum {
  TRI_DAMAGED_PSNR,
  TRI_DAMAGED_SSIM,
  TRI_DAMAGED_CODE_PSNR,
  TRI_DAMAGED_CODE_SSIM,
  TRI_DAMAGED_BARE_PSNR,
  TRI_DAMAGED_BARE_SSIM,
  TRI_DAMAGED_REFUSED, /* 1 where decryption refuses what was damaged, else 0 */
  TRI_N_DAMAGED
} TriDamaged;

/* One figure; the id is for JSON and never changes. */
typedef struct {
  const char *id;
} TriEvaluatedInfo;

extern const TriEvaluatedInfo tri_evaluated_infos[TRI_N_EVALUATED], tri_damaged_infos[TRI_N_DAMAGED];

/**
 * TriEvaluateSpec:
 * @ciphers: (element-type TriCipher): each with every choice of the parameters that choose weights
 * @assignments: (nullable): "NAME=VALUE", for the ciphers that have such a parameter
 * @pictures, @names: (element-type TriImage) and (element-type utf8), one or more; never trained on, if figures shall mean anything
 * @damages: (element-type TriParams): of tri_damage_specs, none or more; each picture has a seed of its own, whatever these say
 * @linear: (nullable): to compare with those that make pictures smaller
 * @eve: (nullable): the attackers to be trained, on @eve_pictures
 * @note: (nullable): told what begins; translated
 */
typedef struct {
  GPtrArray *ciphers;
  char **assignments;
  GPtrArray *pictures, *names, *damages;
  guint64 seed;
  TriKlt *linear;
  const TriEveConfig *eve;
  TriDataset *eve_pictures;
  void (*note) (const char *text, gpointer data);
  gpointer note_data;
} TriEvaluateSpec;

/* A cipher with some parameters. @values: of each picture, NaN where not defined; @mean: of those that are defined; @damaged: of
 * each picture each damage; @damaged_mean: of each damage */
typedef struct {
  const TriCipher *cipher;
  TriParams *params;
  double (*values)[TRI_N_EVALUATED];
  double mean[TRI_N_EVALUATED];
  double (*damaged)[TRI_N_DAMAGED], (*damaged_mean)[TRI_N_DAMAGED];
  TriEveResult eve; /* steps 0: there was none */
} TriEvaluatedCase;

/* @bare: of each picture each damage, those of TriDamaged that know no cipher */
typedef struct {
  GPtrArray *cases; /* TriEvaluatedCase */
  GPtrArray *names, *damages;
  double (*bare)[TRI_N_DAMAGED];
  guint64 seed;
  guint linear_pictures; /* that the linear code was fitted to; 0: there was none */
} TriEvaluation;

TriEvaluation *tri_evaluate (const TriEvaluateSpec *spec, TriProgress *progress, GError **error);
void tri_evaluation_free (TriEvaluation *evaluation);
char *tri_evaluated_case_name (const TriEvaluatedCase *one);
char *tri_evaluation_to_json (const TriEvaluation *evaluation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriEvaluation, tri_evaluation_free)

G_END_DECLS
