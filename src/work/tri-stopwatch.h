/* How long work takes where other programs want the processors, too.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Does the work; may be called again, for the same. Returns: FALSE when it failed, and needs no other try */
typedef gboolean (*TriTimedFunc) (gpointer data);

gboolean tri_stopwatch_was_held_up (double seconds, double cpu_seconds);
double tri_stopwatch_time (TriTimedFunc func, gpointer data, gboolean again);

G_END_DECLS
