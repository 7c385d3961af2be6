/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-tensor.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tri-error.h"

#define ALIGNMENT 64

void
tri_nn_no_memory (guint64 bytes, GError **error)
{
  g_autofree char *size = g_format_size (bytes);
  g_set_error (error, TRI_ERROR, TRI_ERROR_NO_MEMORY,
               _("Not enough memory for the network: %s more were needed. Choose a smaller batch or tile, or close other programs."),
               size);
}

/* Returns: (nullable): @count zeros, aligned to 64 bytes; tri_floats_free(). Large ones come from the system as zeros, and cost
 * nothing until they are used: hundreds of MiB are not to be written in one go. */
float *
tri_floats_new (gsize count, GError **error)
{
  char *start = count <= (G_MAXSIZE - 2 * ALIGNMENT) / sizeof (float) ? calloc (1, count * sizeof (float) + 2 * ALIGNMENT) : NULL;
  if (start == NULL)
    {
      tri_nn_no_memory ((guint64) count * sizeof (float), error);
      return NULL;
    }
  void **floats = (void **) (((guintptr) start + 2 * ALIGNMENT) / ALIGNMENT * ALIGNMENT);
  floats[-1] = start;
  return (float *) floats;
}

void
tri_floats_free (float *floats)
{
  if (floats != NULL)
    free (((void **) floats)[-1]);
}

/* Checks for zeros and for TRI_TENSOR_MAX. */
gboolean
tri_shape_check (TriShape s, GError **error)
{
  guint64 row = (guint64) s.w * s.c;
  if (s.n == 0 || s.h == 0 || s.w == 0 || s.c == 0)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("A network can't work on an empty tensor (%u × %u × %u × %u)."),
                   s.n, s.h, s.w, s.c);
      return FALSE;
    }
  if (row > TRI_TENSOR_MAX || row * s.h > TRI_TENSOR_MAX || row * s.h > TRI_TENSOR_MAX / s.n)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE,
                   _("A tensor of %u × %u × %u × %u is too large. Choose a smaller batch or tile."), s.n, s.h, s.w, s.c);
      return FALSE;
    }
  return TRUE;
}

gboolean
tri_shape_equal (TriShape a, TriShape b)
{
  return a.n == b.n && a.h == b.h && a.w == b.w && a.c == b.c;
}

gsize
tri_shape_size (TriShape shape)
{
  return tri_shape_pixels (shape) * shape.c;
}

gsize
tri_shape_pixels (TriShape shape)
{
  return (gsize) shape.n * shape.h * shape.w;
}

TriTensor *
tri_tensor_new (TriShape shape, GError **error)
{
  if (!tri_shape_check (shape, error))
    return NULL;
  float *data = tri_floats_new (tri_shape_size (shape), error);
  if (data == NULL)
    return NULL;
  TriTensor *tensor = g_new (TriTensor, 1);
  *tensor = (TriTensor) { shape, data };
  return tensor;
}

TriTensor *
tri_tensor_copy (const TriTensor *tensor, GError **error)
{
  TriTensor *copy = tri_tensor_new (tensor->shape, error);
  if (copy != NULL)
    memcpy (copy->data, tensor->data, tri_tensor_size (tensor) * sizeof (float));
  return copy;
}

void
tri_tensor_free (TriTensor *tensor)
{
  if (tensor == NULL)
    return;
  tri_floats_free (tensor->data);
  g_free (tensor);
}

gsize
tri_tensor_size (const TriTensor *tensor)
{
  return tri_shape_size (tensor->shape);
}

/* Returns: the channels of one pixel */
float *
tri_tensor_at (const TriTensor *tensor, guint n, guint y, guint x)
{
  return tensor->data + (((gsize) n * tensor->shape.h + y) * tensor->shape.w + x) * tensor->shape.c;
}

void
tri_tensor_fill (TriTensor *tensor, float value)
{
  for (gsize i = 0; i < tri_tensor_size (tensor); i++)
    tensor->data[i] = value;
}

gboolean
tri_tensor_is_finite (const TriTensor *tensor)
{
  for (gsize i = 0; i < tri_tensor_size (tensor); i++)
    if (!isfinite (tensor->data[i]))
      return FALSE;
  return TRUE;
}

/* Grey and colour go together: three channels of a tensor are the one colour of a grey picture. */
static gboolean
spreads_grey (const TriTensor *tensor, const TriImage *image)
{
  return tensor->shape.c == 3 && tri_image_n_colours (image) == 1;
}

/* Writes the part of @image from (x, y) on, as large as the tensor, into its picture @n; 0 … 255 become low … high. A
 * tensor with fewer channels takes the first ones, one of three takes grey three times; what lies outside of @image
 * repeats its edge. */
void
tri_tensor_put_image (TriTensor *tensor, guint n, const TriImage *image, guint x, guint y, float low, float high)
{
  guint step = spreads_grey (tensor, image) ? 0 : 1;
  g_return_if_fail (n < tensor->shape.n && (step == 0 || tensor->shape.c <= image->channels));
  for (guint row = 0; row < tensor->shape.h; row++)
    {
      const guint8 *from = image->pixels + MIN (y + row, image->height - 1) * tri_image_stride (image);
      float *to = tri_tensor_at (tensor, n, row, 0);
      for (guint column = 0; column < tensor->shape.w; column++, to += tensor->shape.c)
        for (guint c = 0; c < tensor->shape.c; c++)
          to[c] = low + (high - low) * (float) from[(gsize) MIN (x + column, image->width - 1) * image->channels + c * step] / 255;
    }
}

/* The other way round: rounds and clamps to 0 … 255, and leaves out what lies outside of @image. Grey is the mean of three
 * channels. */
void
tri_tensor_get_image (const TriTensor *tensor, guint n, TriImage *image, guint x, guint y, float low, float high)
{
  gboolean mean = spreads_grey (tensor, image);
  g_return_if_fail (n < tensor->shape.n && (mean || tensor->shape.c <= image->channels));
  guint rows = MIN (tensor->shape.h, image->height - MIN (y, image->height));
  guint columns = MIN (tensor->shape.w, image->width - MIN (x, image->width));
  for (guint row = 0; row < rows; row++)
    {
      guint8 *to = image->pixels + (y + row) * tri_image_stride (image) + (gsize) x * image->channels;
      const float *from = tri_tensor_at (tensor, n, row, 0);
      for (guint column = 0; column < columns; column++, to += image->channels, from += tensor->shape.c)
        for (guint c = 0; c < (mean ? 1 : tensor->shape.c); c++)
          {
            float value = ((mean ? (from[0] + from[1] + from[2]) / 3 : from[c]) - low) / (high - low) * 255;
            to[c] = value > 0 ? (guint8) (MIN (value, 255) + 0.5f) : 0; /* NaN: 0 */
          }
    }
}
