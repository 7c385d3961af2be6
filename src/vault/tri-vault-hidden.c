/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-vault-hidden.h"

#include <glib/gi18n-lib.h>
#include <glib/gstdio.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-file.h"
#include "tri-ledger-home.h"

#define KEY_SIZE crypto_generichash_KEYBYTES
#define NAME_BYTES 8

static const char suffix[] = ".tar.age";

static gboolean
make_key (GFile *file, GError **error)
{
  guint8 key[KEY_SIZE];
  g_autofree char *path = g_file_get_path (file), *folder = g_path_get_dirname (path);
  (void) g_mkdir_with_parents (folder, 0700); /* what is wrong with it, writing says */
  randombytes_buf (key, sizeof key);
  g_autoptr (GBytes) bytes = g_bytes_new (key, sizeof key);
  sodium_memzero (key, sizeof key);
  return tri_file_write_private (file, bytes, FALSE, NULL, error);
}

static gboolean
read_key (GFile *file, guint8 key[KEY_SIZE], GError **error)
{
  g_autoptr (GBytes) bytes = tri_file_read (file, 2 * KEY_SIZE, NULL, error);
  if (bytes != NULL && g_bytes_get_size (bytes) == KEY_SIZE)
    {
      memcpy (key, g_bytes_get_data (bytes, NULL), KEY_SIZE);
      return TRUE;
    }
  if (bytes != NULL)
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED, _("it has the wrong length"));
  return FALSE;
}

/* The key of this user on this computer; it is made when there is none. Two that make it at once get the same. */
static gboolean
get_key (guint8 key[KEY_SIZE], GError **error)
{
  g_autoptr (GFile) file = tri_ledger_home_file ("hidden-names.key");
  g_autoptr (GError) why = NULL;
  if (read_key (file, key, &why))
    return TRUE;
  if (g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_clear_error (&why);
      if (make_key (file, &why) || g_error_matches (why, G_IO_ERROR, G_IO_ERROR_EXISTS))
        {
          g_clear_error (&why);
          if (read_key (file, key, &why))
            return TRUE;
        }
    }
  g_autofree char *path = g_file_get_parse_name (file);
  g_set_error (error, why->domain, why->code,
               _("Names can't be hidden without the key in “%s”: %s Mend that, or keep the names."), path, why->message);
  return FALSE;
}

/* Returns: (transfer full): the path whatever links lead to its folder */
static char *
get_real_path (GFile *file)
{
  g_autofree char *path = g_file_get_path (file);
  if (path == NULL)
    return g_file_get_uri (file);
  g_autofree char *folder = g_path_get_dirname (path), *base = g_path_get_basename (path);
  char *real = realpath (folder, NULL);
  char *whole = g_build_filename (real != NULL ? real : folder, base, NULL);
  free (real);
  return whole;
}

/**
 * tri_vault_hidden_name:
 * @info: of @original: size and time of modification
 *
 * BLAKE2b of path, size and time, under a key that never leaves this computer: the same original, unchanged, gets the same
 * name again, so that a second run finds what the first one made; without the key the name says nothing.
 *
 * Returns: (transfer full): sixteen hexadecimal digits and ".tar.age"; NULL when there is no key and none can be made
 */
char *
tri_vault_hidden_name (GFile *original, GFileInfo *info, GError **error)
{
  guint8 key[KEY_SIZE], hash[NAME_BYTES > crypto_generichash_BYTES_MIN ? NAME_BYTES : crypto_generichash_BYTES_MIN];
  char hex[2 * NAME_BYTES + 1];
  const guint64 numbers[] = {
    GUINT64_TO_LE ((guint64) g_file_info_get_size (info)),
    GUINT64_TO_LE (g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED)),
    GUINT64_TO_LE ((guint64) g_file_info_get_attribute_uint32 (info, G_FILE_ATTRIBUTE_TIME_MODIFIED_NSEC)),
  };
  g_autofree char *path = get_real_path (original);
  crypto_generichash_state state;
  if (!get_key (key, error))
    return NULL;
  crypto_generichash_init (&state, key, sizeof key, sizeof hash);
  crypto_generichash_update (&state, (const guint8 *) numbers, sizeof numbers);
  crypto_generichash_update (&state, (const guint8 *) path, strlen (path));
  crypto_generichash_final (&state, hash, sizeof hash);
  sodium_memzero (key, sizeof key);
  sodium_memzero (&state, sizeof state);
  return g_strconcat (sodium_bin2hex (hex, sizeof hex, hash, NAME_BYTES), suffix, NULL);
}

/* Whether a file is called as tri_vault_hidden_name() says, perhaps with a number. */
gboolean
tri_vault_has_hidden_name (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file), *lower = g_ascii_strdown (base, -1);
  if (strspn (lower, "0123456789abcdef") != 2 * NAME_BYTES)
    return FALSE;
  const char *at = lower + 2 * NAME_BYTES;
  if (g_str_has_prefix (at, " ("))
    {
      gsize n_digits = strspn (at + 2, "0123456789");
      if (n_digits == 0 || at[2 + n_digits] != ')')
        return FALSE;
      at += 2 + n_digits + 1;
    }
  return strcmp (at, suffix) == 0;
}
