/* ML-KEM-768 after FIPS 203, algorithm numbers in the comments: for systems whose libraries have none. Constant-time in
 * secrets: no branch, no index and no division depends on them; only the public matrix is sampled by rejection.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-mlkem.h"

#include <sodium.h>
#include <string.h>

#include "tri-sha3.h"

#define K 3
#define Q 3329
#define N 256
#define ENCODED (12 * N / 8)     /* a polynomial of 12-bit coefficients */
#define DU 10
#define DV 4

typedef struct { guint16 c[N]; } Poly; /* coefficients 0…Q-1 */

/* 17^BitRev7(i) mod Q (appendix A); the i-th base-case multiplier is ±these[64 + i/2]. */
static const guint16 zetas[128] = {
  1, 1729, 2580, 3289, 2642, 630, 1897, 848, 1062, 1919, 193, 797, 2786, 3260, 569, 1746,
  296, 2447, 1339, 1476, 3046, 56, 2240, 1333, 1426, 2094, 535, 2882, 2393, 2879, 1974, 821,
  289, 331, 3253, 1756, 1197, 2304, 2277, 2055, 650, 1977, 2513, 632, 2865, 33, 1320, 1915,
  2319, 1435, 807, 452, 1438, 2868, 1534, 2402, 2647, 2617, 1481, 648, 2474, 3110, 1227, 910,
  17, 2761, 583, 2649, 1637, 723, 2288, 1100, 1409, 2662, 3281, 233, 756, 2156, 3015, 3050,
  1703, 1651, 2789, 1789, 1847, 952, 1461, 2687, 939, 2308, 2437, 2388, 733, 2337, 268, 641,
  1584, 2298, 2037, 3220, 375, 2549, 2090, 1645, 1063, 319, 2773, 757, 2099, 561, 2466, 2594,
  2804, 1092, 403, 1026, 1143, 2150, 2775, 886, 1722, 1212, 1874, 1029, 2110, 2935, 885, 2154,
};

/* a < 2Q → a mod Q */
static guint16
reduce_once (guint32 a)
{
  guint32 x = a - Q;
  return (guint16) (x + (Q & (0u - (x >> 31))));
}

/* a < Q² + Q → a mod Q, by Barrett: 5039 = ⌊2^24 / Q⌋ */
static guint16
reduce (guint32 a)
{
  guint32 quotient = (guint32) ((guint64) a * 5039 >> 24);
  return reduce_once (a - quotient * Q);
}

static guint16
sub (guint16 a, guint16 b)
{
  return reduce_once ((guint32) a + Q - b);
}

static void
poly_add (Poly *a, const Poly *b)
{
  for (guint i = 0; i < N; i++)
    a->c[i] = reduce_once ((guint32) a->c[i] + b->c[i]);
}

/* Algorithm 9 */
static void
ntt (Poly *f)
{
  guint k = 1;
  for (guint len = N / 2; len >= 2; len /= 2)
    for (guint start = 0; start < N; start += 2 * len)
      {
        guint32 zeta = zetas[k++];
        for (guint j = start; j < start + len; j++)
          {
            guint16 t = reduce (zeta * f->c[j + len]);
            f->c[j + len] = sub (f->c[j], t);
            f->c[j] = reduce_once ((guint32) f->c[j] + t);
          }
      }
}

/* Algorithm 10; 3303 = 128⁻¹ mod Q */
static void
inverse_ntt (Poly *f)
{
  guint k = 127;
  for (guint len = 2; len <= N / 2; len *= 2)
    for (guint start = 0; start < N; start += 2 * len)
      {
        guint32 zeta = zetas[k--];
        for (guint j = start; j < start + len; j++)
          {
            guint16 t = f->c[j];
            f->c[j] = reduce_once ((guint32) t + f->c[j + len]);
            f->c[j + len] = reduce (zeta * sub (f->c[j + len], t));
          }
      }
  for (guint i = 0; i < N; i++)
    f->c[i] = reduce (3303u * f->c[i]);
}

