/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-note.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-base64.h"
#include "tri-error.h"

#define DASH "\xe2\x80\x94 " /* em dash, space */
#define ID_SIZE 4
#define TIME_SIZE 8
#define SIGNATURE_SIZE 64

static void
signature_free (TriNoteSignature *signature)
{
  g_free (signature->name);
  g_bytes_unref (signature->bytes);
  g_free (signature);
}

static TriNote *
note_take (char *text)
{
  TriNote *note = g_new0 (TriNote, 1);
  note->text = text;
  note->signatures = g_ptr_array_new_with_free_func ((GDestroyNotify) signature_free);
  return note;
}

/* @text: ends in a line feed, and has no control character but that */
TriNote *
tri_note_new (const char *text)
{
  g_return_val_if_fail (g_str_has_suffix (text, "\n") && g_utf8_validate (text, -1, NULL), NULL);
  return note_take (g_strdup (text));
}

void
tri_note_free (TriNote *note)
{
  g_free (note->text);
  g_ptr_array_unref (note->signatures);
  g_free (note);
}

static gboolean
bad_note (GError **error, const char *why)
{
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
               _("This is not a signed note: %s. It was damaged, or it is another kind of file."), why);
  return FALSE;
}

static gboolean
is_plain_text (const char *data, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if ((guint8) data[i] < 0x20 && data[i] != '\n')
      return FALSE;
  return size > 0 && g_utf8_validate_len (data, size, NULL);
}

static void
add_signature (TriNote *note, const char *name, gsize name_size, guint32 id, const guint8 *bytes, gsize size)
{
  TriNoteSignature *signature = g_new0 (TriNoteSignature, 1);
  signature->name = g_strndup (name, name_size);
  signature->id = id;
  signature->bytes = g_bytes_new (bytes, size);
  g_ptr_array_add (note->signatures, signature);
}

static gboolean
parse_signature (TriNote *note, const char *line, gsize size, GError **error)
{
  const gsize dash = strlen (DASH);
  if (size < dash || memcmp (line, DASH, dash) != 0)
    return bad_note (error, _("a line of a signature doesn't begin with a dash"));
  const char *name = line + dash, *end = line + size, *space = memchr (name, ' ', (gsize) (end - name));
  if (space == NULL || !tri_note_name_is_valid (name, (gsize) (space - name)))
    return bad_note (error, _("a signature has no valid name"));
  gsize length = (gsize) (end - space) - 1, n = 0;
  g_autofree guint8 *bytes = g_malloc (length + 1);
  if (!tri_base64_decode (space + 1, length, TRUE, bytes, length, &n) || n <= ID_SIZE)
    return bad_note (error, _("a signature is not in canonical base64"));
  guint32 id = (guint32) bytes[0] << 24 | (guint32) bytes[1] << 16 | (guint32) bytes[2] << 8 | bytes[3];
  add_signature (note, name, (gsize) (space - name), id, bytes + ID_SIZE, n - ID_SIZE);
  return TRUE;
}

/* Where the last empty line begins, or NULL. */
static const char *
find_blank_line (const char *data, gsize size)
{
  for (gsize i = size; i >= 2; i--)
    if (data[i - 1] == '\n' && data[i - 2] == '\n')
      return data + i - 1;
  return NULL;
}

/* Returns: (transfer full): the note with none of its signatures checked; NULL with TRI_ERROR_DAMAGED or _TOO_LARGE */
TriNote *
tri_note_parse (const char *data, gsize size, GError **error)
{
  if (size > TRI_NOTE_SIZE_MAX)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE, _("A signed note of more than %u KiB is not read."),
                   TRI_NOTE_SIZE_MAX / 1024);
      return NULL;
    }
  const char *blank = is_plain_text (data, size) ? find_blank_line (data, size) : NULL;
  if (blank == NULL)
    {
      bad_note (error, _("it is not text, an empty line and signatures"));
      return NULL;
    }
  g_autoptr (TriNote) note = note_take (g_strndup (data, (gsize) (blank - data)));
  const char *end = data + size;
  for (const char *line = blank + 1, *next; line < end; line = next + 1)
    {
      next = memchr (line, '\n', (gsize) (end - line));
      if (next == NULL)
        {
          bad_note (error, _("its last line is cut off"));
          return NULL;
        }
      if (!parse_signature (note, line, (gsize) (next - line), error))
        return NULL;
    }
  if (note->signatures->len > 0 && note->signatures->len <= TRI_NOTE_SIGNATURES_MAX)
    return g_steal_pointer (&note);
  bad_note (error, note->signatures->len == 0 ? _("nobody signed it") : _("it has too many signatures"));
  return NULL;
}

static char *
signature_to_base64 (const TriNoteSignature *signature)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (signature->bytes, &size);
  const guint8 id[ID_SIZE] = { (guint8) (signature->id >> 24), (guint8) (signature->id >> 16),
                               (guint8) (signature->id >> 8), (guint8) signature->id };
  g_autoptr (GByteArray) both = g_byte_array_new ();
  g_byte_array_append (both, id, sizeof id);
  g_byte_array_append (both, bytes, (guint) size);
  return tri_base64_encode (both->data, both->len, TRUE);
}

