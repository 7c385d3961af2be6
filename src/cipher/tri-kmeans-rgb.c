/* k-means on colours. Centres come from k-means++ (Arthur and Vassilvitskii 2007; several candidates a step, several
 * starts) with Lloyd's iteration on the means of small cells of colours, where an iteration costs microseconds; the best
 * of them then goes through Lloyd's iteration on every distinct colour with its weight, which is exactly the iteration
 * on all pixels. Sums are whole numbers, so threads can't change the result.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-kmeans.h"

#include <math.h>
#include <string.h>

#include "tri-parallel.h"
#include "tri-random.h"

#define CHUNK 256
#define GRAIN ((gsize) 1 << 15)
#define STARTS 8
#define MAX_ITERATIONS 300
#define POINTS_TOLERANCE 1e-4 /* relative gain of an iteration below which a start is done */
#define FINE_TOLERANCE 1e-5

typedef struct {
  float x[3][CHUNK], best[CHUNK];
  gint32 label[CHUNK];
} Chunk;

/* Nearest of @k centres for the first @n colours of the chunk; the lowest number where two are as near. */
TRI_WIDE static void
chunk_assign (Chunk *chunk, const float centre[][3], guint k)
{
  for (guint i = 0; i < CHUNK; i++)
    chunk->best[i] = INFINITY, chunk->label[i] = 0;
  for (guint c = 0; c < k; c++)
    {
      float r = centre[c][0], g = centre[c][1], b = centre[c][2];
      for (guint i = 0; i < CHUNK; i++)
        {
          float dr = chunk->x[0][i] - r, dg = chunk->x[1][i] - g, db = chunk->x[2][i] - b;
          float d = dr * dr + dg * dg + db * db, best = chunk->best[i];
          chunk->label[i] = d < best ? (gint32) c : chunk->label[i];
          chunk->best[i] = d < best ? d : best;
        }
    }
}

static void
round_centres (const TriKmeansRgb *model, float centre[][3])
{
  for (guint c = 0; c < model->k; c++)
    for (guint a = 0; a < 3; a++)
      centre[c][a] = (float) model->centre[c][a];
}

static double
squared_distance (const TriPoints *points, gsize i, const double centre[3])
{
  double r = points->x[0][i] - centre[0], g = points->x[1][i] - centre[1], b = points->x[2][i] - centre[2];
  return r * r + g * g + b * b;
}

/* Draws a point in proportion to weight × squared distance to the centres so far. */
static gsize
draw (const TriPoints *points, const double *distance, double total, guint64 *random)
{
  double target = tri_random_uniform (random) * total;
  gsize last = 0;
  for (gsize i = 0; i < points->n; i++)
    if (distance[i] > 0)
      {
        last = i;
        target -= points->weight[i] * distance[i];
        if (target < 0)
          break;
      }
  return last;
}

/* k-means++: each next centre is the best of several draws. @k is reduced when the points run out. */
static gboolean
seed_centres (const TriPoints *points, guint k, guint64 *random, TriKmeansRgb *model, TriProgress *progress,
              GError **error)
{
  guint tries = 2 + (guint) log (k);
  g_autofree double *distance = g_new (double, points->n);
  double total = 0;
  for (gsize i = 0; i < points->n; i++)
    distance[i] = 1, total += points->weight[i];
  for (model->k = 0; model->k < k && total > 0; model->k++)
    {
      gsize chosen = 0;
      double least = INFINITY;
      for (guint t = 0; t < (model->k == 0 ? 1 : tries); t++)
        {
          gsize candidate = draw (points, distance, total, random);
          double c[3] = { points->x[0][candidate], points->x[1][candidate], points->x[2][candidate] }, sum = 0;
          for (gsize i = 0; i < points->n; i++)
            {
              double d = squared_distance (points, i, c);
              sum += points->weight[i] * (model->k == 0 ? d : MIN (d, distance[i]));
            }
          if (sum < least)
            least = sum, chosen = candidate;
        }
      double *c = model->centre[model->k];
      for (guint a = 0; a < 3; a++)
        c[a] = points->x[a][chosen];
      for (gsize i = 0; i < points->n; i++)
        {
          double d = squared_distance (points, i, c);
          distance[i] = model->k == 0 ? d : MIN (d, distance[i]);
        }
      total = least;
      if (!tri_progress_check (progress, 0, error))
        return FALSE;
    }
  return TRUE;
}

