/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tri-json.h"

static void
test_values (void)
{
  TriJson *json = tri_json_new ();
  tri_json_begin_object (json, NULL);
  tri_json_string (json, "text", "a\"b\\c\n\t\x01ü\x7f");
  tri_json_string (json, "broken", "\xff");
  tri_json_string (json, "none", NULL);
  tri_json_number (json, "number", 0.1);
  tri_json_number (json, "whole", 255);
  tri_json_number (json, "infinite", INFINITY);
  tri_json_number (json, "undefined", NAN);
  tri_json_integer (json, "large", G_GUINT64_CONSTANT (18446744073709551615));
  tri_json_boolean (json, "yes", TRUE);
  tri_json_begin_array (json, "empty");
  tri_json_end (json);
  tri_json_begin_array (json, "list");
  tri_json_number (json, NULL, 1);
  tri_json_number (json, NULL, 2);
  tri_json_end (json);
  tri_json_end (json);
  g_autofree char *text = tri_json_free_to_text (json);
  g_assert_cmpstr (text, ==,
                   "{\n"
                   "  \"text\": \"a\\\"b\\\\c\\n\\t\\u0001ü\\u007f\",\n"
                   "  \"broken\": \"\xef\xbf\xbd\",\n"
                   "  \"none\": null,\n"
                   "  \"number\": 0.1,\n"
                   "  \"whole\": 255,\n"
                   "  \"infinite\": \"inf\",\n"
                   "  \"undefined\": null,\n"
                   "  \"large\": 18446744073709551615,\n"
                   "  \"yes\": true,\n"
                   "  \"empty\": [],\n"
                   "  \"list\": [\n"
                   "    1,\n"
                   "    2\n"
                   "  ]\n"
                   "}\n");
}

static void
test_params (void)
{
  static const TriChoice choices[] = { { "one", "One" }, { "two", "Two" }, { 0 } };
  static const TriParamSpec specs[] = {
    { .id = "k", .type = TRI_PARAM_INT, .min = 1, .max = 9, .flags = TRI_PARAM_ZERO_IS_AUTO },
    { .id = "r", .type = TRI_PARAM_DOUBLE, .min = 0, .max = 4, .def = 3.99 },
    { .id = "on", .type = TRI_PARAM_BOOL, .def = 1 },
    { .id = "which", .type = TRI_PARAM_CHOICE, .choices = choices, .def = 1 },
    { 0 },
  };
  g_autoptr (TriParams) params = tri_params_new (specs);
  TriJson *json = tri_json_new ();
  tri_json_begin_array (json, NULL);
  tri_json_params (json, NULL, params);
  tri_json_params (json, NULL, NULL);
  tri_json_end (json);
  g_autofree char *text = tri_json_free_to_text (json);
  g_assert_cmpstr (text, ==,
                   "[\n  {\n    \"k\": \"auto\",\n    \"r\": 3.99,\n    \"on\": true,\n    \"which\": \"two\"\n  },\n"
                   "  null\n]\n");
}

static void
test_numbers (void)
{
  const double values[] = { 0, -0.5, 1.0 / 3, 1e-300, 1.7976931348623157e308, 99.6093, 3.9999999999999996 };
  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    {
      g_autofree char *text = tri_number_to_text (values[i]);
      g_assert_cmpfloat (g_ascii_strtod (text, NULL), ==, values[i]);
    }
  g_autofree char *short_text = tri_number_to_text (0.3), *minus = tri_number_to_text (-INFINITY);
  g_assert_cmpstr (short_text, ==, "0.3");
  g_assert_cmpstr (minus, ==, "-inf");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/json/values", test_values);
  g_test_add_func ("/json/params", test_params);
  g_test_add_func ("/json/numbers", test_numbers);
  return g_test_run ();
}
