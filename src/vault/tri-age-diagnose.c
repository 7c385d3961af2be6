/* The last chunk of a file can be of any length, so a chunk that ends too early and a damaged one both merely fail to
 * authenticate. But Poly1305 is a polynomial over the blocks: with the key at hand, the difference between the tag that
 * is there and the tag that the blocks give tells whether changing a single byte would explain it. The answer only words
 * the error: nothing is repaired and nothing released, for that would weaken the authentication.
 * Poly1305: RFC 8439, section 2.5. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age-diagnose.h"

#include <sodium.h>
#include <string.h>

#define TAG 16
#define MASK44 ((G_GUINT64_CONSTANT (1) << 44) - 1)
#define MASK42 ((G_GUINT64_CONSTANT (1) << 42) - 1)

__extension__ typedef unsigned __int128 Wide;

/* A number modulo p = 2^130 - 5 in limbs of 44, 44 and 42 bits. */
typedef struct { guint64 l[3]; } Field;

static Field
carry (Wide d0, Wide d1, Wide d2)
{
  Field f;
  d1 += d0 >> 44;
  d2 += d1 >> 44;
  Wide low = (d0 & MASK44) + (d2 >> 42) * 5;
  f.l[0] = (guint64) low & MASK44;
  Wide middle = (d1 & MASK44) + (low >> 44);
  f.l[1] = (guint64) middle & MASK44;
  f.l[2] = ((guint64) d2 & MASK42) + (guint64) (middle >> 44);
  return f;
}

static Field
multiply (Field a, Field b)
{
  guint64 s1 = b.l[1] * 20, s2 = b.l[2] * 20;
  return carry ((Wide) a.l[0] * b.l[0] + (Wide) a.l[1] * s2 + (Wide) a.l[2] * s1,
                (Wide) a.l[0] * b.l[1] + (Wide) a.l[1] * b.l[0] + (Wide) a.l[2] * s2,
                (Wide) a.l[0] * b.l[2] + (Wide) a.l[1] * b.l[1] + (Wide) a.l[2] * b.l[0]);
}

static Field
add (Field a, Field b)
{
  return carry ((Wide) a.l[0] + b.l[0], (Wide) a.l[1] + b.l[1], (Wide) a.l[2] + b.l[2]);
}

/* a - b, by adding 4p first so that no limb is negative */
static Field
subtract (Field a, Field b)
{
  return carry ((Wide) a.l[0] + 4 * (MASK44 - 4) - b.l[0], (Wide) a.l[1] + 4 * MASK44 - b.l[1],
                (Wide) a.l[2] + 4 * MASK42 - b.l[2]);
}

/* Sixteen little-endian bytes and bits 128 and 129. */
static Field
from_bytes (const guint8 bytes[16], guint64 high)
{
  guint64 low, top;
  memcpy (&low, bytes, 8);
  memcpy (&top, bytes + 8, 8);
  low = GUINT64_FROM_LE (low);
  top = GUINT64_FROM_LE (top);
  return (Field) { { low & MASK44, (low >> 44 | top << 20) & MASK44, top >> 24 | high << 40 } };
}

/* The one representation below p. Returns: bits 128 and up */
static guint64
to_bytes (Field f, guint8 bytes[16])
{
  for (guint i = 0; i < 2; i++)
    f = carry (f.l[0], f.l[1], f.l[2]);
  Field above = carry ((Wide) f.l[0] + 5, f.l[1], f.l[2]); /* f + 5 wraps exactly when f ≥ p */
  if (((Wide) f.l[0] + 5 + ((Wide) f.l[1] << 44)) >> 88 && f.l[2] == MASK42)
    f = above;
  guint64 low = GUINT64_TO_LE (f.l[0] | f.l[1] << 44), top = GUINT64_TO_LE (f.l[1] >> 20 | f.l[2] << 24);
  memcpy (bytes, &low, 8);
  memcpy (bytes + 8, &top, 8);
  return f.l[2] >> 40;
}

/* a^(p-2) = 1/a */
static Field
invert (Field a)
{
  Field result = { { 1, 0, 0 } };
  for (int bit = 129; bit >= 0; bit--)
    {
      result = multiply (result, result);
      /* p - 2 = 2^130 - 7: every bit but 1 and 2 */
      if (bit != 1 && bit != 2)
        result = multiply (result, a);
    }
  return result;
}

/* Whether a number, or its negative, is δ·256^j with 0 < δ < 256. */
static gboolean
is_one_byte (Field f)
{
  static const Field zero = { { 0, 0, 0 } };
  for (guint sign = 0; sign < 2; sign++)
    {
      guint8 bytes[16];
      guint n = 0;
      if (to_bytes (sign == 0 ? f : subtract (zero, f), bytes) != 0)
        continue;
      for (guint i = 0; i < 16; i++)
        n += bytes[i] != 0;
      if (n == 1)
        return TRUE;
    }
  return FALSE;
}

static Field
polynomial (const guint8 *text, gsize size, Field r)
{
  Field h = { { 0, 0, 0 } };
  guint8 block[16];
  for (gsize at = 0; at < size; at += 16)
    {
      memset (block, 0, sizeof block);
      memcpy (block, text + at, MIN (16, size - at));
      h = multiply (add (h, from_bytes (block, 1)), r);
    }
  guint64 length = GUINT64_TO_LE ((guint64) size);
  memset (block, 0, sizeof block);
  memcpy (block + 8, &length, 8);
  return multiply (add (h, from_bytes (block, 1)), r);
}

/**
 * tri_age_one_byte_wrong:
 * @sealed: a ChaCha20-Poly1305 ciphertext without additional data, and its tag: @size bytes that did not authenticate
 *
 * Returns: TRUE when changing a single byte of it makes it authentic: it is damaged, not cut off
 */
gboolean
tri_age_one_byte_wrong (const guint8 key[32], const guint8 nonce[12], const guint8 *sealed, gsize size)
{
  guint8 one_time[64], computed[16], expected[16];
  if (size < TAG)
    return FALSE;
  gsize n = size - TAG;
  const guint8 *tag = sealed + n;
  memset (one_time, 0, sizeof one_time);
  crypto_stream_chacha20_ietf_xor_ic (one_time, one_time, sizeof one_time, nonce, 0, key);
  for (guint i = 0; i < 4; i++) /* the clamp */
    {
      one_time[4 * i + 3] &= 15;
      if (i > 0)
        one_time[4 * i] &= 252;
    }
  Field r = from_bytes (one_time, 0), h = polynomial (sealed, n, r);

  /* tag - s modulo 2^128: what the polynomial should be, but for two bits */
  guint borrow = 0, differing = 0;
  for (guint i = 0; i < 16; i++)
    {
      guint value = 256u + tag[i] - one_time[16 + i] - borrow;
      expected[i] = (guint8) value;
      borrow = value < 256;
    }
  to_bytes (h, computed);
  guint sum = 0;
  for (guint i = 0; i < 16; i++)
    {
      sum = computed[i] + one_time[16 + i] + (sum >> 8);
      differing += (guint8) sum != tag[i];
    }
  gboolean found = differing == 1; /* in the tag itself */

  Field inverse = invert (r), difference[4];
  for (guint c = 0; c < 4; c++)
    difference[c] = multiply (multiply (subtract (from_bytes (expected, c), h), inverse), inverse);
  for (gsize block = (n + 15) / 16; block > 0 && !found; block--)
    for (guint c = 0; c < 4; c++)
      {
        found |= is_one_byte (difference[c]);
        difference[c] = multiply (difference[c], inverse);
      }
  sodium_memzero (one_time, sizeof one_time);
  return found;
}
