/* safetensors: what is written is read back; what is wrong is named.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib/gstdio.h>
#include <math.h>
#include <string.h>

#include "nn-fixture.h"
#include "tri-error.h"
#include "tri-half.h"
#include "tri-weights.h"

static TriWeights *
read_text (const char *header, gsize n_data, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE ((guint64) strlen (header));
  g_autofree guint8 *data = g_malloc0 (n_data + 1);
  g_byte_array_append (bytes, (const guint8 *) &length, 8);
  g_byte_array_append (bytes, (const guint8 *) header, (guint) strlen (header));
  g_byte_array_append (bytes, data, (guint) n_data);
  g_autofree guint8 *exact = g_memdup2 (bytes->data, bytes->len);
  return tri_weights_read (exact, bytes->len, error);
}

#define T(name, dtype, shape, offsets) "\"" name "\":{\"dtype\":\"" dtype "\",\"shape\":" shape ",\"data_offsets\":" offsets "}"

static void
test_hostile (void)
{
  static const struct { const char *header; gsize n_data; TriError code; } cases[] = {
    { "", 0, TRI_ERROR_DAMAGED },
    { "{", 0, TRI_ERROR_DAMAGED },
    { "[]", 0, TRI_ERROR_DAMAGED },
    { "{} x", 0, TRI_ERROR_DAMAGED },
    { "{}", 1, TRI_ERROR_DAMAGED },
    { "{" T ("a", "F32", "[2]", "[0,8]") "}", 7, TRI_ERROR_DAMAGED },
    { "{" T ("a", "F32", "[2]", "[0,8]") "}", 9, TRI_ERROR_DAMAGED },
    { "{" T ("a", "F32", "[2]", "[8,0]") "}", 8, TRI_ERROR_DAMAGED },
    { "{" T ("a", "F32", "[3]", "[0,8]") "}", 8, TRI_ERROR_DAMAGED },
    { "{" T ("a", "F32", "[2]", "[0]") "}", 8, TRI_ERROR_DAMAGED },
    { "{" T ("a", "F32", "[-2]", "[0,8]") "}", 8, TRI_ERROR_DAMAGED },
    { "{" T ("a", "F32", "[4294967296,4294967296,1]", "[0,0]") "}", 0, TRI_ERROR_DAMAGED },
    { "{" T ("a", "F32", "[99999999999999999999]", "[0,0]") "}", 0, TRI_ERROR_DAMAGED },
    { "{" T ("a", "F32", "[1,1,1,1,1,1,1,1,1]", "[0,4]") "}", 4, TRI_ERROR_DAMAGED },
    { "{" T ("a", "F64", "[1]", "[0,8]") "}", 8, TRI_ERROR_UNSUPPORTED },
    { "{" T ("a", "F32", "[1]", "[0,4]") "," T ("a", "F32", "[1]", "[4,8]") "}", 8, TRI_ERROR_DAMAGED },
    { "{" T ("a", "F32", "[1]", "[0,4]") "," T ("b", "F32", "[1]", "[0,4]") "}", 4, TRI_ERROR_DAMAGED },
    { "{" T ("a", "F32", "[2]", "[0,8]") "," T ("b", "F32", "[1]", "[4,8]") "}", 8, TRI_ERROR_DAMAGED },
    { "{" T ("a", "F32", "[1]", "[0,4]") "," T ("b", "F32", "[1]", "[8,12]") "}", 12, TRI_ERROR_DAMAGED },
    { "{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}", 4, TRI_ERROR_DAMAGED },
    { "{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4, TRI_ERROR_DAMAGED },
    { "{" T ("\\ud800", "F32", "[1]", "[0,4]") "}", 4, TRI_ERROR_DAMAGED },
    { "{" T ("\\u0000", "F32", "[1]", "[0,4]") "}", 4, TRI_ERROR_DAMAGED },
    { "{" T ("\xff", "F32", "[1]", "[0,4]") "}", 4, TRI_ERROR_DAMAGED },
    { "{\"__metadata__\":{\"a\":1}}", 0, TRI_ERROR_DAMAGED },
    { "{\"__metadata__\":{},\"__metadata__\":{}}", 0, TRI_ERROR_DAMAGED },
  };
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (read_text (cases[i].header, cases[i].n_data, &error));
      g_assert_error (error, TRI_ERROR, (int) cases[i].code);
    }
}

static void
test_lengths (void)
{
  guint8 bytes[16] = { 0 };
  g_autoptr (GError) error = NULL;
  g_assert_null (tri_weights_read (bytes, 7, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_TRUNCATED);
  g_clear_error (&error);
  memset (bytes, 0xff, 8);
  g_assert_null (tri_weights_read (bytes, 16, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_TRUNCATED);
}

static void
test_valid (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriWeights) weights = read_text (
    " {\"__metadata__\" : {\"by\":\"\\u00e9\\ud83d\\ude00\\n\"},\n" T ("b", "F16", "[2,1]", "[4,8]") ","
    T ("s", "F32", "[]", "[0,4]") "," T ("none", "BF16", "[0,3]", "[8,8]") "}  ", 8, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (tri_weights_get_n (weights), ==, 3);
  g_assert_cmpstr (tri_weights_get_text (weights, "by"), ==, "é😀\n");
  g_assert_cmpuint (tri_weights_find (weights, "s")->size, ==, 1);
  g_assert_cmpuint (tri_weights_find (weights, "b")->dims[0], ==, 2);
  g_assert_cmpuint (tri_weights_find (weights, "none")->size, ==, 0);
}

static void
test_not_finite (void)
{
  static const float bad[] = { NAN, INFINITY, -INFINITY };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (TriWeights) weights = tri_weights_new ();
      g_autoptr (GError) error = NULL;
      float values[2] = { 1, 2 };
      guint64 dims = 2;
      g_assert_true (tri_weights_add (weights, "w", 1, &dims, values, NULL));
      g_autoptr (GBytes) good = tri_weights_write (weights, TRI_DTYPE_F32, NULL);
      gsize size;
      const guint8 *written = g_bytes_get_data (good, &size);
      g_autofree guint8 *bytes = g_memdup2 (written, size);
      memcpy (bytes + size - 4, &bad[i], 4);
      g_assert_null (tri_weights_read (bytes, size, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
      g_clear_error (&error);
      tri_weights_get (weights, 0)->values[1] = bad[i];
      g_assert_null (tri_weights_write (weights, TRI_DTYPE_F32, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_FAILED);
      g_clear_error (&error);
      tri_weights_get (weights, 0)->values[1] = 70000; /* fits a float, not a half */
      g_assert_null (tri_weights_write (weights, TRI_DTYPE_F16, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_FAILED);
    }
}

