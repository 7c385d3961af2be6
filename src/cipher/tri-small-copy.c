/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-small-copy.h"

#define OVERSAMPLING 8u

/* tri_image_scale_down(), which reads every pixel and can't be cancelled, of at most 8 × @max_side picked pixels a side.
 * Returns: (transfer full) */
TriImage *
tri_image_small_copy (const TriImage *image, guint max_side, GError **error)
{
  guint longer = MAX (image->width, image->height), limit = OVERSAMPLING * max_side;
  if (longer <= limit)
    return tri_image_scale_down (image, max_side, error);
  g_autoptr (TriImage) picked = tri_image_match (image, MAX (1, (guint) ((guint64) image->width * limit / longer)),
                                                 MAX (1, (guint) ((guint64) image->height * limit / longer)),
                                                 image->channels, error);
  return picked != NULL ? tri_image_scale_down (picked, max_side, error) : NULL;
}
