/* POSIX.1-2001 pax interchange format: a pax header with the whole name in UTF-8, then a ustar header with what of it
 * fits. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-tar.h"

#include <errno.h>
#include <glib/gi18n-lib.h>
#include <string.h>

#include "tri-error.h"

#define BLOCK TRI_TAR_BLOCK
#define PAX_MAX 65536u
#define NANO 1000000000u

/* Offsets and sizes of the ustar header's fields */
enum { NAME = 0, MODE = 100, UID = 108, GID = 116, SIZE = 124, MTIME = 136, CHECKSUM = 148, TYPE = 156, MAGIC = 257 };

static void
put_octal (guint8 *field, gsize width, guint64 value)
{
  for (gsize i = width - 1; i-- > 0; value >>= 3)
    field[i] = (guint8) ('0' + (value & 7));
}

/* The checksum counts its own field as spaces. */
static guint
checksum (const guint8 *header)
{
  guint sum = 0;
  for (guint i = 0; i < BLOCK; i++)
    sum += i >= CHECKSUM && i < CHECKSUM + 8 ? ' ' : header[i];
  return sum;
}

static void
append_header (GByteArray *out, const char *name, char type, guint64 size, gint64 mtime)
{
  guint8 header[BLOCK] = { 0 };
  memcpy (header + NAME, name, MIN (strlen (name), 100));
  put_octal (header + MODE, 8, 0644);
  put_octal (header + UID, 8, 0);
  put_octal (header + GID, 8, 0);
  if (size < G_GUINT64_CONSTANT (1) << 33)
    put_octal (header + SIZE, 12, size);
  put_octal (header + MTIME, 12, (guint64) CLAMP (mtime, 0, (G_GINT64_CONSTANT (1) << 33) - 1));
  header[TYPE] = (guint8) type;
  memcpy (header + MAGIC, "ustar\0" "00", 8);
  put_octal (header + CHECKSUM, 7, checksum (header));
  header[CHECKSUM + 7] = ' ';
  g_byte_array_append (out, header, sizeof header);
}

/* "LENGTH KEY=VALUE\n", where LENGTH counts itself */
static void
append_record (GString *records, const char *key, const char *value)
{
  gsize rest = strlen (key) + strlen (value) + 3, length = rest + 1;
  while (TRUE)
    {
      g_autofree char *digits = g_strdup_printf ("%" G_GSIZE_FORMAT, length);
      if (rest + strlen (digits) == length)
        break;
      length = rest + strlen (digits);
    }
  g_string_append_printf (records, "%" G_GSIZE_FORMAT " %s=%s\n", length, key, value);
}

static void
pad (GByteArray *out)
{
  static const guint8 zeros[BLOCK];
  g_byte_array_append (out, zeros, (guint) ((BLOCK - out->len % BLOCK) % BLOCK));
}

/* What "comment" says in archives that are made to hide a name: the first record, so that the beginning shows it. Other
 * programs pass over it. */
#define MARK "30 comment=name hidden inside\n"

/* Zeros to write after @size bytes of content: the rest of the last block and the two blocks that end the archive. */
gsize
tri_tar_padding (guint64 size)
{
  return (gsize) ((BLOCK - size % BLOCK) % BLOCK) + 2 * BLOCK;
}

/* A decimal fraction: -1.5 is a second and a half before 1970, for which @nanoseconds count from the second before. */
static char *
time_to_text (gint64 seconds, guint nanoseconds)
{
  if (seconds >= 0 || nanoseconds == 0)
    return g_strdup_printf ("%" G_GINT64_FORMAT ".%09u", seconds, nanoseconds);
  return g_strdup_printf ("-%" G_GINT64_FORMAT ".%09u", -(seconds + 1), NANO - nanoseconds);
}

/**
 * tri_tar_header:
 * @name: a file name without folders, in UTF-8
 * @mtime, @nanoseconds: since 1970
 *
 * Returns: (transfer full): what stands before the content of the one file of an archive that hides a name
 */
