/* Philox 4×32 with ten rounds: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3" (SC 2011).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-rng.h"

#include <math.h>

/* Replaces @counter by its four random words. */
void
tri_philox (guint32 counter[4], const guint32 key[2])
{
  guint32 k0 = key[0], k1 = key[1];
  for (guint round = 0; round < 10; round++)
    {
      guint64 a = (guint64) 0xD2511F53 * counter[0], b = (guint64) 0xCD9E8D57 * counter[2];
      counter[0] = (guint32) (b >> 32) ^ counter[1] ^ k0;
      counter[2] = (guint32) (a >> 32) ^ counter[3] ^ k1;
      counter[1] = (guint32) b;
      counter[3] = (guint32) a;
      k0 += 0x9E3779B9;
      k1 += 0xBB67AE85;
    }
}

TriRng
tri_rng (guint64 seed, guint64 stream)
{
  return (TriRng) { seed, stream, 0 };
}

guint32
tri_rng_u32 (TriRng *rng)
{
  guint64 block = rng->position / 4;
  guint32 counter[4] = { (guint32) block, (guint32) (block >> 32), (guint32) rng->stream, (guint32) (rng->stream >> 32) };
  guint32 key[2] = { (guint32) rng->seed, (guint32) (rng->seed >> 32) };
  tri_philox (counter, key);
  return counter[rng->position++ % 4];
}

/* Returns: 0 … @limit - 1, all equally likely to one part in 2³² */
guint
tri_rng_below (TriRng *rng, guint limit)
{
  return (guint) ((guint64) tri_rng_u32 (rng) * limit >> 32);
}

/* Returns: 0 ≤ x < 1 */
float
tri_rng_uniform (TriRng *rng)
{
  return (float) (tri_rng_u32 (rng) >> 8) * 0x1p-24f;
}

/* Box and Muller's method, one of each pair. */
float
tri_rng_normal (TriRng *rng)
{
  double u = ((double) tri_rng_u32 (rng) + 0.5) * 0x1p-32, angle = (double) tri_rng_u32 (rng) * 0x1p-32 * 2 * G_PI;
  return (float) (sqrt (-2 * log (u)) * cos (angle));
}

void
tri_rng_permute (TriRng *rng, guint *items, guint n_items)
{
  for (guint i = n_items; i > 1; i--)
    {
      guint j = tri_rng_below (rng, i), item = items[i - 1];
      items[i - 1] = items[j];
      items[j] = item;
    }
}
