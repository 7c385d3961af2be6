/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-vault-file.h"

#include <glib/gi18n-lib.h>
#include <nettle/sha2.h>
#include <sodium.h>
#include <string.h>

#include "tri-age-stream.h"
#include "tri-error.h"
#include "tri-file.h"
#include "tri-hashing-stream.h"
#include "tri-tar.h"
#include "tri-vault-name.h"
#include "tri-write-behind.h"

#define PIECE (TRI_AGE_STREAM_BATCH * TRI_AGE_STREAM_CHUNK)

/* Takes the content of an age file, out of the archive that carries a hidden name where there is one. */
typedef gboolean (*SinkFunc) (const char *name, const guint8 *data, gsize size, gpointer user_data, GError **error);

static gboolean
has_hidden_name (GFile *file)
{
  g_autofree char *base = g_file_get_basename (file), *lower = g_ascii_strdown (base, -1);
  return g_str_has_suffix (lower, ".tar.age") && strlen (lower) == 16 + strlen (".tar.age")
         && strspn (lower, "0123456789abcdef") == 16;
}

static gboolean
push (TriTarReader *tar, const guint8 *data, gsize size, SinkFunc sink, gpointer user_data, GError **error)
{
  if (tar == NULL)
    return sink (NULL, data, size, user_data, error);
  while (size > 0)
    {
      const guint8 *out;
      gsize n_out, used;
      if (!tri_tar_reader_push (tar, data, size, &out, &n_out, &used, error))
        return FALSE;
      if (tri_tar_reader_get_name (tar) != NULL && !sink (tri_tar_reader_get_name (tar), out, n_out, user_data, error))
        return FALSE;
      data += used;
      size -= used;
    }
  return TRUE;
}

typedef struct {
  TriTarReader *tar;
  SinkFunc sink;
  gpointer user_data;
} Behind;

static gboolean
push_behind (const guint8 *data, gsize size, gpointer user_data, GError **error)
{
  Behind *behind = user_data;
  return push (behind->tar, data, size, behind->sink, behind->user_data, error);
}

/* Decrypts @file piece by piece into @sink, which takes one piece while the next is read and decrypted. */
static gboolean
decrypt (GFile *file, GPtrArray *identities, gboolean unpack, TriTurn *turn, SinkFunc sink, gpointer user_data,
         TriProgress *progress, GError **error)
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
  double size = info != NULL ? (double) g_file_info_get_size (info) : 0;
  g_autoptr (TriAgeReader) reader = tri_age_reader_new (G_INPUT_STREAM (in), identities, cancellable, error);
  if (reader == NULL)
    return FALSE;
  g_autoptr (TriTarReader) tar = unpack ? tri_tar_reader_new () : NULL;
  Behind behind = { tar, sink, user_data };
  g_autoptr (TriWriteBehind) writing = tri_write_behind_new (PIECE, push_behind, &behind);
  guint64 done = 0;
  gssize n;
  while ((n = tri_age_reader_read (reader, tri_write_behind_get_buffer (writing), PIECE, error)) > 0)
    {
      done += (guint64) n;
      if (!tri_write_behind_push (writing, (gsize) n, error)
          || !tri_progress_check (progress, size > 0 ? (double) done / size : 0, error))
        break;
    }
  if (n != 0 || !tri_write_behind_finish (writing, error))
    return FALSE;
  if (tar != NULL && !tri_tar_reader_is_whole (tar))
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_TRUNCATED, _("The archive inside the file ends too early."));
      return FALSE;
    }
  return TRUE;
}

typedef struct {
  GFile *file;
  const TriVaultOptions *options;
  TriVaultResult *result;
  TriFileWriter *writer;
  struct sha256_ctx sum;
} ToFile;

static gboolean
begin (ToFile *to, const char *name, GError **error)
{
  g_autoptr (GFile) wanted = name != NULL && to->options->output == NULL
                                 ? tri_vault_in_folder (to->file, to->options, name)
                                 : tri_vault_opened_name (to->file, to->options);
  gboolean replace;
  to->result->file = tri_vault_choose (to->file, wanted, to->options, &to->result->skipped, &replace, error);
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
    sha256_update (&to->sum, size, data);
  return tri_file_writer_write (to->writer, data, size, error);
}

/**
 * tri_vault_open:
 * @file: an age file; it is only read
 * @identities: (element-type TriAgeIdentity)
 *
 * Decrypts into the folder of the results: the whole file appears, or nothing does.
 */
gboolean
tri_vault_open (GFile *file, GPtrArray *identities, const TriVaultOptions *options, TriVaultResult *result,
                TriProgress *progress, GError **error)
{
  ToFile to = { .file = file, .options = options, .result = result };
  guint8 digest[TRI_SHA256_SIZE];
  char hex[2 * TRI_SHA256_SIZE + 1];
  *result = (TriVaultResult) { 0 };
  sha256_init (&to.sum);
  gboolean good = decrypt (file, identities, has_hidden_name (file), options->turn, to_file, &to, progress, error)
                  && (result->file != NULL || to_file (NULL, NULL, 0, &to, error)); /* an empty file */
  tri_turn_leave (options->turn);
  if (good && to.writer != NULL)
    good = tri_file_writer_commit (to.writer, tri_progress_get_cancellable (progress), error);
  g_clear_pointer (&to.writer, tri_file_writer_free);
  if (good && options->checksum && !result->skipped)
    {
      sha256_digest (&to.sum, sizeof digest, digest);
      result->sha256 = g_strdup (sodium_bin2hex (hex, sizeof hex, digest, sizeof digest));
    }
  return good;
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
  gboolean good = decrypt (file, identities, has_hidden_name (file), NULL, to_memory, &to, progress, error);
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
  if (has_hidden_name (file))
    return g_strdup_printf ("age -d %s | tar -x", in);
  g_autofree char *out = g_shell_quote (output);
  return g_strdup_printf ("age -d -o %s %s", out, in);
}
