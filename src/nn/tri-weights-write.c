/* Writes safetensors, and whole files or none.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-weights-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-error.h"
#include "tri-file.h"
#include "tri-half.h"

static void
append_string (GString *json, const char *text)
{
  g_string_append_c (json, '"');
  for (const char *c = text; *c != '\0'; c++)
    if (*c == '"' || *c == '\\')
      g_string_append_printf (json, "\\%c", *c);
    else if ((guchar) *c < 0x20)
      g_string_append_printf (json, "\\u%04x", (guint) *c);
    else
      g_string_append_c (json, *c);
  g_string_append_c (json, '"');
}

static void
append_entry (GString *json, const TriNamed *named, TriDtype dtype, guint64 begin, guint64 end)
{
  append_string (json, named->name);
  g_string_append_printf (json, ":{\"dtype\":\"%s\",\"shape\":[", dtype == TRI_DTYPE_F16 ? "F16" : "F32");
  for (guint d = 0; d < named->n_dims; d++)
    g_string_append_printf (json, "%s%" G_GUINT64_FORMAT, d > 0 ? "," : "", named->dims[d]);
  g_string_append_printf (json, "],\"data_offsets\":[%" G_GUINT64_FORMAT ",%" G_GUINT64_FORMAT "]}", begin, end);
}

static GString *
make_header (const TriWeights *weights, TriDtype dtype, guint64 *length)
{
  GString *json = g_string_new ("{");
  guint64 width = dtype == TRI_DTYPE_F16 ? 2 : 4;
  *length = 0;
  if (weights->texts->len > 0)
    {
      g_string_append (json, "\"__metadata__\":{");
      for (guint i = 0; i < weights->texts->len; i += 2)
        {
          g_string_append (json, i > 0 ? "," : "");
          append_string (json, weights->texts->pdata[i]);
          g_string_append_c (json, ':');
          append_string (json, weights->texts->pdata[i + 1]);
        }
      g_string_append_c (json, '}');
    }
  for (guint i = 0; i < weights->tensors->len; i++)
    {
      const TriNamed *named = weights->tensors->pdata[i];
      g_string_append (json, json->len > 1 ? "," : "");
      append_entry (json, named, dtype, *length, *length + named->size * width);
      *length += named->size * width;
    }
  g_string_append_c (json, '}');
  while (json->len % 8 != 0)
    g_string_append_c (json, ' ');
  return json;
}

static void
put_value (guint8 *out, float value, TriDtype dtype)
{
  if (dtype == TRI_DTYPE_F16)
    {
      guint16 half = GUINT16_TO_LE (tri_half_from_float (value));
      memcpy (out, &half, sizeof half);
      return;
    }
  guint32 bits;
  memcpy (&bits, &value, sizeof bits);
  bits = GUINT32_TO_LE (bits);
  memcpy (out, &bits, sizeof bits);
}

/* Returns: (transfer full) (nullable): NULL with TRI_ERROR_FAILED when a value isn't finite, or doesn't fit @dtype */
GBytes *
tri_weights_write (const TriWeights *weights, TriDtype dtype, GError **error)
{
  guint64 length, width = dtype == TRI_DTYPE_F16 ? 2 : 4;
  float largest = dtype == TRI_DTYPE_F16 ? 65504.f : G_MAXFLOAT;
  g_autoptr (GString) header = make_header (weights, dtype, &length);
  guint64 size = 8 + header->len + length, header_length = GUINT64_TO_LE ((guint64) header->len);
  g_autofree guint8 *bytes = size <= TRI_WEIGHTS_MAX_FILE ? g_try_malloc (size) : NULL;
  if (bytes == NULL)
    {
      g_set_error (error, TRI_ERROR, TRI_ERROR_NO_MEMORY, _("Not enough memory to write the weights."));
      return NULL;
    }
  memcpy (bytes, &header_length, 8);
  memcpy (bytes + 8, header->str, header->len);
  guint8 *out = bytes + 8 + header->len;
  for (guint t = 0; t < weights->tensors->len; t++)
    {
      const TriNamed *named = weights->tensors->pdata[t];
      for (gsize i = 0; i < named->size; i++, out += width)
        if (fabsf (named->values[i]) <= largest)
          put_value (out, named->values[i], dtype);
        else
          {
            g_set_error (error, TRI_ERROR, TRI_ERROR_FAILED,
                         _("The weights “%s” contain a value that can't be stored. Go back to the last checkpoint."),
                         named->name);
            return NULL;
          }
    }
  return g_bytes_new_take (g_steal_pointer (&bytes), size);
}

/* Either the whole new file or the old one is at @path afterwards, also when the power fails. */
gboolean
tri_weights_save (const TriWeights *weights, TriDtype dtype, const char *path, GError **error)
{
  g_autoptr (GBytes) bytes = tri_weights_write (weights, dtype, error);
  if (bytes == NULL)
    return FALSE;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  return tri_file_write (file, bytes, TRUE, NULL, error);
}
