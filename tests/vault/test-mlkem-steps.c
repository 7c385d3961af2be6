/* Our own ML-KEM-768, each intermediate value against those of the C2SP's vectors, and samples that need unusually many
 * bytes of the extendable-output function. Includes the source, for the steps are private to it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "../../src/vault/tri-mlkem-own.c"

#define N_STEPS 39 /* lines of the vectors */

typedef struct {
  char **lines;
  guint next, n_checked;
} Steps;

static Steps
steps_open (const char *name)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "mlkem", name, NULL), *text = NULL;
  g_autoptr (GError) error = NULL;
  g_file_get_contents (path, &text, NULL, &error);
  g_assert_no_error (error);
  return (Steps) { .lines = g_strsplit (g_strchomp (text), "\n", -1) };
}

/* Returns: (transfer full): the next line's parts: its name, which is @name, and what it is, once or in two forms */
static char **
steps_next (Steps *steps, const char *name)
{
  while (steps->lines[steps->next][0] == '#')
    steps->next++;
  char **parts = g_strsplit (steps->lines[steps->next++], " = ", -1);
  g_assert_cmpstr (parts[0], ==, name);
  g_assert_cmpuint (g_strv_length (parts), >=, 2);
  steps->n_checked++;
  return parts;
}

static void
read_bytes (Steps *steps, const char *name, guint8 *out, gsize size)
{
  g_auto (GStrv) parts = steps_next (steps, name);
  const char *hex = parts[1];
  gsize n;
  g_assert_cmpint (sodium_hex2bin (out, size, hex, strlen (hex), NULL, &n, NULL), ==, 0);
  g_assert_cmpuint (n, ==, size);
}

static void
expect_bytes (Steps *steps, const char *name, const guint8 *bytes, gsize size)
{
  g_auto (GStrv) parts = steps_next (steps, name);
  g_autofree char *hex = g_malloc (2 * size + 1);
  g_assert_cmpstr (sodium_bin2hex (hex, 2 * size + 1, bytes, size), ==, parts[g_strv_length (parts) - 1]);
}

static void
expect_polys (Steps *steps, const char *name, const Poly *polys, guint n)
{
  g_autofree guint8 *bytes = g_malloc (n * ENCODED);
  for (guint i = 0; i < n; i++)
    encode (bytes + i * ENCODED, &polys[i], 12);
  expect_bytes (steps, name, bytes, n * ENCODED);
}

/* As the vectors write the coefficients of one polynomial */
static void
expect_list (Steps *steps, const char *name, const Poly *poly)
{
  g_autoptr (GString) list = g_string_new ("{");
  for (guint i = 0; i < N; i++)
    g_string_append_printf (list, "%s%u", i > 0 ? ", " : "", poly->c[i]);
  g_string_append_c (list, '}');
  g_auto (GStrv) parts = steps_next (steps, name);
  g_assert_cmpstr (list->str, ==, parts[1]);
}

/* The draft's key generation */
static void
draft_keygen (const guint8 d[32], const guint8 z[32], guint8 *ek, guint8 *dk)
{
  guint8 rho_sigma[64];
  hash_g (d, 32, NULL, 0, rho_sigma);
  expand (rho_sigma, z, ek, dk);
}

/* sums[i] += Σ matrix[i][j] ∘ vector[j] */
static void
multiply_matrix (Poly sums[K], const Poly matrix[K * K], const Poly vector[K])
{
  for (guint i = 0; i < K; i++)
    for (guint j = 0; j < K; j++)
      multiply_add (&sums[i], &matrix[i * K + j], &vector[j]);
}

static void
compress_poly (Poly *out, const Poly *in, guint d)
{
  for (guint i = 0; i < N; i++)
    out->c[i] = compress (in->c[i], d);
}

