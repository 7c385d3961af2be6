/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-stopwatch.h"

#include <time.h>

#define TRIES 5
#define LITTLE 0.05 /* seconds of a processor: work that is worth doing again for a better figure */
#define WORTH 0.002 /* seconds that are worth it */

static double
seconds_of (clockid_t clock)
{
  struct timespec now;
  return clock_gettime (clock, &now) == 0 ? (double) now.tv_sec + 1e-9 * (double) now.tv_nsec : 0;
}

/**
 * tri_stopwatch_was_held_up:
 * @seconds: that went by
 * @cpu_seconds: of them, those in which this thread had a processor
 *
 * A window that is just being drawn, or another program, may take the processors: a cipher of two milliseconds then takes
 * half a second, of which it did nothing most of the time.
 *
 * Returns: whether @seconds tell more of that than of little work
 */
gboolean
tri_stopwatch_was_held_up (double seconds, double cpu_seconds)
{
  return seconds > WORTH && cpu_seconds < LITTLE && cpu_seconds < seconds / 2;
}

/**
 * tri_stopwatch_time:
 * @again: work that was held up is done again, up to five times in all
 *
 * Returns: the seconds of the quickest try
 */
double
tri_stopwatch_time (TriTimedFunc func, gpointer data, gboolean again)
{
  double best = G_MAXDOUBLE;
  for (guint i = 0; i < TRIES; i++)
    {
      double start = seconds_of (CLOCK_MONOTONIC), cpu_start = seconds_of (CLOCK_THREAD_CPUTIME_ID);
      gboolean good = func (data);
      double seconds = seconds_of (CLOCK_MONOTONIC) - start;
      double cpu_seconds = seconds_of (CLOCK_THREAD_CPUTIME_ID) - cpu_start;
      best = MIN (best, seconds);
      if (!good || !again || !tri_stopwatch_was_held_up (seconds, cpu_seconds))
        break;
    }
  return best;
}
