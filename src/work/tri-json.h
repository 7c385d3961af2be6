/* Writes JSON (RFC 8259), indented. Reading is left to those who have a parser.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-params.h"

G_BEGIN_DECLS

/* A document that grows. @key: NULL in an array and at the top. */
typedef struct _TriJson TriJson;

TriJson *tri_json_new (void);
char *tri_json_free_to_text (TriJson *json);

void tri_json_begin_object (TriJson *json, const char *key);
void tri_json_begin_array (TriJson *json, const char *key);
void tri_json_end (TriJson *json);

void tri_json_string (TriJson *json, const char *key, const char *value);
void tri_json_number (TriJson *json, const char *key, double value);
void tri_json_integer (TriJson *json, const char *key, guint64 value);
void tri_json_boolean (TriJson *json, const char *key, gboolean value);
void tri_json_null (TriJson *json, const char *key);
void tri_json_params (TriJson *json, const char *key, const TriParams *params);

/* Shortest text in the C locale that reads back as @value; "inf" and "-inf"; "" when it is not a number. */
char *tri_number_to_text (double value);

G_END_DECLS
