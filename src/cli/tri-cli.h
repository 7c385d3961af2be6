/* triptych-cli: one file for each command, and what they share. SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <stdio.h>

#include "tri-json.h"
#include "tri-run.h"

G_BEGIN_DECLS

/* A mistake in how the program was called. */
#define TRI_USAGE_ERROR (tri_usage_error_quark ())
GQuark tri_usage_error_quark (void);

/* Exit statuses, as the manual page lists them. */
enum {
  TRI_EXIT_OK = 0,
  TRI_EXIT_FAILED = 1,
  TRI_EXIT_USAGE = 2,
  TRI_EXIT_WRONG_KEY = 3,
  TRI_EXIT_DAMAGED = 4,
  TRI_EXIT_TRUNCATED = 5, /* of an age file */
  TRI_EXIT_NOT_AGE = 6,
  TRI_EXIT_IO = 7,        /* reading or writing failed: no space, no permission, no such file */
  TRI_EXIT_INTERRUPTED = 130,
};

typedef enum {
  TRI_TAKES_CIPHER = 1 << 0, /* --cipher, --param, --seed */
  TRI_TAKES_KEY = 1 << 1,    /* one of --passphrase-file, --key-file, --key-picture, --raw */
  TRI_TAKES_FORCE = 1 << 2,
  TRI_TAKES_RECIPIENTS = 1 << 3, /* --recipient, --recipients-file, --passphrase-file */
  TRI_TAKES_IDENTITIES = 1 << 4, /* --identity, --passphrase-file */
  TRI_TAKES_OUTPUT = 1 << 5,     /* --output */
  TRI_TAKES_OUTPUT_DIR = 1 << 6, /* --output-dir, --if-exists */
  TRI_TAKES_ARMOR = 1 << 7,      /* --armor, --hide-name */
  TRI_TAKES_POST_QUANTUM = 1 << 8,
  TRI_TAKES_TRAINING = 1 << 9,   /* --data, --resume, --weights, --output, --param and those of tri_train_params */
  TRI_TAKES_KEYRING = 1 << 10,   /* --keyring, --keyring-passphrase-file */
  TRI_TAKES_PASSPHRASE = 1 << 11, /* --passphrase-file alone */
  TRI_TAKES_SUGGESTION = 1 << 12, /* --suggest-passphrase */
  TRI_TAKES_SITUATION = 1 << 13, /* --purpose, --network, --threat */
  TRI_TAKES_LEDGER = 1 << 14,     /* --ledger, --log-key, --witness-key, --from */
  TRI_TAKES_EVALUATION = 1 << 15, /* --cipher, --param, --seed, --fit, --eve */
  TRI_TAKES_DAMAGE = 1 << 16,     /* --damage */
} TriTakes;

#define TRI_SOME_FILES G_MAXUINT /* one or more */
#define TRI_ANY_FILES (G_MAXUINT - 1) /* the command looks at them itself */
#define TRI_MAX_TRAINING 24

/* What stands on the command line. */
typedef struct {
  char **ciphers, **params, **damage;
  char *passphrase_file, *key_file, *key_picture, *raw, *seed;
  char **recipients, **recipients_files, **identities, **keyrings;
  char *output, *output_dir, *if_exists, *keyring_passphrase_file;
  char *purpose, *network, *threat;
  char *data, *resume, *weights;
  char *fit, *eve;
  char *ledger, *log_key, *from, **witness_keys;
  char *training[TRI_MAX_TRAINING]; /* by the row of tri_train_params */
  int work_factor;
  gboolean json, force, help, version, armor, hide_name, post_quantum, suggest_passphrase;
  gboolean install;
  char **files;
} TriOptions;

typedef struct {
  const char *name, *synopsis, *summary; /* the last two: marked for translation */
  TriTakes takes;
  guint n_files;
  gboolean (*run) (const TriOptions *options, TriProgress *progress, GError **error);
} TriCommand;

/* What a command that does several things does for a word that stands first.
 * @min, @max: arguments after that word
 * @args: those, ended with NULL */
typedef struct {
  const char *name;
  guint min, max;
  gboolean (*run) (const TriOptions *options, char **args, GError **error);
} TriCliAction;

extern const TriCommand tri_command_ciphers, tri_command_encrypt, tri_command_decrypt, tri_command_run,
    tri_command_compare, tri_command_sweep, tri_command_protect, tri_command_open, tri_command_inspect,
    tri_command_keygen, tri_command_recipients, tri_command_train, tri_command_keyring, tri_command_advise,
    tri_command_ledger, tri_command_evaluate;

/* tri-cli-options.c */
gboolean tri_options_parse (TriOptions *options, const TriCommand *command, int argc, char **argv, GError **error);
void tri_options_clear (TriOptions *options);
GOptionContext *tri_options_make_context (const TriCommand *command, TriOptions *options);
gboolean tri_cli_usage (const TriCommand *command, GError **error);
gboolean tri_cli_run_action (const TriCommand *command, const TriCliAction *actions, guint n_actions,
                             const TriOptions *options, GError **error);
TriRunSpec *tri_cli_spec (const TriOptions *options, guint index, GError **error);
gboolean tri_cli_set_params (TriParams *params, char **assignments, GError **error);
gboolean tri_cli_set_seed (TriParams *params, const char *seed, GError **error);

/* tri-cli-help.c */
char *tri_options_help (const TriCommand *command, const TriOptions *options);
void tri_cli_append_params (GString *text, const TriParamSpec *specs, const char *indent);

/* tri-cli-key.c */
TriKey *tri_cli_key (const TriOptions *options, const TriCipher *cipher, GError **error);

/* tri-cli-files.c */
GBytes *tri_cli_read (const char *path, TriProgress *progress, GError **error);
TriImage *tri_cli_load_picture (const char *path, TriProgress *progress, GError **error);
gboolean tri_cli_check_output (const TriOptions *options, const char *in, const char *out, GError **error);
gboolean tri_cli_write (GBytes *bytes, GError **error);

/* tri-cli-text.c */
void tri_cli_print (const char *format, ...) G_GNUC_PRINTF (1, 2);
void tri_cli_note (const char *format, ...) G_GNUC_PRINTF (1, 2);
void tri_cli_print_json (TriJson *json);
void tri_cli_finish_json (const TriOptions *options, TriJson *json);
char *tri_cli_time_to_text (gint64 seconds);
void tri_cli_print_report (const TriReport *report);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TriOptions, tri_options_clear)

G_END_DECLS
