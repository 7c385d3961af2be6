/* The command line: options that several commands share.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-cli.h"
#include "tri-trainer.h"

void
tri_options_clear (TriOptions *options)
{
  g_strfreev (options->ciphers);
  g_strfreev (options->params);
  g_strfreev (options->damage);
  g_strfreev (options->files);
  g_strfreev (options->recipients);
  g_strfreev (options->recipients_files);
  g_strfreev (options->identities);
  g_strfreev (options->keyrings);
  g_free (options->keyring_passphrase_file);
  g_free (options->purpose);
  g_free (options->network);
  g_free (options->threat);
  g_free (options->output);
  g_free (options->output_dir);
  g_free (options->if_exists);
  g_free (options->passphrase_file);
  g_free (options->key_file);
  g_free (options->key_picture);
  g_free (options->raw);
  g_free (options->seed);
  g_free (options->data);
  g_free (options->ledger);
  g_free (options->log_key);
  g_strfreev (options->witness_keys);
  g_free (options->resume);
  g_free (options->weights);
  g_free (options->fit);
  g_free (options->eve);
  for (guint i = 0; i < TRI_MAX_TRAINING; i++)
    g_free (options->training[i]);
}

/* An option for each row of the table of what can be chosen about a training. */
static void
add_training_entries (GOptionContext *context, TriOptions *options)
{
  GOptionEntry files[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME, &options->data,
      N_("The pictures: a folder, a picture, an IDX file, or the shipped “samples” or “digits”"), N_("WHAT") },
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output, N_("Keep checkpoints and weights in this folder"), N_("FOLDER") },
    { "resume", 0, 0, G_OPTION_ARG_FILENAME, &options->resume, N_("Continue the training in this folder"), N_("FOLDER") },
    { "weights", 0, 0, G_OPTION_ARG_FILENAME, &options->weights, N_("Begin with the weights in this safetensors file"), N_("FILE") },
    { "install", 0, 0, G_OPTION_ARG_NONE, &options->install,
      N_("Use the weights for new pictures from now on, in place of those that came with the program"), NULL },
    { "param", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &options->params, N_("Set a parameter of the model; may be repeated"),
      N_("NAME=VALUE") },
    { 0 },
  };
  GOptionEntry entries[TRI_MAX_TRAINING + 1] = { 0 };
  for (guint i = 0; tri_train_params[i].id != NULL; i++)
    {
      g_assert (i < TRI_MAX_TRAINING);
      entries[i] = (GOptionEntry) { tri_train_params[i].id, 0, 0, G_OPTION_ARG_STRING, &options->training[i],
                                    tri_train_params[i].help, tri_train_params[i].type == TRI_PARAM_BOOL ? "yes|no" : "N" };
    }
  g_option_context_add_main_entries (context, files, GETTEXT_PACKAGE);
  g_option_context_add_main_entries (context, entries, GETTEXT_PACKAGE);
}

