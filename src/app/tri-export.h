/* "Save as" for what is made in memory: charts, tables.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* A table of these ends with {0}. The first is the default. */
typedef struct {
  const char *suffix; /* "png" */
  const char *title;  /* marked for translation */
} TriExportFormat;

/**
 * TriExportFunc:
 *
 * Returns: (transfer full): the bytes of the file in the format of @suffix
 */
typedef GBytes *(*TriExportFunc) (const char *suffix, gpointer data, GError **error);

void tri_export (GtkWidget *parent, const char *title, const char *name, const TriExportFormat *formats,
                 TriExportFunc func, gpointer data, GDestroyNotify destroy);
void tri_export_text (GtkWidget *parent, const char *title, const char *name, const TriExportFormat *format, char *text);

G_END_DECLS
