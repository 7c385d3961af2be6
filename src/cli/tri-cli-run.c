/* triptych-cli run: encrypt, decrypt and measure, writing nothing. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "tri-cli.h"
#include "tri-damage.h"

static gboolean
run (const TriOptions *options, TriProgress *progress, GError **error)
{
  g_autoptr (TriRunSpec) spec = tri_cli_spec (options, 0, error);
  if (spec == NULL || !tri_cli_set_seed (spec->params, options->seed, error)
      || !tri_cli_set_params (spec->params, options->params, error))
    return FALSE;
  spec->damage = tri_params_new (tri_damage_specs);
  if (!tri_cli_set_params (spec->damage, options->damage, error))
    return FALSE;
  spec->key = tri_cli_key (options, spec->cipher, error);
  spec->picture = spec->key != NULL ? tri_cli_load_picture (options->files[0], progress, error) : NULL;
  if (spec->picture == NULL)
    return FALSE;
  spec->flags = TRI_RUN_SECURITY;
  g_autoptr (TriReport) report = tri_run (spec, progress, error);
  if (report == NULL)
    return FALSE;
  if (options->json)
    {
      g_autofree char *json = tri_report_to_json (report);
      fputs (json, stdout);
    }
  else
    tri_cli_print_report (report);
  if (report->refusal != NULL)
    g_propagate_error (error, g_error_copy (report->refusal));
  return report->refusal == NULL;
}

const TriCommand tri_command_run = {
  .name = "run",
  .synopsis = N_("--cipher ID [--param NAME=VALUE]… [--damage KIND=VALUE]… KEY IN"),
  .summary = N_("Encrypt, decrypt and measure a picture; nothing is written"),
  .takes = TRI_TAKES_CIPHER | TRI_TAKES_KEY | TRI_TAKES_DAMAGE,
  .n_files = 1,
  .run = run,
};
