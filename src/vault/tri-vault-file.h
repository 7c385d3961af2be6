/* One file into an age file and back, as people's own files deserve: verified before it counts, never over another one,
 * the original untouched. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-age.h"
#include "tri-turn.h"

G_BEGIN_DECLS

typedef enum {
  TRI_VAULT_SKIP,    /* leave what is there, and do nothing */
  TRI_VAULT_NUMBER,  /* take a name with a number */
  TRI_VAULT_REPLACE,
  TRI_VAULT_FAIL,    /* G_IO_ERROR_EXISTS */
  TRI_VAULT_ASK,     /* for a batch: as somebody says when it first occurs; for one file as TRI_VAULT_FAIL */
} TriVaultConflict;

/* Whether a result may get this name, and nobody else's after that. Called from workers. */
typedef gboolean (*TriVaultClaimFunc) (GFile *file, gpointer user_data);

/**
 * TriVaultOptions:
 * @folder: (nullable): where results go; NULL: beside the original
 * @output: (nullable): the one result's name, instead of a name made from the original's
 * @conflict: when the name is taken
 * @armor: as text
 * @checksum: opening computes the SHA-256 of what it writes; protecting always does
 * @trash: move what was protected to the Trash, once its copy is verified and has its name
 * @hide_name: a name outside that says nothing, the real one inside (in a tar archive that any program unpacks)
 * @claim: (nullable): where several files are done, so that no result replaces another one's result or original
 * @turn: (nullable): the worker's, where several files are done at once: it has it at first, gives it back while it waits for
 *   the disk, and may be without it at the end
 */
typedef struct {
  GFile *folder, *output;
  TriVaultConflict conflict;
  gboolean armor, hide_name, checksum, trash;
  TriVaultClaimFunc claim;
  gpointer claim_data;
  TriTurn *turn;
} TriVaultOptions;

/**
 * TriVaultResult:
 * @file: what was written, or with @skipped what was there already
 * @bytes: of the original
 * @sha256: (nullable): of the original, hexadecimal
 * @trashed: whether the original is in the Trash
 * @not_trashed: (nullable): why it is not, though it was to be
 */
typedef struct {
  GFile *file;
  gboolean skipped;
  guint64 bytes;
  char *sha256;
  gboolean trashed;
  GError *not_trashed;
} TriVaultResult;

void tri_vault_result_clear (TriVaultResult *result);

gboolean tri_vault_protect (GFile *original, GPtrArray *recipients, const TriVaultOptions *options,
                            TriVaultResult *result, TriProgress *progress, GError **error);
gboolean tri_vault_open (GFile *file, GPtrArray *identities, const TriVaultOptions *options, TriVaultResult *result,
                         TriProgress *progress, GError **error);
gboolean tri_vault_protect_stream (GInputStream *in, GPtrArray *recipients, const TriVaultOptions *options,
                                   TriVaultResult *result, TriProgress *progress, GError **error);
gboolean tri_vault_open_stream (GInputStream *in, GFile *file, GOutputStream *out, GPtrArray *identities,
                                const TriVaultOptions *options, TriVaultResult *result, TriProgress *progress, GError **error);
GBytes *tri_vault_open_to_memory (GFile *file, GPtrArray *identities, guint64 max, char **name, TriProgress *progress,
                                  GError **error);
gboolean tri_vault_is_age_name (GFile *file);
char *tri_vault_open_command (GFile *file, const char *output);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TriVaultResult, tri_vault_result_clear)

G_END_DECLS
