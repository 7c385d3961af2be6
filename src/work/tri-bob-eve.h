/* Bob, who has the key, beside Eve, who has none and learns: what each makes of the same encrypted picture.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-cipher.h"

G_BEGIN_DECLS

#define TRI_BOB_EVE_SIDE 192u /* pixels of the copy that both look at */

#define TRI_TYPE_BOB_EVE (tri_bob_eve_get_type ())
G_DECLARE_FINAL_TYPE (TriBobEve, tri_bob_eve, TRI, BOB_EVE, GObject)

/**
 * TriSight:
 * @copy, @visible: what was encrypted, and what everybody sees of it
 * @bob: (nullable): NULL where decryption was refused
 * @eve: (nullable): NULL while she has learned nothing
 * @bob_psnr, @bob_ssim, @eve_psnr, @eve_ssim: to @copy; NaN where not defined
 * @flat_psnr: of @copy's own mean colour, which is what can be guessed without seeing anything
 */
typedef struct {
  TriImage *copy, *visible, *bob, *eve;
  double bob_psnr, bob_ssim, eve_psnr, eve_ssim, flat_psnr;
} TriSight;

/**
 * TriBobEve:
 *
 * One Eve, against one cipher with its parameters and weights. Lives in the thread that made it; she learns on one of its own
 * that gives way to all others, from the sample pictures, each under a key of its own. Signals: "sighted": the pictures;
 * "learned": how far she is; "ended": she has learned, or was stopped, or failed: tri_bob_eve_get_error().
 */
TriBobEve *tri_bob_eve_new (const TriSealed *against);
gboolean tri_bob_eve_fits (TriBobEve *self, const TriSealed *sealed);
void tri_bob_eve_look (TriBobEve *self, const TriImage *original, const TriSealed *sealed, const TriKey *key);
void tri_bob_eve_train (TriBobEve *self, guint64 steps);
void tri_bob_eve_cancel (TriBobEve *self);

gboolean tri_bob_eve_is_training (TriBobEve *self);
double tri_bob_eve_get_fraction (TriBobEve *self);
guint64 tri_bob_eve_get_step (TriBobEve *self);
double tri_bob_eve_get_gain (TriBobEve *self);
const TriSight *tri_bob_eve_get_sight (TriBobEve *self);
const GError *tri_bob_eve_get_error (TriBobEve *self);
char *tri_bob_eve_describe (TriBobEve *self);
TriChart *tri_bob_eve_make_chart (TriBobEve *self);

G_END_DECLS
