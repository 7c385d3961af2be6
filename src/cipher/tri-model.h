/* What the statistical ciphers share: a model beside the visible picture, alpha, and the residual that makes them
 * lossless. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-params.h"
#include "tri-progress.h"
#include "tri-sealed.h"

G_BEGIN_DECLS

/* The rows "seal" and "lossless" of a table of parameters. */
#define TRI_MODEL_PARAMS                                                                                              \
  { .id = "seal", .title = N_("Seal the model"), .type = TRI_PARAM_BOOL, .def = 1,                                    \
    .help = N_("Encrypts the model with the key. Without it the model lies open in the file, and any key decrypts.") }, \
  { .id = "lossless", .title = N_("Keep it lossless"), .type = TRI_PARAM_BOOL, .def = 0,                              \
    .help = N_("Adds what the model misses, compressed and encrypted, so that decryption gives back every bit.") }

/**
 * TriModelRebuild:
 * @in: its visible picture's geometry is still to be checked
 * @model: open, and perhaps hostile
 * @out: of the original's geometry; to fill in all but alpha
 *
 * The same bytes on every machine: integers, or floating point in a fixed order.
 */
typedef gboolean (*TriModelRebuild) (const TriSealed *in, GBytes *model, TriImage *out, TriProgress *progress,
                                     GError **error);

gboolean tri_model_uses_key (const TriParams *params);
gboolean tri_model_seal (const TriImage *original, const TriKey *key, GByteArray *model, TriModelRebuild rebuild,
                         TriSealed *out, TriProgress *progress, GError **error);
GBytes *tri_model_open (const TriSealed *in, const TriKey *key, GError **error);
gboolean tri_model_decrypt (const TriSealed *in, const TriKey *key, TriModelRebuild rebuild, TriImage **out,
                            TriProgress *progress, GError **error);

G_END_DECLS
