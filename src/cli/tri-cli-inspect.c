/* triptych-cli inspect: what an age file tells without a key. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "tri-cli-vault.h"

static void
print_text (const TriAgeInfo *info)
{
  tri_cli_print ("%s\n", info->armored ? _("An age file, as text") : _("An age file"));
  if (tri_age_info_is_passphrase (info))
    tri_cli_print (_("Opens with a passphrase (work factor %u)\n"), info->work_factor);
  else
    for (guint i = 0; i < info->stanzas->len; i++)
      tri_cli_print (_("Opens with a key of type %s\n"), (const char *) info->stanzas->pdata[i]);
  tri_cli_print ("%s\n", tri_age_info_is_post_quantum (info) ? _("Withstands quantum computers")
                                                             : _("Would not withstand a quantum computer"));
}

static void
print_json (const TriAgeInfo *info)
{
  TriJson *json = tri_json_new ();
  tri_json_begin_object (json, NULL);
  tri_json_boolean (json, "armored", info->armored);
  tri_json_boolean (json, "passphrase", tri_age_info_is_passphrase (info));
  tri_json_boolean (json, "post_quantum", tri_age_info_is_post_quantum (info));
  tri_json_integer (json, "work_factor", info->work_factor);
  tri_json_integer (json, "header_bytes", info->header_size);
  tri_json_begin_array (json, "recipients");
  for (guint i = 0; i < info->stanzas->len; i++)
    tri_json_string (json, NULL, info->stanzas->pdata[i]);
  tri_json_end (json);
  tri_json_end (json);
  tri_cli_print_json (json);
}

static gboolean
run (const TriOptions *options, TriProgress *progress, GError **error)
{
  GCancellable *cancellable = tri_progress_get_cancellable (progress);
  g_autoptr (GInputStream) in = tri_cli_open_input (options->files[0], cancellable, error);
  g_autoptr (TriAgeInfo) info = in != NULL ? tri_age_inspect (in, cancellable, error) : NULL;
  if (info == NULL)
    return FALSE;
  if (options->json)
    print_json (info);
  else
    print_text (info);
  return TRUE;
}

const TriCommand tri_command_inspect = {
  .name = "inspect",
  .synopsis = N_("IN.age"),
  .summary = N_("Say what an age file tells without a key"),
  .n_files = 1,
  .run = run,
};