static void
test_half (void)
{
  static const struct { float value; guint16 half; } known[] = {
    { 0, 0 }, { -0.f, 0x8000 }, { 1, 0x3c00 }, { -2, 0xc000 }, { 65504, 0x7bff }, { 65519.99f, 0x7bff }, { 65520, 0x7c00 },
    { 0x1p-14f, 0x0400 }, { 0x1p-24f, 1 }, { 0x1p-25f, 0 }, { 0x1.8p-24f, 2 }, { 0.333251953125f, 0x3555 },
    { 1 + 0x1p-11f, 0x3c00 }, { 1 + 0x1.8p-10f, 0x3c02 }, { 0x1.ffcp-15f, 0x0400 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    g_assert_cmphex (tri_half_from_float (known[i].value), ==, known[i].half);
  for (guint half = 0; half < 65536; half++)
    {
      float value = tri_half_to_float ((guint16) half);
      if (isnan (value))
        g_assert_true (isnan (tri_half_to_float (tri_half_from_float (value))));
      else
        g_assert_cmphex (tri_half_from_float (value), ==, half);
    }
}

static const TriLayer layers[] = {
  { .op = TRI_OP_INPUT, .channels = 3 },
  { .name = "a", .op = TRI_OP_CONV, .channels = 4, .kernel = 3, .padding = 1 },
  { .name = "b", .op = TRI_OP_NORM },
  { 0 }
};

static void
test_net (void)
{
  g_autoptr (TriNet) net = fixture_net (layers, 1), other = fixture_net (layers, 2);
  g_autoptr (TriWeights) weights = tri_weights_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("triptych-XXXXXX", NULL), *path = g_build_filename (folder, "w", NULL);
  guint n;
  tri_weights_set_text (weights, "a\"\\\t", "ü");
  g_assert_true (tri_net_add_weights (net, weights, NULL));
  g_assert_true (tri_weights_save (weights, TRI_DTYPE_F16, path, &error));
  g_autoptr (TriWeights) read = tri_weights_load (path, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (tri_weights_get_text (read, "a\"\\\t"), ==, "ü");
  g_assert_true (tri_net_read_weights (other, read, &error));
  TriWeight *ours = tri_net_get_weights (net, &n), *theirs = tri_net_get_weights (other, &n);
  g_assert_cmpuint (n, ==, 4);
  for (guint w = 0; w < n; w++)
    for (gsize i = 0; i < ours[w].size; i++)
      g_assert_cmpfloat (theirs[w].value[i], ==, tri_half_to_float (tri_half_from_float (ours[w].value[i])));
  g_assert_null (tri_weights_load ("/nowhere/at/all", &error));
  g_assert_error (error, G_FILE_ERROR, G_FILE_ERROR_NOENT);
  g_clear_error (&error);
  g_assert_false (tri_weights_save (weights, TRI_DTYPE_F32, "/nowhere/at/all", &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_unlink (path);
  g_rmdir (folder);
}

static void
test_other_net (void)
{
  static const TriLayer wider[] = {
    { .op = TRI_OP_INPUT, .channels = 3 },
    { .name = "a", .op = TRI_OP_CONV, .channels = 5, .kernel = 3, .padding = 1 },
    { .name = "b", .op = TRI_OP_NORM },
    { 0 }
  };
  static const TriLayer renamed[] = {
    { .op = TRI_OP_INPUT, .channels = 3 },
    { .name = "a", .op = TRI_OP_CONV, .channels = 4, .kernel = 3, .padding = 1 },
    { .name = "c", .op = TRI_OP_NORM },
    { 0 }
  };
  g_autoptr (TriNet) net = fixture_net (layers, 1);
  g_autoptr (TriWeights) weights = tri_weights_new ();
  g_assert_true (tri_net_add_weights (net, weights, NULL));
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (TriNet) other = fixture_net (i ? renamed : wider, 3);
      g_autoptr (GError) error = NULL;
      guint n;
      float first = tri_net_get_weights (other, &n)[0].value[0];
      g_assert_false (tri_net_read_weights (other, weights, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_UNSUPPORTED);
      g_assert_cmpfloat (tri_net_get_weights (other, &n)[0].value[0], ==, first); /* nothing half done */
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/nn/weights/hostile", test_hostile);
  g_test_add_func ("/nn/weights/lengths", test_lengths);
  g_test_add_func ("/nn/weights/valid", test_valid);
  g_test_add_func ("/nn/weights/not-finite", test_not_finite);
  g_test_add_func ("/nn/weights/half", test_half);
  g_test_add_func ("/nn/weights/net", test_net);
  g_test_add_func ("/nn/weights/other-net", test_other_net);
  return g_test_run ();
}
