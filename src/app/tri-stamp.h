/* A small picture with words below it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "tri-image.h"

G_BEGIN_DECLS

#define TRI_TYPE_STAMP (tri_stamp_get_type ())
G_DECLARE_FINAL_TYPE (TriStamp, tri_stamp, TRI, STAMP, GtkBox)

GtkWidget *tri_stamp_new (guint side, int chars);
GtkWidget *tri_stamp_new_square (guint side, int chars);
void tri_stamp_show (TriStamp *self, const TriImage *image, const char *words);
void tri_stamp_set_words (TriStamp *self, const char *words);

G_END_DECLS