/* sum += a ∘ b in the transformed domain. Algorithms 11 and 12 */
static void
multiply_add (Poly *sum, const Poly *a, const Poly *b)
{
  for (guint i = 0; i < N; i += 2)
    {
      guint16 zeta = zetas[64 + i / 4], gamma = i % 4 == 0 ? zeta : (guint16) (Q - zeta);
      guint32 a0 = a->c[i], a1 = a->c[i + 1], b0 = b->c[i], b1 = b->c[i + 1];
      guint16 c0 = reduce (a0 * b0 + (guint32) reduce (reduce (a1 * b1) * (guint32) gamma) );
      guint16 c1 = reduce_once ((guint32) reduce (a0 * b1) + reduce (a1 * b0));
      sum->c[i] = reduce_once ((guint32) sum->c[i] + c0);
      sum->c[i + 1] = reduce_once ((guint32) sum->c[i + 1] + c1);
    }
}

/* Algorithm 7: uniform polynomial from the public seed; rejection is on public data. */
static void
sample_ntt (Poly *f, const guint8 rho[32], guint8 column, guint8 row)
{
  guint8 index[2] = { column, row };
  TriSha3 xof;
  tri_shake128_init (&xof);
  tri_sha3_update (&xof, rho, 32);
  tri_sha3_update (&xof, index, 2);
  for (guint j = 0; j < N;)
    {
      guint8 b[3];
      tri_sha3_read (&xof, b, 3);
      guint16 d1 = (guint16) (b[0] | (b[1] & 15) << 8), d2 = (guint16) (b[1] >> 4 | b[2] << 4);
      if (d1 < Q)
        f->c[j++] = d1;
      if (d2 < Q && j < N)
        f->c[j++] = d2;
    }
}

/* Algorithm 8 with η = 2 of PRF(seed, counter): centred binomial */
static void
sample_cbd (Poly *f, const guint8 seed[32], guint8 counter)
{
  guint8 bytes[N / 2];
  TriSha3 prf;
  tri_shake256_init (&prf);
  tri_sha3_update (&prf, seed, 32);
  tri_sha3_update (&prf, &counter, 1);
  tri_sha3_read (&prf, bytes, sizeof bytes);
  for (guint i = 0; i < N; i++)
    {
      guint bits = bytes[i / 2] >> 4 * (i % 2);
      f->c[i] = sub ((guint16) ((bits & 1) + (bits >> 1 & 1)), (guint16) ((bits >> 2 & 1) + (bits >> 3 & 1)));
    }
  sodium_memzero (bytes, sizeof bytes);
  sodium_memzero (&prf, sizeof prf);
}

/* ⌈2^d/Q · x⌋ mod 2^d without a division (section 4.2.1) */
static guint16
compress (guint16 x, guint d)
{
  guint32 dividend = (guint32) x << d;
  guint32 quotient = (guint32) ((guint64) dividend * 5039 >> 24);
  guint32 remainder = dividend - quotient * Q;
  quotient += (Q / 2 - remainder) >> 31 & 1;
  quotient += (Q + Q / 2 - remainder) >> 31 & 1;
  return (guint16) (quotient & ((1u << d) - 1));
}

static guint16
decompress (guint16 y, guint d)
{
  return (guint16) (((guint32) y * Q + (1u << (d - 1))) >> d);
}

/* Algorithm 5: d-bit coefficients, 32·d bytes */
static void
encode (guint8 *out, const Poly *f, guint d)
{
  guint32 buffer = 0;
  guint bits = 0;
  for (guint i = 0; i < N; i++)
    {
      buffer |= (guint32) f->c[i] << bits;
      for (bits += d; bits >= 8; bits -= 8, buffer >>= 8)
        *out++ = (guint8) buffer;
    }
}

/* Algorithm 6, without reduction: the caller checks 12-bit values */
static void
decode (Poly *f, const guint8 *in, guint d)
{
  guint32 buffer = 0;
  guint bits = 0;
  for (guint i = 0; i < N; i++)
    {
      for (; bits < d; bits += 8)
        buffer |= (guint32) *in++ << bits;
      f->c[i] = (guint16) (buffer & ((1u << d) - 1));
      buffer >>= d;
      bits -= d;
    }
}

/* G of section 4.1 */
static void
hash_g (const guint8 *a, gsize a_size, const guint8 *b, gsize b_size, guint8 out[64])
{
  TriSha3 sponge;
  tri_sha3_512_init (&sponge);
  tri_sha3_update (&sponge, a, a_size);
  tri_sha3_update (&sponge, b, b_size);
  tri_sha3_read (&sponge, out, 64);
  sodium_memzero (&sponge, sizeof sponge);
}

