/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cli-vault.h"

#include <gio/gunixinputstream.h>
#include <gio/gunixoutputstream.h>
#include <glib/gi18n-lib.h>
#include <string.h>
#include <unistd.h>

/* From standard input, to standard output, or both. */
static gboolean
is_filter (const TriOptions *options)
{
  gboolean from_stdin = strcmp (options->files[0], "-") == 0;
  gboolean to_stdout = options->output != NULL ? strcmp (options->output, "-") == 0
                                               : from_stdin && options->output_dir == NULL;
  return from_stdin || to_stdout;
}

/* @out: (out): what --output, --output-dir, --if-exists, --armor and --hide-name say. Its files are freed by the caller. */
static gboolean
read_options (const TriOptions *options, TriVaultOptions *out, GError **error)
{
  static const char *const whats[] = { "skip", "number", "replace", "fail" };
  const char *what = options->if_exists != NULL ? options->if_exists : options->force ? "replace" : "fail";
  guint n_files = g_strv_length (options->files), choice = 0;
  *out = (TriVaultOptions) { .armor = options->armor, .hide_name = options->hide_name,
                             .checksum = options->json };
  while (choice < G_N_ELEMENTS (whats) && strcmp (whats[choice], what) != 0)
    choice++;
  if (choice == G_N_ELEMENTS (whats))
    g_set_error (error, TRI_USAGE_ERROR, 0, _("--if-exists can't be “%s”. It is one of: fail, skip, number, replace."), what);
  else if (g_strv_contains ((const char *const *) options->files, "-") && (n_files > 1 || options->output_dir != NULL))
    g_set_error_literal (error, TRI_USAGE_ERROR, 0,
                         _("Standard input is one file without a name: give it alone, and --output FILE."));
  else if (options->output != NULL && (options->output_dir != NULL || n_files > 1))
    g_set_error_literal (error, TRI_USAGE_ERROR, 0,
                         _("--output names the result of one file. Give --output-dir FOLDER for several."));
  else
    {
      /* "fail" is writing without permission to replace, to a name that is not looked up first */
      out->conflict = choice == 3 ? TRI_VAULT_FAIL : (TriVaultConflict) choice;
      out->output = options->output != NULL ? g_file_new_for_commandline_arg (options->output) : NULL;
      out->folder = options->output_dir != NULL ? g_file_new_for_commandline_arg (options->output_dir) : NULL;
      g_autoptr (GError) local = NULL;
      if (out->folder == NULL || g_file_make_directory_with_parents (out->folder, NULL, &local)
          || g_error_matches (local, G_IO_ERROR, G_IO_ERROR_EXISTS))
        return TRUE;
      g_propagate_prefixed_error (error, g_steal_pointer (&local), _("The folder “%s” can't be made: "), options->output_dir);
      g_clear_object (&out->folder);
      g_clear_object (&out->output);
    }
  return FALSE;
}

/* Returns: (transfer full): a file, or standard input for "-" */
GInputStream *
tri_cli_open_input (const char *name, GCancellable *cancellable, GError **error)
{
  if (strcmp (name, "-") == 0)
    return g_unix_input_stream_new (STDIN_FILENO, FALSE);
  g_autoptr (GFile) file = g_file_new_for_commandline_arg (name);
  GFileInputStream *in = g_file_read (file, cancellable, error);
  if (in == NULL)
    tri_file_explain_read_error (file, error);
  return G_INPUT_STREAM (in);
}

static const char *
state_id (TriVaultState state)
{
  static const char *const ids[] = { "queued", "working", "done", "skipped", "failed", "stopped" };
  return ids[state];
}

static void
put_result (TriJson *json, const char *source, TriVaultState state, const TriVaultResult *result, guint64 bytes,
            const GError *error)
{
  g_autofree char *output = result->file != NULL && error == NULL ? g_file_get_path (result->file) : NULL;
  tri_json_begin_object (json, NULL);
  tri_json_string (json, "file", source);
  tri_json_string (json, "state", state_id (state));
  tri_json_string (json, "output", output);
  tri_json_integer (json, "bytes", bytes);
  tri_json_string (json, "sha256", result->sha256);
  tri_json_string (json, "error", error != NULL ? error->message : NULL);
  tri_json_end (json);
}

static void
print_json (TriVaultBatch *batch)
{
  TriJson *json = tri_json_new ();
  tri_json_begin_array (json, NULL);
  for (guint i = 0; i < tri_vault_batch_get_n_items (batch); i++)
    {
      const TriVaultItem *item = tri_vault_batch_get_item (batch, i);
      g_autofree char *source = g_file_get_path (item->source);
      put_result (json, source, (TriVaultState) item->state, &item->result, item->size, item->error);
    }
  tri_json_end (json);
  tri_cli_print_json (json);
}

static gboolean
check_filter (const TriOptions *options, GOutputStream *out, GError **error)
{
  if (options->hide_name)
    g_set_error_literal (error, TRI_USAGE_ERROR, 0,
                         _("--hide-name hides the name of a file: standard input has none, and standard output gives none. "
                           "Give the file itself, and --output-dir FOLDER or --output FILE."));
  else if (options->json && out != NULL)
    g_set_error_literal (error, TRI_USAGE_ERROR, 0,
                         _("--json prints to standard output, where the result goes already. Give --output FILE."));
  else
    return TRUE;
  return FALSE;
}

