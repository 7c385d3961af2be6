/* Strict reading of the armor (c2sp.org/age, "ASCII armor"): RFC 7468 strict, 64 columns, LF or CRLF, white space only
 * before and after. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-age-io.h"

#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-age-error.h"
#include "tri-base64.h"

#define BUFFER (256 * 1024)
#define COLUMNS 64
#define LEADING_MAX 1024
#define CERTAIN strlen ("-----BEGIN AGE") /* bytes of the first line that nothing else begins with */

static const char begin_line[] = "-----BEGIN AGE ENCRYPTED FILE-----";
static const char end_line[] = "-----END AGE ENCRYPTED FILE-----";

struct _TriAgeSource {
  GInputStream *in;
  GCancellable *cancellable;
  guint8 *raw;
  gsize raw_at, raw_n;
  gboolean raw_end;
  /* armor */
  gboolean armored, body_over, over;
  guint8 decoded[COLUMNS / 4 * 3];
  gsize decoded_at, decoded_n;
};

TriAgeSource *
tri_age_source_new (GInputStream *in, GCancellable *cancellable)
{
  TriAgeSource *source = g_new0 (TriAgeSource, 1);
  source->in = g_object_ref (in);
  source->cancellable = cancellable != NULL ? g_object_ref (cancellable) : NULL;
  source->raw = g_malloc (BUFFER);
  return source;
}

void
tri_age_source_free (TriAgeSource *source)
{
  g_object_unref (source->in);
  g_clear_object (&source->cancellable);
  g_free (source->raw);
  g_free (source);
}

/* Makes at least one raw byte ready unless the stream has ended. */
static gboolean
fill (TriAgeSource *source, GError **error)
{
  if (source->raw_at < source->raw_n || source->raw_end)
    return TRUE;
  gssize n = g_input_stream_read (source->in, source->raw, BUFFER, source->cancellable, error);
  if (n < 0)
    return FALSE;
  source->raw_at = 0;
  source->raw_n = (gsize) n;
  source->raw_end = n == 0;
  return TRUE;
}

static gssize
raw_read (TriAgeSource *source, guint8 *out, gsize size, GError **error)
{
  gsize done = 0;
  while (done < size)
    {
      if (source->raw_at == source->raw_n && !source->raw_end && size - done >= BUFFER)
        {
          /* a large read goes past the buffer */
          gsize n;
          if (!g_input_stream_read_all (source->in, out + done, size - done, &n, source->cancellable, error))
            return -1;
          source->raw_end = n < size - done;
          return (gssize) (done + n);
        }
      if (!fill (source, error))
        return -1;
      if (source->raw_end)
        break;
      gsize n = MIN (size - done, source->raw_n - source->raw_at);
      memcpy (out + done, source->raw + source->raw_at, n);
      source->raw_at += n;
      done += n;
    }
  return (gssize) done;
}

/* The next line with its line feed, or what is left at the end; at most @max bytes. */
static gboolean
raw_line (TriAgeSource *source, GByteArray *line, gsize max, GError **error)
{
  g_byte_array_set_size (line, 0);
  while (line->len < max)
    {
      if (!fill (source, error))
        return FALSE;
      if (source->raw_end)
        return TRUE;
      const guint8 *start = source->raw + source->raw_at;
      gsize n = MIN (source->raw_n - source->raw_at, max - line->len);
      const guint8 *feed = memchr (start, '\n', n);
      if (feed != NULL)
        n = (gsize) (feed - start) + 1;
      g_byte_array_append (line, start, (guint) n);
      source->raw_at += n;
      if (feed != NULL)
        return TRUE;
    }
  return TRUE;
}

/* Makes ready what may stand before the armor, and its first line: a pipe gives them in pieces. */
static gboolean
fill_start (TriAgeSource *source, GError **error)
{
  while (source->raw_n < LEADING_MAX + sizeof begin_line && !source->raw_end)
    {
      gssize n = g_input_stream_read (source->in, source->raw + source->raw_n, BUFFER - source->raw_n, source->cancellable,
                                      error);
      if (n < 0)
        return FALSE;
      source->raw_n += (gsize) n;
      source->raw_end = n == 0;
    }
  source->raw_end &= source->raw_n == 0;
  return TRUE;
}

static gboolean
bad_armor (GError **error, const char *what)
{
  g_set_error (error, TRI_AGE_ERROR, TRI_AGE_ERROR_ARMOR,
               _("The text armor of the age file is not valid: %s. Copy the text again, whole and unchanged."), what);
  return FALSE;
}

static gboolean
cut_armor (GError **error)
{
  g_set_error_literal (error, TRI_AGE_ERROR, TRI_AGE_ERROR_TRUNCATED,
                       _("The text of the age file ends too early: its last lines are missing. Copy it again, whole."));
  return FALSE;
}

/**
 * tri_age_source_detect_armor:
 *
 * Looks at the beginning and reads over the armor's first line if it is there. Armor after something else than white
 * space is TRI_AGE_ERROR_ARMOR; a first line that is cut off, TRI_AGE_ERROR_TRUNCATED.
 */
