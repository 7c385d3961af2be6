/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-image.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>
#include <sys/mman.h>

#include "tri-error.h"

/**
 * tri_image_check_size:
 *
 * Says whether a picture of this size may be made; sets TRI_ERROR_TOO_LARGE with the numbers, or
 * TRI_ERROR_INVALID for an empty one. Takes no memory.
 */
gboolean
tri_image_check_size (guint64 width, guint64 height, guint channels, GError **error)
{
  g_return_val_if_fail (channels >= 1 && channels <= 4, FALSE);
  if (width == 0 || height == 0)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_INVALID, _("The picture is empty: it has no pixels."));
      return FALSE;
    }
  if (width > TRI_IMAGE_MAX_SIDE || height > TRI_IMAGE_MAX_SIDE || width * height > TRI_IMAGE_MAX_PIXELS)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE,
                   _("The picture has %" PRIu64 " × %" PRIu64 " pixels (%.1f megapixels). "
                     "Triptych takes up to %u megapixels. Make it smaller and try again."),
                   width, height, (double) width * (double) height / 1e6, TRI_IMAGE_MAX_PIXELS / 1000000u);
      return FALSE;
    }
  return TRUE;
}

#define HUGE_PAGE ((guintptr) 2 << 20)

/* Large blocks are fresh from the kernel, which would hand them out, and take them back, 4 KiB at a time. */
static void
ask_for_huge_pages (guint8 *pixels, gsize size)
{
  guintptr from = ((guintptr) pixels + HUGE_PAGE - 1) & ~(HUGE_PAGE - 1);
  guintptr to = ((guintptr) pixels + size) & ~(HUGE_PAGE - 1);
  if (to > from)
    madvise ((void *) from, to - from, MADV_HUGEPAGE); /* a wish: where it is not granted, nothing is lost */
}

/**
 * tri_image_new:
 *
 * Returns: (transfer full): a picture of zeros, or NULL with TRI_ERROR_TOO_LARGE, _INVALID or _NO_MEMORY
 */
TriImage *
tri_image_new (guint width, guint height, guint channels, GError **error)
{
  g_return_val_if_fail (channels >= 1 && channels <= 4, NULL);
  if (!tri_image_check_size (width, height, channels, error))
    return NULL;

  gsize size = (gsize) width * height * channels;
  guint8 *pixels = g_try_malloc0 (size);
  if (pixels == NULL)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_NO_MEMORY,
                   _("There is not enough memory for a picture of %u × %u pixels. "
                     "Close other programs or use a smaller picture."),
                   width, height);
      return NULL;
    }
  ask_for_huge_pages (pixels, size);
  return tri_image_new_take (width, height, channels, pixels);
}

/* Returns: (transfer full): a picture with a copy of @pixels, or NULL as tri_image_new() */
TriImage *
tri_image_new_from_data (guint width, guint height, guint channels, const guint8 *pixels, GError **error)
{
  TriImage *image = tri_image_new (width, height, channels, error);
  if (image != NULL)
    memcpy (image->pixels, pixels, tri_image_n_bytes (image));
  return image;
}

/**
 * tri_image_new_take:
 * @pixels: (transfer full): from g_malloc() and its like, of at least the picture's bytes; what follows them is ignored
 *
 * Returns: (transfer full): a picture of a size that has been checked
 */
TriImage *
tri_image_new_take (guint width, guint height, guint channels, guint8 *pixels)
{
  g_return_val_if_fail (tri_image_check_size (width, height, channels, NULL), NULL);
  TriImage *image = g_new0 (TriImage, 1);
  g_atomic_ref_count_init (&image->refs);
  image->width = width;
  image->height = height;
  image->channels = channels;
  image->pixels = pixels;
  return image;
}

TriImage *
tri_image_copy (const TriImage *image, GError **error)
{
  TriImage *copy = tri_image_new_from_data (image->width, image->height, image->channels, image->pixels, error);
  if (copy != NULL)
    copy->notes = g_strdup (image->notes);
  return copy;
}

/* Takes a const pointer, since sharing a picture does not change it. */
TriImage *
tri_image_ref (const TriImage *image)
{
  TriImage *shared = (TriImage *) image;
  g_atomic_ref_count_inc (&shared->refs);
  return shared;
}

void
tri_image_unref (TriImage *image)
{
  if (!g_atomic_ref_count_dec (&image->refs))
    return;
  g_free (image->pixels);
  g_free (image->notes);
  g_free (image);
}

gsize
tri_image_n_bytes (const TriImage *image)
{
  return (gsize) image->width * image->height * image->channels;
}

gsize
tri_image_n_pixels (const TriImage *image)
{
  return (gsize) image->width * image->height;
}

gsize
tri_image_stride (const TriImage *image)
{
  return (gsize) image->width * image->channels;
}

gboolean
tri_image_has_alpha (const TriImage *image)
{
  return image->channels % 2 == 0;
}

guint
tri_image_n_colours (const TriImage *image)
{
  return image->channels < 3 ? 1 : 3;
}

gboolean
tri_image_same_shape (const TriImage *a, const TriImage *b)
{
  return a->width == b->width && a->height == b->height && a->channels == b->channels;
}

gboolean
tri_image_equal (const TriImage *a, const TriImage *b)
{
  return tri_image_same_shape (a, b) && memcmp (a->pixels, b->pixels, tri_image_n_bytes (a)) == 0;
}

