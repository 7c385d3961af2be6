/* Distinct colours by one counting sort into 32×32×32 cells and a table of 512 inside each: two bytes a pixel.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-colours.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-parallel.h"

#define N_CELLS 32768u
#define GRAIN ((gsize) 1 << 18)        /* pixels */
#define POINTS_ENOUGH 20000 /* up to so many colours are their own points */

typedef struct {
  const TriImage *image;
  guint64 (*counts)[3][256]; /* a slot */
} Intensities;

static void
count_intensities (gsize begin, gsize end, guint slot, gpointer data)
{
  const Intensities *job = data;
  guint ch = job->image->channels, colours = tri_image_n_colours (job->image);
  for (guint c = 0; c < colours; c++)
    {
      guint32 table[4][256] = { { 0 } }; /* four, for equal neighbours would wait for one another */
      const guint8 *p = job->image->pixels + begin * ch + c;
      for (gsize i = begin; i < end; i++, p += ch)
        table[i & 3][*p]++;
      for (guint v = 0; v < 256; v++)
        job->counts[slot][c][v] += (guint64) table[0][v] + table[1][v] + table[2][v] + table[3][v];
    }
}

gboolean
tri_intensities_count (const TriImage *image, guint64 counts[3][256], TriProgress *progress, GError **error)
{
  guint n_slots = tri_parallel_get_threads ();
  Intensities job = { image, g_malloc0 (n_slots * sizeof *job.counts) };
  gboolean good = tri_parallel_for (tri_image_n_pixels (image), GRAIN, count_intensities, &job, progress, error);
  memset (counts, 0, 3 * 256 * sizeof counts[0][0]);
  for (guint s = 0; s < n_slots; s++)
    for (guint c = 0; c < 3; c++)
      for (guint v = 0; v < 256; v++)
        counts[c][v] += job.counts[s][c][v];
  g_free (job.counts);
  return good;
}

static inline guint
cell_of (const guint8 *p)
{
  return (guint) (p[0] >> 3 | (p[1] >> 3) << 5 | (p[2] >> 3) << 10);
}

static inline guint16
rest_of (const guint8 *p)
{
  return (guint16) ((p[0] & 7) | (p[1] & 7) << 3 | (p[2] & 7) << 6);
}

static guint32
colour_of (guint cell, guint rest)
{
  guint red = (cell & 31) << 3 | (rest & 7);
  guint green = (cell >> 5 & 31) << 3 | (rest >> 3 & 7);
  guint blue = cell >> 10 << 3 | rest >> 6;
  return red | green << 8 | blue << 16;
}

static gboolean
sort_into_cells (const TriImage *image, guint16 *rests, guint32 *ends, TriProgress *progress, GError **error)
{
  guint ch = image->channels;
  gsize n = tri_image_n_pixels (image);
  for (guint pass = 0; pass < 2; pass++)
    {
      for (gsize begin = 0; begin < n; begin += GRAIN)
        {
          const guint8 *p = image->pixels + begin * ch, *stop = image->pixels + MIN (begin + GRAIN, n) * ch;
          if (pass == 0)
            for (; p < stop; p += ch)
              ends[cell_of (p)]++;
          else
            for (; p < stop; p += ch)
              rests[ends[cell_of (p)]++] = rest_of (p);
          if (!tri_progress_check (progress, 0.4 * pass + 0.4 * (double) begin / (double) n, error))
            return FALSE;
        }
      for (guint32 cell = 0, at = 0; pass == 0 && cell < N_CELLS; cell++)
        {
          guint32 count = ends[cell];
          ends[cell] = at;
          at += count;
        }
    }
  return TRUE;
}

