/* triptych-cli ledger follow, key export and key import: one ledger on several computers.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <string.h>

#include "tri-cli-ledger.h"
#include "tri-cli-vault.h"
#include "tri-ledger-home.h"
#include "tri-secret.h"

gboolean
tri_cli_ledger_follow (const TriOptions *options, char **args, GError **error)
{
  if (options->log_key == NULL)
    {
      g_set_error_literal (error, TRI_USAGE_ERROR, 0,
                           _("ledger follow needs --log-key KEY, as ledger begin prints it on the computer that signs."));
      return FALSE;
    }
  g_autoptr (TriVerifier) verifier = tri_cli_log_key (options, error);
  g_autoptr (TriLedger) ledger = NULL;
  if (verifier == NULL || !tri_ledger_home_follow (verifier, options->force, &ledger, error))
    return FALSE;
  guint64 n = ledger != NULL ? tri_ledger_get_size (ledger) : 0;
  tri_cli_print_ledger (options, verifier, n, 0);
  if (options->json)
    return TRUE;
  if (ledger != NULL)
    tri_cli_print (ngettext ("The ledger “%s” is followed: %" PRIu64 " entry.\n",
                             "The ledger “%s” is followed: %" PRIu64 " entries.\n", (gulong) n),
                   verifier->name, n);
  else
    tri_cli_print (_("The ledger “%s” is followed as soon as its folder is here.\n"), verifier->name);
  return TRUE;
}

static gboolean
export_key (const TriOptions *options, GError **error)
{
  if (options->output == NULL || strcmp (options->output, "-") == 0)
    {
      g_set_error_literal (error, TRI_USAGE_ERROR, 0, _("ledger key export needs --output FILE."));
      return FALSE;
    }
  if (options->passphrase_file == NULL)
    tri_cli_note ("%s\n", _("Choose a passphrase for the file. The other computer asks for it."));
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (options->output);
  char *passphrase = tri_cli_read_passphrase (options, TRUE, error);
  gboolean good = passphrase != NULL && tri_ledger_home_export_key (file, passphrase, error);
  tri_secret_free (passphrase);
  if (good)
    tri_cli_note ("%s\n", tri_ledger_home_get_fork_warning ());
  return good;
}

static gboolean
import_key (const TriOptions *options, const char *name, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (name);
  char *passphrase = tri_cli_read_passphrase (options, FALSE, error);
  g_autoptr (TriVerifier) verifier = passphrase != NULL ? tri_ledger_home_import_key (file, passphrase, error) : NULL;
  tri_secret_free (passphrase);
  if (verifier == NULL)
    return FALSE;
  tri_cli_note (_("This computer signs the ledger “%s” from now on.\n"), verifier->name);
  tri_cli_note ("%s\n", tri_ledger_home_get_fork_warning ());
  return TRUE;
}

gboolean
tri_cli_ledger_key (const TriOptions *options, char **args, GError **error)
{
  if (strcmp (args[0], "export") == 0 && args[1] == NULL)
    return export_key (options, error);
  if (strcmp (args[0], "import") == 0 && args[1] != NULL)
    return import_key (options, args[1], error);
  return tri_cli_usage (&tri_command_ledger, error);
}
