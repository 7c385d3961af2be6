/* The command line: options that several commands share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <stddef.h>
#include <string.h>

#include "tri-cli.h"
#include "tri-trainer.h"

/* An option of the commands that take what @takes says, or of all where it says nothing. */
typedef struct {
  TriTakes takes;
  const char *name; /* "": what is no option */
  char letter;
  GOptionArg type;
  gsize field; /* of TriOptions */
  const char *help, *value; /* marked for translation */
} Option;

#define IN(field) offsetof (TriOptions, field)

/* In the order of the help. */
static const Option table[] = {
  { TRI_TAKES_CIPHER, "cipher", 'c', G_OPTION_ARG_STRING_ARRAY, IN (ciphers), N_("The cipher"), "ID" },
  { TRI_TAKES_CIPHER, "param", 'p', G_OPTION_ARG_STRING_ARRAY, IN (params), N_("Set a parameter; may be repeated"),
    N_("NAME=VALUE") },
  { TRI_TAKES_CIPHER, "seed", 0, G_OPTION_ARG_STRING, IN (seed), N_("The seed of what is random in the cipher"), "N" },
  { TRI_TAKES_KEY, "passphrase-file", 0, G_OPTION_ARG_FILENAME, IN (passphrase_file),
    N_("The key is the passphrase in this file, without a line feed at its end; - for standard input"), N_("FILE") },
  { TRI_TAKES_KEY, "key-file", 0, G_OPTION_ARG_FILENAME, IN (key_file), N_("The key is made from a file's bytes"), N_("FILE") },
  { TRI_TAKES_KEY, "key-picture", 0, G_OPTION_ARG_FILENAME, IN (key_picture), N_("The key is made from a picture's pixels"),
    N_("FILE") },
  { TRI_TAKES_KEY, "raw", 0, G_OPTION_ARG_STRING, IN (raw), N_("The key is these numbers, for ciphers that take them"),
    N_("NAME=VALUE,…") },
  { TRI_TAKES_DAMAGE, "damage", 0, G_OPTION_ARG_STRING_ARRAY, IN (damage),
    N_("Damage the encrypted picture before it is decrypted; may be repeated"), N_("KIND=VALUE") },
  { TRI_TAKES_FORCE, "force", 'f', G_OPTION_ARG_NONE, IN (force), N_("Replace the output file if it exists"), NULL },
  { TRI_TAKES_RECIPIENTS, "recipient", 'r', G_OPTION_ARG_STRING_ARRAY, IN (recipients),
    N_("Encrypt to an age1… recipient; may be repeated"), "AGE1…" },
  { TRI_TAKES_RECIPIENTS, "recipients-file", 'R', G_OPTION_ARG_FILENAME_ARRAY, IN (recipients_files),
    N_("Encrypt to the recipients in a file, one a line"), N_("FILE") },
  { TRI_TAKES_RECIPIENTS, "work-factor", 0, G_OPTION_ARG_INT, IN (work_factor),
    N_("Logarithm of the passphrase's work, 1 to 22 (default 18)"), "N" },
  { TRI_TAKES_IDENTITIES, "identity", 'i', G_OPTION_ARG_FILENAME_ARRAY, IN (identities),
    N_("Open with the secret keys in a file"), N_("FILE") },
  { TRI_TAKES_RECIPIENTS | TRI_TAKES_IDENTITIES | TRI_TAKES_PASSPHRASE, "passphrase-file", 0, G_OPTION_ARG_FILENAME,
    IN (passphrase_file), N_("Use the passphrase in this file, without a line feed at its end; - for standard input"),
    N_("FILE") },
  { TRI_TAKES_OUTPUT, "output", 'o', G_OPTION_ARG_FILENAME, IN (output), N_("Write to this file; - for standard output"),
    N_("FILE") },
  { TRI_TAKES_OUTPUT_DIR, "output-dir", 0, G_OPTION_ARG_FILENAME, IN (output_dir), N_("Write into this folder"), N_("FOLDER") },
  { TRI_TAKES_OUTPUT_DIR, "if-exists", 0, G_OPTION_ARG_STRING, IN (if_exists),
    N_("When a name is taken: fail, skip, number or replace (default fail)"), N_("WHAT") },
  { TRI_TAKES_ARMOR, "armor", 'a', G_OPTION_ARG_NONE, IN (armor), N_("Write text instead of bytes"), NULL },
  { TRI_TAKES_ARMOR, "hide-name", 0, G_OPTION_ARG_NONE, IN (hide_name),
    N_("Give results names that say nothing, and keep the real ones inside"), NULL },
  { TRI_TAKES_POST_QUANTUM, "post-quantum", 0, G_OPTION_ARG_NONE, IN (post_quantum),
    N_("Make a key that withstands quantum computers"), NULL },
  { TRI_TAKES_KEYRING, "keyring", 'k', G_OPTION_ARG_STRING_ARRAY, IN (keyrings), N_("A key of the key ring, by its name"),
    N_("NAME") },
  { TRI_TAKES_KEYRING, "keyring-passphrase-file", 0, G_OPTION_ARG_FILENAME, IN (keyring_passphrase_file),
    N_("The passphrase of a key ring that is a file; - for standard input"), N_("FILE") },
  { TRI_TAKES_SUGGESTION, "suggest-passphrase", 0, G_OPTION_ARG_NONE, IN (suggest_passphrase),
    N_("Print six words drawn by chance, and make no key"), NULL },
  { TRI_TAKES_SITUATION, "purpose", 0, G_OPTION_ARG_STRING, IN (purpose), N_("What for: keep, send or show (default keep)"),
    N_("WHAT") },
  { TRI_TAKES_SITUATION, "network", 0, G_OPTION_ARG_STRING, IN (network),
    N_("The network: offline, metered, restricted, open or automatic (default automatic)"), N_("WHICH") },
  { TRI_TAKES_SITUATION, "threat", 0, G_OPTION_ARG_STRING, IN (threat),
    N_("Against whom: curious, targeted or quantum (default curious)"), N_("WHOM") },
  { TRI_TAKES_LEDGER, "ledger", 0, G_OPTION_ARG_FILENAME, IN (ledger), N_("The ledger in this folder, instead of your own"),
    N_("FOLDER") },
  { TRI_TAKES_LEDGER, "log-key", 0, G_OPTION_ARG_STRING, IN (log_key), N_("The public key of a ledger that is not your own"),
    N_("KEY") },
  { TRI_TAKES_LEDGER, "witness-key", 0, G_OPTION_ARG_STRING_ARRAY, IN (witness_keys),
    N_("The public key of a witness; may be repeated"), N_("KEY") },
  { TRI_TAKES_LEDGER, "from", 0, G_OPTION_ARG_FILENAME, IN (from),
    N_("What a proof of growth begins with: an older checkpoint, or its number of entries"), N_("OLD") },
  { TRI_TAKES_EVALUATION, "cipher", 'c', G_OPTION_ARG_STRING_ARRAY, IN (ciphers),
    N_("A cipher to measure; may be repeated (default: every neural one)"), "ID" },
  { TRI_TAKES_EVALUATION, "param", 'p', G_OPTION_ARG_STRING_ARRAY, IN (params),
    N_("Set a parameter of the ciphers that have it; may be repeated"), N_("NAME=VALUE") },
  { TRI_TAKES_EVALUATION, "seed", 0, G_OPTION_ARG_STRING, IN (seed),
    N_("The seed of keys, of noise and of the attackers (default 1)"), "N" },
  { TRI_TAKES_EVALUATION, "fit", 0, G_OPTION_ARG_FILENAME, IN (fit),
    N_("Fit the best linear code to other pictures, and compare with it: a folder, a picture, or “samples”"), N_("WHAT") },
  { TRI_TAKES_EVALUATION, "eve", 0, G_OPTION_ARG_STRING, IN (eve),
    N_("Train so many steps, on those other pictures, networks that attack each cipher without its key"), N_("STEPS") },
  { TRI_TAKES_TRAINING, "data", 'd', G_OPTION_ARG_FILENAME, IN (data),
    N_("The pictures: a folder, a picture, an IDX file, or the shipped “samples” or “digits”"), N_("WHAT") },
  { TRI_TAKES_TRAINING, "output", 'o', G_OPTION_ARG_FILENAME, IN (output), N_("Keep checkpoints and weights in this folder"),
    N_("FOLDER") },
  { TRI_TAKES_TRAINING, "resume", 0, G_OPTION_ARG_FILENAME, IN (resume), N_("Continue the training in this folder"),
    N_("FOLDER") },
  { TRI_TAKES_TRAINING, "weights", 0, G_OPTION_ARG_FILENAME, IN (weights),
    N_("Begin with the weights in this safetensors file"), N_("FILE") },
  { TRI_TAKES_TRAINING, "install", 0, G_OPTION_ARG_NONE, IN (install),
    N_("Use the weights for new pictures from now on, in place of those that came with the program"), NULL },
  { TRI_TAKES_TRAINING, "param", 'p', G_OPTION_ARG_STRING_ARRAY, IN (params),
    N_("Set a parameter of the model; may be repeated"), N_("NAME=VALUE") },
  { 0, "json", 'j', G_OPTION_ARG_NONE, IN (json), N_("Print JSON"), NULL },
  { 0, "help", 'h', G_OPTION_ARG_NONE, IN (help), N_("Print this help"), NULL },
  { 0, G_OPTION_REMAINING, 0, G_OPTION_ARG_FILENAME_ARRAY, IN (files), NULL, NULL },
};