GBytes *
tri_tar_header (const char *name, guint64 size, gint64 mtime, guint nanoseconds)
{
  g_autoptr (GString) records = g_string_new (MARK);
  g_autofree char *time_text = time_to_text (mtime, nanoseconds);
  g_autofree char *size_text = g_strdup_printf ("%" G_GUINT64_FORMAT, size);
  GByteArray *out = g_byte_array_new ();
  append_record (records, "path", name);
  append_record (records, "mtime", time_text);
  if (size >= G_GUINT64_CONSTANT (1) << 33)
    append_record (records, "size", size_text);
  append_header (out, "PaxHeader", 'x', records->len, mtime);
  g_byte_array_append (out, (const guint8 *) records->str, (guint) records->len);
  pad (out);
  append_header (out, name, '0', size, mtime);
  return g_byte_array_free_to_bytes (out);
}

typedef enum { AT_HEADER, AT_PAX, AT_CONTENT, AT_END } State;

struct _TriTarReader {
  State state;
  GByteArray *block;
  guint64 left;  /* bytes of the pax records or of the content, padding not counted */
  guint64 pax_size;
  gboolean has_pax_size, has_time;
  char *name;
  gint64 seconds;
  guint nanoseconds;
};

TriTarReader *
tri_tar_reader_new (void)
{
  TriTarReader *reader = g_new0 (TriTarReader, 1);
  reader->block = g_byte_array_new ();
  return reader;
}

void
tri_tar_reader_free (TriTarReader *reader)
{
  g_byte_array_unref (reader->block);
  g_free (reader->name);
  g_free (reader);
}

static gboolean
bad_tar (GError **error, const char *why)
{
  g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
               _("The archive inside can't be unpacked here: %s. Open it with: age -d FILE | tar -x"), why);
  return FALSE;
}

/* A name is a single file name: no folder, nothing that leads elsewhere. One that would hide the file gets a sign before
 * it: who sends an archive shall not place a .profile unseen. */
static gboolean
take_name (TriTarReader *reader, const char *name, gsize length, GError **error)
{
  g_autofree char *copy = g_strndup (name, length);
  if (copy[0] == '\0' || strcmp (copy, ".") == 0 || strcmp (copy, "..") == 0 || strchr (copy, '/') != NULL || !g_utf8_validate (copy, -1, NULL)
      || strlen (copy) > 255)
    return bad_tar (error, _("its file's name is not a plain one"));
  if (reader->name == NULL)
    reader->name = g_strconcat (copy[0] == '.' ? "_" : "", copy, NULL);
  return TRUE;
}

static gboolean
get_octal (const guint8 *field, gsize width, guint64 *value)
{
  *value = 0;
  for (gsize i = 0; i < width && field[i] != '\0' && field[i] != ' '; i++)
    {
      if (field[i] < '0' || field[i] > '7')
        return FALSE;
      *value = *value << 3 | (guint64) (field[i] - '0');
    }
  return TRUE;
}

/* Returns: FALSE when it is no time */
static gboolean
parse_time (const char *text, gsize length, gint64 *seconds, guint *nanoseconds)
{
  g_autofree char *copy = g_strndup (text, length);
  char *end;
  gboolean negative = copy[0] == '-';
  errno = 0;
  *seconds = g_ascii_strtoll (copy, &end, 10);
  *nanoseconds = 0;
  if (errno != 0 || end == copy || *seconds == G_MININT64 || (*end != '.' && *end != '\0'))
    return FALSE;
  const char *digits = *end == '.' ? end + 1 : end;
  for (guint unit = NANO / 10; g_ascii_isdigit (*digits); unit /= 10)
    *nanoseconds += unit * (guint) (*digits++ - '0');
  if (negative && *nanoseconds > 0)
    {
      *seconds -= 1;
      *nanoseconds = NANO - *nanoseconds;
    }
  return *digits == '\0';
}

static gboolean
read_header (TriTarReader *reader, GError **error)
{
  const guint8 *header = reader->block->data;
  guint64 sum, size, time;
  if (memcmp (header + MAGIC, "ustar", 5) != 0 || !get_octal (header + CHECKSUM, 8, &sum) || sum != checksum (header)
      || !get_octal (header + SIZE, 12, &size))
    return bad_tar (error, _("it is not a POSIX tar archive"));
  switch (header[TYPE])
    {
    case 'x':
      if (size > PAX_MAX)
        return bad_tar (error, _("its header is too large"));
      reader->state = AT_PAX;
      reader->left = size;
      return TRUE;
    case '0':
    case '\0':
      /* what a longer name was cut to does not count */
      if (reader->name == NULL
          && !take_name (reader, (const char *) header + NAME, strnlen ((const char *) header + NAME, 100), error))
        return FALSE;
      if (!reader->has_time && get_octal (header + MTIME, 12, &time) && time <= G_MAXINT64)
        {
          reader->seconds = (gint64) time;
          reader->has_time = TRUE;
        }
      reader->left = reader->has_pax_size ? reader->pax_size : size;
      reader->state = reader->left > 0 ? AT_CONTENT : AT_END;
      return TRUE;
    default:
      return bad_tar (error, _("it holds something else than one file"));
    }
}

