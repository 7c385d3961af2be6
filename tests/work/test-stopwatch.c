/* Work that was held up is timed again. SPDX-License-Identifier: GPL-3.0-or-later */
#include <glib.h>

#include "tri-stopwatch.h"

#define NAP 20000 /* microseconds */

typedef struct {
  guint calls;
  gboolean good;
} Sleeper;

/* Takes time, and no processor: as one that others took it from. */
static gboolean
nap (gpointer data)
{
  Sleeper *sleeper = data;
  sleeper->calls++;
  g_usleep (NAP);
  return sleeper->good;
}

static void
test_held_up (void)
{
  g_assert_true (tri_stopwatch_was_held_up (0.561, 0.0015));
  g_assert_true (tri_stopwatch_was_held_up (0.068, 0.0015));
  g_assert_false (tri_stopwatch_was_held_up (0.0016, 0.0015));
  g_assert_false (tri_stopwatch_was_held_up (0.0019, 0.0001)); /* too short to matter */
  g_assert_false (tri_stopwatch_was_held_up (0.09, 0.06));     /* it worked */
  g_assert_false (tri_stopwatch_was_held_up (5, 0.2));         /* held up, but long all the same: not again */
}

static void
test_tries (void)
{
  Sleeper again = { .good = TRUE }, once = { .good = TRUE }, failed = { .good = FALSE };
  g_assert_cmpfloat (tri_stopwatch_time (nap, &again, TRUE), >=, NAP / 1e6);
  g_assert_cmpuint (again.calls, ==, 5);
  g_assert_cmpfloat (tri_stopwatch_time (nap, &once, FALSE), >=, NAP / 1e6);
  g_assert_cmpuint (once.calls, ==, 1);
  g_assert_cmpfloat (tri_stopwatch_time (nap, &failed, TRUE), >=, NAP / 1e6);
  g_assert_cmpuint (failed.calls, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/stopwatch/held-up", test_held_up);
  g_test_add_func ("/stopwatch/tries", test_tries);
  return g_test_run ();
}