/* Frees what was read from the command line. */
void
tri_options_clear (TriOptions *options)
{
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      char *field = (char *) options + table[i].field;
      if (table[i].type == G_OPTION_ARG_STRING_ARRAY || table[i].type == G_OPTION_ARG_FILENAME_ARRAY)
        g_clear_pointer ((char ***) (gpointer) field, g_strfreev);
      else if (table[i].type == G_OPTION_ARG_STRING || table[i].type == G_OPTION_ARG_FILENAME)
        g_clear_pointer ((char **) (gpointer) field, g_free);
    }
  for (guint i = 0; i < TRI_MAX_TRAINING; i++)
    g_clear_pointer (&options->training[i], g_free);
}

static void
add_option (GOptionContext *context, const Option *option, TriOptions *options)
{
  const GOptionEntry entries[] = {
    { option->name, option->letter, 0, option->type, (char *) options + option->field, option->help, option->value },
    { 0 },
  };
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
}

/* An option for each row of the table of what can be chosen about a training. */
static void
add_training_options (GOptionContext *context, TriOptions *options)
{
  for (guint i = 0; tri_train_params[i].id != NULL; i++)
    {
      const TriParamSpec *spec = &tri_train_params[i];
      g_assert (i < TRI_MAX_TRAINING);
      const Option option = { TRI_TAKES_TRAINING, spec->id, 0, G_OPTION_ARG_STRING, IN (training) + i * sizeof (char *),
                              spec->help, spec->type == TRI_PARAM_BOOL ? "yes|no" : "N" };
      add_option (context, &option, options);
    }
}

