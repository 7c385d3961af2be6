/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-thumbnail.h"

/* Samples of each side of a pixel when reducing: enough to calm edges, few enough for the main loop. */
#define TAPS 3

static void
read_pixel (const TriImage *image, guint x, guint y, guint sum[4])
{
  const guint8 *p = image->pixels + ((gsize) y * image->width + x) * image->channels;
  gboolean grey = image->channels < 3;
  guint alpha = tri_image_has_alpha (image) ? p[image->channels - 1] : 255;
  for (guint c = 0; c < 3; c++)
    sum[c] += p[grey ? 0 : c] * alpha / 255;
  sum[3] += alpha;
}

/**
 * tri_thumbnail_new:
 * @side: the longer side of the texture, or a little less
 *
 * Small pictures are enlarged by a whole number, with crisp pixels; large ones are reduced.
 *
 * Returns: (transfer full): a texture
 */
GdkTexture *
tri_thumbnail_new (const TriImage *image, guint side)
{
  g_return_val_if_fail (image != NULL && side > 0, NULL);
  guint longest = MAX (image->width, image->height), times = MAX (1, side / longest);
  guint width = image->width * times, height = image->height * times;
  if (longest > side)
    {
      width = (guint) MAX (1, (guint64) image->width * side / longest);
      height = (guint) MAX (1, (guint64) image->height * side / longest);
    }
  guint taps = longest > side ? TAPS : 1;
  gsize stride = (gsize) width * 4;
  guint8 *out = g_malloc (stride * height);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        guint sum[4] = { 0 };
        for (guint j = 0; j < taps; j++)
          for (guint i = 0; i < taps; i++)
            read_pixel (image, (guint) (((guint64) x * taps + i) * image->width / ((guint64) width * taps)),
                        (guint) (((guint64) y * taps + j) * image->height / ((guint64) height * taps)), sum);
        for (guint c = 0; c < 4; c++)
          out[y * stride + x * 4 + c] = (guint8) (sum[c] / (taps * taps));
      }
  g_autoptr (GBytes) bytes = g_bytes_new_take (out, stride * height);
  return gdk_memory_texture_new ((int) width, (int) height, GDK_MEMORY_R8G8B8A8_PREMULTIPLIED, bytes, stride);
}
