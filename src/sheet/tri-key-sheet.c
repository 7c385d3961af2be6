/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-key-sheet.h"

#include "tri-recovery-sheet.h"
#include "tri-secret.h"

/**
 * tri_key_sheet_write:
 * @fingerprint: of a secret key in @keyring, which must be open
 * @file: a PDF that only its owner can read
 *
 * Counts as a backup: whoever watches the ring is told.
 */
gboolean
tri_key_sheet_write (TriKeyring *keyring, const char *fingerprint, GFile *file, GCancellable *cancellable, GError **error)
{
  g_autoptr (TriKeyringEntry) entry = tri_keyring_find (keyring, fingerprint, error);
  g_autoptr (TriAgeIdentity) identity =
      entry != NULL ? tri_keyring_get_identity (keyring, entry->fingerprint, cancellable, error) : NULL;
  if (identity == NULL)
    return FALSE;
  char *secret = tri_age_identity_to_text (identity);
  TriRecoverySheet sheet = { entry->label, secret, entry->fingerprint, entry->kind == TRI_AGE_HYBRID, entry->created,
                             g_get_real_time () / G_USEC_PER_SEC };
  gboolean good = tri_recovery_sheet_write (&sheet, file, cancellable, error);
  tri_secret_free (secret);
  if (good)
    tri_keyring_was_exported (keyring, entry);
  return good;
}
