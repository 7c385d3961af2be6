/* Jain, Fundamentals of Digital Image Processing, chapter 5. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-klt.h"

#include <math.h>
#include <string.h>

#include "tri-blas.h"
#include "tri-parallel.h"

#define SIDE TRI_KLT_SIDE
#define N TRI_KLT_SIZE
#define BATCH 256      /* blocks that are taken together */
#define MAX_SCORES 65536u /* blocks that the quantisers are chosen by */
#define TOP 127        /* levels on each side of 0: together 255 */

struct _TriKlt {
  gatomicrefcount refs;
  guint n_pictures;
  double mean[N], deviation[N];
  double vectors[N * N]; /* by row, best first */
  double reach[N];       /* what the last level stands for */
};

TriKlt *
tri_klt_ref (TriKlt *klt)
{
  g_atomic_ref_count_inc (&klt->refs);
  return klt;
}

void
tri_klt_unref (TriKlt *klt)
{
  if (g_atomic_ref_count_dec (&klt->refs))
    g_free (klt);
}

guint
tri_klt_get_n_pictures (const TriKlt *klt)
{
  return klt->n_pictures;
}

/* Edges are repeated where a block isn't whole; grey counts as three equal colours. */
static void
read_block (const TriImage *image, guint x, guint y, double out[N])
{
  guint step = tri_image_n_colours (image) == 3 ? 1 : 0;
  for (guint dy = 0; dy < SIDE; dy++)
    for (guint dx = 0; dx < SIDE; dx++)
      {
        const guint8 *p = image->pixels + MIN (y + dy, image->height - 1) * tri_image_stride (image)
                          + (gsize) MIN (x + dx, image->width - 1) * image->channels;
        for (guint c = 0; c < 3; c++)
          *out++ = p[c * step];
      }
}

static void
write_block (TriImage *image, guint x, guint y, const double in[N])
{
  gboolean colour = tri_image_n_colours (image) == 3;
  for (guint dy = 0; dy < SIDE && y + dy < image->height; dy++)
    for (guint dx = 0; dx < SIDE && x + dx < image->width; dx++)
      {
        const double *from = in + (dy * SIDE + dx) * 3;
        guint8 *to = image->pixels + (y + dy) * tri_image_stride (image) + (gsize) (x + dx) * image->channels;
        for (guint c = 0; c < (colour ? 3 : 1); c++)
          to[c] = (guint8) lrint (CLAMP (colour ? from[c] : (from[0] + from[1] + from[2]) / 3, 0, 255));
      }
}

static guint
n_across (const TriImage *image)
{
  return (image->width + SIDE - 1) / SIDE;
}

static guint
n_blocks (const TriImage *image)
{
  return n_across (image) * ((image->height + SIDE - 1) / SIDE);
}

/* Every @stride-th block of the set, one after the other */
typedef struct {
  const TriDataset *dataset;
  guint picture, block, stride;
} Walk;

static gboolean
walk_next (Walk *walk, double out[N])
{
  guint n = tri_dataset_get_n (walk->dataset, TRI_DATASET_TRAIN);
  while (walk->picture < n)
    {
      const TriImage *image = tri_dataset_get_picture (walk->dataset, TRI_DATASET_TRAIN, walk->picture);
      if (walk->block < n_blocks (image))
        {
          read_block (image, walk->block % n_across (image) * SIDE, walk->block / n_across (image) * SIDE, out);
          walk->block += walk->stride;
          return TRUE;
        }
      walk->block -= n_blocks (image);
      walk->picture++;
    }
  return FALSE;
}

static guint
walk_batch (Walk *walk, const double *mean, double blocks[BATCH * N])
{
  guint n = 0;
  for (; n < BATCH && walk_next (walk, blocks + n * N); n++)
    for (guint i = 0; i < N && mean != NULL; i++)
      blocks[n * N + i] -= mean[i];
  return n;
}

static guint64
count_blocks (const TriDataset *dataset)
{
  guint64 n = 0;
  for (guint i = 0; i < tri_dataset_get_n (dataset, TRI_DATASET_TRAIN); i++)
    n += n_blocks (tri_dataset_get_picture (dataset, TRI_DATASET_TRAIN, i));
  return n;
}

/* Means, then the covariance about them. */
static gboolean
measure (TriKlt *klt, const TriDataset *dataset, double *covariance, TriProgress *progress, GError **error)
{
  guint64 n_all = count_blocks (dataset), n_done = 0;
  g_autofree double *blocks = g_new (double, BATCH * N);
  Walk walk = { .dataset = dataset, .stride = 1 };
  for (guint n; (n = walk_batch (&walk, NULL, blocks)) > 0; n_done += n)
    {
      if (!tri_progress_check (progress, 0.2 * (double) n_done / (double) n_all, error))
        return FALSE;
      for (guint b = 0; b < n; b++)
        for (guint i = 0; i < N; i++)
          klt->mean[i] += blocks[b * N + i] / (double) n_all;
    }
  walk = (Walk) { .dataset = dataset, .stride = 1 };
  n_done = 0;
  for (guint n; (n = walk_batch (&walk, klt->mean, blocks)) > 0; n_done += n)
    {
      if (!tri_progress_check (progress, 0.2 + 0.5 * (double) n_done / (double) n_all, error))
        return FALSE;
      cblas_dsyrk (CblasRowMajor, CblasUpper, CblasTrans, N, (int) n, 1 / (double) n_all, blocks, N, 1, covariance, N);
    }
  for (guint i = 0; i < N; i++)
    for (guint j = 0; j < i; j++)
      covariance[i * N + j] = covariance[j * N + i];
  return TRUE;
}

