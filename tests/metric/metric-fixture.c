/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "metric-fixture.h"

#include <string.h>

/* xorshift32, the upper byte of each state */
TriImage *
metric_noise (guint width, guint height, guint channels, guint32 seed)
{
  TriImage *image = tri_image_new (width, height, channels, NULL);
  guint32 state = seed;
  for (gsize i = 0; i < tri_image_n_bytes (image); i++)
    {
      state ^= state << 13;
      state ^= state >> 17;
      state ^= state << 5;
      image->pixels[i] = (guint8) (state >> 24);
    }
  return image;
}

TriImage *
metric_scene (guint width, guint height, guint channels)
{
  TriImage *image = metric_noise (width, height, channels, 7);
  guint8 *p = image->pixels;
  for (int y = 0; y < (int) height; y++)
    for (int x = 0; x < (int) width; x++)
      for (int c = 0; c < (int) channels; c++, p++)
        {
          int dx = 2 * x - (int) width, dy = 2 * y - (int) height, r = (int) width / 2;
          *p = (guint8) ((3 * x + 2 * y + 40 * c) % 200 + 40 * (dx * dx + dy * dy < r * r) + *p / 16);
        }
  return image;
}

TriImage *
metric_faint (const TriImage *image, const TriImage *grain)
{
  TriImage *out = tri_image_copy (image, NULL);
  for (gsize i = 0; i < tri_image_n_bytes (image); i++)
    out->pixels[i] = (guint8) CLAMP (image->pixels[i] + grain->pixels[i] / 8 - 16, 0, 255);
  return out;
}

TriImage *
metric_flat (guint width, guint height, guint channels, guint8 value)
{
  TriImage *image = tri_image_new (width, height, channels, NULL);
  memset (image->pixels, value, tri_image_n_bytes (image));
  return image;
}
