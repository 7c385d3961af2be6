/* Header, armor and content of age files on hostile input, with an identity that the seeds are for: what was not changed
 * opens, and whatever comes out was authentic. SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "fuzz.h"
#include "tri-age.h"

/* The identity of tests/vectors/make-age.py. */
#define IDENTITY "AGE-SECRET-KEY-1WMKT3GMWS99GPQPUSADUXJC5GWTZJ2HSFJCAAV5LA5VUGDPEGEPSQ5QKHA"
#define TEXT "Original, encrypted, decrypted.\n" /* what they hold, with zeros behind it in some, or nothing */
#define SEED_MAX 8192

static GPtrArray *identities;

/* Returns: (transfer full): what opened, or NULL */
static GBytes *
try_decrypt (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (GOutputStream) out = g_memory_output_stream_new_resizable ();
  gboolean good = tri_age_decrypt (in, out, identities, 0, NULL, &error);
  g_assert_true (good == (error == NULL));
  g_assert_true (good || error->domain == TRI_AGE_ERROR);
  g_output_stream_close (out, NULL, NULL);
  return good ? g_memory_output_stream_steal_as_bytes (G_MEMORY_OUTPUT_STREAM (out)) : NULL;
}

static gboolean
try_inspect (GBytes *bytes)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (TriAgeInfo) info = tri_age_inspect (in, NULL, &error);
  g_assert_true ((info == NULL) == (error != NULL));
  g_assert_true (info != NULL || error->domain == TRI_AGE_ERROR);
  if (info == NULL)
    return FALSE;
  g_assert_cmpuint (info->stanzas->len, >, 0);
  g_assert_cmpuint (info->header_size, >, 22);
  g_assert_true (info->armored || info->header_size <= g_bytes_get_size (bytes));
  g_assert_true (tri_age_info_is_passphrase (info) || info->work_factor == 0);
  return TRUE;
}

/* A reader that jumps gets the bytes that one gets who reads from the first. */
static void
try_seek (GBytes *bytes, GBytes *opened)
{
  g_autoptr (GInputStream) in = g_memory_input_stream_new_from_bytes (bytes);
  g_autoptr (TriAgeReader) reader = tri_age_reader_new (in, identities, NULL, NULL);
  gsize size = g_bytes_get_size (opened);
  guint8 byte;
  if (!tri_age_reader_can_seek (reader) || size == 0)
    return;
  g_assert_true (tri_age_reader_seek (reader, size / 2, NULL));
  g_assert_cmpint (tri_age_reader_read (reader, &byte, 1, NULL), ==, 1);
  g_assert_cmpint (byte, ==, ((const guint8 *) g_bytes_get_data (opened, NULL))[size / 2]);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  if (identities == NULL)
    {
      identities = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_age_identity_unref);
      g_ptr_array_add (identities, tri_age_identity_parse (IDENTITY, NULL));
    }
  g_autoptr (GBytes) bytes = g_bytes_new (data, size);
  gboolean inspected = try_inspect (bytes);
  g_autoptr (GBytes) opened = try_decrypt (bytes);
  if (opened == NULL)
    return 0;
  g_assert_true (inspected && tri_age_probe (data, size));
  gsize n;
  const char *content = g_bytes_get_data (opened, &n);
  g_assert_true (n == 0 || (n >= strlen (TEXT) && memcmp (content, TEXT, strlen (TEXT)) == 0));
  for (gsize i = strlen (TEXT); i < n; i++)
    g_assert_cmpint (content[i], ==, 0);
  try_seek (bytes, opened);
  return 0;
}

static gint
compare (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* The vectors without the lines that say what to expect, as they are for that identity or for none. */
void
fuzz_add_seeds (GPtrArray *seeds)
{
  g_autoptr (GDir) dir = g_dir_open (AGE_VECTORS, 0, NULL);
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
  const char *name;
  g_assert_nonnull (dir);
  while ((name = g_dir_read_name (dir)) != NULL)
    g_ptr_array_add (names, g_strdup (name));
  g_ptr_array_sort (names, compare);
  for (guint i = 0; i < names->len; i++)
    {
      g_autofree char *path = g_build_filename (AGE_VECTORS, names->pdata[i], NULL), *text = NULL;
      gsize size;
      g_assert_true (g_file_get_contents (path, &text, &size, NULL));
      const char *body = strstr (text, "\n\n");
      gsize rest = body != NULL ? size - (gsize) (body + 2 - text) : 0;
      if (rest > 0 && rest < SEED_MAX)
        g_ptr_array_add (seeds, g_bytes_new (body + 2, rest));
    }
}
