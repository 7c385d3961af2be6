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
  TRI_EXIT_IO = 7, /* reading or writing failed: no space, no permission, no such file */
  TRI_EXIT_INTERRUPTED = 130,
};

typedef enum {
  TRI_TAKES_CIPHER = 1 << 0, /* --cipher, --param, --seed */
  TRI_TAKES_KEY = 1 << 1,    /* one of --passphrase-file, --key-file, --key-picture, --raw */
  TRI_TAKES_FORCE = 1 << 2,
} TriTakes;

/* What stands on the command line. */
typedef struct {
  char **ciphers, **params;
  char *passphrase_file, *key_file, *key_picture, *raw, *seed;
  gboolean json, force, help, version;
  char **files;
} TriOptions;

typedef struct {
  const char *name, *synopsis, *summary; /* summary: marked for translation */
  TriTakes takes;
  guint n_files;
  gboolean (*run) (const TriOptions *options, TriProgress *progress, GError **error);
} TriCommand;

extern const TriCommand tri_command_ciphers, tri_command_encrypt, tri_command_decrypt, tri_command_run,
    tri_command_compare, tri_command_sweep;

/* tri-cli-options.c */
gboolean tri_options_parse (TriOptions *options, const TriCommand *command, int argc, char **argv, GError **error);
void tri_options_clear (TriOptions *options);
char *tri_options_help (const TriCommand *command, const TriOptions *options);
void tri_cli_append_params (GString *text, const TriParamSpec *specs, const char *indent);
TriRunSpec *tri_cli_spec (const TriOptions *options, guint index, GError **error);
gboolean tri_cli_set_params (TriParams *params, char **assignments, GError **error);
gboolean tri_cli_set_seed (TriParams *params, const char *seed, GError **error);

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
void tri_cli_print_report (const TriReport *report);

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TriOptions, tri_options_clear)

G_END_DECLS
