/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-params.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-error.h"

struct _TriParams {
  const TriParamSpec *specs;
  guint n;
  double values[];
};

static double
spec_max (const TriParamSpec *spec)
{
  guint n = 0;
  switch (spec->type)
    {
    case TRI_PARAM_BOOL:
      return 1;
    case TRI_PARAM_CHOICE:
      while (spec->choices[n].id != NULL)
        n++;
      return n - 1;
    case TRI_PARAM_INT:
    case TRI_PARAM_DOUBLE:
    default:
      return spec->max;
    }
}

/* Returns: (transfer full): the defaults of @specs, which must outlive it (tables are static) */
TriParams *
tri_params_new (const TriParamSpec *specs)
{
  guint n = 0;
  while (specs != NULL && specs[n].id != NULL)
    n++;
  TriParams *params = g_malloc0 (sizeof *params + n * sizeof params->values[0]);
  params->specs = specs;
  params->n = n;
  for (guint i = 0; i < n; i++)
    params->values[i] = specs[i].def;
  return params;
}

TriParams *
tri_params_copy (const TriParams *params)
{
  return g_memdup2 (params, sizeof *params + params->n * sizeof params->values[0]);
}

void
tri_params_free (TriParams *params)
{
  g_free (params);
}

gboolean
tri_params_equal (const TriParams *a, const TriParams *b)
{
  return a->specs == b->specs && memcmp (a->values, b->values, a->n * sizeof a->values[0]) == 0;
}

/* Returns: the table, ends with {0}; NULL when there are no parameters */
const TriParamSpec *
tri_params_get_specs (const TriParams *params)
{
  return params->specs;
}

static int
find (const TriParams *params, const char *id)
{
  for (guint i = 0; i < params->n; i++)
    if (strcmp (params->specs[i].id, id) == 0)
      return (int) i;
  return -1;
}

/* Returns: (nullable) */
const TriParamSpec *
tri_params_find_spec (const TriParams *params, const char *id)
{
  int i = find (params, id);
  return i < 0 ? NULL : &params->specs[i];
}

/* Whether a parameter has any effect, given the others (TriParamSpec.when). */
gboolean
tri_params_is_relevant (const TriParams *params, const TriParamSpec *spec)
{
  if (spec->when == NULL)
    return TRUE;
  const TriParamSpec *master = tri_params_find_spec (params, spec->when);
  g_return_val_if_fail (master != NULL, TRUE);
  return (spec->when_mask >> tri_params_get_choice (params, spec->when) & 1) != 0
         && tri_params_is_relevant (params, master);
}

/* Aborts on an unknown id: a module asks for what stands in its own table. */
double
tri_params_get (const TriParams *params, const char *id)
{
  int i = find (params, id);
  if (i < 0)
    g_error ("no parameter %s", id);
  return params->values[i];
}

int
tri_params_get_int (const TriParams *params, const char *id)
{
  return (int) tri_params_get (params, id);
}

guint
tri_params_get_choice (const TriParams *params, const char *id)
{
  return (guint) tri_params_get (params, id);
}

gboolean
tri_params_get_bool (const TriParams *params, const char *id)
{
  return tri_params_get (params, id) != 0;
}

static gboolean
unknown (const TriParams *params, const char *id, GError **error)
{
  GString *known = g_string_new (NULL);
  for (guint i = 0; i < params->n; i++)
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", params->specs[i].id);
  g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("There is no parameter “%s” here. There are: %s."),
               id, known->len > 0 ? known->str : _("none"));
  g_string_free (known, TRUE);
  return FALSE;
}

/* Sets a value that is in range, and whole where it must be; else TRI_ERROR_INVALID with the range. */
gboolean
tri_params_set (TriParams *params, const char *id, double value, GError **error)
{
  int i = find (params, id);
  if (i < 0)
    return unknown (params, id, error);
  const TriParamSpec *spec = &params->specs[i];
  gboolean is_auto = (spec->flags & TRI_PARAM_ZERO_IS_AUTO) != 0 && value == 0;
  gboolean ranged = spec->type == TRI_PARAM_INT || spec->type == TRI_PARAM_DOUBLE;
  double min = ranged ? spec->min : 0, max = spec_max (spec);
  if (!isfinite (value) || (!is_auto && (value < min || value > max)))
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("%s must be from %.*f to %.*f, not %g."),
                   spec->id, (int) spec->digits, min, (int) spec->digits, max, value);
      return FALSE;
    }
  if (spec->type != TRI_PARAM_DOUBLE && value != floor (value))
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("%s must be a whole number, not %g."), spec->id, value);
      return FALSE;
    }
  params->values[i] = value;
  return TRUE;
}

