/* Opens whatever a person gives, a picture or a sealed PNG, on a worker. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-session-private.h"

#include "tri-picture.h"
#include "tri-sealed-png.h"

typedef struct {
  GFile *file;
  GBytes *bytes;
  char *name;
  TriImage *picture;
  TriSealed *sealed;
  GCancellable *outer; /* the caller's */
  gulong handler;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;
  if (opening->outer != NULL)
    g_cancellable_disconnect (opening->outer, opening->handler);
  g_clear_object (&opening->outer);
  g_clear_object (&opening->file);
  g_clear_pointer (&opening->bytes, g_bytes_unref);
  g_clear_pointer (&opening->picture, tri_image_unref);
  g_clear_pointer (&opening->sealed, tri_sealed_unref);
  g_free (opening->name);
  g_free (opening);
}

static void
open_thread (GTask *task, gpointer source, gpointer data, GCancellable *cancellable)
{
  Opening *opening = data;
  GError *error = NULL;
  if (opening->bytes == NULL)
    opening->bytes = tri_file_read (opening->file, TRI_PICTURE_MAX_FILE, cancellable, &error);
  if (opening->bytes != NULL && tri_sealed_png_probe (opening->bytes))
    opening->sealed = tri_sealed_from_png (opening->bytes, tri_cipher_find_specs, &error);
  else if (opening->bytes != NULL)
    opening->picture = tri_picture_load_bytes (opening->bytes, opening->name, cancellable, &error);
  g_clear_pointer (&opening->bytes, g_bytes_unref);
  if (error != NULL)
    g_task_return_error (task, error);
  else
    g_task_return_boolean (task, TRUE);
}

static void
pass_on_cancel (GCancellable *outer, GCancellable *inner)
{
  g_cancellable_cancel (inner);
}

/* @opening: (transfer full). A newer opening cancels the older. */
static void
start_opening (TriSession *self, Opening *opening, GCancellable *cancellable, GAsyncReadyCallback callback,
               gpointer user_data)
{
  g_cancellable_cancel (self->opening);
  g_clear_object (&self->opening);
  self->opening = g_cancellable_new ();
  g_autoptr (GTask) task = g_task_new (self, self->opening, callback, user_data);
  g_task_set_source_tag (task, tri_session_open_async);
  g_task_set_task_data (task, opening, opening_free);
  if (cancellable != NULL)
    {
      opening->outer = g_object_ref (cancellable);
      opening->handler = g_cancellable_connect (cancellable, G_CALLBACK (pass_on_cancel), g_object_ref (self->opening),
                                                g_object_unref);
    }
  g_task_run_in_thread (task, open_thread);
}

void
tri_session_open_async (TriSession *self, GFile *file, GCancellable *cancellable, GAsyncReadyCallback callback,
                        gpointer user_data)
{
  g_return_if_fail (TRI_IS_SESSION (self) && G_IS_FILE (file));
  Opening *opening = g_new0 (Opening, 1);
  opening->file = g_object_ref (file);
  opening->name = tri_file_get_name (file);
  start_opening (self, opening, cancellable, callback, user_data);
}

/* @name: (nullable): what to call it */
void
tri_session_open_bytes_async (TriSession *self, GBytes *bytes, const char *name, GCancellable *cancellable,
                              GAsyncReadyCallback callback, gpointer user_data)
{
  g_return_if_fail (TRI_IS_SESSION (self) && bytes != NULL);
  Opening *opening = g_new0 (Opening, 1);
  opening->bytes = g_bytes_ref (bytes);
  opening->name = g_strdup (name);
  start_opening (self, opening, cancellable, callback, user_data);
}

/* Takes what was opened as the session's picture. */
gboolean
tri_session_open_finish (TriSession *self, GAsyncResult *result, GError **error)
{
  g_return_val_if_fail (g_task_is_valid (result, self), FALSE);
  Opening *opening = g_task_get_task_data (G_TASK (result));
  if (!g_task_propagate_boolean (G_TASK (result), error))
    return FALSE;
  if (g_task_get_cancellable (G_TASK (result)) == self->opening)
    g_clear_object (&self->opening);
  if (opening->sealed != NULL)
    tri_session_set_sealed (self, opening->sealed, opening->name);
  else
    tri_session_set_picture (self, opening->picture, opening->name);
  return TRUE;
}