static void
check_key_generation (Steps *steps, Poly a[K * K], guint8 *ek, guint8 *dk)
{
  guint8 d[32], z[32], rho_sigma[64], hash[32];
  Poly s[K], e[K];
  read_bytes (steps, "d", d, sizeof d);
  hash_g (d, 32, NULL, 0, rho_sigma);
  expect_bytes (steps, "ρ", rho_sigma, 32);
  expect_bytes (steps, "σ", rho_sigma + 32, 32);
  for (guint8 i = 0; i < K * K; i++)
    sample_ntt (&a[i], rho_sigma, i % K, i / K);
  expect_list (steps, "A[0, 0]", &a[0]);
  expect_polys (steps, "A", a, K * K);
  for (guint8 i = 0; i < K; i++)
    sample_cbd (&s[i], rho_sigma + 32, i);
  expect_list (steps, "s[0]", &s[0]);
  expect_polys (steps, "s", s, K);
  for (guint i = 0; i < K; i++)
    ntt (&s[i]);
  expect_list (steps, "NTT(s[0])", &s[0]);
  expect_polys (steps, "dkPKE", s, K);
  for (guint8 i = 0; i < K; i++)
    sample_cbd (&e[i], rho_sigma + 32, (guint8) (K + i));
  expect_polys (steps, "e", e, K);
  for (guint i = 0; i < K; i++)
    ntt (&e[i]);
  expect_polys (steps, "NTT(e)", e, K);
  multiply_matrix (e, a, s);
  expect_polys (steps, "t", e, K);
  steps->next += 2;
  read_bytes (steps, "z", z, sizeof z);
  steps->next -= 3;
  draft_keygen (d, z, ek, dk);
  expect_bytes (steps, "ek", ek, TRI_MLKEM_EK_SIZE);
  expect_bytes (steps, "dkPKE", ek, TRI_MLKEM_EK_SIZE); /* is ekPKE */
  steps->next++;
  hash_h (ek, TRI_MLKEM_EK_SIZE, hash);
  expect_bytes (steps, "H(ek)", hash, sizeof hash);
  expect_bytes (steps, "dk", dk, TRI_MLKEM_DK_SIZE);
}

static void
check_encryption (Steps *steps, const Poly a[K * K], const guint8 *ek, const Poly *mu, const guint8 *coins)
{
  Poly transposed[K * K], r[K], e1[K], e2, u[K] = { 0 }, v = { { 0 } }, t, small;
  guint8 c1[K * 32 * DU], c2[32 * DV];
  for (guint i = 0; i < K * K; i++)
    transposed[i] = a[i % K * K + i / K];
  expect_polys (steps, "A^T", transposed, K * K);
  for (guint8 i = 0; i < K; i++)
    sample_cbd (&r[i], coins, i);
  expect_polys (steps, "r", r, K);
  for (guint i = 0; i < K; i++)
    ntt (&r[i]);
  expect_polys (steps, "NTT(r)", r, K);
  for (guint8 i = 0; i < K; i++)
    sample_cbd (&e1[i], coins, (guint8) (K + i));
  expect_polys (steps, "e1", e1, K);
  sample_cbd (&e2, coins, 2 * K);
  expect_polys (steps, "e2", &e2, 1);
  multiply_matrix (u, transposed, r);
  for (guint i = 0; i < K; i++)
    {
      inverse_ntt (&u[i]);
      poly_add (&u[i], &e1[i]);
      decode (&t, ek + i * ENCODED, 12);
      multiply_add (&v, &t, &r[i]);
      compress_poly (&small, &u[i], DU);
      encode (c1 + i * 32 * DU, &small, DU);
    }
  expect_polys (steps, "u", u, K);
  expect_list (steps, "u[0]", &u[0]);
  compress_poly (&small, &u[0], DU);
  expect_list (steps, "compress(u[0])", &small);
  expect_bytes (steps, "c1", c1, sizeof c1);
  inverse_ntt (&v);
  poly_add (&v, &e2);
  poly_add (&v, mu);
  expect_list (steps, "v", &v);
  compress_poly (&small, &v, DV);
  expect_list (steps, "compress(v)", &small);
  encode (c2, &small, DV);
  expect_bytes (steps, "c2", c2, sizeof c2);
}

static void
check_decryption (Steps *steps, const guint8 *dk, const guint8 *ct)
{
  Poly u[K], v, w = { { 0 } }, s;
  for (guint i = 0; i < K; i++)
    {
      decode (&u[i], ct + i * 32 * DU, DU);
      for (guint j = 0; j < N; j++)
        u[i].c[j] = decompress (u[i].c[j], DU);
    }
  expect_polys (steps, "uᵈ", u, K);
  for (guint i = 0; i < K; i++)
    {
      ntt (&u[i]);
      decode (&s, dk + i * ENCODED, 12);
      multiply_add (&w, &s, &u[i]);
    }
  expect_polys (steps, "NTT(uᵈ)", u, K);
  decode (&v, ct + K * 32 * DU, DV);
  for (guint i = 0; i < N; i++)
    v.c[i] = decompress (v.c[i], DV);
  expect_polys (steps, "vᵈ", &v, 1);
  inverse_ntt (&w);
  for (guint i = 0; i < N; i++)
    w.c[i] = sub (v.c[i], w.c[i]);
  expect_polys (steps, "w", &w, 1);
}

