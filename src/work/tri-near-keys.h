/* How much of the picture keys give that are nearly right: a small copy is encrypted once, and decrypted with 0, 1, 2 …
 * bits of the key wrong. Where an algorithm, such as a network that was trained badly, learned to do without the key, the
 * picture shows.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-cipher.h"

G_BEGIN_DECLS

#define TRI_NEAR_KEYS_SIDE 128u /* pixels of the copy */

#define TRI_TYPE_NEAR_KEYS (tri_near_keys_get_type ())
G_DECLARE_FINAL_TYPE (TriNearKeys, tri_near_keys, TRI, NEAR_KEYS, GObject)

/**
 * TriKeyTry:
 * @ssim: to the copy; NaN where the key was refused, or SSIM isn't defined
 * @picture: NULL where the key was refused
 */
typedef struct {
  gboolean done;
  double ssim;
  TriImage *picture;
} TriKeyTry;

/**
 * TriNearKeys:
 *
 * Lives in the thread that made it; works on one of its own. What is wanted is tried first,
 * then everything else, nearest first. Signals: "tried (guint n)"; "failed": tri_near_keys_get_error(), nothing more comes.
 */
TriNearKeys *tri_near_keys_new (const TriImage *original, const TriSealed *sealed, const TriKey *key);
void tri_near_keys_want (TriNearKeys *self, guint n);
void tri_near_keys_stop (TriNearKeys *self);

guint tri_near_keys_get_most (TriNearKeys *self);
guint tri_near_keys_count_done (TriNearKeys *self);
const TriKeyTry *tri_near_keys_get (TriNearKeys *self, guint n);
const TriImage *tri_near_keys_get_copy (TriNearKeys *self);
const GError *tri_near_keys_get_error (TriNearKeys *self);
char *tri_near_keys_describe (TriNearKeys *self, guint n);
char *tri_near_keys_judge (TriNearKeys *self);
TriChart *tri_near_keys_make_chart (TriNearKeys *self, guint shown);

G_END_DECLS