/* Returns: (transfer full): what @command takes, into @options */
GOptionContext *
tri_options_make_context (const TriCommand *command, TriOptions *options)
{
  GOptionContext *context = g_option_context_new (NULL);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  for (guint i = 0; i < G_N_ELEMENTS (table); i++)
    {
      if (table[i].field == IN (json) && (command->takes & TRI_TAKES_TRAINING) != 0) /* above what all commands take */
        add_training_options (context, options);
      if (table[i].takes == 0 || (table[i].takes & command->takes) != 0)
        add_option (context, &table[i], options);
    }
  return context;
}

/* A passphrase in the arguments is in the list of processes and in the shell's history: it is refused, and not
 * repeated. */
static gboolean
refuse_passphrase (int argc, char **argv, GError **error)
{
  for (int i = 1; i < argc && strcmp (argv[i], "--") != 0; i++)
    if (strcmp (argv[i], "--passphrase") == 0 || g_str_has_prefix (argv[i], "--passphrase=")
        || strcmp (argv[i], "--password") == 0 || g_str_has_prefix (argv[i], "--password="))
      {
        g_set_error_literal (error, TRI_USAGE_ERROR, 0,
                             _("A passphrase is never taken from the command line: every user of this computer could "
                               "read it there. Put it into a file that only you can read and give --passphrase-file "
                               "FILE, or write it to standard input and give --passphrase-file -."));
        return FALSE;
      }
  return TRUE;
}

/* Returns: FALSE, with an error that says how the command is called */
gboolean
tri_cli_usage (const TriCommand *command, GError **error)
{
  g_set_error (error, TRI_USAGE_ERROR, 0, _("Usage: triptych-cli %s %s"), command->name, _(command->synopsis));
  return FALSE;
}

/* Runs what the first word of the files names, with the words after it. Returns: FALSE with an error: its own, or how the
 * command is called */
