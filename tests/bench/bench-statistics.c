/* k-means, Gaussian mixtures and principal components of a photograph, from pixels to labels or scores: at 512 × 512, and
 * enlarged to 12 megapixels with noise, so that it has as many colours as a camera's. What was reached goes to stderr.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"

#include <stdio.h>

#include "tri-kmeans.h"
#include "tri-mixture.h"
#include "tri-parallel.h"
#include "tri-pca.h"
#include "tri-picture.h"

#define K 16

typedef struct {
  TriImage *colour, *grey, *out;
  double tolerance, reached;
} Work;

static void
shade_all (const Work *work, const guint8 labels[256])
{
  gsize n = tri_image_n_pixels (work->grey);
  for (gsize i = 0; i < n; i++)
    work->out->pixels[i] = labels[work->grey->pixels[i]];
}

static void
do_kmeans_intensities (gpointer data)
{
  Work *work = data;
  guint64 counts[3][256];
  TriKmeans1d fit;
  tri_intensities_count (work->grey, counts, NULL, NULL);
  tri_kmeans_1d (counts[0], K, &fit);
  shade_all (work, fit.labels);
  work->reached = fit.inertia;
}

static void
do_kmeans_colours (gpointer data)
{
  Work *work = data;
  guint8 shades[TRI_KMEANS_MAX] = { 0 };
  TriKmeansRgb fit;
  g_autoptr (TriColours) colours = tri_colours_count (work->colour, NULL, NULL);
  tri_kmeans_rgb (colours, K, 1, &fit, NULL, NULL);
  tri_kmeans_rgb_label (&fit, work->colour, shades, work->out, NULL, NULL);
  work->reached = fit.inertia;
}

static void
do_mixture_intensities (gpointer data)
{
  Work *work = data;
  guint64 counts[3][256];
  guint8 labels[256];
  TriMixture fit;
  tri_intensities_count (work->grey, counts, NULL, NULL);
  tri_mixture_fit_counts (&fit, counts[0], K, work->tolerance, NULL, NULL);
  tri_mixture_label_values (&fit, labels);
  shade_all (work, labels);
  work->reached = fit.loglik;
}

static void
do_mixture_colours (gpointer data)
{
  Work *work = data;
  guint8 shades[TRI_MIXTURE_MAX] = { 0 };
  TriMixture fit;
  g_autoptr (TriColours) colours = tri_colours_count (work->colour, NULL, NULL);
  g_autoptr (TriPoints) points = tri_points_new (colours);
  tri_mixture_fit_colours (&fit, colours, points, K, 1, work->tolerance, TRI_MIXTURE_ITERATIONS, NULL, NULL);
  tri_mixture_label_pixels (&fit, work->colour, shades, work->out, NULL, NULL);
  work->reached = fit.loglik;
}

static void
do_components (gpointer data)
{
  Work *work = data;
  TriPcaSource source = tri_pca_source (TRI_PCA_ROWS, work->grey->width, work->grey->height, 1, 0, work->grey->pixels);
  g_autoptr (TriPca) pca = tri_pca_fit (&source, 50, 1, NULL, NULL);
  g_autofree guint8 *scores = g_malloc (source.n_samples * pca->k);
  tri_pca_scores (pca, &source, scores, NULL, NULL);
  work->reached = 0;
  for (guint c = 0; c < pca->k; c++)
    work->reached += pca->variance[c];
}

/* The formula of peer-statistics.py: nearest neighbour, and −4…3 of noise where it is enlarged. */
static TriImage *
enlarge (const TriImage *in, guint width, guint height)
{
  TriImage *out = tri_image_new (width, height, 3, NULL);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      for (guint c = 0; c < 3; c++)
        {
          guint32 i = (y * width + x) * 3 + c;
          guint v = (guint) ((guint64) y * in->height / height), u = (guint) ((guint64) x * in->width / width);
          int noise = width == in->width ? 0 : (int) (i * 2654435761u >> 29) - 4;
          out->pixels[i] = (guint8) CLAMP (in->pixels[(v * in->width + u) * in->channels + c] + noise, 0, 255);
        }
  return out;
}

static void
run (const char *what, const char *size, BenchFunc func, Work *work, double tolerance)
{
  g_autofree char *name = g_strdup_printf ("%s, %s", what, size);
  work->tolerance = tolerance;
  bench (name, func, work);
  fprintf (stderr, "# %s: %.6g\n", name, work->reached);
}

int
main (int argc, char **argv)
{
  const char *data = g_getenv ("TRIPTYCH_DATA_DIR");
  g_autofree char *path = g_build_filename (data != NULL ? data : "data", "samples", "astronaut.png", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  g_autoptr (TriImage) photo = tri_picture_load (file, NULL, &error);
  if (photo == NULL)
    {
      fprintf (stderr, "%s\n", error->message);
      return 1;
    }
  static const struct { const char *name; guint width, height; } sizes[] = { { "512x512", 512, 512 }, { "12 MP", 4000, 3000 } };
  for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      Work work = { .colour = enlarge (photo, sizes[s].width, sizes[s].height) };
      work.grey = tri_image_new (sizes[s].width, sizes[s].height, 1, NULL);
      work.out = tri_image_new (sizes[s].width, sizes[s].height, 1, NULL);
      for (gsize i = 0; i < tri_image_n_pixels (work.grey); i++)
        work.grey->pixels[i] = work.colour->pixels[3 * i + 1];
      run ("k-means k = 16, intensities", sizes[s].name, do_kmeans_intensities, &work, 0);
      run ("k-means k = 16, colours", sizes[s].name, do_kmeans_colours, &work, 0);
      run ("GMM k = 16, intensities", sizes[s].name, do_mixture_intensities, &work, 1e-3);
      run ("GMM k = 16, intensities, to 1e-6", sizes[s].name, do_mixture_intensities, &work, 1e-6);
      run ("GMM k = 16, colours", sizes[s].name, do_mixture_colours, &work, 1e-3);
      run ("PCA k = 50, rows", sizes[s].name, do_components, &work, 0);
      run ("PCA k = 50, rows, float32", sizes[s].name, do_components, &work, 0);
      tri_image_unref (work.colour);
      tri_image_unref (work.grey);
      tri_image_unref (work.out);
    }
  return 0;
}
