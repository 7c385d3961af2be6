/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-palette.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <sodium.h>
#include <string.h>

#include "tri-cipher-checks.h"
#include "tri-error.h"
#include "tri-parallel.h"

#define GRAIN ((gsize) 1 << 18) /* pixels */

const TriChoice tri_palette_orders[] = {
  { "shuffled", N_("Shuffled by the key") }, { "brightness", N_("By brightness") }, { 0 }
};

guint16
tri_palette_quantise (double value)
{
  return (guint16) lrint (CLAMP (value, 0, 255) * 256);
}

double
tri_palette_value (guint16 entry)
{
  return entry / 256.0;
}

/* What an entry gives in the decrypted picture. */
static guint8
entry_to_byte (guint16 entry)
{
  return (guint8) MIN ((entry + 128u) >> 8, 255u);
}

static double
brightness (const TriPalette *palette, guint map, guint label)
{
  const guint16 *entry = palette->entry[map][label];
  return palette->depth == 1 ? entry[0] : 0.299 * entry[0] + 0.587 * entry[1] + 0.114 * entry[2];
}

static void
sort_by_brightness (const TriPalette *palette, guint map, guint8 *order)
{
  for (guint i = 0; i < palette->k[map]; i++)
    {
      guint at = i;
      for (; at > 0 && brightness (palette, map, order[at - 1]) > brightness (palette, map, i); at--)
        order[at] = order[at - 1];
      order[at] = (guint8) i;
    }
}

/* Fisher–Yates with 8 bytes of the subkey a step: the bias of the remainder is below 2⁻⁵⁷. */
static void
shuffle (guint8 *order, guint k, const guint8 *stream)
{
  for (guint i = k - 1; i > 0; i--, stream += 8)
    {
      guint64 draw;
      memcpy (&draw, stream, 8);
      guint j = (guint) (GUINT64_FROM_LE (draw) % (i + 1));
      guint8 kept = order[i];
      order[i] = order[j];
      order[j] = kept;
    }
}

/**
 * tri_palette_order:
 * @map: (out): [map][old label] = new label
 *
 * Puts the entries in the order in which their labels are to be seen.
 */
gboolean
tri_palette_order (TriPalette *palette, TriLabelOrder order, const TriKey *key, const TriSealed *sealed,
                   guint8 map[3][TRI_PALETTE_MAX], GError **error)
{
  guint8 stream[3][TRI_PALETTE_MAX * 8];
  g_autofree char *context = g_strdup_printf ("%s label order", sealed->cipher);
  if (order == TRI_LABELS_SHUFFLED && !tri_key_derive (key, sealed->salt, context, stream[0], sizeof stream, error))
    return FALSE;
  for (guint m = 0; m < palette->n_maps; m++)
    {
      guint8 sorted[TRI_PALETTE_MAX];
      sort_by_brightness (palette, m, sorted);
      if (order == TRI_LABELS_SHUFFLED)
        shuffle (sorted, palette->k[m], stream[m]);
      guint16 before[TRI_PALETTE_MAX][3];
      memcpy (before, palette->entry[m], sizeof before);
      for (guint i = 0; i < palette->k[m]; i++)
        {
          memcpy (palette->entry[m][i], before[sorted[i]], sizeof before[0]);
          map[m][sorted[i]] = (guint8) i;
        }
    }
  sodium_memzero (stream, sizeof stream);
  return TRUE;
}

guint8
tri_palette_shade (guint label, guint k)
{
  return (guint8) (k < 2 ? 0 : (label * 255 + (k - 1) / 2) / (k - 1));
}

/* The label whose shade is nearest: every grey has one, so a changed picture still decrypts, to something else. */
static guint
label_of (guint8 shade, guint k)
{
  return (shade * (k - 1) + 127) / 255;
}

void
tri_palette_pack (const TriPalette *palette, GByteArray *bytes)
{
  tri_pack_u8 (bytes, palette->n_maps);
  tri_pack_u8 (bytes, palette->depth);
  for (guint m = 0; m < palette->n_maps; m++)
    {
      tri_pack_u8 (bytes, palette->k[m]);
      for (guint i = 0; i < palette->k[m]; i++)
        for (guint c = 0; c < palette->depth; c++)
          tri_pack_u16 (bytes, palette->entry[m][i][c]);
    }
}

