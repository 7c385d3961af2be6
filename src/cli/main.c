/* triptych-cli: everything that the window can, without one. SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <glib/gi18n-lib.h>
#include <locale.h>
#include <malloc.h>
#include <poll.h>
#include <signal.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "tri-age-error.h"
#include "tri-cli.h"
#include "tri-datadir.h"
#include "tri-error.h"
#include "tri-secret.h"

G_DEFINE_QUARK (tri-usage-error, tri_usage_error)

static const TriCommand *const commands[] = {
  &tri_command_ciphers, &tri_command_encrypt, &tri_command_decrypt,
  &tri_command_run, &tri_command_compare, &tri_command_sweep,
  &tri_command_protect, &tri_command_open, &tri_command_inspect,
  &tri_command_keygen, &tri_command_recipients, &tri_command_train, &tri_command_keyring, &tri_command_advise,
  &tri_command_ledger, &tri_command_evaluate,
};

static const TriCommand *
find_command (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    if (strcmp (commands[i]->name, name) == 0)
      return commands[i];
  return NULL;
}

static void
print_usage (void)
{
  tri_cli_print ("%s\n\n", _("Usage: triptych-cli COMMAND [OPTION…] [FILE…]"));
  tri_cli_print ("%s\n\n", _("Encrypts, decrypts and measures pictures, and protects files."));
  for (guint i = 0; i < G_N_ELEMENTS (commands); i++)
    tri_cli_print ("  %-10s  %s\n", commands[i]->name, _(commands[i]->summary));
  tri_cli_print ("\n%s\n", _("triptych-cli COMMAND --help tells more. triptych-cli --version names the version."));
}

static int
age_exit_status (TriAgeError code)
{
  switch (code)
    {
    case TRI_AGE_ERROR_NO_MATCH:
    case TRI_AGE_ERROR_RECIPIENT:
      return TRI_EXIT_WRONG_KEY;
    case TRI_AGE_ERROR_TRUNCATED:
      return TRI_EXIT_TRUNCATED;
    case TRI_AGE_ERROR_NOT_AGE:
      return TRI_EXIT_NOT_AGE;
    case TRI_AGE_ERROR_UNSUPPORTED:
    case TRI_AGE_ERROR_HEADER:
    case TRI_AGE_ERROR_ARMOR:
    case TRI_AGE_ERROR_MAC:
    case TRI_AGE_ERROR_DAMAGED:
    default:
      return TRI_EXIT_DAMAGED;
    }
}

static int
exit_status (const GError *error)
{
  if (error == NULL)
    return TRI_EXIT_OK;
  if (error->domain == TRI_USAGE_ERROR)
    return TRI_EXIT_USAGE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return TRI_EXIT_INTERRUPTED;
  if (error->domain == TRI_AGE_ERROR)
    return age_exit_status ((TriAgeError) error->code);
  if (error->domain == G_IO_ERROR || error->domain == G_FILE_ERROR)
    return TRI_EXIT_IO;
  if (error->domain != TRI_ERROR)
    return TRI_EXIT_FAILED;
  switch ((TriError) error->code)
    {
    case TRI_ERROR_WRONG_KEY:
    case TRI_ERROR_NO_KEY:
      return TRI_EXIT_WRONG_KEY;
    case TRI_ERROR_NOT_A_PICTURE:
    case TRI_ERROR_TRUNCATED:
    case TRI_ERROR_DAMAGED:
    case TRI_ERROR_NOT_SEALED:
      return TRI_EXIT_DAMAGED;
    case TRI_ERROR_FAILED:
    case TRI_ERROR_INVALID:
    case TRI_ERROR_TOO_LARGE:
    case TRI_ERROR_NO_MEMORY:
    case TRI_ERROR_UNSUPPORTED:
    default:
      return TRI_EXIT_FAILED;
    }
}

static int signals[2]; /* a pipe, from the handler to the thread that may do what a handler may not */

static void
on_signal (int number)
{
  int before = errno;
  (void) !write (signals[1], "", 1);
  errno = before;
}

