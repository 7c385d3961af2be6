/* The triptych as one picture for a slide: titles, the three pictures, their captions. Any thread.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-slide.h"

#include <glib/gi18n-lib.h>
#include <pango/pangocairo.h>

#include "tri-pyramid.h"

#define SIDE 600
#define GAP 30
#define TITLE 60
#define CAPTION 90

static void
draw_text (cairo_t *cr, const char *text, const char *font, double x, double y, double grey)
{
  g_autoptr (PangoLayout) layout = pango_cairo_create_layout (cr);
  PangoFontDescription *description = pango_font_description_from_string (font);
  pango_layout_set_font_description (layout, description);
  pango_layout_set_width (layout, SIDE * PANGO_SCALE);
  pango_layout_set_wrap (layout, PANGO_WRAP_WORD_CHAR);
  pango_layout_set_text (layout, text, -1);
  cairo_set_source_rgb (cr, grey, grey, grey);
  cairo_move_to (cr, x, y);
  pango_cairo_show_layout (cr, layout);
  pango_font_description_free (description);
}

static gboolean
draw_picture (cairo_surface_t *surface, TriImage *image, guint x0, GError **error)
{
  g_autoptr (TriPyramid) pyramid = tri_pyramid_new (image, error);
  if (pyramid == NULL)
    return FALSE;
  double scale = MIN ((double) SIDE / image->width, (double) SIDE / image->height);
  TriPlacement at = { (SIDE - image->width * scale) / 2, (SIDE - image->height * scale) / 2, scale };
  g_autofree guint8 *rgba = g_malloc ((gsize) SIDE * SIDE * 4);
  tri_pyramid_draw (pyramid, &at, SIDE, SIDE, FALSE, rgba);
  cairo_surface_flush (surface);
  for (guint y = 0; y < SIDE; y++)
    {
      guint32 *row = (guint32 *) (void *) (cairo_image_surface_get_data (surface)
                                           + (gsize) (y + TITLE + GAP) * (gsize) cairo_image_surface_get_stride (surface));
      for (guint x = 0; x < SIDE; x++)
        {
          const guint8 *p = rgba + ((gsize) y * SIDE + x) * 4;
          if (p[3] != 0)
            row[x0 + x] = 0xff000000u | (guint32) p[0] << 16 | (guint32) p[1] << 8 | p[2];
        }
    }
  cairo_surface_mark_dirty (surface);
  return TRUE;
}

static TriImage *
to_image (cairo_surface_t *surface, guint width, guint height, GError **error)
{
  TriImage *image = tri_image_new (width, height, 3, error);
  cairo_surface_flush (surface);
  for (guint y = 0; image != NULL && y < height; y++)
    {
      const guint32 *row = (const guint32 *) (const void *) (cairo_image_surface_get_data (surface)
                                                             + (gsize) y * (gsize) cairo_image_surface_get_stride (surface));
      for (guint x = 0; x < width; x++)
        for (guint c = 0; c < 3; c++)
          image->pixels[((gsize) y * width + x) * 3 + c] = (guint8) (row[x] >> (16 - 8 * c));
    }
  return image;
}

/* Returns: (transfer full) */
TriImage *
tri_slide_new (const TriReport *report, GError **error)
{
  const char *titles[] = { _("Original"), _("Encrypted"), _("Decrypted") };
  const TriSealed *seen = report->arrived != NULL ? report->arrived : report->sealed;
  TriImage *pictures[] = { report->original, seen->visible, report->decrypted };
  guint width = 3 * SIDE + 4 * GAP, height = SIDE + TITLE + CAPTION + 2 * GAP;
  cairo_surface_t *surface = cairo_image_surface_create (CAIRO_FORMAT_RGB24, (int) width, (int) height);
  cairo_t *cr = cairo_create (surface);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_paint (cr);
  gboolean good = TRUE;
  for (guint i = 0; i < 3 && good; i++)
    {
      guint x = GAP + i * (SIDE + GAP);
      g_autofree char *caption = tri_report_caption (report, i);
      draw_text (cr, titles[i], "Cantarell Bold 28px", x, GAP, 0.1);
      draw_text (cr, caption != NULL ? caption : "", "Cantarell 20px", x, TITLE + SIDE + GAP + 12, 0.3);
      good = pictures[i] == NULL || draw_picture (surface, pictures[i], x, error);
    }
  cairo_destroy (cr);
  TriImage *slide = good ? to_image (surface, width, height, error) : NULL;
  cairo_surface_destroy (surface);
  return slide;
}
