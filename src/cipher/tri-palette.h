/* Labels as the visible picture, and what each label stands for: common to k-means and Gaussian mixtures.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-key.h"
#include "tri-model.h"
#include "tri-pack.h"
#include "tri-sealed.h"

G_BEGIN_DECLS

#define TRI_PALETTE_MAX 64

/**
 * TriPalette:
 * @n_maps: 1, or 3 when each channel of a colour picture has labels of its own
 * @depth: numbers an entry stands for: 1, or 3 when one label stands for a colour
 * @k: entries of each map, 1…TRI_PALETTE_MAX
 * @entry: [map][label][channel], in 1/256 of a grey level
 *
 * Label l of k is shown as the grey round (255 l / (k − 1)).
 */
typedef struct {
  guint n_maps, depth;
  guint k[3];
  guint16 entry[3][TRI_PALETTE_MAX][3];
} TriPalette;

typedef enum {
  TRI_LABELS_SHUFFLED,
  TRI_LABELS_BY_BRIGHTNESS,
} TriLabelOrder;

/* Rows of a table of parameters. */
#define TRI_PALETTE_LABELS_PARAM                                                                                      \
  { .id = "labels", .title = N_("Label order"), .type = TRI_PARAM_CHOICE, .choices = tri_palette_orders,              \
    .help = N_("Shuffled by the key, or by brightness, when the visible picture is a posterised original.") }
extern const TriChoice tri_palette_orders[];

guint16 tri_palette_quantise (double value);
double tri_palette_value (guint16 entry);
gboolean tri_palette_order (TriPalette *palette, TriLabelOrder order, const TriKey *key, const TriSealed *sealed,
                            guint8 map[3][TRI_PALETTE_MAX], GError **error);
guint8 tri_palette_shade (guint label, guint k);
void tri_palette_pack (const TriPalette *palette, GByteArray *bytes);
gboolean tri_palette_unpack (TriPalette *palette, TriUnpacker *unpacker);
gboolean tri_palette_rebuild (const TriPalette *palette, const TriSealed *in, TriImage *out, TriProgress *progress,
                              GError **error);
gboolean tri_palette_show_intensities (const TriImage *in, guint8 labels[3][256], const TriPalette *palette,
                                       TriSealed *out, TriProgress *progress, GError **error);

G_END_DECLS
