/* What may happen to an encrypted picture on the way: noise, lost blocks, a JPEG. Seeded: the same damage every time.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-params.h"
#include "tri-sealed.h"

G_BEGIN_DECLS

/* A row for each kind; 0 is none of it. All off: the defaults. */
extern const TriParamSpec tri_damage_specs[];

gboolean tri_damage_is_on (const TriParams *damage);
char *tri_damage_describe (const TriParams *damage);
char *tri_damage_advise (const TriParams *damage, const TriParams *params, const TriImage *visible);
TriImage *tri_damage_picture (const TriParams *damage, const TriImage *picture, TriProgress *progress, GError **error);
TriSealed *tri_damage_sealed (const TriParams *damage, const TriSealed *sealed, TriProgress *progress, GError **error);

G_END_DECLS