static double
quantise (double value, double reach)
{
  return CLAMP (nearbyint (value / reach * TOP), -TOP, TOP) / TOP * reach;
}

/* Of some reaches the one with the least mean square error: coefficients of photographs have long tails. */
static double
choose_reach (const double *scores, guint n, gsize stride, double deviation)
{
  static const double reaches[] = { 4, 6, 8, 11, 15, 20, 27, 36 };
  double best = 1, least = INFINITY;
  for (guint r = 0; r < G_N_ELEMENTS (reaches); r++)
    {
      double sum = 0, reach = reaches[r] * deviation;
      for (guint i = 0; i < n; i++)
        {
          double lost = scores[i * stride] - quantise (scores[i * stride], reach);
          sum += lost * lost;
        }
      if (sum < least)
        best = reach;
      least = MIN (least, sum);
    }
  return best;
}

static gboolean
choose_reaches (TriKlt *klt, const TriDataset *dataset, TriProgress *progress, GError **error)
{
  guint64 n_all = count_blocks (dataset);
  guint stride = (guint) ((n_all + MAX_SCORES - 1) / MAX_SCORES), n = 0;
  g_autofree double *blocks = g_new (double, BATCH * N), *scores = g_new (double, (gsize) (n_all / stride + BATCH) * N);
  Walk walk = { .dataset = dataset, .stride = stride };
  for (guint got; (got = walk_batch (&walk, klt->mean, blocks)) > 0; n += got)
    {
      if (!tri_progress_check (progress, 0.8, error))
        return FALSE;
      cblas_dgemm (CblasRowMajor, CblasNoTrans, CblasTrans, (int) got, N, N, 1, blocks, N, klt->vectors, N, 0,
                   scores + (gsize) n * N, N);
    }
  for (guint i = 0; i < N; i++)
    {
      if (!tri_progress_check (progress, 0.8 + 0.2 * i / N, error))
        return FALSE;
      klt->reach[i] = choose_reach (scores + i, n, N, MAX (klt->deviation[i], 1e-3));
    }
  return TRUE;
}

/**
 * tri_klt_fit:
 * @dataset: its pictures of training
 *
 * Returns: (transfer full): NULL only when cancelled
 */
TriKlt *
tri_klt_fit (const TriDataset *dataset, TriProgress *progress, GError **error)
{
  g_autoptr (TriKlt) klt = g_new0 (TriKlt, 1);
  g_autofree double *covariance = g_new0 (double, N * N), *columns = g_new0 (double, N * N), *values = g_new0 (double, N);
  g_atomic_ref_count_init (&klt->refs);
  klt->n_pictures = tri_dataset_get_n (dataset, TRI_DATASET_TRAIN);
  tri_blas_init ();
  if (!measure (klt, dataset, covariance, progress, error))
    return NULL;
  tri_eigen_symmetric (covariance, N, values, columns);
  for (guint i = 0; i < N; i++)
    {
      klt->deviation[i] = sqrt (MAX (values[i], 0));
      for (guint j = 0; j < N; j++)
        klt->vectors[i * N + j] = columns[j * N + i];
    }
  return choose_reaches (klt, dataset, progress, error) ? g_steal_pointer (&klt) : NULL;
}

typedef struct {
  const TriKlt *klt;
  const TriImage *in;
  TriImage *out;
  int n_bytes;
} Coding;

static void
code_blocks (gsize begin, gsize end, guint slot, gpointer data)
{
  const Coding *coding = data;
  const TriKlt *klt = coding->klt;
  guint across = n_across (coding->in);
  for (gsize b = begin; b < end; b++)
    {
      double block[N], scores[N], back[N];
      guint x = (guint) (b % across) * SIDE, y = (guint) (b / across) * SIDE;
      read_block (coding->in, x, y, block);
      for (guint i = 0; i < N; i++)
        block[i] -= klt->mean[i];
      memcpy (back, klt->mean, sizeof back);
      cblas_dgemv (CblasRowMajor, CblasNoTrans, coding->n_bytes, N, 1, klt->vectors, N, block, 1, 0, scores, 1);
      for (int i = 0; i < coding->n_bytes; i++)
        scores[i] = quantise (scores[i], klt->reach[i]);
      cblas_dgemv (CblasRowMajor, CblasTrans, coding->n_bytes, N, 1, klt->vectors, N, scores, 1, 1, back, 1);
      write_block (coding->out, x, y, back);
    }
}

/**
 * tri_klt_code:
 * @n_bytes: of each block, 1 … TRI_KLT_SIZE: so many coefficients are kept
 *
 * Returns: (transfer full): what comes back of @picture; alpha is as it was
 */
TriImage *
tri_klt_code (const TriKlt *klt, const TriImage *picture, guint n_bytes, TriProgress *progress, GError **error)
{
  g_return_val_if_fail (n_bytes > 0 && n_bytes <= N, NULL);
  g_autoptr (TriImage) out = tri_image_copy (picture, error);
  Coding coding = { klt, picture, out, (int) n_bytes };
  if (out == NULL || !tri_parallel_for (n_blocks (picture), 64, code_blocks, &coding, progress, error))
    return NULL;
  return g_steal_pointer (&out);
}
