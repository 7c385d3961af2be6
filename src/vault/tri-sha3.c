/* Keccak-f[1600] and its sponge (FIPS 202). No table look-up and no branch depends on the data.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-sha3.h"

#define ROTL(x, n) ((x) << (n) | (x) >> (64 - (n)))

static const guint64 round_constants[24] = {
  0x0000000000000001, 0x0000000000008082, 0x800000000000808a, 0x8000000080008000, 0x000000000000808b,
  0x0000000080000001, 0x8000000080008081, 0x8000000000008009, 0x000000000000008a, 0x0000000000000088,
  0x0000000080008009, 0x000000008000000a, 0x000000008000808b, 0x800000000000008b, 0x8000000000008089,
  0x8000000000008003, 0x8000000000008002, 0x8000000000000080, 0x000000000000800a, 0x800000008000000a,
  0x8000000080008081, 0x8000000000008080, 0x0000000080000001, 0x8000000080008008,
};

/* The walk of rho and pi: lane pi_lane[i] takes the one before it, rotated by rho_shift[i] (sections 3.2.2, 3.2.3). */
static const guint8 pi_lane[24] = { 10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1 };
static const guint8 rho_shift[24] = { 1, 3, 6, 10, 15, 21, 28, 36, 45, 55, 2, 14, 27, 41, 56, 8, 25, 43, 62, 18, 39, 61, 20, 44 };

static void
permute (guint64 a[25])
{
  for (guint round = 0; round < 24; round++)
    {
      guint64 c[5], before;
      for (guint x = 0; x < 5; x++)
        c[x] = a[x] ^ a[x + 5] ^ a[x + 10] ^ a[x + 15] ^ a[x + 20];
      for (guint x = 0; x < 5; x++)
        {
          guint64 d = c[(x + 4) % 5] ^ ROTL (c[(x + 1) % 5], 1);
          for (guint y = 0; y < 25; y += 5)
            a[x + y] ^= d;
        }
      before = a[1];
      for (guint i = 0; i < 24; i++)
        {
          guint64 lane = a[pi_lane[i]];
          a[pi_lane[i]] = ROTL (before, rho_shift[i]);
          before = lane;
        }
      for (guint y = 0; y < 25; y += 5)
        {
          guint64 row[5] = { a[y], a[y + 1], a[y + 2], a[y + 3], a[y + 4] };
          for (guint x = 0; x < 5; x++)
            a[y + x] = row[x] ^ (~row[(x + 1) % 5] & row[(x + 2) % 5]);
        }
      a[0] ^= round_constants[round];
    }
}

static void
init (TriSha3 *sponge, guint rate, guint8 suffix)
{
  *sponge = (TriSha3) { .rate = rate, .suffix = suffix };
}

/* Digest of 32 bytes: read exactly that many. */
void
tri_sha3_256_init (TriSha3 *sponge)
{
  init (sponge, 136, 0x06);
}

/* Digest of 64 bytes. */
void
tri_sha3_512_init (TriSha3 *sponge)
{
  init (sponge, 72, 0x06);
}

void
tri_shake128_init (TriSha3 *sponge)
{
  init (sponge, 168, 0x1f);
}

void
tri_shake256_init (TriSha3 *sponge)
{
  init (sponge, 136, 0x1f);
}

static void
xor_byte (TriSha3 *sponge, guint position, guint8 byte)
{
  sponge->lanes[position / 8] ^= (guint64) byte << 8 * (position % 8);
}

void
tri_sha3_update (TriSha3 *sponge, const void *data, gsize size)
{
  const guint8 *bytes = data;
  g_return_if_fail (!sponge->squeezing);
  for (gsize i = 0; i < size; i++)
    {
      xor_byte (sponge, sponge->position++, bytes[i]);
      if (sponge->position == sponge->rate)
        {
          permute (sponge->lanes);
          sponge->position = 0;
        }
    }
}

void
tri_sha3_read (TriSha3 *sponge, guint8 *out, gsize size)
{
  if (!sponge->squeezing)
    {
      xor_byte (sponge, sponge->position, sponge->suffix);
      xor_byte (sponge, sponge->rate - 1, 0x80);
      permute (sponge->lanes);
      sponge->position = 0;
      sponge->squeezing = TRUE;
    }
  for (gsize i = 0; i < size; i++)
    {
      if (sponge->position == sponge->rate)
        {
          permute (sponge->lanes);
          sponge->position = 0;
        }
      out[i] = (guint8) (sponge->lanes[sponge->position / 8] >> 8 * (sponge->position % 8));
      sponge->position++;
    }
}
