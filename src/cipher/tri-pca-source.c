/* How a picture is cut into samples. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-pca.h"

TriPcaSource
tri_pca_source (TriPcaMode mode, guint width, guint height, guint channels, guint channel, const guint8 *pixels)
{
  TriPcaSource source = { mode, width, height, channels, channel, height, width, pixels };
  if (mode == TRI_PCA_BLOCKS)
    {
      source.n_samples = (gsize) ((width + TRI_PCA_BLOCK - 1) / TRI_PCA_BLOCK) * ((height + TRI_PCA_BLOCK - 1) / TRI_PCA_BLOCK);
      source.n_features = TRI_PCA_BLOCK * TRI_PCA_BLOCK;
    }
  return source;
}

static void
block_place (const TriPcaSource *source, gsize sample, guint *x, guint *y)
{
  gsize across = (source->width + TRI_PCA_BLOCK - 1) / TRI_PCA_BLOCK;
  *x = (guint) (sample % across) * TRI_PCA_BLOCK;
  *y = (guint) (sample / across) * TRI_PCA_BLOCK;
}

static void
read_block (const TriPcaSource *source, gsize sample, float *out)
{
  guint x0, y0, ch = source->channels;
  block_place (source, sample, &x0, &y0);
  for (guint v = 0; v < TRI_PCA_BLOCK; v++)
    {
      const guint8 *row = source->pixels + (gsize) MIN (y0 + v, source->height - 1) * source->width * ch + source->channel;
      for (guint u = 0; u < TRI_PCA_BLOCK; u++)
        *out++ = row[(gsize) MIN (x0 + u, source->width - 1) * ch];
    }
}

/* Samples @begin…@begin+n−1 as rows of @out. */
void
tri_pca_source_read (const TriPcaSource *source, gsize begin, gsize n, float *out)
{
  guint ch = source->channels;
  for (gsize s = begin; s < begin + n; s++, out += source->n_features)
    if (source->mode == TRI_PCA_BLOCKS)
      read_block (source, s, out);
    else
      {
        const guint8 *row = source->pixels + s * source->width * ch + source->channel;
        if (ch == 1) /* without a step, so that it is done in vectors */
          for (guint x = 0; x < source->width; x++)
            out[x] = row[x];
        else
          for (guint x = 0; x < source->width; x++)
            out[x] = row[(gsize) x * ch];
      }
}

/* NaN, which a hostile model may make, gives 0. */
static inline guint8
to_byte (float value)
{
  value = value > 0 ? value : 0;
  value = value < 255 ? value : 255;
  return (guint8) (value + 0.5f);
}

/* One sample into its place; of a block what lies inside the picture. */
void
tri_pca_source_write (const TriPcaSource *source, gsize sample, const float *values, guint8 *pixels)
{
  guint ch = source->channels, x0 = 0, y0 = (guint) sample, n_rows = 1, n_columns = source->width, stride = 0;
  if (source->mode == TRI_PCA_BLOCKS)
    {
      block_place (source, sample, &x0, &y0);
      n_rows = MIN (TRI_PCA_BLOCK, source->height - y0);
      n_columns = MIN (TRI_PCA_BLOCK, source->width - x0);
      stride = TRI_PCA_BLOCK;
    }
  for (guint v = 0; v < n_rows; v++, values += stride)
    {
      guint8 *out = pixels + ((gsize) (y0 + v) * source->width + x0) * ch + source->channel;
      for (guint u = 0; u < n_columns; u++, out += ch)
        *out = to_byte (values[u]);
    }
}