/* Of the commands for age files. */
static void
add_vault_entries (GOptionContext *context, const TriCommand *command, TriOptions *options)
{
  GOptionEntry recipients[] = {
    { "recipient", 'r', 0, G_OPTION_ARG_STRING_ARRAY, &options->recipients, N_("Encrypt to an age1… recipient; may be repeated"),
      "AGE1…" },
    { "recipients-file", 'R', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->recipients_files,
      N_("Encrypt to the recipients in a file, one a line"), N_("FILE") },
    { "work-factor", 0, 0, G_OPTION_ARG_INT, &options->work_factor,
      N_("Logarithm of the passphrase's work, 1 to 22 (default 18)"), "N" },
    { 0 },
  };
  GOptionEntry identities[] = {
    { "identity", 'i', 0, G_OPTION_ARG_FILENAME_ARRAY, &options->identities, N_("Open with the secret keys in a file"),
      N_("FILE") },
    { 0 },
  };
  GOptionEntry passphrase[] = {
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &options->passphrase_file,
      N_("Use the passphrase in this file, without a line feed at its end; - for standard input"), N_("FILE") },
    { 0 },
  };
  GOptionEntry output[] = {
    { "output", 'o', 0, G_OPTION_ARG_FILENAME, &options->output, N_("Write to this file; - for standard output"), N_("FILE") },
    { 0 },
  };
  GOptionEntry output_dir[] = {
    { "output-dir", 0, 0, G_OPTION_ARG_FILENAME, &options->output_dir, N_("Write into this folder"), N_("FOLDER") },
    { "if-exists", 0, 0, G_OPTION_ARG_STRING, &options->if_exists,
      N_("When a name is taken: fail, skip, number or replace (default fail)"), N_("WHAT") },
    { 0 },
  };
  GOptionEntry armor[] = {
    { "armor", 'a', 0, G_OPTION_ARG_NONE, &options->armor, N_("Write text instead of bytes"), NULL },
    { "hide-name", 0, 0, G_OPTION_ARG_NONE, &options->hide_name,
      N_("Give results random names, and keep the real ones inside"), NULL },
    { 0 },
  };
  GOptionEntry post_quantum[] = {
    { "post-quantum", 0, 0, G_OPTION_ARG_NONE, &options->post_quantum,
      N_("Make a key that withstands quantum computers"), NULL },
    { 0 },
  };
  GOptionEntry keyring[] = {
    { "keyring", 'k', 0, G_OPTION_ARG_STRING_ARRAY, &options->keyrings, N_("A key of the key ring, by its name"), N_("NAME") },
    { "keyring-passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &options->keyring_passphrase_file,
      N_("The passphrase of a key ring that is a file; - for standard input"), N_("FILE") },
    { 0 },
  };
  GOptionEntry ledger[] = {
    { "ledger", 0, 0, G_OPTION_ARG_FILENAME, &options->ledger, N_("The ledger in this folder, instead of your own"),
      N_("FOLDER") },
    { "log-key", 0, 0, G_OPTION_ARG_STRING, &options->log_key, N_("The public key of a ledger that is not your own"),
      N_("KEY") },
    { "witness-key", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->witness_keys,
      N_("The public key of a witness; may be repeated"), N_("KEY") },
    { 0 },
  };
  GOptionEntry suggestion[] = {
    { "suggest-passphrase", 0, 0, G_OPTION_ARG_NONE, &options->suggest_passphrase,
      N_("Print six words drawn by chance, and make no key"), NULL },
    { 0 },
  };
  GOptionEntry situation[] = {
    { "purpose", 0, 0, G_OPTION_ARG_STRING, &options->purpose, N_("What for: keep, send or show (default keep)"), N_("WHAT") },
    { "network", 0, 0, G_OPTION_ARG_STRING, &options->network,
      N_("The network: offline, metered, restricted, open or automatic (default automatic)"), N_("WHICH") },
    { "threat", 0, 0, G_OPTION_ARG_STRING, &options->threat,
      N_("Against whom: curious, targeted or quantum (default curious)"), N_("WHOM") },
    { 0 },
  };
  GOptionEntry evaluation[] = {
    { "cipher", 'c', 0, G_OPTION_ARG_STRING_ARRAY, &options->ciphers,
      N_("A cipher to measure; may be repeated (default: every neural one)"), "ID" },
    { "param", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &options->params,
      N_("Set a parameter of the ciphers that have it; may be repeated"), N_("NAME=VALUE") },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &options->seed, N_("The seed of keys, of noise and of the attackers (default 1)"), "N" },
    { "fit", 0, 0, G_OPTION_ARG_FILENAME, &options->fit,
      N_("Fit the best linear code to other pictures, and compare with it: a folder, a picture, or “samples”"), N_("WHAT") },
    { "eve", 0, 0, G_OPTION_ARG_STRING, &options->eve,
      N_("Train so many steps, on those other pictures, networks that attack each cipher without its key"), N_("STEPS") },
    { 0 },
  };
  const struct { TriTakes takes; const GOptionEntry *entries; } groups[] = {
    { TRI_TAKES_RECIPIENTS, recipients }, { TRI_TAKES_IDENTITIES, identities },
    { TRI_TAKES_RECIPIENTS | TRI_TAKES_IDENTITIES | TRI_TAKES_PASSPHRASE, passphrase }, { TRI_TAKES_OUTPUT, output },
    { TRI_TAKES_OUTPUT_DIR, output_dir }, { TRI_TAKES_ARMOR, armor }, { TRI_TAKES_POST_QUANTUM, post_quantum },
    { TRI_TAKES_KEYRING, keyring }, { TRI_TAKES_SUGGESTION, suggestion },
    { TRI_TAKES_SITUATION, situation },
    { TRI_TAKES_LEDGER, ledger },
    { TRI_TAKES_EVALUATION, evaluation },
  };
  for (guint i = 0; i < G_N_ELEMENTS (groups); i++)
    if ((command->takes & groups[i].takes) != 0)
      g_option_context_add_main_entries (context, groups[i].entries, GETTEXT_PACKAGE);
}