/* The first Ctrl+C cancels and lets the work clean up behind itself; the second, or five seconds, end the program. */
static gpointer
wait_for_signals (gpointer data)
{
  GCancellable *cancellable = data;
  struct pollfd pipe_end = { .fd = signals[0], .events = POLLIN };
  char byte;
  while (read (signals[0], &byte, 1) < 0 && errno == EINTR)
    ;
  g_cancellable_cancel (cancellable);
  while (poll (&pipe_end, 1, 5000) < 0 && errno == EINTR)
    ;
  _exit (TRI_EXIT_INTERRUPTED);
  return NULL;
}

/* Handlers rather than blocked signals: OpenBLAS has threads before main() could block anything in them. */
static void
watch_signals (GCancellable *cancellable)
{
  static const int numbers[] = { SIGINT, SIGTERM, SIGQUIT, SIGHUP };
  struct sigaction action = { .sa_handler = on_signal, .sa_flags = SA_RESTART };
  if (pipe2 (signals, O_CLOEXEC) != 0)
    g_error ("no pipe: %s", g_strerror (errno));
  g_thread_unref (g_thread_new ("signals", wait_for_signals, g_object_ref (cancellable)));
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      struct sigaction before;
      gboolean ignored = sigaction (numbers[i], NULL, &before) == 0 && before.sa_handler == SIG_IGN;
      if (!ignored || numbers[i] != SIGHUP) /* nohup */
        sigaction (numbers[i], &action, NULL);
    }
}

static void
show_progress (double fraction, gpointer data)
{
  fprintf (stderr, "\r%3.0f %%\r", 100 * fraction);
}

static gboolean
run_command (const TriCommand *command, const TriOptions *options, GError **error)
{
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  watch_signals (cancellable);
  gboolean terminal = isatty (STDERR_FILENO);
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, terminal ? show_progress : NULL, NULL);
  g_cancellable_push_current (cancellable); /* for what waits without a progress: a prompt */
  gboolean good = command->run (options, progress, error);
  g_cancellable_pop_current (cancellable);
  if (terminal)
    fprintf (stderr, "\r      \r");
  if (good && (fflush (stdout) != 0 || ferror (stdout)))
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, _("The output can't be written."));
      return FALSE;
    }
  return good;
}

/* Returns: FALSE with an error */
static gboolean
dispatch (int argc, char **argv, GError **error)
{
  const char *name = argc > 1 ? argv[1] : NULL;
  if (name == NULL || strcmp (name, "--help") == 0 || strcmp (name, "-h") == 0 || strcmp (name, "help") == 0)
    {
      if (name != NULL)
        print_usage ();
      else
        g_set_error_literal (error, TRI_USAGE_ERROR, 0, _("A command is missing. triptych-cli --help lists them."));
      return name != NULL;
    }
  if (strcmp (name, "--version") == 0)
    {
      tri_cli_print ("triptych-cli %s\n", TRI_VERSION);
      return TRUE;
    }
  const TriCommand *command = find_command (name);
  if (command == NULL)
    {
      g_set_error (error, TRI_USAGE_ERROR, 0, _("There is no command “%s”. triptych-cli --help lists them."), name);
      return FALSE;
    }
  g_auto (TriOptions) options = { 0 };
  if (!tri_options_parse (&options, command, argc - 1, argv + 1, error))
    return FALSE;
  if (options.help)
    {
      g_autofree char *help = tri_options_help (command, &options);
      tri_cli_print ("%s", help);
      return TRUE;
    }
  return run_command (command, &options, error);
}

int
main (int argc, char **argv)
{
#ifdef __GLIBC__
  /* Buffers of a few MiB are used again for the next file, not given back and faulted in anew: half of the system time. */
  mallopt (M_MMAP_THRESHOLD, 32 * 1024 * 1024);
  mallopt (M_TRIM_THRESHOLD, 64 * 1024 * 1024);
#endif
  setlocale (LC_ALL, "");
  tri_datadir_bind_texts ();
  tri_secret_forbid_dumps ();
  if (sodium_init () < 0)
    g_error ("libsodium can't start: no source of randomness");

  g_autoptr (GError) error = NULL;
  if (!dispatch (argc, argv, &error))
    tri_cli_note ("triptych-cli: %s\n", error->message);
  return exit_status (error);
}
