/* Charts as files: PNG, SVG, PDF. The same chart gives the same bytes.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <cairo-pdf.h>
#include <cairo-svg.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-plot-private.h"

/* PNGs have two pixels for each unit, for slides and print. */
#define PNG_SCALE 2
#define MAX_SIDE 8000

static cairo_status_t
append (void *closure, const unsigned char *data, unsigned int length)
{
  g_byte_array_append (closure, data, length);
  return CAIRO_STATUS_SUCCESS;
}

static gboolean
number_anew (const GMatchInfo *match, GString *out, gpointer seen)
{
  g_autofree char *before = g_match_info_fetch (match, 1), *id = g_match_info_fetch (match, 2);
  if (!g_hash_table_contains (seen, id))
    g_hash_table_insert (seen, g_strdup (id), GUINT_TO_POINTER (g_hash_table_size (seen) + 1));
  g_string_append_printf (out, "%sn%u", before, GPOINTER_TO_UINT (g_hash_table_lookup (seen, id)));
  return FALSE;
}

/* cairo numbers some ids through the life of the process, as in id="surface42" and "#surface42": count them anew. Text
 * is outlines and pictures are base64, so that nothing else reads like this. */
static GBytes *
renumber_ids (GByteArray *svg)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GRegex) ids = g_regex_new ("([\"#])((?:surface|image|mask|source)[0-9]+)", G_REGEX_OPTIMIZE, 0, NULL);
  char *text = g_regex_replace_eval (ids, (const char *) svg->data, svg->len, 0, 0, number_anew, seen, NULL);
  g_byte_array_unref (svg);
  return g_bytes_new_take (text, strlen (text));
}

/* The PDF names no time and no maker's version: two exports of one chart are equal. */
static cairo_surface_t *
make_surface (TriPlotFormat format, double width, double height, const char *title, GByteArray *out)
{
  cairo_surface_t *surface = NULL;
  switch (format)
    {
    case TRI_PLOT_PNG:
      surface = cairo_image_surface_create (CAIRO_FORMAT_ARGB32, (int) (width * PNG_SCALE), (int) (height * PNG_SCALE));
      cairo_surface_set_device_scale (surface, PNG_SCALE, PNG_SCALE);
      break;
    case TRI_PLOT_SVG:
      surface = cairo_svg_surface_create_for_stream (append, out, width, height);
      break;
    case TRI_PLOT_PDF:
      surface = cairo_pdf_surface_create_for_stream (append, out, width, height);
      cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_CREATE_DATE, "2000-01-01T00:00:00Z");
      if (title != NULL)
        cairo_pdf_surface_set_metadata (surface, CAIRO_PDF_METADATA_TITLE, title);
      break;
    default:
      g_assert_not_reached ();
    }
  return surface;
}

/**
 * tri_plot_render:
 * @width, @height: in points of the file; a PNG has two pixels for each
 *
 * Returns: (transfer full): the file's bytes, or NULL with TRI_ERROR_TOO_LARGE or TRI_ERROR_FAILED
 */
GBytes *
tri_plot_render (const TriChart *chart, TriPlotFormat format, double width, double height, const TriPlotStyle *style,
                 GError **error)
{
  g_return_val_if_fail (chart != NULL && style != NULL, NULL);
  if (!(width >= 1 && height >= 1 && width <= MAX_SIDE && height <= MAX_SIDE))
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE,
                   _("A chart of %.0f × %.0f can't be drawn: choose sides between 1 and %d."), width, height, MAX_SIDE);
      return NULL;
    }

  GByteArray *out = g_byte_array_new ();
  cairo_surface_t *surface = make_surface (format, width, height, chart->title, out);
  cairo_t *cr = cairo_create (surface);
  tri_plot_draw (chart, cr, width, height, style);
  cairo_status_t status = cairo_status (cr);
  cairo_destroy (cr);
  if (status == CAIRO_STATUS_SUCCESS && format == TRI_PLOT_PNG)
    status = cairo_surface_write_to_png_stream (surface, append, out);
  cairo_surface_finish (surface);
  if (status == CAIRO_STATUS_SUCCESS)
    status = cairo_surface_status (surface);
  cairo_surface_destroy (surface);
  if (status != CAIRO_STATUS_SUCCESS)
    {
      g_byte_array_unref (out);
      g_set_error (error, TRI_ERROR, TRI_ERROR_FAILED, _("The chart can't be drawn: %s."),
                   cairo_status_to_string (status));
      return NULL;
    }
  return format == TRI_PLOT_SVG ? renumber_ids (out) : g_byte_array_free_to_bytes (out);
}
