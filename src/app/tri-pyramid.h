/* A picture with its halves, quarters …, and what a viewport shows of it as RGB. No GTK.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"

G_BEGIN_DECLS

#define TRI_PYRAMID_LEVELS 16

/* Level 0 is the picture itself (shared); each further level is half as large. Immutable, reference counted.
 * @histogram: as tri_metric_histogram() */
typedef struct {
  gatomicrefcount refs;
  TriImage *levels[TRI_PYRAMID_LEVELS];
  guint n_levels;
  guint64 histogram[4][256];
} TriPyramid;

/* Where a picture lies in a viewport: its pixel (0, 0) at (@x, @y), each pixel @scale wide; device pixels. */
typedef struct { double x, y, scale; } TriPlacement;

TriPyramid *tri_pyramid_new (TriImage *picture, GError **error);
TriPyramid *tri_pyramid_ref (TriPyramid *pyramid);
void tri_pyramid_unref (TriPyramid *pyramid);

/* Fills @rgba, @width × @height × 4 bytes, premultiplied: nearest pixel when enlarged, smooth when reduced; alpha over
 * a checkerboard; a grid between the pixels when @grid and they are large; outside the picture transparent. */
void tri_pyramid_draw (const TriPyramid *pyramid, const TriPlacement *at, guint width, guint height, gboolean grid,
                       guint8 *rgba);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriPyramid, tri_pyramid_unref)

G_END_DECLS