/* Walks the cells; writes when @colours has room, and counts the distinct colours. */
static gboolean
collect (const guint16 *rests, const guint32 *ends, TriColours *colours, TriProgress *progress, GError **error)
{
  gsize n = 0;
  guint32 at = 0;
  for (guint cell = 0; cell < N_CELLS; cell++)
    {
      guint32 table[512];
      if (cell % 1024 == 0 && !tri_progress_check (progress, 0.8, error))
        return FALSE;
      if (at == ends[cell])
        continue;
      memset (table, 0, sizeof table);
      for (; at < ends[cell]; at++)
        table[rests[at]]++;
      for (guint rest = 0; rest < 512; rest++)
        if (table[rest] > 0)
          {
            if (colours->packed != NULL)
              colours->packed[n] = colour_of (cell, rest), colours->weight[n] = table[rest];
            n++;
          }
    }
  colours->n = n;
  return TRUE;
}

/* The distinct colours of a colour picture. */
TriColours *
tri_colours_count (const TriImage *image, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (image->channels >= 3, NULL);
  gsize n = tri_image_n_pixels (image);
  g_autofree guint16 *rests = g_try_new (guint16, n);
  g_autofree guint32 *ends = g_new0 (guint32, N_CELLS);
  g_autoptr (TriColours) colours = g_new0 (TriColours, 1);
  if (rests == NULL)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_MEMORY,
                           _("There is not enough memory to sort the colours of this picture. Use a smaller picture."));
      return NULL;
    }
  if (!sort_into_cells (image, rests, ends, progress, error))
    return NULL;
  colours->n_pixels = n;
  if (!collect (rests, ends, colours, progress, error))
    return NULL;
  colours->packed = g_new (guint32, colours->n);
  colours->weight = g_new (guint32, colours->n);
  return collect (rests, ends, colours, progress, error) && tri_progress_check (progress, 1, error) ? g_steal_pointer (&colours) : NULL;
}

void
tri_colours_free (TriColours *colours)
{
  g_free (colours->packed);
  g_free (colours->weight);
  g_free (colours);
}

static guint
packed_cell (guint32 packed)
{
  guint rgb[3];
  tri_colour_unpack (packed, rgb);
  return rgb[0] >> 3 | rgb[1] >> 3 << 5 | rgb[2] >> 3 << 10;
}

/* Mean and scatter of the colours i…j−1, which become one point. */
static void
add_point (TriPoints *points, const TriColours *colours, gsize i, gsize j)
{
  guint64 w = 0, s[3] = { 0 }, ss[6] = { 0 };
  for (; i < j; i++)
    {
      guint c[3];
      guint64 weight = colours->weight[i];
      tri_colour_unpack (colours->packed[i], c);
      w += weight;
      for (guint a = 0, at = 0; a < 3; a++)
        {
          s[a] += weight * c[a];
          for (guint b = a; b < 3; b++)
            ss[at++] += weight * c[a] * c[b];
        }
    }
  for (guint a = 0, at = 0; a < 3; a++)
    {
      points->x[a][points->n] = (double) s[a] / (double) w;
      for (guint b = a; b < 3; b++, at++)
        points->scatter[at] += ((double) ss[at] - (double) s[a] / (double) w * (double) s[b]) / (double) colours->n_pixels;
    }
  points->weight[points->n++] = (double) w;
}

TriPoints *
tri_points_new (const TriColours *colours)
{
  TriPoints *points = g_new0 (TriPoints, 1);
  gsize room = colours->n <= POINTS_ENOUGH ? colours->n : MIN (colours->n, N_CELLS);
  for (guint c = 0; c < 3; c++)
    points->x[c] = g_new (double, room);
  points->weight = g_new (double, room);
  for (gsize i = 0, j; i < colours->n; i = j)
    {
      guint cell = packed_cell (colours->packed[i]);
      for (j = i + 1; colours->n > POINTS_ENOUGH && j < colours->n && packed_cell (colours->packed[j]) == cell;)
        j++;
      add_point (points, colours, i, j);
    }
  return points;
}

void
tri_points_free (TriPoints *points)
{
  for (guint c = 0; c < 3; c++)
    g_free (points->x[c]);
  g_free (points->weight);
  g_free (points);
}
