/* ML-KEM-768, every implementation that is there, and our own SHA-3, against values from outside: FIPS 202, libcrypto, the
 * accumulated tests of the C2SP and of Go's crypto/mlkem. SPDX-License-Identifier: GPL-3.0-or-later */
#include <openssl/evp.h>
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

/* Every length around the rates, against libcrypto's. */
static void
test_sha3_peer (void)
{
  static const struct {
    void (*init) (TriSha3 *sponge);
    const EVP_MD *(*peer) (void);
    gsize size;
    gboolean extendable;
  } functions[] = { { tri_sha3_256_init, EVP_sha3_256, 32, FALSE },
                    { tri_sha3_512_init, EVP_sha3_512, 64, FALSE },
                    { tri_shake128_init, EVP_shake128, 500, TRUE },
                    { tri_shake256_init, EVP_shake256, 500, TRUE } };
  guint8 message[400], ours[500], theirs[500];
  for (guint i = 0; i < sizeof message; i++)
    message[i] = (guint8) (i * 31 + 7);
  for (guint f = 0; f < G_N_ELEMENTS (functions); f++)
    for (gsize size = 0; size <= sizeof message; size++)
      {
        TriSha3 sponge;
        functions[f].init (&sponge);
        tri_sha3_update (&sponge, message, size);
        tri_sha3_read (&sponge, ours, functions[f].size);
        EVP_MD_CTX *peer = EVP_MD_CTX_new ();
        g_assert_true (EVP_DigestInit_ex (peer, functions[f].peer (), NULL) == 1);
        g_assert_true (EVP_DigestUpdate (peer, message, size) == 1);
        g_assert_true ((functions[f].extendable ? EVP_DigestFinalXOF (peer, theirs, functions[f].size)
                                                : EVP_DigestFinal_ex (peer, theirs, NULL)) == 1);
        EVP_MD_CTX_free (peer);
        g_assert_true (memcmp (ours, theirs, functions[f].size) == 0);
      }
}

/* Many key pairs, encapsulations, decapsulations, and decapsulations of invalid ciphertexts, in one hash as Go has it and,
 * with the decapsulation keys, in one as the C2SP has it: 100 of them, or 10,000 with -m slow. */
static void
test_accumulated (gconstpointer data)
{
  static guint8 ek[TRI_MLKEM_EK_SIZE], dk[TRI_MLKEM_DK_SIZE], ct[TRI_MLKEM_CT_SIZE], invalid[TRI_MLKEM_CT_SIZE];
  const TriMlkem *mlkem = data;
  guint8 seed[TRI_MLKEM_SEED_SIZE], m[TRI_MLKEM_M_SIZE], shared[32], opened[32], sum[32];
  guint n = g_test_slow () ? 10000 : 100;
  TriSha3 source, go, c2sp;
  tri_shake128_init (&source);
  tri_shake128_init (&go);
  tri_shake128_init (&c2sp);
  for (guint run = 0; run < n; run++)
    {
      tri_sha3_read (&source, seed, sizeof seed);
      tri_sha3_read (&source, m, sizeof m);
      tri_sha3_read (&source, invalid, sizeof invalid);
      mlkem->keygen (seed, ek, dk);
      g_assert_true (mlkem->encapsulate (ek, m, ct, shared));
      g_assert_true (mlkem->decapsulate (dk, ct, opened));
      g_assert_cmpmem (shared, 32, opened, 32);
      g_assert_true (mlkem->decapsulate (dk, invalid, opened));
      tri_sha3_update (&go, ek, sizeof ek);
      tri_sha3_update (&c2sp, ek, sizeof ek);
      tri_sha3_update (&c2sp, dk, sizeof dk);
      for (TriSha3 *all = &go; all != NULL; all = all == &go ? &c2sp : NULL)
        {
          tri_sha3_update (all, ct, sizeof ct);
          tri_sha3_update (all, shared, sizeof shared);
          tri_sha3_update (all, opened, sizeof opened);
        }
    }
  tri_sha3_read (&go, sum, sizeof sum);
  assert_hex (sum, 32, n == 100 ? "1114b1b6699ed191734fa339376afa7e285c9e6acf6ff0177d346696ce564415"
                                 : "8a518cc63da366322a8e7a818c7a0d63483cb3528d34a4cf42f35d5ad73f22fc");
  tri_sha3_read (&c2sp, sum, sizeof sum);
  if (n == 10000)
    assert_hex (sum, 32, "f959d18d3d1180121433bf0e05f11e7908cf9d03edc150b2b07cb90bef5bc1c1");
}

/* An encapsulation key with a coefficient of Q or more is refused (FIPS 203, section 7.2), and so is a decapsulation key
 * whose parts don't belong together (7.3). */
static void
test_invalid_keys (gconstpointer data)
{
  static guint8 ek[TRI_MLKEM_EK_SIZE], dk[TRI_MLKEM_DK_SIZE], ct[TRI_MLKEM_CT_SIZE];
  const TriMlkem *mlkem = data;
  guint8 seed[TRI_MLKEM_SEED_SIZE] = { 1 }, m[TRI_MLKEM_M_SIZE] = { 2 }, shared[32];
  mlkem->keygen (seed, ek, dk);
  g_assert_true (tri_mlkem_check_ek (ek));
  g_assert_true (mlkem->encapsulate (ek, m, ct, shared));
  dk[1500] ^= 1;
  g_assert_false (mlkem->decapsulate (dk, ct, shared));
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
      g_assert_false (mlkem->encapsulate (bad, m, ct, shared));
    }
}

/* The best that is there is used, and our own is always there. */
static void
test_choice (void)
{
  guint i = 0;
  while (!tri_mlkem_all[i]->is_available ())
    i++;
  g_assert_true (tri_mlkem_get () == tri_mlkem_all[i]);
  while (tri_mlkem_all[i + 1] != NULL)
    i++;
  g_assert_true (tri_mlkem_all[i] == &tri_mlkem_own);
  g_test_message ("ML-KEM-768 is %s", tri_mlkem_get ()->name);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sha3/known-answers", test_sha3);
  g_test_add_func ("/sha3/pieces", test_sha3_pieces);
  g_test_add_func ("/sha3/peer", test_sha3_peer);
  g_test_add_func ("/mlkem/choice", test_choice);
  for (guint i = 0; tri_mlkem_all[i] != NULL; i++)
    if (tri_mlkem_all[i]->is_available ())
      {
        g_autofree char *accumulated = g_strdup_printf ("/mlkem/accumulated/%s", tri_mlkem_all[i]->name);
        g_autofree char *invalid = g_strdup_printf ("/mlkem/invalid-keys/%s", tri_mlkem_all[i]->name);
        g_test_add_data_func (accumulated, tri_mlkem_all[i], test_accumulated);
        g_test_add_data_func (invalid, tri_mlkem_all[i], test_invalid_keys);
      }
  return g_test_run ();
}
