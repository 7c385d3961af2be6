/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model-fixture.h"

#include <math.h>

#include "tri-picture.h"

TriImage *
model_fixture_sample (const char *name)
{
  g_autofree char *path = g_build_filename (g_getenv ("TRIPTYCH_DATA_DIR"), "samples", name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GError) error = NULL;
  TriImage *image = tri_picture_load (file, NULL, &error);
  g_assert_no_error (error);
  return image;
}

/* dB */
double
model_fixture_psnr (const TriImage *a, const TriImage *b)
{
  double sum = 0;
  g_assert_true (tri_image_same_shape (a, b));
  for (gsize i = 0; i < tri_image_n_bytes (a); i++)
    sum += (a->pixels[i] - b->pixels[i]) * (a->pixels[i] - b->pixels[i]);
  return 10 * log10 (65025 * (double) tri_image_n_bytes (a) / sum);
}

/* A tensor of four dimensions that a script wrote; owned by @vectors. */
TriTensor
model_fixture_view (const TriWeights *vectors, const char *name)
{
  const TriNamed *named = tri_weights_find (vectors, name);
  g_assert_nonnull (named);
  g_assert_cmpuint (named->n_dims, ==, 4);
  return (TriTensor) { { (guint) named->dims[0], (guint) named->dims[1], (guint) named->dims[2], (guint) named->dims[3] },
                       named->values };
}

/* @tolerance: of the largest of @theirs, which are not all zero */
void
model_fixture_compare (const char *what, const float *ours, const float *theirs, gsize size, double tolerance)
{
  double largest = 0, worst = 0;
  for (gsize i = 0; i < size; i++)
    {
      largest = MAX (largest, fabs (theirs[i]));
      worst = MAX (worst, fabs (ours[i] - theirs[i]));
    }
  g_test_message ("%s: %g of %g", what, worst, largest);
  g_assert_cmpfloat (largest, >, 0);
  g_assert_cmpfloat (worst, <=, tolerance * largest);
}
