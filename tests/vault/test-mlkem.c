/* ML-KEM-768 and SHA-3 against values from outside: FIPS 202, and the accumulated test of Go's crypto/mlkem. (The hash
 * printed at c2sp.org/CCTV/ML-KEM is that of the draft standard, whose key generation hashed d without the rank.) SPDX-License-Identifier: GPL-3.0-or-later */
#include <sodium.h>
#include <string.h>

#include "tri-mlkem.h"
#include "tri-sha3.h"

static void
assert_hex (const guint8 *bytes, gsize n, const char *hex)
{
  g_autofree char *text = g_malloc (2 * n + 1);
  sodium_bin2hex (text, 2 * n + 1, bytes, n);
  g_assert_cmpstr (text, ==, hex);
}

/* The examples of FIPS 202 for the empty message and "abc". */
static void
test_sha3 (void)
{
  guint8 out[64];
  TriSha3 sponge;
  tri_sha3_256_init (&sponge);
  tri_sha3_read (&sponge, out, 32);
  assert_hex (out, 32, "a7ffc6f8bf1ed76651c14756a061d662f580ff4de43b49fa82d80a4b80f8434a");
  tri_sha3_256_init (&sponge);
  tri_sha3_update (&sponge, "abc", 3);
  tri_sha3_read (&sponge, out, 32);
  assert_hex (out, 32, "3a985da74fe225b2045c172d6bd390bd855f086e3e9d525b46bfe24511431532");
  tri_sha3_512_init (&sponge);
  tri_sha3_update (&sponge, "abc", 3);
  tri_sha3_read (&sponge, out, 64);
  assert_hex (out, 64, "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
                       "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0");
  tri_shake128_init (&sponge);
  tri_sha3_read (&sponge, out, 32);
  assert_hex (out, 32, "7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26");
  tri_shake256_init (&sponge);
  tri_sha3_read (&sponge, out, 32);
  assert_hex (out, 32, "46b9dd2b0ba88d13233b3feb743eeb243fcd52ea62b81b82b50c27646ed5762f");
}

/* A message that is absorbed and squeezed in odd pieces gives the same as at once. */
static void
test_sha3_pieces (void)
{
  guint8 message[1000], whole[500], pieces[500];
  TriSha3 sponge;
  for (guint i = 0; i < sizeof message; i++)
    message[i] = (guint8) (i * 7);
  tri_shake256_init (&sponge);
  tri_sha3_update (&sponge, message, sizeof message);
  tri_sha3_read (&sponge, whole, sizeof whole);
  tri_shake256_init (&sponge);
  for (guint i = 0, n = 1; i < sizeof message; i += n, n = MIN (n * 3, 1000 - i))
    tri_sha3_update (&sponge, message + i, n);
  for (guint i = 0; i < sizeof pieces; i += 25)
    tri_sha3_read (&sponge, pieces + i, 25);
  g_assert_cmpmem (whole, sizeof whole, pieces, sizeof pieces);
}

/* Many key pairs, encapsulations, decapsulations, and decapsulations of invalid ciphertexts, in one hash:
 * 100 of them, or 10,000 with -m slow. */
static void
test_accumulated (void)
{
  static guint8 ek[TRI_MLKEM_EK_SIZE], dk[TRI_MLKEM_DK_SIZE], ct[TRI_MLKEM_CT_SIZE], invalid[TRI_MLKEM_CT_SIZE];
  guint8 seed[TRI_MLKEM_SEED_SIZE], m[32], shared[32], opened[32], sum[32];
  guint n = g_test_slow () ? 10000 : 100;
  TriSha3 source, all;
  tri_shake128_init (&source);
  tri_shake128_init (&all);
  for (guint run = 0; run < n; run++)
    {
      tri_sha3_read (&source, seed, sizeof seed);
      tri_sha3_read (&source, m, sizeof m);
      tri_sha3_read (&source, invalid, sizeof invalid);
      tri_mlkem_keygen (seed, ek, dk);
      g_assert_true (tri_mlkem_encapsulate (ek, m, ct, shared));
      tri_mlkem_decapsulate (dk, ct, opened);
      g_assert_cmpmem (shared, 32, opened, 32);
      tri_mlkem_decapsulate (dk, invalid, opened);
      tri_sha3_update (&all, ek, sizeof ek);
      tri_sha3_update (&all, ct, sizeof ct);
      tri_sha3_update (&all, shared, sizeof shared);
      tri_sha3_update (&all, opened, sizeof opened);
    }
  tri_sha3_read (&all, sum, sizeof sum);
  assert_hex (sum, 32, n == 100 ? "1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415"
                                 : "8a518cc63da366322a8e7a818c7a0d63483cb3528d34a4cf42f35d5ad73f22fc");
}

/* An encapsulation key with a coefficient of Q or more is refused (FIPS 203, section 7.2). */
static void
test_invalid_keys (void)
{
  static guint8 ek[TRI_MLKEM_EK_SIZE], dk[TRI_MLKEM_DK_SIZE], ct[TRI_MLKEM_CT_SIZE];
  guint8 seed[TRI_MLKEM_SEED_SIZE] = { 1 }, m[32] = { 2 }, shared[32];
  tri_mlkem_keygen (seed, ek, dk);
  g_assert_true (tri_mlkem_check_ek (ek));
  g_assert_true (tri_mlkem_check_dk (dk));
  dk[1500] ^= 1;
  g_assert_false (tri_mlkem_check_dk (dk));
  for (guint i = 0; i < 3 * 256; i += 51)
    {
      guint8 bad[TRI_MLKEM_EK_SIZE];
      memcpy (bad, ek, sizeof bad);
      guint8 *pair = bad + i / 2 * 3;
      if (i % 2 == 0)
        pair[0] = 0x01, pair[1] = (guint8) ((pair[1] & 0xf0) | 0x0d); /* 0xd01 = 3329 */
      else
        pair[1] = (guint8) ((pair[1] & 0x0f) | 0x10), pair[2] = 0xd0;
      g_assert_false (tri_mlkem_check_ek (bad));
      g_assert_false (tri_mlkem_encapsulate (bad, m, ct, shared));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sha3/known-answers", test_sha3);
  g_test_add_func ("/sha3/pieces", test_sha3_pieces);
  g_test_add_func ("/mlkem/accumulated", test_accumulated);
  g_test_add_func ("/mlkem/invalid-keys", test_invalid_keys);
  return g_test_run ();
}
