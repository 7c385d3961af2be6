/* The ledger's signing key on its way between one's own computers: in an age file under a passphrase. Decrypted it exists
 * in locked memory only. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-age-text.h"
#include "tri-age.h"
#include "tri-error.h"
#include "tri-file.h"
#include "tri-ledger-home-private.h"
#include "tri-ledger-key.h"
#include "tri-secret.h"

#define SEALED_MAX 65536u /* bytes */
#define TEXT_MAX 8192u

/* What whoever moves a key has to know. Returns: translated */
const char *
tri_ledger_home_get_fork_warning (void)
{
  return _("From now on two computers can sign the ledger. Let the sync finish before the other one writes: when both write "
           "without having seen each other's entries, there are two histories, which Triptych notices and can't join.");
}

/* For tri_secret_free() */
static char *
write_text (const TriSigner *signer)
{
  char *secret = tri_signer_to_text (signer);
  g_autofree char *head = g_strdup_printf ("# The key that signs the ledger %s.\n", tri_signer_get_verifier (signer)->name);
  char *text = tri_secret_new (strlen (head) + strlen (secret) + 2);
  stpcpy (stpcpy (stpcpy (text, head), secret), "\n");
  tri_secret_free (secret);
  return text;
}

/* @text: is cut into its lines. Comments are passed over. */
static TriSigner *
read_text (char *text, GError **error)
{
  for (char *line = text, *next; line != NULL; line = next)
    {
      next = strchr (line, '\n');
      if (next != NULL)
        *next++ = '\0';
      if (line[0] != '#' && line[0] != '\0')
        return tri_signer_parse (line, error);
    }
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("There is no key in it."));
  return NULL;
}

/**
 * tri_ledger_home_export_key:
 * @file: must not exist
 *
 * Writes the key that signs the user's ledger, for tri_ledger_home_import_key() on another computer.
 */
gboolean
tri_ledger_home_export_key (GFile *file, const char *passphrase, GError **error)
{
  g_auto (TriLedgerWhose) whose = { 0 };
  if (!tri_ledger_whose_read (&whose, error))
    return FALSE;
  if (whose.follows)
    {
      tri_ledger_set_follows_error (whose.verifier, error);
      return FALSE;
    }
  g_autoptr (GError) why = NULL;
  g_autoptr (TriSigner) signer = tri_ledger_key_load_signer ("ledger", &why);
  if (signer == NULL)
    {
      if (g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY,
                             _("There is no key of a ledger on this computer. Export it on the one that signs the ledger."));
      else
        g_propagate_error (error, g_steal_pointer (&why));
      return FALSE;
    }
  char *text = write_text (signer);
  g_autoptr (GBytes) bytes = tri_age_seal_text (text, strlen (text), passphrase, 0, error);
  tri_secret_free (text);
  return bytes != NULL && tri_file_write_private (file, bytes, FALSE, NULL, error);
}

static TriSigner *
open_sealed (GFile *file, const char *passphrase, GError **error)
{
  g_autofree char *name = tri_file_get_name (file);
  g_autoptr (GBytes) bytes = tri_file_read (file, SEALED_MAX, NULL, error);
  g_autoptr (GError) why = NULL;
  gsize size;
  if (bytes == NULL || !tri_age_check_takes_passphrase (bytes, name, NULL, error))
    return NULL;
  char *text = tri_age_open_text (bytes, passphrase, &size, &why);
  TriSigner *signer = text != NULL && strlen (text) == size && size <= TEXT_MAX ? read_text (text, &why) : NULL;
  if (text != NULL)
    tri_secret_free (text);
  if (signer != NULL)
    return signer;
  if (g_error_matches (why, TRI_AGE_ERROR, TRI_AGE_ERROR_NO_MATCH))
    g_set_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY,
                 _("This is not the passphrase of “%s”. Look at Caps Lock and the keyboard's layout, and try again."), name);
  else if (why != NULL)
    g_propagate_prefixed_error (error, g_steal_pointer (&why), "%s: ", name);
  else
    g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("What is in “%s” is no key of a ledger."), name);
  return NULL;
}

/**
 * tri_ledger_home_import_key:
 * @file: as tri_ledger_home_export_key() writes it
 *
 * From now on this computer signs that ledger. Fails where another ledger is or was.
 *
 * Returns: (transfer full): the public key
 */
TriVerifier *
tri_ledger_home_import_key (GFile *file, const char *passphrase, GError **error)
{
  g_auto (TriLedgerWhose) whose = { 0 };
  g_autoptr (TriSigner) signer = open_sealed (file, passphrase, error);
  if (signer == NULL || !tri_ledger_whose_read (&whose, error))
    return NULL;
  const TriVerifier *verifier = tri_signer_get_verifier (signer);
  gboolean there = whose.verifier != NULL && !whose.follows && tri_verifier_equal (whose.verifier, verifier);
  if (!there
      && (!tri_ledger_check_expected (verifier, FALSE, error) || !tri_ledger_key_install ("ledger", signer, error)
          || !tri_ledger_expect (verifier, error)))
    return NULL;
  return tri_verifier_copy (verifier);
}