/* Returns: (transfer full) */
char *
tri_note_to_text (const TriNote *note)
{
  GString *text = g_string_new (note->text);
  g_string_append_c (text, '\n');
  for (guint i = 0; i < note->signatures->len; i++)
    {
      const TriNoteSignature *signature = note->signatures->pdata[i];
      g_autofree char *base64 = signature_to_base64 (signature);
      g_string_append_printf (text, DASH "%s %s\n", signature->name, base64);
    }
  return g_string_free (text, FALSE);
}

/* What is signed. Returns: (transfer full) */
static char *
make_message (const char *text, TriNoteType type, gint64 time)
{
  return type == TRI_NOTE_COSIGNATURE
             ? g_strdup_printf ("cosignature/v1\ntime %" G_GINT64_FORMAT "\n%s", time, text)
             : g_strdup (text);
}

/* @time: of a cosignature, in seconds since 1970 */
void
tri_note_sign (TriNote *note, const TriSigner *signer, gint64 time)
{
  const TriVerifier *verifier = tri_signer_get_verifier (signer);
  g_return_if_fail (time >= 0);
  g_autofree char *message = make_message (note->text, verifier->type, time);
  guint8 bytes[TIME_SIZE + SIGNATURE_SIZE], *p = bytes;
  if (verifier->type == TRI_NOTE_COSIGNATURE)
    {
      guint64 be = GUINT64_TO_BE ((guint64) time);
      memcpy (p, &be, TIME_SIZE);
      p += TIME_SIZE;
    }
  tri_signer_sign (signer, message, strlen (message), p);
  add_signature (note, verifier->name, strlen (verifier->name), verifier->id, bytes,
                 (gsize) (p - bytes) + SIGNATURE_SIZE);
}

static gboolean
same_signature (gconstpointer a, gconstpointer b)
{
  const TriNoteSignature *x = a, *y = b;
  return x->id == y->id && strcmp (x->name, y->name) == 0 && g_bytes_equal (x->bytes, y->bytes);
}

/**
 * tri_note_add_signatures:
 * @from: a note of the same text
 *
 * Takes over the signatures that @note lacks, as far as there is room. Returns: how many
 */
guint
tri_note_add_signatures (TriNote *note, const TriNote *from)
{
  guint added = 0;
  g_return_val_if_fail (strcmp (note->text, from->text) == 0, 0);
  for (guint i = 0; i < from->signatures->len && note->signatures->len < TRI_NOTE_SIGNATURES_MAX; i++)
    {
      const TriNoteSignature *signature = from->signatures->pdata[i];
      if (g_ptr_array_find_with_equal_func (note->signatures, signature, same_signature, NULL))
        continue;
      gsize size;
      const guint8 *bytes = g_bytes_get_data (signature->bytes, &size);
      add_signature (note, signature->name, strlen (signature->name), signature->id, bytes, size);
      added++;
    }
  return added;
}

TriNote *
tri_note_copy (const TriNote *note)
{
  TriNote *copy = tri_note_new (note->text);
  tri_note_add_signatures (copy, note);
  return copy;
}

static gboolean
check_one (const TriNote *note, const TriNoteSignature *signature, const TriVerifier *verifier, gint64 *time)
{
  gsize size, head = verifier->type == TRI_NOTE_COSIGNATURE ? TIME_SIZE : 0;
  const guint8 *bytes = g_bytes_get_data (signature->bytes, &size);
  guint64 be = 0;
  if (size != head + SIGNATURE_SIZE)
    return FALSE;
  memcpy (&be, bytes, head);
  *time = (gint64) GUINT64_FROM_BE (be);
  if (*time < 0)
    return FALSE;
  g_autofree char *message = make_message (note->text, verifier->type, *time);
  return crypto_sign_verify_detached (bytes + head, (const guint8 *) message, strlen (message), verifier->public_key)
         == 0;
}

/**
 * tri_note_check:
 * @time: (out) (nullable): when TRI_NOTE_GOOD, the latest of a cosigner, in seconds since 1970; of other keys 0
 *
 * Looks for signatures of one key. Those of other keys, known or not, are left alone.
 */
TriNoteCheck
tri_note_check (const TriNote *note, const TriVerifier *verifier, gint64 *time)
{
  TriNoteCheck result = TRI_NOTE_UNSIGNED;
  gint64 latest = 0;
  for (guint i = 0; i < note->signatures->len; i++)
    {
      const TriNoteSignature *signature = note->signatures->pdata[i];
      gint64 when;
      if (signature->id != verifier->id || strcmp (signature->name, verifier->name) != 0)
        continue;
      if (!check_one (note, signature, verifier, &when))
        return TRI_NOTE_BAD;
      result = TRI_NOTE_GOOD;
      latest = MAX (latest, when);
    }
  if (time != NULL)
    *time = latest;
  return result;
}
