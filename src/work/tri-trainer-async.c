/* A training on a thread of its own, told of on the caller's. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-parallel.h"
#include "tri-post.h"
#include "tri-trainer-private.h"

typedef struct {
  TriTrainFunc func;
  gpointer func_data;
  GMainContext *context;
} Job;

static void
free_job (gpointer data)
{
  Job *job = data;
  g_main_context_unref (job->context);
  g_free (job);
}

typedef struct {
  GTask *task; /* owned: events arrive before the end, and hold what they need */
  TriTrainEvent *event;
} Message;

static void
free_message (gpointer data)
{
  Message *message = data;
  g_object_unref (message->task);
  tri_train_event_unref (message->event);
  g_free (message);
}

static gboolean
deliver (gpointer data)
{
  Message *message = data;
  Job *job = g_task_get_task_data (message->task);
  job->func (message->event, job->func_data);
  return G_SOURCE_REMOVE;
}

static void
send (TriTrainEvent *event, gpointer data)
{
  GTask *task = data;
  Job *job = g_task_get_task_data (task);
  if (job->func == NULL)
    return;
  Message *message = g_new (Message, 1);
  *message = (Message) { g_object_ref (task), tri_train_event_ref (event) };
  tri_post (job->context, deliver, message, free_message);
}

static gpointer
train (gpointer data)
{
  g_autoptr (GTask) task = data;
  g_autoptr (GError) error = NULL;
  TriTrainer *trainer = g_object_get_data (G_OBJECT (task), "trainer");
  tri_parallel_give_way ();
  if (tri_trainer_run (trainer, send, task, g_task_get_cancellable (task), &error))
    g_task_return_boolean (task, TRUE);
  else
    g_task_return_error (task, g_steal_pointer (&error));
  return NULL;
}

/**
 * tri_trainer_run_async:
 * @func: (nullable): called on the thread-default main context of this call, before @callback is
 *
 * As tri_trainer_run(). A thread of its own, which gives way to all others: a training lasts for hours, and would keep them
 * from GLib's pool.
 */
void
tri_trainer_run_async (TriTrainer *trainer, TriTrainFunc func, gpointer func_data, GCancellable *cancellable,
                       GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  Job *job = g_new (Job, 1);
  *job = (Job) { func, func_data, g_main_context_ref_thread_default () };
  g_task_set_source_tag (task, tri_trainer_run_async);
  g_task_set_check_cancellable (task, FALSE);
  g_task_set_task_data (task, job, free_job);
  g_object_set_data_full (G_OBJECT (task), "trainer", tri_trainer_ref (trainer), (GDestroyNotify) tri_trainer_unref);
  g_thread_unref (g_thread_new ("training", train, task));
}

gboolean
tri_trainer_run_finish (GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, NULL), FALSE);
  return g_task_propagate_boolean (G_TASK (result), error);
}
