/* A secret key on paper: a page to print, with a code for a camera, letters for eyes and hands, and what to do with them.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <cairo.h>
#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TriRecoverySheet:
 * @label: the key's name
 * @secret: AGE-SECRET-KEY-…
 * @fingerprint: of its recipient
 * @post_quantum: whether it needs a program that knows such keys
 * @created: seconds since 1970
 * @printed: the same, of this page
 */
typedef struct {
  const char *label, *secret, *fingerprint;
  gboolean post_quantum;
  gint64 created, printed;
} TriRecoverySheet;

void tri_recovery_sheet_get_paper (double *width, double *height);
gboolean tri_recovery_sheet_draw (const TriRecoverySheet *sheet, cairo_t *cr, double width, double height, GError **error);
gboolean tri_recovery_sheet_write (const TriRecoverySheet *sheet, GFile *file, GCancellable *cancellable, GError **error);

G_END_DECLS
