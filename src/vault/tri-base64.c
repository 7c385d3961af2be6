/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-base64.h"

#include <sodium.h>

static int
variant (gboolean padding)
{
  return padding ? sodium_base64_VARIANT_ORIGINAL : sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
}

/* Returns: (transfer full) */
char *
tri_base64_encode (const guint8 *data, gsize size, gboolean padding)
{
  gsize length = sodium_base64_encoded_len (size, variant (padding));
  return sodium_bin2base64 (g_malloc (length), length, data, size, variant (padding));
}

/**
 * tri_base64_decode:
 * @padding: whether there must be padding; otherwise there must be none
 *
 * Takes the canonical text only: no white space, no bits set that mean nothing.
 */
gboolean
tri_base64_decode (const char *text, gsize length, gboolean padding, guint8 *out, gsize out_max, gsize *out_size)
{
  const char *end;
  for (gsize i = 0; i < length; i++)
    if ((guint8) text[i] >= 0x80) /* libsodium 1.0.18 takes these for digits */
      return FALSE;
  return sodium_base642bin (out, out_max, text, length, NULL, out_size, &end, variant (padding)) == 0
         && end == text + length;
}
