/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-post.h"

/**
 * tri_post:
 * @context: where @func is called, once, if it returns G_SOURCE_REMOVE
 * @data: (transfer full): freed by @destroy, on whichever thread ends the source
 *
 * After what was posted to @context before, and never at once: g_main_context_invoke() would call it on this thread where
 * that owns @context.
 */
void
tri_post (GMainContext *context, GSourceFunc func, gpointer data, GDestroyNotify destroy)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, func, data, destroy);
  g_source_attach (source, context);
}
