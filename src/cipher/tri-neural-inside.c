/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-neural-inside.h"

#include <glib/gi18n-lib.h>
#include <math.h>

/* Returns: (transfer full) (nullable): one channel, stretched so that its own range fills the greys */
TriImage *
tri_neural_show_channel (const TriTensor *maps, guint channel)
{
  float low = INFINITY, high = -INFINITY;
  gsize n = tri_shape_pixels (maps->shape), c = maps->shape.c;
  for (gsize i = 0; i < n; i++)
    {
      low = MIN (low, maps->data[i * c + channel]);
      high = MAX (high, maps->data[i * c + channel]);
    }
  TriImage *image = tri_image_new (maps->shape.w, maps->shape.h, 1, NULL);
  for (gsize i = 0; image != NULL && i < n; i++)
    image->pixels[i] = high > low ? (guint8) lrintf ((maps->data[i * c + channel] - low) / (high - low) * 255) : 128;
  return image;
}

/**
 * FilterShape:
 * @unshuffle: pixels of a side that one position of the layer has, as channels: colour × row × column
 * @colours: 1 or 3
 * @kernel: positions of a side that a filter sees
 */
typedef struct {
  guint unshuffle, colours, kernel, channels_in;
} FilterShape;

/* Where the weight of a pixel of the filter's picture lies. */
static gsize
weight_at (const FilterShape *shape, guint x, guint y, guint colour)
{
  guint u = shape->unshuffle, k = shape->kernel;
  gsize channel = ((gsize) colour * u + y % u) * u + x % u;
  return (channel * k + y / u) * k + x / u;
}

static TriImage *
draw_filter (const FilterShape *shape, const float *weights)
{
  guint side = shape->unshuffle * shape->kernel, n = shape->colours;
  TriImage *image = tri_image_new (side, side, n, NULL);
  float most = 0;
  for (guint i = 0; i < side * side * n; i++)
    most = MAX (most, fabsf (weights[weight_at (shape, i % side, i / side % side, i / side / side)]));
  for (guint y = 0; image != NULL && y < side; y++)
    for (guint x = 0; x < side; x++)
      for (guint c = 0; c < n; c++)
        image->pixels[((gsize) y * side + x) * n + c]
            = (guint8) lrintf (128 + (most > 0 ? 127 * weights[weight_at (shape, x, y, c)] / most : 0));
  return image;
}

/**
 * tri_neural_add_filters:
 * @layer: a convolution whose first channels in are those of a picture
 * @unshuffle: pixels of a side that became channels before it; 1: none
 * @colours: of that picture: 1 or 3
 * @n: at most so many, the first
 *
 * Adds each as the picture that it answers to most: grey is no weight, and a colour what it looks for there.
 *
 * Returns: FALSE when there is no such layer
 */
gboolean
tri_neural_add_filters (TriInsight *card, const TriWeights *weights, const char *layer, guint unshuffle, guint colours,
                        guint n)
{
  g_autofree char *name = g_strconcat (layer, ".weight", NULL);
  const TriNamed *named = tri_weights_find (weights, name);
  if (named == NULL || named->n_dims != 4 || named->dims[1] < (guint64) colours * unshuffle * unshuffle
      || named->dims[2] != named->dims[3])
    return FALSE;
  FilterShape shape = { unshuffle, colours, (guint) named->dims[2], (guint) named->dims[1] };
  gsize size = (gsize) shape.channels_in * shape.kernel * shape.kernel;
  for (guint i = 0; i < MIN (n, named->dims[0]); i++)
    {
      TriImage *image = draw_filter (&shape, named->values + i * size);
      g_autofree char *caption = g_strdup_printf ("%u", i + 1);
      if (image != NULL)
        tri_insight_take_picture (card, image, caption);
    }
  return TRUE;
}

static float
variance (const TriTensor *maps, guint channel)
{
  gsize n = tri_shape_pixels (maps->shape), c = maps->shape.c;
  double sum = 0, squares = 0;
  for (gsize i = 0; i < n; i++)
    {
      double value = (double) maps->data[i * c + channel];
      sum += value;
      squares += value * value;
    }
  return (float) (squares / (double) n - sum / (double) n * sum / (double) n);
}

/* Adds the @n channels of @maps, of one picture, that vary most: the most varying first. */
void
tri_neural_add_maps (TriInsight *card, const TriTensor *maps, guint n)
{
  guint channels = maps->shape.c;
  g_autofree float *spread = g_new (float, channels);
  for (guint c = 0; c < channels; c++)
    spread[c] = variance (maps, c);
  for (guint i = 0; i < MIN (n, channels); i++)
    {
      guint best = 0;
      for (guint c = 1; c < channels; c++)
        best = spread[c] > spread[best] ? c : best;
      spread[best] = -INFINITY;
      g_autofree char *caption = g_strdup_printf (_("channel %u"), best + 1);
      TriImage *image = tri_neural_show_channel (maps, best);
      if (image != NULL)
        tri_insight_take_picture (card, image, caption);
    }
}

/* Adds a curve of which share of the bytes has which value to the card's chart, which is made by the first. */
void
tri_neural_add_histogram (TriInsight *card, const char *name, TriHue hue, const TriImage *image)
{
  gsize counts[256] = { 0 };
  if (card->chart == NULL)
    {
      card->chart = tri_chart_new (_("Histogram"), _("Value"), _("Share of pixels"));
      card->chart->y.min = 0;
    }
  TriSeries *series = tri_chart_add (card->chart, name, TRI_MARK_STEP, hue);
  for (gsize i = 0; i < tri_image_n_bytes (image); i++)
    counts[image->pixels[i]]++;
  for (guint v = 0; v < 256; v++)
    tri_series_append (series, v, (double) counts[v] / (double) tri_image_n_bytes (image));
}
