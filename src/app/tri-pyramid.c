/* A picture with its halves, quarters …, made on a worker, so that drawing costs what the viewport costs.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-pyramid.h"

#include <math.h>
#include <string.h>

#include "tri-metric.h"

#define GRID_SCALE 12.0 /* device pixels a picture's pixel must be wide before a grid is drawn */
#define CHECKER 8

static void
halve_row (const TriImage *in, TriImage *out, guint y)
{
  guint c = in->channels;
  const guint8 *top = in->pixels + (gsize) (2 * y) * tri_image_stride (in);
  const guint8 *bottom = in->pixels + (gsize) MIN (2 * y + 1, in->height - 1) * tri_image_stride (in);
  guint8 *to = out->pixels + (gsize) y * tri_image_stride (out);
  for (guint x = 0; x < out->width; x++)
    {
      gsize a = (gsize) 2 * x * c, b = (gsize) MIN (2 * x + 1, in->width - 1) * c;
      for (guint k = 0; k < c; k++)
        *to++ = (guint8) ((top[a + k] + top[b + k] + bottom[a + k] + bottom[b + k] + 2) / 4);
    }
}

/* On any thread. Returns: (transfer full): holds @picture too; NULL with an error where memory for the halves is short */
TriPyramid *
tri_pyramid_new (TriImage *picture, GError **error)
{
  TriPyramid *self = g_new0 (TriPyramid, 1);
  g_atomic_ref_count_init (&self->refs);
  self->levels[self->n_levels++] = tri_image_ref (picture);
  tri_metric_histogram (picture, self->histogram);
  TriImage *last = picture;
  while (self->n_levels < TRI_PYRAMID_LEVELS && MAX (last->width, last->height) > 128)
    {
      TriImage *half = tri_image_new ((last->width + 1) / 2, (last->height + 1) / 2, last->channels, error);
      if (half == NULL)
        {
          tri_pyramid_unref (self);
          return NULL;
        }
      for (guint y = 0; y < half->height; y++)
        halve_row (last, half, y);
      self->levels[self->n_levels++] = last = half;
    }
  return self;
}

TriPyramid *
tri_pyramid_ref (TriPyramid *self)
{
  g_atomic_ref_count_inc (&self->refs);
  return self;
}

void
tri_pyramid_unref (TriPyramid *self)
{
  if (!g_atomic_ref_count_dec (&self->refs))
    return;
  for (guint i = 0; i < self->n_levels; i++)
    tri_image_unref (self->levels[i]);
  g_free (self);
}

/* Red, green, blue, alpha of one pixel. */
static inline void
fetch (const TriImage *image, guint x, guint y, guint32 out[4])
{
  const guint8 *p = image->pixels + ((gsize) y * image->width + x) * image->channels;
  guint n = image->channels;
  out[0] = p[0];
  out[1] = n > 2 ? p[1] : p[0];
  out[2] = n > 2 ? p[2] : p[0];
  out[3] = n == 2 ? p[1] : n == 4 ? p[3] : 255;
}

/* @fx, @fy: in pixels of @image, centres at halves */
static inline void
fetch_smooth (const TriImage *image, double fx, double fy, guint32 out[4])
{
  int x16 = (int) floor ((fx - 0.5) * 16), y16 = (int) floor ((fy - 0.5) * 16);
  x16 = CLAMP (x16, 0, ((int) image->width - 1) * 16);
  y16 = CLAMP (y16, 0, ((int) image->height - 1) * 16);
  guint x0 = (guint) x16 / 16, y0 = (guint) y16 / 16, ax = (guint) x16 % 16, ay = (guint) y16 % 16;
  guint x1 = MIN (x0 + 1, image->width - 1), y1 = MIN (y0 + 1, image->height - 1);
  guint32 a[4], b[4], c[4], d[4];
  fetch (image, x0, y0, a);
  fetch (image, x1, y0, b);
  fetch (image, x0, y1, c);
  fetch (image, x1, y1, d);
  for (guint k = 0; k < 4; k++)
    out[k] = ((a[k] * (16 - ax) + b[k] * ax) * (16 - ay) + (c[k] * (16 - ax) + d[k] * ax) * ay + 128) / 256;
}

void
tri_pyramid_draw (const TriPyramid *self, const TriPlacement *at, guint width, guint height, gboolean grid,
                  guint8 *rgba)
{
  guint level = 0;
  double scale = at->scale;
  while (scale <= 0.5 && level + 1 < self->n_levels)
    {
      scale *= 2;
      level++;
    }
  const TriImage *image = self->levels[level];
  const TriImage *full = self->levels[0];
  double right = at->x + full->width * at->scale, bottom = at->y + full->height * at->scale;
  gboolean smooth = scale < 1, lines = grid && at->scale >= GRID_SCALE;
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++, rgba += 4)
      {
        double px = x + 0.5, py = y + 0.5;
        if (px < at->x || py < at->y || px >= right || py >= bottom)
          {
            memset (rgba, 0, 4);
            continue;
          }
        double fx = (px - at->x) / scale, fy = (py - at->y) / scale;
        guint32 v[4];
        if (smooth)
          fetch_smooth (image, fx, fy, v);
        else
          fetch (image, MIN ((guint) fx, image->width - 1), MIN ((guint) fy, image->height - 1), v);
        guint32 behind = (x / CHECKER + y / CHECKER) % 2 != 0 ? 204 : 153;
        gboolean line = lines && ((fx - floor (fx)) * scale < 1 || (fy - floor (fy)) * scale < 1);
        for (guint k = 0; k < 3; k++)
          {
            guint32 value = (v[k] * v[3] + behind * (255 - v[3]) + 127) / 255;
            rgba[k] = (guint8) (line ? (value * 3 + 128) / 4 : value);
          }
        rgba[3] = 255;
      }
}
