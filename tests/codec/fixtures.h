/* Picture files made by code, for the codec's tests.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-image.h"

TriImage *make_picture (guint width, guint height, guint channels, guint seed);
GBytes *encode_by_pixbuf (const TriImage *image, const char *type, const char *option, const char *value);
GBytes *insert (GBytes *into, gsize at, const void *data, gsize size);
GBytes *cut (GBytes *bytes, gsize size);
GBytes *from_hex (const char *hex);
GBytes *add_exif_orientation (GBytes *jpeg, guint orientation);
GBytes *png_chunk (const char *type, const void *data, gsize size);
GBytes *make_raw_png (guint width, guint height, guint depth, guint colour_type, const void *idat, gsize idat_size,
                      GBytes *before_idat);
