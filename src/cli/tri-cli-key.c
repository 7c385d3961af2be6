/* Keys from the command line's options. A secret is read into locked memory and wiped.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

#include "tri-cli.h"
#include "tri-error.h"
#include "tri-secret.h"

#define PASSPHRASE_MAX 4096

typedef struct {
  guint8 *bytes; /* tri_secret_new */
  gsize size;
} Secret;

static void
secret_clear (Secret *secret)
{
  g_clear_pointer (&secret->bytes, tri_secret_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Secret, secret_clear)

static gboolean
io_error (const char *path, GError **error)
{
  int code = errno;
  g_set_error (error, G_IO_ERROR, g_io_error_from_errno (code), _("The key “%s” can't be read: %s."), path,
               g_strerror (code));
  return FALSE;
}

/* Reads at most @max bytes, straight into locked memory. */
static gboolean
read_secret (const char *path, gsize max, Secret *out, GError **error)
{
  gboolean is_stdin = strcmp (path, "-") == 0;
  int fd = is_stdin ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC);
  if (fd < 0)
    return io_error (path, error);
  out->bytes = tri_secret_new (max + 1);
  gssize n = 1;
  while (n > 0 && out->size <= max)
    {
      do
        n = read (fd, out->bytes + out->size, max + 1 - out->size);
      while (n < 0 && errno == EINTR);
      if (n > 0)
        out->size += (gsize) n;
    }
  gboolean good = n >= 0 || io_error (path, error);
  if (good && out->size > max)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE,
                   _("The key “%s” is longer than %zu bytes. Choose a shorter one."), path, max);
      good = FALSE;
    }
  if (!is_stdin)
    close (fd);
  return good;
}

/* The file's text without one line feed at its end. */
static TriKey *
passphrase_key (const char *path, GError **error)
{
  g_auto (Secret) secret = { 0 };
  if (!read_secret (path, PASSPHRASE_MAX, &secret, error))
    return NULL;
  if (secret.size > 0 && secret.bytes[secret.size - 1] == '\n')
    secret.size--;
  if (secret.size > 0 && secret.bytes[secret.size - 1] == '\r')
    secret.size--;
  secret.bytes[secret.size] = '\0';
  if (strlen ((const char *) secret.bytes) != secret.size
      || !g_utf8_validate ((const char *) secret.bytes, (gssize) secret.size, NULL))
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY,
                   _("The passphrase in “%s” is not text in UTF-8. Give --key-file for a file of any bytes."), path);
      return NULL;
    }
  return tri_key_new_passphrase ((const char *) secret.bytes, error);
}

static TriKey *
file_key (const char *path, GError **error)
{
  g_auto (Secret) secret = { 0 };
  return read_secret (path, TRI_KEY_FILE_MAX, &secret, error) ? tri_key_new_file (secret.bytes, secret.size, error)
                                                              : NULL;
}

static TriKey *
picture_key (const char *path, GError **error)
{
  g_autoptr (TriImage) picture = tri_cli_load_picture (path, NULL, error);
  return picture != NULL ? tri_key_new_picture (picture) : NULL;
}

/* A number that was not given is part of the key all the same. */
static void
note_defaults (const TriParams *numbers, char **assignments)
{
  for (const TriParamSpec *spec = tri_params_get_specs (numbers); spec->id != NULL; spec++)
    {
      gboolean given = FALSE;
      for (guint i = 0; assignments[i] != NULL; i++)
        given = given || (g_str_has_prefix (assignments[i], spec->id) && assignments[i][strlen (spec->id)] == '=');
      g_autofree char *value = tri_params_value_to_text (numbers, spec->id);
      if (!given)
        tri_cli_note (_("--raw: %s was not given and is %s, which everybody knows.\n"), spec->id, value);
    }
}

static TriKey *
raw_key (const char *text, const TriCipher *cipher, GError **error)
{
  if (cipher->raw_key == NULL)
    {
      g_set_error (error, TRI_USAGE_ERROR, 0,
                   _("%s takes no raw numbers as its key. Give --passphrase-file, --key-file or --key-picture."),
                   cipher->id);
      return NULL;
    }
  g_autoptr (TriParams) numbers = tri_params_new (cipher->raw_key);
  g_auto (GStrv) parts = g_strsplit (text, ",", -1);
  if (!tri_cli_set_params (numbers, parts, error))
    return NULL;
  note_defaults (numbers, parts);
  return tri_key_new_raw (numbers);
}

/* @cipher: whose numbers a raw key has */
TriKey *
tri_cli_key (const TriOptions *options, const TriCipher *cipher, GError **error)
{
  if (options->passphrase_file != NULL)
    return passphrase_key (options->passphrase_file, error);
  if (options->key_file != NULL)
    return file_key (options->key_file, error);
  if (options->key_picture != NULL)
    return picture_key (options->key_picture, error);
  return raw_key (options->raw, cipher, error);
}
