/* A Merkle tree over the entries of a log (RFC 6962 and 9162, SHA-256): its root, and proofs that an entry is in it and
 * that it only grew. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define TRI_HASH_SIZE 32
#define TRI_MERKLE_PROOF_MAX 63 /* hashes, of a tree of 2⁶³ entries */

typedef struct {
  guint8 bytes[TRI_HASH_SIZE];
} TriHash;

gboolean tri_hash_equal (const TriHash *a, const TriHash *b);
void tri_merkle_hash_leaf (const void *data, gsize size, TriHash *out);
void tri_merkle_hash_node (const TriHash *left, const TriHash *right, TriHash *out);

/* Grows only. What was true of its first N entries stays so. */
typedef struct _TriMerkle TriMerkle;

TriMerkle *tri_merkle_new (void);
void tri_merkle_free (TriMerkle *tree);
void tri_merkle_append (TriMerkle *tree, const TriHash *leaf);
guint64 tri_merkle_get_size (const TriMerkle *tree);
guint64 tri_merkle_get_n_nodes (const TriMerkle *tree, guint level);
const TriHash *tri_merkle_get_node (const TriMerkle *tree, guint level, guint64 index);
void tri_merkle_get_root (const TriMerkle *tree, guint64 size, TriHash *out);

GArray *tri_merkle_prove_inclusion (const TriMerkle *tree, guint64 index, guint64 size);
GArray *tri_merkle_prove_consistency (const TriMerkle *tree, guint64 old_size, guint64 size);

gboolean tri_merkle_check_inclusion (const TriHash *proof, gsize n, guint64 index, guint64 size, const TriHash *leaf,
                                     const TriHash *root);
gboolean tri_merkle_check_consistency (const TriHash *proof, gsize n, guint64 old_size, const TriHash *old_root,
                                       guint64 size, const TriHash *root);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriMerkle, tri_merkle_free)

G_END_DECLS
