/* The keystreams that can hide what a network made.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-params.h"
#include "tri-progress.h"
#include "tri-sealed.h"

G_BEGIN_DECLS

typedef enum {
  TRI_KEYSTREAM_XCHACHA20,
  TRI_KEYSTREAM_LOGISTIC,
} TriKeystream;

extern const TriChoice tri_keystream_choices[];

gboolean tri_keystream_xor (TriKeystream kind, const TriKey *key, const TriSealed *header, guint8 *data, gsize size,
                            TriProgress *progress, GError **error);

G_END_DECLS
