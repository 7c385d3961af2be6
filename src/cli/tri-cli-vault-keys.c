/* Passphrases, recipients and identities for age files. A passphrase comes from a file, from the descriptor that
 * TRIPTYCH_PASSPHRASE_FD names, or from the terminal. SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <poll.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tri-cli-vault.h"
#include "tri-error.h"
#include "tri-file.h"
#include "tri-secret.h"

#define PASSPHRASE_MAX 4096
#define KEY_FILE_MAX (4u * 1024 * 1024)

/* Waits until there is something to read, or the command is cancelled. */
static gboolean
wait_for_input (int fd, GError **error)
{
  GCancellable *cancellable = g_cancellable_get_current ();
  struct pollfd ends[] = { { .fd = fd, .events = POLLIN }, { .fd = g_cancellable_get_fd (cancellable), .events = POLLIN } };
  while (!g_cancellable_is_cancelled (cancellable) && poll (ends, G_N_ELEMENTS (ends), -1) < 0 && errno == EINTR)
    ;
  if (ends[1].fd >= 0)
    g_cancellable_release_fd (cancellable);
  if (!g_cancellable_is_cancelled (cancellable))
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, _("Cancelled before there was a passphrase. Nothing was done."));
  return FALSE;
}

/* Up to the end of the file, or with @line to the end of the line; one line feed at the end is dropped. Returns:
 * (transfer full): locked memory */
static char *
read_descriptor (int fd, gboolean line, const char *name, GError **error)
{
  char *text = tri_secret_new (PASSPHRASE_MAX + 1);
  gsize size = 0;
  gssize n = 1;
  while (n > 0 && size <= PASSPHRASE_MAX && !(line && size > 0 && text[size - 1] == '\n'))
    {
      if (!wait_for_input (fd, error))
        {
          tri_secret_free (text);
          return NULL;
        }
      do
        n = read (fd, text + size, line ? 1 : PASSPHRASE_MAX + 1 - size);
      while (n < 0 && errno == EINTR);
      size += n > 0 ? (gsize) n : 0;
    }
  if (n < 0)
    g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("The passphrase can't be read from %s: %s."), name,
                 g_strerror (errno));
  else if (size > PASSPHRASE_MAX)
    g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE, _("The passphrase in %s is longer than %u bytes."), name,
                 PASSPHRASE_MAX);
  else
    {
      if (size > 0 && text[size - 1] == '\n')
        size--;
      if (size > 0 && text[size - 1] == '\r')
        size--;
      text[size] = '\0';
      if (strlen (text) == size && g_utf8_validate (text, (gssize) size, NULL))
        return text;
      g_set_error (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("The passphrase in %s is not text in UTF-8."), name);
    }
  tri_secret_free (text);
  return NULL;
}

static char *
ask (int tty, const char *prompt, GError **error)
{
  struct termios before, silent;
  if (tcgetattr (tty, &before) != 0)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("The terminal can't be used to ask for a passphrase."));
      return NULL;
    }
  silent = before;
  silent.c_lflag &= ~(tcflag_t) ECHO;
  tcsetattr (tty, TCSAFLUSH, &silent); /* before the prompt: it drops what was typed, and an answer must not be */
  (void) !write (tty, prompt, strlen (prompt));
  char *text = read_descriptor (tty, TRUE, _("the terminal"), error);
  tcsetattr (tty, text != NULL ? TCSADRAIN : TCSAFLUSH, &before); /* half a passphrase is not for the shell to read */
  (void) !write (tty, "\n", 1);
  return text;
}

static char *
ask_on_terminal (gboolean confirm, GError **error)
{
  int tty = open ("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
  if (tty < 0)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY,
                           _("A key is needed, and there is no terminal to ask for a passphrase. Give --passphrase-file "
                             "FILE, or set TRIPTYCH_PASSPHRASE_FD to a descriptor to read it from."));
      return NULL;
    }
  char *text = ask (tty, _("Passphrase: "), error);
  char *again = text != NULL && confirm ? ask (tty, _("Once more: "), error) : NULL;
  if (text != NULL && confirm && (again == NULL || strcmp (text, again) != 0))
    {
      if (again != NULL)
        g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_KEY, _("The two passphrases differ. Nothing was done."));
      g_clear_pointer (&text, tri_secret_free);
    }
  tri_secret_free (again);
  close (tty);
  return text;
}

/* @confirm: ask twice, where a mistake would lock the file. Returns: (transfer full): freed with
 * tri_secret_free() */
