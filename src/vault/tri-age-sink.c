/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age-io.h"

#include <sodium.h>
#include <string.h>

#define LINE_BYTES 48
#define LINES 512
#define PIECE (256 * 1024)

struct _TriAgeSink {
  GOutputStream *out;
  GCancellable *cancellable;
  gboolean armor, begun;
  guint8 pending[LINE_BYTES];
  gsize n_pending;
};

TriAgeSink *
tri_age_sink_new (GOutputStream *out, gboolean armor, GCancellable *cancellable)
{
  TriAgeSink *sink = g_new0 (TriAgeSink, 1);
  sink->out = g_object_ref (out);
  sink->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  sink->armor = armor;
  return sink;
}

void
tri_age_sink_free (TriAgeSink *sink)
{
  g_object_unref (sink->out);
  g_clear_object (&sink->cancellable);
  g_free (sink);
}

/* In pieces of a size that suits the kernel; see tri-file-private.h. */
gboolean
tri_age_write_all (GOutputStream *out, const void *data, gsize size, GCancellable *cancellable, GError **error)
{
  const guint8 *bytes = data;
  for (gsize at = 0; at < size; at += PIECE)
    if (!g_output_stream_write_all (out, bytes + at, MIN (PIECE, size - at), NULL, cancellable, error))
      return FALSE;
  return TRUE;
}

static gboolean
put (TriAgeSink *sink, const void *data, gsize size, GError **error)
{
  return tri_age_write_all (sink->out, data, size, sink->cancellable, error);
}

/* At most LINES lines of 48 bytes, the last one perhaps shorter. */
static gboolean
put_lines (TriAgeSink *sink, const guint8 *data, gsize size, GError **error)
{
  char text[LINES * 65 + 1];
  gsize n = 0;
  for (gsize at = 0; at < size; at += LINE_BYTES)
    {
      sodium_bin2base64 (text + n, sizeof text - n, data + at, MIN (LINE_BYTES, size - at), sodium_base64_VARIANT_ORIGINAL);
      n += strlen (text + n);
      text[n++] = '\n';
    }
  return put (sink, text, n, error);
}

static gboolean
begin (TriAgeSink *sink, GError **error)
{
  static const char line[] = "-----BEGIN AGE ENCRYPTED FILE-----\n";
  gboolean first = !sink->begun;
  sink->begun = TRUE;
  return !first || put (sink, line, sizeof line - 1, error);
}

gboolean
tri_age_sink_write (TriAgeSink *sink, const void *data, gsize size, GError **error)
{
  const guint8 *bytes = data;
  if (!sink->armor)
    return put (sink, data, size, error);
  if (!begin (sink, error))
    return FALSE;
  while (size > 0)
    {
      if (sink->n_pending > 0 || size < LINE_BYTES)
        {
          gsize n = MIN (size, LINE_BYTES - sink->n_pending);
          memcpy (sink->pending + sink->n_pending, bytes, n);
          sink->n_pending += n;
          bytes += n;
          size -= n;
          if (sink->n_pending < LINE_BYTES)
            break;
          sink->n_pending = 0;
          if (!put_lines (sink, sink->pending, LINE_BYTES, error))
            return FALSE;
          continue;
        }
      gsize n = MIN (size / LINE_BYTES, LINES) * LINE_BYTES;
      if (!put_lines (sink, bytes, n, error))
        return FALSE;
      bytes += n;
      size -= n;
    }
  return TRUE;
}

/* Writes the last lines of the armor; does not close the stream. */
gboolean
tri_age_sink_finish (TriAgeSink *sink, GError **error)
{
  static const char line[] = "-----END AGE ENCRYPTED FILE-----\n";
  if (!sink->armor)
    return TRUE;
  return begin (sink, error) && (sink->n_pending == 0 || put_lines (sink, sink->pending, sink->n_pending, error))
         && put (sink, line, sizeof line - 1, error);
}
