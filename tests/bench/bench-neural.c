/* Every cipher with trained weights, and the network that is undone exactly: there and back for 512 × 512, and for 12
 * megapixels also the longest time in which it tells no progress and can't be cancelled. An argument names one cipher.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tri-cipher.h"
#include "tri-rng.h"

typedef struct {
  const TriCipher *cipher;
  TriParams *params;
  TriImage *image;
  TriKey *key;
  /* when it last told progress, the longest silence, and how far it was then */
  gint64 told, longest;
  double where;
} Work;

/* Soft shapes with noise on them, as a photograph has. */
static TriImage *
make_picture (guint width, guint height)
{
  TriImage *image = tri_image_new (width, height, 3, NULL);
  TriRng rng = tri_rng (1, 1);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      for (guint c = 0; c < 3; c++)
        image->pixels[((gsize) y * width + x) * 3 + c]
            = (guint8) ((x * (c + 2) / 7 % 200 + y * (4 - c) / 9 % 200) / 2 + (tri_rng_u32 (&rng) & 15));
  return image;
}

static void
there_and_back (Work *work, TriProgress *progress)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriProgress) there = tri_progress_sub (progress, 0, 0.5), back_again = tri_progress_sub (progress, 0.5, 1);
  g_autoptr (TriSealed) sealed = tri_cipher_encrypt (work->cipher, work->image, work->key, work->params, NULL, there, &error);
  g_autoptr (TriImage) back = sealed != NULL ? tri_cipher_decrypt (sealed, work->key, back_again, &error) : NULL;
  if (back == NULL)
    g_error ("%s: %s", work->cipher->id, error->message);
}

static void
do_small (gpointer data)
{
  there_and_back (data, NULL);
}

static void
note_silence (double fraction, gpointer data)
{
  Work *work = data;
  gint64 now = g_get_monotonic_time (), silence = now - work->told;
  work->told = now;
  if (silence <= work->longest)
    return;
  work->longest = silence;
  work->where = fraction;
}

/* Progress is told at most every 16 ms, so that the silence is at most so much longer than the time without a look. */
static void
measure_large (Work *work, const char *name)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, note_silence, work);
  gint64 start = work->told = g_get_monotonic_time ();
  there_and_back (work, progress);
  note_silence (1, work);
  printf ("%s, 12 MP\t%.6f\n", name, (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC);
  printf ("%s, 12 MP, longest silence\t%.6f\n", name, (double) work->longest / G_USEC_PER_SEC);
  fprintf (stderr, "# %s: the longest silence ended at %.3f\n", name, work->where);
  fflush (stdout);
}

static void
measure (const TriCipher *cipher, const TriParams *params, const char *name)
{
  Work work = { .cipher = cipher, .params = tri_params_copy (params), .key = tri_key_new_file ((const guint8 *) "bench", 5, NULL) };
  g_autofree char *small = g_strdup_printf ("%s, there and back, 512x512", name);
  work.image = make_picture (512, 512);
  bench (small, do_small, &work);
  tri_image_unref (work.image);
  work.image = make_picture (4000, 3000);
  measure_large (&work, name);
  tri_image_unref (work.image);
  tri_key_unref (work.key);
  tri_params_free (work.params);
}

/* Each choice of the weights, where there is one. */
static void
measure_all (const TriCipher *cipher)
{
  const TriParamSpec *choice = cipher->params;
  while (choice != NULL && choice->id != NULL && (choice->flags & TRI_PARAM_CHOOSES_WEIGHTS) == 0)
    choice++;
  g_autoptr (TriParams) params = tri_params_new (cipher->params);
  if (choice == NULL || choice->id == NULL)
    measure (cipher, params, cipher->id);
  else
    for (guint i = 0; choice->choices[i].id != NULL; i++)
      {
        if (strcmp (choice->choices[i].id, "auto") == 0)
          continue;
        g_autofree char *name = g_strdup_printf ("%s %s", cipher->id, choice->choices[i].id);
        tri_params_set (params, choice->id, i, NULL);
        measure (cipher, params, name);
      }
}

int
main (int argc, char **argv)
{
  if (sodium_init () < 0)
    return 1;
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    if (argc > 1 ? strcmp ((*c)->id, argv[1]) == 0 : (*c)->family == TRI_FAMILY_NEURAL)
      measure_all (*c);
  return 0;
}
