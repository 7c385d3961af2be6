/* GCC calls this at each piece of straight code, when it was told to with -fsanitize-coverage=trace-pc. A clock tells how busy
 * a machine is; this counts what a program does, the same on any machine. For a single thread.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-work-count.h"

guint64 tri_work_count;

void __sanitizer_cov_trace_pc (void);

__attribute__ ((no_sanitize_coverage)) void
__sanitizer_cov_trace_pc (void)
{
  tri_work_count++;
}
