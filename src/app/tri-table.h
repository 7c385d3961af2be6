/* A small table of texts with aligned figures, updated in place.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

typedef enum {
  TRI_TONE_PLAIN,
  TRI_TONE_DIM,
  TRI_TONE_GOOD, /* in the colour of success, and bold */
  TRI_TONE_PASS, /* with a tick */
  TRI_TONE_WARN, /* with a warning sign */
} TriTone;

#define TRI_TYPE_TABLE (tri_table_get_type ())
G_DECLARE_FINAL_TYPE (TriTable, tri_table, TRI, TABLE, GtkWidget)

GtkWidget *tri_table_new (void);
void tri_table_set_columns (TriTable *self, const char *const *titles);
void tri_table_set_wraps (TriTable *self, gboolean wraps);
void tri_table_set_wide_only (TriTable *self, guint columns);
void tri_table_begin (TriTable *self);
void tri_table_row (TriTable *self, const char *name, const char *sentence);
void tri_table_cell (TriTable *self, const char *text, TriTone tone, const char *why);
void tri_table_end (TriTable *self);

G_END_DECLS
