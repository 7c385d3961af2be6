/* The time that is left of a run, for files of all kinds of sizes and costs. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-time-left.h"

#define N 100

/* Sizes of the files in MiB, in the order in which they are done: many large ones first, then small ones, or mixed */
static double
size_of (guint i, gboolean mixed)
{
  return mixed ? (i * 37 % 10) * 1.5 + 0.01 : i < N / 2 ? 20 : 0.01;
}

/* After a third of the files, what is left is told within a fifth. */
static void
check (double per_file, double per_size, gboolean mixed)
{
  TriTimeLeft left = { 0 };
  double files = 0, size = 0, time = 0, size_left = 0, truth = 0;
  g_assert_cmpfloat (tri_time_left_get (&left, 10, 10), <, 0);
  for (guint i = 0; i < N; i++)
    {
      double cost = per_file + per_size * size_of (i, mixed);
      if (i < N / 3)
        {
          files++;
          size += size_of (i, mixed);
          time += cost * (i % 2 == 0 ? 1.1 : 0.9);
          tri_time_left_add (&left, files, size, time);
        }
      else
        {
          size_left += size_of (i, mixed);
          truth += cost;
        }
    }
  double told = tri_time_left_get (&left, N - files, size_left);
  g_test_message ("%g s a file, %g s a MiB: %.1f s told, %.1f s true", per_file, per_size, told, truth);
  g_assert_cmpfloat_with_epsilon (told / truth, 1, 0.2);
}

static void
test_passphrase (void)
{
  check (1, 0.005, TRUE);
}

static void
test_recipient (void)
{
  check (0.001, 0.005, TRUE);
}

static void
test_disk (void)
{
  check (0.02, 0.02, TRUE);
}

/* All alike so far: nothing tells what costs, the file or its bytes. Nothing absurd is told of others. */
static void
test_alike (void)
{
  TriTimeLeft left = { 0 };
  for (guint i = 1; i <= 20; i++)
    tri_time_left_add (&left, i, 4 * i, 0.5 * i);
  g_assert_cmpfloat_with_epsilon (tri_time_left_get (&left, 80, 320), 40, 1);
  double small = tri_time_left_get (&left, 80, 1);
  g_assert_cmpfloat (small, >, 0);
  g_assert_cmpfloat (small, <, 41);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/time-left/passphrase", test_passphrase);
  g_test_add_func ("/time-left/recipient", test_recipient);
  g_test_add_func ("/time-left/disk", test_disk);
  g_test_add_func ("/time-left/alike", test_alike);
  return g_test_run ();
}
