/* The witnesses whom the user trusts: their keys, one a line, in a file beside the ledger's own key, which is not synced:
 * who may change the ledger's folder must not be able to name its witnesses. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"
#include "tri-file.h"
#include "tri-ledger-home.h"

#define WITNESSES_MAX (64u * 1024) /* bytes */

/* Returns: (transfer full) (element-type TriVerifier): none where nobody was named */
GPtrArray *
tri_ledger_home_get_witnesses (GError **error)
{
  g_autoptr (GFile) file = tri_ledger_home_file ("ledger.witnesses");
  g_autoptr (GPtrArray) witnesses = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_verifier_free);
  g_autoptr (GError) why = NULL;
  g_autoptr (GBytes) bytes = tri_file_read (file, WITNESSES_MAX, NULL, &why);
  if (g_error_matches (why, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    return g_steal_pointer (&witnesses);
  gsize size = bytes != NULL ? g_bytes_get_size (bytes) : 0;
  g_autofree char *text = size > 0 ? g_strndup (g_bytes_get_data (bytes, NULL), size) : g_strdup ("");
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; why == NULL && lines[i] != NULL; i++)
    {
      TriVerifier *witness = *lines[i] != '\0' ? tri_verifier_parse (lines[i], &why) : NULL;
      if (witness != NULL)
        g_ptr_array_add (witnesses, witness);
    }
  if (why == NULL)
    return g_steal_pointer (&witnesses);
  g_propagate_prefixed_error (error, g_steal_pointer (&why), "%s: ", g_file_peek_path (file));
  return NULL;
}

/* @witnesses: (inout): has @witness afterwards. Returns: whether it is new */
static gboolean
add_witness (GPtrArray *witnesses, const TriVerifier *witness)
{
  for (guint i = 0; i < witnesses->len; i++)
    if (tri_verifier_equal (witnesses->pdata[i], witness))
      return FALSE;
  g_ptr_array_add (witnesses, tri_verifier_copy (witness));
  return TRUE;
}

static gboolean
write_witnesses (GPtrArray *witnesses, GError **error)
{
  g_autoptr (GFile) file = tri_ledger_home_file ("ledger.witnesses");
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < witnesses->len; i++)
    {
      g_autofree char *line = tri_verifier_to_text (witnesses->pdata[i]);
      g_string_append_printf (text, "%s\n", line);
    }
  g_autoptr (GBytes) bytes = g_bytes_new_static (text->str, text->len);
  return tri_file_write_private (file, bytes, TRUE, NULL, error);
}

/**
 * tri_ledger_home_accept:
 * @file: a checkpoint of the user's ledger that a witness signed as well
 * @witness: (nullable): whose signature must be under it; trusted from now on. NULL: one of those who are trusted already
 *
 * Checks the signatures, and that the ledger here is a continuation of the checkpoint, and keeps it.
 */
gboolean
tri_ledger_home_accept (GFile *file, const TriVerifier *witness, GError **error)
{
  g_autoptr (GPtrArray) witnesses = tri_ledger_home_get_witnesses (error);
  g_autoptr (TriLedger) ledger = witnesses != NULL ? tri_ledger_home_open (NULL, NULL, error) : NULL;
  g_autoptr (GBytes) bytes = ledger != NULL ? tri_file_read (file, TRI_NOTE_SIZE_MAX, NULL, error) : NULL;
  g_autoptr (TriNote) note =
      bytes != NULL ? tri_note_parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), error) : NULL;
  if (note == NULL)
    return FALSE;
  if (witness != NULL && tri_note_check (note, witness, NULL) != TRI_NOTE_GOOD)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY,
                   _("The checkpoint is not signed by the witness “%s”, so nothing was added. Ask for their key and for "
                     "the file again."), witness->name);
      return FALSE;
    }
  gboolean new = witness != NULL && add_witness (witnesses, witness);
  return tri_ledger_add_cosignatures (ledger, note, witnesses, error) && (!new || write_witnesses (witnesses, error));
}
