/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-error.h"
#include "tri-params.h"

static const TriChoice modes[] = { { "fast", "Fast" }, { "slow", "Slow" }, { 0 } };
static const TriParamSpec specs[] = {
  { .id = "k", .title = "k", .type = TRI_PARAM_INT, .min = 2, .max = 64, .def = 8, .flags = TRI_PARAM_ZERO_IS_AUTO },
  { .id = "r", .title = "r", .type = TRI_PARAM_DOUBLE, .min = 3.5, .max = 4, .def = 3.99, .digits = 4 },
  { .id = "mode", .title = "Mode", .type = TRI_PARAM_CHOICE, .choices = modes, .def = 0 },
  { .id = "deep", .title = "Deep", .type = TRI_PARAM_BOOL, .def = 1, .when = "mode", .when_mask = 1 << 1 },
  { 0 },
};

static void
test_text (void)
{
  g_autoptr (TriParams) params = tri_params_new (specs);
  g_autoptr (GError) error = NULL;
  g_autofree char *defaults = tri_params_to_text (params);
  g_assert_cmpstr (defaults, ==, "k=8 r=3.99 mode=fast");
  g_assert_true (tri_params_parse (params, "mode=slow", &error));
  g_assert_true (tri_params_parse (params, "deep=off", &error));
  g_assert_true (tri_params_parse (params, "k=auto", &error));
  g_assert_no_error (error);
  g_autofree char *text = tri_params_to_text (params);
  g_assert_cmpstr (text, ==, "k=auto r=3.99 mode=slow deep=no");
  g_assert_true (tri_params_set (params, "r", 3.1 + 0.8999999999999999, NULL));
  g_autofree char *exact = tri_params_value_to_text (params, "r");
  g_assert_cmpfloat (g_ascii_strtod (exact, NULL), ==, tri_params_get (params, "r"));
}

static void
test_refused (void)
{
  static const char *const bad[] = { "k=1", "k=65", "k=2.5", "k=x", "k=", "r=nan", "r=inf", "r=4.1", "mode=medium",
                                     "deep=maybe", "zoom=1", "k" };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (TriParams) params = tri_params_new (specs), before = tri_params_copy (params);
      g_autoptr (GError) error = NULL;
      g_test_message ("%s", bad[i]);
      g_assert_false (tri_params_parse (params, bad[i], &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
      g_assert_true (tri_params_equal (params, before));
    }
}

static void
test_variant (void)
{
  g_autoptr (TriParams) params = tri_params_new (specs);
  g_autoptr (GError) error = NULL;
  tri_params_set (params, "k", 17, NULL);
  tri_params_set (params, "mode", 1, NULL);
  g_autoptr (GVariant) variant = g_variant_ref_sink (tri_params_to_variant (params));
  g_autoptr (TriParams) back = tri_params_from_variant (specs, variant, &error);
  g_assert_no_error (error);
  g_assert_true (tri_params_equal (params, back));

  g_autoptr (GVariant) hostile = g_variant_ref_sink (g_variant_new_parsed ("{'k': <1e9>}"));
  g_assert_null (tri_params_from_variant (specs, hostile, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
  g_clear_error (&error);
  g_autoptr (GVariant) mistyped = g_variant_ref_sink (g_variant_new_parsed ("{'k': <'8'>}"));
  g_assert_null (tri_params_from_variant (specs, mistyped, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_DAMAGED);
}

/* A table that grew: what is written at the new row's default is what was written without it, and is read as that default. */
static void
test_added (void)
{
  static const TriParamSpec before[] = { { .id = "n", .type = TRI_PARAM_INT, .max = 9 }, { 0 } };
  static const TriParamSpec grown[] = { { .id = "n", .type = TRI_PARAM_INT, .max = 9 },
                                        { .id = "more", .type = TRI_PARAM_INT, .min = 1, .max = 5, .def = 2, .flags = TRI_PARAM_ADDED },
                                        { 0 } };
  g_autoptr (TriParams) old = tri_params_new (before), new = tri_params_new (grown);
  g_autoptr (GVariant) first = g_variant_ref_sink (tri_params_to_variant (old));
  g_autoptr (GVariant) second = g_variant_ref_sink (tri_params_to_variant (new));
  g_assert_true (g_variant_equal (first, second));
  for (int value = 1; value <= 5; value++)
    {
      g_assert_true (tri_params_set (new, "more", value, NULL));
      g_autoptr (GVariant) written = g_variant_ref_sink (tri_params_to_variant (new));
      g_autoptr (TriParams) back = tri_params_from_variant (grown, written, NULL);
      g_assert_true (tri_params_equal (new, back));
      g_assert_cmpint (g_variant_equal (first, written), ==, value == 2);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/params/text", test_text);
  g_test_add_func ("/params/refused", test_refused);
  g_test_add_func ("/params/variant", test_variant);
  g_test_add_func ("/params/added", test_added);
  return g_test_run ();
}
