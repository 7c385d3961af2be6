/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age.h"

#include <sodium.h>
#include <string.h>

#include "tri-age-header.h"
#include "tri-age-io.h"
#include "tri-age-stream.h"
#include "tri-buffer.h"
#include "tri-secret.h"
#include "tri-write-behind.h"

#define PLAIN (TRI_AGE_STREAM_BATCH * TRI_AGE_STREAM_CHUNK)

static double
fraction (guint64 done, guint64 hint)
{
  return hint > 0 ? (double) done / (double) hint : 0;
}

static gboolean
write_sealed (const guint8 *data, gsize size, gpointer sink, GError **error)
{
  return tri_age_sink_write (sink, data, size, error);
}

/* While one batch is being written, the next is read and encrypted. */
static gboolean
write_payload (TriAgeSource *source, TriAgeSink *sink, const guint8 key[32], guint64 size_hint, TriProgress *progress,
               GError **error)
{
  guint8 *plain = tri_buffer_new ();
  g_autoptr (TriWriteBehind) sealed = tri_write_behind_new (TRI_BUFFER_SIZE, write_sealed, sink);
  guint64 counter = 0, done = 0;
  gsize used = 0;
  gboolean at_end = FALSE, good = TRUE;
  while (good && !at_end)
    {
      gssize n = tri_age_source_read (source, plain, PLAIN, error);
      good = n >= 0 && tri_age_source_at_end (source, &at_end, error);
      if (!good)
        break;
      gsize n_chunks = n == 0 ? 1 : ((gsize) n + TRI_AGE_STREAM_CHUNK - 1) / TRI_AGE_STREAM_CHUNK;
      tri_age_stream_seal (key, counter, at_end, plain, (gsize) n, tri_write_behind_get_buffer (sealed));
      counter += n_chunks;
      used = MAX (used, (gsize) n);
      done += (guint64) n;
      good = tri_write_behind_push (sealed, (gsize) n + n_chunks * TRI_AGE_STREAM_TAG, error)
             && tri_progress_check (progress, fraction (done, size_hint), error);
    }
  tri_buffer_free (plain, used);
  return good && tri_write_behind_finish (sealed, error);
}

gboolean
tri_age_encrypt_with_key (GInputStream *in, GOutputStream *out, GPtrArray *recipients, guint flags, guint64 size_hint,
                          const guint8 file_key[TRI_AGE_FILE_KEY_SIZE], TriProgress *progress, GError **error)
{
  guint8 nonce[TRI_AGE_STREAM_NONCE], key[32];
  GCancellable *cancellable = tri_progress_get_cancellable (progress);
  g_autoptr (TriAgeHeader) header = tri_age_header_wrap (recipients, file_key, error);
  if (header == NULL)
    return FALSE;

  randombytes_buf (nonce, sizeof nonce);
  tri_age_stream_key (file_key, nonce, key);
  g_autoptr (TriAgeSource) source = tri_age_source_new (in, cancellable);
  g_autoptr (TriAgeSink) sink = tri_age_sink_new (out, (flags & TRI_AGE_ARMOR) != 0, cancellable);
  g_autofree char *mac = tri_age_base64_encode (header->mac, sizeof header->mac);
  gboolean good = tri_age_sink_write (sink, header->text->data, header->text->len, error)
                  && tri_age_sink_write (sink, " ", 1, error) && tri_age_sink_write (sink, mac, strlen (mac), error)
                  && tri_age_sink_write (sink, "\n", 1, error) && tri_age_sink_write (sink, nonce, sizeof nonce, error)
                  && write_payload (source, sink, key, size_hint, progress, error) && tri_age_sink_finish (sink, error);
  sodium_memzero (key, sizeof key);
  return good;
}

/**
 * tri_age_encrypt:
 * @recipients: (element-type TriAgeRecipient): one passphrase, or any number of one kind
 * @size_hint: of the content, for the progress; 0 when unknown
 *
 * Reads @in to its end and writes an age file to @out, in constant memory. Neither stream is closed.
 */
gboolean
tri_age_encrypt (GInputStream *in, GOutputStream *out, GPtrArray *recipients, TriAgeFlags flags, guint64 size_hint,
                 TriProgress *progress, GError **error)
{
  guint8 *file_key = tri_secret_new (TRI_AGE_FILE_KEY_SIZE);
  randombytes_buf (file_key, TRI_AGE_FILE_KEY_SIZE);
  gboolean good = tri_age_encrypt_with_key (in, out, recipients, flags, size_hint, file_key, progress, error);
  tri_secret_free (file_key);
  return good;
}