/* Standard input or a file to standard output or a file. What goes to standard output can't be read back. */
static gboolean
run_filter (const TriOptions *options, const TriVaultOptions *how, TriCliFilterFunc work, GPtrArray *keys, TriProgress *progress,
            GError **error)
{
  gboolean to_stdout = options->output == NULL || strcmp (options->output, "-") == 0;
  gboolean from_stdin = strcmp (options->files[0], "-") == 0;
  g_autoptr (GFile) file = from_stdin ? NULL : g_file_new_for_commandline_arg (options->files[0]);
  g_autoptr (GOutputStream) out = to_stdout ? g_unix_output_stream_new (STDOUT_FILENO, FALSE) : NULL;
  g_autoptr (GError) why = NULL;
  g_auto (TriVaultResult) result = { 0 };
  if (!check_filter (options, out, error))
    return FALSE;
  g_autoptr (GInputStream) in = tri_cli_open_input (options->files[0], tri_progress_get_cancellable (progress), error);
  if (in == NULL)
    return FALSE;
  gboolean good = work (in, file, out, keys, how, &result, progress, &why);
  if (result.skipped)
    tri_cli_note (_("triptych-cli: Skipped, %s exists\n"), options->output);
  if (options->json)
    {
      TriJson *json = tri_json_new ();
      tri_json_begin_array (json, NULL);
      put_result (json, options->files[0], !good ? TRI_VAULT_FAILED : result.skipped ? TRI_VAULT_SKIPPED : TRI_VAULT_DONE,
                  &result, result.bytes, why);
      tri_json_end (json);
      tri_cli_print_json (json);
    }
  if (!good)
    g_propagate_error (error, g_steal_pointer (&why));
  return good;
}

static void
print_item (TriVaultBatch *batch, guint index, gpointer data)
{
  const TriOptions *options = data;
  const TriVaultItem *item = tri_vault_batch_get_item (batch, index);
  TriVaultState state = (TriVaultState) item->state;
  g_autofree char *source = g_file_get_parse_name (item->source);
  if (state == TRI_VAULT_FAILED && tri_vault_batch_get_n_items (batch) > 1)
    tri_cli_note ("triptych-cli: %s: %s\n", source, item->error->message);
  if (options->json || item->result.file == NULL)
    return;
  g_autofree char *result = g_file_get_parse_name (item->result.file);
  if (state == TRI_VAULT_DONE)
    tri_cli_print ("%s → %s\n", source, result);
  else if (state == TRI_VAULT_SKIPPED)
    tri_cli_print (_("%s: skipped, %s exists\n"), source, result);
}

static void
print_passed (const TriVaultPassed *passed)
{
  guint n = passed->n_links;
  if (n > 0)
    tri_cli_note (ngettext ("triptych-cli: %'u link was not followed.\n", "triptych-cli: %'u links were not followed.\n", n), n);
  n = passed->n_specials;
  if (n > 0)
    tri_cli_note (ngettext ("triptych-cli: %'u pipe, socket or device was left out.\n",
                            "triptych-cli: %'u pipes, sockets or devices were left out.\n", n), n);
}

/* Adds the files of the command line, runs, and says what was done and what was not. */
static gboolean
run_batch (const TriOptions *options, TriVaultBatch *batch, TriProgress *progress, GError **error)
{
  TriVaultPassed passed = { 0 };
  for (guint i = 0; options->files[i] != NULL; i++)
    {
      g_autoptr (GFile) file = g_file_new_for_commandline_arg (options->files[i]);
      if (!tri_vault_batch_add (batch, file, &passed, tri_progress_get_cancellable (progress), error))
        return FALSE;
    }
  for (guint i = 0; i < tri_vault_batch_get_n_items (batch); i++)
    if (tri_vault_batch_get_item (batch, i)->unlisted)
      print_item (batch, i, (gpointer) options);
  print_passed (&passed);
  gboolean whole = tri_vault_batch_run (batch, print_item, (gpointer) options, progress, error);
  if (options->json)
    print_json (batch);
  guint n_failed = tri_vault_batch_count (batch, TRI_VAULT_FAILED), n = tri_vault_batch_get_n_items (batch);
  if (!whole || n_failed == 0)
    return whole;
  for (guint i = 0; i < n; i++)
    {
      const TriVaultItem *item = tri_vault_batch_get_item (batch, i);
      if (item->error == NULL)
        continue;
      /* One file's failure is the command's; of several, the first gives the exit status. */
      if (n == 1)
        g_propagate_error (error, g_error_copy (item->error));
      else if (n_failed == n)
        g_set_error (error, item->error->domain, item->error->code, _("None of the %u files was done."), n);
      else
        g_set_error (error, item->error->domain, item->error->code,
                     ngettext ("%'u of %'u files was not done; the others were.", "%'u of %'u files were not done; the others were.",
                               n_failed), n_failed, n);
      break;
    }
  return FALSE;
}

/* What protect and open do: a stream, or any number of files, after the options. */
gboolean
tri_cli_vault_run (const TriOptions *options, const TriCliVaultWork *work, TriProgress *progress, GError **error)
{
  TriVaultOptions how;
  if (!read_options (options, &how, error))
    return FALSE;
  g_autoptr (GFile) folder = how.folder, output = how.output;
  g_autoptr (GPtrArray) keys = work->find_keys (options, error);
  if (keys == NULL)
    return FALSE;
  if (is_filter (options))
    return run_filter (options, &how, work->filter, keys, progress, error);
  g_autoptr (TriVaultBatch) batch = work->make_batch (keys, &how);
  return run_batch (options, batch, progress, error);
}
