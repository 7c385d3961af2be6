/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>
#include <sodium.h>
#include <string.h>

#include "tri-age-header.h"
#include "tri-age-stream.h"
#include "tri-buffer.h"
#include "tri-secret.h"

#define SEALED TRI_BUFFER_SIZE
#define PLAIN (TRI_AGE_STREAM_BATCH * TRI_AGE_STREAM_CHUNK)

struct _TriAgeReader {
  TriAgeSource *source;
  gboolean seekable;
  goffset payload;   /* where the first chunk lies in the stream */
  guint8 *key;       /* tri_secret_new */
  guint8 *sealed;
  guint8 *plain;     /* wiped; authentic up to n_plain */
  gsize plain_at, n_plain, plain_used; /* used: up to where something was ever written */
  guint64 counter;   /* of the next chunk to be read */
  gboolean over;     /* the last chunk has been opened */
  GError *pending;   /* what comes after the authentic bytes have been handed out */
};

/* Makes a reader of @source, which stands behind @header, and takes @source over unless it fails. */
static TriAgeReader *
reader_new (GInputStream *in, goffset start, TriAgeSource *source, const TriAgeHeader *header,
            const guint8 file_key[TRI_AGE_FILE_KEY_SIZE], GError **error)
{
  guint8 nonce[TRI_AGE_STREAM_NONCE];
  gssize n = tri_age_source_read (source, nonce, sizeof nonce, error);
  if (n < (gssize) sizeof nonce)
    {
      if (n >= 0)
        g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_TRUNCATED,
                             _("The age file ends right after its header: its content is missing. Try another copy."));
      return NULL;
    }
  TriAgeReader *reader = g_new0 (TriAgeReader, 1);
  reader->key = tri_secret_new (32);
  tri_age_stream_key (file_key, nonce, reader->key);
  reader->seekable = !tri_age_source_is_armored (source) && G_IS_SEEKABLE (in) && g_seekable_can_seek (G_SEEKABLE (in));
  /* text, " ", 43 characters of MAC, line feed, nonce */
  reader->payload = start + header->text->len + 1 + 43 + 1 + TRI_AGE_STREAM_NONCE;
  reader->source = source;
  reader->sealed = tri_buffer_new ();
  reader->plain = tri_buffer_new ();
  return reader;
}

/* @identities: (nullable); @known: (nullable): the file key, where the caller has it */
static TriAgeReader *
open_reader (GInputStream *in, GPtrArray *identities, const guint8 *known, GCancellable *cancellable, GError **error)
{
  TriAgeReader *reader = NULL;
  goffset start = G_IS_SEEKABLE (in) ? g_seekable_tell (G_SEEKABLE (in)) : 0;
  g_autoptr (TriAgeSource) source = tri_age_source_new (in, cancellable);
  g_autoptr (TriAgeHeader) header = tri_age_header_read (source, error);
  if (header == NULL)
    return NULL;
  guint8 *file_key = tri_secret_new (TRI_AGE_FILE_KEY_SIZE);
  if (known != NULL)
    {
      memcpy (file_key, known, TRI_AGE_FILE_KEY_SIZE);
      if (tri_age_header_check_mac (header, file_key))
        reader = reader_new (in, start, source, header, file_key, error);
      else
        g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_MAC, _("The file that was written reads back changed."));
    }
  else if (tri_age_header_unwrap (header, identities, file_key, error))
    reader = reader_new (in, start, source, header, file_key, error);
  tri_secret_free (file_key);
  if (reader != NULL)
    g_steal_pointer (&source);
  return reader;
}

/* Returns: (transfer full): a reader at the content's first byte, or NULL with a TriAgeError */
TriAgeReader *
tri_age_reader_new (GInputStream *in, GPtrArray *identities, GCancellable *cancellable, GError **error)
{
  return open_reader (in, identities, NULL, cancellable, error);
}

TriAgeReader *
tri_age_reader_new_with_key (GInputStream *in, const guint8 file_key[TRI_AGE_FILE_KEY_SIZE], GCancellable *cancellable,
                             GError **error)
{
  return open_reader (in, NULL, file_key, cancellable, error);
}

void
tri_age_reader_free (TriAgeReader *reader)
{
  tri_secret_free (reader->key);
  tri_buffer_free (reader->plain, reader->plain_used);
  tri_buffer_free (reader->sealed, 0);
  g_clear_error (&reader->pending);
  tri_age_source_free (reader->source);
  g_free (reader);
}

static GError *
damaged (guint64 chunk)
{
  g_autofree char *place = g_format_size (chunk * TRI_AGE_STREAM_CHUNK);
  if (chunk == 0)
    return g_error_new_literal (TRI_AGE_ERROR, TRI_AGE_ERROR_DAMAGED,
                                _("The file is damaged: its content was changed. Try another copy."));
  return g_error_new (TRI_AGE_ERROR, TRI_AGE_ERROR_DAMAGED,
                      _("The file is damaged: the part after %s was changed. What comes before it is intact. Try another "
                        "copy."), place);
}

static GError *
truncated (void)
{
  return g_error_new_literal (TRI_AGE_ERROR, TRI_AGE_ERROR_TRUNCATED,
                              _("The file is cut off: its end is missing. Copy or download it again."));
}

/**
 * explain:
 * @sealed, @size: the first chunk of the batch that is not authentic as what it should be
 * @last: whether it should be the last
 * @plain: (out): its content, when it is authentic as the other kind
 * @n_released: (out): how many bytes of @plain may be handed out all the same
 *
 * Tells a file that goes on after its end, one that is cut off, and a damaged one apart.
 */
