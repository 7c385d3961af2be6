/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-vault-file.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-age-header.h"
#include "tri-age-stream.h"
#include "tri-file.h"
#include "tri-hashing-stream.h"
#include "tri-secret.h"
#include "tri-tar.h"
#include "tri-vault-name.h"
#include "tri-write-behind.h"

#define PIECE (TRI_AGE_STREAM_BATCH * TRI_AGE_STREAM_CHUNK)
#define ATTRIBUTES                                                                                                       \
  G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE "," G_FILE_ATTRIBUTE_TIME_MODIFIED                   \
  "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC "," G_FILE_ATTRIBUTE_TIME_MODIFIED_NSEC "," G_FILE_ATTRIBUTE_UNIX_INODE

void
tri_vault_result_clear (TriVaultResult *result)
{
  g_clear_object (&result->file);
  g_clear_pointer (&result->sha256, g_free);
  g_clear_error (&result->not_trashed);
}

static char *
to_hex (const guint8 digest[TRI_SHA256_SIZE])
{
  char *hex = g_malloc (2 * TRI_SHA256_SIZE + 1);
  return sodium_bin2hex (hex, 2 * TRI_SHA256_SIZE + 1, digest, TRI_SHA256_SIZE);
}

static GFileInfo *
look (GFile *file, GFileInputStream *stream, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInfo) info = stream != NULL ? g_file_input_stream_query_info (stream, ATTRIBUTES, cancellable, error)
                                              : g_file_query_info (file, ATTRIBUTES, G_FILE_QUERY_INFO_NONE, cancellable, error);
  if (info == NULL)
    tri_file_explain_read_error (file, error);
  return g_steal_pointer (&info);
}

/* Whether the file is still the one that was opened, with the content it had. */
static gboolean
check_unchanged (GFile *file, GFileInfo *before, guint64 n_read, GCancellable *cancellable, GError **error)
{
  static const char *const numbers[] = { G_FILE_ATTRIBUTE_TIME_MODIFIED, G_FILE_ATTRIBUTE_UNIX_INODE };
  static const char *const parts[] = { G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC, G_FILE_ATTRIBUTE_TIME_MODIFIED_NSEC };
  g_autoptr (GFileInfo) now = look (file, NULL, cancellable, error);
  if (now == NULL)
    return FALSE;
  gboolean same = g_file_info_get_size (now) == g_file_info_get_size (before)
                  && (guint64) g_file_info_get_size (now) == n_read;
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    same &= g_file_info_get_attribute_uint64 (now, numbers[i]) == g_file_info_get_attribute_uint64 (before, numbers[i]);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    same &= g_file_info_get_attribute_uint32 (now, parts[i]) == g_file_info_get_attribute_uint32 (before, parts[i]);
  if (!same)
    {
      g_autofree char *name = tri_file_get_name (file);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                   _("“%s” was changed while it was being read, so its copy would be neither the old nor the new one. "
                     "Nothing was written; try again when the other program is done."), name);
    }
  return same;
}

static gboolean
add_to_sum (const guint8 *data, gsize size, gpointer sum, GError **error)
{
  tri_sha256_update (sum, data, size);
  return TRUE;
}

/* Waits until the disk has what was written, and brings it again. Returns: (transfer full): to read it, or NULL */
static GInputStream *
sync_and_fetch (TriFileWriter *writer, TriTurn *turn, GError **error)
{
  tri_turn_leave (turn);
  GInputStream *in = tri_file_writer_sync (writer, error) ? tri_file_writer_open_again (writer, error) : NULL;
  if (in != NULL)
    tri_file_fetch (in, TRUE);
  tri_turn_resume (turn);
  return in;
}

/* Reads back what was written, from the disk, and compares its hash with that of what went in. One piece is hashed while
 * the next is read and decrypted. */
