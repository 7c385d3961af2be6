/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-json.h"

#include <math.h>
#include <string.h>

#define MAX_DEPTH 16

struct _TriJson {
  GString *text;
  guint depth;
  char closes[MAX_DEPTH];
  gboolean has_items[MAX_DEPTH + 1];
};

TriJson *
tri_json_new (void)
{
  TriJson *json = g_new0 (TriJson, 1);
  json->text = g_string_new (NULL);
  return json;
}

/* Returns: (transfer full): the document, with a line feed at its end; every object and array must have ended */
char *
tri_json_free_to_text (TriJson *json)
{
  g_assert (json->depth == 0);
  g_string_append_c (json->text, '\n');
  char *text = g_string_free (json->text, FALSE);
  g_free (json);
  return text;
}

static void
append_quoted (GString *text, const char *value)
{
  g_autofree char *valid = g_utf8_make_valid (value, -1);
  g_string_append_c (text, '"');
  for (const char *p = valid; *p != '\0'; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (text, "\\%c", *p);
    else if (*p == '\n')
      g_string_append (text, "\\n");
    else if (*p == '\t')
      g_string_append (text, "\\t");
    else if ((guchar) *p < 0x20 || *p == 0x7f)
      g_string_append_printf (text, "\\u%04x", (guint) (guchar) *p);
    else
      g_string_append_c (text, *p);
  g_string_append_c (text, '"');
}

static void
new_line (TriJson *json)
{
  g_string_append_c (json->text, '\n');
  for (guint i = 0; i < json->depth; i++)
    g_string_append (json->text, "  ");
}

static void
begin_item (TriJson *json, const char *key)
{
  g_assert ((key != NULL) == (json->depth > 0 && json->closes[json->depth - 1] == '}'));
  if (json->has_items[json->depth])
    g_string_append_c (json->text, ',');
  json->has_items[json->depth] = TRUE;
  if (json->depth > 0)
    new_line (json);
  if (key == NULL)
    return;
  append_quoted (json->text, key);
  g_string_append (json->text, ": ");
}

static void
begin (TriJson *json, const char *key, char open, char close)
{
  g_assert (json->depth < MAX_DEPTH);
  begin_item (json, key);
  g_string_append_c (json->text, open);
  json->closes[json->depth++] = close;
  json->has_items[json->depth] = FALSE;
}

void
tri_json_begin_object (TriJson *json, const char *key)
{
  begin (json, key, '{', '}');
}

void
tri_json_begin_array (TriJson *json, const char *key)
{
  begin (json, key, '[', ']');
}

/* Ends the innermost object or array. */
void
tri_json_end (TriJson *json)
{
  g_assert (json->depth > 0);
  gboolean had_items = json->has_items[json->depth];
  json->depth--;
  if (had_items)
    new_line (json);
  g_string_append_c (json->text, json->closes[json->depth]);
}

/* @value: (nullable): NULL writes null */
void
tri_json_string (TriJson *json, const char *key, const char *value)
{
  begin_item (json, key);
  if (value != NULL)
    append_quoted (json->text, value);
  else
    g_string_append (json->text, "null");
}

char *
tri_number_to_text (double value)
{
  if (isnan (value))
    return g_strdup ("");
  if (isinf (value))
    return g_strdup (value > 0 ? "inf" : "-inf");
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  g_ascii_formatd (text, sizeof text, "%.15g", value);
  if (g_ascii_strtod (text, NULL) != value)
    g_ascii_formatd (text, sizeof text, "%.17g", value);
  return g_strdup (text);
}

/* Infinity as the string "inf", NaN as null: JSON has neither. */
void
tri_json_number (TriJson *json, const char *key, double value)
{
  begin_item (json, key);
  g_autofree char *text = tri_number_to_text (value);
  if (isnan (value))
    g_string_append (json->text, "null");
  else if (isinf (value))
    append_quoted (json->text, text);
  else
    g_string_append (json->text, text);
}

void
tri_json_integer (TriJson *json, const char *key, guint64 value)
{
  begin_item (json, key);
  g_string_append_printf (json->text, "%" G_GUINT64_FORMAT, value);
}

void
tri_json_boolean (TriJson *json, const char *key, gboolean value)
{
  begin_item (json, key);
  g_string_append (json->text, value ? "true" : "false");
}

void
tri_json_null (TriJson *json, const char *key)
{
  tri_json_string (json, key, NULL);
}

/* Every parameter by its id: numbers, true or false, a choice's id, "auto". @params: (nullable): null */
void
tri_json_params (TriJson *json, const char *key, const TriParams *params)
{
  if (params == NULL)
    {
      tri_json_null (json, key);
      return;
    }
  tri_json_begin_object (json, key);
  const TriParamSpec *specs = tri_params_get_specs (params);
  for (guint i = 0; specs != NULL && specs[i].id != NULL; i++)
    {
      double value = tri_params_get (params, specs[i].id);
      gboolean is_auto = (specs[i].flags & TRI_PARAM_ZERO_IS_AUTO) != 0 && value == 0;
      if (specs[i].type == TRI_PARAM_BOOL)
        tri_json_boolean (json, specs[i].id, value != 0);
      else if (specs[i].type == TRI_PARAM_CHOICE || is_auto)
        {
          g_autofree char *text = tri_params_value_to_text (params, specs[i].id);
          tri_json_string (json, specs[i].id, text);
        }
      else
        tri_json_number (json, specs[i].id, value);
    }
  tri_json_end (json);
}
