/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-vault-file.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-age-stream.h"
#include "tri-error.h"
#include "tri-file.h"
#include "tri-hashing-stream.h"
#include "tri-unwrap.h"
#include "tri-vault-hidden.h"
#include "tri-vault-name.h"
#include "tri-write-behind.h"

#define PIECE (TRI_AGE_STREAM_BATCH * TRI_AGE_STREAM_CHUNK)

/* Decrypts what @in has left piece by piece into @unwrap, which takes one piece while the next is read and decrypted.
 * @size: of @in, about; 0 when it is not known */
static gboolean
decrypt (GInputStream *in, guint64 size, GPtrArray *identities, TriUnwrap *unwrap, TriProgress *progress, GError **error)
{
  g_autoptr (TriAgeReader) reader = tri_age_reader_new (in, identities, tri_progress_get_cancellable (progress), error);
  if (reader == NULL)
    return FALSE;
  g_autoptr (TriWriteBehind) writing = tri_write_behind_new (PIECE, tri_unwrap_push, unwrap);
  guint64 done = 0;
  gssize n;
  while ((n = tri_age_reader_read (reader, tri_write_behind_get_buffer (writing), PIECE, error)) > 0)
    {
      done += (guint64) n;
      if (!tri_write_behind_push (writing, (gsize) n, error)
          || !tri_progress_check (progress, size > 0 ? (double) done / (double) size : 0, error))
        break;
    }
  return n == 0 && tri_write_behind_finish (writing, error) && tri_unwrap_finish (unwrap, error);
}

static gboolean
decrypt_file (GFile *file, GPtrArray *identities, TriUnwrap *unwrap, TriTurn *turn, TriProgress *progress, GError **error)
{
  GCancellable *cancellable = tri_progress_get_cancellable (progress);
  g_autoptr (GFileInputStream) in = g_file_read (file, cancellable, error);
  if (in == NULL)
    {
      tri_file_explain_read_error (file, error);
      return FALSE;
    }
  tri_turn_fetch (turn, G_INPUT_STREAM (in));
  g_autoptr (GFileInfo) info = g_file_input_stream_query_info (in, G_FILE_ATTRIBUTE_STANDARD_SIZE, cancellable, NULL);
  return decrypt (G_INPUT_STREAM (in), info != NULL ? (guint64) g_file_info_get_size (info) : 0, identities, unwrap, progress,
                  error);
}

typedef struct {
  GFile *file, *read; /* the one whose name counts, and the one that is read */
  const TriVaultOptions *options;
  TriVaultResult *result;
  TriFileWriter *writer;
  TriSha256 *sum;
} ToFile;

static gboolean
begin (ToFile *to, const char *name, GError **error)
{
  g_autoptr (GFile) wanted = to->options->output != NULL ? g_object_ref (to->options->output)
                             : name != NULL ? tri_vault_in_folder (to->file, to->options, name)
                                            : tri_vault_opened_name (to->file, to->options);
  gboolean replace;
  to->result->file = tri_vault_choose (to->read, wanted, to->options, &to->result->skipped, &replace, error);
  if (to->result->file != NULL && !to->result->skipped)
    to->writer = tri_file_writer_new (to->result->file, replace, error);
  return to->result->skipped || to->writer != NULL;
}

static gboolean
to_file (const char *name, const guint8 *data, gsize size, gpointer user_data, GError **error)
{
  ToFile *to = user_data;
  if (to->result->file == NULL && !begin (to, name, error))
    return FALSE;
  if (to->result->skipped)
    return TRUE;
  to->result->bytes += size;
  if (to->options->checksum)
    tri_sha256_update (to->sum, data, size);
  return tri_file_writer_write (to->writer, data, size, error);
}

/* The file gets the time that the one inside had, and its name. */
static gboolean
finish (ToFile *to, const TriUnwrap *unwrap, GCancellable *cancellable, GError **error)
{
  guint8 digest[TRI_SHA256_SIZE];
  char hex[2 * TRI_SHA256_SIZE + 1];
  gint64 seconds;
  guint nanoseconds;
  if (to->result->skipped)
    return TRUE;
  if (tri_unwrap_get_time (unwrap, &seconds, &nanoseconds))
    tri_file_writer_set_time (to->writer, seconds, nanoseconds);
  if (!tri_file_writer_commit (to->writer, cancellable, error))
    return FALSE;
  if (to->options->checksum)
    {
      tri_sha256_get (to->sum, digest);
      to->result->sha256 = g_strdup (sodium_bin2hex (hex, sizeof hex, digest, sizeof digest));
    }
  return TRUE;
}

