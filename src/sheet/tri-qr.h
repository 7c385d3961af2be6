/* A text as a QR code, drawn by cairo. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <gio/gio.h>

G_BEGIN_DECLS

#define TRI_QR_QUIET 4 /* modules of white around the code that scanners need */

/* Immutable. */
typedef struct _TriQr TriQr;

TriQr *tri_qr_new (const char *text, GError **error);
void tri_qr_free (TriQr *qr);
guint tri_qr_get_n_modules (const TriQr *qr);
gboolean tri_qr_is_dark (const TriQr *qr, guint x, guint y);
void tri_qr_draw (const TriQr *qr, cairo_t *cr, double x, double y, double size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriQr, tri_qr_free)

G_END_DECLS