gboolean
tri_cli_run_action (const TriCommand *command, const TriCliAction *actions, guint n_actions, const TriOptions *options,
                    GError **error)
{
  guint n = g_strv_length (options->files) - 1;
  for (guint i = 0; i < n_actions; i++)
    if (strcmp (actions[i].name, options->files[0]) == 0 && n >= actions[i].min && n <= actions[i].max)
      return actions[i].run (options, options->files + 1, error);
  return tri_cli_usage (command, error);
}

static gboolean
check_counts (const TriOptions *options, const TriCommand *command, GError **error)
{
  guint n_files = options->files != NULL ? g_strv_length (options->files) : 0;
  guint n_ciphers = options->ciphers != NULL ? g_strv_length (options->ciphers) : 0;
  guint n_keys = (options->passphrase_file != NULL) + (options->key_file != NULL) + (options->key_picture != NULL)
                 + (options->raw != NULL);
  if ((command->takes & TRI_TAKES_CIPHER) != 0 && n_ciphers == 0)
    g_set_error (error, TRI_USAGE_ERROR, 0, _("%s needs --cipher ID. triptych-cli ciphers lists them."), command->name);
  else if (n_ciphers > 1 && command != &tri_command_sweep && command != &tri_command_evaluate)
    g_set_error (error, TRI_USAGE_ERROR, 0, _("%s takes one --cipher only."), command->name);
  else if ((command->takes & TRI_TAKES_KEY) != 0 && n_keys != 1)
    g_set_error (error, TRI_USAGE_ERROR, 0,
                 _("%s needs one key: --passphrase-file FILE, --key-file FILE, --key-picture FILE or --raw NAME=VALUE,…"),
                 command->name);
  else if (command->n_files != TRI_ANY_FILES
           && (command->n_files == TRI_SOME_FILES ? n_files == 0 : n_files != command->n_files))
    tri_cli_usage (command, error);
  else
    return TRUE;
  return FALSE;
}

/* @argv: from the command's name on */
gboolean
tri_options_parse (TriOptions *options, const TriCommand *command, int argc, char **argv, GError **error)
{
  if (!refuse_passphrase (argc, argv, error))
    return FALSE;
  g_auto (GStrv) args = g_new0 (char *, argc + 1);
  for (int i = 0; i < argc; i++)
    args[i] = g_strdup (argv[i]);
  g_autoptr (GOptionContext) context = tri_options_make_context (command, options);
  g_autoptr (GError) why = NULL;
  if (!g_option_context_parse_strv (context, &args, &why))
    {
      g_set_error (error, TRI_USAGE_ERROR, 0, _("%s. triptych-cli %s --help tells more."), why->message, command->name);
      return FALSE;
    }
  return options->help || check_counts (options, command, error);
}

/* @assignments: (nullable): NAME=VALUE each; the first that is wrong makes a mistake in usage */
gboolean
tri_cli_set_params (TriParams *params, char **assignments, GError **error)
{
  g_autoptr (GError) why = NULL;
  for (guint i = 0; assignments != NULL && assignments[i] != NULL; i++)
    if (!tri_params_parse (params, assignments[i], &why))
      {
        g_set_error_literal (error, TRI_USAGE_ERROR, 0, why->message);
        return FALSE;
      }
  return TRUE;
}

/* Sets every parameter that is a seed; where nothing is random there is none. @seed: (nullable) */
gboolean
tri_cli_set_seed (TriParams *params, const char *seed, GError **error)
{
  g_autoptr (GError) why = NULL;
  const TriParamSpec *specs = tri_params_get_specs (params);
  for (; seed != NULL && specs != NULL && specs->id != NULL; specs++)
    if ((specs->flags & TRI_PARAM_SEED) != 0 && !tri_params_set_text (params, specs->id, seed, &why))
      {
        g_set_error_literal (error, TRI_USAGE_ERROR, 0, why->message);
        return FALSE;
      }
  return TRUE;
}

/* Returns: (transfer full): the cipher that was named as the @index-th, with its default parameters */
TriRunSpec *
tri_cli_spec (const TriOptions *options, guint index, GError **error)
{
  g_autoptr (GError) why = NULL;
  const TriCipher *cipher = tri_cipher_find_or_error (options->ciphers[index], &why);
  if (cipher != NULL)
    return tri_run_spec_new (cipher);
  g_set_error_literal (error, TRI_USAGE_ERROR, 0, why->message);
  return NULL;
}
