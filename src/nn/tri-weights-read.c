/* Reads safetensors: eight bytes of header length (little-endian), a JSON object {name: {dtype, shape, data_offsets}},
 * then the data. Nothing is believed: lengths are checked before memory is taken, the tensors must cover the data
 * exactly, once, and no value may be infinite or not a number.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-weights-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-error.h"
#include "tri-half.h"

typedef enum { F32, F16, BF16, OTHER } Stored;

typedef struct {
  TriNamed *named;
  guint64 begin, end;
} Extent;

typedef struct {
  const char *at, *end;
  const char *why; /* what is wrong; NULL while all is well */
} Json;

/* One entry's fields, as they come. */
typedef struct {
  Stored stored;
  gboolean has_dtype, has_shape, has_offsets;
  guint n_dims, n_offsets;
  guint64 dims[TRI_WEIGHTS_MAX_DIMS], offsets[TRI_WEIGHTS_MAX_DIMS];
} Entry;

static gboolean
wrong (Json *json, const char *why)
{
  if (json->why == NULL)
    json->why = why;
  return FALSE;
}

static void
skip_space (Json *json)
{
  while (json->at < json->end && *json->at != '\0' && strchr (" \t\r\n", *json->at) != NULL)
    json->at++;
}

static gboolean
accept (Json *json, char c)
{
  skip_space (json);
  if (json->at >= json->end || *json->at != c)
    return FALSE;
  json->at++;
  return TRUE;
}

static gboolean
expect (Json *json, char c)
{
  return accept (json, c) || wrong (json, _("its header isn't the JSON that it should be"));
}

static gboolean
read_hex (Json *json, gunichar *unit)
{
  *unit = 0;
  if (json->end - json->at < 4)
    return FALSE;
  for (guint i = 0; i < 4; i++, json->at++)
    {
      int digit = g_ascii_xdigit_value (*json->at);
      if (digit < 0)
        return FALSE;
      *unit = *unit << 4 | (gunichar) digit;
    }
  return TRUE;
}

static gboolean
read_escape (Json *json, GString *out)
{
  static const char names[] = "\"\\/bfnrt", meanings[] = "\"\\/\b\f\n\r\t";
  gunichar c, low;
  char name = json->at < json->end ? *json->at++ : '\0';
  const char *found = name != '\0' ? strchr (names, name) : NULL;
  if (found != NULL)
    {
      g_string_append_c (out, meanings[found - names]);
      return TRUE;
    }
  if (name != 'u' || !read_hex (json, &c))
    return FALSE;
  if (c >= 0xd800 && c < 0xdc00)
    {
      if (json->end - json->at < 6 || json->at[0] != '\\' || json->at[1] != 'u')
        return FALSE;
      json->at += 2;
      if (!read_hex (json, &low) || low < 0xdc00 || low > 0xdfff)
        return FALSE;
      c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
    }
  if (c == 0 || !g_unichar_validate (c))
    return FALSE;
  g_string_append_unichar (out, c);
  return TRUE;
}

/* Returns: (transfer full) (nullable) */
static char *
read_string (Json *json)
{
  g_autoptr (GString) out = g_string_new (NULL);
  if (!expect (json, '"'))
    return NULL;
  while (json->at < json->end && *json->at != '"')
    {
      guchar c = (guchar) *json->at++;
      if (c < 0x20 || (c == '\\' && !read_escape (json, out)))
        {
          wrong (json, _("its header has a broken text"));
          return NULL;
        }
      if (c != '\\')
        g_string_append_c (out, (char) c);
    }
  return expect (json, '"') ? g_string_free (g_steal_pointer (&out), FALSE) : NULL;
}

static gboolean
read_number (Json *json, guint64 *number)
{
  skip_space (json);
  const char *from = json->at;
  *number = 0;
  for (; json->at < json->end && g_ascii_isdigit (*json->at); json->at++)
    {
      if (*number > (G_MAXUINT64 - 9) / 10)
        return wrong (json, _("a number in its header is too large"));
      *number = *number * 10 + (guint64) (*json->at - '0');
    }
  return json->at > from || wrong (json, _("a number in its header is missing"));
}

