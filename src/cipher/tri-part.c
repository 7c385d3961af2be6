/* Side data in pieces of 256 KiB, each deflated and then, where asked, sealed by itself: pieces are worked on in
 * parallel, a cancellation is seen between them, and a hostile file can't make the reader take more memory than the
 * size its caller allows.
 *
 *   u64 size before compression · for each piece: u32 compressed size, that many bytes, 16 bytes of tag when locked
 *
 * The nonce of piece i is the picture's nonce with i added into its last four bytes; the subkey belongs to one part of
 * one cipher. Additional data: the header, the name, both sizes, i, and a hash of the visible picture when bound to it.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-part.h"

#include <glib/gi18n-lib.h>
#include <sodium.h>
#include <string.h>

#include "tri-error.h"
#include "tri-parallel.h"

#define PIECE ((gsize) 1 << 18)
#define PACKED_MAX (PIECE + PIECE / 256 + 64) /* deflate grows what it can't shrink by 5 bytes in 16 KiB */
#define TAG_SIZE crypto_aead_xchacha20poly1305_ietf_ABYTES
#define KEY_SIZE crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define LEVEL 4
#define WAVE 64 /* pieces in flight, so that compressed and final bytes are not both held in full */

typedef struct {
  const guint8 *in; /* raw when sealing, packed when opening */
  guint8 *out;
  gsize in_size, out_size;
} Piece;

typedef struct {
  gboolean locked;
  guint8 key[KEY_SIZE], nonce[TRI_NONCE_SIZE];
  GByteArray *ad; /* without the piece's number */
  Piece *pieces;
  guint first; /* number of pieces[0] */
  gint failed; /* atomic: a TriError + 1 */
} Job;

static gboolean
job_init (Job *job, const TriSealed *sealed, const TriKey *key, const char *name, TriPartFlags flags, guint64 size,
          GError **error)
{
  memset (job, 0, sizeof *job);
  job->locked = (flags & TRI_PART_LOCKED) != 0;
  job->ad = g_byte_array_new ();
  if (!job->locked)
    return TRUE;
  g_autofree char *context = g_strdup_printf ("%s %s", sealed->cipher, name);
  if (!tri_key_derive (key, sealed->salt, context, job->key, KEY_SIZE, error))
    return FALSE;
  memcpy (job->nonce, sealed->nonce, TRI_NONCE_SIZE);
  g_autoptr (GBytes) header = tri_sealed_header_bytes (sealed);
  guint64 sizes[2] = { GUINT64_TO_LE (g_bytes_get_size (header)), GUINT64_TO_LE (size) };
  g_byte_array_append (job->ad, (guint8 *) sizes, sizeof sizes);
  g_byte_array_append (job->ad, g_bytes_get_data (header, NULL), (guint) g_bytes_get_size (header));
  g_byte_array_append (job->ad, (const guint8 *) name, (guint) strlen (name) + 1);
  if ((flags & TRI_PART_BINDS_PICTURE) != 0)
    {
      guint8 hash[32];
      crypto_generichash (hash, sizeof hash, sealed->visible->pixels, tri_image_n_bytes (sealed->visible), NULL, 0);
      g_byte_array_append (job->ad, hash, sizeof hash);
    }
  return TRUE;
}

static void
job_clear (Job *job)
{
  sodium_memzero (job->key, KEY_SIZE);
  g_byte_array_unref (job->ad);
  if (job->pieces != NULL)
    for (guint i = 0; i < WAVE; i++)
      g_free (job->pieces[i].out);
  g_free (job->pieces);
}

static void
piece_nonce (const Job *job, guint32 number, guint8 nonce[TRI_NONCE_SIZE])
{
  guint32 last;
  memcpy (nonce, job->nonce, TRI_NONCE_SIZE);
  memcpy (&last, nonce + TRI_NONCE_SIZE - 4, 4);
  last = GUINT32_TO_LE (GUINT32_FROM_LE (last) + number);
  memcpy (nonce + TRI_NONCE_SIZE - 4, &last, 4);
}

static GByteArray *
piece_ad (const Job *job, guint32 number)
{
  guint32 le = GUINT32_TO_LE (number);
  GByteArray *ad = g_byte_array_sized_new (job->ad->len + 4);
  g_byte_array_append (ad, job->ad->data, job->ad->len);
  g_byte_array_append (ad, (guint8 *) &le, 4);
  return ad;
}

