/* Samples to look at and the pictures opened last, below the button beside “Open…”.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define TRI_TYPE_GALLERY (tri_gallery_get_type ())
G_DECLARE_FINAL_TYPE (TriGallery, tri_gallery, TRI, GALLERY, GtkPopover)

/* Signals: "sample (string: file name)", "recent (GFile)". */
GtkWidget *tri_gallery_new (void);
const char *tri_gallery_get_first_sample (void);

/* For tests: how many thumbnails are there, and how many recent pictures are offered. */
guint tri_gallery_count_thumbnails (TriGallery *self);
guint tri_gallery_count_recent (TriGallery *self);

G_END_DECLS
