/* The sealed PNG: there and back, lost, damaged, hostile.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "fixtures.h"
#include "tri-error.h"
#include "tri-picture.h"
#include "tri-sealed-png.h"

static const TriParamSpec specs[] = {
  { .id = "r", .title = "r", .type = TRI_PARAM_DOUBLE, .min = 0, .max = 4, .def = 3.9 },
  { .id = "rounds", .title = "Rounds", .type = TRI_PARAM_INT, .min = 1, .max = 9, .def = 2 },
  { 0 },
};

static gboolean
find_specs (const char *cipher, const TriParamSpec **found, GError **error)
{
  *found = g_str_has_prefix (cipher, "with-param") ? specs : NULL;
  if (*found != NULL || strcmp (cipher, "bare") == 0)
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED, "There is no cipher “%s” in this version.", cipher);
  return FALSE;
}

static TriSealed *
make_sealed (guint width, guint height, guint channels, const char *cipher)
{
  TriSealed *sealed = tri_sealed_new ();
  sealed->visible = make_picture (width, height, channels, 9);
  sealed->cipher = g_strdup (cipher);
  sealed->params = tri_params_new (strcmp (cipher, "bare") == 0 ? NULL : specs);
  if (strcmp (cipher, "bare") != 0)
    g_assert_true (tri_params_set (sealed->params, "r", 3.99999999, NULL));
  sealed->key_kind = TRI_KEY_FILE;
  memset (sealed->salt, 0xa5, TRI_SALT_SIZE);
  memset (sealed->nonce, 0x5a, TRI_NONCE_SIZE);
  sealed->width = 1234;
  sealed->height = 1;
  sealed->channels = 4;
  tri_sealed_set_side (sealed, "tag", "0123456789abcdef", 16);
  tri_sealed_set_side (sealed, "empty", "", 0);
  tri_sealed_set_side (sealed, "odd", "xyz", 3);
  return sealed;
}

static void
assert_same (const TriSealed *a, const TriSealed *b)
{
  g_autoptr (GBytes) ha = tri_sealed_header_bytes (a), hb = tri_sealed_header_bytes (b);
  g_assert_true (g_bytes_equal (ha, hb));
  g_assert_true (tri_image_equal (a->visible, b->visible));
  g_assert_cmpuint (a->key_kind, ==, b->key_kind);
  g_assert_cmpuint (g_hash_table_size (a->side), ==, g_hash_table_size (b->side));
  GHashTableIter iter;
  gpointer name, bytes;
  g_hash_table_iter_init (&iter, a->side);
  while (g_hash_table_iter_next (&iter, &name, &bytes))
    g_assert_true (g_bytes_equal (bytes, tri_sealed_get_side (b, name)));
}

static TriSealed *
read_back (GBytes *png)
{
  g_autoptr (GError) error = NULL;
  TriSealed *sealed = tri_sealed_from_png (png, find_specs, &error);
  g_assert_no_error (error);
  return sealed;
}

static void
assert_refused (GBytes *png, int code, const char *word)
{
  g_autoptr (GError) error = NULL;
  TriSealed *sealed = tri_sealed_from_png (png, find_specs, &error);
  g_assert_null (sealed);
  g_assert_error (error, TRI_ERROR, code);
  if (word != NULL && strstr (error->message, word) == NULL)
    g_error ("“%s” is not in: %s", word, error->message);
}

static void
test_round_trip (void)
{
  for (guint channels = 1; channels <= 4; channels++)
    {
      g_autoptr (TriSealed) sealed = make_sealed (17, 5, channels, channels % 2 ? "with-params" : "bare");
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) png = tri_sealed_to_png (sealed, NULL, &error);
      g_assert_no_error (error);
      g_assert_true (tri_sealed_png_probe (png));
      g_autoptr (TriSealed) back = read_back (png);
      assert_same (sealed, back);
      g_autoptr (GBytes) again = tri_sealed_to_png (back, NULL, NULL);
      g_assert_true (g_bytes_equal (png, again));

      /* It is an ordinary picture to everyone else. */
      g_autoptr (TriImage) seen = tri_picture_from_png (png, &error);
      g_assert_true (tri_image_equal (seen, sealed->visible));
    }
}

