/* An entry is one line of JSON with four members in this order, nothing escaped that need not be, no spaces: the same
 * event has the same bytes everywhere. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-ledger-event.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-age-keys.h"
#include "tri-error.h"

#define TIME_LENGTH 20 /* 2026-11-21T09:00:00Z */

static const struct { const char *id, *title; } kinds[TRI_LEDGER_N_KINDS + 1] = {
  [TRI_LEDGER_CREATED] = { "created", N_("Created") },
  [TRI_LEDGER_IMPORTED] = { "imported", N_("Imported") },
  [TRI_LEDGER_SHARED] = { "shared", N_("Shared") },
  [TRI_LEDGER_REVOKED] = { "revoked", N_("Revoked") },
  [TRI_LEDGER_BACKED_UP] = { "backed-up", N_("Backed up") },
  [TRI_LEDGER_DELETED] = { "deleted", N_("Deleted") },
  [TRI_LEDGER_UNKNOWN] = { "unknown", N_("Written by a newer version") },
};

const char *
tri_ledger_kind_to_id (TriLedgerKind kind)
{
  return kinds[kind].id;
}

gboolean
tri_ledger_kind_from_id (const char *id, TriLedgerKind *kind)
{
  for (guint i = 0; i < TRI_LEDGER_N_KINDS; i++)
    if (strcmp (kinds[i].id, id) == 0)
      {
        *kind = (TriLedgerKind) i;
        return TRUE;
      }
  return FALSE;
}

const char *
tri_ledger_kind_get_title (TriLedgerKind kind)
{
  return _(kinds[kind].title);
}

void
tri_ledger_event_free (TriLedgerEvent *event)
{
  g_free (event->fingerprint);
  g_free (event->label);
  g_free (event->text);
  g_free (event);
}

static gboolean
is_fingerprint (const char *text)
{
  return strlen (text) == TRI_AGE_FINGERPRINT_LENGTH && strspn (text, "0123456789abcdef") == TRI_AGE_FINGERPRINT_LENGTH;
}

/* What is in the ledger is there for ever, and goes to other computers. */
static gboolean
looks_secret (const char *label)
{
  g_autofree char *upper = g_ascii_strup (label, -1);
  return strstr (upper, "AGE-SECRET-KEY-") != NULL || strstr (upper, "PRIVATE+KEY+") != NULL;
}

static gboolean
is_label (const char *label)
{
  gsize size = strlen (label);
  return size <= TRI_LEDGER_LABEL_MAX && g_utf8_validate (label, (gssize) size, NULL)
         && strpbrk (label, "\n\r") == NULL && !looks_secret (label);
}

static void
append_string (GString *text, const char *string)
{
  g_string_append_c (text, '"');
  for (const char *p = string; *p != '\0'; p++)
    if (*p == '"' || *p == '\\')
      g_string_append_printf (text, "\\%c", *p);
    else if ((guint8) *p < 0x20)
      g_string_append_printf (text, "\\u%04x", (guint) (guint8) *p);
    else
      g_string_append_c (text, *p);
  g_string_append_c (text, '"');
}

static char *
to_text (const TriLedgerEvent *event)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (event->time);
  g_autofree char *when = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ");
  GString *text = g_string_new (NULL);
  g_string_append_printf (text, "{\"time\":\"%s\",\"kind\":\"%s\",\"fingerprint\":\"%s\",\"label\":", when,
                          kinds[event->kind].id, event->fingerprint);
  append_string (text, event->label);
  g_string_append_c (text, '}');
  return g_string_free (text, FALSE);
}

static TriLedgerEvent *
event_new (gint64 time, TriLedgerKind kind, const char *fingerprint, const char *label)
{
  TriLedgerEvent *event = g_new0 (TriLedgerEvent, 1);
  event->time = time;
  event->kind = kind;
  event->fingerprint = g_strdup (fingerprint);
  event->label = g_strdup (label);
  event->text = to_text (event);
  return event;
}

