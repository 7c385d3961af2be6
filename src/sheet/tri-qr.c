/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-qr.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <qrencode.h>
#include <sodium.h>
#include <string.h>

#include "tri-error.h"

#define SHORT 300 /* characters up to which there is room to repair a quarter of the code */

struct _TriQr {
  QRcode *code;
};

/**
 * tri_qr_new:
 * @text: up to some 2,900 bytes. What a short text fits, a folded or stained paper may lose a quarter of
 *
 * Returns: (transfer full): NULL with TRI_ERROR_TOO_LARGE
 */
TriQr *
tri_qr_new (const char *text, GError **error)
{
  g_return_val_if_fail (text != NULL && text[0] != '\0', NULL);
  QRecLevel level = strlen (text) <= SHORT ? QR_ECLEVEL_Q : QR_ECLEVEL_L;
  QRcode *code = QRcode_encodeString8bit (text, 0, level);
  if (code != NULL)
    {
      TriQr *qr = g_new0 (TriQr, 1);
      qr->code = code;
      return qr;
    }
  if (errno == ENOMEM)
    g_error ("no memory for a QR code");
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_TOO_LARGE, _("The text is too long for a QR code. Save it to a file."));
  return NULL;
}

/* What it says may be a secret: it is wiped. */
void
tri_qr_free (TriQr *qr)
{
  sodium_memzero (qr->code->data, (gsize) qr->code->width * (gsize) qr->code->width);
  QRcode_free (qr->code);
  g_free (qr);
}

/* On a side, without the quiet zone. */
guint
tri_qr_get_n_modules (const TriQr *qr)
{
  return (guint) qr->code->width;
}

gboolean
tri_qr_is_dark (const TriQr *qr, guint x, guint y)
{
  guint n = tri_qr_get_n_modules (qr);
  g_return_val_if_fail (x < n && y < n, FALSE);
  return (qr->code->data[y * n + x] & 1) != 0;
}

/**
 * tri_qr_draw:
 * @x, @y, @size: the square that it fills, quiet zone included
 *
 * Black on white whatever the theme is: scanners want it so.
 */
void
tri_qr_draw (const TriQr *qr, cairo_t *cr, double x, double y, double size)
{
  guint n = tri_qr_get_n_modules (qr);
  cairo_save (cr);
  cairo_set_source_rgb (cr, 1, 1, 1);
  cairo_rectangle (cr, x, y, size, size);
  cairo_fill (cr);
  cairo_translate (cr, x, y);
  cairo_scale (cr, size / (n + 2 * TRI_QR_QUIET), size / (n + 2 * TRI_QR_QUIET));
  cairo_set_antialias (cr, CAIRO_ANTIALIAS_NONE); /* no light seams between modules */
  cairo_set_source_rgb (cr, 0, 0, 0);
  for (guint row = 0; row < n; row++)
    for (guint from = 0, to; from < n; from = to + 1)
      {
        for (to = from; to < n && tri_qr_is_dark (qr, to, row); to++)
          ;
        if (to > from) /* a run of dark modules as one rectangle */
          cairo_rectangle (cr, from + TRI_QR_QUIET, row + TRI_QR_QUIET, to - from, 1);
      }
  cairo_fill (cr);
  cairo_restore (cr);
}