typedef struct { GOutputStream *out; GCancellable *cancellable; } Target;

static gboolean
write_opened (const guint8 *data, gsize size, gpointer user_data, GError **error)
{
  Target *target = user_data;
  return tri_age_write_all (target->out, data, size, target->cancellable, error);
}

/**
 * tri_age_decrypt:
 * @identities: (element-type TriAgeIdentity)
 * @size_hint: of the age file, for the progress; 0 when unknown
 *
 * Writes the content to @out. On an error after the header, what was written is authentic but not whole: the caller
 * drops it.
 */
gboolean
tri_age_decrypt (GInputStream *in, GOutputStream *out, GPtrArray *identities, guint64 size_hint, TriProgress *progress,
                 GError **error)
{
  GCancellable *cancellable = tri_progress_get_cancellable (progress);
  g_autoptr (TriAgeReader) reader = tri_age_reader_new (in, identities, cancellable, error);
  if (reader == NULL)
    return FALSE;
  Target target = { out, cancellable };
  g_autoptr (TriWriteBehind) behind = tri_write_behind_new (PLAIN, write_opened, &target);
  guint64 done = 0;
  gssize n;
  while ((n = tri_age_reader_read (reader, tri_write_behind_get_buffer (behind), PLAIN, error)) > 0)
    {
      done += (guint64) n;
      if (!tri_write_behind_push (behind, (gsize) n, error)
          || !tri_progress_check (progress, fraction (done, size_hint), error))
        break;
    }
  return n == 0 && tri_write_behind_finish (behind, error);
}

/* Returns: (transfer full): what the header says without any key, or NULL with a TriAgeError */
TriAgeInfo *
tri_age_inspect (GInputStream *in, GCancellable *cancellable, GError **error)
{
  g_autoptr (TriAgeSource) source = tri_age_source_new (in, cancellable);
  g_autoptr (TriAgeHeader) header = tri_age_header_read (source, error);
  if (header == NULL)
    return NULL;
  TriAgeInfo *info = g_new0 (TriAgeInfo, 1);
  info->armored = tri_age_source_is_armored (source);
  info->header_size = header->text->len + 1 + 43 + 1;
  info->stanzas = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < header->stanzas->len; i++)
    {
      const TriAgeStanza *stanza = g_ptr_array_index (header->stanzas, i);
      g_ptr_array_add (info->stanzas, g_strdup (tri_age_stanza_type (stanza)));
      if (strcmp (tri_age_stanza_type (stanza), "scrypt") == 0 && stanza->args->len == 3)
        info->work_factor = (guint) MIN (99, g_ascii_strtoull (g_ptr_array_index (stanza->args, 2), NULL, 10));
    }
  return info;
}

void
tri_age_info_free (TriAgeInfo *info)
{
  g_ptr_array_unref (info->stanzas);
  g_free (info);
}

gboolean
tri_age_info_is_passphrase (const TriAgeInfo *info)
{
  return strcmp (g_ptr_array_index (info->stanzas, 0), "scrypt") == 0;
}

/* Whether every recipient that this program knows is post-quantum. */
gboolean
tri_age_info_is_post_quantum (const TriAgeInfo *info)
{
  guint n = 0;
  for (guint i = 0; i < info->stanzas->len; i++)
    {
      const char *type = g_ptr_array_index (info->stanzas, i);
      if (strcmp (type, "X25519") == 0)
        return FALSE;
      n += strcmp (type, "mlkem768x25519") == 0;
    }
  return n > 0 || tri_age_info_is_passphrase (info);
}

/* Whether a file that begins with these bytes is an age file, binary or armored. */
gboolean
tri_age_probe (const guint8 *bytes, gsize size)
{
  static const char binary[] = "age-encryption.org/", armor[] = "-----BEGIN AGE ENCRYPTED FILE-----";
  while (size > 0 && g_ascii_isspace (*bytes))
    bytes++, size--;
  return (size >= sizeof binary - 1 && memcmp (bytes, binary, sizeof binary - 1) == 0)
         || (size >= sizeof armor - 1 && memcmp (bytes, armor, sizeof armor - 1) == 0);
}