/* Side data of tens of megabytes. */
static void
test_large_side (void)
{
  g_autoptr (TriSealed) sealed = make_sealed (3, 3, 1, "bare");
  gsize size = 24u * 1024 * 1024 + 1;
  guint8 *data = g_malloc (size);
  for (gsize i = 0; i < size; i++)
    data[i] = (guint8) (i * 2654435761u >> 13);
  tri_sealed_take_side (sealed, "residual", g_bytes_new_take (data, size));
  g_autoptr (GBytes) png = tri_sealed_to_png (sealed, NULL, NULL), start = cut (png, TRI_SEALED_PNG_PROBE_SIZE);
  g_autoptr (TriSealed) back = read_back (png);
  assert_same (sealed, back);
  g_assert_true (tri_sealed_png_probe (start));
  g_autoptr (TriImage) seen = tri_picture_load_bytes (png, "a.png", NULL, NULL);
  g_assert_true (tri_image_equal (seen, sealed->visible));
}

/* Any single flipped bit of the file is noticed by a checksum or a bound. */
static void
test_flipped_bits (void)
{
  g_autoptr (TriSealed) sealed = make_sealed (6, 4, 3, "with-params");
  g_autoptr (GBytes) png = tri_sealed_to_png (sealed, NULL, NULL);
  gsize size = g_bytes_get_size (png);
  for (gsize bit = 0; bit < 8 * size; bit++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (png, NULL), size);
      copy[bit / 8] ^= (guint8) (1 << (bit % 8));
      g_autoptr (GBytes) changed = g_bytes_new_static (copy, size);
      g_autoptr (GError) error = NULL;
      g_autoptr (TriSealed) back = tri_sealed_from_png (changed, find_specs, &error);
      if (back != NULL)
        g_error ("bit %zu of %zu went unnoticed", bit, 8 * size);
      g_assert_true (error->domain == TRI_ERROR);
    }
}

static void
test_truncated (void)
{
  g_autoptr (TriSealed) sealed = make_sealed (6, 4, 3, "with-params");
  g_autoptr (GBytes) png = tri_sealed_to_png (sealed, NULL, NULL);
  for (gsize size = 0; size < g_bytes_get_size (png); size++)
    {
      g_autoptr (GBytes) part = cut (png, size);
      assert_refused (part, size < 8 ? TRI_ERROR_NOT_SEALED : TRI_ERROR_TRUNCATED, NULL);
    }
  g_autoptr (GBytes) trailing = insert (png, g_bytes_get_size (png), "\n", 1);
  g_autoptr (TriSealed) back = read_back (trailing);
  assert_same (sealed, back);
}

static void
test_not_sealed (void)
{
  g_autoptr (TriImage) image = make_picture (8, 8, 3, 0);
  g_autoptr (GBytes) png = tri_picture_to_png (image, NULL, NULL), jpeg = encode_by_pixbuf (image, "jpeg", NULL, NULL);
  g_autoptr (GBytes) text = g_bytes_new_static ("hello", 5), empty = g_bytes_new_static ("", 0);
  assert_refused (png, TRI_ERROR_NOT_SEALED, "messenger");
  assert_refused (jpeg, TRI_ERROR_NOT_SEALED, "JPEG");
  assert_refused (text, TRI_ERROR_NOT_SEALED, "not a PNG");
  assert_refused (empty, TRI_ERROR_NOT_SEALED, "not a PNG");
  g_assert_false (tri_sealed_png_probe (png));
  g_assert_false (tri_sealed_png_probe (jpeg));
  g_assert_false (tri_sealed_png_probe (empty));

  /* Saved again by a program that drops what it does not know. */
  g_autoptr (TriSealed) sealed = make_sealed (8, 8, 3, "bare");
  g_autoptr (GBytes) resaved = encode_by_pixbuf (sealed->visible, "png", NULL, NULL);
  assert_refused (resaved, TRI_ERROR_NOT_SEALED, "saved again");
  g_assert_false (tri_sealed_png_lost_chunk (resaved));
}