/* One step of Lloyd on points. A centre without points stays. Returns: the inertia before the step */
static double
lloyd_points (const TriPoints *points, TriKmeansRgb *model)
{
  double s[TRI_KMEANS_MAX][4] = { { 0 } }, inertia = 0;
  float centre[TRI_KMEANS_MAX][3];
  Chunk chunk = { 0 };
  round_centres (model, centre);
  for (gsize begin = 0; begin < points->n; begin += CHUNK)
    {
      guint n = (guint) MIN (CHUNK, points->n - begin);
      for (guint a = 0; a < 3; a++)
        for (guint i = 0; i < n; i++)
          chunk.x[a][i] = (float) points->x[a][begin + i];
      chunk_assign (&chunk, centre, model->k);
      for (guint i = 0; i < n; i++)
        {
          double w = points->weight[begin + i], *sum = s[chunk.label[i]];
          for (guint a = 0; a < 3; a++)
            sum[a] += w * points->x[a][begin + i];
          sum[3] += w;
          inertia += w * (double) chunk.best[i];
        }
    }
  for (guint c = 0; c < model->k; c++)
    for (guint a = 0; a < 3 && s[c][3] > 0; a++)
      model->centre[c][a] = s[c][a] / s[c][3];
  return inertia;
}

/* The best of several starts on points alone. */
gboolean
tri_kmeans_points (const TriPoints *points, guint k, guint64 seed, TriKmeansRgb *out, TriProgress *progress,
                   GError **error)
{
  guint64 random = seed;
  out->inertia = INFINITY;
  for (guint start = 0; start < STARTS; start++)
    {
      TriKmeansRgb model = { 0 };
      if (!seed_centres (points, k, &random, &model, progress, error))
        return FALSE;
      double before = INFINITY, inertia = INFINITY;
      for (; model.n_iterations < MAX_ITERATIONS; model.n_iterations++)
        {
          before = inertia;
          inertia = lloyd_points (points, &model);
          if (!tri_progress_check (progress, (double) start / STARTS, error))
            return FALSE;
          if (before - inertia <= POINTS_TOLERANCE * inertia)
            break;
        }
      model.inertia = inertia;
      if (model.inertia < out->inertia)
        *out = model;
    }
  return TRUE;
}

typedef struct {
  guint64 w, s[3], far_weighted; /* squared distance × weight of the farthest colour, and which */
  gsize far_at;
} Sums;

typedef struct {
  const TriColours *colours;
  guint k;
  float centre[TRI_KMEANS_MAX][3];
  Sums (*sums)[TRI_KMEANS_MAX]; /* a slot */
} Lloyd;

static void
lloyd_colours (gsize begin, gsize end, guint slot, gpointer data)
{
  const Lloyd *job = data;
  Sums *sums = job->sums[slot];
  Chunk chunk = { 0 };
  for (; begin < end; begin += CHUNK)
    {
      guint n = (guint) MIN (CHUNK, end - begin);
      const guint32 *packed = job->colours->packed + begin, *weight = job->colours->weight + begin;
      for (guint i = 0; i < n; i++)
        {
          chunk.x[0][i] = (float) (packed[i] & 255);
          chunk.x[1][i] = (float) (packed[i] >> 8 & 255);
          chunk.x[2][i] = (float) (packed[i] >> 16);
        }
      chunk_assign (&chunk, job->centre, job->k);
      for (guint i = 0; i < n; i++)
        {
          Sums *sum = &sums[chunk.label[i]];
          guint64 w = weight[i], far = (guint64) chunk.best[i] * w;
          sum->w += w;
          sum->s[0] += w * (packed[i] & 255);
          sum->s[1] += w * (packed[i] >> 8 & 255);
          sum->s[2] += w * (packed[i] >> 16);
          if (far > sum->far_weighted || (far == sum->far_weighted && begin + i < sum->far_at))
            sum->far_weighted = far, sum->far_at = begin + i;
        }
    }
}

static void
merge (const Lloyd *job, guint n_slots, Sums out[TRI_KMEANS_MAX])
{
  memcpy (out, job->sums[0], sizeof job->sums[0]);
  for (guint s = 1; s < n_slots; s++)
    for (guint c = 0; c < job->k; c++)
      {
        const Sums *in = &job->sums[s][c];
        out[c].w += in->w;
        for (guint a = 0; a < 3; a++)
          out[c].s[a] += in->s[a];
        if (in->far_weighted > out[c].far_weighted
            || (in->far_weighted == out[c].far_weighted && in->far_at < out[c].far_at))
          out[c].far_weighted = in->far_weighted, out[c].far_at = in->far_at;
      }
}

/* Moves the centres to the means of their colours; one that lost all its colours goes to the colour that costs most.
 * Returns: the inertia of this partition around its means, less the sum of weight × |colour|² */
