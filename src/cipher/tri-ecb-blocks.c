/* Counts equal 16-byte blocks with an open-addressed table and draws them. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-ecb-blocks.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#define BLOCK 16u
#define MAX_BLOCKS (4u * 1024 * 1024) /* 64 MiB of picture; the table then has 64 MiB as well */
#define POLL_BLOCKS 65536u
#define TOP 12u
#define MAP_SIDE 512u

typedef struct {
  guint32 first; /* index of the first block of this value */
  guint32 count; /* 0: free */
} Entry;

typedef struct {
  const guint8 *bytes;
  guint32 n_blocks; /* that are counted */
  Entry *table;
  guint bits;
  guint32 *entry_of; /* block → entry */
  guint32 n_distinct, n_repeated; /* values; blocks whose value occurs more than once */
  guint32 top[TOP];
  guint n_top;
} Blocks;

static guint32
find_entry (const Blocks *b, const guint8 *block)
{
  guint64 lo, hi;
  memcpy (&lo, block, 8);
  memcpy (&hi, block + 8, 8);
  guint32 mask = (1u << b->bits) - 1;
  guint64 mixed = (lo ^ (hi * G_GUINT64_CONSTANT (0x9E3779B97F4A7C15))) * G_GUINT64_CONSTANT (0xD6E8FEB86659FD93);
  guint32 at = (guint32) (mixed >> (64 - b->bits));
  while (b->table[at].count > 0 && memcmp (b->bytes + (gsize) b->table[at].first * BLOCK, block, BLOCK) != 0)
    at = (at + 1) & mask;
  return at;
}

static void
find_top (Blocks *b)
{
  for (guint32 e = 0; e < 1u << b->bits; e++)
    {
      const Entry *entry = &b->table[e];
      b->n_distinct += entry->count > 0;
      if (entry->count < 2)
        continue;
      b->n_repeated += entry->count;
      guint at = b->n_top;
      while (at > 0 && (b->table[b->top[at - 1]].count < entry->count
                        || (b->table[b->top[at - 1]].count == entry->count
                            && b->table[b->top[at - 1]].first > entry->first)))
        at--;
      if (at >= TOP)
        continue;
      b->n_top = MIN (b->n_top + 1, TOP);
      memmove (b->top + at + 1, b->top + at, (b->n_top - at - 1) * sizeof b->top[0]);
      b->top[at] = e;
    }
}

static gboolean
count (Blocks *b, TriProgress *progress, GError **error)
{
  b->bits = 4;
  while (1u << b->bits < 2 * b->n_blocks)
    b->bits++;
  b->table = g_new0 (Entry, (gsize) 1 << b->bits);
  b->entry_of = g_new (guint32, MAX (b->n_blocks, 1));
  for (guint32 i = 0; i < b->n_blocks; i++)
    {
      if (i % POLL_BLOCKS == 0 && !tri_progress_check (progress, (double) i / b->n_blocks, error))
        return FALSE;
      guint32 e = find_entry (b, b->bytes + (gsize) i * BLOCK);
      if (b->table[e].count++ == 0)
        b->table[e].first = i;
      b->entry_of[i] = e;
    }
  find_top (b);
  return tri_progress_check (progress, 1, error);
}

/* Colours that stay apart from one another, from the most frequent block down. */
static guint32
top_colour (guint rank)
{
  static const guint32 colours[TOP] = { 0xE66100, 0x1C71D8, 0x26A269, 0xF5C211, 0x9141AC, 0xC01C28,
                                        0x63452C, 0x33C7DE, 0xF66151, 0x8FF0A4, 0xDC8ADD, 0xCDAB8F };
  return colours[rank];
}

/* A picture of the blocks, at most MAP_SIDE a side: the most frequent ones in their colours, other repeated ones light,
 * those that occur once dark. */