/* As editors do that drop the chunk and keep the comment. */
static void
test_lost_chunk (void)
{
  g_autoptr (TriSealed) sealed = make_sealed (8, 8, 3, "bare");
  g_autoptr (GBytes) png = tri_sealed_to_png (sealed, NULL, NULL);
  gsize size;
  const char *bytes = g_bytes_get_data (png, &size);
  const char *comment = memmem (bytes, size, "tEXtComment", 12);
  g_assert_nonnull (comment);
  guint32 length;
  memcpy (&length, comment - 4, sizeof length);
  g_autofree char *text = g_strndup (comment + 12, GUINT32_FROM_BE (length) - 8);
  g_autoptr (GBytes) resaved = encode_by_pixbuf (sealed->visible, "png", "tEXt::Comment", text);
  g_assert_false (tri_sealed_png_lost_chunk (png));
  g_assert_true (tri_sealed_png_lost_chunk (resaved));
  assert_refused (resaved, TRI_ERROR_NOT_SEALED, "saved again");
}

/* A chunk with the given header fields, in a PNG of 2×1 grey pixels. */
typedef struct {
  guint32 version, key_kind, shape[3], visible[3];
  const char *cipher, *param, *side[2];
  gboolean param_is_text;
  double value;
  gsize salt_size;
} Chunk;

static const Chunk good_chunk = { .version = 1, .key_kind = 0, .shape = { 2, 1, 1 }, .visible = { 2, 1, 1 },
                                  .cipher = "with-params", .param = "r", .value = 1, .salt_size = 16, .side = { "a", "b" } };

static GBytes *
chunk_data (const Chunk *chunk)
{
  static const guint8 zeros[100] = { 0 };
  GVariantBuilder params, side;
  g_variant_builder_init (&params, G_VARIANT_TYPE_VARDICT);
  g_variant_builder_init (&side, G_VARIANT_TYPE ("a{say}"));
  g_variant_builder_add (&params, "{sv}", chunk->param,
                         chunk->param_is_text ? g_variant_new_string ("1") : g_variant_new_double (chunk->value));
  for (guint i = 0; i < 2; i++)
    g_variant_builder_add (&side, "{s@ay}", chunk->side[i], g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, "s", 1, 1));
  g_autoptr (GVariant) variant = g_variant_ref_sink (
      g_variant_new ("(usu@a{sv}@ay@ay(uuu)(uuu)@a{say})", chunk->version, chunk->cipher, chunk->key_kind,
                     g_variant_builder_end (&params),
                     g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, zeros, chunk->salt_size, 1),
                     g_variant_new_fixed_array (G_VARIANT_TYPE_BYTE, zeros, 24, 1), chunk->shape[0], chunk->shape[1],
                     chunk->shape[2], chunk->visible[0], chunk->visible[1], chunk->visible[2],
                     g_variant_builder_end (&side)));
  if (G_BYTE_ORDER == G_BIG_ENDIAN)
    {
      GVariant *swapped = g_variant_byteswap (variant);
      g_variant_unref (variant);
      variant = swapped;
    }
  return g_variant_get_data_as_bytes (variant);
}

static GBytes *
png_with (GBytes *data, guint times)
{
  static const guint8 row[] = { 0, 1, 2 };
  gsize size = g_bytes_get_size (data);
  g_autoptr (GBytes) chunk = png_chunk ("trPT", g_bytes_get_data (data, NULL), size);
  g_autoptr (GBytes) chunks = g_bytes_ref (chunk);
  for (guint i = 1; i < times; i++)
    {
      GBytes *more = insert (chunks, 0, g_bytes_get_data (chunk, NULL), g_bytes_get_size (chunk));
      g_bytes_unref (chunks);
      chunks = more;
    }
  return make_raw_png (2, 1, 8, 0, row, sizeof row, chunks);
}