gboolean
tri_palette_unpack (TriPalette *palette, TriUnpacker *unpacker)
{
  memset (palette, 0, sizeof *palette);
  palette->n_maps = tri_unpack_u8 (unpacker);
  palette->depth = tri_unpack_u8 (unpacker);
  if (!((palette->n_maps == 1 || palette->n_maps == 3) && (palette->depth == 1 || palette->depth == 3)
        && palette->n_maps * palette->depth <= 3))
    unpacker->good = FALSE;
  for (guint m = 0; unpacker->good && m < palette->n_maps; m++)
    {
      palette->k[m] = tri_unpack_u8 (unpacker);
      if (palette->k[m] < 1 || palette->k[m] > TRI_PALETTE_MAX)
        unpacker->good = FALSE;
      for (guint i = 0; unpacker->good && i < palette->k[m]; i++)
        for (guint c = 0; c < palette->depth; c++)
          palette->entry[m][i][c] = (guint16) tri_unpack_u16 (unpacker);
    }
  return unpacker->good;
}

typedef struct {
  const guint8 *in;
  guint8 *out;
  guint in_step, out_step, n_in, n_out;
  guint8 table[3][256][3]; /* [input channel][value] gives n_out / n_in bytes */
} Lookup;

static void
do_lookup (gsize begin, gsize end, guint slot, gpointer data)
{
  const Lookup *l = data;
  guint per_input = l->n_out / l->n_in;
  const guint8 *in = l->in + begin * l->in_step;
  guint8 *out = l->out + begin * l->out_step;
  for (gsize i = begin; i < end; i++, in += l->in_step, out += l->out_step)
    if (l->n_out == 1)
      out[0] = l->table[0][in[0]][0];
    else if (per_input == 1)
      {
        out[0] = l->table[0][in[0]][0];
        out[1] = l->table[1][in[1]][0];
        out[2] = l->table[2][in[2]][0];
      }
    else
      memcpy (out, l->table[0][in[0]], 3);
}

/* Fills the colours of @out from the labels that can be seen in @in. */
gboolean
tri_palette_rebuild (const TriPalette *palette, const TriSealed *in, TriImage *out, TriProgress *progress, GError **error)
{
  guint colours = tri_image_n_colours (out);
  if (palette->n_maps * palette->depth != colours)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                           _("The model in the file is of a picture with other channels. The file is damaged or was "
                             "changed; try another copy."));
      return FALSE;
    }
  if (!tri_sealed_require_visible (in, in->width, in->height, palette->n_maps, error))
    return FALSE;
  Lookup lookup = { .in = in->visible->pixels, .out = out->pixels, .in_step = palette->n_maps, .out_step = out->channels,
                    .n_in = palette->n_maps, .n_out = colours };
  for (guint m = 0; m < palette->n_maps; m++)
    for (guint v = 0; v < 256; v++)
      for (guint c = 0; c < palette->depth; c++)
        lookup.table[m][v][c] = entry_to_byte (palette->entry[m][label_of ((guint8) v, palette->k[m])][c]);
  return tri_parallel_for (tri_image_n_pixels (out), GRAIN, do_lookup, &lookup, progress, error);
}

/* Makes the visible picture where each channel's value alone decides its label: @labels [channel][value], already in
 * the palette's order. */
gboolean
tri_palette_show_intensities (const TriImage *in, guint8 labels[3][256], const TriPalette *palette, TriSealed *out,
                              TriProgress *progress, GError **error)
{
  out->visible = tri_image_new (in->width, in->height, palette->n_maps, error);
  if (out->visible == NULL)
    return FALSE;
  Lookup lookup = { .in = in->pixels, .out = out->visible->pixels, .in_step = in->channels, .out_step = palette->n_maps,
                    .n_in = palette->n_maps, .n_out = palette->n_maps };
  for (guint m = 0; m < palette->n_maps; m++)
    for (guint v = 0; v < 256; v++)
      lookup.table[m][v][0] = tri_palette_shade (labels[m][v], palette->k[m]);
  return tri_parallel_for (tri_image_n_pixels (in), GRAIN, do_lookup, &lookup, progress, error);
}
