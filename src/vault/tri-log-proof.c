/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-log-proof.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-base64.h"
#include "tri-error.h"

#define VERSION_LINE "c2sp.org/tlog-proof@v1\n"
#define OLD "old "
#define HASH_BASE64 44

/* A line each, and the checkpoint below. Returns: (transfer full) */
static char *
finish (GString *text, const GArray *hashes, const TriNote *note)
{
  for (guint i = 0; i < hashes->len; i++)
    {
      g_autofree char *base64 = tri_base64_encode (g_array_index (hashes, TriHash, i).bytes, TRI_HASH_SIZE, TRUE);
      g_string_append_printf (text, "%s\n", base64);
    }
  g_autofree char *checkpoint = tri_note_to_text (note);
  g_string_append_printf (text, "\n%s", checkpoint);
  return g_string_free (text, FALSE);
}

/* @extra: (nullable). Returns: (transfer full) */
char *
tri_log_proof_make (guint64 index, const GArray *hashes, GBytes *extra, const TriNote *note)
{
  GString *text = g_string_new (VERSION_LINE);
  if (extra != NULL)
    {
      gsize size;
      const guint8 *data = g_bytes_get_data (extra, &size);
      g_autofree char *base64 = tri_base64_encode (data, size, TRUE);
      g_string_append_printf (text, "extra %s\n", base64);
    }
  g_string_append_printf (text, "index %" G_GUINT64_FORMAT "\n", index);
  return finish (text, hashes, note);
}

/* Returns: (transfer full) */
char *
tri_log_growth_make (guint64 old_size, const GArray *hashes, const TriNote *note)
{
  GString *text = g_string_new (NULL);
  g_string_append_printf (text, OLD "%" G_GUINT64_FORMAT "\n", old_size);
  return finish (text, hashes, note);
}

void
tri_log_proof_free (TriLogProof *proof)
{
  g_clear_pointer (&proof->extra, g_bytes_unref);
  g_clear_pointer (&proof->hashes, g_array_unref);
  g_clear_pointer (&proof->note, tri_note_free);
  g_clear_pointer (&proof->checkpoint, tri_checkpoint_free);
  g_free (proof);
}

/* Takes the next line, without its line feed, off the text. */
static gboolean
take_line (const char **text, gsize *size, const char **line, gsize *length)
{
  const char *end = memchr (*text, '\n', *size);
  if (end == NULL)
    return FALSE;
  *line = *text;
  *length = (gsize) (end - *text);
  *size -= *length + 1;
  *text = end + 1;
  return TRUE;
}

static gboolean
has_word (const char *line, gsize length, const char *word)
{
  return length >= strlen (word) && memcmp (line, word, strlen (word)) == 0;
}

static gboolean
parse_extra (TriLogProof *proof, const char *base64, gsize length)
{
  g_autofree guint8 *bytes = g_malloc (length + 1);
  gsize n;
  if (!tri_base64_decode (base64, length, TRUE, bytes, length, &n))
    return FALSE;
  proof->extra = g_bytes_new (bytes, n);
  return TRUE;
}

/* The lines up to the empty one. */
static gboolean
parse_hashes (GArray *hashes, const char **text, gsize *size)
{
  const char *line;
  gsize length, n;
  while (take_line (text, size, &line, &length))
    {
      TriHash hash;
      if (length == 0)
        return TRUE;
      if (length != HASH_BASE64 || hashes->len == TRI_MERKLE_PROOF_MAX
          || !tri_base64_decode (line, length, TRUE, hash.bytes, sizeof hash.bytes, &n) || n != sizeof hash.bytes)
        return FALSE;
      g_array_append_val (hashes, hash);
    }
  return FALSE;
}

/* The lines before the checkpoint. */
static gboolean
parse_head (TriLogProof *proof, const char **text, gsize *size)
{
  const char *line;
  gsize length;
  if (!has_word (*text, *size, VERSION_LINE) || !take_line (text, size, &line, &length)
      || !take_line (text, size, &line, &length))
    return FALSE;
  if (has_word (line, length, "extra ")
      && (!parse_extra (proof, line + 6, length - 6) || !take_line (text, size, &line, &length)))
    return FALSE;
  if (!has_word (line, length, "index ") || !tri_parse_decimal (line + 6, length - 6, &proof->index))
    return FALSE;
  return parse_hashes (proof->hashes, text, size);
}

static gboolean
check_size (gsize size, GError **error)
{
  if (size <= TRI_NOTE_SIZE_MAX)
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE, _("A proof of more than %u KiB is not read."), TRI_NOTE_SIZE_MAX / 1024);
  return FALSE;
}

