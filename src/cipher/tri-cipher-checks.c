/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher-checks.h"

#include <glib/gi18n-lib.h>
#include <inttypes.h>

#include "tri-error.h"

/* Whether the visible picture has the geometry that the header gives the original; else TRI_ERROR_DAMAGED. */
gboolean
tri_sealed_require_same_shape (const TriSealed *in, GError **error)
{
  const TriImage *seen = in->visible;
  if (seen->width == in->width && seen->height == in->height && seen->channels == in->channels)
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
               _("The encrypted picture has %u × %u pixels of %u channels, but its header says %u × %u of %u: the file "
                 "was changed or is damaged. Try another copy."),
               seen->width, seen->height, seen->channels, in->width, in->height, in->channels);
  return FALSE;
}

/* Whether the visible picture has the geometry that header and model ask for; else TRI_ERROR_DAMAGED. */
gboolean
tri_sealed_require_visible (const TriSealed *in, guint64 width, guint64 height, guint channels, GError **error)
{
  if (in->visible->width == width && in->visible->height == height && in->visible->channels == channels)
    return TRUE;
  g_set_error (error, TRI_ERROR, TRI_ERROR_DAMAGED,
               _("The picture has %u × %u pixels and its header asks for %" PRIu64 " × %" PRIu64
                 ": it was changed after encryption. Take the file as it was saved."),
               in->visible->width, in->visible->height, width, height);
  return FALSE;
}
