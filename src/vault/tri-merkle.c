/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-merkle.h"

#include <sodium.h>
#include <string.h>

/* levels[k] has the roots of the complete subtrees of 2ᵏ entries, from the left. */
struct _TriMerkle {
  GArray *levels[64];
};

gboolean
tri_hash_equal (const TriHash *a, const TriHash *b)
{
  return memcmp (a->bytes, b->bytes, TRI_HASH_SIZE) == 0;
}

void
tri_merkle_hash_leaf (const void *data, gsize size, TriHash *out)
{
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, (const guint8 *) "\0", 1);
  crypto_hash_sha256_update (&state, data, size);
  crypto_hash_sha256_final (&state, out->bytes);
}

/* @out may be @left or @right. */
void
tri_merkle_hash_node (const TriHash *left, const TriHash *right, TriHash *out)
{
  crypto_hash_sha256_state state;
  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, (const guint8 *) "\1", 1);
  crypto_hash_sha256_update (&state, left->bytes, TRI_HASH_SIZE);
  crypto_hash_sha256_update (&state, right->bytes, TRI_HASH_SIZE);
  crypto_hash_sha256_final (&state, out->bytes);
}

TriMerkle *
tri_merkle_new (void)
{
  return g_new0 (TriMerkle, 1);
}

void
tri_merkle_free (TriMerkle *tree)
{
  for (guint level = 0; level < G_N_ELEMENTS (tree->levels) && tree->levels[level] != NULL; level++)
    g_array_unref (tree->levels[level]);
  g_free (tree);
}

/* How many subtrees of 2^@level entries are complete. */
guint64
tri_merkle_get_n_nodes (const TriMerkle *tree, guint level)
{
  g_return_val_if_fail (level < G_N_ELEMENTS (tree->levels), 0);
  return tree->levels[level] != NULL ? tree->levels[level]->len : 0;
}

guint64
tri_merkle_get_size (const TriMerkle *tree)
{
  return tri_merkle_get_n_nodes (tree, 0);
}

/* Returns: the root of the entries from @index · 2^@level on, 2^@level of them; valid until the tree grows */
const TriHash *
tri_merkle_get_node (const TriMerkle *tree, guint level, guint64 index)
{
  g_return_val_if_fail (index < tri_merkle_get_n_nodes (tree, level), NULL);
  return &g_array_index (tree->levels[level], TriHash, index);
}

void
tri_merkle_append (TriMerkle *tree, const TriHash *leaf)
{
  TriHash hash = *leaf;
  for (guint level = 0;; level++)
    {
      if (tree->levels[level] == NULL)
        tree->levels[level] = g_array_new (FALSE, FALSE, sizeof (TriHash));
      GArray *nodes = tree->levels[level];
      g_array_append_val (nodes, hash);
      if (nodes->len % 2 != 0)
        return;
      tri_merkle_hash_node (&g_array_index (nodes, TriHash, nodes->len - 2),
                            &g_array_index (nodes, TriHash, nodes->len - 1), &hash);
    }
}

/* The logarithm of the largest power of two below @n, which is at least 2. */
static guint
split_level (guint64 n)
{
  return (guint) (63 - __builtin_clzll (n - 1));
}

/* MTH(D[@from : @from + @n]), @n at least 1; @from is a multiple of the power of two that @n is, or that it is below. */
static void
hash_range (const TriMerkle *tree, guint64 from, guint64 n, TriHash *out)
{
  if ((n & (n - 1)) == 0)
    {
      guint level = (guint) __builtin_ctzll (n);
      *out = *tri_merkle_get_node (tree, level, from >> level);
      return;
    }
  guint level = split_level (n);
  guint64 k = G_GUINT64_CONSTANT (1) << level;
  TriHash right;
  hash_range (tree, from + k, n - k, &right);
  tri_merkle_hash_node (tri_merkle_get_node (tree, level, from >> level), &right, out);
}

/* The root of the first @size entries. */
void
tri_merkle_get_root (const TriMerkle *tree, guint64 size, TriHash *out)
{
  g_return_if_fail (size <= tri_merkle_get_size (tree));
  if (size > 0)
    hash_range (tree, 0, size, out);
  else
    crypto_hash_sha256 (out->bytes, NULL, 0);
}

static void
add_range (const TriMerkle *tree, guint64 from, guint64 n, GArray *proof)
{
  TriHash hash;
  hash_range (tree, from, n, &hash);
  g_array_append_val (proof, hash);
}

/* PATH(@index, D[@from : @from + @n]) of RFC 6962, section 2.1.1 */
static void
add_path (const TriMerkle *tree, guint64 index, guint64 from, guint64 n, GArray *proof)
{
  if (n == 1)
    return;
  guint64 k = G_GUINT64_CONSTANT (1) << split_level (n);
  if (index < k)
    {
      add_path (tree, index, from, k, proof);
      add_range (tree, from + k, n - k, proof);
    }
  else
    {
      add_path (tree, index - k, from + k, n - k, proof);
      add_range (tree, from, k, proof);
    }
}

