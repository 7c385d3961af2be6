/* A sweep beside the session's runs, with what is chosen when it starts. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-session-private.h"

#include <glib/gi18n-lib.h>

#include "tri-error.h"
#include "tri-post.h"

typedef struct {
  GPtrArray *specs;
  TriSweepRange range;
  TriSweepFunc func;
  gpointer func_data;
  GMainContext *context;
} Sweep;

typedef struct {
  GTask *task; /* keeps the sweep and what @func_data may belong to */
  TriSweepPoint point;
} Arrival;

static void
sweep_free (gpointer data)
{
  Sweep *sweep = data;
  g_ptr_array_unref (sweep->specs);
  tri_sweep_range_clear (&sweep->range);
  g_main_context_unref (sweep->context);
  g_free (sweep);
}

static void
arrival_free (gpointer data)
{
  Arrival *arrival = data;
  g_object_unref (arrival->task);
  g_free (arrival->point.error);
  g_free (arrival);
}

static gboolean
arrive (gpointer data)
{
  Arrival *arrival = data;
  Sweep *sweep = g_task_get_task_data (arrival->task);
  if (!g_cancellable_is_cancelled (g_task_get_cancellable (arrival->task)))
    sweep->func (&arrival->point, sweep->func_data);
  return G_SOURCE_REMOVE;
}

static void
send_point (const TriSweepPoint *point, gpointer data)
{
  GTask *task = data;
  Sweep *sweep = g_task_get_task_data (task);
  Arrival *arrival = g_new0 (Arrival, 1);
  arrival->task = g_object_ref (task);
  arrival->point = *point;
  arrival->point.error = g_strdup (point->error);
  tri_post (sweep->context, arrive, arrival, arrival_free);
}

static void
sweep_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Sweep *sweep = data;
  GError *error = NULL;
  g_autoptr (TriProgress) progress = tri_progress_new (cancellable, NULL, NULL);
  if (tri_sweep (sweep->specs, &sweep->range, send_point, task, progress, &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, error);
}

/**
 * tri_session_sweep_async:
 * @ciphers: (element-type TriCipher)
 * @func: (scope async): called on the session's thread for each point, never after a cancellation
 *
 * The session lives until it is finished: who closes the window cancels @cancellable.
 */
void
tri_session_sweep_async (TriSession *self, GPtrArray *ciphers, const TriSweepRange *range, TriSweepFunc func,
                         gpointer func_data, GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (TRI_IS_SESSION (self) && ciphers != NULL && func != NULL);
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  g_task_set_source_tag (task, tri_session_sweep_async);
  if (self->picture == NULL || self->key == NULL)
    {
      g_task_return_new_error (task, TRI_ERROR, self->picture == NULL ? TRI_ERROR_INVALID : TRI_ERROR_NO_KEY, "%s",
                               self->picture == NULL ? _("A sweep needs an original. Open a picture first.")
                                                     : _("Type a passphrase or choose a key."));
      return;
    }
  Sweep *sweep = g_new0 (Sweep, 1);
  sweep->specs = g_ptr_array_new_with_free_func ((GDestroyNotify) tri_run_spec_free);
  for (guint i = 0; i < ciphers->len; i++)
    g_ptr_array_add (sweep->specs, tri_session_make_spec (self, g_ptr_array_index (ciphers, i)));
  sweep->range = *range;
  sweep->range.param = g_strdup (range->param);
  sweep->func = func;
  sweep->func_data = func_data;
  sweep->context = g_main_context_ref (self->context);
  g_task_set_task_data (task, sweep, sweep_free);
  g_task_run_in_thread (task, sweep_thread);
}

gboolean
tri_session_sweep_finish (TriSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
