/* A picture as a histogram: of each channel, and of its colours.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"
#include "tri-progress.h"

G_BEGIN_DECLS

gboolean tri_intensities_count (const TriImage *image, guint64 counts[3][256], TriProgress *progress, GError **error);

/**
 * TriColours:
 * @packed: red + 256 green + 65536 blue, each once, ordered by their upper five bits, then by the lower three
 * @weight: how many pixels have it
 * @n: distinct colours
 */
typedef struct {
  guint32 *packed, *weight;
  gsize n;
  guint64 n_pixels;
} TriColours;

/**
 * TriPoints:
 * @x: red, green, blue, each @n doubles
 * @weight: pixels
 * @scatter: [6] rr rg rb gg gb bb: mean over all pixels of the outer product of colour − its point
 *
 * Fewer weighted points that stand for the colours: the means of cells of 8×8×8, or the colours themselves where they
 * are few.
 */
typedef struct {
  double *x[3], *weight;
  double scatter[6];
  gsize n;
} TriPoints;

TriColours *tri_colours_count (const TriImage *image, TriProgress *progress, GError **error);
void tri_colours_free (TriColours *colours);
TriPoints *tri_points_new (const TriColours *colours);
void tri_points_free (TriPoints *points);

static inline void
tri_colour_unpack (guint32 packed, guint rgb[3])
{
  rgb[0] = packed & 255, rgb[1] = packed >> 8 & 255, rgb[2] = packed >> 16;
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriColours, tri_colours_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriPoints, tri_points_free)

G_END_DECLS
