/* triptych-cli keygen and recipients: secret keys, and the recipients that go with them, in the files of age-keygen.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-cli-vault.h"
#include "tri-file.h"

static gboolean
write_secret (const TriOptions *options, const char *text, GError **error)
{
  if (options->output == NULL || strcmp (options->output, "-") == 0)
    {
      tri_cli_print ("%s", text);
      return TRUE;
    }
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (options->output);
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  return tri_file_write_private (file, bytes, FALSE, NULL, error);
}

static gboolean
run_keygen (const TriOptions *options, TriProgress *progress, GError **error)
{
  if (options->json && (options->output == NULL || strcmp (options->output, "-") == 0))
    {
      g_set_error_literal (error, TRI_USAGE_ERROR, 0,
                           _("keygen --json needs --output FILE: the secret key goes there, and is no part of the JSON."));
      return FALSE;
    }
  g_autoptr (TriAgeIdentity) identity = tri_age_identity_generate (options->post_quantum ? TRI_AGE_HYBRID : TRI_AGE_X25519);
  g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (identity);
  g_autofree char *public = tri_age_recipient_to_text (recipient);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *time = g_date_time_format_iso8601 (now);
  char *secret = tri_age_identity_to_text (identity);
  char *text = g_strdup_printf ("# created: %s\n# public key: %s\n%s\n", time, public, secret);
  gboolean good = write_secret (options, text, error);
  tri_age_free_secret (secret);
  tri_age_free_secret (text);
  if (!good)
    return FALSE;
  if (options->json)
    {
      TriJson *json = tri_json_new ();
      tri_json_begin_object (json, NULL);
      tri_json_string (json, "recipient", public);
      tri_json_string (json, "file", options->output);
      tri_json_end (json);
      tri_cli_print_json (json);
    }
  else
    tri_cli_note (_("Public key: %s\n"), public);
  return TRUE;
}

static gboolean
run_recipients (const TriOptions *options, TriProgress *progress, GError **error)
{
  TriOptions asked = { .identities = options->files };
  g_autoptr (GPtrArray) identities = tri_cli_identities (&asked, error);
  if (identities == NULL)
    return FALSE;
  TriJson *json = tri_json_new ();
  tri_json_begin_array (json, NULL);
  for (guint i = 0; i < identities->len; i++)
    {
      g_autoptr (TriAgeRecipient) recipient = tri_age_identity_get_recipient (identities->pdata[i]);
      g_autofree char *text = tri_age_recipient_to_text (recipient);
      tri_json_string (json, NULL, text);
      if (!options->json)
        tri_cli_print ("%s\n", text);
    }
  tri_json_end (json);
  if (options->json)
    tri_cli_print_json (json);
  else
    g_free (tri_json_free_to_text (json));
  return TRUE;
}

const TriCommand tri_command_keygen = {
  .name = "keygen",
  .synopsis = N_("[--output FILE]"),
  .summary = N_("Make a secret key, for its owner's eyes only"),
  .takes = TRI_TAKES_OUTPUT | TRI_TAKES_POST_QUANTUM,
  .n_files = 0,
  .run = run_keygen,
};

const TriCommand tri_command_recipients = {
  .name = "recipients",
  .synopsis = N_("IDENTITY-FILE…"),
  .summary = N_("Print the recipients that belong to secret keys"),
  .n_files = TRI_SOME_FILES,
  .run = run_recipients,
};