/* Returns: (transfer full): not checked; NULL with TRI_ERROR_DAMAGED or _TOO_LARGE */
TriLogProof *
tri_log_proof_parse (const char *text, gsize size, GError **error)
{
  g_autoptr (TriLogProof) proof = g_new0 (TriLogProof, 1);
  proof->hashes = g_array_new (FALSE, FALSE, sizeof (TriHash));
  if (!check_size (size, error))
    return NULL;
  if (!parse_head (proof, &text, &size))
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                           _("This is not a .tlog-proof, or it was damaged. Ask for it again."));
      return NULL;
    }
  proof->note = tri_note_parse (text, size, error);
  proof->checkpoint = proof->note != NULL ? tri_checkpoint_parse (proof->note, error) : NULL;
  return proof->checkpoint != NULL ? g_steal_pointer (&proof) : NULL;
}

/**
 * tri_log_proof_check:
 * @entry: what is claimed to be in the log
 * @verifier: of the log
 *
 * Returns: FALSE with TRI_ERROR_WRONG_KEY or TRI_ERROR_DAMAGED. Cosignatures are checked with tri_note_check().
 */
gboolean
tri_log_proof_check (const TriLogProof *proof, GBytes *entry, const TriVerifier *verifier, GError **error)
{
  TriNoteCheck check = tri_note_check (proof->note, verifier, NULL);
  gsize size;
  const void *data = g_bytes_get_data (entry, &size);
  TriHash leaf;
  tri_merkle_hash_leaf (data, size, &leaf);
  if (check == TRI_NOTE_UNSIGNED || strcmp (proof->checkpoint->origin, verifier->name) != 0)
    g_set_error (error, TRI_ERROR, TRI_ERROR_WRONG_KEY, _("The proof is not signed by the key of the ledger “%s”."),
                 verifier->name);
  else if (check == TRI_NOTE_BAD)
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                         _("The checkpoint in the proof was changed after it was signed. It proves nothing."));
  else if (!tri_merkle_check_inclusion ((const TriHash *) (gpointer) proof->hashes->data, proof->hashes->len, proof->index,
                                        proof->checkpoint->size, &leaf, &proof->checkpoint->root))
    g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                         _("The entry is not in the ledger where the proof says. It proves nothing."));
  else
    return TRUE;
  return FALSE;
}

void
tri_log_growth_free (TriLogGrowth *growth)
{
  g_clear_pointer (&growth->hashes, g_array_unref);
  g_clear_pointer (&growth->note, tri_note_free);
  g_clear_pointer (&growth->checkpoint, tri_checkpoint_free);
  g_free (growth);
}

/* Whether that is what it means to be; neither a checkpoint nor a .tlog-proof begins like it. */
gboolean
tri_log_growth_probe (const char *text, gsize size)
{
  return has_word (text, size, OLD);
}

/* Returns: (transfer full): not checked; NULL with TRI_ERROR_DAMAGED or _TOO_LARGE */
TriLogGrowth *
tri_log_growth_parse (const char *text, gsize size, GError **error)
{
  g_autoptr (TriLogGrowth) growth = g_new0 (TriLogGrowth, 1);
  const char *line;
  gsize length;
  growth->hashes = g_array_new (FALSE, FALSE, sizeof (TriHash));
  if (!check_size (size, error))
    return NULL;
  if (!tri_log_growth_probe (text, size) || !take_line (&text, &size, &line, &length)
      || !tri_parse_decimal (line + strlen (OLD), length - strlen (OLD), &growth->old_size)
      || !parse_hashes (growth->hashes, &text, &size))
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                           _("This is not a proof that a ledger only grew, or it was damaged. Ask for it again."));
      return NULL;
    }
  growth->note = tri_note_parse (text, size, error);
  growth->checkpoint = growth->note != NULL ? tri_checkpoint_parse (growth->note, error) : NULL;
  return growth->checkpoint != NULL ? g_steal_pointer (&growth) : NULL;
}

/**
 * tri_log_growth_check:
 * @old_root: of the older checkpoint, which has the size that the proof says
 *
 * Returns: FALSE with TRI_ERROR_DAMAGED. Whether the checkpoint in it is signed is another matter.
 */
gboolean
tri_log_growth_check (const TriLogGrowth *growth, const TriHash *old_root, GError **error)
{
  if (tri_merkle_check_consistency ((const TriHash *) (gpointer) growth->hashes->data, growth->hashes->len, growth->old_size,
                                    old_root, growth->checkpoint->size, &growth->checkpoint->root))
    return TRUE;
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_DAMAGED,
                       _("The proof doesn't show that the ledger only grew since the older checkpoint: it was damaged, or "
                         "entries that were signed were changed."));
  return FALSE;
}
