/* Pieces of JSON that several commands and exports print alike. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-json.h"
#include "tri-metric.h"

G_BEGIN_DECLS

void tri_json_cipher (TriJson *json, const char *cipher, const TriParams *params, guint width, guint height,
                      guint channels);
void tri_json_pair (TriJson *json, const char *key, const TriPair *pair);

G_END_DECLS