static void
assert_chunk_refused (const Chunk *chunk, int code, const char *word)
{
  g_autoptr (GBytes) data = chunk_data (chunk), png = png_with (data, 1);
  assert_refused (png, code, word);
}

static void
test_hostile_header (void)
{
  g_autoptr (GBytes) data = chunk_data (&good_chunk), png = png_with (data, 1);
  g_autoptr (TriSealed) sealed = read_back (png);
  g_assert_cmpfloat (tri_params_get (sealed->params, "r"), ==, 1);
  g_assert_cmpfloat (tri_params_get (sealed->params, "rounds"), ==, 2); /* absent: its default */

  Chunk chunk;
#define WITH(change, code, word) \
  chunk = good_chunk; \
  chunk.change; \
  assert_chunk_refused (&chunk, code, word)
  WITH (version = 2, TRI_ERROR_UNSUPPORTED, "newer");
  WITH (version = 0xffffffff, TRI_ERROR_UNSUPPORTED, "newer");
  WITH (version = 0, TRI_ERROR_DAMAGED, NULL);
  WITH (cipher = "rot13", TRI_ERROR_UNSUPPORTED, "rot13");
  WITH (cipher = "", TRI_ERROR_DAMAGED, NULL);
  WITH (cipher = "../../etc", TRI_ERROR_DAMAGED, NULL);
  WITH (key_kind = 4, TRI_ERROR_UNSUPPORTED, "kind of key");
  WITH (param = "speed", TRI_ERROR_UNSUPPORTED, "speed");
  WITH (value = 5, TRI_ERROR_UNSUPPORTED, "from 0 to 4");
  WITH (value = NAN, TRI_ERROR_UNSUPPORTED, NULL);
  WITH (param_is_text = TRUE, TRI_ERROR_DAMAGED, NULL);
  WITH (shape[0] = 0, TRI_ERROR_DAMAGED, "size");
  WITH (shape[0] = 4000000000u, TRI_ERROR_DAMAGED, "size");
  WITH (shape[2] = 5, TRI_ERROR_DAMAGED, "size");
  WITH (shape[2] = 0, TRI_ERROR_DAMAGED, "size");
  WITH (visible[1] = 2, TRI_ERROR_DAMAGED, "cropped");
  WITH (visible[2] = 3, TRI_ERROR_DAMAGED, "converted");
  WITH (salt_size = 15, TRI_ERROR_DAMAGED, "salt");
  WITH (salt_size = 0, TRI_ERROR_DAMAGED, "salt");
  WITH (side[1] = "a", TRI_ERROR_DAMAGED, "twice");
  WITH (side[1] = "A b", TRI_ERROR_DAMAGED, "name");
#undef WITH
}

/* Bytes that mean nothing must be zero: one file, one form. */
static void
test_normal_form (void)
{
  Chunk chunk = good_chunk;
  chunk.cipher = "with-param"; /* with its end 11 bytes after the version's 4: one byte of padding follows */
  g_autoptr (GBytes) data = chunk_data (&chunk), png = png_with (data, 1);
  g_autoptr (TriSealed) sealed = read_back (png);
  g_autoptr (GByteArray) array = g_bytes_unref_to_array (g_steal_pointer (&data));
  g_assert_cmpuint (array->data[15], ==, 0);
  array->data[15] = 1;
  g_autoptr (GBytes) padded = g_bytes_new (array->data, array->len), other = png_with (padded, 1);
  assert_refused (other, TRI_ERROR_DAMAGED, "form");
}

