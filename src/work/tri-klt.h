/* The best linear code of blocks (Karhunen-Loeve transform), with 8 bits for each coefficient that is kept: what a network
 * that compresses has to beat. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-dataset.h"

G_BEGIN_DECLS

#define TRI_KLT_SIDE 8
#define TRI_KLT_SIZE (3 * TRI_KLT_SIDE * TRI_KLT_SIDE) /* values of a block: by row, column, colour */

/* Fitted to pictures; immutable. */
typedef struct _TriKlt TriKlt;

TriKlt *tri_klt_fit (const TriDataset *dataset, TriProgress *progress, GError **error);
TriKlt *tri_klt_ref (TriKlt *klt);
void tri_klt_unref (TriKlt *klt);
guint tri_klt_get_n_pictures (const TriKlt *klt);
TriImage *tri_klt_code (const TriKlt *klt, const TriImage *picture, guint n_bytes, TriProgress *progress, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriKlt, tri_klt_unref)

G_END_DECLS
