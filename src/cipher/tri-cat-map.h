/* Arnold's cat map, and its like for pictures that are not square.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"
#include "tri-progress.h"

G_BEGIN_DECLS

/**
 * TriCatMap:
 *
 * One iteration shears the rows, x ← x + a·y mod width, then the columns, y ← y + b·x mod height. Each shear turns every
 * row (column) in a circle by an amount of its own, so it is a permutation of the pixels, and so are the two together,
 * whatever a, b and the sides. On a square it is the matrix (1, a; b, ab + 1), of determinant 1: with a = b = 1 Arnold's.
 */
typedef struct {
  guint width, height;
  guint32 a, b; /* below width and height */
} TriCatMap;

/**
 * TriCatPeriod:
 * @iterations: after which every pixel is back; 0 when it was not found or passes 10¹⁸
 * @digits: of that number when it passes 10¹⁸, else 0
 */
typedef struct {
  guint64 iterations;
  double digits;
} TriCatPeriod;

/* @a, @b: of any size; kept modulo the sides */
TriCatMap tri_cat_map (guint width, guint height, guint64 a, guint64 b);
/* @x, @y: (inout): a pixel, and where one iteration takes it */
void tri_cat_map_step (const TriCatMap *map, guint *x, guint *y);
gboolean tri_cat_map_apply (const TriCatMap *map, gboolean undo, guint64 iterations, const TriImage *in, TriImage *out,
                            TriProgress *progress, GError **error);
gboolean tri_cat_map_find_period (const TriCatMap *map, TriCatPeriod *period, TriProgress *progress, GError **error);

G_END_DECLS
