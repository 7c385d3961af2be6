/* One pool of threads for the whole program: rows, blocks or chunks split in a fixed way.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "tri-progress.h"

G_BEGIN_DECLS

#define TRI_PARALLEL_MAX_THREADS 64 /* slots are below this */

/**
 * TriParallelFunc:
 * @begin: first item
 * @end: one past the last
 * @slot: which of tri_parallel_get_threads() accumulators is this caller's own
 *
 * Does items @begin…@end-1. Called from several threads at once with disjoint ranges.
 */
typedef void (*TriParallelFunc) (gsize begin, gsize end, guint slot, gpointer user_data);

void tri_parallel_set_threads (guint n);
guint tri_parallel_get_threads (void);
void tri_parallel_give_way (void);
void tri_parallel_set_alone (gboolean alone);
gboolean tri_parallel_is_alone (void);
gboolean tri_parallel_for (gsize n_items, gsize grain, TriParallelFunc func, gpointer user_data,
                           TriProgress *progress, GError **error);

/* Does items @begin…@end-1, each of which writes to a place of its own. */
typedef void (*TriParallelEachFunc) (gsize begin, gsize end, gpointer user_data);

void tri_parallel_each (gsize n_items, gsize grain, TriParallelEachFunc func, gpointer user_data);

/* Compiles a hot function once for AVX2 and once for the baseline, and picks at start. Contraction stays off,
 * so both give the same bits. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__) \
    && !defined(__SANITIZE_THREAD__)
#define TRI_WIDE __attribute__ ((target_clones ("avx2", "default")))
#else
#define TRI_WIDE
#endif

G_END_DECLS