static GError *
explain (TriAgeReader *reader, guint64 chunk, const guint8 *sealed, gsize size, gboolean last, guint8 *plain,
         gsize *n_released)
{
  gboolean other = tri_age_chunk_open (reader->key, chunk, !last, sealed, size, plain);
  *n_released = other && !last ? size - TRI_AGE_STREAM_TAG : 0;
  if (other && !last)
    return g_error_new_literal (TRI_AGE_ERROR, TRI_AGE_ERROR_DAMAGED,
                                _("The file is damaged: something was added after its end. Try another copy."));
  if (other || size < TRI_AGE_STREAM_TAG)
    return truncated (); /* the file ends with a chunk that isn't the last one, or with a piece of one */
  /* A last chunk that is not full may be a longer one that was cut, or a damaged one. */
  gboolean cut = last && size < TRI_AGE_STREAM_SEALED && !tri_age_chunk_is_damaged (reader->key, chunk, sealed, size);
  return cut ? truncated () : damaged (chunk);
}

/* Opens the next batch into @plain, which has room for one; reader->n_plain bytes of it are authentic, and the rest is not
 * to be looked at. An error is kept until the authentic part has been handed out. */
static void
next_batch (TriAgeReader *reader, guint8 *plain)
{
  gboolean at_end = FALSE;
  gssize n = tri_age_source_read (reader->source, reader->sealed, SEALED, &reader->pending);
  reader->plain_at = reader->n_plain = 0;
  if (n < 0 || !tri_age_source_at_end (reader->source, &at_end, &reader->pending))
    return;
  if (n == 0)
    {
      reader->pending = truncated ();
      return;
    }
  gsize size = (gsize) n, n_chunks = (size + TRI_AGE_STREAM_SEALED - 1) / TRI_AGE_STREAM_SEALED;
  if (plain == reader->plain)
    reader->plain_used = MAX (reader->plain_used, n_chunks * TRI_AGE_STREAM_CHUNK);
  gsize last_size = size - (n_chunks - 1) * TRI_AGE_STREAM_SEALED;
  gsize n_good = tri_age_stream_open (reader->key, reader->counter, at_end, reader->sealed, size, plain);
  if (n_good == n_chunks && at_end && last_size == TRI_AGE_STREAM_TAG && reader->counter + n_chunks > 1)
    {
      n_good--; /* an empty last chunk of a file that is not empty */
      reader->pending = damaged (reader->counter + n_good);
      reader->n_plain = n_good * TRI_AGE_STREAM_CHUNK;
    }
  else if (n_good < n_chunks)
    {
      gboolean is_last = n_good == n_chunks - 1;
      gsize released;
      reader->pending = explain (reader, reader->counter + n_good, reader->sealed + n_good * TRI_AGE_STREAM_SEALED,
                                 is_last ? last_size : TRI_AGE_STREAM_SEALED, at_end && is_last,
                                 plain + n_good * TRI_AGE_STREAM_CHUNK, &released);
      reader->n_plain = n_good * TRI_AGE_STREAM_CHUNK + released;
    }
  else
    {
      reader->n_plain = size - n_chunks * TRI_AGE_STREAM_TAG;
      reader->over = at_end;
    }
  reader->counter += n_good;
}

/* Opens a batch right where the caller wants it, who has room for all of it. */
static gsize
read_batch (TriAgeReader *reader, guint8 *out)
{
  next_batch (reader, out);
  gsize n = reader->n_plain;
  if (reader->pending != NULL)
    sodium_memzero (out + n, PLAIN - n); /* chunks that are not authentic, or come after one */
  reader->plain_at = reader->n_plain = 0;
  return n;
}

/**
 * tri_age_reader_read:
 *
 * Hands out authentic bytes only: nothing of a chunk before its tag was checked.
 *
 * Returns: bytes read, at least 1; 0 at the end; -1 with an error, after all that is authentic before it
 */
gssize
tri_age_reader_read (TriAgeReader *reader, guint8 *out, gsize size, GError **error)
{
  gboolean empty = reader->plain_at == reader->n_plain && !reader->over && reader->pending == NULL;
  gsize direct = empty && size >= PLAIN ? read_batch (reader, out) : 0;
  if (direct > 0)
    return (gssize) direct;
  if (empty && size < PLAIN)
    next_batch (reader, reader->plain);
  if (reader->plain_at < reader->n_plain)
    {
      gsize n = MIN (size, reader->n_plain - reader->plain_at);
      memcpy (out, reader->plain + reader->plain_at, n);
      reader->plain_at += n;
      return (gssize) n;
    }
  if (reader->pending == NULL)
    return 0;
  if (error != NULL)
    *error = g_error_copy (reader->pending);
  return -1;
}

gboolean
tri_age_reader_can_seek (const TriAgeReader *reader)
{
  return reader->seekable;
}

/* Goes to a byte of the content. A place past the end reads as the end, once the last chunk has been checked there. */
gboolean
tri_age_reader_seek (TriAgeReader *reader, guint64 position, GError **error)
{
  g_return_val_if_fail (reader->seekable, FALSE);
  guint64 chunk = position / TRI_AGE_STREAM_CHUNK;
  if (chunk > (guint64) (G_MAXINT64 - reader->payload) / TRI_AGE_STREAM_SEALED)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_ARGUMENT, _("There is no byte %" PRIu64 "."), position);
      return FALSE;
    }
  if (!tri_age_source_seek (reader->source, reader->payload + (goffset) (chunk * TRI_AGE_STREAM_SEALED), error))
    return FALSE;
  g_clear_error (&reader->pending);
  reader->counter = chunk;
  reader->over = FALSE;
  next_batch (reader, reader->plain);
  reader->plain_at = MIN ((gsize) (position % TRI_AGE_STREAM_CHUNK), reader->n_plain);
  return TRUE;
}