gboolean
tri_age_source_detect_armor (TriAgeSource *source, GError **error)
{
  if (!fill_start (source, error))
    return FALSE;
  const char *start = (const char *) source->raw;
  gsize at = 0, n = source->raw_n;
  while (at < n && at < LEADING_MAX && g_ascii_isspace (start[at]))
    at++;
  gsize length = sizeof begin_line - 1;
  if (n - at >= CERTAIN && n - at <= length && memcmp (start + at, begin_line, n - at) == 0)
    return cut_armor (error);
  if (n - at >= length && memcmp (start + at, begin_line, length) == 0)
    {
      g_autoptr (GByteArray) line = g_byte_array_new ();
      source->raw_at = at;
      source->armored = TRUE;
      if (!raw_line (source, line, length + 2, error))
        return FALSE;
      gboolean good = line->len == length + 1 ? line->data[length] == '\n'
                                              : line->len == length + 2 && memcmp (line->data + length, "\r\n", 2) == 0;
      return good || bad_armor (error, _("its first line goes on"));
    }
  g_autofree char *text = g_ascii_strdown (start, (gssize) MIN (n, BUFFER));
  g_autofree char *wanted = g_ascii_strdown (begin_line, -1);
  if (g_strstr_len (text, (gssize) MIN (n, BUFFER), wanted) != NULL)
    return bad_armor (error, _("there is something before it, or its first line is not in capitals"));
  return TRUE;
}

gboolean
tri_age_source_is_armored (const TriAgeSource *source)
{
  return source->armored;
}

/* After the last line only white space may come. */
static gboolean
end_armor (TriAgeSource *source, GError **error)
{
  source->over = TRUE;
  for (gsize n = 0;; n++)
    {
      if (!fill (source, error))
        return FALSE;
      if (source->raw_end)
        return TRUE;
      if (n == LEADING_MAX || !g_ascii_isspace (source->raw[source->raw_at++]))
        return bad_armor (error, _("there is something after it"));
    }
}

/* Decodes one more line into source->decoded. */
static gboolean
next_armored (TriAgeSource *source, GError **error)
{
  g_autoptr (GByteArray) line = g_byte_array_new ();
  if (!raw_line (source, line, COLUMNS + 3, error))
    return FALSE;
  const char *text = (const char *) line->data;
  gsize n = line->len;
  if (n > 0 && text[n - 1] == '\n')
    n -= n > 1 && text[n - 2] == '\r' ? 2 : 1;
  if (n == sizeof end_line - 1 && memcmp (text, end_line, n) == 0)
    return end_armor (source, error);
  if (n == line->len)
    {
      if (n > COLUMNS)
        return bad_armor (error, _("a line is longer than 64 columns"));
      return cut_armor (error);
    }
  if (source->body_over || n == 0 || n > COLUMNS)
    return bad_armor (error, n == 0 ? _("it has an empty line") : n > COLUMNS ? _("a line is longer than 64 columns")
                                                                              : _("a line is too short"));
  if (!tri_base64_decode (text, n, TRUE, source->decoded, sizeof source->decoded, &source->decoded_n))
    return bad_armor (error, _("a line is not in canonical base64"));
  source->decoded_at = 0;
  source->body_over = n < COLUMNS || text[n - 1] == '=';
  return TRUE;
}

static gboolean
more_armored (TriAgeSource *source, GError **error)
{
  while (source->decoded_at == source->decoded_n && !source->over)
    {
      source->decoded_at = source->decoded_n = 0;
      if (!next_armored (source, error))
        return FALSE;
    }
  return TRUE;
}

/* Returns: bytes read, fewer than @size only at the end; -1 with an error */
gssize
tri_age_source_read (TriAgeSource *source, guint8 *out, gsize size, GError **error)
{
  gsize done = 0;
  if (!source->armored)
    return raw_read (source, out, size, error);
  while (done < size)
    {
      if (!more_armored (source, error))
        return -1;
      if (source->over)
        break;
      gsize n = MIN (size - done, source->decoded_n - source->decoded_at);
      memcpy (out + done, source->decoded + source->decoded_at, n);
      source->decoded_at += n;
      done += n;
    }
  return (gssize) done;
}

/* A line of the header with its line feed; without one the end, or @max, was reached. */
gboolean
tri_age_source_read_line (TriAgeSource *source, GByteArray *line, gsize max, GError **error)
{
  if (!source->armored)
    return raw_line (source, line, max, error);
  g_byte_array_set_size (line, 0);
  while (line->len < max && (line->len == 0 || line->data[line->len - 1] != '\n'))
    {
      guint8 byte;
      gssize n = tri_age_source_read (source, &byte, 1, error);
      if (n < 0)
        return FALSE;
      if (n == 0)
        break;
      g_byte_array_append (line, &byte, 1);
    }
  return TRUE;
}

gboolean
tri_age_source_at_end (TriAgeSource *source, gboolean *at_end, GError **error)
{
  gboolean good = source->armored ? more_armored (source, error) : fill (source, error);
  *at_end = source->armored ? source->over : source->raw_end;
  return good;
}

/* Of a binary file in a seekable stream. */
gboolean
tri_age_source_seek (TriAgeSource *source, goffset position, GError **error)
{
  g_return_val_if_fail (!source->armored && G_IS_SEEKABLE (source->in), FALSE);
  source->raw_at = source->raw_n = 0;
  source->raw_end = FALSE;
  return g_seekable_seek (G_SEEKABLE (source->in), position, G_SEEK_SET, source->cancellable, error);
}
