/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-lazy-thumbnail.h"

#define PIXELS_MAX (120 * 1000 * 1000) /* larger ones would take long and much memory for a stamp */

typedef struct {
  GFile *file;
  guint side;
} Wanted;

static void
wanted_free (gpointer data)
{
  Wanted *wanted = data;
  g_object_unref (wanted->file);
  g_free (wanted);
}

/* Whether the name promises a picture. */
gboolean
tri_lazy_thumbnail_is_picture (GFile *file)
{
  g_autofree char *name = g_file_get_basename (file);
  g_autofree char *type = name != NULL ? g_content_type_guess (name, NULL, 0, NULL) : NULL;
  g_autofree char *mime = type != NULL ? g_content_type_get_mime_type (type) : NULL;
  return mime != NULL && g_str_has_prefix (mime, "image/");
}

static GdkTexture *
load (const Wanted *wanted)
{
  g_autofree char *path = g_file_get_path (wanted->file);
  int width, height, side = (int) wanted->side;
  if (path == NULL || gdk_pixbuf_get_file_info (path, &width, &height) == NULL || width < 1 || height < 1
      || (gint64) width * height > PIXELS_MAX)
    return NULL;
  /* the shorter side fills the square */
  gboolean wide = width > height;
  g_autoptr (GdkPixbuf) small = gdk_pixbuf_new_from_file_at_scale (path, wide ? -1 : side, wide ? side : -1, TRUE, NULL);
  g_autoptr (GdkPixbuf) upright = small != NULL ? gdk_pixbuf_apply_embedded_orientation (small) : NULL;
  if (upright == NULL)
    return NULL;
  int x = gdk_pixbuf_get_width (upright), y = gdk_pixbuf_get_height (upright), square = MIN (x, y);
  g_autoptr (GdkPixbuf) part = gdk_pixbuf_new_subpixbuf (upright, (x - square) / 2, (y - square) / 2, square, square);
  g_autoptr (GdkPixbuf) copy = gdk_pixbuf_copy (part);
  return copy != NULL ? gdk_texture_new_for_pixbuf (copy) : NULL;
}

/* Worker. */
static void
work (gpointer data, gpointer unused)
{
  g_autoptr (GTask) task = data;
  if (!g_task_return_error_if_cancelled (task))
    g_task_return_pointer (task, load (g_task_get_task_data (task)), g_object_unref);
}

/* @side: of the square that is cut out of its middle. One thread: the files themselves are what the machine is for. */
void
tri_lazy_thumbnail_load_async (GFile *file, guint side, GCancellable *cancellable, GAsyncReadyCallback callback,
                               gpointer user_data)
{
  static GThreadPool *pool;
  Wanted *wanted = g_new (Wanted, 1);
  GTask *task = g_task_new (NULL, cancellable, callback, user_data);
  if (pool == NULL)
    pool = g_thread_pool_new (work, NULL, 1, FALSE, NULL);
  wanted->file = g_object_ref (file);
  wanted->side = side;
  g_task_set_task_data (task, wanted, wanted_free);
  g_thread_pool_push (pool, task, NULL);
}

/* Returns: (transfer full) (nullable): NULL for what is no picture, and when it was cancelled */
GdkTexture *
tri_lazy_thumbnail_load_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