/* Returns: (transfer full): NULL with TRI_ERROR_INVALID for what must not be written */
TriLedgerEvent *
tri_ledger_event_new (gint64 time, TriLedgerKind kind, const char *fingerprint, const char *label, GError **error)
{
  g_return_val_if_fail (kind < TRI_LEDGER_N_KINDS, NULL);
  const gint64 year_10000 = 253402300800;
  if (!is_fingerprint (fingerprint) || time < 0 || time >= year_10000)
    g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID,
                 _("The ledger takes the fingerprint of a key, which has %d hexadecimal digits."),
                 TRI_AGE_FINGERPRINT_LENGTH);
  else if (looks_secret (label))
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_INVALID,
                         _("The label has a secret key in it. Nothing was written to the ledger, from which it could "
                           "never be removed. Give the key another label."));
  else if (!is_label (label))
    g_set_error (error, TRI_ERROR, TRI_ERROR_INVALID, _("The label must be one line of at most %d bytes of text."),
                 TRI_LEDGER_LABEL_MAX);
  else
    return event_new (time, kind, fingerprint, label);
  return NULL;
}

/* Takes @literal off the beginning. */
static gboolean
skip (const char **p, const char *literal)
{
  if (!g_str_has_prefix (*p, literal))
    return FALSE;
  *p += strlen (literal);
  return TRUE;
}

/* The text up to the next quotation mark. Returns: (transfer full): NULL when there is none */
static char *
take_word (const char **p)
{
  const char *end = strchr (*p, '"');
  char *word = end != NULL ? g_strndup (*p, (gsize) (end - *p)) : NULL;
  if (end != NULL)
    *p = end;
  return word;
}

/* Undoes append_string(), from behind the first quotation mark on to behind the last. */
static char *
take_string (const char **p)
{
  GString *out = g_string_new (NULL);
  for (; **p != '\0' && **p != '"'; (*p)++)
    {
      if (**p != '\\')
        {
          g_string_append_c (out, **p);
          continue;
        }
      (*p)++;
      if (**p == '"' || **p == '\\')
        g_string_append_c (out, **p);
      else if (g_str_has_prefix (*p, "u00") && g_ascii_isxdigit ((*p)[3]) && g_ascii_isxdigit ((*p)[4]))
        {
          g_string_append_c (out, (char) (g_ascii_xdigit_value ((*p)[3]) << 4 | g_ascii_xdigit_value ((*p)[4])));
          *p += 4;
        }
      else
        break;
    }
  return g_string_free (out, FALSE);
}

/* Returns: NULL when @text is not exactly what this version writes */
static TriLedgerEvent *
parse_known (const char *text)
{
  const char *p = text;
  if (!skip (&p, "{\"time\":\""))
    return NULL;
  g_autofree char *when = take_word (&p);
  g_autoptr (GDateTime) time = when != NULL && strlen (when) == TIME_LENGTH ? g_date_time_new_from_iso8601 (when, NULL)
                                                                            : NULL;
  if (time == NULL || g_date_time_to_unix (time) < 0 || !skip (&p, "\",\"kind\":\""))
    return NULL;
  TriLedgerKind kind;
  g_autofree char *id = take_word (&p);
  if (id == NULL || !tri_ledger_kind_from_id (id, &kind) || !skip (&p, "\",\"fingerprint\":\""))
    return NULL;
  g_autofree char *fingerprint = take_word (&p);
  if (fingerprint == NULL || !is_fingerprint (fingerprint) || !skip (&p, "\",\"label\":\""))
    return NULL;
  g_autofree char *label = take_string (&p);
  if (!is_label (label))
    return NULL;
  g_autoptr (TriLedgerEvent) event = event_new (g_date_time_to_unix (time), kind, fingerprint, label);
  return strcmp (event->text, text) == 0 ? g_steal_pointer (&event) : NULL;
}

/* @text: (nullable): when it is empty. Returns: (transfer full): TRI_LEDGER_UNKNOWN for what this version would not write */
TriLedgerEvent *
tri_ledger_event_parse (const char *text, gsize size)
{
  g_autofree char *copy = g_strndup (size > 0 ? text : "", size);
  TriLedgerEvent *event = strlen (copy) == size ? parse_known (copy) : NULL;
  if (event != NULL)
    return event;
  event = g_new0 (TriLedgerEvent, 1);
  event->kind = TRI_LEDGER_UNKNOWN;
  event->fingerprint = g_strdup ("");
  event->label = g_strdup ("");
  event->text = g_utf8_make_valid (size > 0 ? text : "", (gssize) size);
  return event;
}
