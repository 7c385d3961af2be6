/* How late the main loop is, for a test: what holds it up for long is felt as a stall.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-stalls.h"

#include <stdio.h>

#define PERIOD_MS 5

static gint64 last, last_waited; /* in microseconds */

/* What this thread has waited for a processor to run on since it began, in microseconds. Where /proc doesn't tell, 0. */
static gint64
read_waited (void)
{
  gint64 nanoseconds = 0;
  FILE *in = fopen ("/proc/thread-self/schedstat", "r");
  if (in == NULL || fscanf (in, "%*d %" G_GINT64_FORMAT, &nanoseconds) != 1)
    nanoseconds = 0;
  g_clear_pointer (&in, fclose);
  return nanoseconds / 1000;
}

static gboolean
beat (gpointer data)
{
  gint64 now = g_get_monotonic_time (), waited = read_waited (), late = MAX (0, now - last - PERIOD_MS * 1000);
  fprintf (data, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", now, late,
           MAX (0, late - (waited - last_waited)));
  last = now;
  last_waited = waited;
  return G_SOURCE_CONTINUE;
}

static void
close_file (gpointer data)
{
  fclose (data);
}

/* Writes to @path, every few milliseconds from now on, a line of three numbers in microseconds: the monotonic time, by how
 * much this came later than asked for, and how much of that is the program's own: what it worked, or waited for others
 * than the scheduler of a busy machine. */
void
tri_stalls_watch (const char *path)
{
  FILE *out = fopen (path, "w");
  if (out == NULL)
    return;
  setvbuf (out, NULL, _IOLBF, 0);
  last = g_get_monotonic_time ();
  last_waited = read_waited ();
  g_timeout_add_full (G_PRIORITY_HIGH, PERIOD_MS, beat, out, close_file);
}
