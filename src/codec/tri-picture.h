/* Pictures from files and bytes, and PNG back. Hostile input is expected.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-file.h"
#include "tri-image.h"
#include "tri-progress.h"

G_BEGIN_DECLS

/* Largest file that is read at all. */
#define TRI_PICTURE_MAX_FILE (1024ull * 1024 * 1024)

TriImage *tri_picture_load (GFile *file, GCancellable *cancellable, GError **error);
TriImage *tri_picture_load_bytes (GBytes *bytes, const char *name, GCancellable *cancellable, GError **error);
TriImage *tri_picture_from_png (GBytes *png, GError **error);

GBytes *tri_picture_to_png (const TriImage *image, TriProgress *progress, GError **error);
gboolean tri_picture_save_png (const TriImage *image, GFile *file, gboolean replace, TriProgress *progress,
                               GError **error);

G_END_DECLS
