/* The command line: help, made from the tables of options and parameters. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-cli.h"
#include "tri-damage.h"
#include "tri-trainer.h"

static void
append_spec (GString *text, const TriParamSpec *spec, const char *indent)
{
  g_autoptr (TriParams) defaults = tri_params_new ((TriParamSpec[]) { *spec, { 0 } });
  g_autofree char *def = tri_params_value_to_text (defaults, spec->id);
  g_string_append_printf (text, "%s%s=", indent, spec->id);
  if (spec->type == TRI_PARAM_BOOL)
    g_string_append (text, "yes|no");
  for (guint i = 0; spec->type == TRI_PARAM_CHOICE && spec->choices[i].id != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? "|" : "", spec->choices[i].id);
  if (spec->type == TRI_PARAM_INT || spec->type == TRI_PARAM_DOUBLE)
    {
      g_autofree char *min = tri_number_to_text (spec->min), *max = tri_number_to_text (spec->max);
      g_string_append_printf (text, "%s…%s%s", min, max, (spec->flags & TRI_PARAM_ZERO_IS_AUTO) != 0 ? "|auto" : "");
    }
  g_string_append_printf (text, _(" (default %s)"), def);
  g_string_append_c (text, '\n');
  if (spec->help != NULL)
    g_string_append_printf (text, "%s    %s\n", indent, _(spec->help));
}

/* A line for each parameter: its name, range and default, then what it does. @specs: (nullable) */
void
tri_cli_append_params (GString *text, const TriParamSpec *specs, const char *indent)
{
  for (; specs != NULL && specs->id != NULL; specs++)
    append_spec (text, specs, indent);
}

static char *
params_help (const TriOptions *options)
{
  GString *text = g_string_new (NULL);
  for (const TriCipher *const *c = tri_ciphers (); *c != NULL; c++)
    {
      const TriCipher *cipher = *c;
      if (options->ciphers != NULL && !g_strv_contains ((const char *const *) options->ciphers, cipher->id))
        continue;
      gboolean none = cipher->params == NULL || cipher->params[0].id == NULL;
      g_string_append_printf (text, none ? _("Parameters of %s: none") : _("Parameters of %s:"), cipher->id);
      g_string_append_c (text, '\n');
      tri_cli_append_params (text, cipher->params, "  ");
      if (cipher->raw_key != NULL)
        {
          g_string_append_printf (text, _("Raw key of %s:"), cipher->id);
          g_string_append_c (text, '\n');
          tri_cli_append_params (text, cipher->raw_key, "  ");
        }
      g_string_append_c (text, '\n');
    }
  if (text->len > 0)
    g_string_truncate (text, text->len - 1);
  return g_string_free (text, FALSE);
}

/* Returns: (transfer full): empty where the command does no damage */
static char *
damage_help (const TriCommand *command)
{
  g_autoptr (GString) text = g_string_new (NULL);
  if ((command->takes & TRI_TAKES_DAMAGE) != 0)
    {
      gboolean seeded = (command->takes & TRI_TAKES_EVALUATION) != 0; /* by --seed, each picture otherwise */
      g_string_append_printf (text, "%s\n", _("Kinds of damage:"));
      for (const TriParamSpec *spec = tri_damage_specs; spec->id != NULL; spec++)
        if (!seeded || (spec->flags & TRI_PARAM_SEED) == 0)
          append_spec (text, spec, "  ");
      g_string_append_c (text, '\n');
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
models_help (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (const TriModel *const *m = tri_models (); *m != NULL; m++)
    {
      g_string_append_printf (text, "%s: %s\n", (*m)->id, _((*m)->about));
      tri_cli_append_params (text, (*m)->params, "  ");
    }
  g_autofree char *heading = g_strdup_printf ("%s\n", _("Models:"));
  return g_strconcat (heading, text->str, NULL);
}

/* Returns: (transfer full): with the parameters of the ciphers that were named, or of all */
char *
tri_options_help (const TriCommand *command, const TriOptions *options)
{
  TriOptions unused = { 0 };
  g_autoptr (GOptionContext) context = tri_options_make_context (command, &unused);
  g_autofree char *first = g_strdup_printf (_("Usage: triptych-cli %s %s"), command->name, _(command->synopsis));
  g_autofree char *generic = g_option_context_get_help (context, TRUE, NULL);
  g_autofree char *params = (command->takes & TRI_TAKES_CIPHER) != 0 ? params_help (options)
                            : (command->takes & TRI_TAKES_TRAINING) != 0 ? models_help () : NULL;
  g_autofree char *damage = damage_help (command);
  const char *entries = strstr (generic, "\n\n"); /* after GLib's own usage lines, which know no commands */
  return g_strdup_printf ("%s\n\n%s%s%s%s", first, _(command->summary), entries != NULL ? entries : "\n", damage,
                          params != NULL ? params : "");
}
