/* SSIM in both kinds and MSE, on grey pictures of 512 × 512 and 12 megapixels.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-metric.h"

#include "bench.h"

typedef struct { TriImage *a, *b; } Two;

static Two
two_pictures (guint width, guint height)
{
  Two two = { tri_image_new (width, height, 1, NULL), tri_image_new (width, height, 1, NULL) };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  for (gsize i = 0; i < tri_image_n_bytes (two.a); i++)
    {
      gsize x = i % width, y = i / width;
      guint8 value = (guint8) ((x / 3 + y / 2) % 200);
      guint32 bits = g_rand_int (rand);
      two.a->pixels[i] = (guint8) (value + (bits & 15));
      two.b->pixels[i] = (guint8) (value + (bits >> 16 & 31));
    }
  return two;
}

static void
do_uniform (gpointer data)
{
  const Two *two = data;
  double value;
  tri_metric_ssim_uniform (two->a, two->b, &value, NULL, NULL);
}

static void
do_gauss (gpointer data)
{
  const Two *two = data;
  double value;
  tri_metric_ssim (two->a, two->b, &value, NULL, NULL);
}

/* PSNR is a logarithm away. */
static void
do_mse (gpointer data)
{
  const Two *two = data;
  double value;
  tri_metric_mse (two->a, two->b, &value, NULL, NULL, NULL);
}

int
main (void)
{
  Two small = two_pictures (512, 512), large = two_pictures (4000, 3000);
  bench ("SSIM 7x7, 512x512", do_uniform, &small);
  bench ("SSIM 7x7, 12 MP", do_uniform, &large);
  bench ("SSIM Gaussian, 512x512", do_gauss, &small);
  bench ("SSIM Gaussian, 12 MP", do_gauss, &large);
  bench ("MSE, 512x512", do_mse, &small);
  bench ("MSE, 12 MP", do_mse, &large);
  return 0;
}
