/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-planes.h"

#include "tri-parallel.h"

#define GRAIN ((gsize) 1 << 18) /* pixels */

typedef struct {
  const guint8 *from;
  guint8 *to;
  guint from_step, to_step, n; /* bytes from pixel to pixel, bytes of each that count */
  gboolean add;
} Planes;

static void
do_planes (gsize begin, gsize end, guint slot, gpointer data)
{
  const Planes *p = data;
  for (gsize i = begin; i < end; i++)
    for (guint c = 0; c < p->n; c++)
      {
        guint8 value = p->from[i * p->from_step + c], *to = &p->to[i * p->to_step + c];
        *to = p->add ? (guint8) (value + *to) : value;
      }
}

/* Keeps alpha exactly, as the side data "alpha". */
gboolean
tri_planes_seal_alpha (const TriImage *original, const TriKey *key, TriPartFlags lock, TriSealed *out, TriProgress *progress,
            GError **error)
{
  g_autoptr (TriProgress) watch = tri_progress_sub (progress, 0, 0); /* to be cancelled, not to be told */
  gsize n = tri_image_n_pixels (original);
  g_autofree guint8 *alpha = g_malloc (n);
  Planes planes = { .from = original->pixels + original->channels - 1, .to = alpha, .from_step = original->channels,
                    .to_step = 1, .n = 1 };
  return tri_parallel_for (n, GRAIN, do_planes, &planes, watch, error)
         && tri_part_seal (out, key, "alpha", lock, alpha, n, progress, error);
}

/* Lays one part over the picture: from channel @offset on, @per_pixel values; at 0 they are added to the colours. */
gboolean
tri_planes_open (const TriSealed *in, const TriKey *key, const char *name, TriPartFlags flags, guint offset, guint per_pixel,
            TriImage *image, TriProgress *progress, GError **error)
{
  gsize n = tri_image_n_pixels (image);
  g_autoptr (GBytes) part = tri_part_open (in, key, name, flags, n * per_pixel, n * per_pixel, progress, error);
  if (part == NULL)
    return FALSE;
  Planes planes = { .from = g_bytes_get_data (part, NULL), .to = image->pixels + offset, .from_step = per_pixel,
                    .to_step = image->channels, .n = per_pixel, .add = offset == 0 };
  return tri_parallel_for (n, GRAIN, do_planes, &planes, progress, error);
}

gboolean
tri_planes_open_alpha (const TriSealed *in, const TriKey *key, TriPartFlags flags, TriImage *image, TriProgress *progress,
                       GError **error)
{
  return tri_planes_open (in, key, "alpha", flags, tri_image_n_colours (image), 1, image, progress, error);
}
