/* .tlog-proof (c2sp.org/tlog-proof): shows to whoever knows a log's key, without the log, that an entry is in it. And that
 * a log only grew since an older checkpoint, in the form in which witnesses take it (c2sp.org/tlog-witness, add-checkpoint).
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-checkpoint.h"

G_BEGIN_DECLS

/**
 * TriLogProof:
 * @extra: (nullable): with what Triptych writes, the entry; not to be believed before the proof is checked with it
 * @hashes: (element-type TriHash)
 */
typedef struct {
  GBytes *extra;
  guint64 index;
  GArray *hashes;
  TriNote *note;
  TriCheckpoint *checkpoint;
} TriLogProof;

char *tri_log_proof_make (guint64 index, const GArray *hashes, GBytes *extra, const TriNote *note);
TriLogProof *tri_log_proof_parse (const char *text, gsize size, GError **error);
void tri_log_proof_free (TriLogProof *proof);
gboolean tri_log_proof_check (const TriLogProof *proof, GBytes *entry, const TriVerifier *verifier, GError **error);

/**
 * TriLogGrowth:
 * @old_size: entries that the older checkpoint had, which isn't in it
 * @hashes: (element-type TriHash)
 */
typedef struct {
  guint64 old_size;
  GArray *hashes;
  TriNote *note;
  TriCheckpoint *checkpoint;
} TriLogGrowth;

char *tri_log_growth_make (guint64 old_size, const GArray *hashes, const TriNote *note);
gboolean tri_log_growth_probe (const char *text, gsize size);
TriLogGrowth *tri_log_growth_parse (const char *text, gsize size, GError **error);
void tri_log_growth_free (TriLogGrowth *growth);
gboolean tri_log_growth_check (const TriLogGrowth *growth, const TriHash *old_root, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriLogProof, tri_log_proof_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriLogGrowth, tri_log_growth_free)

G_END_DECLS
