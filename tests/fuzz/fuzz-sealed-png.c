/* The sealed PNG's parser on hostile input, twice: the bytes as a file, and as the data of the chunk in a file whose
 * checksums are right, for no mutation gets past those. What is accepted must survive a round trip.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "fuzz.h"

#include <string.h>
#include <zlib.h>

#include "tri-error.h"
#include "tri-sealed-chunk.h"
#include "tri-sealed-png.h"

static const TriParamSpec specs[] = {
  { .id = "r", .title = "r", .type = TRI_PARAM_DOUBLE, .min = 0, .max = 4, .def = 3.9 },
  { .id = "rounds", .title = "Rounds", .type = TRI_PARAM_INT, .min = 1, .max = 9, .def = 2 },
  { 0 },
};

static gboolean
find_specs (const char *cipher, const TriParamSpec **found, GError **error)
{
  *found = cipher[0] == 'w' ? specs : NULL;
  if (cipher[0] == 'w' || cipher[0] == 'b')
    return TRUE;
  g_set_error_literal (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED, "no such cipher");
  return FALSE;
}

static void
add_be32 (GByteArray *out, guint32 value)
{
  guint32 be = GUINT32_TO_BE (value);
  g_byte_array_append (out, (const guint8 *) &be, 4);
}

static void
add_chunk (GByteArray *out, const char *type, const guint8 *data, guint size)
{
  add_be32 (out, size);
  guint begin = out->len;
  g_byte_array_append (out, (const guint8 *) type, 4);
  g_byte_array_append (out, data, size);
  add_be32 (out, (guint32) crc32 (crc32 (0, NULL, 0), out->data + begin, size + 4));
}

/* A PNG of 2 × 1 grey pixels with @data as its chunk. */
static GBytes *
wrap (const uint8_t *data, size_t size)
{
  static const guint8 header[13] = { 0, 0, 0, 2, 0, 0, 0, 1, 8, 0, 0, 0, 0 }, row[3] = { 0, 1, 2 };
  guint8 packed[64];
  uLongf packed_size = sizeof packed;
  GByteArray *out = g_byte_array_new ();
  compress (packed, &packed_size, row, sizeof row);
  g_byte_array_append (out, (const guint8 *) "\x89PNG\r\n\x1a\n", 8);
  add_chunk (out, "IHDR", header, sizeof header);
  add_chunk (out, "trPT", data, (guint) size);
  add_chunk (out, "IDAT", packed, (guint) packed_size);
  add_chunk (out, "IEND", header, 0);
  return g_byte_array_free_to_bytes (out);
}

static void
try_file (GBytes *png)
{
  g_autoptr (GError) error = NULL;
  gboolean probed = tri_sealed_png_probe (png);
  g_autoptr (TriSealed) sealed = tri_sealed_from_png (png, find_specs, &error);
  g_assert_true ((sealed == NULL) == (error != NULL));
  if (sealed == NULL)
    {
      g_assert_true (error->domain == TRI_ERROR);
      return;
    }
  g_assert_true (probed);
  g_autoptr (GBytes) again = tri_sealed_to_png (sealed, NULL, NULL);
  g_autoptr (TriSealed) same = tri_sealed_from_png (again, find_specs, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) a = tri_sealed_header_bytes (sealed), b = tri_sealed_header_bytes (same);
  g_assert_true (g_bytes_equal (a, b));
  g_assert_true (tri_image_equal (sealed->visible, same->visible));
  g_assert_cmpuint (tri_sealed_get_side_size (sealed), ==, tri_sealed_get_side_size (same));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GBytes) file = g_bytes_new (data, size), wrapped = wrap (data, size);
  try_file (file);
  try_file (wrapped);
  return 0;
}

static TriSealed *
make_sealed (const char *cipher, guint channels)
{
  TriSealed *sealed = tri_sealed_new ();
  sealed->visible = tri_image_new (channels == 1 ? 2 : 5, channels == 1 ? 1 : 3, channels, NULL);
  sealed->cipher = g_strdup (cipher);
  sealed->params = tri_params_new (cipher[0] == 'w' ? specs : NULL);
  sealed->width = 7;
  sealed->height = 5;
  sealed->channels = 3;
  memset (sealed->visible->pixels, 100, tri_image_n_bytes (sealed->visible));
  tri_sealed_set_side (sealed, "tag", "0123456789abcdef", 16);
  tri_sealed_set_side (sealed, "model", "model", 5);
  return sealed;
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  for (guint channels = 1; channels <= 4; channels++)
    {
      g_autoptr (TriSealed) sealed = make_sealed (channels % 2 == 1 ? "with" : "bare", channels);
      g_ptr_array_add (seeds, tri_sealed_to_png (sealed, NULL, NULL));
      g_ptr_array_add (seeds, tri_sealed_chunk_write (sealed));
    }
}
