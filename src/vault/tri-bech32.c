/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-bech32.h"

#include <sodium.h>
#include <string.h>

#define CHECKSUM 6

static const char charset[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

static guint32
polymod_step (guint32 checksum, guint8 value)
{
  static const guint32 generator[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
  guint32 top = checksum >> 25;
  checksum = (checksum & 0x1ffffff) << 5 ^ value;
  for (guint i = 0; i < 5; i++)
    checksum ^= generator[i] & (0u - (top >> i & 1));
  return checksum;
}

static guint32
polymod_hrp (const char *hrp)
{
  guint32 checksum = 1;
  for (const char *p = hrp; *p != '\0'; p++)
    checksum = polymod_step (checksum, (guint8) ((guint8) g_ascii_tolower (*p) >> 5));
  checksum = polymod_step (checksum, 0);
  for (const char *p = hrp; *p != '\0'; p++)
    checksum = polymod_step (checksum, (guint8) (g_ascii_tolower (*p) & 31));
  return checksum;
}

/* Returns: how many bytes the text of @size bytes takes, with the zero at its end */
gsize
tri_bech32_get_room (const char *hrp, gsize size)
{
  return strlen (hrp) + 1 + (size * 8 + 4) / 5 + CHECKSUM + 1;
}

/**
 * tri_bech32_encode:
 * @hrp: human-readable part; when it is in upper case, so is the result
 * @text: (out): with tri_bech32_get_room(); in locked memory when @data is secret
 */
void
tri_bech32_encode (const char *hrp, const guint8 *data, gsize size, char *text)
{
  gsize prefix = strlen (hrp), n = (size * 8 + 4) / 5;
  gboolean upper = g_ascii_isupper (hrp[0]);
  char *p = text;
  guint32 checksum = polymod_hrp (hrp), buffer = 0;
  guint bits = 0;
  memcpy (p, hrp, prefix);
  p += prefix;
  *p++ = '1';
  for (gsize i = 0, j = 0; i < n; i++)
    {
      for (; bits < 5; bits += 8)
        buffer = (buffer << 8 | (j < size ? data[j] : 0)) & 0xffff, j++;
      bits -= 5;
      guint8 value = (guint8) (buffer >> bits & 31);
      checksum = polymod_step (checksum, value);
      *p++ = charset[value];
    }
  for (guint i = 0; i < CHECKSUM; i++)
    checksum = polymod_step (checksum, 0);
  checksum ^= 1;
  for (guint i = 0; i < CHECKSUM; i++)
    *p++ = charset[checksum >> 5 * (CHECKSUM - 1 - i) & 31];
  *p = '\0';
  if (upper)
    for (p = text; *p != '\0'; p++)
      *p = g_ascii_toupper (*p);
}

/**
 * tri_bech32_decode:
 * @hrp: the human-readable part that is wanted, in the case that is wanted (age: identities in upper case, recipients
 *   in lower case; the other case of the whole text is accepted too, a mixture is not)
 * @data: (out): exactly @size bytes
 *
 * Returns: FALSE for another prefix, a wrong character, length, padding or checksum
 */
gboolean
tri_bech32_decode (const char *text, const char *hrp, guint8 *data, gsize size)
{
  gsize prefix = strlen (hrp), n = (size * 8 + 4) / 5;
  if (strlen (text) != prefix + 1 + n + CHECKSUM || g_ascii_strncasecmp (text, hrp, prefix) != 0 || text[prefix] != '1')
    return FALSE;
  gboolean upper = FALSE, lower = FALSE;
  for (const char *p = text; *p != '\0'; p++)
    {
      upper |= g_ascii_isupper (*p);
      lower |= g_ascii_islower (*p);
    }
  if (upper && lower)
    return FALSE;

  guint32 checksum = polymod_hrp (hrp), buffer = 0;
  guint bits = 0;
  gsize j = 0;
  for (gsize i = 0; i < n + CHECKSUM; i++)
    {
      const char *found = strchr (charset, g_ascii_tolower (text[prefix + 1 + i]));
      if (found == NULL || *found == '\0')
        return FALSE;
      guint8 value = (guint8) (found - charset);
      checksum = polymod_step (checksum, value);
      if (i >= n)
        continue;
      buffer = (buffer << 5 | value) & 0xfff;
      bits += 5;
      if (bits >= 8)
        {
          bits -= 8;
          data[j++] = (guint8) (buffer >> bits);
        }
    }
  return checksum == 1 && j == size && (buffer & ((1u << bits) - 1)) == 0;
}