/* @in: (nullable): instead of the file */
static gboolean
open_to_file (GFile *file, GInputStream *in, GPtrArray *identities, const TriVaultOptions *options, TriVaultResult *result,
              TriProgress *progress, GError **error)
{
  g_autoptr (GFile) read = in != NULL ? tri_vault_file_of_stream (in) : g_object_ref (file);
  g_autoptr (TriSha256) sum = tri_sha256_new ();
  ToFile to = { .file = file, .read = read, .options = options, .result = result, .sum = sum };
  g_autoptr (TriUnwrap) unwrap = tri_unwrap_new (file != NULL && tri_vault_has_hidden_name (file), to_file, &to);
  *result = (TriVaultResult) { 0 };
  gboolean good = in != NULL ? decrypt (in, 0, identities, unwrap, progress, error)
                             : decrypt_file (file, identities, unwrap, options->turn, progress, error);
  good = good && (result->file != NULL || to_file (NULL, NULL, 0, &to, error)); /* an empty file */
  tri_turn_leave (options->turn);
  good = good && finish (&to, unwrap, tri_progress_get_cancellable (progress), error);
  g_clear_pointer (&to.writer, tri_file_writer_free);
  return good;
}

/**
 * tri_vault_open:
 * @file: an age file; it is only read
 * @identities: (element-type TriAgeIdentity)
 *
 * Decrypts into the folder of the results: the whole file appears, or nothing does. One whose name was hidden has the time
 * of modification that its original had.
 */
gboolean
tri_vault_open (GFile *file, GPtrArray *identities, const TriVaultOptions *options, TriVaultResult *result,
                TriProgress *progress, GError **error)
{
  return open_to_file (file, NULL, identities, options, result, progress, error);
}

typedef struct {
  GOutputStream *out;
  GCancellable *cancellable;
} ToStream;

static gboolean
to_stream (const char *name, const guint8 *data, gsize size, gpointer user_data, GError **error)
{
  ToStream *to = user_data;
  return size == 0 || g_output_stream_write_all (to->out, data, size, NULL, to->cancellable, error);
}

/**
 * tri_vault_open_stream:
 * @in: an age file
 * @file: (nullable): what it is called
 * @out: (nullable): where the content goes; NULL: to the file that @options names, as with tri_vault_open()
 */
gboolean
tri_vault_open_stream (GInputStream *in, GFile *file, GOutputStream *out, GPtrArray *identities, const TriVaultOptions *options,
                       TriVaultResult *result, TriProgress *progress, GError **error)
{
  if (out == NULL)
    return open_to_file (file, in, identities, options, result, progress, error);
  ToStream to = { out, tri_progress_get_cancellable (progress) };
  g_autoptr (TriUnwrap) unwrap = tri_unwrap_new (file != NULL && tri_vault_has_hidden_name (file), to_stream, &to);
  *result = (TriVaultResult) { 0 };
  return decrypt (in, 0, identities, unwrap, progress, error);
}

typedef struct {
  GByteArray *bytes;
  guint64 max;
  char *name;
} ToMemory;

static gboolean
to_memory (const char *name, const guint8 *data, gsize size, gpointer user_data, GError **error)
{
  ToMemory *to = user_data;
  if (to->name == NULL && name != NULL)
    to->name = g_strdup (name);
  if (to->bytes->len + size > to->max)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE,
                   _("The content is larger than %.0f MiB, too much to show from memory. Decrypt it to a folder instead."),
                   (double) to->max / (1024 * 1024));
      return FALSE;
    }
  g_byte_array_append (to->bytes, data, (guint) size);
  return TRUE;
}

static void
wipe (gpointer data)
{
  GByteArray *bytes = data;
  sodium_memzero (bytes->data, bytes->len);
  g_byte_array_unref (bytes);
}

/**
 * tri_vault_open_to_memory:
 * @max: most bytes that are taken, below 2 GiB
 * @name: (out) (transfer full) (nullable): the name inside, when it was hidden
 *
 * Decrypts for a preview: nothing of the content reaches the disk. The bytes are wiped when they are freed.
 *
 * Returns: (transfer full): the content, or NULL
 */
GBytes *
tri_vault_open_to_memory (GFile *file, GPtrArray *identities, guint64 max, char **name, TriProgress *progress,
                          GError **error)
{
  ToMemory to = { .bytes = g_byte_array_new (), .max = MIN (max, G_MAXINT32) };
  g_autoptr (TriUnwrap) unwrap = tri_unwrap_new (tri_vault_has_hidden_name (file), to_memory, &to);
  gboolean good = decrypt_file (file, identities, unwrap, NULL, progress, error);
  if (name != NULL)
    *name = g_steal_pointer (&to.name);
  g_free (to.name);
  if (good)
    return g_bytes_new_with_free_func (to.bytes->data, to.bytes->len, wipe, to.bytes);
  wipe (to.bytes);
  return NULL;
}

/* Returns: (transfer full): the command that opens @file without this program */
char *
tri_vault_open_command (GFile *file, const char *output)
{
  g_autofree char *base = g_file_get_basename (file), *in = g_shell_quote (base);
  if (tri_vault_has_hidden_name (file))
    return g_strdup_printf ("age -d %s | tar -x", in);
  g_autofree char *out = g_shell_quote (output);
  return g_strdup_printf ("age -d -o %s %s", out, in);
}
