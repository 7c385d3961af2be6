/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "tri-error.h"
#include "work-fixture.h"

static void
test_parse (void)
{
  g_autoptr (GError) error = NULL;
  TriSweepRange range;
  g_assert_true (tri_sweep_range_parse ("k=2:32:2", &range, &error));
  g_assert_cmpstr (range.param, ==, "k");
  g_assert_cmpuint (tri_sweep_range_n_points (&range), ==, 16);
  tri_sweep_range_clear (&range);
  g_assert_true (tri_sweep_range_parse ("r=3.9:4:0.01", &range, &error));
  g_assert_cmpuint (tri_sweep_range_n_points (&range), ==, 11);
  tri_sweep_range_clear (&range);
  g_assert_true (tri_sweep_range_parse ("x=0:0.3:0.1", &range, &error)); /* 0.3 / 0.1 is just below 3 */
  g_assert_cmpuint (tri_sweep_range_n_points (&range), ==, 4);
  tri_sweep_range_clear (&range);
  g_assert_true (tri_sweep_range_parse ("k=9:1:-4", &range, &error));
  g_assert_cmpuint (tri_sweep_range_n_points (&range), ==, 3);
  tri_sweep_range_clear (&range);
  g_assert_true (tri_sweep_range_parse ("k=5:5:0", &range, &error));
  g_assert_cmpuint (tri_sweep_range_n_points (&range), ==, 1);
  tri_sweep_range_clear (&range);

  static const char *const bad[] = { "", "k", "k=", "=1:2:1", "k=1:2", "k=1:2:3:4", "k=a:2:1", "k=1:2:0", "k=1:2:-1",
                                     "k=1:inf:1", "k=nan:2:1", "k=1:2:1x" };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_assert_false (tri_sweep_range_parse (bad[i], &range, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
      g_clear_error (&error);
    }
  g_assert_false (tri_sweep_range_parse ("k=0:1e300:1e-300", &range, &error));
  g_assert_error (error, TRI_ERROR, TRI_ERROR_TOO_LARGE);
}

typedef struct {
  GArray *values, *mses;
  guint n_errors, cancel_after;
  GCancellable *cancellable;
} Seen;

static void
see (const TriSweepPoint *point, gpointer data)
{
  Seen *seen = data;
  g_array_append_val (seen->values, point->value);
  g_array_append_val (seen->mses, point->restored.mse);
  seen->n_errors += point->error != NULL;
  if (seen->cancel_after > 0 && seen->values->len == seen->cancel_after)
    g_cancellable_cancel (seen->cancellable);
}

static GPtrArray *
kmeans_specs (void)
{
  GPtrArray *specs = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_run_spec_free);
  TriRunSpec *spec = tri_run_spec_new (fixture_cipher ("kmeans"));
  spec->picture = fixture_picture (60, 50, 1);
  spec->key = fixture_key ("k");
  tri_params_set (spec->params, "lossless", 0, NULL);
  g_ptr_array_add (specs, spec);
  return specs;
}

static void
test_points (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) specs = kmeans_specs ();
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double)), mses = g_array_new (FALSE, FALSE, sizeof (double));
  Seen seen = { .values = values, .mses = mses };
  TriSweepRange range = { (char *) "k", 2, 12, 5 };
  g_assert_true (tri_sweep (specs, &range, see, &seen, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (values->len, ==, 3);
  for (guint i = 0; i < 3; i++)
    g_assert_cmpfloat (g_array_index (values, double, i), ==, 2 + 5 * i);
  /* The more clusters, the better the picture comes back. */
  g_assert_cmpfloat (g_array_index (mses, double, 0), >, g_array_index (mses, double, 1));
  g_assert_cmpfloat (g_array_index (mses, double, 1), >, g_array_index (mses, double, 2));

  /* A point out of the parameter's range says so, and the others are done. */
  g_array_set_size (values, 0);
  range = (TriSweepRange) { (char *) "k", -3, 2, 5 };
  g_assert_true (tri_sweep (specs, &range, see, &seen, NULL, &error));
  g_assert_cmpuint (values->len, ==, 2);
  g_assert_cmpuint (seen.n_errors, ==, 1);
}

/* 0.1 + 3 × 0.3 would be 1, but for rounding. */
static void
test_end_of_range (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) specs = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_run_spec_free);
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double)), mses = g_array_new (FALSE, FALSE, sizeof (double));
  Seen seen = { .values = values, .mses = mses };
  TriSweepRange range = { (char *) "iterations", 0.1, 1, 0.3 };
  TriRunSpec *spec = tri_run_spec_new (fixture_cipher ("arnold-cat"));
  spec->picture = fixture_picture (8, 8, 1);
  spec->key = fixture_key ("k");
  g_ptr_array_add (specs, spec);
  g_assert_true (tri_sweep (specs, &range, see, &seen, NULL, &error));
  g_assert_cmpuint (values->len, ==, 4);
  g_assert_cmpfloat (g_array_index (values, double, 3), ==, 1);
  g_assert_cmpuint (seen.n_errors, ==, 3); /* the others are no whole numbers */
}

static void
test_cancel (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) specs = kmeans_specs ();
  g_autoptr (GArray) values = g_array_new (FALSE, FALSE, sizeof (double)), mses = g_array_new (FALSE, FALSE, sizeof (double));
  g_autoptr (GCancellable) cancellable = g_cancellable_new ();
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  Seen seen = { .values = values, .mses = mses, .cancel_after = 2, .cancellable = cancellable };
  TriSweepRange range = { (char *) "k", 2, 32, 1 };
  g_assert_false (tri_sweep (specs, &range, see, &seen, progress, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_CANCELLED);
  g_assert_cmpuint (values->len, ==, 2);
}

static void
test_not_numeric (void)
{
  g_autoptr (GPtrArray) specs = kmeans_specs ();
  static const char *const params[] = { "lossless", "nothing" };
  for (guint i = 0; i < G_N_ELEMENTS (params); i++)
    {
      g_autoptr (GError) error = NULL;
      TriSweepRange range = { (char *) params[i], 0, 1, 1 };
      g_assert_false (tri_sweep (specs, &range, see, NULL, NULL, &error));
      g_assert_error (error, TRI_ERROR, TRI_ERROR_INVALID);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sweep/parse", test_parse);
  g_test_add_func ("/sweep/points", test_points);
  g_test_add_func ("/sweep/end-of-range", test_end_of_range);
  g_test_add_func ("/sweep/cancel", test_cancel);
  g_test_add_func ("/sweep/not-numeric", test_not_numeric);
  return g_test_run ();
}
