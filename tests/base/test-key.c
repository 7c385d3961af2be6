/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tri-error.h"
#include "tri-key.h"

static const guint8 salt[TRI_SALT_SIZE] = { 1, 2, 3 };

static void
derive (const TriKey *key, const guint8 *with_salt, const char *context, guint8 out[40])
{
  g_autoptr (GError) error = NULL;
  g_assert_true (tri_key_derive (key, with_salt, context, out, 40, &error));
  g_assert_no_error (error);
}

static void
test_passphrase (void)
{
  guint8 a[40], b[40], c[40], d[40], other_salt[TRI_SALT_SIZE] = { 9 };
  g_autoptr (TriKey) key = tri_key_new_passphrase ("correct horse", NULL);
  g_autoptr (TriKey) same = tri_key_new_passphrase ("correct horse", NULL);
  derive (key, salt, "one", a);
  derive (same, salt, "one", b);
  g_assert_cmpmem (a, 40, b, 40);
  derive (key, salt, "two", c);
  g_assert_true (memcmp (a, c, 40) != 0);
  derive (key, other_salt, "one", d);
  g_assert_true (memcmp (a, d, 40) != 0);

  gint64 start = g_get_monotonic_time ();
  for (guint i = 0; i < 100; i++)
    derive (key, salt, "one", b);
  g_assert_cmpint (g_get_monotonic_time () - start, <, 2 * G_USEC_PER_SEC); /* the cache: 100 Argon2id take 8 s */

  g_autoptr (GError) error = NULL;
  g_assert_null (tri_key_new_passphrase ("", &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
}

static void
test_picture (void)
{
  guint8 a[40], b[40];
  g_autoptr (TriImage) picture = tri_image_new (3, 2, 3, NULL), turned = tri_image_new (2, 3, 3, NULL);
  g_autoptr (TriKey) first = tri_key_new_picture (picture), other_shape = tri_key_new_picture (turned);
  derive (first, salt, "x", a);
  derive (other_shape, salt, "x", b);
  g_assert_true (memcmp (a, b, 40) != 0);
  picture->pixels[17] = 1;
  g_autoptr (TriKey) changed = tri_key_new_picture (picture);
  derive (changed, salt, "x", b);
  g_assert_true (memcmp (a, b, 40) != 0);
}

static void
test_flip (void)
{
  guint8 a[40], b[40];
  g_autoptr (GError) error = NULL;
  g_autoptr (TriKey) key = tri_key_new_file ((const guint8 *) "bytes", 5, &error);
  derive (key, salt, "x", a);
  for (guint bit = 0; bit < TRI_KEY_BITS; bit += 51)
    {
      g_autoptr (TriKey) other = tri_key_flip_bit (key, bit), back = tri_key_flip_bit (other, bit);
      derive (other, salt, "x", b);
      g_assert_true (memcmp (a, b, 40) != 0);
      derive (back, salt, "x", b);
      g_assert_cmpmem (a, 40, b, 40);
    }
}

static void
test_raw (void)
{
  static const TriParamSpec specs[] = {
    { .id = "r", .type = TRI_PARAM_DOUBLE, .min = 3.5, .max = 4, .def = 4 },
    { .id = "x0", .type = TRI_PARAM_DOUBLE, .min = 0.001, .max = 0.999, .def = 0.4 },
    { 0 },
  };
  guint8 out[40];
  g_autoptr (TriParams) raw = tri_params_new (specs);
  g_autoptr (TriKey) key = tri_key_new_raw (raw);
  g_assert_cmpuint (tri_key_get_n_bits (key), ==, 104);
  for (guint bit = 0; bit < 104; bit++)
    {
      g_autoptr (TriKey) other = tri_key_flip_bit (key, bit);
      g_assert_false (tri_params_equal (tri_key_get_raw (key), tri_key_get_raw (other)));
      g_assert_cmpfloat (tri_params_get (tri_key_get_raw (other), bit < 52 ? "r" : "x0"), ==, bit < 52 ? 4 : 0.4);
    }
  g_autoptr (GError) error = NULL;
  g_assert_false (tri_key_derive (key, salt, "x", out, sizeof out, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_NO_KEY);
}

/* The same for the same key however it came to be, another for another. */
static void
test_mark (void)
{
  g_autoptr (TriKey) key = tri_key_new_passphrase ("one", NULL), again = tri_key_new_passphrase ("one", NULL);
  g_autoptr (TriKey) other = tri_key_new_passphrase ("two", NULL), flipped = tri_key_flip_bit (key, 7);
  g_autoptr (TriKey) back = tri_key_flip_bit (flipped, 7), file = tri_key_new_file ((const guint8 *) "one", 3, NULL);
  g_assert_cmpuint (tri_key_get_mark (key), ==, tri_key_get_mark (again));
  g_assert_cmpuint (tri_key_get_mark (key), ==, tri_key_get_mark (back));
  g_assert_cmpuint (tri_key_get_mark (key), !=, tri_key_get_mark (other));
  g_assert_cmpuint (tri_key_get_mark (key), !=, tri_key_get_mark (flipped));
  g_assert_cmpuint (tri_key_get_mark (key), !=, tri_key_get_mark (file));
  g_autofree char *words = tri_key_describe_bit (key, 7);
  g_assert_nonnull (strstr (words, "bit 8"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/key/passphrase", test_passphrase);
  g_test_add_func ("/key/picture", test_picture);
  g_test_add_func ("/key/flip", test_flip);
  g_test_add_func ("/key/raw", test_raw);
  g_test_add_func ("/key/mark", test_mark);
  return g_test_run ();
}
