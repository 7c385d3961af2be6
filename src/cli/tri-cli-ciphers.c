/* triptych-cli ciphers: what there is. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>

#include "tri-cli.h"

static void
write_spec (TriJson *json, const TriParamSpec *spec)
{
  static const char *const types[] = { "int", "double", "bool", "choice" };
  g_autoptr (TriParams) defaults = tri_params_new ((TriParamSpec[]) { *spec, { 0 } });
  g_autofree char *def = tri_params_value_to_text (defaults, spec->id);
  tri_json_begin_object (json, NULL);
  tri_json_string (json, "id", spec->id);
  tri_json_string (json, "title", _(spec->title));
  tri_json_string (json, "unit", spec->unit != NULL ? _(spec->unit) : NULL);
  tri_json_string (json, "type", types[spec->type]);
  if (spec->type == TRI_PARAM_BOOL)
    tri_json_boolean (json, "default", spec->def != 0);
  else if (spec->type == TRI_PARAM_CHOICE || ((spec->flags & TRI_PARAM_ZERO_IS_AUTO) != 0 && spec->def == 0))
    tri_json_string (json, "default", def);
  else
    tri_json_number (json, "default", spec->def);
  if (spec->type == TRI_PARAM_INT || spec->type == TRI_PARAM_DOUBLE)
    {
      tri_json_number (json, "min", spec->min);
      tri_json_number (json, "max", spec->max);
      tri_json_boolean (json, "auto", (spec->flags & TRI_PARAM_ZERO_IS_AUTO) != 0);
      tri_json_boolean (json, "seed", (spec->flags & TRI_PARAM_SEED) != 0);
    }
  if (spec->type == TRI_PARAM_CHOICE)
    {
      tri_json_begin_array (json, "choices");
      for (guint i = 0; spec->choices[i].id != NULL; i++)
        tri_json_string (json, NULL, spec->choices[i].id);
      tri_json_end (json);
    }
  tri_json_string (json, "help", spec->help != NULL ? _(spec->help) : NULL);
  tri_json_end (json);
}

static void
write_specs (TriJson *json, const char *key, const TriParamSpec *specs)
{
  tri_json_begin_array (json, key);
  for (; specs != NULL && specs->id != NULL; specs++)
    write_spec (json, specs);
  tri_json_end (json);
}

static void
write_cipher (TriJson *json, const TriCipher *cipher)
{
  g_autoptr (TriParams) defaults = tri_params_new (cipher->params);
  tri_json_begin_object (json, NULL);
  tri_json_string (json, "id", cipher->id);
  tri_json_string (json, "title", _(cipher->title));
  tri_json_string (json, "summary", _(cipher->summary));
  tri_json_string (json, "family", tri_family_title (cipher->family));
  tri_json_string (json, "reference", cipher->reference);
  tri_json_string (json, "verdict", tri_verdict_id (cipher->verdict));
  tri_json_string (json, "why", _(cipher->why));
  tri_json_boolean (json, "lossless", tri_cipher_is_lossless (cipher, defaults));
  tri_json_boolean (json, "authenticates", (cipher->flags & TRI_CIPHER_AUTHENTICATES) != 0);
  write_specs (json, "params", cipher->params);
  write_specs (json, "raw_key", cipher->raw_key);
  tri_json_end (json);
}

static void
print_cipher (const TriCipher *cipher)
{
  g_autoptr (GString) params = g_string_new (NULL);
  tri_cli_append_params (params, cipher->params, "    ");
  g_autofree char *head = g_strdup_printf (_("%s: %s"), cipher->id, _(cipher->title));
  g_autofree char *verdict = g_strdup_printf (_("%s: %s"), tri_verdict_title (cipher->verdict), _(cipher->why));
  tri_cli_print ("%s\n  %s\n%s\n", head, verdict, params->str);
}

static gboolean
run (const TriOptions *options, TriProgress *progress, GError **error)
{
  if (!options->json)
    {
      for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
        print_cipher (*c);
      return TRUE;
    }
  TriJson *json = tri_json_new ();
  tri_json_begin_array (json, NULL);
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    write_cipher (json, *c);
  tri_json_end (json);
  tri_cli_print_json (json);
  return TRUE;
}

const TriCommand tri_command_ciphers = {
  .name = "ciphers",
  .synopsis = "[--json]",
  .summary = N_("List the ciphers, with their verdicts and parameters"),
  .run = run,
};
