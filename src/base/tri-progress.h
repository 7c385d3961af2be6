/* Progress and cancellation of one piece of work, polled by the algorithm and read by whoever waits.
 * SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * TriProgress:
 *
 * Made by the one who starts the work, passed down, never stored. NULL is allowed everywhere and means: not
 * watched, can't be cancelled. Safe to step from several threads.
 */
typedef struct _TriProgress TriProgress;

/* Called from a worker thread, at most about 60 times a second. */
typedef void (*TriProgressFunc) (double fraction, gpointer user_data);

TriProgress *tri_progress_new (GCancellable *cancellable, TriProgressFunc func, gpointer user_data);
TriProgress *tri_progress_sub (TriProgress *parent, double from, double to);
void tri_progress_free (TriProgress *progress);

gboolean tri_progress_step (TriProgress *progress, double fraction);
gboolean tri_progress_is_cancelled (TriProgress *progress);
gboolean tri_progress_check (TriProgress *progress, double fraction, GError **error);
double tri_progress_get_fraction (TriProgress *progress);
GCancellable *tri_progress_get_cancellable (TriProgress *progress);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (TriProgress, tri_progress_free)

G_END_DECLS
