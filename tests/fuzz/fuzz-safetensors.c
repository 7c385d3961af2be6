/* Weights from anyone: read, and what was read can be written and is read again as the same.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "fuzz.h"
#include "tri-weights.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (TriWeights) weights = tri_weights_read (data, size, &error);
  g_assert_true ((weights == NULL) == (error != NULL));
  if (weights == NULL)
    return 0;
  g_autoptr (GBytes) bytes = tri_weights_write (weights, TRI_DTYPE_F32, NULL);
  gsize length;
  const guint8 *written = g_bytes_get_data (bytes, &length);
  g_autoptr (TriWeights) again = tri_weights_read (written, length, NULL);
  g_assert_nonnull (again);
  g_assert_cmpuint (tri_weights_get_n (again), ==, tri_weights_get_n (weights));
  for (guint i = 0; i < tri_weights_get_n (weights); i++)
    {
      const TriNamed *a = tri_weights_get (weights, i), *b = tri_weights_find (again, a->name);
      g_assert_nonnull (b);
      g_assert_cmpuint (a->size, ==, b->size);
      g_assert_true (memcmp (a->values, b->values, a->size * sizeof (float)) == 0);
      for (gsize k = 0; k < a->size; k++)
        g_assert_true (isfinite (a->values[k]));
    }
  return 0;
}

void
fuzz_add_seeds (GPtrArray *seeds)
{
  static const float values[] = { 0, 1, -2.5f, 1e-3f, 7, 8 };
  static const guint64 dims[] = { 2, 3, 1, 1 };
  static const char text[] = " {\"a\" : {\"dtype\":\"BF16\", \"shape\":[], \"data_offsets\":[0,2]}, \"__metadata__\":{\"\\u00e9\":\"\\n\"}}";
  g_autoptr (TriWeights) weights = tri_weights_new ();
  tri_weights_set_text (weights, "step", "12");
  tri_weights_add (weights, "enc.0.weight", 4, dims, values, NULL);
  tri_weights_add (weights, "enc.0.bias", 1, dims, values, NULL);
  g_ptr_array_add (seeds, tri_weights_write (weights, TRI_DTYPE_F32, NULL));
  g_ptr_array_add (seeds, tri_weights_write (weights, TRI_DTYPE_F16, NULL));
  GByteArray *bytes = g_byte_array_new ();
  guint64 length = GUINT64_TO_LE ((guint64) strlen (text));
  g_byte_array_append (bytes, (const guint8 *) &length, 8);
  g_byte_array_append (bytes, (const guint8 *) text, sizeof text - 1);
  g_byte_array_append (bytes, (const guint8 *) "\x80\x3f", 2);
  g_ptr_array_add (seeds, g_byte_array_free_to_bytes (bytes));
}