static TriImage *
draw_map (const Blocks *b, const TriImage *picture, GError **error)
{
  guint longer = MAX (MAX (picture->width, picture->height), MAP_SIDE);
  guint w = MAX (1, (guint) ((guint64) picture->width * MAP_SIDE / longer));
  guint h = MAX (1, (guint) ((guint64) picture->height * MAP_SIDE / longer));
  TriImage *map = tri_image_new (w, h, 3, error);
  if (map == NULL)
    return NULL;
  for (guint y = 0; y < h; y++)
    for (guint x = 0; x < w; x++)
      {
        gsize row = (guint64) y * picture->height / h, column = (guint64) x * picture->width / w;
        gsize block = (row * picture->width + column) * picture->channels / BLOCK;
        guint32 colour = 0x303030;
        if (block < b->n_blocks && b->table[b->entry_of[block]].count > 1)
          {
            colour = 0xE0E0E0;
            for (guint t = 0; t < b->n_top; t++)
              if (b->top[t] == b->entry_of[block])
                colour = top_colour (t);
          }
        guint8 *p = map->pixels + ((gsize) y * w + x) * 3;
        p[0] = (guint8) (colour >> 16);
        p[1] = (guint8) (colour >> 8);
        p[2] = (guint8) colour;
      }
  return map;
}

static TriChart *
draw_chart (const Blocks *b)
{
  TriChart *chart = tri_chart_new (_("Most frequent blocks"), _("How often"), _("Block, first 4 bytes"));
  if (b->n_top == 0)
    {
      chart->empty = g_strdup (_("No block occurs twice in this picture."));
      return chart;
    }
  chart->categories = g_ptr_array_new_with_free_func (g_free);
  TriSeries *series = tri_chart_add (chart, _("Blocks"), TRI_MARK_HBARS, TRI_HUE_1);
  series->colours = g_array_new (FALSE, FALSE, sizeof (guint32));
  for (guint t = 0; t < b->n_top; t++)
    {
      const Entry *entry = &b->table[b->top[t]];
      const guint8 *p = b->bytes + (gsize) entry->first * BLOCK;
      g_autofree char *label = g_strdup_printf ("%u", entry->count);
      guint32 colour = top_colour (t);
      g_ptr_array_add (chart->categories, g_strdup_printf ("%02x%02x%02x%02x…", p[0], p[1], p[2], p[3]));
      tri_series_append_labelled (series, entry->count, t, label);
      g_array_append_val (series->colours, colour);
    }
  return chart;
}

/* A card with the map of @picture's equal blocks, their number and the most frequent ones.
 * Returns: (transfer full): or NULL when cancelled or without memory */
TriInsight *
tri_ecb_insight (const TriImage *picture, TriProgress *progress, GError **error)
{
  gsize all = tri_image_n_bytes (picture) / BLOCK;
  Blocks b = { .bytes = picture->pixels, .n_blocks = (guint32) MIN (all, MAX_BLOCKS) };
  TriInsight *card = NULL;
  TriImage *map = NULL;
  if (count (&b, progress, error) && (map = draw_map (&b, picture, error)) != NULL)
    {
      card = tri_insight_new ("equal-blocks", _("Equal blocks"),
                              _("Blocks of the ciphertext that occur more than once, each of the most frequent in a "
                                "colour of its own, the other repeated ones light, single ones dark. No key was needed "
                                "to draw this. In good ciphertext every block is single."));
      tri_insight_take_picture (card, map, _("Map of equal blocks"));
      card->chart = draw_chart (&b);
      tri_insight_add_fact (card, _("Blocks of 16 bytes"), "%u", b.n_blocks);
      if (all > b.n_blocks)
        tri_insight_add_fact (card, _("Counted"), _("the first %.0f %%"), 100.0 * b.n_blocks / (double) all);
      tri_insight_add_fact (card, _("Different blocks"), "%u", b.n_distinct);
      tri_insight_add_fact (card, _("Blocks that have a double"), _("%'u (%.1f %%)"), b.n_repeated,
                            b.n_blocks > 0 ? 100.0 * b.n_repeated / b.n_blocks : 0.0);
      tri_insight_add_fact (card, _("Expected of good ciphertext"), "0");
    }
  g_free (b.table);
  g_free (b.entry_of);
  return card;
}