/* SUBPROOF(@m, D[@from : @from + @n], @whole) of RFC 6962, section 2.1.2 */
static void
add_subproof (const TriMerkle *tree, guint64 m, guint64 from, guint64 n, gboolean whole, GArray *proof)
{
  if (m == n)
    {
      if (!whole)
        add_range (tree, from, n, proof);
      return;
    }
  guint64 k = G_GUINT64_CONSTANT (1) << split_level (n);
  if (m <= k)
    {
      add_subproof (tree, m, from, k, whole, proof);
      add_range (tree, from + k, n - k, proof);
    }
  else
    {
      add_subproof (tree, m - k, from + k, n - k, FALSE, proof);
      add_range (tree, from, k, proof);
    }
}

/* Returns: (transfer full) (element-type TriHash): that entry @index is in the tree of the first @size */
GArray *
tri_merkle_prove_inclusion (const TriMerkle *tree, guint64 index, guint64 size)
{
  g_return_val_if_fail (index < size && size <= tri_merkle_get_size (tree), NULL);
  GArray *proof = g_array_new (FALSE, FALSE, sizeof (TriHash));
  add_path (tree, index, 0, size, proof);
  return proof;
}

/* Returns: (transfer full) (element-type TriHash): that the tree of the first @size begins with that of @old_size; empty
 *   when that is 0 or all of it */
GArray *
tri_merkle_prove_consistency (const TriMerkle *tree, guint64 old_size, guint64 size)
{
  g_return_val_if_fail (old_size <= size && size <= tri_merkle_get_size (tree), NULL);
  GArray *proof = g_array_new (FALSE, FALSE, sizeof (TriHash));
  if (old_size > 0)
    add_subproof (tree, old_size, 0, size, TRUE, proof);
  return proof;
}

/* RFC 9162, section 2.1.3.2 */
gboolean
tri_merkle_check_inclusion (const TriHash *proof, gsize n, guint64 index, guint64 size, const TriHash *leaf,
                            const TriHash *root)
{
  if (index >= size)
    return FALSE;
  guint64 fn = index, sn = size - 1;
  TriHash hash = *leaf;
  for (gsize i = 0; i < n; i++)
    {
      if (sn == 0)
        return FALSE;
      if ((fn & 1) == 1 || fn == sn)
        {
          tri_merkle_hash_node (&proof[i], &hash, &hash);
          for (; (fn & 1) == 0 && fn != 0; sn >>= 1)
            fn >>= 1;
        }
      else
        tri_merkle_hash_node (&hash, &proof[i], &hash);
      fn >>= 1;
      sn >>= 1;
    }
  return sn == 0 && tri_hash_equal (&hash, root);
}

/* RFC 9162, section 2.1.4.2, from the node on that both trees have */
static gboolean
check_growth (const TriHash *first, const TriHash *proof, gsize n, guint64 fn, guint64 sn, const TriHash *old_root,
              const TriHash *root)
{
  TriHash old = *first, new = *first;
  for (; (fn & 1) == 1; sn >>= 1)
    fn >>= 1;
  for (gsize i = 0; i < n; i++)
    {
      if (sn == 0)
        return FALSE;
      if ((fn & 1) == 1 || fn == sn)
        {
          tri_merkle_hash_node (&proof[i], &old, &old);
          tri_merkle_hash_node (&proof[i], &new, &new);
          for (; (fn & 1) == 0 && fn != 0; sn >>= 1)
            fn >>= 1;
        }
      else
        tri_merkle_hash_node (&new, &proof[i], &new);
      fn >>= 1;
      sn >>= 1;
    }
  return sn == 0 && tri_hash_equal (&old, old_root) && tri_hash_equal (&new, root);
}

/* Every log begins with the empty one, and every log with itself: those take no proof. */
gboolean
tri_merkle_check_consistency (const TriHash *proof, gsize n, guint64 old_size, const TriHash *old_root, guint64 size,
                              const TriHash *root)
{
  TriHash empty;
  crypto_hash_sha256 (empty.bytes, NULL, 0);
  if (old_size > size || (old_size == 0 && !tri_hash_equal (old_root, &empty)))
    return FALSE;
  if (old_size == size)
    return n == 0 && tri_hash_equal (old_root, root);
  if (old_size == 0)
    return n == 0;
  if (n == 0)
    return FALSE;
  gboolean power = (old_size & (old_size - 1)) == 0;
  return power ? check_growth (old_root, proof, n, old_size - 1, size - 1, old_root, root)
               : check_growth (&proof[0], proof + 1, n - 1, old_size - 1, size - 1, old_root, root);
}