static void
test_steps (void)
{
  Steps steps = steps_open ("intermediate.txt");
  guint8 ek[TRI_MLKEM_EK_SIZE], dk[TRI_MLKEM_DK_SIZE], ct[TRI_MLKEM_CT_SIZE], m[32], key_r[64], shared[32], opened[32];
  Poly a[K * K], mu;
  check_key_generation (&steps, a, ek, dk);
  read_bytes (&steps, "m", m, sizeof m);
  hash_g (m, 32, dk + K * ENCODED + TRI_MLKEM_EK_SIZE, 32, key_r);
  expect_bytes (&steps, "K", key_r, 32);
  expect_bytes (&steps, "r", key_r + 32, 32);
  decode (&mu, m, 1);
  for (guint i = 0; i < N; i++)
    mu.c[i] = decompress (mu.c[i], 1);
  expect_polys (&steps, "μ", &mu, 1);
  check_encryption (&steps, a, ek, &mu, key_r + 32);
  g_assert_true (encapsulate (ek, m, ct, shared));
  expect_bytes (&steps, "c", ct, sizeof ct);
  check_decryption (&steps, dk, ct);
  g_assert_true (decapsulate (dk, ct, opened));
  g_assert_cmpmem (opened, 32, key_r, 32);
  /* The secret of a rejected ciphertext: J (z ‖ c) */
  TriSha3 j;
  tri_shake256_init (&j);
  tri_sha3_update (&j, dk + TRI_MLKEM_DK_SIZE - 32, 32);
  tri_sha3_update (&j, ct, sizeof ct);
  tri_sha3_read (&j, opened, sizeof opened);
  expect_bytes (&steps, "KBar", opened, 32);
  g_assert_null (steps.lines[steps.next]);
  g_assert_cmpuint (steps.n_checked, ==, N_STEPS);
  g_strfreev (steps.lines);
}

/* A public matrix with a polynomial that 575 bytes don't suffice for: whoever reads a fixed number of bytes fails. */
static void
test_unlucky (void)
{
  Steps steps = steps_open ("unlucky.txt");
  guint8 ek[TRI_MLKEM_EK_SIZE], dk[TRI_MLKEM_DK_SIZE], ct[TRI_MLKEM_CT_SIZE], d[32], z[32], m[32], key[32], shared[32];
  read_bytes (&steps, "d", d, sizeof d);
  read_bytes (&steps, "z", z, sizeof z);
  draft_keygen (d, z, ek, dk);
  expect_bytes (&steps, "ek", ek, sizeof ek);
  expect_bytes (&steps, "dk", dk, sizeof dk);
  read_bytes (&steps, "m", m, sizeof m);
  read_bytes (&steps, "K", key, sizeof key);
  g_assert_true (encapsulate (ek, m, ct, shared));
  expect_bytes (&steps, "c", ct, sizeof ct);
  g_assert_cmpmem (shared, 32, key, 32);
  g_assert_true (decapsulate (dk, ct, shared));
  g_assert_cmpmem (shared, 32, key, 32);
  g_strfreev (steps.lines);
}

/* The accumulated test of the draft, as published: of 100 runs, or 10,000 with -m slow. */
static void
test_draft_accumulated (void)
{
  static guint8 ek[TRI_MLKEM_EK_SIZE], dk[TRI_MLKEM_DK_SIZE], ct[TRI_MLKEM_CT_SIZE], invalid[TRI_MLKEM_CT_SIZE];
  guint8 seed[TRI_MLKEM_SEED_SIZE], m[32], shared[32], rejected[32], sum[32];
  char hex[65];
  guint n = g_test_slow () ? 10000 : 100;
  TriSha3 source, all;
  tri_shake128_init (&source);
  tri_shake128_init (&all);
  for (guint run = 0; run < n; run++)
    {
      tri_sha3_read (&source, seed, sizeof seed);
      tri_sha3_read (&source, m, sizeof m);
      tri_sha3_read (&source, invalid, sizeof invalid);
      draft_keygen (seed, seed + 32, ek, dk);
      g_assert_true (encapsulate (ek, m, ct, shared));
      g_assert_true (decapsulate (dk, invalid, rejected));
      tri_sha3_update (&all, ek, sizeof ek);
      tri_sha3_update (&all, dk, sizeof dk);
      tri_sha3_update (&all, ct, sizeof ct);
      tri_sha3_update (&all, shared, sizeof shared);
      tri_sha3_update (&all, rejected, sizeof rejected);
    }
  tri_sha3_read (&all, sum, sizeof sum);
  g_assert_cmpstr (sodium_bin2hex (hex, sizeof hex, sum, sizeof sum), ==,
                   n == 100 ? "8d0c478ead6037897a0da6be21e5399545babf5fc6dd10c061c99b7dee2bf0dc"
                            : "f7db260e1137a742e05fe0db9525012812b004d29040a5b606aad3d134b548d3");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/mlkem-steps/intermediate", test_steps);
  g_test_add_func ("/mlkem-steps/unlucky", test_unlucky);
  g_test_add_func ("/mlkem-steps/accumulated", test_draft_accumulated);
  return g_test_run ();
}
