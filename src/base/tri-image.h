/* An 8-bit picture in memory.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* Largest picture that is read or made: 100 megapixels, checked before memory is taken. */
#define TRI_IMAGE_MAX_PIXELS (100u * 1000u * 1000u)
#define TRI_IMAGE_MAX_SIDE 100000u

/**
 * TriImage:
 * @width: columns, 1 or more
 * @height: rows, 1 or more
 * @channels: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha (alpha not premultiplied)
 * @pixels: @height × @width × @channels bytes, rows from the top, tightly packed, channels interleaved
 * @notes: (nullable): what loading changed, for a caption ("16 bits reduced to 8"); translated
 *
 * Reference counted. Written only by the one who made it and before it is shared; afterwards every thread may
 * read it.
 */
typedef struct {
  /*< private >*/
  gatomicrefcount refs;
  /*< public >*/
  guint width, height, channels;
  guint8 *pixels;
  char *notes;
} TriImage;

TriImage *tri_image_new (guint width, guint height, guint channels, GError **error);
TriImage *tri_image_new_from_data (guint width, guint height, guint channels, const guint8 *pixels, GError **error);
TriImage *tri_image_new_take (guint width, guint height, guint channels, guint8 *pixels);
TriImage *tri_image_copy (const TriImage *image, GError **error);
TriImage *tri_image_ref (const TriImage *image);
void tri_image_unref (TriImage *image);

gboolean tri_image_check_size (guint64 width, guint64 height, guint channels, GError **error);
gsize tri_image_n_bytes (const TriImage *image);
gsize tri_image_n_pixels (const TriImage *image);
gsize tri_image_stride (const TriImage *image);
gboolean tri_image_has_alpha (const TriImage *image);
guint tri_image_n_colours (const TriImage *image); /* channels without alpha: 1 or 3 */
gboolean tri_image_same_shape (const TriImage *a, const TriImage *b);
gboolean tri_image_equal (const TriImage *a, const TriImage *b);

TriImage *tri_image_scale_down (const TriImage *image, guint max_side, GError **error);
TriImage *tri_image_match (const TriImage *image, guint width, guint height, guint channels, GError **error);
TriImage *tri_image_difference (const TriImage *a, const TriImage *b, guint gain, GError **error);
void tri_image_luminance_row (const TriImage *image, guint y, float *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriImage, tri_image_unref)

G_END_DECLS