static gboolean
verify (TriFileWriter *writer, TriTurn *turn, const guint8 *file_key, const guint8 expected[TRI_SHA256_SIZE], guint64 size,
        TriProgress *progress, GError **error)
{
  GCancellable *cancellable = tri_progress_get_cancellable (progress);
  guint8 digest[TRI_SHA256_SIZE];
  g_autoptr (GInputStream) in = sync_and_fetch (writer, turn, error);
  g_autoptr (TriAgeReader) reader = in != NULL ? tri_age_reader_new_with_key (in, file_key, cancellable, error) : NULL;
  if (reader == NULL)
    return FALSE;
  g_autoptr (TriSha256) sum = tri_sha256_new ();
  g_autoptr (TriWriteBehind) hashing = tri_write_behind_new (PIECE, add_to_sum, sum);
  guint64 done = 0;
  gssize n;
  while ((n = tri_age_reader_read (reader, tri_write_behind_get_buffer (hashing), PIECE, error)) > 0)
    {
      done += (guint64) n;
      tri_file_writer_read_ahead (writer, done);
      if (!tri_write_behind_push (hashing, (gsize) n, error)
          || !tri_progress_check (progress, size > 0 ? (double) done / (double) size : 1, error))
        break;
    }
  if (n != 0 || !tri_write_behind_finish (hashing, error))
    return FALSE;
  tri_sha256_get (sum, digest);
  if (sodium_memcmp (digest, expected, sizeof digest) == 0)
    return TRUE;
  g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                       _("What was written reads back different from the original: the disk or the memory is failing. The "
                         "original is untouched; save to another disk."));
  return FALSE;
}

/* @original, @info: NULL when only the stream is known */
typedef struct {
  GFile *original;
  GInputStream *stream;
  GFileInfo *info;
  guint64 size;
} Source;

static void
source_clear (Source *source)
{
  g_clear_object (&source->stream);
  g_clear_object (&source->info);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Source, source_clear)

static gboolean
source_open (Source *source, GFile *original, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFileInfo) named = look (original, NULL, cancellable, error);
  if (named == NULL)
    return FALSE;
  if (g_file_info_get_file_type (named) != G_FILE_TYPE_REGULAR)
    {
      g_autofree char *name = tri_file_get_name (original);
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE,
                   _("“%s” is not an ordinary file (a folder, a link or a device) and was left out."), name);
      return FALSE;
    }
  source->original = original;
  GFileInputStream *stream = g_file_read (original, cancellable, error);
  source->stream = G_INPUT_STREAM (stream);
  if (stream == NULL)
    tri_file_explain_read_error (original, error);
  else
    source->info = look (original, stream, cancellable, error);
  if (source->info == NULL)
    return FALSE;
  source->size = (guint64) g_file_info_get_size (source->info);
  return TRUE;
}

/* Encrypts into @writer, syncs, reads back and compares. */
static gboolean
write_verified (Source *source, TriFileWriter *writer, GPtrArray *recipients, const TriVaultOptions *options,
                TriVaultResult *result, TriProgress *progress, GError **error)
{
  guint8 whole[TRI_SHA256_SIZE], content[TRI_SHA256_SIZE];
  GCancellable *cancellable = tri_progress_get_cancellable (progress);
  g_autoptr (TriProgress) first = tri_progress_sub (progress, 0, 0.6), second = tri_progress_sub (progress, 0.6, 1);
  g_autoptr (GBytes) before = NULL;
  g_autofree char *name = source->original != NULL ? tri_file_get_name (source->original) : NULL;
  if (options->hide_name)
    before = tri_tar_header (name, source->size,
                             (gint64) g_file_info_get_attribute_uint64 (source->info, G_FILE_ATTRIBUTE_TIME_MODIFIED),
                             g_file_info_get_attribute_uint32 (source->info, G_FILE_ATTRIBUTE_TIME_MODIFIED_NSEC));
  g_autoptr (GInputStream) hashing = tri_hashing_stream_new (source->stream, before,
                                                             options->hide_name ? tri_tar_padding (source->size) : 0);
  guint8 *file_key = tri_secret_new (TRI_AGE_FILE_KEY_SIZE);
  randombytes_buf (file_key, TRI_AGE_FILE_KEY_SIZE);
  gboolean good = tri_age_encrypt_with_key (hashing, tri_file_writer_get_stream (writer), recipients,
                                            options->armor ? TRI_AGE_ARMOR : 0, source->size, file_key, first, error);
  if (good)
    {
      TriHashingStream *sums = TRI_HASHING_STREAM (hashing);
      result->bytes = tri_hashing_stream_get_base_size (sums);
      tri_hashing_stream_get_digests (sums, whole, content);
      good = (source->original == NULL
              || check_unchanged (source->original, source->info, result->bytes, cancellable, error))
             && verify (writer, options->turn, file_key, whole, source->size, second, error);
      tri_turn_leave (options->turn);
      good = good && tri_file_writer_commit (writer, cancellable, error);
    }
  if (good)
    result->sha256 = to_hex (content);
  tri_secret_free (file_key);
  return good;
}

