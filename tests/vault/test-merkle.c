/* The Merkle tree against the hashes that came with RFC 6962 and against proofs that another implementation made
 * (tests/vectors/ledger/make-merkle.go). SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-merkle.h"

static void
from_hex (const char *hex, TriHash *out)
{
  g_assert_cmpuint (strlen (hex), ==, 2 * TRI_HASH_SIZE);
  for (guint i = 0; i < TRI_HASH_SIZE; i++)
    out->bytes[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4 | g_ascii_xdigit_value (hex[2 * i + 1]));
}

static void
assert_hash (const TriHash *hash, const char *hex)
{
  TriHash wanted;
  from_hex (hex, &wanted);
  g_assert_cmpmem (hash, sizeof *hash, &wanted, sizeof wanted);
}

/* The eight entries and roots that implementations of RFC 6962 have been tested with since Google's first. */
static void
test_rfc6962 (void)
{
  static const struct { const char *entry; guint size; const char *root; } steps[] = {
    { "", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d" },
    { "\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125" },
    { "\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77" },
    { "\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7" },
    { "\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4" },
    { "\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef" },
    { "\x50\x51\x52\x53\x54\x55\x56\x57", 8, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c" },
    { "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328" },
  };
  g_autoptr (TriMerkle) tree = tri_merkle_new ();
  TriHash hash;
  tri_merkle_get_root (tree, 0, &hash);
  assert_hash (&hash, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      tri_merkle_hash_leaf (steps[i].entry, steps[i].size, &hash);
      tri_merkle_append (tree, &hash);
      tri_merkle_get_root (tree, i + 1, &hash);
      assert_hash (&hash, steps[i].root);
    }
  for (guint i = 0; i < G_N_ELEMENTS (steps); i++) /* the past stays */
    {
      tri_merkle_get_root (tree, i + 1, &hash);
      assert_hash (&hash, steps[i].root);
    }
}

static void
grow (TriMerkle *tree, guint64 size)
{
  for (guint64 i = tri_merkle_get_size (tree); i < size; i++)
    {
      g_autofree char *entry = g_strdup_printf ("entry %" G_GUINT64_FORMAT, i);
      TriHash leaf;
      tri_merkle_hash_leaf (entry, strlen (entry), &leaf);
      tri_merkle_append (tree, &leaf);
    }
}

static gboolean
check_one (const TriMerkle *tree, gboolean inclusion, const GArray *proof, gsize n, guint64 a, guint64 b,
           const TriHash *leaf_or_old, const TriHash *root)
{
  const TriHash *hashes = (const TriHash *) (gpointer) proof->data;
  return inclusion ? tri_merkle_check_inclusion (hashes, n, a, b, leaf_or_old, root)
                   : tri_merkle_check_consistency (hashes, n, a, leaf_or_old, b, root);
}

/* A proof that holds, and its neighbours that must not. */
static void
check_proof (const TriMerkle *tree, gboolean inclusion, GArray *proof, guint64 a, guint64 b)
{
  TriHash first, root;
  tri_merkle_get_root (tree, b, &root);
  if (inclusion)
    first = *tri_merkle_get_node (tree, 0, a);
  else
    tri_merkle_get_root (tree, a, &first);
  g_assert_true (check_one (tree, inclusion, proof, proof->len, a, b, &first, &root));
  if (proof->len > 0)
    g_assert_false (check_one (tree, inclusion, proof, proof->len - 1, a, b, &first, &root));
  TriHash extra = { { 0 } };
  g_array_append_val (proof, extra);
  g_assert_false (check_one (tree, inclusion, proof, proof->len, a, b, &first, &root));
  g_array_set_size (proof, proof->len - 1);
  for (guint i = 0; i < proof->len; i++)
    {
      g_array_index (proof, TriHash, i).bytes[i % TRI_HASH_SIZE] ^= 1;
      g_assert_false (check_one (tree, inclusion, proof, proof->len, a, b, &first, &root));
      g_array_index (proof, TriHash, i).bytes[i % TRI_HASH_SIZE] ^= 1;
    }
  root.bytes[5] ^= 0x80;
  g_assert_cmpint (check_one (tree, inclusion, proof, proof->len, a, b, &first, &root), ==, FALSE);
  root.bytes[5] ^= 0x80;
  first.bytes[31] ^= 1;
  g_assert_false (check_one (tree, inclusion, proof, proof->len, a, b, &first, &root));
  first.bytes[31] ^= 1;
  if (inclusion && b > 1)
    g_assert_false (check_one (tree, inclusion, proof, proof->len, a == 0 ? 1 : a - 1, b, &first, &root));
  g_assert_false (check_one (tree, inclusion, proof, proof->len, b + 1, b, &first, &root));
}

static void
test_vectors (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "vectors", "ledger", "merkle.txt", NULL), *text = NULL;
  g_assert_true (g_file_get_contents (path, &text, NULL, NULL));
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  g_autoptr (TriMerkle) tree = tri_merkle_new ();
  guint n[3] = { 0 };
  for (guint k = 0; lines[k] != NULL && lines[k][0] != '\0'; k++)
    {
      g_auto (GStrv) words = g_strsplit (lines[k], " ", -1);
      guint64 a = g_ascii_strtoull (words[1], NULL, 10), b = g_ascii_strtoull (words[2], NULL, 10);
      gboolean is_root = strcmp (words[0], "root") == 0, inclusion = strcmp (words[0], "inclusion") == 0;
      grow (tree, is_root ? a : b);
      n[is_root ? 0 : inclusion ? 1 : 2]++;
      if (is_root)
        {
          TriHash root;
          tri_merkle_get_root (tree, a, &root);
          assert_hash (&root, words[3]);
          continue;
        }
      g_autoptr (GArray) proof = inclusion ? tri_merkle_prove_inclusion (tree, a, b)
                                           : tri_merkle_prove_consistency (tree, a, b);
      g_assert_cmpuint (proof->len, ==, g_strv_length (words) - 3);
      for (guint i = 0; i < proof->len; i++)
        assert_hash (&g_array_index (proof, TriHash, i), words[3 + i]);
      check_proof (tree, inclusion, proof, a, b);
    }
  g_assert_cmpuint (n[0], ==, 25);
  g_assert_cmpuint (n[1], >, 150);
  g_assert_cmpuint (n[2], >, 300);
}

/* Every pair below a size: what proves holds, and no proof of one pair serves another. */
static void
test_all_small (void)
{
  g_autoptr (TriMerkle) tree = tri_merkle_new ();
  grow (tree, 40);
  for (guint64 size = 1; size <= 40; size++)
    for (guint64 i = 0; i <= size; i++)
      {
        g_autoptr (GArray) growth = tri_merkle_prove_consistency (tree, i, size);
        if (i > 0)
          check_proof (tree, FALSE, growth, i, size);
        if (i == size)
          continue;
        g_autoptr (GArray) proof = tri_merkle_prove_inclusion (tree, i, size);
        check_proof (tree, TRUE, proof, i, size);
      }
}

static void
test_empty (void)
{
  g_autoptr (TriMerkle) tree = tri_merkle_new ();
  TriHash empty, root, wrong = { { 1 } };
  tri_merkle_get_root (tree, 0, &empty);
  grow (tree, 3);
  tri_merkle_get_root (tree, 3, &root);
  g_assert_true (tri_merkle_check_consistency (NULL, 0, 0, &empty, 3, &root));
  g_assert_true (tri_merkle_check_consistency (NULL, 0, 0, &empty, 0, &empty));
  g_assert_false (tri_merkle_check_consistency (NULL, 0, 0, &wrong, 3, &root));
  g_assert_false (tri_merkle_check_consistency (&wrong, 1, 0, &empty, 3, &root));
  g_assert_false (tri_merkle_check_consistency (NULL, 0, 0, &empty, 0, &wrong));
  g_assert_false (tri_merkle_check_consistency (NULL, 0, 2, &root, 3, &root));
  g_assert_false (tri_merkle_check_inclusion (NULL, 0, 0, 0, &empty, &empty));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/merkle/rfc6962", test_rfc6962);
  g_test_add_func ("/merkle/vectors", test_vectors);
  g_test_add_func ("/merkle/all-small", test_all_small);
  g_test_add_func ("/merkle/empty", test_empty);
  return g_test_run ();
}
