/* Opens whatever a person gives, a picture or a sealed PNG, on a worker. SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-session-private.h"

#include <glib/gi18n-lib.h>
#include <math.h>
#include <string.h>

#include "tri-metric.h"
#include "tri-picture.h"
#include "tri-sealed-png.h"

typedef struct {
  GFile *file;
  GBytes *bytes;
  char *name;
  TriImage *picture;
  TriSealed *sealed;
  gboolean lost_chunk;
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

/* Noise is judged by at most so much of a picture, and not by less than so many pixels. */
#define NOISE_SIDE 512u
#define NOISE_PIXELS 1024u

/* Its upper left part. */
static TriImage *
corner_of (const TriImage *image)
{
  guint width = MIN (image->width, NOISE_SIDE), height = MIN (image->height, NOISE_SIDE);
  TriImage *corner = tri_image_new (width, height, image->channels, NULL);
  for (guint y = 0; corner != NULL && y < height; y++)
    memcpy (corner->pixels + y * tri_image_stride (corner), image->pixels + y * tri_image_stride (image),
            tri_image_stride (corner));
  return corner;
}

/* Every value equally often and no likeness between neighbours: of pictures, only encrypted ones are like that. True
 * noise fails each of these once in ten million times or less: correlations of n pixels have a deviation of 1/√n. */
static gboolean
looks_like_noise (const TriImage *image)
{
  g_autoptr (TriImage) corner = corner_of (image);
  TriRandomness found;
  if (corner == NULL || (guint64) corner->width * corner->height < NOISE_PIXELS
      || !tri_metric_randomness (corner, &found, NULL, NULL))
    return FALSE;
  double bound = 5.5 / sqrt ((double) corner->width * corner->height);
  return found.chi2_p > 1e-7 && fabs (found.corr_h) < bound && fabs (found.corr_v) < bound && fabs (found.corr_d) < bound;
}

/* A picture that was sealed, and was then saved again by a program that knows nothing of the chunk. */
static gboolean
note_lost_chunk (TriImage *picture, gboolean marked)
{
  if (!marked && !looks_like_noise (picture))
    return FALSE;
  const char *note = marked ? _("encrypted with Triptych, but its encryption data is missing")
                            : _("looks encrypted, but its encryption data is missing");
  char *notes = picture->notes != NULL ? g_strdup_printf ("%s; %s", picture->notes, note) : g_strdup (note);
  g_free (picture->notes);
  picture->notes = notes;
  return TRUE;
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
  if (opening->picture != NULL)
    opening->lost_chunk = note_lost_chunk (opening->picture, tri_sealed_png_lost_chunk (opening->bytes));
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
  self->lost_chunk = opening->lost_chunk;
  return TRUE;
}

/* Whether what was opened last is, as far as can be told, an encrypted picture that lost what decrypts it. */
gboolean
tri_session_get_lost_chunk (TriSession *self)
{
  g_return_val_if_fail (TRI_IS_SESSION (self), FALSE);
  return self->lost_chunk;
}