/* Returns: (transfer full): what @command takes, into @options */
GOptionContext *
tri_options_make_context (const TriCommand *command, TriOptions *options)
{
  GOptionEntry cipher[] = {
    { "cipher", 'c', 0, G_OPTION_ARG_STRING_ARRAY, &options->ciphers, N_("The cipher"), "ID" },
    { "param", 'p', 0, G_OPTION_ARG_STRING_ARRAY, &options->params, N_("Set a parameter; may be repeated"), N_("NAME=VALUE") },
    { "seed", 0, 0, G_OPTION_ARG_STRING, &options->seed, N_("The seed of what is random in the cipher"), "N" },
    { 0 },
  };
  GOptionEntry key[] = {
    { "passphrase-file", 0, 0, G_OPTION_ARG_FILENAME, &options->passphrase_file,
      N_("The key is the passphrase in this file, without a line feed at its end; - for standard input"), N_("FILE") },
    { "key-file", 0, 0, G_OPTION_ARG_FILENAME, &options->key_file, N_("The key is made from a file's bytes"), N_("FILE") },
    { "key-picture", 0, 0, G_OPTION_ARG_FILENAME, &options->key_picture, N_("The key is made from a picture's pixels"),
      N_("FILE") },
    { "raw", 0, 0, G_OPTION_ARG_STRING, &options->raw, N_("The key is these numbers, for ciphers that take them"),
      N_("NAME=VALUE,…") },
    { 0 },
  };
  GOptionEntry force[] = {
    { "force", 'f', 0, G_OPTION_ARG_NONE, &options->force, N_("Replace the output file if it exists"), NULL },
    { 0 },
  };
  GOptionEntry damage[] = {
    { "damage", 0, 0, G_OPTION_ARG_STRING_ARRAY, &options->damage,
      N_("Damage the encrypted picture before it is decrypted; may be repeated"), N_("KIND=VALUE") },
    { 0 },
  };
  GOptionEntry always[] = {
    { "json", 'j', 0, G_OPTION_ARG_NONE, &options->json, N_("Print JSON"), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &options->help, N_("Print this help"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &options->files, NULL, NULL },
    { 0 },
  };
  GOptionContext *context = g_option_context_new (NULL);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_set_translation_domain (context, GETTEXT_PACKAGE);
  if ((command->takes & TRI_TAKES_CIPHER) != 0)
    g_option_context_add_main_entries (context, cipher, GETTEXT_PACKAGE);
  if ((command->takes & TRI_TAKES_KEY) != 0)
    g_option_context_add_main_entries (context, key, GETTEXT_PACKAGE);
  if ((command->takes & TRI_TAKES_DAMAGE) != 0)
    g_option_context_add_main_entries (context, damage, GETTEXT_PACKAGE);
  if ((command->takes & TRI_TAKES_FORCE) != 0)
    g_option_context_add_main_entries (context, force, GETTEXT_PACKAGE);
  add_vault_entries (context, command, options);
  if ((command->takes & TRI_TAKES_TRAINING) != 0)
    add_training_entries (context, options);
  g_option_context_add_main_entries (context, always, GETTEXT_PACKAGE);
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
