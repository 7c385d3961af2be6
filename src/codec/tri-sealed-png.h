/* A TriSealed as a PNG that any viewer shows: the visible picture, and header and side data in one private ancillary
 * chunk, trPT. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-progress.h"
#include "tri-sealed.h"

G_BEGIN_DECLS

/* The chunk is within the first so many bytes of a file: enough for tri_sealed_png_probe(). */
#define TRI_SEALED_PNG_PROBE_SIZE 4096

/* Finds the parameter table of a cipher by its id: the codec does not know the ciphers. Returns: FALSE if there is no
 * such cipher; sets *@specs (NULL when it has no parameters). */
typedef gboolean (*TriSpecsFunc) (const char *cipher, const TriParamSpec **specs, GError **error);

GBytes *tri_sealed_to_png (const TriSealed *sealed, TriProgress *progress, GError **error);
TriSealed *tri_sealed_from_png (GBytes *png, TriSpecsFunc find_specs, GError **error);
gboolean tri_sealed_png_probe (GBytes *png);
gboolean tri_sealed_png_lost_chunk (GBytes *png);

gboolean tri_sealed_save (const TriSealed *sealed, GFile *file, gboolean replace, TriProgress *progress, GError **error);
TriSealed *tri_sealed_load (GFile *file, TriSpecsFunc find_specs, GCancellable *cancellable, GError **error);
gboolean tri_sealed_name_is_lossy (const char *name);

G_END_DECLS
