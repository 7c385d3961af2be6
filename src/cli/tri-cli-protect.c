/* triptych-cli protect: files into age files. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "tri-cli-vault.h"

static gboolean
encrypt (GInputStream *in, GFile *file, GOutputStream *out, GPtrArray *recipients, const TriVaultOptions *how,
         TriVaultResult *result, TriProgress *progress, GError **error)
{
  if (out == NULL)
    return tri_vault_protect_stream (in, recipients, how, result, progress, error);
  return tri_age_encrypt (in, out, recipients, how->armor ? TRI_AGE_ARMOR : 0, 0, progress, error);
}

static gboolean
run (const TriOptions *options, TriProgress *progress, GError **error)
{
  static const TriCliVaultWork work = { tri_cli_recipients, encrypt, tri_vault_batch_new_protect };
  return tri_cli_vault_run (options, &work, progress, error);
}

const TriCommand tri_command_protect = {
  .name = "protect",
  .synopsis = N_("(--recipient AGE1…)… | --passphrase-file FILE  IN…"),
  .summary = N_("Encrypt files into age files, each verified before it counts"),
  .takes = TRI_TAKES_RECIPIENTS | TRI_TAKES_KEYRING | TRI_TAKES_OUTPUT | TRI_TAKES_OUTPUT_DIR | TRI_TAKES_ARMOR | TRI_TAKES_FORCE,
  .n_files = TRI_SOME_FILES,
  .run = run,
};