/* Runs a zlib converter over the whole of one piece. Returns: FALSE when the data is bad or does not fit @out */
static gboolean
convert (GConverter *converter, const guint8 *in, gsize in_size, guint8 *out, gsize out_max, gsize *out_size)
{
  gsize done = 0;
  *out_size = 0;
  for (;;)
    {
      gsize n_read = 0, n_written = 0;
      guint8 spill; /* a stream may end only after its output is full: then there must be nothing more */
      gboolean full = *out_size == out_max;
      GConverterResult result = g_converter_convert (converter, in + done, in_size - done, full ? &spill : out + *out_size,
                                                     full ? 1 : out_max - *out_size, G_CONVERTER_INPUT_AT_END, &n_read,
                                                     &n_written, NULL);
      if (result == G_CONVERTER_ERROR || (full && n_written > 0))
        return FALSE;
      done += n_read;
      *out_size += n_written;
      if (result == G_CONVERTER_FINISHED)
        return done == in_size;
      if (n_read == 0 && n_written == 0)
        return FALSE;
    }
}

static void
seal_pieces (gsize begin, gsize end, guint slot, gpointer data)
{
  Job *job = data;
  for (gsize i = begin; i < end; i++)
    {
      Piece *piece = &job->pieces[i];
      g_autoptr (GConverter) packer = G_CONVERTER (g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW, LEVEL));
      piece->out = g_realloc (piece->out, PACKED_MAX + TAG_SIZE);
      gboolean packed = convert (packer, piece->in, piece->in_size, piece->out, PACKED_MAX, &piece->out_size);
      g_assert (packed);
      if (!job->locked)
        continue;
      guint8 nonce[TRI_NONCE_SIZE];
      piece_nonce (job, job->first + (guint32) i, nonce);
      g_autoptr (GByteArray) ad = piece_ad (job, job->first + (guint32) i);
      crypto_aead_xchacha20poly1305_ietf_encrypt (piece->out, NULL, piece->out, piece->out_size, ad->data, ad->len, NULL,
                                                  nonce, job->key);
    }
}

/**
 * tri_part_seal:
 * @name: of the side data; with the cipher's id also the context of the subkey
 *
 * Adds a part to @out, whose visible picture is there already.
 */
gboolean
tri_part_seal (TriSealed *out, const TriKey *key, const char *name, TriPartFlags flags, const guint8 *data, gsize size,
               TriProgress *progress, GError **error)
{
  Job job;
  gboolean good = job_init (&job, out, key, name, flags, size, error);
  g_autoptr (TriProgress) watch = tri_progress_sub (progress, 0, 0); /* to be cancelled, not to be told */
  guint64 le_size = GUINT64_TO_LE ((guint64) size);
  GByteArray *bytes = g_byte_array_new ();
  g_byte_array_append (bytes, (guint8 *) &le_size, sizeof le_size);
  job.pieces = g_new0 (Piece, WAVE);
  for (gsize at = 0; good && at < size; job.first += WAVE)
    {
      guint n = 0;
      for (; n < WAVE && at < size; n++, at += PIECE)
        job.pieces[n].in = data + at, job.pieces[n].in_size = MIN (PIECE, size - at);
      good = tri_parallel_for (n, 1, seal_pieces, &job, watch, error)
             && tri_progress_check (progress, (double) MIN (at, size) / (double) size, error);
      for (guint i = 0; good && i < n; i++)
        {
          guint32 packed = GUINT32_TO_LE ((guint32) job.pieces[i].out_size);
          g_byte_array_append (bytes, (guint8 *) &packed, sizeof packed);
          g_byte_array_append (bytes, job.pieces[i].out, (guint) (job.pieces[i].out_size + (job.locked ? TAG_SIZE : 0)));
        }
    }
  job_clear (&job);
  if (good)
    tri_sealed_take_side (out, name, g_byte_array_free_to_bytes (bytes));
  else
    g_byte_array_unref (bytes);
  return good;
}

static void
open_pieces (gsize begin, gsize end, guint slot, gpointer data)
{
  Job *job = data;
  for (gsize i = begin; i < end; i++)
    {
      Piece *piece = &job->pieces[i];
      g_autofree guint8 *clear = NULL;
      const guint8 *packed = piece->in;
      if (job->locked)
        {
          guint8 nonce[TRI_NONCE_SIZE];
          piece_nonce (job, job->first + (guint32) i, nonce);
          g_autoptr (GByteArray) ad = piece_ad (job, job->first + (guint32) i);
          packed = clear = g_malloc (MAX (piece->in_size, 1));
          if (crypto_aead_xchacha20poly1305_ietf_decrypt (clear, NULL, NULL, piece->in, piece->in_size + TAG_SIZE,
                                                          ad->data, ad->len, nonce, job->key) != 0)
            {
              g_atomic_int_set (&job->failed, TRI_ERROR_WRONG_KEY + 1);
              return;
            }
        }
      gsize size;
      g_autoptr (GConverter) unpacker = G_CONVERTER (g_zlib_decompressor_new (G_ZLIB_COMPRESSOR_FORMAT_RAW));
      if (!convert (unpacker, packed, piece->in_size, piece->out, piece->out_size, &size) || size != piece->out_size)
        g_atomic_int_compare_and_exchange (&job->failed, 0, TRI_ERROR_DAMAGED + 1);
    }
}

