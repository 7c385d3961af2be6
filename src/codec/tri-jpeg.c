/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-jpeg.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n-lib.h>

#include "tri-error.h"
#include "tri-picture.h"

/* Returns: (transfer full): a copy that owns its pixels; grey becomes three equal channels */
static GdkPixbuf *
make_pixbuf (const TriImage *image, GError **error)
{
  g_autoptr (TriImage) rgb = tri_image_match (image, image->width, image->height, 3, error);
  if (rgb == NULL)
    return NULL;
  g_autoptr (GdkPixbuf) view = gdk_pixbuf_new_from_data (rgb->pixels, GDK_COLORSPACE_RGB, FALSE, 8, (int) rgb->width,
                                                         (int) rgb->height, (int) tri_image_stride (rgb), NULL, NULL);
  return gdk_pixbuf_copy (view);
}

/**
 * tri_jpeg_pass:
 * @quality: 1 … 100, as libjpeg has it; colours are kept at half the resolution, as nearly every program does
 *
 * Returns: (transfer full) (nullable): @image, written as JPEG and read again; alpha, which JPEG doesn't have, as it was
 */
TriImage *
tri_jpeg_pass (const TriImage *image, guint quality, GError **error)
{
  g_return_val_if_fail (quality >= 1 && quality <= 100, NULL);
  g_autoptr (GdkPixbuf) pixbuf = make_pixbuf (image, error);
  g_autofree char *number = g_strdup_printf ("%u", quality);
  g_autoptr (GError) why = NULL;
  char *buffer = NULL;
  gsize size = 0;
  if (pixbuf == NULL)
    {
      if (error != NULL && *error == NULL)
        g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_MEMORY,
                             _("There is not enough memory to make a JPEG of this picture. Take a smaller one."));
      return NULL;
    }
  if (!gdk_pixbuf_save_to_buffer (pixbuf, &buffer, &size, "jpeg", &why, "quality", number, NULL))
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_FAILED, _("No JPEG could be made of the picture: %s. Leave JPEG out."), why->message);
      return NULL;
    }
  g_autoptr (GBytes) bytes = g_bytes_new_take (buffer, size);
  g_autoptr (TriImage) read = tri_picture_load_bytes (bytes, "JPEG", NULL, error);
  g_autoptr (TriImage) out = read != NULL ? tri_image_match (read, image->width, image->height, tri_image_n_colours (image), error)
                                          : NULL;
  g_autoptr (TriImage) whole = out != NULL ? tri_image_copy (image, error) : NULL;
  if (whole == NULL)
    return NULL;
  for (gsize i = 0; i < tri_image_n_pixels (whole); i++)
    for (guint c = 0; c < out->channels; c++)
      whole->pixels[i * whole->channels + c] = out->pixels[i * out->channels + c];
  return g_steal_pointer (&whole);
}
