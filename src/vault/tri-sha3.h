/* SHA-3 and SHAKE (FIPS 202): what ML-KEM and the hybrid recipients need.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A sponge. Absorb with tri_sha3_update(), then squeeze with tri_sha3_read(), any number of times. */
typedef struct {
  guint64 lanes[25];
  guint rate, position;
  guint8 suffix;
  gboolean squeezing;
} TriSha3;

void tri_sha3_256_init (TriSha3 *sponge);
void tri_sha3_512_init (TriSha3 *sponge);
void tri_shake128_init (TriSha3 *sponge);
void tri_shake256_init (TriSha3 *sponge);
void tri_sha3_update (TriSha3 *sponge, const void *data, gsize size);
void tri_sha3_read (TriSha3 *sponge, guint8 *out, gsize size);

G_END_DECLS