char *
tri_cli_read_passphrase (const TriOptions *options, gboolean confirm, GError **error)
{
  const char *number = g_getenv ("TRIPTYCH_PASSPHRASE_FD");
  if (options->passphrase_file != NULL)
    {
      gboolean is_stdin = strcmp (options->passphrase_file, "-") == 0;
      int fd = is_stdin ? STDIN_FILENO : open (options->passphrase_file, O_RDONLY | O_CLOEXEC);
      if (fd < 0)
        {
          g_set_error (error, G_IO_ERROR, (int) g_io_error_from_errno (errno), _("The passphrase can't be read from %s: %s."),
                       options->passphrase_file, g_strerror (errno));
          return NULL;
        }
      char *text = read_descriptor (fd, FALSE, options->passphrase_file, error);
      if (!is_stdin)
        close (fd);
      return text;
    }
  if (number == NULL)
    return ask_on_terminal (confirm, error);
  guint64 fd;
  if (!g_ascii_string_to_unsigned (number, 10, 0, G_MAXINT, &fd, NULL))
    {
      g_set_error (error, TRI_USAGE_ERROR, 0, _("TRIPTYCH_PASSPHRASE_FD must be a number, not “%s”."), number);
      return NULL;
    }
  return read_descriptor ((int) fd, FALSE, "TRIPTYCH_PASSPHRASE_FD", error);
}

static gboolean
add_file (GPtrArray *keys, const char *path, GPtrArray *(*parse) (const char *text, GError **error), GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (path);
  g_autoptr (GBytes) bytes = tri_file_read (file, KEY_FILE_MAX, NULL, error);
  if (bytes == NULL)
    return FALSE;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  char *text = tri_secret_copy (data, size);
  g_autoptr (GPtrArray) some = parse (text, error);
  tri_secret_free (text);
  if (some == NULL)
    {
      g_prefix_error (error, "%s: ", path);
      return FALSE;
    }
  g_ptr_array_extend_and_steal (keys, g_steal_pointer (&some));
  return TRUE;
}

/* Returns: (transfer full) (element-type TriAgeRecipient) */
GPtrArray *
tri_cli_recipients (const TriOptions *options, GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_recipient_unref);
  gboolean listed = options->recipients != NULL || options->recipients_files != NULL
                    || options->keyrings != NULL;
  if (listed && options->passphrase_file != NULL)
    {
      g_set_error_literal (error, TRI_USAGE_ERROR, 0, _("Give either a passphrase or recipients: a file can't have both."));
      return NULL;
    }
  if (options->work_factor < 0 || options->work_factor > TRI_AGE_WORK_FACTOR_MAX)
    {
      g_set_error (error, TRI_USAGE_ERROR, 0, _("--work-factor goes from 1 to %d, not %d: each step more doubles the time and the memory of every opening, "
                     "and age opens nothing above %d, which takes 4 GiB."),
                   TRI_AGE_WORK_FACTOR_MAX, options->work_factor, TRI_AGE_WORK_FACTOR_MAX);
      return NULL;
    }
  for (guint i = 0; options->recipients != NULL && options->recipients[i] != NULL; i++)
    {
      TriAgeRecipient *recipient = tri_age_recipient_parse (options->recipients[i], error);
      if (recipient == NULL)
        return NULL;
      g_ptr_array_add (keys, recipient);
    }
  for (guint i = 0; options->recipients_files != NULL && options->recipients_files[i] != NULL; i++)
    if (!add_file (keys, options->recipients_files[i], tri_age_recipients_parse_file, error))
      return NULL;
  if (!tri_cli_add_ring_recipients (options, keys, error))
    return NULL;
  if (!listed)
    {
      char *passphrase = tri_cli_read_passphrase (options, TRUE, error);
      TriAgeRecipient *recipient =
          passphrase != NULL ? tri_age_recipient_new_passphrase (passphrase, (guint) options->work_factor, error) : NULL;
      tri_secret_free (passphrase);
      if (recipient == NULL)
        return NULL;
      g_ptr_array_add (keys, recipient);
    }
  return g_steal_pointer (&keys);
}

/* Returns: (transfer full) (element-type TriAgeIdentity) */
GPtrArray *
tri_cli_identities (const TriOptions *options, GError **error)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_identity_unref);
  for (guint i = 0; options->identities != NULL && options->identities[i] != NULL; i++)
    if (!add_file (keys, options->identities[i], tri_age_identities_parse_file, error))
      return NULL;
  if (!tri_cli_add_ring_identities (options, keys, error))
    return NULL;
  if ((options->identities == NULL && options->keyrings == NULL) || options->passphrase_file != NULL)
    {
      char *passphrase = tri_cli_read_passphrase (options, FALSE, error);
      TriAgeIdentity *identity = passphrase != NULL ? tri_age_identity_new_passphrase (passphrase, error) : NULL;
      tri_secret_free (passphrase);
      if (identity == NULL)
        return NULL;
      g_ptr_array_add (keys, identity);
    }
  return g_steal_pointer (&keys);
}