/* Sets a value from what a person or tri_params_value_to_text() wrote, in the C locale. */
gboolean
tri_params_set_text (TriParams *params, const char *id, const char *text, GError **error)
{
  int i = find (params, id);
  if (i < 0)
    return unknown (params, id, error);
  const TriParamSpec *spec = &params->specs[i];
  if (spec->type == TRI_PARAM_CHOICE)
    {
      GString *known = g_string_new (NULL);
      gboolean found = FALSE;
      for (guint k = 0; spec->choices[k].id != NULL && !found; k++)
        {
          g_string_append_printf (known, "%s%s", k > 0 ? ", " : "", spec->choices[k].id);
          found = strcmp (spec->choices[k].id, text) == 0;
          if (found)
            params->values[i] = k;
        }
      if (!found)
        g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("%s can't be “%s”. It is one of: %s."),
                     spec->id, text, known->str);
      g_string_free (known, TRUE);
      return found;
    }
  if (spec->type == TRI_PARAM_BOOL)
    {
      static const char *const no[] = { "no", "off", "false", "0", NULL }, *const yes[] = { "yes", "on", "true", "1", NULL };
      if (g_strv_contains (no, text) || g_strv_contains (yes, text))
        return tri_params_set (params, id, g_strv_contains (yes, text) ? 1 : 0, error);
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("%s must be yes or no, not “%s”."), spec->id, text);
      return FALSE;
    }
  if ((spec->flags & TRI_PARAM_ZERO_IS_AUTO) != 0 && strcmp (text, "auto") == 0)
    return tri_params_set (params, id, 0, error);
  char *end;
  double value = g_ascii_strtod (text, &end);
  if (end == text || *end != '\0')
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("%s must be a number, not “%s”."), spec->id, text);
      return FALSE;
    }
  return tri_params_set (params, id, value, error);
}

/* Sets one parameter from "id=value". */
gboolean
tri_params_parse (TriParams *params, const char *assignment, GError **error)
{
  const char *equals = strchr (assignment, '=');
  if (equals == NULL)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("“%s” is not of the form NAME=VALUE."), assignment);
      return FALSE;
    }
  g_autofree char *id = g_strndup (assignment, (gsize) (equals - assignment));
  return tri_params_set_text (params, id, equals + 1, error);
}

/* Returns: (transfer full): the value in the C locale, exact: tri_params_set_text() gives it back */
char *
tri_params_value_to_text (const TriParams *params, const char *id)
{
  const TriParamSpec *spec = tri_params_find_spec (params, id);
  g_return_val_if_fail (spec != NULL, NULL);
  double value = tri_params_get (params, id);
  if ((spec->flags & TRI_PARAM_ZERO_IS_AUTO) != 0 && value == 0)
    return g_strdup ("auto");
  if (spec->type == TRI_PARAM_CHOICE)
    return g_strdup (spec->choices[(guint) value].id);
  if (spec->type == TRI_PARAM_BOOL)
    return g_strdup (value != 0 ? "yes" : "no");
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd (text, sizeof text, "%.15g", value);
  if (g_ascii_strtod (text, NULL) != value)
    g_ascii_dtostr (text, sizeof text, value);
  return g_strdup (text);
}

/* Returns: (transfer full): "k=16 seed=1", of the parameters that have an effect; for captions, history and logs */
char *
tri_params_to_text (const TriParams *params)
{
  GString *text = g_string_new (NULL);
  for (guint i = 0; i < params->n; i++)
    {
      if (!tri_params_is_relevant (params, &params->specs[i]))
        continue;
      g_autofree char *value = tri_params_value_to_text (params, params->specs[i].id);
      g_string_append_printf (text, "%s%s=%s", text->len > 0 ? " " : "", params->specs[i].id, value);
    }
  return g_string_free (text, FALSE);
}

/* A sealed picture's parts can be locked to its header, in which these are: an added parameter mustn't change those of before. */
static gboolean
is_written (const TriParamSpec *spec, double value)
{
  return (spec->flags & TRI_PARAM_ADDED) == 0 || value < spec->def || value > spec->def;
}

/* Returns: (transfer floating): a{sv}, each value as a double, sorted by the table */
GVariant *
tri_params_to_variant (const TriParams *params)
{
  GVariantBuilder builder;
  g_variant_builder_init (&builder, G_VARIANT_TYPE_VARDICT);
  for (guint i = 0; i < params->n; i++)
    if (is_written (&params->specs[i], params->values[i]))
      g_variant_builder_add (&builder, "{sv}", params->specs[i].id, g_variant_new_double (params->values[i]));
  return g_variant_builder_end (&builder);
}

/* Reads what tri_params_to_variant() wrote, perhaps in a hostile file: every value is checked against its row.
 * What is absent keeps its default; an unknown id is TRI_ERROR_INVALID. */
TriParams *
tri_params_from_variant (const TriParamSpec *specs, GVariant *variant, GError **error)
{
  g_autoptr (TriParams) params = tri_params_new (specs);
  GVariantIter iter;
  const char *id;
  GVariant *child;
  g_return_val_if_fail (g_variant_is_of_type (variant, G_VARIANT_TYPE_VARDICT), NULL);
  g_variant_iter_init (&iter, variant);
  while (g_variant_iter_next (&iter, "{&sv}", &id, &child))
    {
      gboolean good = g_variant_is_of_type (child, G_VARIANT_TYPE_DOUBLE);
      double value = good ? g_variant_get_double (child) : 0;
      g_variant_unref (child);
      if (!good)
        {
          g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED, _("The parameter “%s” is not a number."), id);
          return NULL;
        }
      if (!tri_params_set (params, id, value, error))
        return NULL;
    }
  return g_steal_pointer (&params);
}
