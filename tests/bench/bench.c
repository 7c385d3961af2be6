/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench.h"

#include <stdio.h>
#include <stdlib.h>

#define MAX_RUNS 201
#define MAX_SECONDS 2.0

static int
compare (const void *a, const void *b)
{
  double x = *(const double *) a, y = *(const double *) b;
  return x < y ? -1 : x > y;
}

/* Once to warm up, then at least five times, and for two seconds or 201 times at most. */
void
bench (const char *name, BenchFunc func, gpointer user_data)
{
  double times[MAX_RUNS], total = 0;
  guint n = 0;
  func (user_data);
  while (n < MAX_RUNS && (n < 5 || total < MAX_SECONDS))
    {
      gint64 start = g_get_monotonic_time ();
      func (user_data);
      times[n] = (double) (g_get_monotonic_time () - start) / G_USEC_PER_SEC;
      total += times[n++];
    }
  qsort (times, n, sizeof *times, compare);
  printf ("%s\t%.9f\n", name, times[n / 2]);
  fflush (stdout);
}
