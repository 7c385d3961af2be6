/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-hashing-stream.h"

#include <string.h>

struct _TriHashingStream {
  GFilterInputStream parent_instance;
  TriSha256 *whole, *base;
  GBytes *before;
  gsize before_at, zeros_left;
  guint64 base_size;
  gboolean base_over, adds; /* adds: something to the base stream */
};

G_DEFINE_FINAL_TYPE (TriHashingStream, tri_hashing_stream, G_TYPE_FILTER_INPUT_STREAM)

static gssize
tri_hashing_stream_read (GInputStream *stream, void *buffer, gsize size, GCancellable *cancellable, GError **error)
{
  TriHashingStream *self = TRI_HASHING_STREAM (stream);
  gsize before = g_bytes_get_size (self->before) - self->before_at, n = 0;
  if (before > 0)
    {
      n = MIN (size, before);
      memcpy (buffer, (const guint8 *) g_bytes_get_data (self->before, NULL) + self->before_at, n);
      self->before_at += n;
    }
  else if (!self->base_over)
    {
      gssize got = g_input_stream_read (g_filter_input_stream_get_base_stream (G_FILTER_INPUT_STREAM (self)), buffer, size,
                                        cancellable, error);
      if (got < 0)
        return -1;
      self->base_over = got == 0;
      self->base_size += (guint64) got;
      n = (gsize) got;
      if (self->adds)
        tri_sha256_update (self->base, buffer, n);
    }
  if (n == 0 && self->base_over && self->zeros_left > 0)
    {
      n = MIN (size, self->zeros_left);
      memset (buffer, 0, n);
      self->zeros_left -= n;
    }
  tri_sha256_update (self->whole, buffer, n);
  return (gssize) n;
}

static void
tri_hashing_stream_finalize (GObject *object)
{
  TriHashingStream *self = TRI_HASHING_STREAM (object);
  g_bytes_unref (self->before);
  tri_sha256_free (self->whole);
  tri_sha256_free (self->base);
  G_OBJECT_CLASS (tri_hashing_stream_parent_class)->finalize (object);
}

static void
tri_hashing_stream_class_init (TriHashingStreamClass *class)
{
  G_OBJECT_CLASS (class)->finalize = tri_hashing_stream_finalize;
  G_INPUT_STREAM_CLASS (class)->read_fn = tri_hashing_stream_read;
}

static void
tri_hashing_stream_init (TriHashingStream *self)
{
  self->whole = tri_sha256_new ();
  self->base = tri_sha256_new ();
}

/**
 * tri_hashing_stream_new:
 * @before: (nullable): bytes that come first
 * @zeros_after: zeros that come last
 */
GInputStream *
tri_hashing_stream_new (GInputStream *base, GBytes *before, gsize zeros_after)
{
  TriHashingStream *self = g_object_new (TRI_TYPE_HASHING_STREAM, "base-stream", base, "close-base-stream", FALSE, NULL);
  self->before = before != NULL ? g_bytes_ref (before) : g_bytes_new (NULL, 0);
  self->zeros_left = zeros_after;
  self->adds = before != NULL || zeros_after > 0;
  return G_INPUT_STREAM (self);
}

/* Bytes of the base stream that were read. */
guint64
tri_hashing_stream_get_base_size (TriHashingStream *self)
{
  return self->base_size;
}

/* The hashes of all that was read, and of the base stream's part of it. Once, at the end. */
void
tri_hashing_stream_get_digests (TriHashingStream *self, guint8 whole[TRI_SHA256_SIZE], guint8 base[TRI_SHA256_SIZE])
{
  tri_sha256_get (self->whole, whole);
  if (self->adds)
    tri_sha256_get (self->base, base);
  else
    memcpy (base, whole, TRI_SHA256_SIZE);
}
