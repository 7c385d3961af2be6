/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-progress.h"

#define REPORT_INTERVAL_US 16000

struct _TriProgress {
  GCancellable *cancellable;
  TriProgressFunc func;
  gpointer user_data;
  TriProgress *parent;
  double from, to;
  gint thousandths; /* atomic */
  gint64 reported;  /* under lock */
  GMutex lock;
};

/**
 * tri_progress_new:
 * @cancellable: (nullable): polled by tri_progress_step()
 * @func: (nullable) (scope notified): told of progress
 */
TriProgress *
tri_progress_new (GCancellable *cancellable, TriProgressFunc func, gpointer user_data)
{
  TriProgress *progress = g_new0 (TriProgress, 1);
  g_mutex_init (&progress->lock);
  progress->cancellable = cancellable ? g_object_ref (cancellable) : NULL;
  progress->func = func;
  progress->user_data = user_data;
  progress->to = 1;
  return progress;
}

/**
 * tri_progress_sub:
 *
 * Makes a progress whose 0…1 is @from…@to of its parent, for a step of a longer work. @parent may be NULL and
 * must outlive it.
 *
 * Returns: (transfer full) (nullable): NULL when @parent is NULL
 */
TriProgress *
tri_progress_sub (TriProgress *parent, double from, double to)
{
  if (parent == NULL)
    return NULL;
  TriProgress *progress = tri_progress_new (parent->cancellable, NULL, NULL);
  progress->parent = parent;
  progress->from = from;
  progress->to = to;
  return progress;
}

void
tri_progress_free (TriProgress *progress)
{
  if (progress == NULL)
    return;
  g_clear_object (&progress->cancellable);
  g_mutex_clear (&progress->lock);
  g_free (progress);
}

/* Records the fraction done, 0…1. Returns: FALSE when the work has been cancelled and should stop at once. */
gboolean
tri_progress_step (TriProgress *progress, double fraction)
{
  if (progress == NULL)
    return TRUE;
  if (progress->parent != NULL)
    return tri_progress_step (progress->parent, progress->from + fraction * (progress->to - progress->from));

  int thousandths = (int) (CLAMP (fraction, 0, 1) * 1000);
  if (thousandths > g_atomic_int_get (&progress->thousandths))
    g_atomic_int_set (&progress->thousandths, thousandths);
  if (progress->func != NULL && g_mutex_trylock (&progress->lock))
    {
      gint64 now = g_get_monotonic_time ();
      gboolean due = now - progress->reported >= REPORT_INTERVAL_US;
      if (due)
        progress->reported = now;
      g_mutex_unlock (&progress->lock);
      if (due)
        progress->func (tri_progress_get_fraction (progress), progress->user_data);
    }
  return !tri_progress_is_cancelled (progress);
}

gboolean
tri_progress_is_cancelled (TriProgress *progress)
{
  return progress != NULL && g_cancellable_is_cancelled (progress->cancellable);
}

/* tri_progress_step() that sets G_IO_ERROR_CANCELLED: `if (!tri_progress_check (p, f, error)) return FALSE;` */
gboolean
tri_progress_check (TriProgress *progress, double fraction, GError **error)
{
  if (tri_progress_step (progress, fraction))
    return TRUE;
  g_cancellable_set_error_if_cancelled (progress->cancellable, error);
  return FALSE;
}

double
tri_progress_get_fraction (TriProgress *progress)
{
  if (progress == NULL)
    return 0;
  if (progress->parent != NULL)
    return tri_progress_get_fraction (progress->parent);
  return g_atomic_int_get (&progress->thousandths) / 1000.0;
}

/* Returns: (transfer none) (nullable) */
GCancellable *
tri_progress_get_cancellable (TriProgress *progress)
{
  return progress != NULL ? progress->cancellable : NULL;
}
