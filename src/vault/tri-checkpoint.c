/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-checkpoint.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-base64.h"
#include "tri-error.h"

#define SIZE_DIGITS 19 /* of 2⁶³ − 1, the most that is read */

/* Digits without a leading zero, at most 2⁶³ − 1. */
gboolean
tri_parse_decimal (const char *text, gsize size, guint64 *out)
{
  guint64 value = 0;
  if (size == 0 || size > SIZE_DIGITS || (text[0] == '0' && size > 1))
    return FALSE;
  for (gsize i = 0; i < size; i++)
    {
      if (!g_ascii_isdigit (text[i]))
        return FALSE;
      value = 10 * value + (guint64) (text[i] - '0'); /* 19 digits are below 2⁶⁴ */
    }
  *out = value;
  return value <= G_MAXINT64;
}

void
tri_checkpoint_free (TriCheckpoint *checkpoint)
{
  g_free (checkpoint->origin);
  g_free (checkpoint);
}

/* Lines after the third are allowed, signed, and mean nothing here; empty lines are not allowed. */
static gboolean
parse_lines (char **lines, TriCheckpoint *checkpoint)
{
  guint n = g_strv_length (lines);
  gsize size;
  if (n < 4 || lines[n - 1][0] != '\0') /* the text ends in a line feed */
    return FALSE;
  for (guint i = 0; i < n - 1; i++)
    if (lines[i][0] == '\0')
      return FALSE;
  checkpoint->origin = g_strdup (lines[0]);
  return tri_parse_decimal (lines[1], strlen (lines[1]), &checkpoint->size)
         && tri_base64_decode (lines[2], strlen (lines[2]), TRUE, checkpoint->root.bytes, TRI_HASH_SIZE, &size)
         && size == TRI_HASH_SIZE;
}

/* Returns: (transfer full): what the note says, whoever signed it; NULL with TRI_ERROR_DAMAGED */
TriCheckpoint *
tri_checkpoint_parse (const TriNote *note, GError **error)
{
  g_autoptr (TriCheckpoint) checkpoint = g_new0 (TriCheckpoint, 1);
  g_auto (GStrv) lines = g_strsplit (note->text, "\n", -1);
  if (parse_lines (lines, checkpoint))
    return g_steal_pointer (&checkpoint);
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                       _("This is not a checkpoint of a log: it lacks its three lines of name, size and hash."));
  return NULL;
}

/* Returns: (transfer full): not signed yet */
TriNote *
tri_checkpoint_to_note (const TriCheckpoint *checkpoint)
{
  g_autofree char *root = tri_base64_encode (checkpoint->root.bytes, TRI_HASH_SIZE, TRUE);
  g_autofree char *text = g_strdup_printf ("%s\n%" G_GUINT64_FORMAT "\n%s\n", checkpoint->origin, checkpoint->size, root);
  return tri_note_new (text);
}
