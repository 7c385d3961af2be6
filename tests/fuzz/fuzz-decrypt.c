/* Every cipher's decryption of what passed the sealed PNG's parser: parameters, geometry and side data are an
 * attacker's. The input is the data of the chunk; the visible picture is made up.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fuzz.h"
#include "tri-cipher.h"
#include "tri-error.h"
#include "tri-sealed-chunk.h"

#define MAX_PIXELS (32 * 32)

static gboolean
find_specs (const char *id, const TriParamSpec **specs, GError **error)
{
  const TriCipher *cipher = tri_cipher_find_or_error (id, error);
  *specs = cipher != NULL ? cipher->params : NULL;
  return cipher != NULL;
}

static TriKey *
get_key (void)
{
  return tri_key_new_file ((const guint8 *) "a key file for the fuzzer", 25, NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  guint visible[3];
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) chunk = g_bytes_new (data, size);
  g_autoptr (TriSealed) sealed = tri_sealed_chunk_read (chunk, find_specs, visible, &error);
  if (sealed == NULL || (guint64) visible[0] * visible[1] > MAX_PIXELS || (guint64) sealed->width * sealed->height > MAX_PIXELS)
    return 0;
  sealed->visible = tri_image_new (visible[0], visible[1], visible[2], NULL);
  for (gsize i = 0; i < tri_image_n_bytes (sealed->visible); i++)
    sealed->visible->pixels[i] = (guint8) (i * 167 >> 3);
  g_autoptr (TriKey) key = get_key ();
  g_autoptr (TriImage) image = tri_cipher_decrypt (sealed, key, NULL, &error);
  g_assert_true ((image == NULL) == (error != NULL));
  return 0;
}

static void
add_seed (GPtrArray *seeds, const TriCipher *cipher, const TriParams *params)
{
  static const guint8 zeros[TRI_NONCE_SIZE] = { 0 };
  const TriFresh fresh = { zeros, zeros };
  g_autoptr (GError) error = NULL;
  g_autoptr (TriKey) key = get_key ();
  g_autoptr (TriImage) image = tri_image_new (9, 9, 3, NULL);
  for (guint i = 0; i < 9 * 9 * 3; i++)
    image->pixels[i] = (guint8) (i * 5);
  g_autoptr (TriSealed) sealed = tri_cipher_encrypt (cipher, image, key, params, &fresh, NULL, &error);
  if (sealed != NULL) /* not every choice suits such a small picture */
    g_ptr_array_add (seeds, tri_sealed_chunk_write (sealed));
}

/* Each cipher with its defaults, and with each choice and switch turned. */
void
fuzz_add_seeds (GPtrArray *seeds)
{
  const TriCipher *const *ciphers = tri_ciphers ();
  for (guint i = 0; ciphers[i] != NULL; i++)
    {
      add_seed (seeds, ciphers[i], NULL);
      for (const TriParamSpec *spec = ciphers[i]->params; spec != NULL && spec->id != NULL; spec++)
        {
          g_autoptr (TriParams) params = tri_params_new (ciphers[i]->params);
          gboolean turned = spec->type == TRI_PARAM_CHOICE || spec->type == TRI_PARAM_BOOL;
          if (turned && tri_params_set (params, spec->id, spec->def == 0 ? 1 : 0, NULL))
            add_seed (seeds, ciphers[i], params);
        }
    }
}
