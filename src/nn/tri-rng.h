/* Random numbers that are a function of seed, stream and position: the same on every machine, and a checkpoint needs
 * nothing but the position. For training and initialisation; never for keys.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * TriRng:
 * @stream: what the numbers are for; different streams of one seed are independent
 * @position: of the next 32-bit word
 */
typedef struct {
  guint64 seed, stream, position;
} TriRng;

void tri_philox (guint32 counter[4], const guint32 key[2]);

TriRng tri_rng (guint64 seed, guint64 stream);
guint32 tri_rng_u32 (TriRng *rng);
guint tri_rng_below (TriRng *rng, guint limit);
float tri_rng_uniform (TriRng *rng);
float tri_rng_normal (TriRng *rng);
void tri_rng_permute (TriRng *rng, guint *items, guint n_items);

G_END_DECLS