static void
test_hostile_chunk (void)
{
  g_autoptr (GBytes) data = chunk_data (&good_chunk), twice = png_with (data, 2);
  assert_refused (twice, TRI_ERROR_DAMAGED, "more than once");

  g_autoptr (GBytes) none = g_bytes_new_static ("", 0), without = png_with (none, 1);
  assert_refused (without, TRI_ERROR_DAMAGED, NULL);

  /* Every truncation and, with the checksum made right again, every flipped bit of the chunk. */
  gsize size = g_bytes_get_size (data);
  for (gsize n = 0; n < size; n++)
    {
      g_autoptr (GBytes) part = cut (data, n), png = png_with (part, 1);
      assert_refused (png, TRI_ERROR_DAMAGED, NULL);
    }
  guint kept = 0;
  for (gsize bit = 0; bit < 8 * size; bit++)
    {
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (data, NULL), size);
      copy[bit / 8] ^= (guint8) (1 << (bit % 8));
      g_autoptr (GBytes) changed = g_bytes_new_static (copy, size), png = png_with (changed, 1);
      g_autoptr (GError) error = NULL;
      g_autoptr (TriSealed) back = tri_sealed_from_png (png, find_specs, &error);
      g_assert_true ((back == NULL) == (error != NULL));
      kept += back != NULL;
    }
  g_assert_cmpuint (kept, >, 8 * 40); /* salt and nonce may be anything */
}

static void
test_files (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("triptych-sealed-XXXXXX", NULL);
  g_autoptr (GFile) file = g_file_new_build_filename (folder, "a.png", NULL), dir = g_file_new_for_path (folder);
  g_autoptr (TriSealed) sealed = make_sealed (50, 40, 3, "with-params");
  static const char *const lossy[] = { "a.jpg", "a.JPEG", "a.webp", "a.heic", "a.avif", "a.gif" };
  for (guint i = 0; i < G_N_ELEMENTS (lossy); i++)
    {
      g_autoptr (GFile) wrong = g_file_new_build_filename (folder, lossy[i], NULL);
      g_assert_true (tri_sealed_name_is_lossy (lossy[i]));
      g_assert_false (tri_sealed_save (sealed, wrong, TRUE, NULL, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
      g_assert_nonnull (strstr (error->message, "every bit"));
      g_assert_false (g_file_query_exists (wrong, NULL));
      g_clear_error (&error);
    }
  g_assert_false (tri_sealed_name_is_lossy ("photo.jpg.png"));
  g_assert_true (tri_sealed_save (sealed, file, FALSE, NULL, &error));
  g_assert_false (tri_sealed_save (sealed, file, FALSE, NULL, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  g_autoptr (TriSealed) back = tri_sealed_load (file, find_specs, NULL, &error);
  g_assert_no_error (error);
  assert_same (sealed, back);

  g_autoptr (GCancellable) cancelled = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancelled, NULL, NULL);
  g_cancellable_cancel (cancelled);
  g_assert_false (tri_sealed_save (sealed, file, TRUE, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_clear_error (&error);
  g_autoptr (TriSealed) still = tri_sealed_load (file, find_specs, NULL, &error);
  assert_same (sealed, still);
  g_assert_true (g_file_delete (file, NULL, NULL) && g_file_delete (dir, NULL, NULL));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sealed-png/round-trip", test_round_trip);
  g_test_add_func ("/sealed-png/large-side", test_large_side);
  g_test_add_func ("/sealed-png/flipped-bits", test_flipped_bits);
  g_test_add_func ("/sealed-png/truncated", test_truncated);
  g_test_add_func ("/sealed-png/not-sealed", test_not_sealed);
  g_test_add_func ("/sealed-png/lost-chunk", test_lost_chunk);
  g_test_add_func ("/sealed-png/hostile-header", test_hostile_header);
  g_test_add_func ("/sealed-png/normal-form", test_normal_form);
  g_test_add_func ("/sealed-png/hostile-chunk", test_hostile_chunk);
  g_test_add_func ("/sealed-png/files", test_files);
  return g_test_run ();
}
