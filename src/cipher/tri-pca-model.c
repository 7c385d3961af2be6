/* Principal components as bytes, and back to a picture. Decoding is floating point in one fixed order, without BLAS, so
 * that it gives the same bits on every machine. SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "tri-parallel.h"
#include "tri-pca.h"

#define SANE 1e8   /* above any score of a picture */
#define TILE 512   /* features */
#define TOGETHER 4 /* samples */
#define GRAIN 4    /* samples, at least */

/* For each component variance, range, scale and its numbers in 16 bits; the mean in 1/256 grey levels. */
void
tri_pca_pack (const TriPca *pca, GByteArray *bytes)
{
  tri_pack_double (bytes, pca->total_variance);
  for (gsize x = 0; x < pca->n; x++)
    tri_pack_u16 (bytes, (guint) lrintf (pca->mean[x] * 256));
  for (guint c = 0; c < pca->k; c++)
    {
      const float *component = pca->component + c * pca->n;
      double most = 0;
      for (gsize x = 0; x < pca->n; x++)
        most = fmax (most, fabs ((double) component[x]));
      tri_pack_double (bytes, pca->variance[c]);
      tri_pack_double (bytes, pca->low[c]);
      tri_pack_double (bytes, pca->high[c]);
      tri_pack_double (bytes, most);
      for (gsize x = 0; x < pca->n; x++)
        tri_pack_u16 (bytes, (guint) (gint16) lrint (most > 0 ? (double) component[x] / most * 32767 : 0));
    }
}

static double
sane_double (TriUnpacker *unpacker)
{
  double value = tri_unpack_double (unpacker);
  unpacker->good = unpacker->good && fabs (value) <= SANE;
  return unpacker->good ? value : 0;
}

/* Returns: (transfer full): what tri_pca_pack() wrote; anything, when @unpacker turns bad */
TriPca *
tri_pca_unpack (TriUnpacker *unpacker, gsize n, guint k)
{
  TriPca *pca = tri_pca_new (n, k);
  pca->total_variance = tri_unpack_double (unpacker);
  for (gsize x = 0; x < n; x++)
    pca->mean[x] = (float) tri_unpack_u16 (unpacker) / 256;
  for (guint c = 0; unpacker->good && c < k; c++)
    {
      pca->variance[c] = tri_unpack_double (unpacker);
      pca->low[c] = sane_double (unpacker);
      pca->high[c] = sane_double (unpacker);
      double scale = sane_double (unpacker) / 32767;
      for (gsize x = 0; x < n; x++)
        pca->component[c * n + x] = (float) ((gint16) tri_unpack_u16 (unpacker) * scale);
    }
  return pca;
}

typedef struct {
  const TriPca *pca;
  const TriPcaSource *shape;
  const guint8 *scores;
  guint8 *pixels;
  float *base, *step; /* picture = base + Σ score × step */
} Rebuild;

/* A tile of a few samples: each is the base and then one component after another. */
TRI_WIDE static void
add_components (const Rebuild *job, gsize tile, gsize n, const guint8 *scores, guint together, float *values)
{
  gsize n_features = job->pca->n;
  guint k = job->pca->k;
  for (guint s = 0; s < together; s++)
    memcpy (values + s * n_features + tile, job->base + tile, n * sizeof (float));
  for (guint c = 0; c < k; c++)
    {
      const float *step = job->step + c * n_features + tile;
      for (guint s = 0; s < together; s++)
        {
          float score = scores[s * k + c], *out = values + s * n_features + tile;
          for (gsize x = 0; x < n; x++)
            out[x] += score * step[x];
        }
    }
}

static void
rebuild_samples (gsize begin, gsize end, guint slot, gpointer data)
{
  const Rebuild *job = data;
  gsize n_features = job->pca->n;
  g_autofree float *values = g_new (float, TOGETHER * n_features);
  for (; begin < end; begin += TOGETHER)
    {
      guint together = (guint) MIN (TOGETHER, end - begin);
      for (gsize tile = 0; tile < n_features; tile += TILE)
        add_components (job, tile, MIN (TILE, n_features - tile), job->scores + begin * job->pca->k, together, values);
      for (guint s = 0; s < together; s++)
        tri_pca_source_write (job->shape, begin + s, values + s * n_features, job->pixels);
    }
}

/* Writes the channel of @shape into @pixels from @scores (samples × k). */
gboolean
tri_pca_rebuild (const TriPca *pca, const TriPcaSource *shape, const guint8 *scores, guint8 *pixels,
                 TriProgress *progress, GError **error)
{
  g_autofree float *base = g_new (float, pca->n), *step = g_new (float, pca->n * pca->k);
  g_autofree double *sum = g_new (double, pca->n);
  for (gsize x = 0; x < pca->n; x++)
    sum[x] = (double) pca->mean[x];
  for (guint c = 0; c < pca->k; c++)
    for (gsize x = 0; x < pca->n; x++)
      {
        double component = (double) pca->component[c * pca->n + x];
        sum[x] += pca->low[c] * component;
        step[c * pca->n + x] = (float) ((pca->high[c] - pca->low[c]) / 255 * component);
      }
  for (gsize x = 0; x < pca->n; x++)
    base[x] = (float) sum[x];
  Rebuild job = { pca, shape, scores, pixels, base, step };
  gsize grain = MAX (GRAIN, ((gsize) 1 << 14) / pca->n / TOGETHER * TOGETHER);
  return tri_parallel_for (shape->n_samples, grain, rebuild_samples, &job, progress, error);
}
