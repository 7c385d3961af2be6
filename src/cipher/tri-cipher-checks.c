/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-cipher-checks.h"

#include <glib/gi18n-lib.h>

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
