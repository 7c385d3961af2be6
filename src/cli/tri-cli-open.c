/* triptych-cli open: age files back into what they were. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "tri-cli-vault.h"

static gboolean
decrypt (GInputStream *in, GFile *file, GOutputStream *out, GPtrArray *identities, const TriVaultOptions *how,
         TriVaultResult *result, TriProgress *progress, GError **error)
{
  return tri_vault_open_stream (in, file, out, identities, how, result, progress, error);
}

static gboolean
run (const TriOptions *options, TriProgress *progress, GError **error)
{
  static const TriCliVaultWork work = { tri_cli_identities, decrypt, tri_vault_batch_new_open };
  return tri_cli_vault_run (options, &work, progress, error);
}

const TriCommand tri_command_open = {
  .name = "open",
  .synopsis = N_("--identity FILE | --passphrase-file FILE  IN.age…"),
  .summary = N_("Decrypt age files of any program"),
  .takes = TRI_TAKES_IDENTITIES | TRI_TAKES_KEYRING | TRI_TAKES_OUTPUT | TRI_TAKES_OUTPUT_DIR | TRI_TAKES_FORCE,
  .n_files = TRI_SOME_FILES,
  .run = run,
};
