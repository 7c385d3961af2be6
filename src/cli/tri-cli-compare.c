/* triptych-cli compare: the metrics of any two pictures. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "tri-cli.h"

static gboolean
run (const TriOptions *options, TriProgress *progress, GError **error)
{
  g_autoptr (TriImage) a = tri_cli_load_picture (options->files[0], progress, error);
  g_autoptr (TriImage) b = a != NULL ? tri_cli_load_picture (options->files[1], progress, error) : NULL;
  if (b == NULL)
    return FALSE;
  g_autoptr (TriReport) report = tri_run_compare (a, b, progress, error);
  if (report == NULL)
    return FALSE;
  if (report->encrypted_matched)
    tri_cli_note (_("The pictures differ in size or channels: the second was brought to the first's, pixel by pixel.\n"));
  if (options->json)
    {
      g_autofree char *json = tri_report_to_json (report);
      fputs (json, stdout);
    }
  else
    tri_cli_print_report (report);
  return TRUE;
}

const TriCommand tri_command_compare = {
  .name = "compare",
  .synopsis = "[--json] A B",
  .summary = N_("Measure picture B against picture A"),
  .n_files = 2,
  .run = run,
};
