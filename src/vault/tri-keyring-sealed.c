/* Keys from an identity file that is itself an age file under a passphrase, as `age -p` makes of a key's backup. The file
 * is opened in locked memory. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-age-text.h"
#include "tri-age.h"
#include "tri-error.h"
#include "tri-file.h"
#include "tri-keyring.h"
#include "tri-secret.h"

#define SEALED_MAX (4u * 1024 * 1024)
#define BEGINNING 4096

/* Returns: whether @file is encrypted, so that tri_keyring_import_sealed() is for it */
gboolean
tri_keyring_is_sealed (GFile *file, GCancellable *cancellable)
{
  guint8 bytes[BEGINNING];
  gsize n;
  g_autoptr (GFileInputStream) in = g_file_read (file, cancellable, NULL);
  return in != NULL && g_input_stream_read_all (G_INPUT_STREAM (in), bytes, sizeof bytes, &n, cancellable, NULL)
         && tri_age_probe (bytes, n);
}

/**
 * tri_keyring_import_sealed:
 * @passphrase: of @file, not of the ring; the caller wipes its copy
 *
 * tri_keyring_import() of what is in a file that is encrypted with a passphrase.
 *
 * Returns: (transfer full) (element-type TriKeyringEntry): what is new; NULL with TRI_ERROR_WRONG_KEY, among others
 */
GPtrArray *
tri_keyring_import_sealed (TriKeyring *keyring, GFile *file, const char *passphrase, const char *label,
                           GCancellable *cancellable, GError **error)
{
  g_autofree char *name = tri_file_get_name (file);
  g_autoptr (GBytes) bytes = tri_file_read (file, SEALED_MAX, cancellable, error);
  g_autoptr (GError) why = NULL;
  gsize size;
  if (bytes == NULL || !tri_age_check_takes_passphrase (bytes, name, cancellable, error))
    return NULL;
  char *text = tri_age_open_text (bytes, passphrase, &size, &why);
  if (text == NULL)
    {
      if (g_error_matches (why, TRI_AGE_ERROR, TRI_AGE_ERROR_NO_MATCH))
        g_set_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY,
                     _("This is not the passphrase of “%s”. Look at Caps Lock and the keyboard's layout, and try again."),
                     name);
      else
        g_propagate_prefixed_error (error, g_steal_pointer (&why), "%s: ", name);
      return NULL;
    }
  GPtrArray *added = NULL;
  if (strlen (text) == size)
    {
      added = tri_keyring_import (keyring, text, label, cancellable, error);
      if (added == NULL)
        g_prefix_error (error, "%s: ", name);
    }
  else
    g_set_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_RECIPIENT, _("What is in “%s” is no list of keys."), name);
  tri_secret_free (text);
  return added;
}
