/* Every cipher with a network works in tiles where a picture is large: with small tiles, with large ones and with one the same
 * comes back, and a seam can't be told from any other place. The linker hands the choice of a tile's side to this test.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "model-fixture.h"
#include "tri-cipher.h"
#include "tri-cyclegan.h"
#include "tri-tile.h"

#define SIDE 48u /* pixels */

static guint forced;   /* side of tiles; 0: as the program chooses it */
static guint n_tiled;  /* pictures that were larger than a tile of that side */
static guint n_chosen; /* times that the program chose */

guint __real_tri_tile_choose_side (TriNet *net, const TriTileInput *inputs, guint64 max_bytes, GError **error);
guint __wrap_tri_tile_choose_side (TriNet *net, const TriTileInput *inputs, guint64 max_bytes, GError **error);

guint
__wrap_tri_tile_choose_side (TriNet *net, const TriTileInput *inputs, guint64 max_bytes, GError **error)
{
  const TriShape *shape = &inputs[0].tensor->shape;
  n_chosen++;
  n_tiled += forced > 0 && MAX (shape->w, shape->h) > forced;
  return forced > 0 ? forced : __real_tri_tile_choose_side (net, inputs, max_bytes, error);
}

guint __real_tri_cyclegan_choose_side (void);
guint __wrap_tri_cyclegan_choose_side (void);

/* Positions of two pixels each way. */
guint
__wrap_tri_cyclegan_choose_side (void)
{
  n_chosen++;
  n_tiled += forced > 0;
  return forced > 0 ? forced / 2 : __real_tri_cyclegan_choose_side ();
}

/* A part of a photograph, and an alpha that is no pattern of the tiles. */
static TriImage *
cut (guint width, guint height, guint channels)
{
  g_autoptr (TriImage) sample = model_fixture_sample ("bridge.png");
  TriImage *picture = tri_image_new (width, height, channels, NULL);
  g_assert_cmpuint (sample->channels, ==, 3);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      {
        const guint8 *from = sample->pixels + (y % sample->height) * tri_image_stride (sample) + x % sample->width * 3;
        guint8 *to = picture->pixels + y * tri_image_stride (picture) + (gsize) x * channels;
        memcpy (to, channels < 3 ? from + 1 : from, channels < 3 ? 1 : 3);
        if (tri_image_has_alpha (picture))
          to[channels - 1] = (guint8) (x * y + 7 * x);
      }
  return picture;
}

static TriSealed *
hide (const TriCipher *cipher, const TriParams *params, const TriImage *picture, const TriKey *key, guint side)
{
  static const guint8 salt[TRI_SALT_SIZE] = "tiles' salt....", nonce[TRI_NONCE_SIZE] = "tiles' nonce";
  g_autoptr (GError) error = NULL;
  forced = side;
  TriSealed *sealed = tri_cipher_encrypt (cipher, picture, key, params, &(TriFresh) { salt, nonce }, NULL, &error);
  forced = 0;
  g_assert_no_error (error);
  return sealed;
}

static TriImage *
show (const TriSealed *sealed, const TriKey *key, guint side)
{
  g_autoptr (GError) error = NULL;
  forced = side;
  TriImage *picture = tri_cipher_decrypt (sealed, key, NULL, &error);
  forced = 0;
  g_assert_no_error (error);
  return picture;
}

/* Returns: the largest difference, in levels */
static guint
compare (const TriImage *a, const TriImage *b)
{
  guint most = 0;
  g_assert_true (tri_image_same_shape (a, b));
  for (gsize i = 0; i < tri_image_n_bytes (a); i++)
    most = MAX (most, (guint) abs (a->pixels[i] - b->pixels[i]));
  return most;
}

/* Whole and in tiles, each way: what comes back is the same, but for what the order of additions rounds to. */
static void
check_tiles (const TriCipher *cipher, const TriParams *params, guint width, guint height, guint channels)
{
  g_autofree char *text = tri_params_to_text (params);
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "tiles", 5, NULL);
  g_autoptr (TriImage) picture = cut (width, height, channels);
  g_autoptr (TriSealed) whole = hide (cipher, params, picture, key, 0), tiled = hide (cipher, params, picture, key, SIDE);
  g_autoptr (TriImage) right = show (whole, key, 0), shown = show (whole, key, SIDE), hidden = show (tiled, key, 0);
  g_autoptr (TriImage) both = show (tiled, key, SIDE);
  guint of_shown = compare (right, shown), of_hidden = compare (right, hidden), of_both = compare (right, both);
  g_test_message ("%s %s %u × %u × %u: %u, %u and %u levels apart, %.1f dB", cipher->id, text, width, height, channels, of_shown,
                  of_hidden, of_both, model_fixture_psnr (picture, right));
  g_assert_cmpuint (of_shown, <=, 1);
  g_assert_cmpuint (of_hidden, <=, 8);
  g_assert_cmpuint (of_both, <=, 8);
}

static void
test_same (gconstpointer data)
{
  static const guint sizes[][2] = { { 203, 151 }, { 1, 1 }, { 1, 131 }, { 411, 3 }, { 49, 48 } };
  const TriCipher *cipher = data;
  const TriParamSpec *chooser = NULL;
  for (const TriParamSpec *spec = cipher->params; spec != NULL && spec->id != NULL; spec++)
    if ((spec->flags & TRI_PARAM_CHOOSES_WEIGHTS) != 0)
      chooser = spec;
  n_tiled = n_chosen = 0;
  for (guint choice = 0; choice == 0 || (chooser != NULL && chooser->choices[choice].id != NULL); choice++)
    for (guint s = 0; s < G_N_ELEMENTS (sizes); s++)
      for (guint channels = s == 0 ? 1 : 1 + (s + choice) % 4; channels <= (s == 0 ? 4 : 1 + (s + choice) % 4); channels++)
        {
          g_autoptr (TriParams) params = tri_params_new (cipher->params);
          g_assert_true (chooser == NULL || tri_params_set (params, chooser->id, choice, NULL));
          check_tiles (cipher, params, sizes[s][0], sizes[s][1], channels);
        }
  g_assert_true ((n_chosen > 0) == (n_tiled > 0));
  g_assert_true (n_chosen > 0 || (cipher->flags & TRI_CIPHER_LOSSLESS) != 0); /* integers: no tiles */
}

int
main (int argc, char *argv[])
{
  guint n = 0;
  g_test_init (&argc, &argv, NULL);
  for (const TriCipher *const *cipher = tri_ciphers (); *cipher != NULL; cipher++)
    if ((*cipher)->family == TRI_FAMILY_NEURAL)
      {
        g_autofree char *path = g_strdup_printf ("/model/tiles/%s", (*cipher)->id);
        g_test_add_data_func (path, *cipher, test_same);
        n++;
      }
  g_assert_cmpuint (n, >=, 4);
  return g_test_run ();
}