static void
hash_h (const guint8 *data, gsize size, guint8 out[32])
{
  TriSha3 sponge;
  tri_sha3_256_init (&sponge);
  tri_sha3_update (&sponge, data, size);
  tri_sha3_read (&sponge, out, 32);
}

/* Key generation once the seed was hashed: K-PKE.KeyGen (algorithm 13) from its second line on, and the parts of the
 * decapsulation key. @rho_sigma: 32 bytes for the public matrix, 32 secret ones; @z: secret, for implicit rejection */
static void
expand (const guint8 rho_sigma[64], const guint8 z[32], guint8 ek[TRI_MLKEM_EK_SIZE], guint8 dk[TRI_MLKEM_DK_SIZE])
{
  Poly s[K], e, a;
  for (guint8 i = 0; i < K; i++)
    {
      sample_cbd (&s[i], rho_sigma + 32, i);
      ntt (&s[i]);
      encode (dk + i * ENCODED, &s[i], 12);
    }
  for (guint8 i = 0; i < K; i++)
    {
      sample_cbd (&e, rho_sigma + 32, (guint8) (K + i));
      ntt (&e);
      for (guint8 j = 0; j < K; j++)
        {
          sample_ntt (&a, rho_sigma, j, i);
          multiply_add (&e, &a, &s[j]);
        }
      encode (ek + i * ENCODED, &e, 12);
    }
  memcpy (ek + K * ENCODED, rho_sigma, 32);
  memcpy (dk + K * ENCODED, ek, TRI_MLKEM_EK_SIZE);
  hash_h (ek, TRI_MLKEM_EK_SIZE, dk + K * ENCODED + TRI_MLKEM_EK_SIZE);
  memcpy (dk + TRI_MLKEM_DK_SIZE - 32, z, 32);
  sodium_memzero (s, sizeof s);
  sodium_memzero (&e, sizeof e);
}

static void
keygen (const guint8 seed[TRI_MLKEM_SEED_SIZE], guint8 ek[TRI_MLKEM_EK_SIZE], guint8 dk[TRI_MLKEM_DK_SIZE])
{
  static const guint8 rank = K;
  guint8 rho_sigma[64];
  hash_g (seed, 32, &rank, 1, rho_sigma);
  expand (rho_sigma, seed + 32, ek, dk);
  sodium_memzero (rho_sigma, sizeof rho_sigma);
}

/* The modulus check of section 7.2: every coefficient below Q. Public data. */
gboolean
tri_mlkem_check_ek (const guint8 ek[TRI_MLKEM_EK_SIZE])
{
  for (guint i = 0; i < K; i++)
    {
      Poly t;
      decode (&t, ek + i * ENCODED, 12);
      for (guint j = 0; j < N; j++)
        if (t.c[j] >= Q)
          return FALSE;
    }
  return TRUE;
}

/* The hash check of section 7.3: the key's two parts belong together. */
static gboolean
check_dk (const guint8 dk[TRI_MLKEM_DK_SIZE])
{
  guint8 hash[32];
  hash_h (dk + K * ENCODED, TRI_MLKEM_EK_SIZE, hash);
  return sodium_memcmp (hash, dk + K * ENCODED + TRI_MLKEM_EK_SIZE, 32) == 0;
}

/* K-PKE.Encrypt (algorithm 14); @ek has been checked */
static void
pke_encrypt (const guint8 *ek, const guint8 m[32], const guint8 r[32], guint8 ct[TRI_MLKEM_CT_SIZE])
{
  const guint8 *rho = ek + K * ENCODED;
  Poly y[K], u, v, t, noise;
  memset (&v, 0, sizeof v);
  for (guint8 i = 0; i < K; i++)
    {
      sample_cbd (&y[i], r, i);
      ntt (&y[i]);
    }
  for (guint8 i = 0; i < K; i++)
    {
      memset (&u, 0, sizeof u);
      for (guint8 j = 0; j < K; j++)
        {
          sample_ntt (&t, rho, i, j); /* transposed */
          multiply_add (&u, &t, &y[j]);
        }
      inverse_ntt (&u);
      sample_cbd (&noise, r, (guint8) (K + i));
      poly_add (&u, &noise);
      for (guint j = 0; j < N; j++)
        u.c[j] = compress (u.c[j], DU);
      encode (ct + i * 32 * DU, &u, DU);
      decode (&t, ek + i * ENCODED, 12);
      multiply_add (&v, &t, &y[i]);
    }
  inverse_ntt (&v);
  sample_cbd (&noise, r, 2 * K);
  poly_add (&v, &noise);
  decode (&t, m, 1);
  for (guint j = 0; j < N; j++)
    v.c[j] = compress (reduce_once ((guint32) v.c[j] + decompress (t.c[j], 1)), DV);
  encode (ct + K * 32 * DU, &v, DV);
  sodium_memzero (y, sizeof y);
  sodium_memzero (&t, sizeof t);
  sodium_memzero (&noise, sizeof noise);
}

