/* Times one thing and prints its name and the median in seconds, for run-bench.py.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

typedef void (*BenchFunc) (gpointer user_data);

void bench (const char *name, BenchFunc func, gpointer user_data);
