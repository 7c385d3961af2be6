/* Pictures and known answers for the tests of the statistical ciphers, and what all three must hold.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-cipher.h"

TriImage *statistics_picture (guint width, guint height, guint channels, guint32 seed);
GArray *statistics_vector (const char *name);
double statistics_number (const char *name);
TriKey *statistics_key (const char *text);
TriSealed *statistics_seal (const char *cipher, const TriImage *picture, const TriKey *key, const char *assignments);
TriImage *statistics_open (const TriSealed *sealed, const TriKey *key);
double statistics_mse (const TriImage *a, const TriImage *b);
GPtrArray *statistics_inspect (const TriImage *picture, const TriSealed *sealed, const TriKey *key);
const char *statistics_fact (const GPtrArray *cards, const char *label);
void statistics_check_shared (const char *cipher, const char *const *variants);
