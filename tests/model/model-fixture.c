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
