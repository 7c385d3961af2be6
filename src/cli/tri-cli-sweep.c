/* triptych-cli sweep: one parameter over a range. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-cli.h"
#include "tri-error.h"
#include "tri-run-json.h"
#include "tri-sweep.h"

static void
write_point (const TriSweepPoint *point, gpointer data)
{
  TriJson *json = data;
  tri_json_begin_object (json, NULL);
  tri_json_string (json, "cipher", point->cipher->id);
  tri_json_number (json, "value", point->value);
  tri_json_pair (json, "encrypted", &point->encrypted);
  tri_json_pair (json, "decrypted", &point->restored);
  tri_json_number (json, "encrypt_s", point->encrypt_s);
  tri_json_number (json, "decrypt_s", point->decrypt_s);
  tri_json_string (json, "error", point->error);
  tri_json_end (json);
}

static void
print_point (const TriSweepPoint *point, gpointer data)
{
  const double numbers[] = { point->value, point->encrypted.mse, point->encrypted.psnr, point->encrypted.ssim,
                             point->restored.mse, point->restored.psnr, point->restored.ssim };
  tri_cli_print ("%s", point->cipher->id);
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      g_autofree char *text = tri_number_to_text (numbers[i]);
      tri_cli_print ("\t%s", text);
    }
  tri_cli_print ("\t%s\n", point->error != NULL ? point->error : "");
  fflush (stdout);
}

/* Takes the one range out of the assignments. @fixed: (out) (transfer container): the others, borrowed */
static gboolean
split_params (const TriOptions *options, TriSweepRange *range, GPtrArray *fixed, GError **error)
{
  g_autoptr (GError) why = NULL;
  for (guint i = 0; options->params != NULL && options->params[i] != NULL; i++)
    {
      if (strchr (options->params[i], ':') == NULL)
        {
          g_ptr_array_add (fixed, options->params[i]);
          continue;
        }
      if (range->param != NULL)
        g_set_error_literal (error, TRI_USAGE_ERROR, 0, _("A sweep varies one parameter; two ranges were given."));
      else if (!tri_sweep_range_parse (options->params[i], range, &why))
        g_set_error_literal (error, TRI_USAGE_ERROR, 0, why->message);
      else
        continue;
      return FALSE;
    }
  g_ptr_array_add (fixed, NULL);
  if (range->param == NULL)
    g_set_error_literal (error, TRI_USAGE_ERROR, 0, _("A sweep needs a range: --param NAME=FROM:TO:STEP."));
  return range->param != NULL;
}

static gboolean
add_spec (const TriOptions *options, guint index, char **fixed, const TriImage *picture, GPtrArray *specs, GError **error)
{
  TriRunSpec *spec = tri_cli_spec (options, index, error);
  if (spec == NULL)
    return FALSE;
  g_ptr_array_add (specs, spec);
  spec->picture = tri_image_ref (picture);
  if (!tri_cli_set_seed (spec->params, options->seed, error) || !tri_cli_set_params (spec->params, fixed, error))
    return FALSE;
  /* One key and one salt for all, so that Argon2id runs once. */
  spec->has_salt = TRUE;
  const TriRunSpec *first = g_ptr_array_index (specs, 0);
  if (index == 0)
    randombytes_buf (spec->salt, sizeof spec->salt);
  else
    memcpy (spec->salt, first->salt, sizeof spec->salt);
  spec->key = first->key != NULL && options->raw == NULL ? tri_key_ref (first->key)
                                                         : tri_cli_key (options, spec->cipher, error);
  return spec->key != NULL;
}

static gboolean
run_sweep (const TriOptions *options, GPtrArray *specs, const TriSweepRange *range, TriProgress *progress,
           GError **error)
{
  g_autoptr (GError) why = NULL;
  TriJson *json = options->json ? tri_json_new () : NULL;
  if (options->json)
    {
      tri_json_begin_object (json, NULL);
      tri_json_string (json, "param", range->param);
      tri_json_begin_array (json, "points");
    }
  else
    tri_cli_print ("cipher\t%s\tencrypted_mse\tencrypted_psnr\tencrypted_ssim\tdecrypted_mse\tdecrypted_psnr\t"
                   "decrypted_ssim\terror\n", range->param);
  gboolean good = tri_sweep (specs, range, json != NULL ? write_point : print_point, json, progress, &why);
  if (json != NULL)
    {
      tri_json_end (json);
      tri_json_end (json);
      if (good)
        tri_cli_print_json (json);
      else
        g_free (tri_json_free_to_text (json));
    }
  if (!good && g_error_matches (why, TRI_ERROR, TRI_ERROR_INVALID))
    g_set_error_literal (error, TRI_USAGE_ERROR, 0, why->message);
  else if (!good)
    g_propagate_error (error, g_steal_pointer (&why));
  return good;
}

static gboolean
run (const TriOptions *options, TriProgress *progress, GError **error)
{
  TriSweepRange range = { 0 };
  g_autoptr (GPtrArray) fixed = g_ptr_array_new ();
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_run_spec_free);
  gboolean good = split_params (options, &range, fixed, error);
  g_autoptr (TriImage) picture = good ? tri_cli_load_picture (options->files[0], progress, error) : NULL;
  good = picture != NULL;
  for (guint i = 0; good && options->ciphers[i] != NULL; i++)
    good = add_spec (options, i, (char **) fixed->pdata, picture, specs, error);
  good = good && run_sweep (options, specs, &range, progress, error);
  tri_sweep_range_clear (&range);
  return good;
}

const TriCommand tri_command_sweep = {
  .name = "sweep",
  .synopsis = N_("--cipher ID… --param NAME=FROM:TO:STEP [--param NAME=VALUE]… KEY IN"),
  .summary = N_("Vary one parameter over a range and measure every step"),
  .takes = TRI_TAKES_CIPHER | TRI_TAKES_KEY,
  .n_files = 1,
  .run = run,
};