/* K-PKE.Decrypt (algorithm 15) */
static void
pke_decrypt (const guint8 *dk, const guint8 ct[TRI_MLKEM_CT_SIZE], guint8 m[32])
{
  Poly w, u, s, v;
  memset (&w, 0, sizeof w);
  for (guint i = 0; i < K; i++)
    {
      decode (&u, ct + i * 32 * DU, DU);
      for (guint j = 0; j < N; j++)
        u.c[j] = decompress (u.c[j], DU);
      ntt (&u);
      decode (&s, dk + i * ENCODED, 12);
      multiply_add (&w, &s, &u);
    }
  inverse_ntt (&w);
  decode (&v, ct + K * 32 * DU, DV);
  for (guint j = 0; j < N; j++)
    w.c[j] = compress (sub (decompress (v.c[j], DV), w.c[j]), 1);
  encode (m, &w, 1);
  sodium_memzero (&w, sizeof w);
  sodium_memzero (&s, sizeof s);
}

static gboolean
encapsulate (const guint8 ek[TRI_MLKEM_EK_SIZE], const guint8 m[TRI_MLKEM_M_SIZE], guint8 ct[TRI_MLKEM_CT_SIZE],
             guint8 shared[TRI_MLKEM_SHARED_SIZE])
{
  guint8 hash[32], key_r[64];
  if (!tri_mlkem_check_ek (ek))
    return FALSE;
  hash_h (ek, TRI_MLKEM_EK_SIZE, hash);
  hash_g (m, 32, hash, 32, key_r);
  pke_encrypt (ek, m, key_r + 32, ct);
  memcpy (shared, key_r, 32);
  sodium_memzero (key_r, sizeof key_r);
  return TRUE;
}

static gboolean
decapsulate (const guint8 dk[TRI_MLKEM_DK_SIZE], const guint8 ct[TRI_MLKEM_CT_SIZE], guint8 shared[TRI_MLKEM_SHARED_SIZE])
{
  const guint8 *ek = dk + K * ENCODED, *hash = ek + TRI_MLKEM_EK_SIZE, *z = hash + 32;
  guint8 m[32], key_r[64], rejected[32], again[TRI_MLKEM_CT_SIZE];
  TriSha3 j;
  if (!check_dk (dk))
    return FALSE;
  pke_decrypt (dk, ct, m);
  hash_g (m, 32, hash, 32, key_r);
  tri_shake256_init (&j);
  tri_sha3_update (&j, z, 32);
  tri_sha3_update (&j, ct, TRI_MLKEM_CT_SIZE);
  tri_sha3_read (&j, rejected, sizeof rejected);
  pke_encrypt (ek, m, key_r + 32, again);
  /* sodium_memcmp gives 0 or -1 without branching on the data: a mask */
  guint8 mask = (guint8) sodium_memcmp (ct, again, TRI_MLKEM_CT_SIZE);
  for (guint i = 0; i < 32; i++)
    shared[i] = (guint8) ((key_r[i] & ~mask) | (rejected[i] & mask));
  sodium_memzero (m, sizeof m);
  sodium_memzero (key_r, sizeof key_r);
  sodium_memzero (rejected, sizeof rejected);
  sodium_memzero (again, sizeof again);
  sodium_memzero (&j, sizeof j);
  return TRUE;
}

static gboolean
is_available (void)
{
  return TRUE;
}

const TriMlkem tri_mlkem_own = {
  .name = "own",
  .is_available = is_available,
  .keygen = keygen,
  .encapsulate = encapsulate,
  .decapsulate = decapsulate,
};
