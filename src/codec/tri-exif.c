/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-exif.h"

#include <string.h>

#define TAG_ORIENTATION 0x0112
#define TYPE_SHORT 3

static guint
read16 (const guint8 *p, gboolean big)
{
  return big ? (guint) (p[0] << 8 | p[1]) : (guint) (p[1] << 8 | p[0]);
}

static guint32
read32 (const guint8 *p, gboolean big)
{
  return big ? (guint32) read16 (p, TRUE) << 16 | read16 (p + 2, TRUE) : (guint32) read16 (p + 2, FALSE) << 16 | read16 (p, FALSE);
}

/**
 * tri_exif_get_orientation:
 * @tiff: an EXIF block, from its byte-order mark on
 *
 * Returns: the orientation of the first image directory, 1…8 (EXIF 2.3, section 4.6.4); 1 where there is none or the
 *   block is broken
 */
guint
tri_exif_get_orientation (const guint8 *tiff, gsize size)
{
  if (size < 8 || (memcmp (tiff, "II*\0", 4) != 0 && memcmp (tiff, "MM\0*", 4) != 0))
    return 1;
  gboolean big = tiff[0] == 'M';
  gsize at = read32 (tiff + 4, big);
  if (at > size - 2)
    return 1;
  guint n = read16 (tiff + at, big);
  at += 2;
  for (guint i = 0; i < n && size - at >= 12; i++, at += 12)
    if (read16 (tiff + at, big) == TAG_ORIENTATION)
      {
        guint value = read16 (tiff + at + 8, big);
        return read16 (tiff + at + 2, big) == TYPE_SHORT && value >= 1 && value <= 8 ? value : 1;
      }
  return 1;
}

/* Whether width and height change places. */
gboolean
tri_orientation_swaps (guint orientation)
{
  return orientation >= 5;
}

/* EXIF names which side of the scene the stored row 0 and column 0 are: 1 top left, 2 top right, 3 bottom right,
 * 4 bottom left, 5 left top, 6 right top, 7 right bottom, 8 left bottom. */
void
tri_orientation_locate (guint orientation, guint width, guint height, guint x, guint y, guint *sx, guint *sy)
{
  guint u = tri_orientation_swaps (orientation) ? y : x, v = tri_orientation_swaps (orientation) ? x : y;
  gboolean flip_u = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  gboolean flip_v = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  *sx = flip_u ? width - 1 - u : u;
  *sy = flip_v ? height - 1 - v : v;
}
