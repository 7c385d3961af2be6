/* The mask of the cipher "cnn-chaos": a permutation of the pixels of each plane, and noise that is added to them, both made
 * by two hyperchaotic maps that start at the key. An error in a masked pixel becomes as large an error in one other pixel.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"
#include "tri-progress.h"

G_BEGIN_DECLS

#define TRI_CHAOS_KEY_SIZE 32
#define TRI_CHAOS_SEED_SIZE 40

/**
 * TriChaosOrbit:
 * @x, @y, @z: of the hyperchaotic 3-D map, times 2⁶⁴
 * @m, @q: of the memristor map, its voltage and its charge, times 2⁵⁵
 */
typedef struct {
  guint64 x, y, z;
  gint64 m, q;
} TriChaosOrbit;

/**
 * TriChaosMask:
 * @amplitude: the noise's values are 0 … @amplitude; 255 leaves no trace of the code's values
 */
typedef struct {
  guint8 key[TRI_CHAOS_KEY_SIZE];
  guint amplitude;
} TriChaosMask;

void tri_chaos_orbit_start (TriChaosOrbit *orbit, const guint8 seed[TRI_CHAOS_SEED_SIZE]);
guint32 tri_chaos_orbit_next (TriChaosOrbit *orbit);
void tri_chaos_mask_start (const TriChaosMask *mask, guint plane, gboolean noise, TriChaosOrbit *orbit);

gboolean tri_chaos_mask_hide (const TriChaosMask *mask, const TriImage *code, TriImage *out, TriProgress *progress,
                              GError **error);
gboolean tri_chaos_mask_show (const TriChaosMask *mask, const TriImage *seen, TriImage *out, TriImage *trust,
                              TriProgress *progress, GError **error);

G_END_DECLS
