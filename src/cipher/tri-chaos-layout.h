/* How the encrypted picture of the cipher "cnn-chaos" lies: the planes of a colour picture's code in one picture in colour, or one
 * below another in a grey one. JPEG keeps colours at half the resolution, which leaves little of noise in colour.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-params.h"
#include "tri-sealed.h"

G_BEGIN_DECLS

#define TRI_CHAOS_LAYOUT "layout" /* the parameter's id */

extern const TriChoice tri_chaos_layouts[];

TriImage *tri_chaos_layout_new_visible (const TriParams *params, const TriImage *code, TriProgress *progress, GError **error);
TriImage *tri_chaos_layout_new_code (const TriSealed *in, TriProgress *progress, GError **error);
gboolean tri_chaos_layout_require (const TriSealed *in, GError **error);
TriImage *tri_chaos_layout_lay (const TriParams *params, const TriImage *visible, guint width, guint height, GError **error);

G_END_DECLS
