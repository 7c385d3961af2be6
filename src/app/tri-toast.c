/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tri-toast.h"

/* @text: as it is to be read: a toast takes markup, and the name of a file may have a & in it
 * Returns: (transfer none): shown by @overlay */
AdwToast *
tri_toast_add (AdwToastOverlay *overlay, const char *text)
{
  g_return_val_if_fail (ADW_IS_TOAST_OVERLAY (overlay) && text != NULL, NULL);
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);
  adw_toast_overlay_add_toast (overlay, toast);
  return toast;
}
