/* What the bytes of a picture file say that a decoder keeps to itself: format, depth, palette, animation, completeness.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"

G_BEGIN_DECLS

/**
 * TriPictureFacts:
 * @format: (nullable): the format's name, NULL when it is none that is recognised here
 * @install: (nullable): Debian package with a loader, for a format that GdkPixbuf itself has none for
 * @depth: bits a channel, 0 when not known
 * @palette: colours came from a table
 * @cmyk: printing colours, converted
 * @frames: pictures in the file, counted up to 2
 * @cut_short: the file ends before its own structure does
 * @width, @height: 0 when not known
 */
typedef struct {
  const char *format, *install;
  guint depth;
  gboolean palette, cmyk;
  guint frames;
  gboolean cut_short;
  guint width, height;
} TriPictureFacts;

void tri_picture_facts_read (const guint8 *bytes, gsize size, TriPictureFacts *facts);

G_END_DECLS