/* The original goes last, when its copy is safe, and only if it still is what was copied. That it can't go is no failure
 * of the copy. */
static void
move_to_trash (Source *source, TriVaultResult *result, GCancellable *cancellable)
{
  g_clear_object (&source->stream);
  result->trashed = check_unchanged (source->original, source->info, result->bytes, cancellable, &result->not_trashed)
                    && g_file_trash (source->original, cancellable, &result->not_trashed);
}

/**
 * tri_vault_protect:
 * @original: an ordinary file; it is only read
 * @recipients: (element-type TriAgeRecipient)
 * @result: (out): cleared by the caller, also after an error
 *
 * Encrypts a file into an age file in the folder of the results. What is written is invisible until it has been synced,
 * opened again, decrypted and compared with the original by SHA-256; then it gets its name. Killed at any moment, either
 * the whole file is there or none.
 *
 * Returns: TRUE also when the name was taken and @options says to skip
 */
gboolean
tri_vault_protect (GFile *original, GPtrArray *recipients, const TriVaultOptions *options, TriVaultResult *result,
                   TriProgress *progress, GError **error)
{
  GCancellable *cancellable = tri_progress_get_cancellable (progress);
  g_auto (Source) source = { 0 };
  *result = (TriVaultResult) { 0 };
  if (!source_open (&source, original, cancellable, error))
    return FALSE;
  g_autoptr (GFile) wanted = tri_vault_protected_name (original, source.info, options, error);
  if (wanted == NULL)
    return FALSE;
  gboolean replace;
  result->file = tri_vault_choose (original, wanted, options, &result->skipped, &replace, error);
  if (result->file == NULL || result->skipped)
    return result->skipped;
  tri_turn_fetch (options->turn, source.stream);
  g_autoptr (TriFileWriter) writer = tri_file_writer_new (result->file, replace, error);
  if (writer == NULL || !write_verified (&source, writer, recipients, options, result, progress, error))
    return FALSE;
  if (options->trash)
    move_to_trash (&source, result, cancellable);
  return TRUE;
}

/**
 * tri_vault_protect_stream:
 * @in: read to its end
 * @options: with the result's name, and none to hide
 *
 * tri_vault_protect() for what can't be read twice: what was written is still compared with what went in.
 */
gboolean
tri_vault_protect_stream (GInputStream *in, GPtrArray *recipients, const TriVaultOptions *options, TriVaultResult *result,
                          TriProgress *progress, GError **error)
{
  *result = (TriVaultResult) { 0 };
  g_return_val_if_fail (options->output != NULL && !options->hide_name, FALSE);
  g_auto (Source) source = { .stream = g_object_ref (in) };
  g_autoptr (GFile) read = tri_vault_file_of_stream (in);
  gboolean replace;
  result->file = tri_vault_choose (read, options->output, options, &result->skipped, &replace, error);
  if (result->file == NULL || result->skipped)
    return result->skipped;
  g_autoptr (TriFileWriter) writer = tri_file_writer_new (result->file, replace, error);
  return writer != NULL && write_verified (&source, writer, recipients, options, result, progress, error);
}
