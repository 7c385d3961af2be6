/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "work-fixture.h"

#include <string.h>

TriImage *
fixture_picture (guint width, guint height, guint channels)
{
  TriImage *image = tri_image_new (width, height, channels, NULL);
  for (guint y = 0; y < height; y++)
    for (guint x = 0; x < width; x++)
      for (guint c = 0; c < channels; c++)
        image->pixels[((gsize) y * width + x) * channels + c]
            = (guint8) (x * 160 / width + y * 70 / height + c * 7 + (x * 7 + y * 13) % 11);
  return image;
}

TriKey *
fixture_key (const char *bytes)
{
  return tri_key_new_file ((const guint8 *) bytes, strlen (bytes), NULL);
}

const TriCipher *
fixture_cipher (const char *id)
{
  const TriCipher *cipher = tri_cipher_find (id);
  g_assert_nonnull (cipher);
  return cipher;
}

TriSealed *
fixture_seal (const char *cipher, const TriImage *picture, const TriKey *key)
{
  g_autoptr (GError) error = NULL;
  TriSealed *sealed = tri_cipher_encrypt (fixture_cipher (cipher), picture, key, NULL, NULL, NULL, &error);
  g_assert_no_error (error);
  return sealed;
}

void
fixture_settle (TriSession *session)
{
  while (tri_session_is_busy (session))
    g_main_context_iteration (NULL, TRUE);
}

static gboolean
set_true (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
fixture_drain (void)
{
  gboolean over = FALSE;
  g_timeout_add (150, set_true, &over);
  while (!over)
    g_main_context_iteration (NULL, TRUE);
}
