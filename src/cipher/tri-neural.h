/* What the ciphers with trained networks share: which weights were used is written beside the picture, so that
 * decryption takes the same or says that they are missing.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-model-store.h"
#include "tri-sealed.h"

G_BEGIN_DECLS

TriStored *tri_neural_load_for (TriSealed *out, const char *id, GError **error);
TriStored *tri_neural_load_of (const TriSealed *in, const char *id, GError **error);
/* Returns: (transfer full): the net of @layers with the weights of @stored, or NULL with an error when these are of another */
TriNet *tri_neural_net (const TriLayer *layers, const TriStored *stored, GError **error);

G_END_DECLS
