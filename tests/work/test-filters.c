/* The filters that networks are compared with, against SciPy, scikit-image and the formula in NumPy: tests/vectors/make-filters.py.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tri-filters.h"
#include "tri-parallel.h"
#include "tri-weights.h"

#define SIGMA 12
#define N_STRENGTHS 2

static const float strengths[N_STRENGTHS] = { 0.6f, 1.1f };
static const char *const scenes[] = { "grey", "colour" };

static TriWeights *
load (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "filters.safetensors", NULL);
  g_autoptr (GError) error = NULL;
  TriWeights *vectors = tri_weights_load (path, &error);
  g_assert_no_error (error);
  return vectors;
}

G_GNUC_PRINTF (2, 3) static TriTensor
view (const TriWeights *vectors, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *name = g_strdup_vprintf (format, args);
  va_end (args);
  const TriNamed *named = tri_weights_find (vectors, name);
  g_assert_true (named != NULL && named->n_dims == 4 && named->dims[0] == 1);
  return (TriTensor) { { 1, (guint) named->dims[1], (guint) named->dims[2], (guint) named->dims[3] }, named->values };
}

/* The largest and the mean distance of two pictures */
static double
compare (const TriTensor *a, const TriTensor *b, double *mean)
{
  gsize n = tri_tensor_size (a);
  double most = 0, sum = 0;
  g_assert_true (tri_shape_equal (a->shape, b->shape));
  for (gsize i = 0; i < n; i++)
    {
      double distance = fabs ((double) a->data[i] - (double) b->data[i]);
      g_assert_false (isnan (distance));
      most = MAX (most, distance);
      sum += distance;
    }
  *mean = sum / (double) n;
  return most;
}

static void
test_median (void)
{
  g_autoptr (TriWeights) vectors = load ();
  for (guint i = 0; i < G_N_ELEMENTS (scenes); i++)
    for (guint side = 3; side <= 5; side += 2)
      {
        TriTensor in = view (vectors, "%s", scenes[i]), theirs = view (vectors, "%s.median.%u", scenes[i], side);
        g_autoptr (TriTensor) ours = tri_tensor_new (in.shape, NULL);
        double mean;
        g_assert_true (tri_filter_median (&in, side, ours, NULL, NULL));
        g_assert_cmpfloat (compare (ours, &theirs, &mean), ==, 0);
      }
}

static void
filter (const TriTensor *in, gboolean gaussian, TriTensor *outs[N_STRENGTHS])
{
  TriNlMeans how = { .sigma = SIGMA, .strengths = strengths, .n_strengths = N_STRENGTHS, .gaussian = gaussian };
  for (guint s = 0; s < N_STRENGTHS; s++)
    outs[s] = tri_tensor_new (in->shape, NULL);
  g_assert_true (tri_filter_nl_means (in, &how, outs, NULL, NULL));
}

static void
test_nl_means (void)
{
  g_autoptr (TriWeights) vectors = load ();
  for (guint i = 0; i < G_N_ELEMENTS (scenes) * 2; i++)
    {
      const char *scene = scenes[i / 2];
      TriTensor in = view (vectors, "%s", scene), *outs[N_STRENGTHS];
      filter (&in, i % 2, outs);
      for (guint s = 0; s < N_STRENGTHS; s++)
        {
          TriTensor exact = view (vectors, "%s.formula.%u.%u", scene, i % 2, s), scikit = view (vectors, "%s.scikit.%u", scene, s);
          double mean;
          g_assert_cmpfloat (compare (outs[s], &exact, &mean), <, 1e-3);
          if (i % 2 == 1)
            {
              g_assert_cmpfloat (compare (outs[s], &scikit, &mean), <, 3);
              g_test_message ("%s, strength %g: %g from scikit-image in the mean", scene, (double) strengths[s], mean);
              g_assert_cmpfloat (mean, <, 0.35);
            }
          tri_tensor_free (outs[s]);
        }
    }
}

/* A picture of one pixel, or of one row, is not wider than a patch. */
static void
test_small (void)
{
  for (guint width = 1; width < 8; width++)
    {
      g_autoptr (TriTensor) in = tri_tensor_new ((TriShape) { 1, 1 + width / 4, width, 3 }, NULL);
      TriTensor *outs[N_STRENGTHS];
      tri_tensor_fill (in, 77);
      filter (in, TRUE, outs);
      for (guint s = 0; s < N_STRENGTHS; s++)
        {
          for (gsize i = 0; i < tri_tensor_size (in); i++)
            g_assert_cmpfloat_with_epsilon (outs[s]->data[i], 77, 1e-4);
          tri_tensor_free (outs[s]);
        }
      g_autoptr (TriTensor) out = tri_tensor_new (in->shape, NULL);
      g_assert_true (tri_filter_median (in, 5, out, NULL, NULL));
      g_assert_cmpfloat (out->data[0], ==, 77);
    }
}

static void
test_any_threads (void)
{
  g_autoptr (TriWeights) vectors = load ();
  TriTensor in = view (vectors, "grey"), *first[N_STRENGTHS], *second[N_STRENGTHS];
  double mean;
  filter (&in, TRUE, first);
  tri_parallel_set_threads (3);
  filter (&in, TRUE, second);
  for (guint s = 0; s < N_STRENGTHS; s++)
    {
      g_assert_cmpfloat (compare (first[s], second[s], &mean), ==, 0);
      tri_tensor_free (first[s]);
      tri_tensor_free (second[s]);
    }
}

static void
test_cancelled (void)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  g_autoptr (TriTensor) in = tri_tensor_new ((TriShape) { 1, 9, 9, 1 }, NULL);
  g_autoptr (TriTensor) out = tri_tensor_new (in->shape, NULL);
  TriNlMeans how = { .sigma = SIGMA, .strengths = strengths, .n_strengths = 1 };
  g_autoptr (GError) error = NULL;
  g_cancellable_cancel (cancellable);
  g_assert_false (tri_filter_nl_means (in, &how, &out, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_false (tri_filter_median (in, 3, out, progress, NULL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/filters/median", test_median);
  g_test_add_func ("/filters/nl-means", test_nl_means);
  g_test_add_func ("/filters/small", test_small);
  g_test_add_func ("/filters/any-threads", test_any_threads);
  g_test_add_func ("/filters/cancelled", test_cancelled);
  return g_test_run ();
}