static gboolean
read_numbers (Json *json, guint64 *numbers, guint *n)
{
  *n = 0;
  if (!expect (json, '['))
    return FALSE;
  if (accept (json, ']'))
    return TRUE;
  do
    if (*n == TRI_WEIGHTS_MAX_DIMS)
      return wrong (json, _("a tensor has too many dimensions"));
    else if (!read_number (json, &numbers[(*n)++]))
      return FALSE;
  while (accept (json, ','));
  return expect (json, ']');
}

static gboolean
read_field (Json *json, Entry *entry)
{
  g_autofree char *key = read_string (json), *dtype = NULL;
  if (key == NULL || !expect (json, ':'))
    return FALSE;
  if (g_str_equal (key, "shape") && !entry->has_shape)
    {
      entry->has_shape = TRUE;
      return read_numbers (json, entry->dims, &entry->n_dims);
    }
  if (g_str_equal (key, "data_offsets") && !entry->has_offsets)
    {
      entry->has_offsets = TRUE;
      return read_numbers (json, entry->offsets, &entry->n_offsets)
             && (entry->n_offsets == 2 || wrong (json, _("a tensor doesn't say where it begins and ends")));
    }
  if (!g_str_equal (key, "dtype") || entry->has_dtype)
    return wrong (json, _("its header has an unknown or repeated field"));
  entry->has_dtype = TRUE;
  dtype = read_string (json);
  if (dtype == NULL)
    return FALSE;
  entry->stored = g_str_equal (dtype, "F32") ? F32 : g_str_equal (dtype, "F16") ? F16
                  : g_str_equal (dtype, "BF16") ? BF16 : OTHER;
  return TRUE;
}

static gboolean
read_entry (Json *json, Entry *entry)
{
  *entry = (Entry) { 0 };
  if (!expect (json, '{'))
    return FALSE;
  do
    if (!read_field (json, entry))
      return FALSE;
  while (accept (json, ','));
  return expect (json, '}')
         && ((entry->has_dtype && entry->has_shape && entry->has_offsets)
             || wrong (json, _("a tensor lacks its type, shape or place")));
}

static gboolean
read_texts (Json *json, TriWeights *weights)
{
  if (!expect (json, '{'))
    return FALSE;
  if (accept (json, '}'))
    return TRUE;
  do
    {
      g_autofree char *name = read_string (json);
      g_autofree char *text = name != NULL && expect (json, ':') ? read_string (json) : NULL;
      if (text == NULL)
        return FALSE;
      if (weights->texts->len >= 2 * TRI_WEIGHTS_MAX_TENSORS || tri_weights_get_text (weights, name) != NULL)
        return wrong (json, _("its texts are too many, or repeated"));
      tri_weights_set_text (weights, name, text);
    }
  while (accept (json, ','));
  return expect (json, '}');
}

static float
read_value (const guint8 *data, Stored stored, gsize i)
{
  guint32 bits;
  guint16 half;
  float value;
  if (stored != F32)
    {
      memcpy (&half, data + 2 * i, sizeof half);
      half = GUINT16_FROM_LE (half);
      if (stored == F16)
        return tri_half_to_float (half);
      bits = (guint32) half << 16;
    }
  else
    {
      memcpy (&bits, data + 4 * i, sizeof bits);
      bits = GUINT32_FROM_LE (bits);
    }
  memcpy (&value, &bits, sizeof value);
  return value;
}

/* @data: what follows the header */
static gboolean
take_entry (const Entry *entry, const char *name, const guint8 *data, gsize length, TriWeights *weights,
            GArray *extents, Json *json, GError **error)
{
  guint64 begin = entry->offsets[0], end = entry->offsets[1], size = 1, width = entry->stored == F32 ? 4 : 2;
  if (entry->stored == OTHER)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED,
                   _("The weights “%s” aren't stored as F32, F16 or BF16. Convert them and try again."), name);
      return FALSE;
    }
  if (begin > end || end > length)
    return wrong (json, _("a tensor lies outside of it"));
  for (guint d = 0; d < entry->n_dims; d++)
    if (entry->dims[d] != 0 && size > length / entry->dims[d])
      return wrong (json, _("a tensor is larger than the file"));
    else
      size *= entry->dims[d];
  if (end - begin != size * width)
    return wrong (json, _("a tensor's shape and place disagree"));
  if (extents->len == TRI_WEIGHTS_MAX_TENSORS)
    return wrong (json, _("it has too many tensors"));
  TriNamed *named = tri_weights_append (weights, name, entry->n_dims, entry->dims, error);
  if (named == NULL)
    return FALSE;
  for (gsize i = 0; i < size; i++)
    {
      named->values[i] = read_value (data + begin, entry->stored, i);
      if (!isfinite (named->values[i]))
        return wrong (json, _("it contains values that are no numbers"));
    }
  Extent extent = { named, begin, end };
  g_array_append_val (extents, extent);
  return TRUE;
}