static gboolean
read_pax (TriTarReader *reader, GError **error)
{
  const char *at = (const char *) reader->block->data, *end = at + reader->left;
  while (at < end)
    {
      char *space;
      guint64 length = g_ascii_strtoull (at, &space, 10);
      if (length < 5 || length > (guint64) (end - at) || *space != ' ' || at[length - 1] != '\n')
        return bad_tar (error, _("its header is not valid"));
      const char *key = space + 1, *stop = at + length - 1;
      const char *equals = memchr (key, '=', (gsize) (stop - key));
      if (equals == NULL)
        return bad_tar (error, _("its header is not valid"));
      if (equals - key == 4 && memcmp (key, "path", 4) == 0
          && !take_name (reader, equals + 1, (gsize) (stop - equals - 1), error))
        return FALSE;
      if (equals - key == 4 && memcmp (key, "size", 4) == 0)
        {
          reader->pax_size = g_ascii_strtoull (equals + 1, NULL, 10);
          reader->has_pax_size = TRUE;
        }
      if (equals - key == 5 && memcmp (key, "mtime", 5) == 0)
        reader->has_time = parse_time (equals + 1, (gsize) (stop - equals - 1), &reader->seconds, &reader->nanoseconds);
      at += length;
    }
  reader->state = AT_HEADER;
  return TRUE;
}

/**
 * tri_tar_reader_push:
 * @data: the next piece of the archive
 * @out, @out_size: (out): what of the piece is content of the file; into @data
 * @used: (out): how much of the piece was taken; call again with the rest
 */
gboolean
tri_tar_reader_push (TriTarReader *reader, const guint8 *data, gsize size, const guint8 **out, gsize *out_size,
                     gsize *used, GError **error)
{
  *out = NULL;
  *out_size = 0;
  if (reader->state == AT_END)
    {
      *used = size;
      return TRUE;
    }
  if (reader->state == AT_CONTENT)
    {
      *out = data;
      *out_size = *used = (gsize) MIN ((guint64) size, reader->left);
      reader->left -= *used;
      if (reader->left == 0)
        reader->state = AT_END;
      return TRUE;
    }
  gsize wanted = reader->state == AT_HEADER ? BLOCK : (gsize) ((reader->left + BLOCK - 1) / BLOCK * BLOCK);
  *used = MIN (size, wanted - reader->block->len);
  g_byte_array_append (reader->block, data, (guint) *used);
  if (reader->block->len < wanted)
    return TRUE;
  g_byte_array_append (reader->block, (const guint8 *) "", 1); /* numbers end somewhere */
  gboolean good = reader->state == AT_HEADER ? read_header (reader, error) : read_pax (reader, error);
  g_byte_array_set_size (reader->block, 0);
  return good;
}

/* Returns: (nullable) */
const char *
tri_tar_reader_get_name (const TriTarReader *reader)
{
  return reader->name;
}

/* When the file was modified, once its name is known. Returns: FALSE where the archive does not say it */
gboolean
tri_tar_reader_get_time (const TriTarReader *reader, gint64 *seconds, guint *nanoseconds)
{
  *seconds = reader->seconds;
  *nanoseconds = reader->nanoseconds;
  return reader->has_time;
}

/* Whether what begins so is an archive that tri_tar_header() wrote to hide a name. @size: TRI_TAR_LOOK, unless it is all */
gboolean
tri_tar_hides_name (const guint8 *start, gsize size)
{
  G_STATIC_ASSERT (BLOCK + sizeof MARK - 1 <= TRI_TAR_LOOK);
  return size >= TRI_TAR_LOOK && memcmp (start + MAGIC, "ustar", 5) == 0 && start[TYPE] == 'x'
         && memcmp (start + BLOCK, MARK, sizeof MARK - 1) == 0;
}

/* Whether the file's last byte has come. */
gboolean
tri_tar_reader_is_whole (const TriTarReader *reader)
{
  return reader->state == AT_END;
}
