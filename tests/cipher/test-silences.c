/* No cipher works on for long without a look at its progress, for that is how fast it can be cancelled. A clock would measure the
 * machine; counted are the pieces of straight code between two looks (see tri-work-count.c), with one thread and the plainest
 * instructions. For each place that looks, the most that was done before it is taken from two sizes of a picture to one of 12
 * megapixels. What other libraries do isn't counted.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher.h"
#include "tri-kernels.h"
#include "tri-parallel.h"
#include "tri-rng.h"
#include "tri-work-count.h"

#define LARGE 12e6 /* pixels */
#define MOST 20e6 /* pieces; some 20 ms */

static const guint sides[] = { 384, 768 };

/* A place that looks, by its return address or by what it does in parallel. @most: pieces done before, by size */
typedef struct {
  gpointer place;
  guint64 most[G_N_ELEMENTS (sides)];
} Site;

static GArray *sites; /* Site */
static guint size_index;
static guint64 begun;
static gpointer parallel; /* (nullable): what tri_parallel_for() does now */

static void
look (gpointer place)
{
  guint64 done = tri_work_count - begun;
  guint i = 0;
  while (i < sites->len && g_array_index (sites, Site, i).place != place)
    i++;
  if (i == sites->len)
    {
      Site site = { .place = place };
      g_array_append_val (sites, site);
    }
  Site *site = &g_array_index (sites, Site, i);
  site->most[size_index] = MAX (site->most[size_index], done);
  begun = tri_work_count;
}

gboolean __real_tri_progress_step (TriProgress *progress, double fraction);
gboolean __real_tri_progress_check (TriProgress *progress, double fraction, GError **error);
gboolean __real_tri_parallel_for (gsize n_items, gsize grain, TriParallelFunc func, gpointer user_data, TriProgress *progress,
                                  GError **error);
gboolean __wrap_tri_progress_step (TriProgress *progress, double fraction);
gboolean __wrap_tri_progress_check (TriProgress *progress, double fraction, GError **error);
gboolean __wrap_tri_parallel_for (gsize n_items, gsize grain, TriParallelFunc func, gpointer user_data, TriProgress *progress,
                                  GError **error);

gboolean
__wrap_tri_progress_step (TriProgress *progress, double fraction)
{
  if (progress != NULL)
    look (parallel != NULL ? parallel : __builtin_return_address (0));
  return __real_tri_progress_step (progress, fraction);
}

gboolean
__wrap_tri_progress_check (TriProgress *progress, double fraction, GError **error)
{
  if (progress != NULL)
    look (parallel != NULL ? parallel : __builtin_return_address (0));
  return __real_tri_progress_check (progress, fraction, error);
}

gboolean
__wrap_tri_parallel_for (gsize n_items, gsize grain, TriParallelFunc func, gpointer user_data, TriProgress *progress, GError **error)
{
  gpointer outer = parallel;
  parallel = func;
  gboolean done = __real_tri_parallel_for (n_items, grain, func, user_data, progress, error);
  parallel = outer;
  return done;
}

/* Soft shapes with noise on them, as a photograph has. */
static TriImage *
make_picture (guint side)
{
  TriImage *image = tri_image_new (side, side, 3, NULL);
  TriRng rng = tri_rng (1, 1);
  for (gsize i = 0; i < tri_image_n_bytes (image); i++)
    image->pixels[i] = (guint8) ((i / 3 % side / 3 + i / 3 / side / 5 * (1 + i % 3)) % 200 + (tri_rng_u32 (&rng) & 15));
  return image;
}

static void
there_and_back (const TriCipher *cipher, guint side)
{
  g_autoptr (TriProgress) progress = tri_progress_new (NULL, NULL, NULL);
  g_autoptr (TriImage) image = make_picture (side);
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "silence", 7, NULL);
  g_autoptr (TriParams) params = tri_params_new (cipher->params);
  g_autoptr (GError) error = NULL;
  begun = tri_work_count;
  g_autoptr (TriSealed) sealed = tri_cipher_encrypt (cipher, image, key, params, NULL, progress, &error);
  g_assert_no_error (error);
  look (there_and_back);
  g_autoptr (TriImage) back = tri_cipher_decrypt (sealed, key, progress, &error);
  g_assert_no_error (error);
  look (there_and_back);
}

/* On the line through both sizes */
static double
for_large (const Site *site)
{
  double small = (double) sides[0] * sides[0], middle = (double) sides[1] * sides[1];
  double slope = ((double) site->most[1] - (double) site->most[0]) / (middle - small);
  return (double) site->most[1] + MAX (slope, 0) * (LARGE - middle);
}

static void
test_silences (gconstpointer data)
{
  const TriCipher *cipher = data;
  guint64 before = tri_work_count;
  g_array_set_size (sites, 0);
  for (size_index = 0; size_index < G_N_ELEMENTS (sides); size_index++)
    there_and_back (cipher, sides[size_index]);
  g_assert_cmpuint (tri_work_count - before, >, 100000);
  double worst = 0;
  for (guint i = 0; i < sites->len; i++)
    {
      const Site *site = &g_array_index (sites, Site, i);
      worst = MAX (worst, for_large (site));
      if (for_large (site) > MOST / 4)
        g_test_message ("%s, at %p: %.3g and %.3g, %.3g at 12 megapixels", cipher->id, site->place, (double) site->most[0],
                        (double) site->most[1], for_large (site));
    }
  g_test_message ("%s: %.3g at most, of %.3g in all", cipher->id, worst, (double) (tri_work_count - before));
  g_assert_cmpfloat (worst, <, MOST);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  tri_parallel_set_threads (1);
  g_assert_true (tri_kernels_select ("baseline"));
  sites = g_array_new (FALSE, TRUE, sizeof (Site));
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    {
      g_autofree char *path = g_strconcat ("/silences/", (*c)->id, NULL);
      g_test_add_data_func (path, *c, test_silences);
    }
  int status = g_test_run ();
  g_array_unref (sites);
  return status;
}