/**
 * tri_image_scale_down:
 * @max_side: the longer side of the result, in pixels
 *
 * Box-filters a picture so that its longer side is at most @max_side; a picture that fits already is returned
 * with a new reference. For previews and thumbnails: colours are averaged without regard to alpha or gamma.
 *
 * Returns: (transfer full): the picture, or NULL as tri_image_new()
 */
TriImage *
tri_image_scale_down (const TriImage *image, guint max_side, GError **error)
{
  g_return_val_if_fail (max_side >= 1, NULL);
  guint longer = MAX (image->width, image->height);
  if (longer <= max_side)
    return tri_image_ref (image);

  guint w = MAX (1, (guint) ((guint64) image->width * max_side / longer));
  guint h = MAX (1, (guint) ((guint64) image->height * max_side / longer));
  guint ch = image->channels;
  TriImage *out = tri_image_new (w, h, ch, error);
  if (out == NULL)
    return NULL;
  out->notes = g_strdup (image->notes);
  for (guint y = 0; y < h; y++)
    {
      guint y0 = (guint) ((guint64) y * image->height / h), y1 = (guint) ((guint64) (y + 1) * image->height / h);
      for (guint x = 0; x < w; x++)
        {
          guint x0 = (guint) ((guint64) x * image->width / w), x1 = (guint) ((guint64) (x + 1) * image->width / w);
          guint64 sum[4] = { 0 }, n = (guint64) (y1 - y0) * (x1 - x0);
          for (guint v = y0; v < y1; v++)
            {
              const guint8 *p = image->pixels + ((gsize) v * image->width + x0) * ch;
              for (guint u = x0; u < x1; u++)
                for (guint c = 0; c < ch; c++)
                  sum[c] += *p++;
            }
          for (guint c = 0; c < ch; c++)
            out->pixels[((gsize) y * w + x) * ch + c] = (guint8) ((sum[c] + n / 2) / n);
        }
    }
  return out;
}

/**
 * tri_image_match:
 *
 * Brings a picture to another geometry, to compare it pixel by pixel with one that has it: nearest neighbour
 * in space, grey copied to the three colours or the colours' rounded mean to grey, missing alpha opaque, surplus
 * alpha dropped. A picture that has the geometry already is returned with a new reference.
 *
 * Returns: (transfer full): the picture, or NULL as tri_image_new()
 */
TriImage *
tri_image_match (const TriImage *image, guint width, guint height, guint channels, GError **error)
{
  if (image->width == width && image->height == height && image->channels == channels)
    return tri_image_ref (image);
  TriImage *out = tri_image_new (width, height, channels, error);
  if (out == NULL)
    return NULL;
  gboolean in_alpha = image->channels % 2 == 0, out_alpha = channels % 2 == 0;
  guint in_colours = tri_image_n_colours (image), out_colours = tri_image_n_colours (out);
  for (guint y = 0; y < height; y++)
    {
      gsize row = (gsize) ((guint64) y * image->height / height) * image->width;
      guint8 *o = out->pixels + (gsize) y * width * channels;
      for (guint x = 0; x < width; x++)
        {
          const guint8 *p = image->pixels + (row + (gsize) ((guint64) x * image->width / width)) * image->channels;
          if (in_colours == out_colours)
            for (guint c = 0; c < out_colours; c++)
              *o++ = p[c];
          else if (out_colours == 3)
            for (guint c = 0; c < 3; c++)
              *o++ = p[0];
          else
            *o++ = (guint8) ((p[0] + p[1] + p[2] + 1) / 3);
          if (out_alpha)
            *o++ = in_alpha ? p[in_colours] : 255;
        }
    }
  return out;
}

/**
 * tri_image_difference:
 * @gain: what each absolute difference is multiplied with before clamping to 255
 *
 * Returns: (transfer full): the amplified absolute difference of two pictures of one shape, alpha's difference
 *   folded into the colours (largest) and the result opaque; or NULL as tri_image_new()
 */
TriImage *
tri_image_difference (const TriImage *a, const TriImage *b, guint gain, GError **error)
{
  g_return_val_if_fail (tri_image_same_shape (a, b), NULL);
  guint ch = a->channels, colours = tri_image_n_colours (a);
  TriImage *out = tri_image_new (a->width, a->height, colours, error);
  if (out == NULL)
    return NULL;
  gsize n = tri_image_n_pixels (a);
  for (gsize i = 0; i < n; i++)
    {
      const guint8 *p = a->pixels + i * ch, *q = b->pixels + i * ch;
      guint alpha = ch > colours ? (guint) ABS (p[colours] - q[colours]) : 0;
      for (guint c = 0; c < colours; c++)
        out->pixels[i * colours + c] = (guint8) MIN (255u, gain * MAX (alpha, (guint) ABS (p[c] - q[c])));
    }
  return out;
}

/**
 * tri_image_luminance_row:
 * @out: @width floats, 0…255
 *
 * Rec. 601 luma 0.299 R + 0.587 G + 0.114 B of one row, alpha ignored; a grey picture's own values.
 */
void
tri_image_luminance_row (const TriImage *image, guint y, float *out)
{
  guint ch = image->channels;
  const guint8 *p = image->pixels + (gsize) y * image->width * ch;
  if (ch < 3)
    for (guint x = 0; x < image->width; x++, p += ch)
      out[x] = p[0];
  else
    for (guint x = 0; x < image->width; x++, p += ch)
      out[x] = 0.299f * p[0] + 0.587f * p[1] + 0.114f * p[2];
}
