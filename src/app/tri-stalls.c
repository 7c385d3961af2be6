/* How late the main loop is, for a test: what holds it up for long is felt as a stall.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-stalls.h"

#include <stdio.h>

#define PERIOD_MS 5

static gint64 last;

static gboolean
beat (gpointer data)
{
  gint64 now = g_get_monotonic_time ();
  fprintf (data, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", now, MAX (0, now - last - PERIOD_MS * 1000));
  last = now;
  return G_SOURCE_CONTINUE;
}

static void
close_file (gpointer data)
{
  fclose (data);
}

/* Writes to @path, every few milliseconds from now on, a line of two numbers in microseconds: the monotonic time, and by
 * how much this came later than asked for. */
void
tri_stalls_watch (const char *path)
{
  FILE *out = fopen (path, "w");
  if (out == NULL)
    return;
  setvbuf (out, NULL, _IOLBF, 0);
  last = g_get_monotonic_time ();
  g_timeout_add_full (G_PRIORITY_HIGH, PERIOD_MS, beat, out, close_file);
}