static double
move_centres (const TriColours *colours, Sums sums[TRI_KMEANS_MAX], TriKmeansRgb *model)
{
  double spread = 0;
  for (guint c = 0; c < model->k; c++)
    if (sums[c].w > 0)
      for (guint a = 0; a < 3; a++)
        {
          model->centre[c][a] = (double) sums[c].s[a] / (double) sums[c].w;
          spread -= (double) sums[c].s[a] * model->centre[c][a];
        }
  for (guint c = 0; c < model->k; c++)
    if (sums[c].w == 0)
      {
        guint most = 0, rgb[3];
        for (guint o = 1; o < model->k; o++)
          if (sums[o].far_weighted > sums[most].far_weighted)
            most = o;
        tri_colour_unpack (colours->packed[sums[most].far_at], rgb);
        for (guint a = 0; a < 3; a++)
          model->centre[c][a] = rgb[a];
        sums[most].far_weighted = 0;
      }
  return spread;
}

static double
sum_of_squares (const TriColours *colours)
{
  guint64 sum = 0;
  for (gsize i = 0; i < colours->n; i++)
    {
      guint c[3];
      tri_colour_unpack (colours->packed[i], c);
      sum += (guint64) colours->weight[i] * (c[0] * c[0] + c[1] * c[1] + c[2] * c[2]);
    }
  return (double) sum;
}

/* k-means over the pixels that @colours count. Fewer colours than @k give so many clusters. */
gboolean
tri_kmeans_rgb (const TriColours *colours, guint k, guint64 seed, TriKmeansRgb *out, TriProgress *progress,
                GError **error)
{
  g_return_val_if_fail (k >= 1 && k <= TRI_KMEANS_MAX, FALSE);
  g_autoptr (TriProgress) seeding = tri_progress_sub (progress, 0, 0.3);
  g_autoptr (TriProgress) watch = tri_progress_sub (progress, 0, 0); /* to be cancelled, not to be told */
  g_autoptr (TriPoints) points = tri_points_new (colours);
  k = (guint) MIN (k, colours->n);
  if (!tri_kmeans_points (points, k, seed, out, seeding, error))
    return FALSE;
  guint n_slots = tri_parallel_get_threads ();
  double squares = sum_of_squares (colours), inertia = INFINITY;
  Lloyd job = { .colours = colours, .k = out->k, .sums = g_malloc (n_slots * sizeof *job.sums) };
  gboolean good = TRUE;
  for (out->n_iterations = 0; good && out->n_iterations < MAX_ITERATIONS; out->n_iterations++)
    {
      Sums sums[TRI_KMEANS_MAX];
      memset (job.sums, 0, n_slots * sizeof *job.sums);
      round_centres (out, job.centre);
      good = tri_parallel_for (colours->n, GRAIN, lloyd_colours, &job, watch, error)
             && tri_progress_check (progress, 0.3 + 0.7 * out->n_iterations / MAX_ITERATIONS, error);
      if (!good)
        break;
      merge (&job, n_slots, sums);
      double before = inertia;
      inertia = squares + move_centres (colours, sums, out);
      if (before - inertia <= FINE_TOLERANCE * inertia)
        break;
    }
  out->inertia = MAX (inertia, 0);
  g_free (job.sums);
  return good && tri_progress_check (progress, 1, error);
}

typedef struct {
  const TriImage *image;
  TriImage *out;
  const guint8 *shades;
  guint k;
  float centre[TRI_KMEANS_MAX][3];
} Label;

static void
label_pixels (gsize begin, gsize end, guint slot, gpointer data)
{
  const Label *job = data;
  guint ch = job->image->channels;
  Chunk chunk = { 0 };
  for (; begin < end; begin += CHUNK)
    {
      guint n = (guint) MIN (CHUNK, end - begin);
      const guint8 *p = job->image->pixels + begin * ch;
      for (guint i = 0; i < n; i++, p += ch)
        for (guint a = 0; a < 3; a++)
          chunk.x[a][i] = p[a];
      chunk_assign (&chunk, job->centre, job->k);
      for (guint i = 0; i < n; i++)
        job->out->pixels[begin + i] = job->shades[chunk.label[i]];
    }
}

/* Writes the shade of each pixel's nearest centre into @out, grey and of the size of @image. */
gboolean
tri_kmeans_rgb_label (const TriKmeansRgb *model, const TriImage *image, const guint8 *shades, TriImage *out,
                      TriProgress *progress, GError **error)
{
  Label job = { .image = image, .out = out, .shades = shades, .k = model->k };
  round_centres (model, job.centre);
  return tri_parallel_for (tri_image_n_pixels (image), GRAIN, label_pixels, &job, progress, error);
}