static gboolean
read_header (Json *json, const guint8 *data, gsize length, TriWeights *weights, GArray *extents, GError **error)
{
  gboolean has_texts = FALSE;
  if (!expect (json, '{'))
    return FALSE;
  if (!accept (json, '}'))
    {
      do
        {
          Entry entry;
          g_autofree char *name = read_string (json);
          if (name == NULL || !expect (json, ':'))
            return FALSE;
          if (g_str_equal (name, "__metadata__"))
            {
              if (has_texts || !read_texts (json, weights))
                return wrong (json, _("its texts are there twice"));
              has_texts = TRUE;
            }
          else if (!read_entry (json, &entry)
                   || !take_entry (&entry, name, data, length, weights, extents, json, error))
            return FALSE;
        }
      while (accept (json, ','));
      if (!expect (json, '}'))
        return FALSE;
    }
  skip_space (json);
  return json->at == json->end || wrong (json, _("something follows its header"));
}

static int
compare_extents (gconstpointer a, gconstpointer b)
{
  const Extent *x = a, *y = b;
  if (x->begin != y->begin)
    return x->begin < y->begin ? -1 : 1;
  return x->end < y->end ? -1 : x->end > y->end;
}

static gboolean
check_cover (Json *json, GArray *extents, gsize length)
{
  guint64 at = 0;
  g_array_sort (extents, compare_extents);
  for (guint i = 0; i < extents->len; i++)
    {
      const Extent *extent = &g_array_index (extents, Extent, i);
      if (extent->begin != at)
        return wrong (json, extent->begin < at ? _("two tensors overlap") : _("there is a gap between two tensors"));
      at = extent->end;
    }
  return at == length || wrong (json, _("something follows the last tensor"));
}

/**
 * tri_weights_read:
 *
 * Returns: (transfer full) (nullable): NULL with TRI_ERROR_TRUNCATED, TRI_ERROR_DAMAGED, TRI_ERROR_UNSUPPORTED,
 *   TRI_ERROR_TOO_LARGE or TRI_ERROR_NO_MEMORY
 */
TriWeights *
tri_weights_read (const guint8 *bytes, gsize length, GError **error)
{
  guint64 header;
  if (length < 8 || (memcpy (&header, bytes, 8), header = GUINT64_FROM_LE (header), header > length - 8))
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_TRUNCATED,
                   _("The file of weights ends too early, or is no safetensors file. Fetch it again."));
      return NULL;
    }
  if (header > TRI_WEIGHTS_MAX_HEADER)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE, _("The header of the file of weights is too large."));
      return NULL;
    }
  Json json = { (const char *) bytes + 8, (const char *) bytes + 8 + header, NULL };
  g_autoptr (TriWeights) weights = tri_weights_new ();
  g_autoptr (GArray) extents = g_array_new (FALSE, FALSE, sizeof (Extent));
  g_autoptr (GError) own = NULL;
  const guint8 *data = bytes + 8 + header;
  gsize data_length = length - 8 - header;
  gboolean good = g_utf8_validate_len (json.at, header, NULL) || wrong (&json, _("its header isn't UTF-8"));
  if (good && read_header (&json, data, data_length, weights, extents, &own) && check_cover (&json, extents, data_length))
    return g_steal_pointer (&weights);
  if (own != NULL)
    g_propagate_error (error, g_steal_pointer (&own));
  else
    g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED, _("The file of weights is damaged: %s. Fetch it again."), json.why);
  return NULL;
}

/* As tri_weights_read(), or a GFileError. */
TriWeights *
tri_weights_load (const char *path, GError **error)
{
  g_autoptr (GMappedFile) file = g_mapped_file_new (path, FALSE, error);
  if (file == NULL)
    return NULL;
  if (g_mapped_file_get_length (file) > TRI_WEIGHTS_MAX_FILE)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE, _("The file of weights “%s” is too large."), path);
      return NULL;
    }
  return tri_weights_read ((const guint8 *) g_mapped_file_get_contents (file), g_mapped_file_get_length (file), error);
}