static gboolean
damaged (const char *name, GError **error)
{
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
               _("The “%s” part of the file contradicts itself. It is damaged or was changed; try another copy."), name);
  return FALSE;
}

static gboolean
report (const Job *job, const char *name, GError **error)
{
  if (job->failed == 0)
    return TRUE;
  if (job->failed == TRI_ERROR_DAMAGED + 1)
    return damaged (name, error);
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_WRONG_KEY,
                       _("Refused: the key is wrong, or the file was changed after it was encrypted. Check the key, or "
                         "take another copy of the file."));
  return FALSE;
}

/* Points the pieces at their bytes; FALSE when the packed sizes don't add up. */
static gboolean
find_pieces (Job *job, const guint8 **at, gsize *left, guint8 *raw, gsize raw_size, guint n)
{
  gsize tag = job->locked ? TAG_SIZE : 0;
  for (guint i = 0; i < n; i++)
    {
      guint32 packed;
      if (*left < sizeof packed)
        return FALSE;
      memcpy (&packed, *at, sizeof packed);
      packed = GUINT32_FROM_LE (packed);
      *at += sizeof packed, *left -= sizeof packed;
      if (packed > PACKED_MAX || *left < packed + tag)
        return FALSE;
      gsize offset = (job->first + i) * PIECE;
      job->pieces[i] = (Piece) { *at, raw + offset, packed, MIN (PIECE, raw_size - offset) };
      *at += packed + tag, *left -= packed + tag;
    }
  return TRUE;
}

/**
 * tri_part_open:
 * @min, @max: how many bytes it may have when open; a part that says otherwise is refused before memory is taken
 *
 * Returns: (transfer full): the data; or NULL with TRI_ERROR_WRONG_KEY, _DAMAGED or _NO_MEMORY
 */
GBytes *
tri_part_open (const TriSealed *in, const TriKey *key, const char *name, TriPartFlags flags, gsize min, gsize max,
               TriProgress *progress, GError **error)
{
  guint64 size;
  GBytes *bytes = tri_sealed_require_side (in, name, sizeof size, G_MAXSSIZE, error);
  if (bytes == NULL)
    return NULL;
  gsize left;
  const guint8 *at = g_bytes_get_data (bytes, &left);
  memcpy (&size, at, sizeof size);
  size = GUINT64_FROM_LE (size);
  at += sizeof size, left -= sizeof size;
  if (size < min || size > max)
    {
      damaged (name, error);
      return NULL;
    }
  guint8 *raw = g_try_malloc (MAX (size, 1));
  if (raw == NULL)
    {
      g_set_error_literal (error, TRI_ERROR, TRI_ERROR_NO_MEMORY,
                           _("There is not enough memory to decrypt this picture. Close other programs and try again."));
      return NULL;
    }
  Job job;
  gboolean good = job_init (&job, in, key, name, flags, size, error);
  job.pieces = g_new0 (Piece, WAVE);
  g_autoptr (TriProgress) watch = tri_progress_sub (progress, 0, 0); /* to be cancelled, not to be told */
  gsize n_pieces = (gsize) ((size + PIECE - 1) / PIECE);
  for (; good && job.first < n_pieces; job.first += WAVE)
    {
      guint n = (guint) MIN (WAVE, n_pieces - job.first);
      good = (find_pieces (&job, &at, &left, raw, size, n) || damaged (name, error))
             && tri_parallel_for (n, 1, open_pieces, &job, watch, error) && report (&job, name, error)
             && tri_progress_check (progress, (double) (job.first + n) / (double) n_pieces, error);
    }
  if (good && left != 0)
    good = damaged (name, error);
  g_clear_pointer (&job.pieces, g_free); /* their outputs lie in raw */
  job_clear (&job);
  if (good)
    return g_bytes_new_take (raw, size);
  g_free (raw);
  return NULL;
}
